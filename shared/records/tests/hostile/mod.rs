//! Changes of a device that means harm, for the tests of all who merge.

use automerge::{ActorId, AutoCommit, Change, ChangeHash, ExpandedChange, ScalarValue, legacy};
use duka_core::DeviceId;

/// Changes by `device` that break no rule by themselves, with their numbers, for a record that is its change 1 alone: one overwrites what never
/// was, which makes a document that nobody can read again; one follows a change that never was, at which merging stops.
pub fn harm(device: DeviceId, document: &[u8]) -> [(u64, Vec<u8>); 2] {
    let heads = AutoCommit::load(document).unwrap().get_heads();
    [(2, price(device, 2, 1_000, heads, &[7_777])), (4, price(device, 4, 2_000, vec![], &[]))]
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
