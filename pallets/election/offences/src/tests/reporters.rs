//! Only a node that signs a report is named as its reporter.

use super::*;
use frame_support::{assert_noop, assert_ok, pallet_prelude::InvalidTransaction};
use pallet_testkit::validate;
use sp_runtime::Perbill;

#[test]
fn a_node_that_signs_is_the_reporter() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 2);
		// The reporter need not have a seat in the committee.
		assert_ok!(report(SHARD, evidence.clone(), reporter(SHARD, &evidence, 9)));
		assert_eq!(slashes(), [(2, 0, Perbill::from_percent(10), Some(9))]);
		assert!(has_event(Event::Punished {
			kind: OffenceKind::Equivocation,
			chain: SHARD,
			slot: slot(0, 1),
			member: 2,
			key: evidence.key,
			node: Some(2),
			slash: Some(1),
			reporter: Some(9),
		}));
	});
}

#[test]
fn a_report_with_a_wrong_reporter_is_refused() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 2);
		let other = equivocation(SHARD, slot(0, 2), 2);
		let signed = reporter(SHARD, &evidence, 9).unwrap();
		let vote = pairs(9).0.sign(&slot(0, 1).signing_payload(&domain(SHARD), &Default::default()));
		let cases = [
			("another's name", Some(Reporter { node: 8, ..signed.clone() })),
			("not a node", reporter(SHARD, &evidence, 20)),
			("for other evidence", reporter(SHARD, &other, 9)),
			("for another ledger", reporter(ZONE, &evidence, 9)),
			("a vote", Some(Reporter { signature: vote, ..signed.clone() })),
			("the accused", reporter(SHARD, &evidence, 2)),
		];
		for (case, reporter) in cases {
			let refused = validate::<Test>(call(SHARD, evidence.clone(), reporter.clone()));
			assert_eq!(refused, Err(InvalidTransaction::BadProof.into()), "{case}");
			assert_noop!(report(SHARD, evidence.clone(), reporter), Error::<Test>::WrongReporter);
			assert!(slashes().is_empty(), "{case}");
		}
		assert_ok!(report(SHARD, evidence, Some(signed)));
	});
}
