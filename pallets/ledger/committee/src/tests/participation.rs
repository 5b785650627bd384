//! Authors, turns lost and signatures are counted by member, in the epoch they belong to.

use super::ledger::*;
use crate::{mock::*, types::turns_lost, *};
use codec::Encode;
use frame_support::{assert_ok, traits::FindAuthor};
use sp_runtime::{Digest, DigestItem};
use tp_pbft::{EpochActivity, MemberIndex, ENGINE_ID};

fn open_by(ledger: &mut Ledger, view: u32, author: MemberIndex) {
	let item = ledger.pre_digest(view, author).to_item();
	ledger.open_with(Digest { logs: vec![item] });
}

fn prove_by(ledger: &Ledger, signers: &[MemberIndex]) {
	assert_ok!(Committee::note_parent(RuntimeOrigin::none(), ledger.certificate(signers.iter().copied())));
}

#[test]
fn authors_are_counted() {
	on_ledger(4, |ledger| {
		for author in [2, 1, 2] {
			open_by(ledger, 0, author);
			ledger.prove();
			ledger.close();
			assert_eq!(LastAuthorship::<Test>::get().unwrap().author, author);
		}
		assert_eq!([0, 1, 2, 3].map(|member| activity(member).authored), [0, 1, 2, 0]);
		assert_eq!(CurrentActivity::<Test>::get().unwrap().blocks, 3);
	});
}

#[test]
fn a_primary_that_is_passed_over_loses_a_turn() {
	on_ledger(4, |ledger| {
		let order = ledger.committees[&1].primaries();
		open_by(ledger, 2, order[2]);
		ledger.close();
		assert_eq!(activity(order[0]).turns_lost, 1);
		assert_eq!(activity(order[1]).turns_lost, 1);
		assert_eq!(activity(order[2]).turns_lost, 0);
		assert_eq!(activity(order[3]).turns_lost, 0);
		let authorship = LastAuthorship::<Test>::get().unwrap();
		assert_eq!((authorship.author, authorship.view), (order[2], 2));
		assert_ne!(authorship.output, Default::default());
	});
}

#[test]
fn turns_start_over_after_the_last_member() {
	let lost = |view| turns_lost(&[3, 1, 0], view).collect::<Vec<_>>();
	assert_eq!(lost(0), []);
	assert_eq!(lost(1), [(3, 1)]);
	assert_eq!(lost(3), [(3, 1), (1, 1), (0, 1)]);
	assert_eq!(lost(5), [(3, 2), (1, 2), (0, 1)]);
	assert_eq!(turns_lost(&[], 5).count(), 0);
	// The total is the view.
	let total: u64 = lost(u32::MAX).iter().map(|(_, turns)| u64::from(*turns)).sum();
	assert_eq!(total, u64::from(u32::MAX));
}

#[test]
fn signers_are_counted() {
	on_ledger(4, |ledger| {
		ledger.block();
		for signers in [&[0, 1, 2][..], &[0, 2, 3], &[0, 1, 2, 3]] {
			ledger.open();
			prove_by(ledger, signers);
			ledger.close();
		}
		assert_eq!([0, 1, 2, 3].map(|member| activity(member).signed), [3, 2, 3, 2]);
		let total = CurrentActivity::<Test>::get().unwrap();
		assert_eq!((total.certified, total.blocks), (3, 4));
	});
}

#[test]
fn the_last_certificate_of_an_epoch_counts_for_that_epoch() {
	on_ledger(4, |ledger| {
		end_epoch_with(ledger, members(4..6));
		let past = PreviousActivity::<Test>::get().unwrap();
		assert_eq!((past.epoch, past.blocks, past.certified), (0, EPOCH_LENGTH, EPOCH_LENGTH - 1));
		let present = CurrentActivity::<Test>::get().unwrap();
		assert_eq!((present.epoch, present.blocks, present.certified, present.members.len()), (1, 0, 0, 2));

		ledger.open();
		prove_by(ledger, &[1, 2, 3]);
		ledger.close();
		assert_eq!(PreviousActivity::<Test>::get().unwrap().certified, EPOCH_LENGTH);
		assert_eq!([0, 1, 2, 3].map(|member| past_activity(member).signed), [4, 5, 5, 5]);
		assert_eq!([0, 1].map(|member| activity(member).signed), [0, 0]);

		ledger.block();
		assert_eq!([0, 1].map(|member| activity(member).signed), [1, 1]);
		assert_eq!(PreviousActivity::<Test>::get().unwrap().certified, EPOCH_LENGTH);
	});
}

#[test]
#[should_panic = "the block's author 4 is not a member of the committee of 4"]
fn an_author_outside_the_committee_is_refused() {
	on_ledger(4, |ledger| open_by(ledger, 0, 4));
}

#[test]
#[should_panic = "the header names no author"]
fn a_header_without_author_is_refused() {
	on_ledger(4, |ledger| ledger.open_with(Digest::default()));
}

#[test]
#[should_panic = "the header names its author more than once"]
fn a_header_with_two_authors_is_refused() {
	on_ledger(4, |ledger| {
		let item = ledger.pre_digest(0, 0).to_item();
		ledger.open_with(Digest { logs: vec![item.clone(), item] });
	});
}

#[test]
#[should_panic = "the header's PBFT digest does not decode"]
fn a_header_with_garbage_for_an_author_is_refused() {
	on_ledger(4, |ledger| ledger.open_with(Digest { logs: vec![DigestItem::PreRuntime(ENGINE_ID, vec![1])] }));
}

#[test]
fn author_is_found_in_a_header() {
	on_ledger(4, |ledger| {
		open_by(ledger, 0, 3);
		let header = ledger.close();
		let items = || header.digest.logs().iter().filter_map(|item| item.as_pre_runtime());
		assert_eq!(<Committee as FindAuthor<MemberIndex>>::find_author(items()), Some(3));
		let foreign = items().map(|(_, data)| (*b"aura", data));
		assert_eq!(<Committee as FindAuthor<MemberIndex>>::find_author(foreign), None);
		// Tools read the first consensus item, and take its payload for an account.
		let consensus = header.digest.logs().iter().find_map(|item| item.as_consensus());
		let key = &members(0..4)[3].key;
		assert_eq!(consensus, Some((*b"nmbs", &key.encode()[..])));
	});
}

#[test]
fn broken_counters_are_noticed() {
	on_ledger(4, |ledger| {
		ledger.run_to(2);
		let good = CurrentActivity::<Test>::get().unwrap();
		let broken = |change: fn(&mut EpochActivity)| {
			let mut activity = good.clone();
			change(&mut activity);
			CurrentActivity::<Test>::put(activity);
			let result = Committee::do_try_state();
			CurrentActivity::<Test>::put(good.clone());
			result
		};
		assert!(broken(|_| ()).is_ok());
		assert!(broken(|activity| activity.epoch += 1).is_err());
		assert!(broken(|activity| activity.blocks += 1).is_err());
		assert!(broken(|activity| activity.certified += 2).is_err());
		assert!(broken(|activity| activity.members[1].signed += 1).is_err());
		assert!(broken(|activity| activity.members.truncate(3)).is_err());
	});
}
