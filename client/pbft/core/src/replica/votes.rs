//! The votes of all members: counts for quorums, and conflicting messages for evidence.

use std::collections::BTreeMap;
use tp_pbft::{MemberIndex, MessageKind, PbftSignature, SignedPayload, View};

use sp_core::H256;

/// Views above the current one whose votes are kept. A faulty member can fill only its own row of these views. A
/// correct member further ahead resends its votes, and its view changes count in any case.
pub const VIEWS_AHEAD: View = 8;
/// Views below the current one whose votes are kept: late Commits can still complete a certificate there.
pub const VIEWS_BEHIND: View = 8;

/// The result of counting a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Noted {
	/// The member's first message in this slot.
	First,
	/// The member sent the same message before.
	Repeated,
	/// The member sent a conflicting message before, and was not reported yet. The first message, given here, stays.
	Contradiction(SignedPayload),
	/// The member was reported before, or the view is outside the window.
	Ignored,
}

/// The messages of one kind in one view, one per member.
#[derive(Clone, Debug, Default)]
struct Tally {
	votes: BTreeMap<MemberIndex, SignedPayload>,
	counts: BTreeMap<H256, usize>,
	contradicted: Vec<MemberIndex>,
}

/// The messages of a height, within a window of views around the current one.
#[derive(Clone, Debug, Default)]
pub(super) struct VoteBook {
	tallies: BTreeMap<(View, MessageKind), Tally>,
	present: View,
}

impl VoteBook {
	/// Moves the window, and drops the views that leave it.
	pub fn move_to(&mut self, view: View) {
		self.present = view;
		// `PrePrepare` is the first kind, so the split keeps all kinds of the lowest view.
		let lowest = (view.saturating_sub(VIEWS_BEHIND), MessageKind::PrePrepare);
		self.tallies = self.tallies.split_off(&lowest);
	}

	/// Counts a member's verified message in its slot. The first message of a slot counts, later ones are only
	/// evidence.
	pub fn note(
		&mut self,
		member: MemberIndex,
		view: View,
		kind: MessageKind,
		payload: H256,
		signature: PbftSignature,
	) -> Noted {
		if !self.covers(view) {
			return Noted::Ignored;
		}
		let tally = self.tallies.entry((view, kind)).or_default();
		match tally.votes.get(&member) {
			None => {
				tally.votes.insert(member, SignedPayload { payload, signature });
				*tally.counts.entry(payload).or_default() += 1;
				Noted::First
			},
			Some(first) if first.payload == payload => Noted::Repeated,
			// One report per member and slot: a faulty member can sign any number of messages, and each would be
			// evidence.
			Some(_) if tally.contradicted.contains(&member) => Noted::Ignored,
			Some(first) => {
				tally.contradicted.push(member);
				Noted::Contradiction(first.clone())
			},
		}
	}

	/// Whether counting this message would change anything.
	pub fn is_new(&self, member: MemberIndex, view: View, kind: MessageKind, payload: &H256) -> bool {
		if !self.covers(view) {
			return false;
		}
		let Some(tally) = self.tallies.get(&(view, kind)) else { return true };
		match tally.votes.get(&member) {
			None => true,
			Some(first) => first.payload != *payload && !tally.contradicted.contains(&member),
		}
	}

	/// Whether the window includes a view.
	fn covers(&self, view: View) -> bool {
		view >= self.present.saturating_sub(VIEWS_BEHIND) && view <= self.present.saturating_add(VIEWS_AHEAD)
	}

	/// Returns how many members sent this message in this view.
	pub fn count(&self, view: View, kind: MessageKind, payload: &H256) -> usize {
		self.tallies.get(&(view, kind)).and_then(|tally| tally.counts.get(payload)).copied().unwrap_or_default()
	}

