//! After a restart: what the vote log binds us to (rule 5).

use super::{
	state::{Accepted, Phase},
	Replica,
};
use crate::{Commit, Message, PrePrepare, Prepare, Record};
use tp_pbft::{MemberIndex, MessageKind, View};

impl Replica {
	/// Takes up the records of the height that has just begun: the view, what was said in it, the prepared certificate
	/// and its block. Then says again what was said, and goes on from there.
	///
	/// Records of higher heights stay for theirs: a crash may take the newest block out of the database after we have
	/// voted on top of it.
	pub(super) fn recover(&mut self) {
		let height = self.state.height;
		let (log, later): (Vec<Record>, Vec<Record>) = std::mem::take(&mut self.log)
			.into_iter()
			.filter(|record| record.height() >= height)
			.partition(|record| record.height() == height);
		self.log = later;
		let Some(me) = self.state.me else { return };
		let Some(view) = log.iter().map(Record::view).max() else { return };
		// Whoever proposed or voted in a view was in it. Otherwise we have asked for it, and it has yet to begin.
		let voted = |record: &Record| !matches!(record, Record::ViewChanged(_)) && record.view() == view;
		self.state.move_to(view, if log.iter().any(voted) { Phase::Voting } else { Phase::Changing });
		log.into_iter().for_each(|record| self.replay(me, record));
		self.resume();
	}

	/// Takes up one record. Signatures are deterministic, so messages are signed anew.
	fn replay(&mut self, me: MemberIndex, record: Record) {
		match record {
			Record::Proposed { view, proposal, new_view, .. } => {
				// A block that no earlier view had prepared was built, hence executed, by us.
				let prepared_before = new_view.as_ref().is_some_and(|signed| signed.message.block.is_some());
				let authorship = (!prepared_before).then_some((view, me));
				if !prepared_before {
					self.state.checks.learn(proposal.hash, authorship, true);
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
				// We voted for it, so it was executed and found valid, whoever's name it carries.
				self.state.checks.learn(hash, None, true);
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

	fn resume(&mut self) {
		let view = self.state.view;
		if self.state.phase == Phase::Voting {
			self.start_view_timer();
		}
		self.repeat();
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
	/// The view that it is about: for a view change, the new one.
	pub(super) fn view(&self) -> View {
		match self {
			Record::Proposed { view, .. } | Record::Prepared { view, .. } => *view,
			Record::Committed { prepared, .. } => prepared.view,
			Record::ViewChanged(signed) => signed.message.view,
		}
	}
}
