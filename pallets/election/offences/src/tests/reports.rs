//! Members that contradict themselves are punished once. Other members are not punished.

use super::*;
use frame_support::{assert_noop, assert_ok, pallet_prelude::InvalidTransaction};
use pallet_testkit::validate;
use sp_runtime::{DispatchError::BadOrigin, Perbill};

/// Checks that the pool and the call refuse a report with the expected error, and that it changes nothing.
fn refused(chain: ChainTag, evidence: impl Into<Evidence>, error: Error<Test>) {
	let evidence = evidence.into();
	let before = slashes();
	let expected = match error {
		Error::AlreadyReported => InvalidTransaction::Stale,
		_ => InvalidTransaction::BadProof,
	};
	assert_eq!(validate::<Test>(call(chain, evidence.clone(), None)), Err(expected.into()), "{error:?}");
	assert_noop!(report(chain, evidence, None), error);
	assert_eq!(slashes(), before);
}

#[test]
fn members_of_each_ledger_are_punished_by_their_offence() {
	on_ledgers(|| {
		for (count, chain) in (1..).zip(LEDGERS) {
			let evidence = equivocation(chain, slot(0, 5), 2);
			assert_ok!(report(chain, evidence.clone(), None));
			assert!(has_event(Event::Punished {
				kind: OffenceKind::Equivocation,
				chain,
				slot: slot(0, 5),
				member: 2,
				key: evidence.key,
				node: Some(2),
				slash: Some(count),
				reporter: None,
			}));
		}
		let slash = (2, 0, Perbill::from_percent(10), None);
		assert_eq!(slashes(), vec![slash; 3]);
	});
}

#[test]
fn a_member_is_punished_once_an_epoch_and_ledger() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 5), 1);
		assert_ok!(report(SHARD, evidence.clone(), None));
		assert_eq!(slashes().len(), 1);

		refused(SHARD, evidence.clone(), Error::AlreadyReported);
		// The same messages in the other order, and another contradiction in the same epoch, are the same offence.
		let turned = Equivocation { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence };
		refused(SHARD, turned, Error::AlreadyReported);
		refused(SHARD, equivocation(SHARD, slot(0, 6), 1), Error::AlreadyReported);

		// Another member, another ledger and another epoch are other offences.
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 5), 3), None));
		assert_ok!(report(ZONE, equivocation(ZONE, slot(0, 5), 1), None));
		assert_ok!(report(SHARD, equivocation(SHARD, slot(1, 5), 1), None));
		assert_eq!(slashes().len(), 4);
	});
}

#[test]
fn evidence_that_proves_nothing_is_refused_with_its_error() {
	on_ledgers(|| {
		let good = equivocation(SHARD, slot(0, 1), 2);
		let signed = |by: u16| equivocation(SHARD, slot(0, 1), by).first;
		let unknown = ChainTag::Shard { zone: 1, incarnation: 8 };
		let cases = [
			(SHARD, Equivocation { second: good.first.clone(), ..good.clone() }, Error::NoContradiction),
			// The index names another member or none, or the key is another's.
			(SHARD, Equivocation { member: 1, ..good.clone() }, Error::NotAMember),
			(SHARD, Equivocation { member: 4, ..good.clone() }, Error::NotAMember),
			(SHARD, Equivocation { member: u16::MAX, ..good.clone() }, Error::NotAMember),
			(SHARD, Equivocation { key: equivocation(SHARD, slot(0, 1), 3).key, ..good.clone() }, Error::NotAMember),
			(SHARD, equivocation(SHARD, slot(0, 1), 4), Error::NotAMember),
			// The signature is for another height or by another member.
			(SHARD, Equivocation { slot: slot(0, 2), ..good.clone() }, Error::EvidenceBadSignature),
			(SHARD, Equivocation { first: signed(3), ..good.clone() }, Error::EvidenceBadSignature),
			(
				SHARD,
				Equivocation { second: SignedPayload { payload: H256::zero(), ..signed(2) }, ..good.clone() },
				Error::EvidenceBadSignature,
			),
			// The signature is for another epoch, or the committee of the epoch is not known yet.
			(SHARD, Equivocation { slot: slot(1, 1), ..good.clone() }, Error::EvidenceBadSignature),
			(SHARD, equivocation(SHARD, slot(10, 1), 2), Error::EvidenceWrongEpoch),
			// The same members have seats on three ledgers. Their signatures on one prove nothing on another.
			(ZONE, good.clone(), Error::EvidenceBadSignature),
			(ChainTag::Main, good.clone(), Error::EvidenceBadSignature),
			(unknown, good.clone(), Error::UnknownLedger),
		];
		for (chain, evidence, error) in cases {
			refused(chain, evidence, error);
		}
		assert_ok!(report(SHARD, good, None));
	});
}

#[test]
fn messages_of_two_slots_do_not_contradict_each_other() {
	on_ledgers(|| {
		let here = equivocation(SHARD, slot(0, 1), 2);
		let there = equivocation(SHARD, slot(0, 2), 2);
		refused(SHARD, Equivocation { second: there.second, ..here }, Error::EvidenceBadSignature);
	});
}

#[test]
fn an_offence_on_a_seat_without_a_node_is_recorded_and_not_slashed() {
	on_ledgers(|| {
		let mut seats = seats(4);
		seats[1].node = None;
		CommitteeTable::set(SHARD, 0, &seats);
		let evidence = equivocation(SHARD, slot(0, 1), 1);
		assert_ok!(report(SHARD, evidence.clone(), None));
		assert!(slashes().is_empty());
		assert!(has_event(Event::Punished {
			kind: OffenceKind::Equivocation,
			chain: SHARD,
			slot: slot(0, 1),
			member: 1,
			key: evidence.key.clone(),
			node: None,
			slash: None,
			reporter: None,
		}));
		refused(SHARD, evidence, Error::AlreadyReported);
	});
}

#[test]
fn an_offence_of_a_removed_node_is_recorded_and_not_slashed() {
	on_ledgers(|| {
		Registry::remove(&AccountId::from(1u16));
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 1), None));
		assert!(slashes().is_empty());
		assert!(Reported::<Test>::get(0, SHARD).contains(&Offence { kind: OffenceKind::Equivocation, member: 1 }));
	});
}

#[test]
fn signed_reports_are_refused() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 0);
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::root()] {
			assert_noop!(Offences::report(origin, SHARD, evidence.clone().into(), None), BadOrigin);
		}
	});
}

#[test]
fn each_offence_has_its_slash() {
	assert_eq!(OffenceKind::Equivocation.slash_part(), Perbill::from_percent(10));
	assert_eq!(OffenceKind::InvalidShardBlock.slash_part(), Perbill::one());
	assert_eq!(MAX_OFFENCES as usize, tp_pbft::MAX_MEMBERS as usize * OffenceKind::ALL.len());
}
