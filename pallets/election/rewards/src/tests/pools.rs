//! The division of an epoch's budget.

use super::*;
use tp_pbft::MAX_MEMBERS;

/// Ends an epoch of 6 h and returns its budget.
fn epoch() -> Balance {
	let budget = next_budget();
	end_epoch_after(EPOCH_MS);
	assert_eq!(history().last().unwrap().budget, budget);
	budget
}

fn percent(budget: Balance, percent: Balance) -> Balance {
	budget * percent / 100
}

#[test]
fn committees_share_equally_and_members_by_points() {
	on_ledger(|| {
		let proposer = MemberActivity { signed: 40, authored: 5, turns_lost: 9, extra_signatures: 20 };
		// The proposer has 40 + 8 × 5 + 20 = 100 points.
		report(SHARD, [(1, signed(300)), (2, proposer), (3, signed(0))]);
		report(OTHER_SHARD, [(4, signed(1))]);
		let pool = percent(epoch(), 60);
		let committee = pool / 2;
		assert_eq!(claimable(1), committee * 300 / 400);
		assert_eq!(claimable(2), committee * 100 / 400);
		assert_eq!(claimable(3), 0);
		assert_eq!(claimable(4), committee);
	});
}

#[test]
fn the_main_chain_and_zones_are_paid_as_routers() {
	on_ledger(|| {
		report(ChainTag::Main, [(1, signed(10)), (2, signed(30))]);
		report(ChainTag::Zone(0), [(3, signed(5))]);
		report(ChainTag::Zone(1), [(4, signed(5))]);
		let budget = epoch();
		let committee = percent(budget, 10) / 3;
		assert_eq!(claimable(1), committee * 10 / 40);
		assert_eq!(claimable(2), committee * 30 / 40);
		assert_eq!(claimable(3), committee);
		assert_eq!(claimable(4), committee);
		let treasury = percent(budget, 4);
		// The dust of roundings is issued, and burned when all have taken their parts.
		assert_eq!(issued(), treasury + 3 * committee);
	});
}

#[test]
fn a_node_in_two_committees_is_paid_by_both_pools() {
	on_ledger(|| {
		report(ChainTag::Main, [(1, signed(10))]);
		report(SHARD, [(1, signed(10))]);
		let budget = epoch();
		assert_eq!(claimable(1), percent(budget, 60) + percent(budget, 10));
	});
}

#[test]
fn a_committee_without_points_gets_nothing_and_leaves_its_part_unissued() {
	on_ledger(|| {
		report(SHARD, [(1, signed(7)), (2, signed(7))]);
		report(OTHER_SHARD, [(3, signed(0)), (4, signed(0))]);
		let budget = epoch();
		let half = percent(budget, 60) / 2;
		assert_eq!(claimable(1), half / 2);
		assert_eq!(claimable(2), half / 2);
		assert_eq!(issued(), half + percent(budget, 4));
		// The same holds for a committee whose members were all named by root.
		report(SHARD, [(1, signed(7))]);
		report(OTHER_SHARD, []);
		let before = claimable(1);
		let budget = epoch();
		assert_eq!(claimable(1) - before, percent(budget, 60) / 2);
	});
}

#[test]
fn pools_without_a_receiver_stay_in_the_reserve() {
	on_ledger(|| {
		let budget = epoch();
		// The treasury is always paid.
		assert_eq!(issued(), percent(budget, 4));
		assert_eq!(Reserve::<Test>::get(), RESERVE - DEPOSIT - issued());

		// Archives and edges cannot prove their service.
		set_roles(10..13, &[Role::Archive]);
		set_roles(20..27, &[Role::Edge]);
		let before = issued();
		let budget = epoch();
		assert_eq!(issued() - before, percent(budget, 4));
		assert_eq!([10, 11, 12, 20, 26].map(claimable), [0; 5]);
	});
}

#[test]
fn the_voters_pool_is_shared_by_votes() {
	on_ledger(|| {
		vote(100, 1, 3_000);
		vote(100, 2, 500);
		vote(101, 2, 500);
		report(ChainTag::Main, [(1, signed(100)), (2, signed(100))]);
		let budget = epoch();
		let pool = percent(budget, 20);
		let (first, second) = (pool * 3 / 4, pool / 4);
		assert_eq!(Rewards::earned(&1).voters, first);
		assert_eq!(Rewards::earned(&2).voters, second);
		// The nodes themselves get no part of it.
		assert_eq!([1, 2].map(claimable), [percent(budget, 10) / 2; 2]);
		let (of_first, of_second) = (claimable(100), claimable(101));
		assert!((first + second / 2 - of_first) <= 2, "rounding");
		assert!(second / 2 - of_second <= 1, "rounding");
	});
}

