//! The rules that the pallet adds to `tp-lattice`.

use super::{ways::Shut, *};
use crate::{Call, Error, GenesisChain, TableHeads};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo},
	inherent::{InherentData, ProvideInherent},
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
};
use sp_runtime::DispatchError;
use tp_lattice::{AccountData, Life, Mark, QuotaRules, Reason, TableHead, TableId, Usage, INHERENT_IDENTIFIER};

#[test]
fn a_block_applies_one_batch_and_its_header_says_so() {
	ledger(10, 100_000).execute_with(|| {
		open();
		let unit = next(1, vec![pay(2, 5_000)]);
		let outcome = apply(vec![unit.clone()]);
		assert_eq!(outcome.mark(0), Mark::APPLIED);
		assert_eq!((Balances::balance(&id(1)), Balances::balance(&id(2))), (95_000, 105_000));
		let again = Batch::new(vec![next(1, vec![pay(2, 1)])]).unwrap().encode();
		assert_noop!(Lattice::apply(RuntimeOrigin::none(), again), Error::<Test>::AppliedBefore);
		let digest = close();
		assert_eq!(digest.units, 1);
		let heads: Vec<(TableId, TableHead)> =
			outcome.tables.iter().map(|block| (block.table, TableHeads::<Test>::get().get(block.table))).collect();
		assert_eq!(digest, outcome.digest(&heads));
		assert_eq!(
			heads,
			LastBlock::<Test>::get().unwrap().heads(System::block_number()),
			"each follows the head before it"
		);
		assert!(heads.iter().all(|(_, head)| head.height == 1));

		open();
		assert!(!LastBlock::<Test>::exists(), "an outcome belongs to one block");
		assert_eq!(close().units, 0, "a block without units says so");
		let (table, head) = heads[0];
		assert_eq!(TableHeads::<Test>::get().get(table), head);
	});
}

#[test]
fn only_the_author_applies_and_only_a_batch() {
	ledger(2, 100_000).execute_with(|| {
		open();
		let batch = Batch::new(vec![next(1, vec![pay(0, 1)])]).unwrap().encode();
		assert_noop!(Lattice::apply(RuntimeOrigin::signed(id(1)), batch.clone()), DispatchError::BadOrigin);
		assert_noop!(Lattice::apply(RuntimeOrigin::root(), batch.clone()), DispatchError::BadOrigin);
		for bytes in [vec![], vec![1, 2, 3], batch[..batch.len() - 1].to_vec(), [&batch[..], &[0]].concat()] {
			assert_noop!(Lattice::apply(RuntimeOrigin::none(), bytes), Error::<Test>::Undecodable);
		}
		assert_ok!(Lattice::apply(RuntimeOrigin::none(), batch));
		close();
	});
}

#[test]
fn the_batch_is_an_inherent_of_the_mandatory_class() {
	let bytes = vec![7; 1_000];
	let mut data = InherentData::new();
	assert_eq!(Lattice::create_inherent(&data), None);
	data.put_data(INHERENT_IDENTIFIER, &bytes).unwrap();
	let call = Lattice::create_inherent(&data).unwrap();
	assert_eq!(call, Call::apply { batch: bytes });
	assert!(Lattice::is_inherent(&call));
	let info = call.get_dispatch_info();
	assert_eq!(info.class, DispatchClass::Mandatory);
	assert!(info.call_weight.ref_time() > 1_000 * 1_500_000, "a thousand bytes can be two dozen operations");
}

