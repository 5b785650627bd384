//! Random histories of sponsors and their beneficiaries.

use super::*;
use crate::{mock::*, FreeUsed, HoldReason, Sponsorships};
use frame_support::traits::fungible::{Inspect, InspectHold};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::collections::BTreeMap;
use tp_core::Balance;
use tp_quota::{Usage, DAY_MS, LINK_STATE};

const HOUR_MS: u64 = 60 * 60 * 1000;
/// Those of the genesis, and as many that do not exist at first.
const ACCOUNTS: u64 = 8;
const STEPS: usize = 1_500;

/// Returns a random call, which may be refused.
fn some_call(rng: &mut ChaCha8Rng, by: u64) -> (&'static str, RuntimeCall) {
	let who = rng.gen_range(1..=ACCOUNTS);
	let amount = match rng.gen_range(0..6) {
		0 => rng.gen_range(0..2 * ED),
		1 => 1_000,
		_ => rng.gen_range(0..300_000),
	};
	// Prefers sponsorships that exist, which chance alone would rarely find.
	let sponsorship = Sponsorships::<Test>::iter().find(|(_, sponsor, _)| *sponsor == by);
	let (given_to, given) = sponsorship.map_or((who, amount), |(who, _, given)| (who, given.amount));
	use crate::Call;
	match rng.gen_range(0..10) {
		0 | 1 => ("sponsor", Call::sponsor { who, amount }.into()),
		2 => ("unsponsor", Call::unsponsor { who: given_to, amount: rng.gen_range(0..=given + 1) }.into()),
		3 => ("unsponsor", Call::unsponsor { who: given_to, amount: given }.into()),
		4 => ("withdraw", Call::withdraw_sponsorship { who: given_to }.into()),
		5 => ("invite", Call::invite { who, balance: amount, amount: rng.gen_range(0..2) * amount }.into()),
		6 => ("lock", Call::lock { amount }.into()),
		7 => ("unlock", Call::unlock { amount }.into()),
		8 => ("transfer", pallet_balances::Call::transfer_allow_death { dest: who, value: amount }.into()),
		_ => ("transfer all", pallet_balances::Call::transfer_all { dest: who, keep_alive: false }.into()),
	}
}

#[test]
fn held_balance_is_what_counts_after_every_call() {
	let mut done: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
	for seed in 0..4 {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		busy_ledger(ACCOUNTS / 2).execute_with(|| {
			let issued = Balances::total_issuance();
			let mut dust = 0;
			for _ in 0..STEPS {
				let by = rng.gen_range(1..=ACCOUNTS);
				match rng.gen_range(0..12) {
					0 => Now::mutate(|now| *now += rng.gen_range(0..6) * HOUR_MS),
					1 | 2 => {
						let sent = send(
							by,
							Usage { compute: rng.gen_range(1..400) * 1_000_000_000, bytes: 100, state: LINK_STATE },
						);
						done.entry("send").or_default()[usize::from(sent.is_err())] += 1;
					},
					3 => next_block(),
					_ => {
						let (name, call) = some_call(&mut rng, by);
						let root = sp_io::storage::root(StateVersion::V1);
						let result = call.dispatch(RuntimeOrigin::signed(by));
						let is_refused = result.is_err();
						done.entry(name).or_default()[usize::from(is_refused)] += 1;
						if is_refused {
							assert_eq!(
								sp_io::storage::root(StateVersion::V1),
								root,
								"{name} was refused and changed the state"
							);
						}
					},
				}
				Quota::do_try_state().unwrap();
				let smallest = Sponsorships::<Test>::iter_values().map(|given| given.amount).filter(|given| *given > 0);
				assert!(smallest.min().is_none_or(|given| given >= ED));
				dust += issued - dust - Balances::total_issuance();
				let balances: Balance = (1..=ACCOUNTS).map(|who| Balances::total_balance(&who)).sum();
				assert_eq!(balances + dust, issued);
				for who in 1..=ACCOUNTS {
					let exists = Balances::balance(&who) >= ED || System::sufficients(&who) > 0;
					assert_eq!(
						System::account_exists(&who),
						exists,
						"an account exists without a deposit or a sponsor"
					);
				}
			}
		});
	}
	println!("done and refused: {done:?}");
	assert!(done.len() == 9 && done.values().all(|[done, _]| *done > 0), "{done:?}");
	// Every call is refused at times, except `transfer_all`: an empty account can send all it has.
	assert_eq!(done.values().filter(|[_, refused]| *refused == 0).count(), 1, "{done:?}");
}

