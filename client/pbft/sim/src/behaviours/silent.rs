//! Sends nothing, or not everything, in one of three ways by node number.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{
	keys::Identity,
	network::{AddressedPacket, NodeId},
};
use tc_pbft_core::{Message, Signed};

/// What the member withholds.
#[derive(Clone, Copy)]
enum Withheld {
	Everything,
	/// Its proposals. The worst silent primary votes correctly.
	Proposals,
	/// Everything, but from one side of the committee only.
	FromOneSide,
}

pub(super) struct Silent(Withheld);

impl Silent {
	pub(super) fn new(node: NodeId) -> Self {
		Self([Withheld::Everything, Withheld::Proposals, Withheld::FromOneSide][node % 3])
	}
}

impl Behaviour for Silent {
	fn outgoing(
		&mut self,
		context: &mut Context,
		mut to: Vec<Identity>,
		message: Signed<Message>,
	) -> Vec<AddressedPacket> {
		match self.0 {
			Withheld::Everything => to.clear(),
			Withheld::Proposals if matches!(message.message, Message::PrePrepare(_)) => to.clear(),
			Withheld::Proposals => {},
			Withheld::FromOneSide => to.retain(|identity| context.adversary.side(context.height, *identity) == 0),
		}
		honest(to, message)
	}

	fn passes_on(&mut self) -> bool {
		false
	}
}
