//! Valid evidence of each form, and every reason to refuse one.

use super::*;
use codec::{Decode, Encode};

fn equivocation(kind: MessageKind, first: u8, second: u8) -> Equivocation {
	let slot = slot(kind);
	let said = |byte| {
		let payload = H256::repeat_byte(byte);
		SignedPayload { payload, signature: sign(1, &slot, &payload) }
	};
	Equivocation { slot, member: 1, key: pair(1).public(), first: said(first), second: said(second) }
}

fn verify(evidence: impl Into<Evidence>, committee: &Committee) -> Result<(), EvidenceError> {
	evidence.into().verify(&domain(), committee, check_signature)
}

#[test]
fn two_payloads_for_one_slot_are_evidence() {
	let committee = committee(&[1; 4]);
	for kind in [MessageKind::PrePrepare, MessageKind::Prepare, MessageKind::Commit, MessageKind::ViewChange] {
		assert_eq!(verify(equivocation(kind, 1, 2), &committee), Ok(()));
	}
	let found = Evidence::Equivocation(equivocation(MessageKind::Prepare, 1, 2));
	assert_eq!(found.encode()[0], 0, "the index is the version");
	assert_eq!(Evidence::decode(&mut &found.encode()[..]), Ok(found));
}

#[test]
fn invalid_equivocations_are_refused() {
	let committee = committee(&[1; 4]);
	let good = equivocation(MessageKind::Prepare, 1, 2);
	let same = equivocation(MessageKind::Prepare, 1, 1);
	assert_eq!(verify(same, &committee), Err(EvidenceError::NoContradiction));
	let another = Equivocation { member: 2, ..good.clone() };
	assert_eq!(verify(another, &committee), Err(EvidenceError::NotAMember));
	let stranger = Equivocation { member: 9, ..good.clone() };
	assert_eq!(verify(stranger, &committee), Err(EvidenceError::NotAMember));
	let framed = Equivocation { member: 2, key: pair(2).public(), ..good.clone() };
	assert_eq!(verify(framed, &committee), Err(EvidenceError::BadSignature));
	let next = Committee { epoch: 3, ..committee.clone() };
	assert_eq!(verify(good.clone(), &next), Err(EvidenceError::WrongEpoch));
	// Prepare and Commit, or the votes of two views, do not contradict each other: one signature does not fit the slot.
	let mut two_kinds = good.clone();
	two_kinds.second = equivocation(MessageKind::Commit, 1, 2).second;
	assert_eq!(verify(two_kinds, &committee), Err(EvidenceError::BadSignature));
	let moved = Equivocation { slot: Slot { view: 2, ..good.slot }, ..good };
	assert_eq!(verify(moved, &committee), Err(EvidenceError::BadSignature));
}

/// Returns a certificate of the Prepares of three members.
fn prepared(view: View) -> PreparedCertificate {
	let slot = Slot { view, ..slot(MessageKind::Prepare) };
	let hash = H256::repeat_byte(5);
	let votes = [0, 1, 2].map(|index| (MemberIndex::from(index), sign(index, &slot, &hash)));
	PreparedCertificate::from_votes(slot, hash, 4, votes.to_vec())
}

/// Returns the Commit of member 1 in a view, and its view change that shows a certificate.
fn hidden(committed: View, requested: View, shown: Option<PreparedCertificate>) -> HiddenCommit {
	let Slot { epoch, height, .. } = slot(MessageKind::Commit);
	let payload = H256::repeat_byte(5);
	let shown = ShownCertificate::try_from(shown.encode()).expect("a certificate of four members is short");
	let commit =
		SignedPayload { payload, signature: sign(1, &Slot { view: committed, ..slot(MessageKind::Commit) }, &payload) };
	let view_change = Slot { view: requested, ..slot(MessageKind::ViewChange) };
	let signature = sign(1, &view_change, &view_change_payload(&shown));
	let key = pair(1).public();
	HiddenCommit { epoch, height, member: 1, key, committed, commit, requested, shown, signature }
}

#[test]
fn a_view_change_that_shows_nothing_as_late_as_the_commit_is_evidence() {
	let committee = committee(&[1; 4]);
	for (committed, requested, shown) in
		[(0, 1, None), (0, 9, None), (3, 4, None), (3, 4, Some(2)), (3, 9, Some(0)), (1, 2, Some(0))]
	{
		assert_eq!(verify(hidden(committed, requested, shown.map(prepared)), &committee), Ok(()));
	}
	let found = Evidence::HiddenCommit(hidden(3, 4, Some(prepared(2))));
	assert_eq!(found.encode()[0], 1, "the index is the version");
	assert_eq!(Evidence::decode(&mut &found.encode()[..]), Ok(found.clone()));
	assert_eq!((found.epoch(), found.member(), found.slot().view), (2, 1, 3));
	assert!(!found.encode().is_empty() && Evidence::decode(&mut &found.encode()[..50]).is_err());
}

/// The certificates of two blocks in one view take more than f members that sign twice. The sender of this one leads the later view to
/// the other block.
#[test]
fn a_certificate_of_the_same_view_for_another_block_hides_the_commit() {
	let committee = committee(&[1; 4]);
	let other = PreparedCertificate { hash: H256::repeat_byte(6), ..prepared(3) };
	assert_eq!(verify(hidden(3, 4, Some(other.clone())), &committee), Ok(()));
	let later = PreparedCertificate { view: 4, ..other };
	assert_eq!(verify(hidden(3, 5, Some(later)), &committee), Err(EvidenceError::NoContradiction));
}

