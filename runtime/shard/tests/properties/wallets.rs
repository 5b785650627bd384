//! A shard with a part of its zone's tables, as wallets use it: its residents pay every account of the zone by
//! `balances.transfer*`, and no call creates an account of another shard.

use super::{places::half, *};
use frame_support::traits::Contains;
use pallet_lattice::Residents;
use pallet_mailbox::{Error as MailboxError, Event as MailboxEvent};
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult};
use sp_transaction_pool::runtime_api::runtime_decl_for_tagged_transaction_queue::TaggedTransactionQueueV3;
use tp_core::refusal::ELSEWHERE;

/// Returns keys whose accounts live in this ledger, or elsewhere.
fn keys(are_residents: bool) -> Vec<Sr25519Keyring> {
	let keys = Sr25519Keyring::well_known();
	keys.filter(|key| Residents::<Runtime>::contains(&key.to_account_id()) == are_residents).collect()
}

/// Returns the accounts of two residents and of a stranger.
fn accounts() -> [AccountId; 3] {
	let (residents, strangers) = (keys(true), keys(false));
	[residents[0], residents[1], strangers[0]].map(|key| key.to_account_id())
}

/// Makes a call, and checks the invariants after it.
#[track_caller]
fn dispatch(by: &AccountId, call: impl Into<RuntimeCall>) -> DispatchResult {
	dispatch_as(RuntimeOrigin::signed(by.clone()), call)
}

#[track_caller]
fn dispatch_as(origin: RuntimeOrigin, call: impl Into<RuntimeCall>) -> DispatchResult {
	let result = call.into().dispatch(origin).map(drop).map_err(|error| error.error);
	Lattice::do_try_state().unwrap();
	Quota::do_try_state().unwrap();
	Lives::do_try_state().unwrap();
	result
}

/// Returns who has started payments to other shards, with their values.
fn sent() -> Vec<(AccountId, Balance)> {
	let sent = |record: frame_system::EventRecord<RuntimeEvent, Hash>| match record.event {
		RuntimeEvent::Mailbox(MailboxEvent::Sent { initiator, value, .. }) => Some((initiator, value)),
		_ => None,
	};
	System::events().into_iter().filter_map(sent).collect()
}

/// Runs a test in the first block of the first half of a zone.
fn in_block(test: impl FnOnce([AccountId; 3])) {
	half(0).execute_with(|| {
		Executive::initialize_block(&first_header());
		for extrinsic in inherents(vec![]) {
			assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
		}
		test(accounts());
		Executive::finalize_block();
		try_state().unwrap();
	});
}

fn elsewhere() -> DispatchError {
	MailboxError::<Runtime>::Elsewhere.into()
}

#[test]
fn batches_pay_residents_and_strangers_alike() {
	in_block(|[from, near, far]| {
		let (begun, nears) = (Balances::balance(&from), Balances::balance(&near));
		let calls = || vec![transfer(&far, TOP), transfer(&near, TOP), transfer(&far, 2 * TOP)];
		assert_ok!(dispatch(&from, pallet_utility::Call::batch { calls: calls() }));
		assert_ok!(dispatch(&from, pallet_utility::Call::batch_all { calls: calls() }));
		assert_ok!(dispatch(&from, pallet_utility::Call::force_batch { calls: calls() }));
		assert_eq!(Balances::balance(&from), begun - 12 * TOP);
		assert_eq!(Balances::balance(&near), nears + 3 * TOP);
		assert_eq!(sent(), [TOP, 2 * TOP].repeat(3).into_iter().map(|value| (from.clone(), value)).collect::<Vec<_>>());
		// A batch that fails as a whole pays no account.
		let mut calls = calls();
		calls.push(transfer(&near, Balance::MAX));
		assert!(dispatch(&from, pallet_utility::Call::batch_all { calls }).is_err());
		assert_eq!((Balances::balance(&from), sent().len()), (begun - 12 * TOP, 6));
	});
}

