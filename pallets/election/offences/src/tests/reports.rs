//! Members that contradict themselves are punished, once, and nobody else is.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, pallet_prelude::InvalidTransaction};
use sp_core::H256;
use sp_runtime::{DispatchError::BadOrigin, Perbill};
use tp_core::ChainTag;
use tp_pbft::{Evidence, SignedPayload};
use tp_stake::Seat;

/// The report is refused by name, by the pool too, and nothing is left of it.
fn refused(chain: ChainTag, evidence: Evidence, error: Error<Test>) {
	let slashes = Slashes::get();
	let expected = match error {
		Error::AlreadyReported => InvalidTransaction::Stale,
		_ => InvalidTransaction::BadProof,
	};
	assert_eq!(validate(chain, evidence.clone(), None), Err(expected.into()), "{error:?}");
	assert_noop!(report(chain, evidence, None), error);
	assert_eq!(Slashes::get(), slashes);
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
				node: Some(node(2)),
				slash: Some(count),
				reporter: None,
			}));
		}
		let slash = (node(2), 0, Perbill::from_percent(10), None);
		assert_eq!(Slashes::get(), vec![slash; 3]);
	});
}

#[test]
fn a_member_is_punished_once_an_epoch_and_ledger() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 5), 1);
		assert_ok!(report(SHARD, evidence.clone(), None));
		assert_eq!(Slashes::get().len(), 1);

		refused(SHARD, evidence.clone(), Error::AlreadyReported);
		// The same messages the other way round, and another contradiction in the same epoch.
		let turned = Evidence { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence };
		refused(SHARD, turned, Error::AlreadyReported);
		refused(SHARD, equivocation(SHARD, slot(0, 6), 1), Error::AlreadyReported);

		// Another member, another ledger, another epoch.
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 5), 3), None));
		assert_ok!(report(ZONE, equivocation(ZONE, slot(0, 5), 1), None));
		assert_ok!(report(SHARD, equivocation(SHARD, slot(1, 5), 1), None));
		assert_eq!(Slashes::get().len(), 4);
	});
}

#[test]
fn what_proves_nothing_is_refused_by_name() {
	on_ledgers(|| {
		let good = equivocation(SHARD, slot(0, 1), 2);
		let signed = |by: u8| equivocation(SHARD, slot(0, 1), by).first;
		let unknown = ChainTag::Shard { zone: 1, incarnation: 8 };
		let cases = [
			(SHARD, Evidence { second: good.first.clone(), ..good.clone() }, Error::NoContradiction),
			// The index of another member, of nobody, and the key of another.
			(SHARD, Evidence { member: 1, ..good.clone() }, Error::NotAMember),
			(SHARD, Evidence { member: 4, ..good.clone() }, Error::NotAMember),
			(SHARD, Evidence { member: u16::MAX, ..good.clone() }, Error::NotAMember),
			(SHARD, Evidence { key: equivocation(SHARD, slot(0, 1), 3).key, ..good.clone() }, Error::NotAMember),
			(SHARD, equivocation(SHARD, slot(0, 1), 4), Error::NotAMember),
			// Signed for another height or by another.
			(SHARD, Evidence { slot: slot(0, 2), ..good.clone() }, Error::EvidenceBadSignature),
			(SHARD, Evidence { first: signed(3), ..good.clone() }, Error::EvidenceBadSignature),
			(
				SHARD,
				Evidence { second: SignedPayload { payload: H256::zero(), ..signed(2) }, ..good.clone() },
				Error::EvidenceBadSignature,
			),
			// Signed in one epoch, shown for another; and of an epoch whose committee nobody knows yet.
			(SHARD, Evidence { slot: slot(1, 1), ..good.clone() }, Error::EvidenceBadSignature),
			(SHARD, equivocation(SHARD, slot(10, 1), 2), Error::EvidenceWrongEpoch),
			// The same members sit in three ledgers: what they signed on one proves nothing on another.
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
		refused(SHARD, Evidence { second: there.second, ..here }, Error::EvidenceBadSignature);
	});
}

#[test]
fn a_seat_of_nobody_is_recorded_and_nothing_is_slashed() {
	on_ledgers(|| {
		Seats::mutate(|all| {
			let seats = all.get_mut(&(SHARD, 0)).unwrap();
			seats[1] = Seat { node: None, ..seats[1].clone() };
		});
		let evidence = equivocation(SHARD, slot(0, 1), 1);
		assert_ok!(report(SHARD, evidence.clone(), None));
		assert!(Slashes::get().is_empty());
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
fn a_node_that_is_gone_is_recorded_and_nothing_is_slashed() {
	on_ledgers(|| {
		Gone::set(vec![node(1)]);
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 1), None));
		assert!(Slashes::get().is_empty());
		assert!(Reported::<Test>::get(0, SHARD).contains(&Offence { kind: OffenceKind::Equivocation, member: 1 }));
	});
}

#[test]
fn nobody_signs_a_report() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 0);
		for origin in [RuntimeOrigin::signed(node(1)), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Offences::report(origin, SHARD, evidence.clone(), None), BadOrigin);
		}
	});
}

#[test]
fn what_offences_cost() {
	assert_eq!(OffenceKind::Equivocation.slash_part(), Perbill::from_percent(10));
	assert_eq!(OffenceKind::InvalidShardBlock.slash_part(), Perbill::one());
	assert_eq!(MAX_OFFENCES as usize, tp_pbft::MAX_MEMBERS as usize * OffenceKind::ALL.len());
}