/// What a correct member may sign, in any order.
#[test]
fn a_view_change_that_shows_the_commit_or_is_for_an_earlier_view_accuses_nobody() {
	let committee = committee(&[1; 4]);
	for (committed, requested, shown) in [
		(0, 1, Some(0)),
		(0, 5, Some(3)),
		(2, 3, Some(2)),
		// The Commit of a view that the member itself requested before.
		(1, 1, None),
		(4, 2, None),
		(4, 2, Some(1)),
	] {
		let excused = verify(hidden(committed, requested, shown.map(prepared)), &committee);
		assert_eq!(excused, Err(EvidenceError::NoContradiction), "{committed} {requested} {shown:?}");
		let shown = shown.map(prepared);
		assert!(!HiddenCommit::hides(committed, &H256::repeat_byte(5), requested, shown.as_ref()));
	}
}

/// A changed field breaks a signature, or names another member.
#[test]
fn every_field_of_a_hidden_commit_is_checked() {
	let committee = committee(&[1; 4]);
	let good = hidden(3, 4, Some(prepared(2)));
	let bad = Err(EvidenceError::BadSignature);
	assert_eq!(verify(HiddenCommit { committed: 2, shown: hidden(3, 4, None).shown, ..good.clone() }, &committee), bad);
	assert_eq!(verify(HiddenCommit { requested: 5, ..good.clone() }, &committee), bad);
	assert_eq!(verify(HiddenCommit { shown: hidden(3, 4, Some(prepared(1))).shown, ..good.clone() }, &committee), bad);
	assert_eq!(verify(HiddenCommit { commit: hidden(2, 4, None).commit, ..good.clone() }, &committee), bad);
	let other_block = SignedPayload { payload: H256::zero(), ..good.commit.clone() };
	assert_eq!(verify(HiddenCommit { commit: other_block, ..good.clone() }, &committee), bad);
	assert_eq!(verify(HiddenCommit { signature: good.commit.signature.clone(), ..good.clone() }, &committee), bad);
	let framed = HiddenCommit { member: 2, key: pair(2).public(), ..good.clone() };
	assert_eq!(verify(framed, &committee), bad);
	let no_member = Err(EvidenceError::NotAMember);
	assert_eq!(verify(HiddenCommit { member: 2, ..good.clone() }, &committee), no_member);
	assert_eq!(verify(HiddenCommit { member: 9, ..good.clone() }, &committee), no_member);
	assert_eq!(verify(HiddenCommit { key: pair(2).public(), ..good.clone() }, &committee), no_member);
	assert_eq!(verify(HiddenCommit { epoch: 3, ..good.clone() }, &committee), Err(EvidenceError::WrongEpoch));
	let next = Committee { epoch: 3, ..committee.clone() };
	assert_eq!(verify(HiddenCommit { epoch: 3, ..hidden(3, 4, None) }, &next), bad);
	// With a certificate, another height or epoch does not fit it.
	assert_eq!(verify(HiddenCommit { height: 10, ..good.clone() }, &committee), Err(EvidenceError::Malformed));
	assert_eq!(verify(HiddenCommit { height: 10, ..hidden(3, 4, None) }, &committee), bad);
	let elsewhere = Domain { genesis: H256::zero(), ..domain() };
	assert_eq!(Evidence::from(good).verify(&elsewhere, &committee, check_signature), bad);
}

#[test]
fn what_is_no_certificate_of_the_height_accuses_nobody() {
	let committee = committee(&[1; 4]);
	let good = hidden(3, 4, Some(prepared(2)));
	let signed = |shown: Vec<u8>| {
		let shown = ShownCertificate::try_from(shown).expect("it is short");
		let slot = Slot { view: 4, ..slot(MessageKind::ViewChange) };
		HiddenCommit { signature: sign(1, &slot, &view_change_payload(&shown)), shown, ..good.clone() }
	};
	let malformed = Err(EvidenceError::Malformed);
	for bytes in [vec![], vec![2], [good.shown.as_slice(), &[0]].concat(), good.shown[..60].to_vec()] {
		assert_eq!(verify(signed(bytes), &committee), malformed);
	}
	for other in [PreparedCertificate { height: 8, ..prepared(2) }, PreparedCertificate { epoch: 1, ..prepared(2) }] {
		assert_eq!(verify(signed(Some(other).encode()), &committee), malformed);
	}
	assert_eq!(verify(signed(Some(prepared(2)).encode()), &committee), Ok(()));
}

#[test]
fn the_largest_certificate_fits_and_nothing_longer_decodes() {
	let size = MAX_MEMBERS as usize;
	let mut largest = prepared(2);
	largest.signers = SignerBitmap::new(size);
	largest.signatures = vec![sign(1, &slot(MessageKind::Prepare), &H256::zero()); size];
	assert_eq!(Some(&largest).encoded_size(), MAX_SHOWN_BYTES as usize);
	assert!(ShownCertificate::try_from(Some(&largest).encode()).is_ok());
	let mut longer = hidden(3, 4, None).encode();
	let at = longer.len() - 64 - 2;
	assert_eq!(longer[at..at + 2], [4, 0], "the length in front of what is shown");
	longer.splice(at..at + 2, vec![0u8; MAX_SHOWN_BYTES as usize + 1].encode());
	assert!(HiddenCommit::decode(&mut &longer[..]).is_err());
}