#[test]
fn proxies_pay_from_the_account_for_which_they_act() {
	in_block(|[real, delegate, far]| {
		let proxy_type = ProxyType::Any;
		let add = pallet_proxy::Call::add_proxy { delegate: MultiAddress::Id(delegate.clone()), proxy_type, delay: 0 };
		assert_ok!(dispatch(&real, add));
		let call = Box::new(transfer(&far, TOP));
		let proxied = pallet_proxy::Call::proxy { real: MultiAddress::Id(real.clone()), force_proxy_type: None, call };
		assert_ok!(dispatch(&delegate, proxied));
		assert_eq!(sent(), [(real.clone(), TOP)]);
	});
}

#[test]
fn multisig_of_this_shard_pays_strangers_and_one_of_another_is_refused_before_its_deposit() {
	in_block(|[_, _, far]| {
		let residents: Vec<AccountId> = keys(true).into_iter().map(|key| key.to_account_id()).collect();
		let (mut here, mut there) = (0, 0);
		for pair in residents.windows(2) {
			let mut signatories = pair.to_vec();
			signatories.sort();
			let multisig = Multisig::multi_account_id(&signatories, 2);
			let [first, second] = [pair[0].clone(), pair[1].clone()];
			let approval = |others: &AccountId, maybe_timepoint| pallet_multisig::Call::as_multi {
				threshold: 2,
				other_signatories: vec![others.clone()],
				maybe_timepoint,
				call: Box::new(transfer(&far, TOP)),
				max_weight: frame_support::weights::Weight::MAX,
			};
			let reserved = Balances::reserved_balance(&first);
			let payments = sent().len();
			if Lattice::is_resident(&multisig) {
				here += 1;
				assert_ok!(dispatch(&first, transfer(&multisig, 5 * TOP)));
				assert_ok!(dispatch(&first, approval(&second, None)));
				assert!(Balances::reserved_balance(&first) > reserved);
				let timepoint = Multisig::timepoint();
				assert_ok!(dispatch(&second, approval(&first, Some(timepoint))));
				assert_eq!(sent()[payments..], [(multisig, TOP)]);
			} else {
				there += 1;
				assert_eq!(dispatch(&first, approval(&second, None)), Err(elsewhere()));
				let approval = pallet_multisig::Call::approve_as_multi {
					threshold: 2,
					other_signatories: vec![second.clone()],
					maybe_timepoint: None,
					call_hash: [1; 32],
					max_weight: frame_support::weights::Weight::zero(),
				};
				assert_eq!(dispatch(&first, approval), Err(elsewhere()));
				assert_eq!(sent().len(), payments);
			}
			assert_eq!(Balances::reserved_balance(&first), reserved, "the deposit is given back");
		}
		println!("{here} multisigs live here, {there} elsewhere");
		assert!(here > 0 && there > 0, "{here} live here, {there} elsewhere");
	});
}

#[test]
fn pure_proxies_of_other_shards_are_refused_by_name_and_others_pay() {
	in_block(|[from, _, far]| {
		let (mut here, mut there) = (0, 0);
		for index in 0..12 {
			let create = pallet_proxy::Call::create_pure { proxy_type: ProxyType::Any, delay: 0, index };
			let pure = Proxy::pure_account(&from, &ProxyType::Any, index, None);
			let reserved = Balances::reserved_balance(&from);
			// A batch is no way around it.
			let create: RuntimeCall = match index % 2 {
				0 => create.into(),
				_ => pallet_utility::Call::batch_all { calls: vec![create.into()] }.into(),
			};
			let result = dispatch(&from, create);
			if Lattice::is_resident(&pure) {
				here += 1;
				assert_ok!(result);
				assert_ok!(dispatch(&from, transfer(&pure, 5 * TOP)));
				let call = Box::new(transfer(&far, TOP));
				let real = MultiAddress::Id(pure.clone());
				assert_ok!(dispatch(&from, pallet_proxy::Call::proxy { real, force_proxy_type: None, call }));
				assert_eq!(sent().last(), Some(&(pure, TOP)));
			} else {
				there += 1;
				assert_eq!(result, Err(elsewhere()));
				assert_eq!(Balances::reserved_balance(&from), reserved, "no deposit is taken");
				assert!(!pallet_proxy::Proxies::<Runtime>::contains_key(&pure));
			}
		}
		assert!(here > 0 && there > 0, "{here} live here, {there} elsewhere");
	});
}