#[test]
fn voters_earn_by_the_service_of_their_nodes() {
	on_ledger(|| {
		for node in 1..=4 {
			vote(100 + node, node, 1_000);
		}
		let lost = MemberActivity { signed: 60, turns_lost: 20, ..Default::default() };
		report(ChainTag::Main, [(1, signed(100)), (2, lost), (3, signed(0))]);
		// Votes count once for a node with two seats, by its best service.
		report(SHARD, [(1, signed(30)), (2, signed(20))]);
		let pool = percent(epoch(), 20);
		let got = [101, 102, 103, 104].map(claimable);
		// 60 of 120 are half a service.
		assert!(pool * 2 / 3 - got[0] <= 2 && pool / 3 - got[1] <= 2, "{got:?} of {pool}");
		assert_eq!(got[2..], [0, 0]);
	});
}

/// The attack: most votes are for a node that never serves.
#[test]
fn voters_of_an_idle_node_take_nothing_from_others() {
	on_ledger(|| {
		vote(100, 1, 1_000);
		vote(101, 2, 99_000);
		report(ChainTag::Main, [(1, signed(100))]);
		let pool = percent(epoch(), 20);
		let (idle, serving) = (claimable(101), claimable(100));
		println!("99 % of the votes are for an idle node: they earn {idle} of {pool}, before 99 %");
		assert_eq!(idle, 0);
		assert!(pool - serving <= 1);
	});
}

#[test]
fn a_ledger_that_is_reported_twice_for_an_epoch_counts_once() {
	on_ledger(|| {
		report(SHARD, [(1, signed(7))]);
		report(SHARD, [(2, signed(7))]);
		let budget = epoch();
		assert_eq!(claimable(1), percent(budget, 60));
		assert_eq!(claimable(2), 0);
	});
}

#[test]
fn a_late_report_is_paid_with_the_next_epoch() {
	on_ledger(|| {
		epoch();
		CurrentEpoch::set(0);
		report(SHARD, [(1, signed(7))]);
		CurrentEpoch::set(1);
		report(SHARD, [(2, signed(7))]);
		let budget = epoch();
		assert_eq!([1, 2].map(claimable), [percent(budget, 60) / 2; 2]);
	});
}

#[test]
fn reports_are_bounded() {
	on_ledger(|| {
		let shard = |incarnation| ChainTag::Shard { zone: 0, incarnation };
		for incarnation in 0..MAX_REPORTS {
			report(shard(incarnation), [(1, signed(1))]);
		}
		assert_eq!(Reports::<Test>::count(), MAX_REPORTS);
		report(shard(MAX_REPORTS), [(2, signed(1))]);
		assert_eq!(Reports::<Test>::count(), MAX_REPORTS);
		assert!(has_event(Event::ReportDropped { chain: shard(MAX_REPORTS), epoch: 0 }));
		check();
		epoch();
		assert_eq!(Reports::<Test>::count(), 0);
		assert!(claimable(1) > 0);
		assert_eq!(claimable(2), 0);

		let too_many = 0..=AccountId::from(MAX_MEMBERS);
		report(SHARD, too_many.map(|at| (at, signed(1))));
		assert!(has_event(Event::ReportDropped { chain: SHARD, epoch: 1 }));
		assert_eq!(Reports::<Test>::count(), 0);
	});
}

#[test]
fn points_are_bounded() {
	let parameters = Parameters { max_extra_signatures: 10, points_per_extra_signature: 3, ..Default::default() };
	let activity = |extra_signatures| MemberActivity { signed: 1, extra_signatures, ..Default::default() };
	assert_eq!(parameters.points(&activity(9)), 28);
	assert_eq!(parameters.points(&activity(10)), 31);
	assert_eq!(parameters.points(&activity(11)), 31);

	let most = Parameters {
		points_per_proposal: u32::MAX,
		points_per_extra_signature: u32::MAX,
		max_extra_signatures: u32::MAX,
		..Default::default()
	};
	let all = MemberActivity { signed: u32::MAX, authored: u32::MAX, turns_lost: u32::MAX, extra_signatures: u32::MAX };
	assert_eq!(most.points(&all), u64::MAX);
	on_ledger(|| {
		assert_eq!(Rewards::set_parameters(RuntimeOrigin::root(), most), Ok(()));
		report(SHARD, [(1, all), (2, all), (3, signed(1))]);
		let pool = percent(epoch(), 60);
		assert!(pool / 2 - claimable(1) <= 1);
		assert_eq!(claimable(1), claimable(2));
		assert_eq!(claimable(3), 0);
	});
}
