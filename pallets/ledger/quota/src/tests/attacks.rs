//! Attacks on the free share and on the order of transactions, with their figures.

use super::*;
use crate::{config_preludes::SHARES, mock::*, ChargeQuota, FreeUsed, Rules, ShareRules};
use frame_support::{
	assert_ok,
	dispatch::{DispatchClass, DispatchInfo},
	traits::Hooks,
};
use sp_runtime::{
	traits::{TransactionExtension, TxBaseImplication},
	transaction_validity::{TransactionPriority, TransactionSource},
	Percent,
};
use tp_core::Balance;
use tp_quota::{QuotaMeter, Usage, ACCOUNT_STATE, DAY_MS, LINK_STATE};

/// The balance with which a free share regrows at its full rate.
const FULL: Balance = 100 * ED;
const COST: Usage = Usage { compute: 10_000_000_000, bytes: 100, state: LINK_STATE };
/// The time between the blocks of a shard under load.
const BLOCK_MS: u64 = 100;

/// Sends transactions of an account until one is refused.
fn use_up(who: u64) {
	while send(who, COST).is_ok() {}
}

fn pay(from: u64, to: u64, amount: Balance) {
	assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(from), to, amount));
}

/// Ends the block, and begins another later. Returns the free use of the block that ended.
fn end_block(later: u64) -> u64 {
	let used = FreeUsed::<Test>::get().compute;
	// Without the checks of `next_block`, which read all accounts.
	Quota::on_finalize(System::block_number());
	System::finalize();
	open();
	Now::set(Now::get() + later);
	used
}

/// Returns the free use that a balance earns if one account holds it all the time, with the largest burst.
fn earned(balance: Balance, time: u64) -> u64 {
	let share = u128::from(4 * RULES.free.compute) * u128::from(time) / u128::from(DAY_MS);
	u64::try_from(share * balance / FULL).unwrap()
}

fn milliseconds(compute: u64) -> u64 {
	compute / 1_000_000_000
}

/// Returns a ledger whose blocks may be full of free use.
fn idle_ledger() -> sp_io::TestExternalities {
	let mut ledger = ledger(1);
	ledger.execute_with(|| Rules::<Test>::put(ShareRules { block_free: Percent::from_percent(100), ..RULES }));
	ledger
}

#[test]
fn accounts_that_are_recycled_at_any_rate_gain_nothing() {
	for life in [0, 1_000, 60_000, 3_600_000] {
		idle_ledger().execute_with(|| {
			const ROUNDS: u64 = 50;
			let (mut used, began) = (0, Now::get());
			for round in 0..ROUNDS {
				let born = [0, 1].map(|place| 1_000 + 2 * round + place);
				born.iter().for_each(|who| pay(1, *who, FULL));
				used += end_block(life);
				for who in born {
					use_up(who);
					assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(who), 1, false));
				}
				used += end_block(BLOCK_MS);
			}
			let earned = earned(2 * FULL, Now::get() - began);
			println!("lives of {life} ms: {} ms used, {} ms earned", milliseconds(used), milliseconds(earned));
			assert!(used <= earned, "lives of {life} ms: {used} used, {earned} earned");
		});
	}
}

#[test]
fn a_purse_that_a_thousand_accounts_pass_along_earns_one_share() {
	const ACCOUNTS: u64 = 1_000;
	idle_ledger().execute_with(|| {
		let accounts = 1_000..1_000 + ACCOUNTS;
		for who in accounts.clone() {
			pay(1, who, ED);
		}
		let mut used = 0;
		for day in 0..2 {
			used = 0;
			for who in accounts.clone() {
				pay(1, who, FULL);
				use_up(who);
				pay(who, 1, FULL);
				used += end_block(DAY_MS / ACCOUNTS);
			}
			println!("day {day}: {} ms used", milliseconds(used));
		}
		let earned = earned(FULL + u128::from(ACCOUNTS) * ED, DAY_MS);
		println!("{} ms used on the second day, {} ms earned", milliseconds(used), milliseconds(earned));
		assert!(used <= earned, "{used} used, {earned} earned");
	});
}

