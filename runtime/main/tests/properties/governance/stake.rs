//! Stakers are not silenced by having staked: their stake counts as their balance, and is locked with it.

use super::*;
use frame_support::{
	assert_noop,
	traits::fungible::{Inspect, InspectHold},
};
use pallet_comprehensive_stake::Parameters;
use pallet_conviction_voting::{AccountVote, Conviction, Error, Vote};
use sp_runtime::{Perbill, TokenError};
use top_main_runtime::configs::TreasuryAccount;
use top_runtime_common::{currency::EXISTENTIAL_DEPOSIT, development::node_account};
use tp_core::TOP;
use tp_stake::{EpochClock, OnParticipation, Punish, Staked};

/// Begins a referendum.
fn referendum(chain: &mut Chain) -> u32 {
	let remark = frame_system::Call::remark { remark: vec![1] };
	let root = OriginCaller::system(frame_system::RawOrigin::Root);
	super::referenda::propose(chain, root, remark.into())
}

fn vote(voter: &AccountId, poll: u32, balance: Balance, conviction: Conviction) -> DispatchResult {
	let vote = AccountVote::Standard { vote: Vote { aye: true, conviction }, balance };
	ConvictionVoting::vote(RuntimeOrigin::signed(voter.clone()), poll, vote)
}

/// Returns what supports a referendum, before conviction.
fn support(poll: u32) -> Balance {
	match pallet_referenda::ReferendumInfoFor::<Runtime>::get(poll).unwrap() {
		pallet_referenda::ReferendumInfo::Ongoing(status) => status.tally.support,
		info => panic!("the referendum is over: {info:?}"),
	}
}

fn transfer(from: &AccountId, to: AccountId, value: Balance) -> DispatchResult {
	Balances::transfer_allow_death(RuntimeOrigin::signed(from.clone()), to.into(), value)
}

#[test]
fn an_account_whose_whole_balance_is_a_deposit_votes_with_it() {
	on_chain(PRODUCTION, |chain| {
		let poll = referendum(chain);
		let node = node_account(1);
		let deposit = Balances::total_balance_on_hold(&node);
		let free = Balances::balance(&node);
		assert_ok!(transfer(&node, Sr25519Keyring::Two.to_account_id(), free - EXISTENTIAL_DEPOSIT));
		assert_eq!(Balances::total_balance(&node), deposit + EXISTENTIAL_DEPOSIT);
		assert_noop!(
			vote(&node, poll, deposit + EXISTENTIAL_DEPOSIT + 1, Conviction::Locked1x),
			Error::<Runtime>::InsufficientFunds
		);
		assert_ok!(vote(&node, poll, deposit, Conviction::Locked1x));
		assert_eq!(support(poll), deposit);
	});
}

/// Runs a test with a referendum, and a holder who has staked all but an amount in votes for two nodes, with its balance
/// before that.
fn with_staker(left: Balance, test: impl FnOnce(&mut Chain, u32, &AccountId, Balance)) {
	on_chain(PRODUCTION, |chain| {
		let poll = referendum(chain);
		let holder = Sr25519Keyring::Bob.to_account_id();
		let balance = Balances::balance(&holder);
		let half = (balance - left) / 2;
		for (number, part) in [(1, half), (2, balance - left - half)] {
			assert_ok!(ComprehensiveStake::vote(RuntimeOrigin::signed(holder.clone()), node_account(number), part, 30));
		}
		assert_eq!(Balances::total_balance(&holder), left, "all else stands in pools");
		test(chain, poll, &holder, balance);
	});
}

#[test]
fn an_account_whose_whole_balance_votes_for_nodes_votes_in_referenda_too() {
	with_staker(EXISTENTIAL_DEPOSIT, |_, poll, holder, balance| {
		assert_noop!(vote(holder, poll, balance + 1, Conviction::None), Error::<Runtime>::InsufficientFunds);
		assert_ok!(vote(holder, poll, balance, Conviction::None));
		assert_eq!(support(poll), balance);
		// The account of all pools cannot vote: no token counts twice.
		assert_eq!(Balances::balance(&ComprehensiveStake::votes_account()), 0);

		let to: MultiAddress<AccountId, ()> = Sr25519Keyring::Charlie.to_account_id().into();
		let delegate = |amount| {
			let origin = RuntimeOrigin::signed(holder.clone());
			ConvictionVoting::delegate(origin, 1, to.clone(), Conviction::None, amount)
		};
		assert!(delegate(balance + 1).is_err());
		assert!(delegate(balance).is_ok());
	});
}

#[test]
fn stake_that_comes_back_is_under_the_lock_of_its_conviction() {
	with_staker(TOP, |chain, poll, holder, balance| {
		// So an epoch ends in each wait.
		pallet_committee::ClosingBlocks::<Runtime>::put(1);
		assert_ok!(vote(holder, poll, balance - TOP, Conviction::Locked6x));
		let mut wait_days = |days| (0..days).for_each(|_| chain.wait(DAY_MS));
		let withdraw = || {
			for id in [0, 1] {
				assert_ok!(ComprehensiveStake::withdraw_vote(RuntimeOrigin::signed(holder.clone()), id));
			}
		};
		wait_days(31);
		withdraw();
		// The nodes have seats, so the votes wait until they cannot be punished any more. They count all the same.
		let staked = <ComprehensiveStake as Staked<AccountId>>::staked(holder);
		assert_eq!((Balances::balance(holder), staked), (TOP, balance - TOP));
		wait_days(Parameters::NETWORK.evidence_epochs + 3);
		withdraw();
		assert_eq!(Balances::balance(holder), balance);
		let other = Sr25519Keyring::Two.to_account_id();
		assert_noop!(transfer(holder, other.clone(), TOP + 1), TokenError::Frozen);
		assert_ok!(transfer(holder, other, TOP));
	});
}

#[test]
fn a_vote_in_a_referendum_does_not_shield_a_deposit_from_slashes() {
	on_chain(PRODUCTION, |chain| {
		let poll = referendum(chain);
		let node = node_account(1);
		let (total, deposit) = (Balances::total_balance(&node), Balances::total_balance_on_hold(&node));
		assert_ok!(vote(&node, poll, total, Conviction::Locked6x));
		let epoch = Committee::epoch();
		assert!(ComprehensiveStake::slash(&node, epoch, Perbill::from_percent(50), None).is_some());
		for epoch in epoch..epoch + 14 {
			<ComprehensiveStake as OnParticipation>::on_epoch_end(epoch);
		}
		assert_eq!(Balances::total_balance_on_hold(&node), deposit / 2);
		assert_eq!(Balances::total_balance(&node), total - deposit / 2);
	});
}

#[test]
fn tokens_of_the_treasury_do_not_count_as_turnout() {
	on_chain(PRODUCTION, |chain| {
		let before = Balances::active_issuance();
		assert_ok!(transfer(&Sr25519Keyring::Bob.to_account_id(), TreasuryAccount::get(), 1_000 * TOP));
		chain.block(SECOND_MS, []);
		assert_eq!(Balances::active_issuance(), before - 1_000 * TOP);
	});
}
