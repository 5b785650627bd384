//! Tells each side of the committee that it votes for the block of that side; where there is one block only, it tells
//! one side of a block that does not exist.

use super::{Behaviour, Context, Letter};
use crate::keys::Identity;
use tc_pbft_core::{Commit, Message, Prepare, Signed};
use tp_pbft::BlockHash;

pub(super) struct EquivocatingVotes;

impl Behaviour for EquivocatingVotes {
	fn outgoing(&mut self, context: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
		let vote = |context: &Context, identity: Identity, view, hash: BlockHash| {
			let side = context.cabal.side(context.height, identity);
			match context.cabal.forks.get(&(context.height, view)) {
				Some(fork) if fork.len() > 1 => fork[side.min(fork.len() - 1)],
				_ if side == 0 => hash,
				_ => BlockHash::repeat_byte(0x66),
			}
		};
		match &message.message {
			Message::Prepare(Prepare { view, hash }) => to
				.into_iter()
				.map(|identity| {
					let hash = vote(context, identity, *view, *hash);
					context.letter(identity, Message::Prepare(Prepare { view: *view, hash }))
				})
				.collect(),
			Message::Commit(Commit { view, hash }) => to
				.into_iter()
				.map(|identity| {
					let hash = vote(context, identity, *view, *hash);
					context.letter(identity, Message::Commit(Commit { view: *view, hash }))
				})
				.collect(),
			_ => super::honest(to, message),
		}
	}

	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<Letter> {
		match &message.message {
			Message::PrePrepare(pre_prepare) if message.height == context.height => {
				context.cabal.note(context.height, pre_prepare.view, &pre_prepare.proposal);
				let forked = context.cabal.forks.get(&(context.height, pre_prepare.view)).map_or(0, Vec::len) > 1;
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
