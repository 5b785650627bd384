//! Periods pay any number of nodes, and nodes are settled before votes and dividends change.

use super::*;

/// Returns a node of the shards that [`report_shards`] reports.
fn node(at: u32) -> AccountId {
	AccountId::from(1_000 + at)
}

/// Reports shards of a hundred nodes each, no node twice. All of them served fully.
fn report_shards(shards: u32) {
	for incarnation in 0..shards {
		let members = (0..100).map(|at| (node(100 * incarnation + at), signed(100)));
		report(ChainTag::Shard { zone: 0, incarnation }, members);
	}
}

/// Changes the dividend of a node at once, as the other pallet does for the epochs that follow.
fn change_dividend(node: AccountId, percent: u32) {
	Rewards::before_dividend_change(&node);
	set_dividend(node, percent);
}

/// The attack: with more nodes than the voters' pool had entries, the order of hashes decided who was paid.
#[test]
fn one_record_pays_any_number_of_nodes() {
	on_ledger(|| {
		const SHARDS: u32 = 50;
		let count = 100 * SHARDS;
		let holder = |at: u32| AccountId::from(100_000 + at);
		for at in 0..count {
			vote(holder(at), node(at), 1_000);
		}
		report_shards(SHARDS);
		let budget = next_budget();
		end_epoch_after(EPOCH_MS);
		assert_eq!(Ended::<Test>::iter().count(), 1);
		let (work, votes) = (budget * 60 / 100 / Balance::from(SHARDS) / 100, budget * 20 / 100 / Balance::from(count));
		let mut paid = 0;
		for at in 0..count {
			assert_eq!(Rewards::claimable(&node(at)), work, "node {at}");
			let of_voter = Rewards::claimable_with(&holder(at), &[node(at)]);
			assert!(votes - of_voter <= 1, "voter {at} has {of_voter}");
			paid += u32::from(of_voter > 0);
		}
		println!("of {count} nodes that served, the voters of {paid} are paid, before of 2,048");
		assert_eq!(paid, count);

		// All take their parts: the record goes, and with it the dust.
		for at in 0..count {
			assert_eq!(Ended::<Test>::iter().count(), 1);
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(node(at)), vec![]));
		}
		check();
		assert_eq!(Ended::<Test>::iter().count(), 0);
		assert!(CurrentTotals::<Test>::get().burned <= Balance::from(2 * count));
	});
}

/// Ends an epoch in which node 1, whose dividend is a half, had the votes of holder 100. Returns the budget of the epoch.
fn epoch_of_voter() -> Balance {
	set_dividend(1, 50);
	vote(100, 1, 1_000);
	report(SHARD, [(1, signed(100))]);
	let budget = next_budget();
	end_epoch_after(EPOCH_MS);
	budget
}

/// The attack: votes come to a node when the reward of an epoch is known and not paid yet.
#[test]
fn votes_that_come_after_the_epoch_take_nothing_from_others() {
	on_ledger(|| {
		let budget = epoch_of_voter();
		let due = budget * 50 / 100;
		vote(101, 1, 99_000);
		check();
		let late = claimable(101);
		println!("votes that come after the epoch take {late} of {due}, before up to 99 %");
		assert_eq!(late, 0);
		assert!(due - claimable(100) <= 2);
		// They earn from then on.
		report(SHARD, [(1, signed(100))]);
		end_epoch_after(EPOCH_MS);
		assert!(claimable(101) > due * 98 / 100);
	});
}

#[test]
fn a_voter_that_leaves_after_the_epoch_keeps_its_part() {
	on_ledger(|| {
		vote(100, 1, 1_000);
		report(SHARD, [(1, signed(100))]);
		let pool = next_budget() * 20 / 100;
		end_epoch_after(EPOCH_MS);
		vote(100, 1, 0);
		check();
		assert!(pool - Rewards::claimable(&100) <= 1);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_part_of_voters_that_leave_before_the_end_of_the_epoch_is_burned() {
	on_ledger(|| {
		vote(100, 1, 1_000);
		report(SHARD, [(1, signed(100))]);
		vote(100, 1, 0);
		check();
		let pool = next_budget() * 20 / 100;
		end_epoch_after(EPOCH_MS);
		assert_ok!(Rewards::claim(RuntimeOrigin::signed(1), vec![]));
		check();
		assert_eq!(CurrentTotals::<Test>::get().burned, pool);
		assert_eq!((claimable(100), VoterPots::<Test>::iter().count()), (0, 0));
	});
}

/// The attack: a node takes its dividend back when the reward of an epoch is known.
#[test]
fn a_dividend_that_changes_after_the_epoch_takes_nothing_from_voters() {
	on_ledger(|| {
		let budget = epoch_of_voter();
		change_dividend(1, 0);
		check();
		let due = budget * 50 / 100;
		println!(
			"after a dividend goes from 50 % to none, voters have {} of {due}, before {}",
			claimable(100),
			due * 2 / 5
		);
		assert!(due - claimable(100) <= 2);
		let work = budget * 60 / 100;
		assert_eq!(claimable(1), work - work / 2);
	});
}

#[test]
fn a_node_that_never_claims_is_paid_for_all_its_epochs() {
	on_ledger(|| {
		set_dividend(1, 25);
		vote(100, 1, 1_000);
		let (mut own, mut voters) = (0, 0);
		for _ in 0..20 {
			report(SHARD, [(1, signed(100)), (2, signed(100))]);
			let work = next_budget() * 60 / 100 / 2;
			voters += next_budget() * 20 / 100 + work / 4;
			own += work - work / 4;
			end_epoch_after(EPOCH_MS);
			// A node has shares of one period: the others are amounts.
			assert_eq!(Ended::<Test>::iter().count(), 1);
		}
		assert_eq!(claimable(1), own);
		assert!(voters - claimable(100) <= 40);
		// An epoch without service changes nothing.
		end_epoch_after(EPOCH_MS);
		assert_eq!(claimable(1), own);
		assert_ok!(Rewards::claim(RuntimeOrigin::signed(1), vec![]));
		assert_ok!(Rewards::claim(RuntimeOrigin::signed(100), vec![1]));
		check();
		assert_eq!(Unsettled::<Test>::iter().count(), 1, "the other node has claimed nothing");
	});
}

#[test]
fn the_dust_of_a_period_is_burned_with_the_last_part() {
	on_ledger(|| {
		report(SHARD, (1..=7).map(|node| (node, signed(1))));
		end_epoch_after(EPOCH_MS);
		let left = Ended::<Test>::get(0).unwrap().left;
		let dust = left - 7 * (left / 7);
		for node in 1..=7 {
			assert_eq!(CurrentTotals::<Test>::get().burned, 0);
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(node), vec![]));
			check();
		}
		assert_eq!((CurrentTotals::<Test>::get().burned, Ended::<Test>::iter().count()), (dust, 0));
		assert_eq!(dust > 0, has_event(Event::DustBurned { epoch: 0, amount: dust }));
	});
}
