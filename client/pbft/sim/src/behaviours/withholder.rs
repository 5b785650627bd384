//! Lets a block be prepared, keeps the proof to itself, and gives the block to nobody: whoever must propose it again
//! cannot, once the others have lost it.

use super::{honest, Behaviour, Context, Letter};
use crate::keys::Identity;
use tc_pbft_core::{Message, Signed};

pub(super) struct Withholder;

impl Behaviour for Withholder {
	fn outgoing(&mut self, _: &mut Context, mut to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
		if matches!(message.message, Message::Prepare(_) | Message::Commit(_)) {
			to.clear();
		}
		honest(to, message)
	}

	fn serves(&mut self) -> bool {
		false
	}
}