#[test]
fn sponsors_and_invitations_give_no_free_share() {
	let free_use = |begin: fn(u64)| {
		idle_ledger().execute_with(|| {
			let mut used = 0;
			for who in 1_000..1_050 {
				begin(who);
				use_up(who);
				used += end_block(BLOCK_MS);
			}
			used
		})
	};
	let sponsored = free_use(|who| {
		assert_ok!(Quota::sponsor(RuntimeOrigin::signed(1), who, ED));
		pay(1, who, FULL);
	});
	let invited = free_use(|who| Quota::invite(RuntimeOrigin::signed(1), who, FULL, ED).unwrap());
	println!("50 accounts: {} ms by sponsors, {} ms by invitations", milliseconds(sponsored), milliseconds(invited));
	assert_eq!((sponsored, invited), (0, 0));
}

#[test]
fn a_day_of_free_use_is_what_the_ledger_carries_for_good() {
	ledger(1).execute_with(|| {
		Rules::<Test>::put(SHARES);
		const HOUR_BLOCKS: u64 = 3_600_000 / BLOCK_MS;
		let mut bytes = 0;
		let mut hour = || {
			for _ in 0..HOUR_BLOCKS {
				let free = Quota::current_rules().block_free;
				if Quota::use_free(free) {
					bytes += free.bytes;
				}
				FreeUsed::<Test>::kill();
				Now::set(Now::get() + BLOCK_MS);
			}
		};
		hour();
		hour();
		let a_day = bytes * 12 / 1_000_000;
		println!("free use adds {a_day} MB a day");
		assert!(a_day < 10_000, "{a_day} MB a day");
	});
}

#[test]
fn batches_that_create_accounts_leave_free_use_to_others() {
	// A batch of a second has some 5,300 transfers, and an hour of free state holds 17.7 MB.
	const ATTACKERS: u64 = 12;
	ledger(ATTACKERS + 1).execute_with(|| {
		Rules::<Test>::put(SHARES);
		let (share, mut created) = (Quota::current_rules().share(0).state, 0);
		for who in 1..=ATTACKERS {
			let pay = |dest| make(who, pallet_balances::Call::transfer_allow_death { dest, value: ED });
			within(who, || {
				created += (0..5_300).take_while(|place| pay(10_000 * who + place).is_ok()).count() as u64;
				Ok(())
			})
			.unwrap()
			.unwrap();
			assert_ok!(send(ATTACKERS + 1, COST), ());
		}
		let left = Quota::current_rules().block_free.state;
		println!("{created} accounts of {ATTACKERS} batches, {left} bytes of free state are left");
		assert!(created * ACCOUNT_STATE <= ATTACKERS * share && left > 10_000_000);
		next_block();
	});
}

fn priority(who: u64, info: &DispatchInfo) -> TransactionPriority {
	let call = frame_system::Call::remark { remark: Vec::new() }.into();
	let (origin, implication) = (RuntimeOrigin::signed(who), TxBaseImplication(()));
	let source = TransactionSource::External;
	let validated = ChargeQuota::<Test>::from(0).validate(origin, &call, info, 100, (), &implication, source);
	validated.unwrap().0.priority
}

#[test]
fn a_signed_operational_call_does_not_pass_duties() {
	ledger(1).execute_with(|| {
		let operational = DispatchInfo { class: DispatchClass::Operational, ..weighing(1_000_000) };
		let priority = priority(1, &operational);
		// Evidence has half of the largest priority, tickets and proofs have a quarter.
		println!(
			"a signed operational call has {:.3} of the priority of evidence",
			priority as f64 * 2.0 / 2f64.powi(64)
		);
		assert!(priority < TransactionPriority::MAX / 4, "{priority}");
		assert_eq!(priority, self::priority(1, &weighing(1_000_000)));
	});
}

#[test]
fn small_free_transactions_do_not_pass_large_ones_with_stake() {
	ledger(2).execute_with(|| {
		assert_ok!(Quota::lock(RuntimeOrigin::signed(2), 500_000));
		let small = priority(1, &weighing(1_000));
		let large = priority(2, &weighing(500_000_000_000));
		println!("free and small {small}, staked and large {large}");
		assert!(large > small);
	});
}
