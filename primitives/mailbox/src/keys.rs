//! Where a ledger's state has its lanes, for nodes that read it and for proofs below its state root.
//!
//! They are the keys of `pallet-mailbox` under the name `Mailbox`, which every runtime with a mailbox gives it.

use crate::lane::Lane;
use alloc::vec::Vec;
use codec::Encode;
use sp_io::hashing::{blake2_128, twox_128};

/// The name of the pallet in runtimes.
const PALLET: &[u8] = b"Mailbox";

/// Returns the key of a lane at its source: `Mailbox.OutboundLanes(lane)`. The value is an [`OutboundLane`](crate::OutboundLane).
pub fn outbound_key(lane: &Lane) -> Vec<u8> {
	map_key(b"OutboundLanes", lane)
}

/// Returns the key of a lane at its destination: `Mailbox.InboundLanes(lane)`. The value is an [`InboundLane`](crate::InboundLane).
pub fn inbound_key(lane: &Lane) -> Vec<u8> {
	map_key(b"InboundLanes", lane)
}

/// Returns the key of the value in lanes: `Mailbox.InLanes`. The value is a balance; there is none if it is zero.
pub fn in_lanes_key() -> Vec<u8> {
	[twox_128(PALLET), twox_128(b"InLanes")].concat()
}

fn map_key(map: &[u8], lane: &Lane) -> Vec<u8> {
	let part = lane.encode();
	let mut key = [twox_128(PALLET), twox_128(map), blake2_128(&part)].concat();
	key.extend(part);
	key
}
