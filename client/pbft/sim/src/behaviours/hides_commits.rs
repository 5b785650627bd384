//! Forks a height across two views, and signs nothing twice. The member has two processes, which are cut off from each other.
//! The first one votes in view 0 alone. The second one says nothing in view 0, and then asks for the next view as if it had not
//! voted: so it hides the Commits of the first.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{
	keys::Identity,
	network::{AddressedPacket, NodeId},
};
use tc_pbft_core::{Message, Payload, Signed};

pub(super) struct HidesCommits {
	node: NodeId,
	/// Whether it answers members that ask. Its replicas then pass on their own votes as well, also the votes that it does not send. So it
	/// signs twice, and the fork goes other ways.
	passes_on: bool,
}

impl HidesCommits {
	pub(super) fn new(node: NodeId, passes_on: bool) -> Self {
		Self { node, passes_on }
	}
}

impl Behaviour for HidesCommits {
	fn outgoing(&mut self, context: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		// The second process of an identity has a node number above all first ones.
		let is_first = self.node == usize::from(context.identity);
		let speaks = is_first == (message.message.view() == 0);
		honest(if speaks { to } else { Vec::new() }, message)
	}

	fn passes_on(&mut self) -> bool {
		self.passes_on
	}
}
