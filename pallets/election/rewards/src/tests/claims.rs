//! Claims pay earnings once.

use super::*;
use frame_support::{
	dispatch::DispatchResult,
	traits::{fungible::Mutate, tokens::Preservation},
};
use sp_runtime::DispatchError::BadOrigin;

fn claim(who: AccountId, nodes: &[AccountId]) -> DispatchResult {
	Rewards::claim(RuntimeOrigin::signed(who), nodes.to_vec())
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
		assert_eq!(Balances::balance(&1), earned);
		assert!(has_event(Event::Claimed { who: 1, amount: earned }));
		assert_eq!(claimable(1), 0);
		assert_noop!(claim(1, &[]), Error::<Test>::NothingToClaim);
		// The other node's amount is unchanged.
		assert_eq!(claimable(2), earned);
		epoch();
		let more = claimable(1);
		assert_ok!(claim(1, &[]));
		assert_eq!(Balances::balance(&1), earned + more);
	});
}

#[test]
fn a_voter_claims_from_the_named_nodes() {
	on_ledger(|| {
		set_dividend(1, 20);
		for node in [1, 2] {
			vote(100, node, 500);
			vote(101, node, 500);
		}
		epoch();
		let all = claimable(100);
		let of_second = Rewards::claimable_with(&100, &[2]);
		assert!(0 < of_second && of_second < all);

		// A node named twice, or a node without votes, changes nothing.
		assert_ok!(claim(100, &[2, 2, 3]));
		check();
		assert_eq!(Balances::balance(&100), of_second);
		assert_eq!(claimable(100), all - of_second);
		assert_ok!(claim(100, &[1]));
		assert_eq!(Balances::balance(&100), all);
		assert_eq!(claimable(101), all);
		assert_noop!(claim(100, &[1, 2]), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn an_account_without_earnings_gets_nothing() {
	on_ledger(|| {
		vote(100, 1, 500);
		epoch();
		assert_noop!(claim(3, &[]), Error::<Test>::NothingToClaim);
		// Votes of another holder pay nothing.
		assert_noop!(claim(3, &[1, 2]), Error::<Test>::NothingToClaim);
		assert_noop!(Rewards::claim(RuntimeOrigin::none(), vec![]), BadOrigin);
		assert_noop!(Rewards::claim(RuntimeOrigin::root(), vec![]), BadOrigin);
	});
}

#[test]
fn a_claim_names_a_bounded_number_of_nodes() {
	on_ledger(|| {
		let max = AccountId::from(MAX_CLAIM_NODES);
		for node in 0..=max {
			vote(200, node, 10);
		}
		report(SHARD, (0..=max).map(|node| (node, signed(1))));
		end_epoch_after(EPOCH_MS);
		let too_many: Vec<_> = (0..=max).collect();
		assert_noop!(claim(200, &too_many), Error::<Test>::TooManyNodes);
		assert_ok!(claim(200, &too_many[1..]));
		assert_ok!(claim(200, &too_many[..1]));
	});
}

#[test]
fn an_amount_below_the_existential_deposit_stays_claimable() {
	on_ledger(|| {
		vote(100, 1, 1);
		vote(101, 1, 1_000_000_000);
		epoch();
		let small = claimable(100);
		assert!(0 < small && small < DEPOSIT, "{small}");
		assert_noop!(claim(100, &[1]), Error::<Test>::BelowExistentialDeposit);
		assert_eq!(claimable(100), small);

		// An existing account can claim it.
		assert_ok!(Balances::transfer(&OWNER, &100, DEPOSIT, Preservation::Preserve));
		assert_ok!(claim(100, &[1]));
		assert_eq!(Balances::balance(&100), DEPOSIT + small);
	});
}

#[test]
fn all_accounts_can_claim_all_earnings() {
	on_ledger(|| {
		vote(100, 1, 3);
		vote(101, 1, 4);
		set_dividend(1, 33);
		for _ in 0..5 {
			epoch();
		}
		for (who, nodes) in [(1, &[][..]), (2, &[]), (100, &[1]), (101, &[1])] {
			assert_ok!(claim(who, nodes));
			check();
		}
		// The account keeps its deposit and the remainders of roundings.
		let left = CurrentTotals::<Test>::get().claimable();
		assert!(left < 20, "{left}");
		let dust = CurrentTotals::<Test>::get().burned;
		assert!(dust < 20, "{dust}");
		assert_eq!(Balances::balance(&Rewards::account_id()), left + DEPOSIT);
		vote(100, 1, 0);
		vote(101, 1, 0);
		check();
		let burned = CurrentTotals::<Test>::get().burned;
		assert!(burned - dust <= left);
		let paid = |who: AccountId| claimable(who) + Balances::balance(&who);
		assert_eq!(issued(), burned + [1, 2, 100, 101, TREASURY].map(paid).into_iter().sum::<Balance>());
	});
}

#[test]
fn the_treasury_is_paid_at_once_or_once_the_amount_suffices() {
	on_ledger(|| {
		// The epoch is so short that the treasury's part is below the existential deposit.
		end_epoch_after(1);
		let small = issued();
		assert!(0 < small && small < DEPOSIT, "{small}");
		assert_eq!(Balances::balance(&TREASURY), 0);
		assert_eq!(claimable(TREASURY), small);
		end_epoch_after(EPOCH_MS);
		assert_eq!(Balances::balance(&TREASURY), issued());
		assert_eq!(claimable(TREASURY), 0);
		assert_eq!(CurrentTotals::<Test>::get().claimed, issued());
	});
}

#[test]
fn tokens_sent_to_the_pallets_account_change_nothing() {
	build(Default::default()).execute_with(|| {
		next_block();
		let sent = 5 * DEPOSIT;
		let pot = Rewards::account_id();
		assert_ok!(Balances::transfer(&OWNER, &pot, sent, Preservation::Preserve));
		report(SHARD, [(1, signed(1))]);
		Now::mutate(|now| *now += EPOCH_MS);
		Rewards::on_epoch_end(0);
		assert_ok!(claim(1, &[]));
		Rewards::do_try_state().unwrap();
		assert_eq!(Balances::balance(&pot), CurrentTotals::<Test>::get().claimable() + DEPOSIT + sent);
	});
}
