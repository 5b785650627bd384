//! Votes at once, with Prepare and Commit, for whatever anybody proposes, valid or not, in whatever view; and as
//! primary proposes invalid blocks.

use super::{honest, Behaviour, Context, Letter};
use crate::block::Block;
use rand::Rng;
use tc_pbft_core::{Commit, Message, Prepare, RejectedProposal, Signed};

pub(super) struct CarelessVoter;

impl Behaviour for CarelessVoter {
	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<Letter> {
		let Message::PrePrepare(pre_prepare) = &message.message else { return Vec::new() };
		if message.height != context.height || context.me.is_none() {
			return Vec::new();
		}
		let (view, hash) = (pre_prepare.view, pre_prepare.proposal.hash);
		context.cabal.note(context.height, view, &pre_prepare.proposal);
		let mut letters = honest(context.members.to_vec(), context.sign(Message::Prepare(Prepare { view, hash })));
		letters.extend(honest(context.members.to_vec(), context.sign(Message::Commit(Commit { view, hash }))));
		letters
	}

	fn check(&mut self, _: Result<(), RejectedProposal>) -> Result<(), RejectedProposal> {
		Ok(())
	}

	fn build(&mut self, context: &mut Context, block: Block) -> Block {
		match context.rng.gen_range(0..4) {
			0 => Block { sound: false, ..block },
			1 => Block { view: block.view + 1, ..block },
			2 => Block { author: block.author + 1, ..block },
			_ => block,
		}
	}
}
