//! Payments of `pallet-balances` to accounts of another ledger leave through the mailbox. Nothing else changes such an account.

use super::ledgers::*;
use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	storage::with_storage_layer,
	traits::{
		fungible::{Balanced, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		BalanceStatus, Get, Imbalance, ReservableCurrency,
	},
};
use pallet_balances::{AdjustmentDirection, Event as BalancesEvent};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult, TokenError};
use tp_core::{AccountId, Balance, ChainTag};
use tp_mailbox::{bounds::LANE_MESSAGES, Destination, Home, KnownLevel, Levels as Load};

type Refusal = Error<Test>;

fn by(account: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account.clone())
}

/// Runs a test in a block of a shard with five accounts, and checks the invariants after it.
fn in_block(test: impl FnOnce()) -> Node {
	let mut node = Node::new(ledger(0), &(0..5).map(|number| account(0, number)).collect::<Vec<_>>(), &[]);
	node.block(|| {
		test();
		check();
	});
	node
}

/// Checks that all balances and the values in lanes are what is issued, and that all accounts are of this ledger.
#[track_caller]
fn check() {
	let accounts: Vec<AccountId> = frame_system::Account::<Test>::iter_keys().collect();
	assert!(accounts.iter().all(Mailbox::lives_here), "an account of another ledger was created");
	let sum: Balance = accounts.iter().map(Balances::total_balance).sum();
	assert_eq!(sum + OutsideAccounts::<Test>::get(), Balances::total_issuance());
}

/// Returns the payments of the open block: who started them, and their values.
fn sent() -> Vec<(AccountId, Balance)> {
	let events = pallet_testkit::events::<Test, Event<Test>>();
	let sent = |event| match event {
		Event::Sent { initiator, value, .. } => Some((initiator, value)),
		_ => None,
	};
	events.into_iter().filter_map(sent).collect()
}

#[test]
fn every_transfer_of_wallets_leaves_with_its_payer_as_initiator() {
	in_block(|| {
		let [first, second, third, fourth] = [0, 1, 2, 3].map(|number| account(0, number));
		let to = account(1, 50);
		assert_ok!(Balances::transfer_keep_alive(by(&first), to.clone(), 3));
		check();
		assert_ok!(Balances::transfer_all(by(&first), to.clone(), true));
		assert_eq!(Balances::free_balance(&first), LEAST);
		check();
		// What is less than the deposit ends with the account, as in every transfer.
		assert_ok!(Balances::transfer_allow_death(by(&second), to.clone(), ENDOWMENT - LEAST + 1));
		assert!(!System::account_exists(&second));
		check();
		assert_ok!(Balances::transfer_all(by(&third), to.clone(), false));
		assert!(!System::account_exists(&third));
		check();
		assert_ok!(Balances::force_transfer(RuntimeOrigin::root(), fourth.clone(), to.clone(), 70));
		assert_eq!(Balances::free_balance(&fourth), ENDOWMENT - 70);
		assert_ok!(Balances::reserve(&fourth, 90));
		assert_eq!(Balances::repatriate_reserved(&fourth, &to, 80, BalanceStatus::Free), Ok(0));
		let expected = [
			(first.clone(), 3),
			(first, ENDOWMENT - 3 - LEAST),
			(second, ENDOWMENT - LEAST + 1),
			(third, ENDOWMENT),
			(fourth.clone(), 70),
			(fourth.clone(), 80),
		];
		assert_eq!(sent(), expected);
		assert!(pallet_testkit::has_event::<Test>(BalancesEvent::Transfer { from: fourth, to, amount: 70 }));
		let weight = System::block_weight().total().ref_time();
		let payments = u64::try_from(expected.len()).unwrap();
		assert!(weight >= payments * <Test as Config>::WeightInfo::transfer().ref_time(), "{weight} for the block");
	});
}

#[test]
fn a_transfer_arrives_once_and_one_that_cannot_be_credited_returns_to_its_payer() {
	let mut network = Network::new();
	let (from, to, missing) = (account(0, 0), account(1, 0), account(1, 60));
	network.round(|at| {
		if at == 0 {
			assert_ok!(Balances::transfer_keep_alive(by(&from), to.clone(), 500));
			assert_ok!(Balances::transfer_keep_alive(by(&from), missing.clone(), LEAST - 1));
		}
	});
	assert_eq!(network.ledgers[0].balance(&from), ENDOWMENT - 500 - (LEAST - 1));
	network.rounds(1);
	assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 500);
	network.rounds(4);
	assert_eq!(network.ledgers[0].balance(&from), ENDOWMENT - 500, "the small payment has returned");
	assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 500, "it is credited once");
	assert!(network.ledgers[0].outbox.all().is_empty());
}

