//! What is kept of view changes, and what it proves.

use super::*;
use crate::testing::{block, certificate, check, committee, domain, prepared, sign};
use tp_pbft::Evidence;

const ALL: [MemberIndex; 3] = [0, 1, 2];

fn view_change(member: MemberIndex, view: View, shown: Option<View>) -> Signed<ViewChange> {
	let prepared = shown.map(|shown| prepared(4, shown, &block(1), &ALL));
	sign(member, ViewChange { view, prepared })
}

fn kept(of: &[(View, Option<View>)]) -> KeptViewChanges {
	of.iter().map(|(view, shown)| view_change(1, *view, *shown)).collect()
}

fn views(kept: &KeptViewChanges) -> Vec<(View, Option<View>)> {
	let view = |signed: &Signed<ViewChange>| {
		(signed.message.view, signed.message.prepared.as_ref().map(|prepared| prepared.view))
	};
	kept.iter().map(view).collect()
}

#[test]
fn only_view_changes_that_hide_more_are_kept() {
	assert_eq!(views(&kept(&[(1, Some(0)), (9, Some(8))])), [(1, Some(0)), (9, Some(8))]);
	assert_eq!(views(&kept(&[(1, None), (5, None), (3, None)])), [(5, None)]);
	assert_eq!(
		views(&kept(&[(9, Some(4)), (5, None), (7, Some(0)), (8, Some(5))])),
		[(5, None), (7, Some(0)), (9, Some(4))]
	);
	assert_eq!(views(&kept(&[(7, Some(0)), (9, Some(4)), (9, None)])), [(9, None)]);
	let other = sign(1, ViewChange { view: 7, prepared: Some(prepared(4, 0, &block(2), &ALL)) });
	let both: KeptViewChanges = [view_change(1, 8, Some(0)), other].into_iter().collect();
	assert_eq!(views(&both), [(8, Some(0)), (7, Some(0))], "of two blocks");
	assert_eq!(both.certificates().len(), 2);
	// None of these hides what another one does.
	let rising: Vec<_> = (0..20).map(|view| (view + 3, Some(view))).collect();
	assert_eq!(views(&kept(&rising)).len(), MAX_KEPT_OF_MEMBER);
	assert_eq!(views(&kept(&rising))[0], (3, Some(0)));
}

#[test]
fn signers_of_a_certificate_are_accused_by_their_requests() {
	let committee = committee(4);
	let mut kept: KeptViewChanges = [view_change(0, 3, Some(0)), view_change(1, 3, None)].into_iter().collect();
	kept.note(&view_change(3, 3, None));
	let found = |view| {
		let certificate = certificate(4, view, &block(1), &ALL);
		certificate.verify_signatures(&domain(), &committee, check).expect("it is valid");
		let found: Vec<_> = kept.hidden_in(&committee, &certificate).into_iter().map(Evidence::from).collect();
		for evidence in &found {
			assert_eq!(evidence.verify(&domain(), &committee, check), Ok(()));
		}
		found.iter().map(Evidence::member).collect::<Vec<_>>()
	};
	// Member 0 shows view 0, member 2 requested nothing, and member 3 signed no Commit.
	assert_eq!([0, 1, 2, 3].map(found), [vec![1], vec![0, 1], vec![0, 1], vec![]]);
}

#[test]
fn signers_of_two_certificates_of_one_view_are_accused() {
	let committee = committee(4);
	let one = certificate(4, 1, &block(1), &ALL);
	let other = certificate(4, 1, &block(2), &[1, 2, 3]);
	let found = double_votes(&committee, &one, &other);
	assert_eq!(found.iter().map(|found| found.member).collect::<Vec<_>>(), [1, 2]);
	assert!(found.into_iter().all(|found| Evidence::from(found).verify(&domain(), &committee, check) == Ok(())));
	assert!(double_votes(&committee, &one, &certificate(4, 2, &block(2), &ALL)).is_empty(), "two views");
	assert!(double_votes(&committee, &one, &certificate(4, 1, &block(1), &[1, 2, 3])).is_empty(), "one block");
}
