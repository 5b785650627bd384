//! The state of the height that runs.

use super::{
	blocks::{Authorship, Blocks, Checks},
	view_changes::ViewChangeBook,
	votes::VoteBook,
};
use crate::{
	hidden_commits::KeptViewChanges,
	message::{Message, NewView, Proposal, Signed, ViewChange},
};
use std::collections::BTreeSet;
use tp_pbft::{BlockHash, Certificate, Committee, Height, MemberIndex, MessageKind, Pace, PreparedCertificate, View};

/// The phase of a replica within a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
	/// The replica votes in its view.
	Voting,
	/// The replica has requested its view, which has not begun. It casts no vote (rule 2).
	Changing,
	/// The block is handed over for import, or no height has begun. Nothing is done until the next height.
	Decided,
}

/// The accepted proposal of the current view.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
	pub proposal: Proposal,
	/// The view and author that its header must name.
	pub authorship: Authorship,
}

/// The last message of each kind, for resending. Of `pre_prepare`, `prepare` and `commit` only those of the current
/// view matter. Each is bound by a record in the vote log.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnMessages {
	pub pre_prepare: Option<Signed<Message>>,
	pub prepare: Option<Signed<Message>>,
	pub commit: Option<Signed<Message>>,
	pub view_change: Option<Signed<ViewChange>>,
}

impl OwnMessages {
	/// Returns the block of this replica's message of a kind in a view, if it has sent one.
	pub fn block(&self, kind: MessageKind, view: View) -> Option<BlockHash> {
		let sent = match kind {
			MessageKind::PrePrepare => &self.pre_prepare,
			MessageKind::Prepare => &self.prepare,
			MessageKind::Commit => &self.commit,
			MessageKind::ViewChange | MessageKind::NewView => return None,
		};
		match sent.as_ref().map(|signed| &signed.message)? {
			Message::PrePrepare(sent) if sent.view == view => Some(sent.proposal.hash),
			Message::Prepare(sent) if sent.view == view => Some(sent.hash),
			Message::Commit(sent) if sent.view == view => Some(sent.hash),
			_ => None,
		}
	}
}

/// The state of one height, from its start to its decision.
pub(super) struct HeightState {
	pub height: Height,
	pub committee: Committee,
	/// The order of primaries, drawn once per height.
	pub primaries: Vec<MemberIndex>,
	pub me: Option<MemberIndex>,
	pub pace: Pace,
	/// Number of votes that decide.
	pub quorum: usize,
	pub phase: Phase,
	/// Rule 1: never decreases, and no vote is cast below it.
	pub view: View,
	/// There are transactions to include.
	pub work_pending: bool,
	/// An empty block is due.
	pub idle_elapsed: bool,
	/// The least time between blocks has passed.
	pub pace_elapsed: bool,
	/// The last view whose timer was started.
	pub timed_view: Option<View>,
	/// The view for which the driver builds a block.
	pub building: Option<View>,
	/// The new view that this replica opens as its primary, while the driver builds the block for it.
	pub opening: Option<Signed<NewView>>,
	pub accepted: Option<Accepted>,
	/// The accepted proposal of another primary as it was signed, for members that lack it.
	pub pre_prepare: Option<Signed<Message>>,
	/// The highest prepared certificate for which this replica sent Commit, with its block.
	pub prepared: Option<(PreparedCertificate, Proposal)>,
	/// The certificate of the decided block, while the block is missing.
	pub decided: Option<Certificate>,
	pub own: OwnMessages,
	/// Whether this step published a new message.
	pub published: bool,
	/// Number of resends since the last new message.
	pub resends: u32,
	/// Whether this replica published a new message since it last looked whether to ask.
	pub progressed: bool,
	/// Number of questions since the last new message.
	pub asks: u32,
	/// The next member to be asked, counted from the member after this one.
	pub asked: usize,
	/// Members that were answered since this replica last looked whether to ask, and whether as a process that listens.
	pub answered: BTreeSet<(MemberIndex, bool)>,
	/// A build or check of this view failed for a reason of this node, and is tried again by the timer.
	pub retrying: bool,
	/// Number of such failures in this view.
	pub retries: u32,
	/// This replica's place in the committee, after a message showed that a second process votes with its key.
	pub key_used: Option<MemberIndex>,
	pub votes: VoteBook,
	pub view_changes: ViewChangeBook,
	/// View changes that may hide a Commit, of all views.
	pub kept_view_changes: KeptViewChanges,
	/// Members that were reported for messages of two views, or for two certificates.
	pub accused: BTreeSet<MemberIndex>,
	pub checks: Checks,
	pub blocks: Blocks,
	/// Blocks that the driver is fetching.
	pub fetching: BTreeSet<BlockHash>,
}

impl HeightState {
	/// Returns the state before the first height.
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
			idle_elapsed: false,
			pace_elapsed: false,
			timed_view: None,
			building: None,
			opening: None,
			accepted: None,
			pre_prepare: None,
			prepared: None,
			decided: None,
			own: OwnMessages::default(),
			published: false,
			resends: 0,
			progressed: false,
			asks: 0,
			asked: 0,
			answered: BTreeSet::new(),
			retrying: false,
			retries: 0,
			key_used: None,
			votes: VoteBook::default(),
			view_changes: ViewChangeBook::default(),
			kept_view_changes: KeptViewChanges::default(),
			accused: BTreeSet::new(),
			checks: Checks::default(),
			blocks: Blocks::default(),
			fetching: BTreeSet::new(),
		}
	}

	/// Returns the primary of a view; after n views the order starts again. `None` without a committee.
	pub fn primary(&self, view: View) -> Option<MemberIndex> {
		let n = View::try_from(self.primaries.len()).ok().filter(|n| *n > 0)?;
		self.primaries.get((view % n) as usize).copied()
	}

	/// Whether this replica is the primary of a view.
	pub fn is_primary(&self, view: View) -> bool {
		self.me.is_some() && self.primary(view) == self.me
	}

	/// Moves to another view. Drops the state of the old one, except for votes within the window.
	pub fn move_to(&mut self, view: View, phase: Phase) {
		self.view = view;
		self.phase = phase;
		self.building = None;
		self.opening = None;
		// `prepared`, `blocks` and `checks` stay: they belong to the height. The prepared certificate must survive
		// every view change, or rule 3 has nothing to show.
		self.accepted = None;
		self.pre_prepare = None;
		self.retrying = false;
		self.retries = 0;
		self.votes.move_to(view);
		self.view_changes.move_to(view);
	}

	/// Keeps a block, and never drops the prepared one for it.
	pub fn keep_block(&mut self, proposal: Proposal) {
		// Fragile: if the prepared block were dropped, this replica could show a certificate for a block that it cannot
		// send.
		let prepared = self.prepared.as_ref().map(|(certificate, _)| certificate.hash);
		self.blocks.insert(self.view, proposal, prepared);
	}
}
