//! Attacks on the draw. Each test prints what the attacker gets, which `--nocapture` shows.

use super::*;
use frame_support::storage::{with_transaction, TransactionOutcome};
use pallet_testkit::SeedSalt;
use sp_runtime::DispatchError;

/// Runs something and undoes what it did to storage. The attacker tries an outcome so.
fn tried<R>(run: impl FnOnce() -> R) -> R {
	let mut result = None;
	with_transaction(|| {
		result = Some(run());
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
	})
	.expect("the closure returns no error");
	result.expect("it ran")
}

/// A quarter of all stake in nodes that have a little more than the others: the attacker gets a quarter of the seats.
#[test]
fn nodes_a_little_above_the_others_get_no_more_than_their_share() {
	const SEATS: u16 = 16;
	const ATTACKERS: u16 = 40;
	const NODES: u16 = 1 + 4 * ATTACKERS;
	let (mut taken, mut opened) = (0, 0);
	for salt in 0..12 {
		on_network(&[(Main, SEATS.into())], 1, NODES, |network| {
			RandomnessSalt::set(salt);
			let attackers = 1..=ATTACKERS;
			attackers.clone().for_each(|node| with(node, |known| known.assets = ASSETS + 1));
			network.epoch(1..NODES);
			let drawn = newcomers_of(&[0], &nodes_of(Main, 2));
			taken += drawn.iter().filter(|node| attackers.contains(node)).count();
			opened += drawn.len();
		});
	}
	println!("{taken} of {opened} seats for a quarter of the stake");
	// 180 or 192 seats: 48 are expected, and the standard deviation is below 6.
	assert!(taken * 100 <= opened * 36, "{taken} of {opened} seats for a quarter of the stake");
}

/// The attacker has a quarter of the tickets. It holds tickets back so that its others land in one of four shards.
#[test]
fn tickets_held_back_do_not_steer_seats_to_a_ledger() {
	const SHARDS: u32 = 4;
	const ATTACKERS: u16 = 12;
	const NODES: u16 = 48;
	const TRIALS: u16 = 60;
	let target = shard(0, 0);
	let ledgers: Vec<(ChainTag, u32)> = (0..SHARDS).map(|incarnation| (shard(0, incarnation), 6)).collect();
	let (mut taken, mut opened) = (0, 0);
	for salt in 0..10 {
		on_network(&ledgers, 0, NODES, |network| {
			RandomnessSalt::set(salt);
			network.members = vec![member(100)];
			submit_all(ATTACKERS..NODES);
			let held_by = |at: ChainTag| nodes_of(at, 2).into_iter().filter(|node| *node < ATTACKERS).count();
			let outcome = |network: &mut Network, sent: &[u16]| {
				tried(|| {
					submit_all(sent.iter().copied());
					let members = network.members.clone();
					network.end_epoch();
					let held = held_by(target);
					network.members = members;
					pallet_testkit::CurrentEpoch::set(0);
					network.open(1);
					held
				})
			};
			// It tries which of its tickets to send, as often as there are hashes for.
			let mut sent: Vec<u16> = (0..ATTACKERS).collect();
			let mut best = outcome(network, &sent);
			for trial in 0..TRIALS {
				let kept = (salt, trial).using_encoded(blake2_256);
				let some: Vec<u16> = (0..ATTACKERS).filter(|node| kept[usize::from(*node)] >= 64).collect();
				let held = outcome(network, &some);
				if held > best {
					(best, sent) = (held, some);
				}
			}
			submit_all(sent);
			// Later blocks, which were unknown when the tickets were sent.
			SeedSalt::set(1 + salt);
			network.end_epoch();
			taken += held_by(target);
			opened += nodes_of(target, 2).len();
		});
	}
	println!("{taken} of {opened} seats of one shard for a quarter of the tickets");
	assert!(taken * 100 <= opened * 34, "{taken} of {opened} seats of one shard for a quarter of the tickets");
}

/// A third of a committee is cut off for two epochs, and no node stands for their seats.
#[test]
fn a_committee_does_not_shrink_by_members_that_others_cut_off() {
	const SEATS: u16 = 128;
	const CUT_OFF: u16 = 42;
	on_network(&[(Main, SEATS.into())], SEATS, SEATS + 64, |network| {
		(0..CUT_OFF).for_each(|node| with(node, pallet_testkit::Registered::cut_off));
		let sizes: Vec<usize> = (0..3)
			.map(|_| {
				network.epoch([]);
				network.members.len()
			})
			.collect();
		println!("a committee of {SEATS} with {CUT_OFF} members cut off has {sizes:?} members");
		assert!(sizes.iter().all(|size| *size == usize::from(SEATS)), "{sizes:?}");

		// With nodes that stand, they leave within the rotation: 32 an epoch.
		let mut before = nodes_of(Main, ManualClock::epoch());
		for _ in 0..4 {
			network.epoch(SEATS..SEATS + 64);
			let after = nodes_of(Main, ManualClock::epoch());
			assert_eq!(after.len(), usize::from(SEATS));
			assert!(newcomers(&before, &after) <= usize::from(SEATS / 4));
			before = after;
		}
		assert!(before.iter().filter(|node| **node < CUT_OFF).count() <= usize::from(CUT_OFF - SEATS / 4));
	});
}

/// More than 256 seats in one epoch: no block decides more than 256.
#[test]
fn a_block_deals_at_most_256_seats() {
	let ledgers = [(Zone(0), 100), (Zone(1), 60), (shard(2, 0), 120), (shard(2, 1), 120)];
	on_network(&ledgers, 0, 250, |network| {
		network.members = vec![member(255)];
		submit_all(0..250);
		let most = network.most_seats_of_a_block();
		let all: usize = ledgers.iter().map(|(chain, _)| nodes_of(*chain, 2).len()).sum();
		println!("{most} of {all} seats were dealt in one block");
		assert_eq!(all, 400);
		assert!(most <= 256, "{most} of {all} seats were dealt in one block");
	});
}

/// A ticket in the name of a node that does not exist is refused before large values are read.
#[test]
fn a_ticket_of_no_node_is_refused_before_much_is_read() {
	let (nodes, members) = (250, 120);
	let mut chain = build(genesis(&[(Main, u32::from(members))], members), nodes);
	let ticket = chain.execute_with(|| {
		System::set_block_number(1);
		submit_all(members..nodes);
		Ticket { node: 9_999, ..ticket(members, Role::Router) }
	});
	chain.commit_all().unwrap();
	let (result, proof) = chain.execute_and_prove(|| submit(ticket));
	assert_eq!(result, Err(Error::<Test>::KeysDoNotCount.into()));
	let bytes = proof.encoded_size();
	println!("{bytes} bytes of state are read to refuse a ticket of no node");
	assert!(bytes < 4_096, "{bytes} bytes of state are read to refuse a ticket of no node");
}

/// Returns the nodes of the second committee that are not in the first.
fn newcomers_of(before: &[u16], after: &[u16]) -> Vec<u16> {
	after.iter().copied().filter(|node| !before.contains(node)).collect()
}
