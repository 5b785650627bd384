//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use tp_core::Balance;
use tp_quota::{Quota, Usage};

/// The records of version 0, which metered no state and counted all use of an account together.
pub(crate) mod v0 {
	use super::*;
	use codec::{Decode, Encode};
	use sp_runtime::Percent;

	#[derive(Clone, Copy, Encode, Decode)]
	pub struct UsageOfBlocks {
		pub compute: u64,
		pub bytes: u64,
	}

	impl UsageOfBlocks {
		pub fn with_state(self, state: u64) -> Usage {
			Usage { compute: self.compute, bytes: self.bytes, state }
		}
	}

	#[derive(Clone, Copy, Encode, Decode)]
	pub struct Rules {
		pub free: UsageOfBlocks,
		pub per_stake_unit: UsageOfBlocks,
		pub stake_unit: Balance,
		pub block_free: Percent,
	}

	#[derive(Clone, Copy, Encode, Decode)]
	pub struct Quota {
		pub used: UsageOfBlocks,
		pub at: u64,
		pub locked: Balance,
	}
}

/// From version 0 to 1: rules take what they lack from [`Config::DefaultRules`], and the use of an account is divided into
/// that which its stake covers and free use.
///
/// It changes all quotas in one block, which has room for some 30,000 of them. A ledger with more makes one block that
/// exceeds its weight. On a ledger whose [`Config::Store`] is in the accounts it changes the rules alone: run the migration
/// of `pallet-lattice` after it.
pub type V0ToV1<T> = VersionedMigration<0, 1, MeterState<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V0ToV1`] without the check of versions.
pub struct MeterState<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for MeterState<T> {
	fn on_runtime_upgrade() -> Weight {
		if Rules::<T>::exists() {
			// Bytes that are no rules are given up, and the default rules hold.
			if Rules::<T>::translate::<v0::Rules, _>(|rules| rules.map(complete::<T>)).is_err() {
				Rules::<T>::kill();
			}
			Pallet::<T>::deposit_event(Event::RulesSet { rules: Rules::<T>::get() });
		}
		let rules = Pallet::<T>::current_rules();
		let mut changed: u64 = 0;
		Quotas::<T>::translate::<v0::Quota, _>(|_, v0::Quota { used, at, locked }| {
			changed = changed.saturating_add(1);
			Some(Quota::of_earlier_use(used.with_state(0), at, locked, &rules))
		});
		// The rules twice, what is taken, the burst and the time; an iteration reads a key more than it finds.
		T::DbWeight::get().reads_writes(changed.saturating_add(6), changed.saturating_add(1))
	}
}

/// Returns rules with what version 0 lacks. If that makes no valid rules, the default ones hold.
fn complete<T: Config>(rules: v0::Rules) -> ShareRules {
	let default = T::DefaultRules::get();
	let v0::Rules { free, per_stake_unit, stake_unit, block_free } = rules;
	// As much state for a stake as by default, for any unit of it.
	let state = u128::from(default.per_stake_unit.state).saturating_mul(stake_unit).checked_div(default.stake_unit);
	let state = u64::try_from(state.unwrap_or(0)).unwrap_or(u64::MAX);
	let rules = ShareRules {
		free: free.with_state(default.free.state),
		per_stake_unit: per_stake_unit.with_state(state),
		stake_unit,
		block_free,
		..default
	};
	match rules.check() {
		Ok(()) => rules,
		Err(_) => default,
	}
}