#[test]
fn a_payment_that_the_mailbox_refuses_debits_nothing_and_has_the_mailbox_s_reason() {
	in_block(|| {
		let [from, other] = [0, 1].map(|number| account(0, number));
		let [full, busy] = [0, 1].map(|number| account(1, number));
		for _ in 0..LANE_MESSAGES {
			assert_ok!(Balances::transfer_keep_alive(by(&from), full.clone(), 1));
		}
		let chain = ChainTag::Shard { zone: 0, incarnation: 2 };
		let levels = Load { inbox: 100, outbox: 0, turn: None };
		let destination = Destination::of(Home::Zone(0), &busy);
		note_level(destination, KnownLevel { chain, height: 4, levels });
		// A lane to a full destination has one message.
		assert_ok!(Balances::transfer_keep_alive(by(&from), busy.clone(), 1));
		let refusals = [Refusal::LaneFull, Refusal::DestinationBusy].map(DispatchError::from);
		for (to, refusal) in [full, busy].into_iter().zip(refusals) {
			for from in [&from, &other] {
				assert_noop!(Balances::transfer_keep_alive(by(from), to.clone(), 1), refusal);
				assert_noop!(Balances::transfer_allow_death(by(from), to.clone(), 1), refusal);
				assert_noop!(Balances::transfer_all(by(from), to.clone(), false), refusal);
			}
			let force = Balances::force_transfer(RuntimeOrigin::root(), from.clone(), to.clone(), 1);
			assert_eq!(force, Err(refusal));
			// A read of the account refuses nothing to others.
			assert_ok!(Balances::transfer_keep_alive(by(&other), from.clone(), 1));
		}
	});
}

#[test]
fn what_is_no_payment_is_refused_by_name() {
	in_block(|| {
		let (here, there) = (account(0, 0), account(1, 0));
		let root = RuntimeOrigin::root;
		for free in [0, 1, LEAST, ENDOWMENT, Balances::total_issuance(), Balance::MAX] {
			assert_noop!(Balances::force_set_balance(root(), there.clone(), free), Refusal::Elsewhere);
		}
		assert_noop!(Balances::transfer_allow_death(by(&there), here.clone(), 5), Refusal::Elsewhere);
		assert_noop!(Balances::transfer_keep_alive(by(&there), here.clone(), 5), Refusal::Elsewhere);
		assert_noop!(Balances::force_transfer(root(), there.clone(), here.clone(), 5), Refusal::Elsewhere);
		assert_noop!(Balances::transfer_all(by(&there), here.clone(), true), Refusal::Elsewhere);
		assert_noop!(Balances::transfer_all(by(&there), here.clone(), false), ArithmeticError::Underflow);
		assert_noop!(Balances::burn(by(&there), 5, false), Refusal::Elsewhere);
		assert_noop!(Mailbox::transfer(by(&there), Home::Zone(0), account(1, 1), 5), Refusal::Elsewhere);
		let more = Balances::total_issuance() + 1;
		assert_noop!(Balances::transfer_allow_death(by(&there), here.clone(), more), ArithmeticError::Underflow);
		assert_noop!(Balances::transfer_keep_alive(by(&here), there.clone(), ENDOWMENT), TokenError::NotExpendable);
		assert_noop!(
			Balances::transfer_allow_death(by(&here), there.clone(), ENDOWMENT + 1),
			TokenError::FundsUnavailable
		);
		// Nothing happens.
		assert_ok!(Balances::force_unreserve(root(), there.clone(), 5));
		assert_ok!(Balances::upgrade_accounts(by(&here), vec![there.clone()]));
		assert_ok!(Balances::transfer_keep_alive(by(&here), there.clone(), 0));
		let layered = |act: &dyn Fn() -> DispatchResult| with_storage_layer(act);
		let elsewhere = Err(DispatchError::from(Refusal::Elsewhere));
		assert_eq!(layered(&|| Balances::mint_into(&there, 5).map(drop)), elsewhere);
		// The account has no provider, which the SDK checks before it reserves.
		let no_provider = Err(DispatchError::NoProviders);
		assert_eq!(layered(&|| Balances::reserve(&there, 5)), no_provider);
		assert_ok!(Balances::reserve(&here, 50));
		let repatriate = || Balances::repatriate_reserved(&here, &there, 5, BalanceStatus::Reserved).map(drop);
		assert_eq!(layered(&repatriate), no_provider);
		assert!(sent().is_empty());
	});
}

