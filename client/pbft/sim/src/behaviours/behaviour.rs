//! The interface of a byzantine member's behaviour.

use super::adversary::Context;
use crate::{
	block::Block,
	keys::Identity,
	network::{AddressedPacket, Packet},
};
use std::sync::Arc;
use tc_pbft_core::{Message, Proposal, Signed, Verdict};

/// The behaviour of a byzantine member. The default of each method is correct behaviour.
pub trait Behaviour {
	/// Returns what is sent instead of a message of the member's replica.
	fn outgoing(&mut self, _: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		honest(to, message)
	}

	/// Whether the member receives messages of an identity.
	fn receives(&mut self, _: &mut Context, _from: Identity) -> bool {
		true
	}

	/// Returns what is sent in addition when a message arrives, verified or not.
	fn incoming(&mut self, _: &mut Context, _: &Signed<Message>) -> Vec<AddressedPacket> {
		Vec::new()
	}

	/// Returns what is sent in addition once per second.
	fn tick(&mut self, _: &mut Context) -> Vec<AddressedPacket> {
		Vec::new()
	}

	/// Returns what is served instead of a block.
	fn serve(&mut self, _: &mut Context, proposal: Proposal) -> Option<Proposal> {
		Some(proposal)
	}

	/// Whether the member passes on messages of others.
	fn passes_on(&mut self) -> bool {
		true
	}

	/// Returns the verdict that the member's replica gets on an executed block.
	fn check(&mut self, verdict: Verdict) -> Verdict {
		verdict
	}

	/// Returns the block that is built instead of `block`.
	fn build(&mut self, _: &mut Context, block: Block) -> Block {
		block
	}
}

/// Sends the same message to all receivers.
pub(super) fn honest(to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
	let message = Arc::new(message);
	to.into_iter().map(|identity| (identity, Packet::Message(message.clone()))).collect()
}
