//! Measures the weights: `scripts/weights.sh` runs it on a shard.
//!
//! Keys are made in the host's keystore, so that the runtime can sign units.

use crate::{weights::OPERATIONS_UNITS, *};
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Unbalanced},
		Hooks,
	},
	BoundedVec,
};
use frame_system::{pallet_prelude::*, Account as Accounts, RawOrigin};
use sp_runtime::{KeyTypeId, MultiSignature};
use tp_core::{AccountId, Balance, Hash};
use tp_lattice::{AccountData, Batch, Domain, Operation, Quota, Unit, UnitBody, MAX_OPERATIONS};

/// The keystore's type of the keys made here.
const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");

fn amount<T: Config>() -> Balance {
	T::Currency::minimum_balance().max(1)
}

/// Makes an account with a balance and a chain that has used nothing.
fn make_account<T: Config>(id: &AccountId) {
	Accounts::<T>::mutate(id, |account| {
		account.providers = 1;
		account.data = AccountData {
			free: 1_000 * amount::<T>(),
			unit_head: Hash::repeat_byte(1),
			// Enough stake for any unit under any rules.
			quota: Quota { locked: Balance::MAX, ..Default::default() },
			..Default::default()
		};
	});
}

/// Returns a batch of units with this many operations in all, shared equally. Each pays another account.
fn batch<T: Config>(units: u32, operations: u32, is_right: bool) -> Vec<u8> {
	let domain = Domain::new(&Hash::repeat_byte(1), 0);
	SigningDomain::<T>::put(domain);
	let mut paid = 0;
	let units = (0..units).map(|index| {
		let key = sp_io::crypto::sr25519_generate(KEY_TYPE, None);
		let account = AccountId::from(key.0);
		make_account::<T>(&account);
		let until = (u64::from(operations) * u64::from(index + 1) / u64::from(units)) as u32;
		let operations: Vec<Operation> = (paid..until)
			.map(|number| {
				let dest: AccountId = frame_benchmarking::account("paid", number, 0);
				make_account::<T>(&dest);
				Operation::Transfer { dest, amount: amount::<T>() }
			})
			.collect();
		paid = until;
		let operations = BoundedVec::truncate_from(operations);
		let body = UnitBody { account, height: 0, parent: Hash::repeat_byte(1), valid_until: 0, operations };
		let signed = if is_right { domain } else { Domain::default() };
		let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &body.signing_payload(&signed))
			.expect("the keystore made the key; qed");
		Unit { body, signature: MultiSignature::Sr25519(signature) }
	});
	let units: Vec<Unit> = units.collect();
	// Burnt dust is subtracted from it.
	T::Currency::set_total_issuance(Balance::MAX);
	Batch::new(units).expect("every unit has another account; qed").encode()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn block() {
		let number: BlockNumberFor<T> = 1u32.into();

		#[block]
		{
			Pallet::<T>::on_initialize(number);
			Pallet::<T>::on_finalize(number);
		}

		assert_eq!(frame_system::Pallet::<T>::digest().logs.len(), 1);
	}

	#[benchmark]
	fn apply_units(u: Linear<0, 512>) {
		let batch = batch::<T>(u, u, true);

		#[extrinsic_call]
		apply(RawOrigin::None, batch);

		assert_eq!(LastBlock::<T>::get().map(|record| record.outcome.applied()), Some(u));
	}

	#[benchmark]
	fn apply_operations(o: Linear<OPERATIONS_UNITS, { OPERATIONS_UNITS * MAX_OPERATIONS }>) {
		let batch = batch::<T>(OPERATIONS_UNITS, o, true);

		#[extrinsic_call]
		apply(RawOrigin::None, batch);

		assert_eq!(LastBlock::<T>::get().map(|record| record.outcome.applied()), Some(OPERATIONS_UNITS));
	}

	#[benchmark]
	fn apply_wrong(w: Linear<0, 512>) {
		let batch = batch::<T>(w, w, false);

		#[extrinsic_call]
		apply(RawOrigin::None, batch);

		assert_eq!(LastBlock::<T>::get().map(|record| record.outcome.applied()), Some(0));
	}
}
