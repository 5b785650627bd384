//! Sends Prepare and Commit at once for every proposal, valid or not, in any view and of any member. As primary,
//! proposes invalid blocks.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{block::Block, network::AddressedPacket};
use rand::Rng;
use tc_pbft_core::{Commit, Message, Prepare, Signed, Verdict};

pub(super) struct CarelessVoter;

impl Behaviour for CarelessVoter {
	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<AddressedPacket> {
		let Message::PrePrepare(pre_prepare) = &message.message else { return Vec::new() };
		if message.height != context.height || context.me.is_none() {
			return Vec::new();
		}
		let (view, hash) = (pre_prepare.view, pre_prepare.proposal.hash);
		context.adversary.note(context.height, view, &pre_prepare.proposal);
		let mut packets = honest(context.members.to_vec(), context.sign(Message::Prepare(Prepare { view, hash })));
		packets.extend(honest(context.members.to_vec(), context.sign(Message::Commit(Commit { view, hash }))));
		packets
	}

	fn check(&mut self, _: Verdict) -> Verdict {
		Verdict::Valid
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
