//! Which messages become [`Verified`], and which do not.

use super::*;
use crate::message::Proposal;
use crate::testing::{
	block, check, commit, committee, domain, new_view, pre_prepare, prepare, prepared, sign, view_change, HEIGHT,
};
use codec::{Decode, Encode};
use sp_core::H256;
use tp_pbft::PreparedCertificate;

const SIZE: u16 = 4;

fn verify(signed: Signed<Message>) -> Result<Verified<Message>, MessageError> {
	signed.verify(&domain(), &committee(SIZE), HEIGHT, &check)
}

fn changes() -> [(MemberIndex, Option<PreparedCertificate>); 3] {
	[(0, None), (1, Some(prepared(4, 0, &block(1), &[0, 1, 2]))), (3, None)]
}

#[test]
fn well_formed_messages_verify() {
	for message in [
		pre_prepare(0, &block(1), None),
		prepare(0, &block(1)),
		commit(3, &block(1)),
		view_change(1, None),
		view_change(2, Some(prepared(4, 1, &block(1), &[0, 1, 3]))),
		pre_prepare(2, &block(1), Some(new_view(2, 2, &changes()))),
		Message::NewView(new_view(2, 2, &changes()).message),
	] {
		let signed = sign(2, message);
		assert_eq!(verify(signed.clone()).map(Verified::into_signed), Ok(signed));
	}
}

#[test]
fn messages_survive_the_codec() {
	for message in [pre_prepare(2, &block(1), Some(new_view(2, 2, &changes()))), commit(3, &block(1))] {
		let signed = sign(2, message);
		assert_eq!(Signed::<Message>::decode(&mut &signed.encode()[..]), Ok(signed));
	}
}

#[test]
fn the_envelope_is_checked() {
	let good = sign(2, prepare(0, &block(1)));
	let corrupted = |corrupt: fn(&mut Signed<Message>)| {
		let mut signed = good.clone();
		corrupt(&mut signed);
		verify(signed).expect_err("the message is corrupted")
	};
	assert_eq!(corrupted(|signed| signed.height += 1), MessageError::WrongHeight(HEIGHT + 1));
	assert_eq!(corrupted(|signed| signed.epoch += 1), MessageError::WrongEpoch(4));
	assert_eq!(corrupted(|signed| signed.sender = 4), MessageError::NotAMember(4));
	assert_eq!(corrupted(|signed| signed.sender = 1), MessageError::BadSignature(1));
	assert_eq!(corrupted(|signed| signed.message = commit(0, &block(1))), MessageError::BadSignature(2));
	assert_eq!(corrupted(|signed| signed.message = prepare(1, &block(1))), MessageError::BadSignature(2));
	assert_eq!(corrupted(|signed| signed.message = prepare(0, &block(2))), MessageError::BadSignature(2));
}

#[test]
fn a_message_of_another_ledger_is_refused() {
	let foreign = Domain { genesis: H256::repeat_byte(8), ..domain() };
	let signed = sign(2, prepare(0, &block(1)));
	let error = signed.verify(&foreign, &committee(SIZE), HEIGHT, &check).expect_err("another genesis");
	assert_eq!(error, MessageError::BadSignature(2));
}

#[test]
fn view_changes_must_be_consistent() {
	let refused = |message| verify(sign(2, message)).expect_err("it is not valid");
	assert!(matches!(refused(view_change(0, None)), MessageError::Malformed(_)));
	let not_yet = prepared(4, 2, &block(1), &[0, 1, 2]);
	assert!(matches!(refused(view_change(2, Some(not_yet))), MessageError::Malformed(_)));
	let few = prepared(4, 0, &block(1), &[0, 1]);
	assert!(matches!(refused(view_change(1, Some(few))), MessageError::BadCertificate(_)));
	let mut other_block = prepared(4, 0, &block(1), &[0, 1, 2]);
	other_block.hash = block(2).hash;
	assert!(matches!(refused(view_change(1, Some(other_block))), MessageError::BadCertificate(_)));
	let mut other_height = prepared(4, 0, &block(1), &[0, 1, 2]);
	other_height.height -= 1;
	assert!(matches!(refused(view_change(1, Some(other_height))), MessageError::BadCertificate(_)));
}

#[test]
fn new_views_must_follow_from_a_quorum_of_view_changes() {
	let refused = |new_view: NewView, proposal: &Proposal| {
		let (view, signed) = (new_view.view, sign(2, new_view));
		verify(sign(2, Message::NewView(signed.message.clone()))).expect_err("it is not valid alone");
		verify(sign(2, pre_prepare(view, proposal, Some(signed)))).expect_err("it is not valid in a proposal");
	};
	let good = new_view(2, 2, &changes()).message;

	let few = new_view(2, 2, &changes()[..2]).message;
	refused(few, &block(1));
	let doubled = new_view(2, 2, &[changes()[1].clone(), changes()[1].clone(), changes()[2].clone()]).message;
	refused(doubled, &block(1));
	let unordered = new_view(2, 2, &[changes()[2].clone(), changes()[1].clone(), changes()[0].clone()]).message;
	refused(unordered, &block(1));
	let mut forged = good.clone();
	forged.view_changes[0].message.prepared = Some(prepared(4, 1, &block(2), &[0, 1, 2]));
	forged.block = Some(block(2).hash);
	refused(forged, &block(2));
	let other_view = NewView { view: 3, ..good.clone() };
	refused(other_view, &block(1));
	let without_block = NewView { block: None, ..good.clone() };
	refused(without_block, &block(2));
	let other_block = NewView { block: Some(block(2).hash), ..good };
	refused(other_block, &block(2));
}

#[test]
fn a_proposal_must_fit_its_new_view() {
	let refused = |message| verify(sign(2, message)).expect_err("it is not valid");
	let allows = || Some(new_view(2, 2, &changes()));
	assert!(matches!(refused(pre_prepare(2, &block(2), allows())), MessageError::Malformed(_)), "rule 3");
	assert!(matches!(refused(pre_prepare(1, &block(1), allows())), MessageError::Malformed(_)));
	assert!(matches!(refused(pre_prepare(0, &block(1), allows())), MessageError::Malformed(_)));
	assert!(matches!(refused(pre_prepare(2, &block(1), None)), MessageError::Malformed(_)));
	let by_another = Some(new_view(1, 2, &changes()));
	assert!(matches!(refused(pre_prepare(2, &block(1), by_another)), MessageError::Malformed(_)));
	let mut unsigned = new_view(2, 2, &changes());
	unsigned.signature = sign(1, prepare(0, &block(1))).signature;
	let unsigned = pre_prepare(2, &block(1), Some(unsigned));
	assert_eq!(refused(unsigned), MessageError::BadSignature(2));
}

#[test]
fn the_highest_certificate_names_the_block() {
	let shown = |view, byte| Some(prepared(4, view, &block(byte), &[0, 1, 2]));
	let block_of = |changes: &[(MemberIndex, Option<PreparedCertificate>)]| new_view(0, 5, changes).message.block;
	assert_eq!(block_of(&[(0, None), (1, None), (2, None)]), None);
	assert_eq!(block_of(&[(0, shown(1, 1)), (1, shown(3, 3)), (2, shown(2, 2))]), Some(block(3).hash));
	assert_eq!(block_of(&[(0, shown(1, 1)), (1, shown(1, 2)), (2, None)]), Some(block(1).hash), "the first of equals");
}
