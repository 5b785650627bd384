//! A network that is scheduled by the adversary: until the faults end, it decides how long each message takes.
//!
//! A random schedule rarely holds back the one message that matters. These do it on purpose. Each of them delays only, and
//! no message beyond the end of the faults.

use crate::{
	keys::mix_word,
	network::{NodeId, Packet},
	time::Time,
};
use std::collections::BTreeMap;
use tc_pbft_core::{view_timeout_ms, Message, Payload};
use tp_pbft::{Height, MessageKind, Pace, View};

/// What the adversary holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
	/// The vote that would complete a quorum at a replica, and those after it, until about the timeout of the view.
	Quorums,
	/// The proposal, until about the timeout of the view: a part of the replicas votes, and a part has left the view.
	Proposals,
	/// Commits to all but few replicas, and view changes to some: few decide, and the others move on without them.
	Decisions,
}

impl Strategy {
	/// All strategies.
	pub const ALL: [Strategy; 3] = [Strategy::Quorums, Strategy::Proposals, Strategy::Decisions];
}

/// The adversary's schedule of a run.
pub struct Scheduler {
	strategy: Option<Strategy>,
	seed: u64,
	quorum: usize,
	pace: Pace,
	sent: BTreeMap<(NodeId, Height, View, MessageKind), usize>,
}

impl Scheduler {
	/// Returns the schedule of a run with committees of `size`. Without a strategy it delays nothing.
	pub fn new(strategy: Option<Strategy>, seed: u64, size: usize, pace: Pace) -> Self {
		Self { strategy, seed, quorum: size - (size - 1) / 3, pace, sent: BTreeMap::new() }
	}

	/// Returns how long the adversary holds a packet to a node back.
	pub fn hold_ms(&mut self, to: NodeId, packet: &Packet) -> Time {
		let (Some(strategy), Packet::Message(message)) = (self.strategy, packet) else { return 0 };
		let (height, view, kind) = (message.height, message.message.view(), message.message.kind());
		let timeout = view_timeout_ms(&self.pace, view);
		// From four fifths to six fifths of the timeout, by height, view and receiver.
		let mixed = [u64::from(height), u64::from(view), to as u64].into_iter().fold(self.seed, mix_word);
		let about_timeout = timeout * 4 / 5 + (mixed >> 20) % (timeout * 2 / 5 + 1);
		let is_held = match (strategy, &message.message) {
			(Strategy::Quorums, Message::Prepare(_) | Message::Commit(_)) => {
				let sent = self.sent.entry((to, height, view, kind)).or_default();
				*sent += 1;
				// The receiver's own vote counts as well.
				*sent + 1 >= self.quorum
			},
			(Strategy::Proposals, Message::PrePrepare(_)) => !(mixed >> 7).is_multiple_of(4),
			(Strategy::Decisions, Message::Commit(_)) => !(mixed >> 7).is_multiple_of(4),
			(Strategy::Decisions, Message::ViewChange(_)) => (mixed >> 9).is_multiple_of(3),
			_ => false,
		};
		if is_held {
			about_timeout
		} else {
			0
		}
	}
}
