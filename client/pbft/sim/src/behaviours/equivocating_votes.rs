//! Votes for each side's block towards that side. If there is only one block, votes towards one side for a block that
//! does not exist.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{keys::Identity, network::AddressedPacket};
use tc_pbft_core::{Commit, Message, Prepare, Signed};
use tp_pbft::{BlockHash, View};

pub(super) struct EquivocatingVotes;

impl Behaviour for EquivocatingVotes {
	fn outgoing(&mut self, context: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		let vote = |context: &Context, identity: Identity, view, hash: BlockHash| {
			let side = context.adversary.side(context.height, identity);
			match context.adversary.forks.get(&(context.height, view)) {
				Some(fork) if fork.len() > 1 => fork[side.min(fork.len() - 1)],
				_ if side == 0 => hash,
				_ => BlockHash::repeat_byte(0x66),
			}
		};
		let send = |context: &mut Context, view, hash, message: fn(View, BlockHash) -> Message| {
			let packets = to.iter().map(|identity| {
				let hash = vote(context, *identity, view, hash);
				context.packet_to(*identity, message(view, hash))
			});
			packets.collect()
		};
		match &message.message {
			Message::Prepare(Prepare { view, hash }) => {
				send(context, *view, *hash, |view, hash| Message::Prepare(Prepare { view, hash }))
			},
			Message::Commit(Commit { view, hash }) => {
				send(context, *view, *hash, |view, hash| Message::Commit(Commit { view, hash }))
			},
			_ => honest(to, message),
		}
	}

	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<AddressedPacket> {
		match &message.message {
			Message::PrePrepare(pre_prepare) if message.height == context.height => {
				context.adversary.note(context.height, pre_prepare.view, &pre_prepare.proposal);
				let forked = context.adversary.forks.get(&(context.height, pre_prepare.view)).map_or(0, Vec::len) > 1;
				if forked {
					context.fork_votes(pre_prepare.view)
				} else {
					Vec::new()
				}
			},
			_ => Vec::new(),
		}
	}
}