	/// Whether a member sent any message of a kind in a view.
	pub fn has(&self, view: View, kind: MessageKind, member: MemberIndex) -> bool {
		self.tallies.get(&(view, kind)).is_some_and(|tally| tally.votes.contains_key(&member))
	}

	/// Returns the first message of each member in a slot.
	pub fn votes(&self, view: View, kind: MessageKind) -> impl Iterator<Item = (MemberIndex, &SignedPayload)> {
		let votes = self.tallies.get(&(view, kind)).into_iter().flat_map(|tally| &tally.votes);
		votes.map(|(member, vote)| (*member, vote))
	}

	/// Returns a member's first vote of a kind in a view.
	pub fn vote(&self, member: MemberIndex, view: View, kind: MessageKind) -> Option<&SignedPayload> {
		self.tallies.get(&(view, kind))?.votes.get(&member)
	}

	/// Returns the first Commit of a member in each view of the window.
	pub fn commits_of(&self, member: MemberIndex) -> impl Iterator<Item = (View, &SignedPayload)> {
		let commits = self.tallies.iter().filter(|((_, kind), _)| *kind == MessageKind::Commit);
		commits.filter_map(move |((view, _), tally)| Some((*view, tally.votes.get(&member)?)))
	}

	/// Returns the members that sent this message in this view, with their signatures.
	pub fn signatures(&self, view: View, kind: MessageKind, payload: &H256) -> Vec<(MemberIndex, PbftSignature)> {
		self.tallies
			.get(&(view, kind))
			.into_iter()
			.flat_map(|tally| &tally.votes)
			.filter(|(_, vote)| vote.payload == *payload)
			.map(|(member, vote)| (*member, vote.signature.clone()))
			.collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::crypto::UncheckedFrom;

	fn signature(byte: u8) -> PbftSignature {
		PbftSignature::from(sp_core::ed25519::Signature::unchecked_from([byte; 64]))
	}

	fn payload(byte: u8) -> H256 {
		H256::repeat_byte(byte)
	}

	#[test]
	fn a_member_counts_once_and_its_first_message_stays() {
		let mut book = VoteBook::default();
		let mut note = |member: u8, byte| {
			book.note(member.into(), 3, MessageKind::Prepare, payload(byte), signature(byte + member))
		};
		assert_eq!(note(0, 10), Noted::First);
		assert_eq!(note(0, 10), Noted::Repeated);
		assert_eq!(note(1, 10), Noted::First);
		let first = SignedPayload { payload: payload(10), signature: signature(10) };
		assert_eq!(note(0, 20), Noted::Contradiction(first));
		assert_eq!(note(0, 21), Noted::Ignored, "a member is reported once per slot");
		assert_eq!(book.count(3, MessageKind::Prepare, &payload(10)), 2);
		assert_eq!(book.count(3, MessageKind::Prepare, &payload(20)), 0);
		assert_eq!(book.count(3, MessageKind::Commit, &payload(10)), 0);
		assert_eq!(
			book.signatures(3, MessageKind::Prepare, &payload(10)),
			vec![(0, signature(10)), (1, signature(11))]
		);
	}

	#[test]
	fn views_outside_the_window_are_not_kept() {
		let mut book = VoteBook::default();
		let far = VIEWS_AHEAD + 1;
		assert_eq!(book.note(0, far, MessageKind::Commit, payload(1), signature(1)), Noted::Ignored);
		assert_eq!(book.note(0, far - 1, MessageKind::Commit, payload(1), signature(1)), Noted::First);
		assert_eq!(book.note(0, 0, MessageKind::Commit, payload(1), signature(1)), Noted::First);
		book.move_to(VIEWS_BEHIND);
		assert!(book.has(0, MessageKind::Commit, 0));
		book.move_to(VIEWS_BEHIND + 1);
		assert!(!book.has(0, MessageKind::Commit, 0));
		assert_eq!(book.note(0, 0, MessageKind::Commit, payload(1), signature(1)), Noted::Ignored);
	}
}
