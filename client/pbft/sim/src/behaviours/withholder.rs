//! Lets a block be prepared, and withholds the proof and the block. The next primary must propose the block again and
//! cannot, once the others have lost it.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{keys::Identity, network::AddressedPacket};
use tc_pbft_core::{Message, Proposal, Signed};

pub(super) struct Withholder;

impl Behaviour for Withholder {
	fn outgoing(&mut self, _: &mut Context, mut to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		if matches!(message.message, Message::Prepare(_) | Message::Commit(_)) {
			to.clear();
		}
		honest(to, message)
	}

	fn serve(&mut self, _: &mut Context, _: Proposal) -> Option<Proposal> {
		None
	}

	fn passes_on(&mut self) -> bool {
		false
	}
}
