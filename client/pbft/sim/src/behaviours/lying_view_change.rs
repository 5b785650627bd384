//! Lets few replicas decide, and hides the decision from the others. Its Commits go to one member. Its view changes
//! hide its prepared certificate from one side of the committee, and show the oldest known one to the other. At times
//! it requests absurd views.

use super::{
	adversary::Context,
	behaviour::{honest, Behaviour},
};
use crate::{keys::Identity, network::AddressedPacket};
use rand::Rng;
use tc_pbft_core::{Message, Signed, ViewChange};
use tp_pbft::{Height, PreparedCertificate, View};

#[derive(Default)]
pub(super) struct LyingViewChange {
	height: Height,
	/// The known certificate of the lowest view of the height.
	oldest: Option<PreparedCertificate>,
}

impl LyingViewChange {
	fn see(&mut self, height: Height, prepared: &Option<PreparedCertificate>) {
		if self.height != height {
			self.height = height;
			self.oldest = None;
		}
		if let Some(prepared) = prepared {
			if self.oldest.as_ref().is_none_or(|oldest| prepared.view < oldest.view) {
				self.oldest = Some(prepared.clone());
			}
		}
	}
}

impl Behaviour for LyingViewChange {
	fn outgoing(&mut self, context: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		if let Message::Commit(commit) = &message.message {
			let chosen = context.members[commit.view as usize % context.members.len()];
			return honest(to.into_iter().filter(|identity| *identity == chosen).collect(), message);
		}
		let Message::ViewChange(ViewChange { view, prepared }) = &message.message else {
			return honest(to, message);
		};
		self.see(context.height, prepared);
		to.into_iter()
			.map(|identity| {
				let hides = context.adversary.side(context.height, identity) == 0;
				let prepared = if hides { None } else { self.oldest.clone() };
				context.packet_to(identity, Message::ViewChange(ViewChange { view: *view, prepared }))
			})
			.collect()
	}

	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<AddressedPacket> {
		if message.height == context.height {
			match &message.message {
				Message::ViewChange(view_change) => self.see(context.height, &view_change.prepared),
				Message::PrePrepare(pre_prepare) => {
					if let Some(new_view) = &pre_prepare.new_view {
						for signed in &new_view.message.view_changes {
							self.see(context.height, &signed.message.prepared);
						}
					}
				},
				_ => {},
			}
		}
		Vec::new()
	}

	fn tick(&mut self, context: &mut Context) -> Vec<AddressedPacket> {
		if context.me.is_none() || context.rng.gen_bool(0.7) {
			return Vec::new();
		}
		let view = match context.rng.gen_range(0..3) {
			0 => View::MAX,
			1 => context.rng.gen_range(1..4),
			_ => context.rng.gen_range(4..1_000),
		};
		let members = context.members.to_vec();
		honest(members, context.sign(Message::ViewChange(ViewChange { view, prepared: None })))
	}
}
