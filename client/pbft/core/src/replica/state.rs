//! What a replica knows of the height that runs.

use super::{
	blocks::{Authorship, Blocks, Checks},
	view_changes::ViewChangeBook,
	votes::VoteBook,
};
use crate::{Message, NewView, Proposal, Signed, ViewChange};
use std::collections::BTreeSet;
use tp_pbft::{BlockHash, Certificate, Committee, Height, MemberIndex, MessageKind, Pace, PreparedCertificate, View};

/// Where a replica stands within a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
	/// It votes in its view.
	Voting,
	/// It asked for its view, which has not begun: it votes for nothing.
	Changing,
	/// The block is handed over for import (or no height has begun): nothing to do until the next height.
	Decided,
}

/// The proposal that the replica goes by in its view.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
	pub proposal: Proposal,
	/// What its header must name.
	pub authorship: Authorship,
}

/// What we said last of each kind, to be said again. Of `pre_prepare`, `prepare` and `commit` only those of the
/// present view matter; each is bound by a record in the vote log.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnMessages {
	pub pre_prepare: Option<Signed<Message>>,
	pub prepare: Option<Signed<Message>>,
	pub commit: Option<Signed<Message>>,
	pub view_change: Option<Signed<ViewChange>>,
}

impl OwnMessages {
	/// Whether we said something of a kind in a view, and about which block.
	pub fn block(&self, kind: MessageKind, view: View) -> Option<BlockHash> {
		let said = match kind {
			MessageKind::PrePrepare => &self.pre_prepare,
			MessageKind::Prepare => &self.prepare,
			MessageKind::Commit => &self.commit,
			MessageKind::ViewChange | MessageKind::NewView => return None,
		};
		match said.as_ref().map(|signed| &signed.message)? {
			Message::PrePrepare(said) if said.view == view => Some(said.proposal.hash),
			Message::Prepare(said) if said.view == view => Some(said.hash),
			Message::Commit(said) if said.view == view => Some(said.hash),
			_ => None,
		}
	}
}

/// One height, from its start to its decision.
pub(super) struct HeightState {
	pub height: Height,
	pub committee: Committee,
	/// The order of primaries, drawn once.
	pub primaries: Vec<MemberIndex>,
	pub me: Option<MemberIndex>,
	pub pace: Pace,
	/// Votes that decide.
	pub quorum: usize,
	pub phase: Phase,
	/// Rule 1: no vote below it, ever.
	pub view: View,
	/// There are transactions.
	pub work_pending: bool,
	/// An empty block is due.
	pub idle_over: bool,
	/// The least time between blocks is over.
	pub pace_over: bool,
	/// The view whose timer was started last.
	pub timed_view: Option<View>,
	/// The view for which the driver builds a block.
	pub building: Option<View>,
	/// We are the primary of the present view, above 0, and build the block that we will propose: what allows it.
	pub leading: Option<Signed<NewView>>,
	pub accepted: Option<Accepted>,
	/// The highest prepared certificate that we voted Commit upon, with its block.
	pub prepared: Option<(PreparedCertificate, Proposal)>,
	/// The block is decided but not at hand.
	pub decided: Option<Certificate>,
	pub own: OwnMessages,
	/// We said something new in this step.
	pub said_new: bool,
	/// How often we have said everything again since we last said something new.
	pub repeats: u32,
	pub votes: VoteBook,
	pub view_changes: ViewChangeBook,
	pub checks: Checks,
	pub blocks: Blocks,
	/// Blocks that the driver gets for us.
	pub fetching: BTreeSet<BlockHash>,
}

impl HeightState {
	/// Before the first height: nothing to do.
	pub fn none() -> Self {
		let committee = Committee { epoch: 0, members: Vec::new(), seed: Default::default() };
		let pace = Pace { block_interval_ms: 0, idle_interval_ms: 0, base_timeout_ms: 0 };
		Self::new(0, committee, 0, None, pace, Phase::Decided)
	}

	pub fn new(
		height: Height,
		committee: Committee,
		quorum: usize,
		me: Option<MemberIndex>,
		pace: Pace,
		phase: Phase,
	) -> Self {
		Self {
			height,
			primaries: if committee.members.is_empty() { Vec::new() } else { committee.primaries() },
			committee,
			me,
			pace,
			quorum,
			phase,
			view: 0,
			work_pending: false,
			idle_over: false,
			pace_over: false,
			timed_view: None,
			building: None,
			leading: None,
			accepted: None,
			prepared: None,
			decided: None,
			own: OwnMessages::default(),
			said_new: false,
			repeats: 0,
			votes: VoteBook::default(),
			view_changes: ViewChangeBook::default(),
			checks: Checks::default(),
			blocks: Blocks::default(),
			fetching: BTreeSet::new(),
		}
	}

	/// The primary of a view; after n views the order starts over. `None` without a committee.
	pub fn primary(&self, view: View) -> Option<MemberIndex> {
		let n = View::try_from(self.primaries.len()).ok().filter(|n| *n > 0)?;
		self.primaries.get((view % n) as usize).copied()
	}

	/// Whether we are the primary of a view.
	pub fn leads(&self, view: View) -> bool {
		self.me.is_some() && self.primary(view) == self.me
	}

	/// The present view is another: what belonged to the old one is dropped, but for votes within the window.
	pub fn move_to(&mut self, view: View, phase: Phase) {
		self.view = view;
		self.phase = phase;
		self.building = None;
		self.leading = None;
		self.accepted = None;
		self.votes.move_to(view);
		self.view_changes.move_to(view);
	}

	/// Keeps a block, and never drops the prepared one for it.
	pub fn keep_block(&mut self, proposal: Proposal) {
		let prepared = self.prepared.as_ref().map(|(certificate, _)| certificate.hash);
		self.blocks.insert(self.view, proposal, prepared);
	}
}
