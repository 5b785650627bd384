//! Claims pay what was earned, once.

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::Preservation,
	},
};
use sp_runtime::DispatchError::BadOrigin;
use tp_core::Balance;
use tp_stake::OnParticipation;

fn claim(at: u8, nodes: &[u8]) -> frame_support::dispatch::DispatchResult {
	Rewards::claim(RuntimeOrigin::signed(account(at)), nodes.iter().map(|at| account(*at)).collect())
}

fn epoch() {
	report(SHARD, [(1, signed(1)), (2, signed(1))]);
	end_epoch_after(EPOCH_MS);
}

#[test]
fn a_node_claims_what_it_earned_once() {
	on_ledger(|| {
		epoch();
		let earned = claimable(1);
		assert!(earned > 0);
		assert_ok!(claim(1, &[]));
		check();
		assert_eq!(Balances::balance(&account(1)), earned);
		assert!(has_event(Event::Claimed { who: account(1), amount: earned }));
		assert_eq!(claimable(1), 0);
		assert_noop!(claim(1, &[]), Error::<Test>::NothingToClaim);
		// The other's is untouched.
		assert_eq!(claimable(2), earned);
		epoch();
		let more = claimable(1);
		assert_ok!(claim(1, &[]));
		assert_eq!(Balances::balance(&account(1)), earned + more);
	});
}

#[test]
fn a_voter_claims_of_the_nodes_that_it_names() {
	on_ledger(|| {
		set_dividend(&account(1), 20);
		for node in [1, 2] {
			vote(&account(100), &account(node), 500);
			vote(&account(101), &account(node), 500);
		}
		epoch();
		let all = claimable(100);
		let of_second = Rewards::claimable_with(&account(100), &[account(2)]);
		assert!(0 < of_second && of_second < all);

		// Naming a node twice, and nodes without votes, changes nothing.
		assert_ok!(claim(100, &[2, 2, 3]));
		check();
		assert_eq!(Balances::balance(&account(100)), of_second);
		assert_eq!(claimable(100), all - of_second);
		assert_ok!(claim(100, &[1]));
		assert_eq!(Balances::balance(&account(100)), all);
		assert_eq!(claimable(101), all);
		assert_noop!(claim(100, &[1, 2]), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn who_has_nothing_gets_nothing() {
	on_ledger(|| {
		vote(&account(100), &account(1), 500);
		epoch();
		assert_noop!(claim(3, &[]), Error::<Test>::NothingToClaim);
		// Another's votes.
		assert_noop!(claim(3, &[1, 2]), Error::<Test>::NothingToClaim);
		assert_noop!(Rewards::claim(RuntimeOrigin::none(), vec![]), BadOrigin);
		assert_noop!(Rewards::claim(RuntimeOrigin::root(), vec![]), BadOrigin);
	});
}

#[test]
fn a_claim_names_so_many_nodes() {
	on_ledger(|| {
		let most = u8::try_from(MAX_CLAIM_NODES).unwrap();
		for node in 0..=most {
			vote(&account(200), &account(node), 10);
		}
		epoch();
		let too_many: Vec<_> = (0..=most).collect();
		assert_noop!(claim(200, &too_many), Error::<Test>::TooManyNodes);
		assert_ok!(claim(200, &too_many[1..]));
		assert_ok!(claim(200, &too_many[..1]));
	});
}

#[test]
fn less_than_an_account_needs_stays_claimable() {
	on_ledger(|| {
		vote(&account(100), &account(1), 1);
		vote(&account(101), &account(1), 1_000_000_000);
		epoch();
		let small = claimable(100);
		assert!(0 < small && small < DEPOSIT, "{small}");
		assert_noop!(claim(100, &[1]), Error::<Test>::BelowExistentialDeposit);
		assert_eq!(claimable(100), small);

		// An account that exists can have it.
		assert_ok!(Balances::transfer(&account(251), &account(100), DEPOSIT, Preservation::Preserve));
		assert_ok!(claim(100, &[1]));
		assert_eq!(Balances::balance(&account(100)), DEPOSIT + small);
	});
}

#[test]
fn all_can_claim_all() {
	on_ledger(|| {
		vote(&account(100), &account(1), 3);
		vote(&account(101), &account(1), 4);
		set_dividend(&account(1), 33);
		for _ in 0..5 {
			epoch();
		}
		for (who, nodes) in [(1, &[][..]), (2, &[]), (100, &[1]), (101, &[1])] {
			assert_ok!(claim(who, nodes));
			check();
		}
		// What rounding left to the voters of the node, far below a deposit, and the deposit of the pallet's account.
		let left = CurrentTotals::<Test>::get().claimable();
		assert!(left < 20, "{left}");
		assert_eq!(Balances::balance(&Rewards::account_id()), left + DEPOSIT);
		vote(&account(100), &account(1), 0);
		vote(&account(101), &account(1), 0);
		check();
		let burned = CurrentTotals::<Test>::get().burned;
		assert!(burned <= left);
		let paid = |at: u8| claimable(at) + Balances::balance(&account(at));
		assert_eq!(issued(), burned + [1, 2, 100, 101, 250].map(paid).into_iter().sum::<Balance>());
	});
}

#[test]
fn the_treasury_is_paid_at_once_or_when_it_is_enough() {
	on_ledger(|| {
		// So short that the treasury's part is less than an account needs.
		end_epoch_after(1);
		let small = issued();
		assert!(0 < small && small < DEPOSIT, "{small}");
		assert_eq!(Balances::balance(&account(250)), 0);
		assert_eq!(claimable(250), small);
		end_epoch_after(EPOCH_MS);
		assert_eq!(Balances::balance(&account(250)), issued());
		assert_eq!(claimable(250), 0);
		assert_eq!(CurrentTotals::<Test>::get().claimed, issued());
	});
}

#[test]
fn what_somebody_sends_the_pallets_account_disturbs_nothing() {
	build(Default::default()).execute_with(|| {
		next_block();
		let sent = 5 * DEPOSIT;
		let pot = Rewards::account_id();
		assert_ok!(Balances::transfer(&account(251), &pot, sent, Preservation::Preserve));
		report(SHARD, [(1, signed(1))]);
		Now::mutate(|now| *now += EPOCH_MS);
		Rewards::on_epoch_end(0);
		assert_ok!(claim(1, &[]));
		Rewards::do_try_state().unwrap();
		assert_eq!(Balances::balance(&pot), CurrentTotals::<Test>::get().claimable() + DEPOSIT + sent);
	});
}