#[test]
fn a_debit_serves_one_payment_of_its_extrinsic() {
	in_block(|| {
		let (from, to) = (account(0, 0), account(1, 0));
		System::set_extrinsic_index(1);
		// Read, then debited for something else.
		assert_eq!(Balances::usable_balance(&to), Balances::total_issuance() + LEAST);
		assert_ok!(Balances::burn(by(&from), 40, true));
		System::set_extrinsic_index(2);
		let minted = with_storage_layer(|| Balances::mint_into(&to, 40).map(drop));
		assert_eq!(minted, Err(Refusal::Elsewhere.into()));
		// One debit and two credits.
		let credit = |value: Balance| {
			let _ = Balances::usable_balance(&to);
			let taken = Balances::withdraw(&from, 40, Precision::Exact, Preservation::Preserve, Fortitude::Polite)?;
			let (first, second) = taken.split(value);
			Balances::resolve(&to, first).map_err(|_| DispatchError::Other("first"))?;
			Balances::resolve(&to, second).map_err(|_| DispatchError::Other("second"))
		};
		assert_eq!(with_storage_layer(|| credit(20)), Err(DispatchError::Other("second")));
		assert!(sent().is_empty());
	});
}

/// Makes some call or change with some accounts and some amount.
fn random_call(rng: &mut ChaCha8Rng) -> DispatchResult {
	let mut some = || account(rng.gen_range(0..2), *[0, 1, 2, 3, 4, 40].choose(rng).unwrap());
	let (from, to) = (some(), some());
	let balance = Balances::total_balance(&from);
	let amount = match rng.gen_range(0..8) {
		0 => rng.gen_range(0..2 * LEAST),
		1 => balance,
		2 => balance.saturating_sub(rng.gen_range(0..2 * LEAST)),
		3 => Balances::total_issuance(),
		4 => Balance::MAX,
		_ => rng.gen_range(0..ENDOWMENT / 4),
	};
	let root = RuntimeOrigin::root;
	match rng.gen_range(0..16) {
		0 | 1 => Balances::transfer_allow_death(by(&from), to, amount),
		2 | 3 => Balances::transfer_keep_alive(by(&from), to, amount),
		4 => Balances::transfer_all(by(&from), to, rng.gen()),
		5 => Balances::force_transfer(root(), from, to, amount),
		6 => Balances::force_set_balance(root(), from, amount.min(ENDOWMENT)),
		7 => Balances::force_unreserve(root(), from, amount),
		8 => Balances::burn(by(&from), amount, rng.gen()),
		9 => Balances::upgrade_accounts(by(&from), vec![from.clone(), to]).map(drop).map_err(|error| error.error),
		10 => Balances::reserve(&from, amount),
		11 => {
			let status = if rng.gen() { BalanceStatus::Free } else { BalanceStatus::Reserved };
			Balances::repatriate_reserved(&from, &to, amount, status).map(drop)
		},
		12 => Balances::mint_into(&to, amount.min(ENDOWMENT)).map(drop),
		13 => {
			drop(Balances::slash_reserved(&from, amount));
			Ok(())
		},
		14 => Mailbox::transfer(by(&from), Home::Zone(0), to, amount),
		// Root can make issuance and balances differ. It does so here for the time of the call.
		_ => Balances::force_adjust_total_issuance(root(), AdjustmentDirection::Increase, 1)
			.and_then(|()| Balances::force_adjust_total_issuance(root(), AdjustmentDirection::Decrease, 1)),
	}
}

#[test]
fn random_calls_conserve_the_sum_and_create_no_account_of_another_ledger() {
	let (mut done, mut refused, mut payments) = (0, 0, 0);
	for seed in 0..40 {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		in_block(|| {
			for call in 0..60 {
				// Up to three calls to an extrinsic, as in a batch: what one begins must not reach the next.
				System::set_extrinsic_index(call / 3);
				match with_storage_layer(|| random_call(&mut rng)) {
					Ok(()) => done += 1,
					Err(_) => refused += 1,
				}
				check();
			}
			payments += sent().len();
		});
	}
	println!("{done} calls, {refused} refused, {payments} payments to the other ledger");
	assert!(done > 600 && refused > 300 && payments > 100, "{done} done, {refused} refused, {payments} payments");
}
