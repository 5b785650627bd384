//! Runs twice with one key (Bano et al., "Twins: BFT systems made robust"). Each instance is correct, but does not know
//! of the other. In half of the pairs each instance reaches one side of the committee only.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{
	keys::Identity,
	network::{AddressedPacket, NodeId},
};
use tc_pbft_core::{Message, Signed};

pub(super) struct Twin {
	node: NodeId,
}

impl Twin {
	pub(super) fn new(node: NodeId) -> Self {
		Self { node }
	}

	/// Returns the side of this instance. The second instance of an identity has a node number above all first ones.
	fn side(&self, identity: Identity) -> usize {
		usize::from(self.node != usize::from(identity))
	}

	fn reaches(&self, context: &Context, identity: Identity) -> bool {
		let apart = context.identity.is_multiple_of(2);
		!apart || context.adversary.side(context.height, identity) == self.side(context.identity)
	}
}

impl Behaviour for Twin {
	fn outgoing(
		&mut self,
		context: &mut Context,
		mut to: Vec<Identity>,
		message: Signed<Message>,
	) -> Vec<AddressedPacket> {
		to.retain(|identity| self.reaches(context, *identity));
		honest(to, message)
	}

	fn receives(&mut self, context: &mut Context, from: Identity) -> bool {
		self.reaches(context, from)
	}
}
