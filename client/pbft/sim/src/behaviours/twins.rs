//! Runs twice with one key (Bano et al., "Twins: BFT systems made robust"): each instance is as honest as can be, but
//! they know nothing of each other. One in two pairs has a side of the committee each, as if between partitions.

use super::{honest, Behaviour, Context, Letter};
use crate::{keys::Identity, network::NodeId};
use tc_pbft_core::{Message, Signed};

pub(super) struct Twin {
	node: NodeId,
}

impl Twin {
	pub(super) fn new(node: NodeId) -> Self {
		Self { node }
	}

	/// The second instance of an identity runs after all first ones.
	fn side(&self, identity: Identity) -> usize {
		usize::from(self.node != usize::from(identity))
	}

	fn reaches(&self, context: &Context, identity: Identity) -> bool {
		let apart = context.identity.is_multiple_of(2);
		!apart || context.cabal.side(context.height, identity) == self.side(context.identity)
	}
}

impl Behaviour for Twin {
	fn outgoing(&mut self, context: &mut Context, mut to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
		to.retain(|identity| self.reaches(context, *identity));
		honest(to, message)
	}

	fn hears(&mut self, context: &mut Context, from: Identity) -> bool {
		self.reaches(context, from)
	}
}
