//! A look at the bytes of a change before the library sees them: how long it is, and how much work it asks for.
//!
//! A change holds its operations by columns, of which each may say "this, so many times": a hundred bytes can stand for more operations than anybody
//! will ever count. The library counts them all before it gives the change to us. So what is read here first, and only as far as that needs it, is
//! <https://automerge.org/automerge-binary-format-spec/>.

/// Operations of one change: a product has seven fields and 50 barcodes.
const MOST_OPERATIONS: u64 = 1_000;
/// Values that one change overwrites: of each field as many as there are tills that wrote it at the same time.
const MOST_OVERWRITTEN: u64 = 10_000;
/// The longest name of a field, in bytes, with room: that of the longest barcode.
const LONGEST_KEY: u64 = 100;

const MARK: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
/// Of a column's number: it is deflated.
const DEFLATED: u64 = 8;

const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const OVERWRITTEN: u64 = 0x70;
const OVERWRITTEN_ACTOR: u64 = 0x71;
const OVERWRITTEN_COUNTER: u64 = 0x73;

const UNREADABLE: &str = "it cannot be read";

/// Whether a change is packed in no way, has the columns of one that sets and takes away fields, and asks for a bounded amount of work. Says why not,
/// otherwise.
pub(crate) fn is_bounded(change: &[u8]) -> Result<(), &'static str> {
    let mut bytes = change;
    let (mark, kind, length) = header(&mut bytes).ok_or(UNREADABLE)?;
    if mark != MARK || bytes.len() != length {
        return Err(UNREADABLE);
    }
    if kind != CHANGE {
        return Err("it is packed, or no change");
    }
    let columns = columns(bytes).ok_or(UNREADABLE)?;
    for (column, content) in columns {
        let bounded = match column {
            ACTION => sum(content, MOST_OPERATIONS, |bytes| unsigned(bytes).map(|_| 1)),
            OVERWRITTEN => sum(content, MOST_OVERWRITTEN, unsigned),
            KEY => sum(content, MOST_OPERATIONS, |bytes| {
                let length = unsigned(bytes).filter(|length| *length <= LONGEST_KEY)?;
                take(bytes, length).map(|_| 1)
            }),
            INSERT | VALUE_KIND | VALUE | OVERWRITTEN_ACTOR | OVERWRITTEN_COUNTER => Some(0),
            packed if packed & DEFLATED != 0 => return Err("it is packed"),
            _ => return Err("it does more than set and take away fields"),
        };
        bounded.ok_or("it sets more fields at once than a product has")?;
    }
    Ok(())
}

/// How long the first chunk of some bytes is.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let mut behind = bytes;
    let (_, _, content) = header(&mut behind)?;
    bytes.len().checked_sub(behind.len())?.checked_add(content)
}

/// What a chunk begins with: its mark, a checksum that is passed over, its kind, and the length of its content, which the bytes are then.
fn header(bytes: &mut &[u8]) -> Option<([u8; 4], u8, usize)> {
    let mark = *bytes.split_off(..4)?.first_chunk()?;
    bytes.split_off(..4)?;
    let kind = *bytes.split_off_first()?;
    Some((mark, kind, usize::try_from(unsigned(bytes)?).ok()?))
}

/// The columns of a change, by their numbers.
fn columns(mut bytes: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let bytes = &mut bytes;
    let dependencies = unsigned(bytes)?;
    take(bytes, dependencies.checked_mul(32)?)?;
    text(bytes)?; // actor
    unsigned(bytes)?; // number
    unsigned(bytes)?; // first operation
    signed(bytes)?; // time
    text(bytes)?; // message
    for _ in 0..unsigned(bytes)? {
        text(bytes)?; // another actor
    }
    let mut lengths = Vec::new();
    for _ in 0..unsigned(bytes)? {
        lengths.push((unsigned(bytes)?, unsigned(bytes)?));
    }
    // One of each, as the library has them too.
    if !lengths.is_sorted_by(|one, next| one.0 < next.0) {
        return None;
    }
    lengths.into_iter().map(|(column, length)| Some((column, take(bytes, length)?))).collect()
}

/// Adds up what each value of a column weighs that is coded by runs: a count before a value that stands so many times, a negative one before so many
/// values. None where the sum passes `most`, or a value is missing.
fn sum(mut column: &[u8], most: u64, weight: impl Fn(&mut &[u8]) -> Option<u64>) -> Option<u64> {
    let mut sum = 0_u64;
    while !column.is_empty() {
        let count = signed(&mut column)?;
        let (values, times) = match count {
            0 => return None,
            1.. => (1, count.unsigned_abs()),
            ..=-1 => (count.unsigned_abs(), 1),
        };
        // Each value takes a byte at least, so this ends with the column.
        for _ in 0..values {
            let weight = weight(&mut column)?.checked_mul(times)?;
            sum = sum.checked_add(weight).filter(|sum| *sum <= most)?;
        }
    }
    Some(sum)
}

fn take<'b>(bytes: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    bytes.split_off(..usize::try_from(length).ok()?)
}

/// Bytes behind their length.
fn text<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = unsigned(bytes)?;
    take(bytes, length)
}

/// A number in LEB128, of 63 bits at most: nothing of Duka's is larger, and so nobody reads it differently.
fn unsigned(bytes: &mut &[u8]) -> Option<u64> {
    leb128(bytes).map(|(value, _)| value)
}

/// The same with a sign.
fn signed(bytes: &mut &[u8]) -> Option<i64> {
    let (value, bits) = leb128(bytes)?;
    let unused = 64_u32.checked_sub(bits)?;
    value.cast_signed().checked_shl(unused)?.checked_shr(unused)
}

/// A number, and how many bits it was written with.
fn leb128(bytes: &mut &[u8]) -> Option<(u64, u32)> {
    let (mut value, mut bits) = (0_u64, 0_u32);
    while bits < 63 {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7f).checked_shl(bits)?;
        bits = bits.checked_add(7)?;
        if byte & 0x80 == 0 {
            return Some((value, bits));
        }
    }
    None
}
