//! UPC-E: a UPC-A with the zeros in its middle left out, for small packages.
//!
//! Source: GS1 General Specifications, section 5.2.2.4, zero suppression. `N` is the number system (0 or 1), `x` the check digit, which is
//! that of the UPC-A:
//!
//! | UPC-E      | UPC-A          |                                    |
//! |------------|----------------|------------------------------------|
//! | `NABCDELx` | `NABL0000CDEx` | for `L` of 0, 1, 2                 |
//! | `NABCDE3x` | `NABC00000DEx` |                                    |
//! | `NABCDE4x` | `NABCD00000Ex` |                                    |
//! | `NABCDELx` | `NABCDE0000Lx` | for `L` of 5 to 9                  |

/// The twelve digits for which eight stand; none when they begin with another number system.
pub(super) fn expand(code: &str) -> Option<String> {
    let &[n @ (b'0' | b'1'), a, b, c, d, e, last @ b'0'..=b'9', check] = code.as_bytes() else { return None };
    let z = b'0';
    let long = match last {
        b'0'..=b'2' => [n, a, b, last, z, z, z, z, c, d, e, check],
        b'3' => [n, a, b, c, z, z, z, z, z, d, e, check],
        b'4' => [n, a, b, c, d, z, z, z, z, z, e, check],
        _ => [n, a, b, c, d, e, z, z, z, z, last, check],
    };
    digits(&long)
}

/// The eight digits that stand for twelve, by the table from its first line: packages should bear that of the first line, and may bear
/// another. None when the zeros do not stand where they can be left out.
pub(super) fn compress(code: &str) -> Vec<String> {
    let &[n @ (b'0' | b'1'), a, b, c, d, e, f, g, h, i, j, check] = code.as_bytes() else { return Vec::new() };
    let zeros = |digits: &[u8]| digits.iter().all(|digit| *digit == b'0');
    let by_rule = [
        (matches!(c, b'0'..=b'2') && zeros(&[d, e, f, g])).then_some([n, a, b, h, i, j, c, check]),
        zeros(&[d, e, f, g, h]).then_some([n, a, b, c, i, j, b'3', check]),
        zeros(&[e, f, g, h, i]).then_some([n, a, b, c, d, j, b'4', check]),
        (matches!(j, b'5'..=b'9') && zeros(&[f, g, h, i])).then_some([n, a, b, c, d, e, j, check]),
    ];
    by_rule.into_iter().flatten().filter_map(|short| digits(&short)).collect()
}

fn digits(bytes: &[u8]) -> Option<String> {
    let all_digits = bytes.iter().all(u8::is_ascii_digit);
    all_digits.then(|| bytes.iter().copied().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One or more for each line of the table.
    const EXAMPLES: [(&str, &str); 13] = [
        ("01201303", "012000000133"),
        ("04252614", "042100005264"),
        ("02345622", "023200004562"),
        ("04963406", "049000006346"),
        ("04965802", "049000006582"),
        ("01234531", "012300000451"),
        ("04567834", "045600000784"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("01234565", "012345000065"),
        ("12345670", "123456000070"),
        ("06397180", "063971000080"),
        ("02345697", "023456000097"),
    ];

    #[test]
    fn each_rule_of_the_table_leads_there_and_back() {
        for (short, long) in EXAMPLES {
            assert_eq!((expand(short).as_deref(), compress(long).first().map(String::as_str)), (Some(long), Some(short)));
        }
    }

    #[test]
    fn other_codes_have_no_short_or_long_form() {
        for code in ["20000000", "0425261", "042526144", "0425261A", "A4252614", ""] {
            assert_eq!(expand(code), None, "{code}");
        }
        for code in ["073416510708", "212300000451", "012345000040", "0123450000651"] {
            assert_eq!(compress(code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn every_short_form_of_a_long_one_is_told() {
        for short in (0..20_000_000_u32).step_by(7_919).map(|number| format!("{number:08}")) {
            let long = expand(&short).unwrap();
            let told = compress(&long);
            assert!(told.contains(&short), "{short} of {long}: {told:?}");
            assert!(told.iter().all(|other| expand(other).as_ref() == Some(&long)), "{told:?}");
        }
        assert_eq!(compress("012000000055"), ["01200505", "01200535", "01200545", "01200055"]);
    }
}
