//! How a pool and a block treat reports.

use crate::mock::*;
use frame_support::{
	assert_ok,
	dispatch::{GetDispatchInfo, Pays},
	pallet_prelude::InvalidTransaction,
};
use sp_runtime::traits::{Applyable, Checkable, IdentityLookup};
use tp_pbft::Evidence;

#[test]
fn two_reports_of_one_offence_are_one() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 0);
		let first = validate(SHARD, evidence.clone(), None).unwrap();
		assert!(first.propagate);
		let turned = Evidence { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence.clone() };
		let same = [
			(turned, None),
			(equivocation(SHARD, slot(0, 2), 0), None),
			(evidence.clone(), reporter(SHARD, &evidence, 9)),
		];
		for (evidence, reporter) in same {
			assert_eq!(validate(SHARD, evidence, reporter).unwrap().provides, first.provides);
		}
		for (chain, slot, member) in [(SHARD, slot(0, 1), 1), (SHARD, slot(1, 1), 0), (ZONE, slot(0, 1), 0)] {
			let other = validate(chain, equivocation(chain, slot, member), None).unwrap();
			assert_ne!(other.provides, first.provides);
		}

		assert_ok!(report(SHARD, evidence.clone(), None));
		assert_eq!(validate(SHARD, evidence, None), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn a_report_is_applied_and_free() {
	on_ledgers(|| {
		let transaction = transaction(SHARD, equivocation(SHARD, slot(0, 1), 0), None);
		let info = transaction.get_dispatch_info();
		assert_eq!(info.pays_fee, Pays::No);
		let checked = Checkable::check(transaction, &IdentityLookup::default()).unwrap();
		checked.apply::<Test>(&info, 0).unwrap().unwrap();
		assert_eq!(Slashes::get().len(), 1);
	});
}
