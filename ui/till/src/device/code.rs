//! The code from the admin as it is typed, and what is wrong with it in people's words.

use crate::text::{fill, t};
use duka_core::{EnrolCode, EnrolCodeError};

/// What is wrong with a code; a short one is only told once it is `sent`.
pub fn code_problem(typed: &str, sent: bool) -> Option<String> {
    match typed.parse::<EnrolCode>().err()? {
        EnrolCodeError::Length(0) => sent.then(|| t().enrol_code_missing.to_owned()),
        EnrolCodeError::Length(count) if count < EnrolCode::LENGTH && !sent => None,
        EnrolCodeError::Length(count) => Some(fill(t().enrol_code_length, &[&EnrolCode::LENGTH.to_string(), &count.to_string()])),
        EnrolCodeError::Letter(letter) => Some(fill(t().enrol_code_letter, &[&letter.to_string()])),
        EnrolCodeError::Mistyped { group: Some(group) } => Some(fill(t().enrol_code_group, &[&group.to_string()])),
        EnrolCodeError::Mistyped { group: None } => Some(t().enrol_code_mistyped.to_owned()),
    }
}

/// A whole code as it is written, in its groups; anything else as it was typed.
pub fn grouped(typed: &str) -> Option<String> {
    typed.parse::<EnrolCode>().ok().map(|code| code.to_string()).filter(|shown| shown != typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::{Entropy, OneTimeCode};

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, _: &mut [u8]) {}
    }

    #[test]
    fn a_pasted_code_is_shown_in_groups_and_a_mistyped_one_with_the_group_that_is_wrong() {
        let code = EnrolCode::new(OneTimeCode::new(&Zeros), &[7; 32]).to_string();
        let pasted = format!(" {} ", code.to_lowercase().replace('-', ""));
        assert_eq!((grouped(&pasted).as_deref(), grouped(&code)), (Some(code.as_str()), None));
        assert_eq!((code_problem(&pasted, true), grouped("00000-0")), (None, None));
        let wrong = format!("0000Z{}", &code[5..]);
        assert!(code_problem(&wrong, false).is_some_and(|told| told.contains('1')), "the first group");
        // Nobody is told off while typing.
        assert_eq!((code_problem("", false), code_problem("00000-0", false)), (None, None));
        assert!(code_problem("", true).is_some() && code_problem("00000-0", true).is_some_and(|told| told.contains('6')));
        assert!(code_problem("00U", false).is_some_and(|told| told.contains('U')));
    }
}
