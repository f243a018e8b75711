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

/// The eight digits that stand for twelve; none when the zeros do not stand where they can be left out.
pub(super) fn compress(code: &str) -> Option<String> {
    let short = match *code.as_bytes() {
        [n @ (b'0' | b'1'), a, b, last @ b'0'..=b'2', b'0', b'0', b'0', b'0', c, d, e, check] => [n, a, b, c, d, e, last, check],
        [n @ (b'0' | b'1'), a, b, c, b'0', b'0', b'0', b'0', b'0', d, e, check] => [n, a, b, c, d, e, b'3', check],
        [n @ (b'0' | b'1'), a, b, c, d, b'0', b'0', b'0', b'0', b'0', e, check] => [n, a, b, c, d, e, b'4', check],
        [n @ (b'0' | b'1'), a, b, c, d, e, b'0', b'0', b'0', b'0', last @ b'5'..=b'9', check] => [n, a, b, c, d, e, last, check],
        _ => return None,
    };
    digits(&short)
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
            assert_eq!((expand(short).as_deref(), compress(long).as_deref()), (Some(long), Some(short)));
        }
    }

    #[test]
    fn other_codes_have_no_short_or_long_form() {
        for code in ["20000000", "0425261", "042526144", "0425261A", "A4252614", ""] {
            assert_eq!(expand(code), None, "{code}");
        }
        for code in ["073416510708", "212300000451", "012345000040", "0123450000651"] {
            assert_eq!(compress(code), None, "{code}");
        }
    }
}
