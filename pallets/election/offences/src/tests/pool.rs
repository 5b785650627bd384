//! Treatment of reports by a pool and a block.

use super::*;
use frame_support::{
	assert_ok,
	dispatch::{GetDispatchInfo, Pays},
	pallet_prelude::InvalidTransaction,
};
use pallet_testkit::{apply, validate};

#[test]
fn two_reports_of_one_offence_have_one_tag() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 0);
		let first = validate::<Test>(call(SHARD, evidence.clone(), None)).unwrap();
		assert!(first.propagate);
		let turned =
			Equivocation { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence.clone() };
		let same = [
			(turned, None),
			(equivocation(SHARD, slot(0, 2), 0), None),
			(evidence.clone(), reporter(SHARD, &evidence, 9)),
		];
		for (evidence, reporter) in same {
			assert_eq!(validate::<Test>(call(SHARD, evidence, reporter)).unwrap().provides, first.provides);
		}
		for (chain, slot, member) in [(SHARD, slot(0, 1), 1), (SHARD, slot(1, 1), 0), (ZONE, slot(0, 1), 0)] {
			let other = validate::<Test>(call(chain, equivocation(chain, slot, member), None)).unwrap();
			assert_ne!(other.provides, first.provides);
		}

		assert_ok!(report(SHARD, evidence.clone(), None));
		assert_eq!(validate::<Test>(call(SHARD, evidence, None)), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn a_report_is_applied_and_free() {
	on_ledgers(|| {
		let call = call(SHARD, equivocation(SHARD, slot(0, 1), 0), None);
		assert_eq!(call.get_dispatch_info().pays_fee, Pays::No);
		assert_eq!(apply::<Test>(call), Ok(Ok(())));
		assert_eq!(slashes().len(), 1);
	});
}
