//! What a node has to do, put together from what the pallets know.

use crate::*;
use tp_pbft::PbftId;
use tp_stake::{Duties, EpochClock, Nodes};

/// The duties of the node whose vote key counts in the present epoch.
pub fn of(key: &PbftId) -> Option<Duties> {
	let node = ComprehensiveStake::owner(key)?;
	let epoch = Committee::epoch();
	// Of several keys of a node, the one that counts now has the duties.
	let keys = ComprehensiveStake::keys_at(&node, epoch).filter(|keys| keys.pbft == *key)?;
	Some(Duties {
		epoch,
		randomness: Committee::randomness(),
		last_height: Committee::epoch_start().saturating_add(Committee::epoch_length().max(1) - 1),
		tickets: ShardAssignment::open_tickets(&node),
		power: ComputingPower::duty(&node, &keys),
		vrf: keys.vrf,
		node,
	})
}
