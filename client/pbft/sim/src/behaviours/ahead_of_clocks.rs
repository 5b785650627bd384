//! As primary, stamps its blocks with a time that only a part of the replicas allows, by their clocks. Then it withholds
//! what would complete a quorum. The others may prepare the block, and need the replica that refused it.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{
	block::Block,
	keys::Identity,
	network::AddressedPacket,
	time::{Time, MAX_AHEAD_MS, MAX_CLOCK_OFFSET_MS},
};
use rand::Rng;
use tc_pbft_core::{Message, Signed, Verdict};

/// An hour ahead: no replica allows it.
const FAR_AHEAD_MS: Time = 3_600_000;

pub(super) struct AheadOfClocks;

impl Behaviour for AheadOfClocks {
	fn outgoing(&mut self, _: &mut Context, mut to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		if !matches!(message.message, Message::PrePrepare(_) | Message::Prepare(_)) {
			to.clear();
		}
		honest(to, message)
	}

	fn check(&mut self, _: Verdict) -> Verdict {
		Verdict::Valid
	}

	fn build(&mut self, context: &mut Context, block: Block) -> Block {
		let ahead = match context.rng.gen_range(0..8) {
			0 => FAR_AHEAD_MS,
			_ => MAX_AHEAD_MS + context.rng.gen_range(0..=2 * MAX_CLOCK_OFFSET_MS) - MAX_CLOCK_OFFSET_MS,
		};
		Block { time: (context.now + ahead).max(context.parent_time + 1), ..block }
	}

	fn passes_on(&mut self) -> bool {
		false
	}
}
