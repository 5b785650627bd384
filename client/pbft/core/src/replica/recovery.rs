//! Recovery after a restart: the vote log binds the replica (rule 5).

use super::{
	machine::Replica,
	state::{Accepted, Phase},
};
use crate::{
	io::Record,
	message::{Commit, Message, PrePrepare, Prepare},
};
use tp_pbft::{MemberIndex, MessageKind, View};

impl Replica {
	/// Restores the height that has just begun from its records: the view, the sent messages, the prepared certificate
	/// and its block. Then sends the messages again and continues.
	///
	/// Records of higher heights are kept until those heights begin. A crash may remove the newest block from the
	/// database after this replica voted on top of it.
	pub(super) fn recover(&mut self) {
		let height = self.state.height;
		let (log, later): (Vec<Record>, Vec<Record>) = std::mem::take(&mut self.log)
			.into_iter()
			.filter(|record| record.height() >= height)
			.partition(|record| record.height() == height);
		self.log = later;
		let Some(me) = self.state.me else { return };
		// The highest view of all records, in any order of writing: rule 1 forbids votes below it.
		let Some(view) = log.iter().map(Record::view).max() else { return };
		// A proposal or a vote in the view proves that the view had begun. Otherwise this replica has only requested
		// it. Fragile: to take a requested view for a begun one would allow votes in it without a new view, against
		// rule 3.
		let voted = |record: &Record| !matches!(record, Record::ViewChanged(_)) && record.view() == view;
		// Before the replay: moving clears the state of the old view, which the replay restores.
		self.state.move_to(view, if log.iter().any(voted) { Phase::Voting } else { Phase::Changing });
		log.into_iter().for_each(|record| self.replay(me, record));
		self.resume();
	}

	/// Restores one record. The messages are signed again; signatures are deterministic, so this is no equivocation.
	fn replay(&mut self, me: MemberIndex, record: Record) {
		match record {
			Record::Proposed { view, proposal, new_view, .. } => {
				// A block that no earlier view had prepared was built by this replica, and building includes execution.
				// A prepared block may have been executed by others only, so it is checked.
				let prepared_before = new_view.as_ref().is_some_and(|signed| signed.message.block.is_some());
				let authorship = (!prepared_before).then_some((view, me));
				if !prepared_before {
					self.state.checks.set(proposal.hash, authorship, true);
				}
				self.state.keep_block(proposal.clone());
				if view == self.state.view {
					self.state.accepted = Some(Accepted { proposal: proposal.clone(), authorship });
				}
				if let Some(new_view) = &new_view {
					self.count_own(new_view);
				}
				let pre_prepare = PrePrepare { view, proposal, new_view: new_view.map(Box::new) };
				let signed = self.sign(me, Message::PrePrepare(pre_prepare));
				self.count_own(&signed);
				self.state.own.pre_prepare = Some(signed);
			},
			Record::Prepared { view, hash, .. } => {
				let signed = self.sign(me, Message::Prepare(Prepare { view, hash }));
				self.count_own(&signed);
				self.state.own.prepare = Some(signed);
			},
			Record::Committed { prepared, proposal, .. } => {
				let (view, hash) = (prepared.view, prepared.hash);
				// The vote proves that the block was executed and found valid, under the name of any author.
				self.state.checks.set(hash, None, true);
				self.state.prepared = Some((prepared, proposal.clone()));
				self.state.keep_block(proposal.clone());
				if view == self.state.view {
					self.state.accepted = Some(Accepted { proposal, authorship: None });
				}
				let signed = self.sign(me, Message::Commit(Commit { view, hash }));
				self.count_own(&signed);
				self.state.own.commit = Some(signed);
			},
			Record::ViewChanged(signed) => self.adopt_own_view_change(signed),
		}
	}

	// The messages go out again first, because other members may wait for them. Then the replica continues where the
	// crash stopped it: with the check, the vote, the decision, or the next view.
	fn resume(&mut self) {
		let view = self.state.view;
		if self.state.phase == Phase::Voting {
			self.start_view_timer();
		}
		self.resend();
		if let Some(accepted) = self.state.accepted.clone() {
			self.accept(accepted.proposal, accepted.authorship);
		}
		if let Some(hash) = self.state.own.block(MessageKind::Commit, view) {
			self.try_decide(view, hash);
		}
		self.follow_view_changes();
	}
}

impl Record {
	/// Returns the view of the record: for a view change, the requested one.
	pub(super) fn view(&self) -> View {
		match self {
			Record::Proposed { view, .. } | Record::Prepared { view, .. } => *view,
			Record::Committed { prepared, .. } => prepared.view,
			Record::ViewChanged(signed) => signed.message.view,
		}
	}
}
