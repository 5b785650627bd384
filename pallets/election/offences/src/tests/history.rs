//! Records are kept exactly as long as evidence counts.

use super::*;
use frame_support::{assert_noop, assert_ok};

#[test]
fn evidence_counts_for_some_epochs_and_is_recorded_as_long() {
	on_ledgers(|| {
		for member in 0..2 {
			assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), member), None));
		}
		for _ in 0..COUNTS_FOR {
			next_epoch();
		}
		// This is the last epoch in which it counts.
		assert_noop!(report(SHARD, equivocation(SHARD, slot(0, 1), 0), None), Error::<Test>::AlreadyReported);
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 2), None));
		assert_eq!(Reported::<Test>::get(0, SHARD).len(), 3);

		next_epoch();
		assert_eq!(Reported::<Test>::iter().count(), 0);
		assert_eq!(OldestKept::<Test>::get(), 1);
		// The committee is still known, but a punished member must not be punished again.
		for member in [0, 3] {
			let late = equivocation(SHARD, slot(0, 1), member);
			assert_noop!(report(SHARD, late, None), Error::<Test>::EvidenceWrongEpoch);
		}
		assert_eq!(slashes().len(), 3);
	});
}

#[test]
fn members_of_a_removed_committee_cannot_be_accused() {
	on_ledgers(|| {
		CommitteeTable::remove(SHARD, 1);
		let evidence = equivocation(SHARD, slot(1, 1), 0);
		assert_noop!(report(SHARD, evidence, None), Error::<Test>::EvidenceWrongEpoch);
	});
}

#[test]
fn a_longer_time_does_not_restore_removed_epochs() {
	on_ledgers(|| {
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 0), None));
		for _ in 0..=COUNTS_FOR {
			next_epoch();
		}
		EvidenceEpochs::set(100);
		let removed = equivocation(SHARD, slot(0, 1), 0);
		assert_noop!(report(SHARD, removed, None), Error::<Test>::EvidenceWrongEpoch);
		assert_ok!(report(SHARD, equivocation(SHARD, slot(1, 1), 0), None));
		assert_eq!(slashes().len(), 2);
	});
}

#[test]
fn a_block_removes_one_epoch() {
	on_ledgers(|| {
		for epoch in 0..4 {
			assert_ok!(report(SHARD, equivocation(SHARD, slot(epoch, 1), 0), None));
			assert_ok!(report(ZONE, equivocation(ZONE, slot(epoch, 1), 0), None));
		}
		// Many epochs pass at once, as after an upgrade that adds the pallet.
		CurrentEpoch::set(COUNTS_FOR + 3);
		assert_eq!(Reported::<Test>::iter().count(), 8);
		for left in [6, 4, 2, 2] {
			next_block();
			assert_eq!(Reported::<Test>::iter().count(), left);
		}
		assert_eq!(OldestKept::<Test>::get(), 3);
	});
}

#[test]
fn records_of_many_ledgers_are_removed_in_several_blocks() {
	let mut ledgers = without_committees();
	ledgers.execute_with(|| {
		let ledgers = 2 * PRUNED_PER_BLOCK + 1;
		assert_eq!(ledgers, 4 * RESTS_PER_BLOCK + 1);
		for incarnation in 0..ledgers {
			let chain = ChainTag::Shard { zone: 1, incarnation };
			CommitteeTable::set(chain, 0, &seats(4));
			assert_ok!(report(chain, equivocation(chain, slot(0, 1), 0), None));
		}
	});
	// The limit counts entries of the database alone.
	ledgers.commit_all().unwrap();
	// The rests of the slashes are decided before: in four blocks, and in the first that removes records.
	let all = 2 * PRUNED_PER_BLOCK + 1;
	let deciding = [(all, 0); 4].into_iter();
	for (left, oldest) in deciding.chain([(PRUNED_PER_BLOCK + 1, 0), (1, 0), (0, 1)]) {
		ledgers.execute_with(|| {
			CurrentEpoch::set(COUNTS_FOR + 1);
			next_block();
			assert_eq!(Reported::<Test>::iter().count(), left as usize);
			assert_eq!(OldestKept::<Test>::get(), oldest);
			let late = equivocation(SHARD, slot(0, 1), 1);
			assert_noop!(report(SHARD, late, None), Error::<Test>::EvidenceWrongEpoch);
		});
		ledgers.commit_all().unwrap();
	}
}

#[test]
fn records_of_a_committee_are_bounded() {
	on_ledgers(|| {
		let max = u16::try_from(tp_pbft::MAX_MEMBERS).unwrap();
		for member in 0..max {
			Registry::register(&AccountId::from(member), Registered::new(pallet_testkit::keys(member)));
		}
		CommitteeTable::set(SHARD, 0, &seats(max));
		for member in 0..max {
			assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), member), None));
		}
		assert_eq!(Reported::<Test>::get(0, SHARD).len(), usize::from(max));
		assert_eq!(slashes().len(), usize::from(max));
	});
}
