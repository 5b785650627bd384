//! Members that contradict themselves together pay more than one alone.

use super::*;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;

/// The seats of the main chain's committee.
const SEATS: u16 = 128;
/// The faulty members that it tolerates.
const MAX_FAULTY: u16 = 42;

const fn percent(part: u32) -> Perbill {
	Perbill::from_percent(part)
}

/// Returns the parts of the present rests, oldest first.
fn parts() -> Vec<Perbill> {
	rests().into_iter().map(|(_, _, part, _)| part).collect()
}

/// Gives the main chain a committee of all nodes in epoch 0, of which the first `count` contradict themselves.
fn equivocate_together(count: u16) {
	for number in 0..SEATS {
		Registry::register(&AccountId::from(number), Registered::new(pallet_testkit::keys(number)));
	}
	CommitteeTable::set(ChainTag::Main, 0, &seats(SEATS));
	for member in 0..count {
		assert_ok!(report(ChainTag::Main, equivocation(ChainTag::Main, slot(0, 1), member), None));
	}
}

/// Lets the time for evidence of epoch 0 pass, and starts the first block after it.
fn close_epoch() {
	for _ in 0..=COUNTS_FOR {
		next_epoch();
	}
}

#[test]
fn the_part_grows_with_the_square_of_the_others() {
	let cases =
		[(1, 0, percent(10)), (1, 42, percent(10)), (2, 0, percent(100)), (2, 1, percent(100)), (4, 10, percent(10))];
	for (members, max_faulty, part) in cases {
		assert_eq!(equivocation_part(members, max_faulty), part, "{members} of f = {max_faulty}");
	}
	assert_eq!(equivocation_part(22, 42), percent(25));
	assert_eq!(equivocation_part(43, 42), Perbill::one());
	assert_eq!(equivocation_part(128, 42), Perbill::one());
	for members in 1..=43 {
		let whole = equivocation_part(members, 42);
		let left = percent(90) * (1_000_000_000 - rest_of(whole).deconstruct());
		assert!(left.abs_diff(1_000_000_000 - whole.deconstruct()) <= 1, "{members}: both parts are the whole");
	}
}

/// The attack: as many members as can fork the main chain contradict themselves, and each has a router's deposit.
#[test]
fn a_fork_of_the_main_chain_costs_all_deposits() {
	const DEPOSIT: u32 = 1_000_000;
	on_ledgers(|| {
		equivocate_together(MAX_FAULTY + 1);
		let first: u32 = slashes().into_iter().map(|(_, _, part, _)| part * DEPOSIT).sum();
		close_epoch();
		while rests().len() <= usize::from(MAX_FAULTY) {
			next_block();
		}
		let rest: u32 = parts().into_iter().map(|part| part * (DEPOSIT - percent(10) * DEPOSIT)).sum();
		println!(
			"a fork by {} of {SEATS} members costs {} TOP, a flat tenth {first} TOP",
			MAX_FAULTY + 1,
			first + rest
		);
		assert_eq!((first, first + rest), (4_300_000, 43_000_000));
	});
}

#[test]
fn an_accident_costs_a_tenth() {
	on_ledgers(|| {
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 2), None));
		// Another ledger and another epoch are other accidents.
		assert_ok!(report(ZONE, equivocation(ZONE, slot(0, 1), 1), None));
		assert_ok!(report(SHARD, equivocation(SHARD, slot(1, 1), 1), None));
		assert_eq!((slashes().len(), SlashLog::awaited()), (3, 3));
		close_epoch();
		assert_eq!((parts(), SlashLog::awaited()), (vec![Perbill::zero(); 2], 1));
		next_epoch();
		assert_eq!((parts(), SlashLog::awaited()), (vec![Perbill::zero(); 3], 0));
	});
}

#[test]
fn the_rest_is_due_when_the_window_closes_and_not_before() {
	on_ledgers(|| {
		let evidence = equivocation(SHARD, slot(0, 1), 0);
		assert_ok!(report(SHARD, evidence.clone(), reporter(SHARD, &evidence, 5)));
		for _ in 0..COUNTS_FOR {
			next_epoch();
		}
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), 3), None));
		assert!(rests().is_empty());
		next_epoch();
		let (node, reporter) = ((0, 0, Perbill::one(), Some(5)), (3, 0, Perbill::one(), None));
		let mut rests = rests();
		rests.sort_by_key(|(node, ..)| *node);
		assert_eq!(rests, [node, reporter]);
		assert!((1..=2).any(|slash| has_event(Event::PunishedTogether {
			chain: SHARD,
			epoch: 0,
			node: 0,
			members: 2,
			part: Perbill::one(),
			slash,
		})));
		assert_eq!(Unsettled::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_seat_without_a_node_counts_and_pays_nothing() {
	on_ledgers(|| {
		let mut seats = seats(4);
		seats[1].node = None;
		CommitteeTable::set(SHARD, 0, &seats);
		for member in 0..2 {
			assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 1), member), None));
		}
		close_epoch();
		assert_eq!(rests(), [(0, 0, Perbill::one(), None)]);
	});
}

#[test]
fn a_block_decides_some_rests_and_meanwhile_no_evidence_counts() {
	on_ledgers(|| {
		let count = u16::try_from(2 * RESTS_PER_BLOCK + 1).unwrap();
		equivocate_together(count);
		close_epoch();
		assert_eq!(rests().len(), RESTS_PER_BLOCK as usize);
		// A longer time for evidence does not open the epoch again: the number of members is final.
		EvidenceEpochs::set(100);
		let late = equivocation(ChainTag::Main, slot(0, 1), count);
		assert_noop!(report(ChainTag::Main, late, None), Error::<Test>::EvidenceWrongEpoch);
		for decided in [2 * RESTS_PER_BLOCK, 2 * RESTS_PER_BLOCK + 1, 2 * RESTS_PER_BLOCK + 1] {
			next_block();
			assert_eq!(rests().len(), decided as usize);
		}
		let part = rest_of(equivocation_part(count.into(), MAX_FAULTY.into()));
		assert_eq!(parts(), vec![part; count.into()]);
		assert_eq!((OldestKept::<Test>::get(), IsClosing::<Test>::get()), (1, false));
	});
}