#[test]
fn no_other_call_creates_an_account_of_another_shard() {
	in_block(|[from, near, far]| {
		let who = far.clone();
		let refused = Err(pallet_quota::Error::<Runtime>::Elsewhere.into());
		assert_eq!(dispatch(&from, pallet_quota::Call::invite { who: who.clone(), balance: TOP, amount: 0 }), refused);
		assert_eq!(
			dispatch(&from, pallet_quota::Call::invite { who: who.clone(), balance: TOP, amount: TOP }),
			refused
		);
		assert_eq!(dispatch(&from, pallet_quota::Call::sponsor { who: who.clone(), amount: TOP }), refused);
		let set = |new_free| pallet_balances::Call::force_set_balance { who: MultiAddress::Id(far.clone()), new_free };
		for new_free in [0, 1, TOP] {
			assert_eq!(dispatch_as(RuntimeOrigin::root(), set(new_free)), Err(elsewhere()));
		}
		// An account of another shard acts here only by root, or as the derivative of a resident.
		let as_far = RuntimeOrigin::signed(far.clone());
		assert_eq!(dispatch_as(as_far.clone(), transfer(&near, TOP)), Err(elsewhere()));
		assert!(dispatch_as(as_far.clone(), pallet_quota::Call::lock { amount: TOP }).is_err());
		let create = pallet_proxy::Call::create_pure { proxy_type: ProxyType::Any, delay: 0, index: 0 };
		// It has no provider, which the SDK checks before it reserves the deposit.
		assert_eq!(dispatch_as(as_far.clone(), create), Err(DispatchError::NoProviders));
		let bytes = vec![1; 10];
		assert!(dispatch_as(as_far, pallet_preimage::Call::note_preimage { bytes }).is_err());
		assert!(sent().is_empty());
	});
}

#[test]
fn a_payment_to_another_shard_is_charged_for_its_message() {
	half(0).execute_with(|| {
		System::set_block_number(1);
		let [from, near, far] = accounts();
		let key = keys(true)[0];
		assert_eq!(key.to_account_id(), from);
		let mut used = vec![];
		for (nonce, to) in [near, far].iter().enumerate() {
			let before = Quota::report(&from).unwrap().used.compute;
			let extrinsic = signed(transfer(to, TOP), key, nonce.try_into().unwrap());
			assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
			used.push(Quota::report(&from).unwrap().used.compute - before);
		}
		use pallet_mailbox::WeightInfo;
		let message = <Runtime as pallet_mailbox::Config>::WeightInfo::transfer().ref_time();
		println!("{} µs to a resident, {} µs to a stranger", used[0] / 1_000_000, used[1] / 1_000_000);
		assert!(used[1] > used[0] && used[1].abs_diff(used[0] + message) < message / 10, "{used:?}, {message}");
	});
}

#[test]
fn transactions_of_strangers_are_refused_by_name() {
	half(0).execute_with(|| {
		System::set_block_number(1);
		let validate = |key: Sr25519Keyring| {
			let transaction = signed(transfer(&accounts()[0], TOP), key, 0);
			let (source, hash) = (TransactionSource::External, System::block_hash(0));
			<Runtime as TaggedTransactionQueueV3<Block>>::validate_transaction(source, transaction, hash)
		};
		assert_eq!(validate(keys(false)[0]), Err(InvalidTransaction::Custom(ELSEWHERE).into()));
		assert_ok!(validate(keys(true)[0]));
	});
}