#[test]
fn a_sponsored_account_without_balance_has_no_free_share_and_keeps_its_chain() {
	let share = Usage { compute: 1 << 40, bytes: 1 << 20, state: 1 << 20 };
	let rules = QuotaRules {
		free: share,
		per_stake_unit: share,
		stake_unit: 1,
		full_balance: 0,
		lent_percent: 100,
		block_free: share,
	};
	let sponsored = |locked| {
		System::inc_sufficients(&id(7));
		frame_system::Account::<Test>::mutate(id(7), |account| {
			account.data.quota.locked = locked;
			let life = Life { id: &id(7), nonce: 0, chain: Some(GenesisChain::<Test>::get()) };
			account.data.begin_by_extrinsic(&life, 0, 0);
		});
	};
	let run = || {
		ledger(3, 10_000).execute_with(|| {
			Shares::set(Some(rules));
			sponsored(0);
			open();
			let nothing = next(7, vec![pay(2, 0)]);
			assert_eq!(apply(vec![nothing.clone()]).mark(0), Mark(Some(Reason::Quota)));
			close();
			frame_system::Account::<Test>::mutate(id(7), |account| account.data.quota.locked = 1);
			open();
			// A credit counts from the next block on.
			let outcome = apply(vec![nothing.clone(), next(1, vec![pay(7, 5_000)])]);
			assert_eq!(outcome.refused, []);
			close();
			let account = Lattice::account(&id(7)).unwrap();
			assert_eq!((account.nonce, account.providers, account.data.free), (1, 1, 5_000));
			assert_eq!(account.data.unit_head, nothing.hash(), "its chain goes on");
			open();
			let all = next(7, vec![Operation::TransferAll { dest: id(2) }]);
			assert_eq!(apply(vec![all.clone()]).refused, []);
			close();
			let account = Lattice::account(&id(7)).unwrap();
			assert_eq!((account.nonce, account.providers, account.sufficients, account.data.free), (2, 0, 1, 0));
			assert_eq!(account.data.unit_head, all.hash());
			// Extrinsics have the same effects.
			for _ in 0..2 {
				assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(id(2)), id(7), 2_000));
				assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(id(7)), id(2), false));
				assert_eq!(Lattice::account(&id(7)), Some(account.clone()));
			}
			sp_io::storage::root(sp_runtime::StateVersion::V1)
		})
	};
	let by_host = run();
	ByHost::set(false);
	assert_eq!(run(), by_host);
}

#[test]
fn dust_is_burnt() {
	ledger(3, 10_000).execute_with(|| {
		open();
		let outcome = apply(vec![next(1, vec![pay(2, 9_500)])]);
		assert_eq!((outcome.dust, Balances::total_issuance()), (500, 29_500));
		assert!(!System::account_exists(&id(1)));
		close();
	});
}

#[test]
fn wrong_signatures_are_marked_and_the_others_apply() {
	ledger(3, 10_000).execute_with(|| {
		open();
		let mut forged = next(1, vec![pay(2, 5_000)]);
		forged.signature = next(2, vec![pay(2, 5_000)]).signature;
		let outcome = apply(vec![forged, next(2, vec![pay(0, 1)])]);
		assert_eq!(outcome.refused.len(), 1);
		assert_eq!(outcome.refused[0].1, Reason::Signature);
		assert_eq!(Balances::balance(&id(1)), 10_000);
		close();
	});
}

#[test]
fn transfers_by_extrinsic_leave_the_chain_of_an_account() {
	ledger(3, 100_000).execute_with(|| {
		open();
		let unit = next(1, vec![pay(2, 5_000)]);
		apply(vec![unit.clone()]);
		let received = System::account(id(2)).data;
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(id(1)), id(2), 5_000));
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(id(2)), id(1), 1_000));
		assert_eq!(System::account(id(1)).data.unit_head, unit.hash());
		let after = System::account(id(2)).data;
		assert_eq!(after, AccountData { free: 109_000, ..received });
		assert_eq!(Balances::balance(&id(1)), 91_000);
		close();
	});
}

#[test]
fn an_account_created_by_an_extrinsic_begins_a_new_chain() {
	ledger(2, 100_000).execute_with(|| {
		open();
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(id(1)), id(7), 20_000));
		let first = System::account(id(7));
		assert_eq!((first.providers, first.nonce), (1, 1));
		close();
		open();
		let leaves = next(7, vec![Operation::TransferAll { dest: id(1) }]);
		apply(vec![leaves.clone()]);
		assert!(!System::account_exists(&id(7)));
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(id(1)), id(7), 20_000));
		let second = System::account(id(7));
		assert!(second.data.unit_head != first.data.unit_head);
		close();
		open();
		assert_eq!(apply(vec![leaves]).refused, vec![(0, Reason::Height)], "units of the earlier account do not apply");
		close();
	});
}

