//! The simulated printer's code pages.

use encoding_rs::{Encoding, IBM866, ISO_8859_15, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257};

/// The upper half of PC437, which a printer has selected after a reset.
const PC437: &str =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
/// The upper half of PC858: PC850 with the euro.
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// What a byte prints as, or nothing when the page or its place in it is not known here.
pub(super) fn decode_byte(page: u8, byte: u8) -> Option<char> {
    if byte < 0x80 {
        return Some(char::from(byte));
    }
    let upper = usize::from(byte - 0x80);
    match page {
        0 => PC437.chars().nth(upper),
        19 => PC858.chars().nth(upper),
        16 => decode(WINDOWS_1252, byte),
        17 => decode(IBM866, byte),
        40 => decode(ISO_8859_15, byte),
        45 => decode(WINDOWS_1250, byte),
        46 => decode(WINDOWS_1251, byte),
        47 => decode(WINDOWS_1253, byte),
        48 => decode(WINDOWS_1254, byte),
        51 => decode(WINDOWS_1257, byte),
        _ => None,
    }
}

fn decode(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let (text, _) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.chars().next().filter(|c| !c.is_control() && *c != '\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_pages_have_their_signs_where_printers_have_them() {
        assert_eq!(PC437.chars().count(), 128);
        assert_eq!(PC858.chars().count(), 128);
        assert_eq!([decode_byte(0, 0x9C), decode_byte(19, 0x9C), decode_byte(16, 0xA3)], [Some('£'); 3]);
        assert_eq!([decode_byte(19, 0xD5), decode_byte(16, 0x80), decode_byte(40, 0xA4)], [Some('€'); 3]);
        assert_eq!(decode_byte(16, 0x81), None);
        assert_eq!(decode_byte(99, 0x80), None);
    }
}