/// Returns all balance held of the sponsors 1 and 2.
fn held() -> Balance {
	[1, 2].iter().map(|sponsor| Balances::balance_on_hold(&HoldReason::Sponsorship.into(), sponsor)).sum()
}

#[test]
fn stake_of_sponsors_serves_no_account_twice() {
	for seed in 0..6 {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		busy_ledger(2).execute_with(|| {
			let (mut used, mut most, mut withdrawn) = (0, 0, 0);
			for _ in 0..4_000 {
				let (by, who) = (rng.gen_range(1..=2), rng.gen_range(10..16));
				let origin = || RuntimeOrigin::signed(by);
				let given = Sponsorships::<Test>::get(who, by).unwrap_or_default();
				match rng.gen_range(0..20) {
					0 if held() < 40_000 => Quota::sponsor(origin(), who, rng.gen_range(ED..20_000)).unwrap(),
					1 if given.amount > 0 => Quota::unsponsor(origin(), who, given.amount).unwrap(),
					2 => withdrawn += u64::from(Quota::withdraw_sponsorship(origin(), who).is_ok()),
					3 => Now::mutate(|now| *now += rng.gen_range(0..8) * HOUR_MS),
					4 => next_block(),
					_ => {
						let cost =
							Usage { compute: rng.gen_range(1..40) * 1_000_000_000, bytes: 10, state: LINK_STATE };
						used += u128::from(send(who, cost).map_or(0, |()| cost.compute));
						assert_eq!(
							FreeUsed::<Test>::get(),
							Usage::default(),
							"accounts without balance have no free share"
						);
					},
				}
				most = most.max(held());
			}
			let share = u128::from(Quota::current_rules().stake_share(most).compute);
			let days = (Now::get() - GENESIS_MS).div_ceil(DAY_MS);
			println!(
				"{days} days, {withdrawn} times withdrawn: {} of {} ms",
				used / 1_000_000_000,
				share * u128::from(days + 1) / 1_000_000_000
			);
			assert!(withdrawn > 10 && used > share * u128::from(days) / 8, "the test does something");
			assert!(used <= share * u128::from(days + 1), "more use than all stake allows in that time");
		});
	}
}

#[test]
fn moving_stake_between_accounts_gives_one_share_a_day() {
	busy_ledger(1).execute_with(|| {
		let origin = || RuntimeOrigin::signed(1);
		let all = 1_000_000 - ED;
		let cost = Quota::current_rules().stake_share(all).compute;
		let mut used = 0;
		for hour in 0..24 * 5 {
			Now::set(GENESIS_MS + hour * HOUR_MS);
			let (before, who) = (100 + used, 101 + used);
			if used > 0 && Quota::withdraw_sponsorship(origin(), before).is_err() {
				continue;
			}
			Quota::sponsor(origin(), who, all).unwrap();
			send(who, Usage { compute: cost, bytes: 10, state: LINK_STATE }).unwrap();
			assert!(send(who, Usage { compute: 2 * base(), bytes: 10, state: LINK_STATE }).is_err());
			Quota::unsponsor(origin(), who, all).unwrap();
			assert!(!System::account_exists(&who));
			used += 1;
		}
		assert_eq!(used, 5);
		next_block();
	});
}