#[test]
fn minting_burning_and_killing_keep_the_sum() {
	ledger(3, 100_000).execute_with(|| {
		open();
		assert_ok!(Balances::mint_into(&id(9), 5_000));
		apply(vec![next(9, vec![pay(1, 4_000)])]);
		assert_eq!(Balances::balance(&id(9)), 1_000);
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(id(9)), id(1), false));
		assert!(!System::account_exists(&id(9)));
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), id(1), 7_000));
		close();
	});
}

#[test]
fn every_scheme_is_verified_within_the_host_function() {
	use sp_core::Pair;
	let pair = sp_core::ed25519::Pair::from_seed(&[5; 32]);
	let account: tp_core::AccountId = pair.public().0.into();
	ledger(3, 100_000).execute_with(|| {
		assert_ok!(Balances::mint_into(&account, 50_000));
		for wraps in [false, true] {
			open();
			let mut unit = next(1, vec![pay(2, 1)]);
			let state = System::account(&account);
			unit.body.account = account.clone();
			(unit.body.height, unit.body.parent) = (state.nonce, state.data.unit_head);
			let payload = unit.body.signing_payload(&domain()).to_vec();
			let message = if wraps { [b"<Bytes>", &payload[..], b"</Bytes>"].concat() } else { payload };
			unit.signature = pair.sign(&message).into();
			assert_eq!(apply(vec![unit]).applied(), 1);
			close();
		}
	});
}

#[test]
fn a_batch_that_is_too_large_and_a_ledger_without_a_domain_are_refused() {
	ledger(2, 100_000).execute_with(|| {
		open();
		let large = vec![0; <Test as crate::Config>::MaxBatchBytes::get() as usize + 1];
		assert_noop!(Lattice::apply(RuntimeOrigin::none(), large), Error::<Test>::TooLarge);
		crate::SigningDomain::<Test>::kill();
		let batch = Batch::new(vec![next(1, vec![pay(0, 1)])]).unwrap().encode();
		assert_noop!(Lattice::apply(RuntimeOrigin::none(), batch), Error::<Test>::NoDomain);
		close();
	});
}

#[test]
fn the_weight_of_a_batch_is_corrected_to_what_was_done() {
	ledger(3, 100_000).execute_with(|| {
		open();
		let batch = Batch::new(vec![next(1, vec![pay(2, 1), pay(0, 1)])]).unwrap().encode();
		let declared = Call::<Test>::apply { batch: batch.clone() }.get_dispatch_info().call_weight;
		let done = Lattice::apply(RuntimeOrigin::none(), batch).unwrap().actual_weight.unwrap();
		assert!(done.ref_time() < declared.ref_time() && done.ref_time() >= 3 * 62_000_000, "{done:?} of {declared:?}");
		close();
	});
}

#[test]
fn a_ledger_that_is_paused_takes_no_units_for_a_while() {
	ledger(2, 1_000_000).execute_with(|| {
		let batch = Batch::new(vec![next(0, vec![pay(1, 5)])]).unwrap().encode();
		let mut data = InherentData::new();
		data.put_data(INHERENT_IDENTIFIER, &batch).unwrap();
		Shut::set(true);
		open();
		assert!(Lattice::is_paused());
		assert_eq!(Lattice::create_inherent(&data), None, "an author leaves them out");
		assert_noop!(Lattice::apply(RuntimeOrigin::none(), batch.clone()), Error::<Test>::Paused);
		close();

		Shut::set(false);
		open();
		assert_eq!(Lattice::create_inherent(&data), Some(Call::apply { batch: batch.clone() }));
		Lattice::apply(RuntimeOrigin::none(), batch).unwrap();
		close();
		assert_eq!(System::account(id(1)).data.free, 1_000_005);
	});
}
