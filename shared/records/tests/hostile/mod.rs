//! Changes of a device that means harm, for the tests of all who merge.
#![allow(dead_code, reason = "each test uses some of it")]

use automerge::{ActorId, AutoCommit, Change, ChangeHash, ExpandedChange, ScalarValue, legacy};
use duka_core::DeviceId;

/// Changes by `device` that break no rule by themselves, with their numbers, for a record that is its change 1 alone: one overwrites what never
/// was, which makes a document that nobody can read again; one follows a change that never was, at which merging stops.
pub fn harm(device: DeviceId, document: &[u8]) -> [(u64, Vec<u8>); 2] {
    let mut made = AutoCommit::load(document).unwrap();
    let (heads, next) = (made.get_heads(), made.get_changes(&[]).last().unwrap().max_op() + 1);
    [(2, price(device, 2, next, heads, &[7_777])), (4, price(device, 4, next, vec![], &[]))]
}

fn price(device: DeviceId, seq: u64, start_op: u64, deps: Vec<ChangeHash>, overwritten: &[u64]) -> Vec<u8> {
    let actor_id = ActorId::from(device.as_bytes().as_slice());
    let operation = legacy::Op {
        action: legacy::OpType::Put(ScalarValue::Int(1)),
        obj: legacy::ObjectId::Root,
        key: legacy::Key::Map("price".into()),
        pred: overwritten.iter().map(|counter| legacy::OpId(*counter, actor_id.clone())).collect(),
        insert: false,
    };
    change(actor_id, seq, start_op, deps, operation)
}

/// A change with whatever in it.
pub fn change(actor_id: ActorId, seq: u64, start_op: u64, deps: Vec<ChangeHash>, operation: legacy::Op) -> Vec<u8> {
    let change = ExpandedChange {
        operations: vec![operation],
        actor_id,
        hash: None,
        seq,
        start_op: start_op.try_into().unwrap(),
        time: 0,
        message: None,
        deps,
        extra_bytes: Vec::new(),
        author: None,
    };
    Change::from(change).raw_bytes().to_vec()
}

/// Changes number `number` by `device`, of a hundred bytes each, that ask for more work than anybody has time for: so many operations, or one that
/// overwrites so many values.
pub fn endless(device: DeviceId, number: u64) -> [Vec<u8>; 2] {
    const MANY: u64 = 1_000_000_000_000;
    let times = |count: u64, value: &[u8]| [run(count), value.to_vec()].concat();
    let operations =
        |count: u64| [(0x15, times(count, b"\x05price")), (0x34, leb128(count)), (0x42, times(count, &[1])), (0x56, times(count, &[0]))];
    let many = operations(MANY).into_iter().chain([(0x70, times(MANY, &[0]))]);
    let overwriting = [(0x70, times(1, &leb128(MANY))), (0x71, times(MANY, &[0])), (0x73, times(MANY, &[1]))];
    [
        chunk(device, number, &many.collect::<Vec<_>>()),
        chunk(device, number, &operations(1).into_iter().chain(overwriting).collect::<Vec<_>>()),
    ]
}

/// A change as it is written, by its columns. Nobody looks at its checksum.
pub fn chunk(device: DeviceId, number: u64, columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut content = vec![0, 16];
    content.extend(device.as_bytes());
    content.extend(leb128(number));
    // First operation, time, message, other actors.
    content.extend([1, 0, 0, 0]);
    content.extend(leb128(columns.len() as u64));
    columns.iter().for_each(|(column, bytes)| content.extend([leb128(*column), leb128(bytes.len() as u64)].concat()));
    columns.iter().for_each(|(_, bytes)| content.extend(bytes));
    [&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1], leb128(content.len() as u64).as_slice(), &content].concat()
}

fn leb128(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A count with a sign: the last byte leaves its bit free.
fn run(count: u64) -> Vec<u8> {
    let mut bytes = leb128(count);
    if bytes.last().unwrap() & 0x40 != 0 {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push(0);
    }
    bytes
}
