//! Says nothing, or not everything: the three ways take turns by node.

use super::{honest, Behaviour, Context, Letter};
use crate::{keys::Identity, network::NodeId};
use tc_pbft_core::{Message, Signed};

/// What it keeps to itself.
#[derive(Clone, Copy)]
enum Keeps {
	Everything,
	/// Its proposals: the worst primary is one that votes like everybody.
	Proposals,
	/// From one side of the committee, everything.
	FromOneSide,
}

pub(super) struct Silent(Keeps);

impl Silent {
	pub(super) fn new(node: NodeId) -> Self {
		Self([Keeps::Everything, Keeps::Proposals, Keeps::FromOneSide][node % 3])
	}
}

impl Behaviour for Silent {
	fn outgoing(&mut self, context: &mut Context, mut to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
		match self.0 {
			Keeps::Everything => to.clear(),
			Keeps::Proposals if matches!(message.message, Message::PrePrepare(_)) => to.clear(),
			Keeps::Proposals => {},
			Keeps::FromOneSide => to.retain(|identity| context.cabal.side(context.height, *identity) == 0),
		}
		honest(to, message)
	}
}
