//! Members that hide a Commit of this height from the members that open a later view.
//!
//! Both messages may come in any order. Each is compared with the other one when it comes. [`crate::KeptViewChanges`] says why no
//! correct member is accused.

use super::machine::Replica;
use crate::{
	hidden_commits::{double_votes, KeptViewChanges},
	io::Output,
	message::{Signed, ViewChange},
};
use tp_pbft::{Certificate, Equivocation, Evidence, MemberIndex, MessageKind, SignedPayload, View};

impl Replica {
	/// Returns the view changes of this height that may hide a Commit. The driver keeps them as long as evidence of the epoch
	/// counts.
	pub fn kept_view_changes(&self) -> &KeptViewChanges {
		&self.state.kept_view_changes
	}

	/// Keeps a member's verified view change, and compares it with the member's Commits, and its certificate with others.
	pub(super) fn find_hidden_commits_by(&mut self, signed: &Signed<ViewChange>) {
		self.find_double_prepares(signed);
		let state = &mut self.state;
		state.kept_view_changes.note(signed);
		let commits: Vec<_> = state.votes.commits_of(signed.sender).map(|(view, vote)| (view, vote.clone())).collect();
		for (view, commit) in commits {
			self.find_hidden_commit(signed.sender, view, &commit);
		}
	}

	/// Compares a member's verified Commit with its view changes.
	pub(super) fn find_hidden_commit(&mut self, member: MemberIndex, view: View, commit: &SignedPayload) {
		let state = &self.state;
		if let Some(found) = state.kept_view_changes.hidden_commit(&state.committee, member, view, commit) {
			self.accuse(found.member, found.into());
		}
	}

	/// Compares the certificate of a view change with the certificates that were shown before, and with the Prepares of its signers. Two
	/// certificates of one view let a view be led to another block than the committed one.
	fn find_double_prepares(&mut self, signed: &Signed<ViewChange>) {
		let state = &self.state;
		let Some(shown) = &signed.message.prepared else { return };
		// Honest view changes show one block.
		if state.kept_view_changes.shows(shown) {
			return;
		}
		let known = state.kept_view_changes.certificates();
		let (committee, slot) = (&state.committee, shown.slot());
		let certified = known.into_iter().flat_map(|known| double_votes(committee, known, shown));
		let voted = shown.votes().filter_map(|(member, signature)| {
			let first = state.votes.vote(member, shown.view, MessageKind::Prepare)?.clone();
			let second = SignedPayload { payload: shown.hash, signature: signature.clone() };
			let key = committee.member(member)?.key.clone();
			(first.payload != second.payload).then_some(Equivocation { slot, member, key, first, second })
		});
		let found: Vec<_> = certified.chain(voted).collect();
		for found in found {
			self.accuse(found.member, found.into());
		}
	}

	/// Compares the Commits of a verified certificate with the view changes of their signers.
	pub(super) fn find_hidden_commits_in(&mut self, certificate: &Certificate) {
		let state = &self.state;
		for found in state.kept_view_changes.hidden_in(&state.committee, certificate) {
			self.accuse(found.member, found.into());
		}
	}

	/// Reports a member, once a height: one report is enough for the punishment.
	fn accuse(&mut self, member: MemberIndex, found: Evidence) {
		let state = &mut self.state;
		// Two processes with this replica's key are for the others to report.
		let is_own = state.me == Some(member) || state.key_used == Some(member);
		if !is_own && state.accused.insert(member) {
			self.outputs.push(Output::Report(found));
		}
	}
}
