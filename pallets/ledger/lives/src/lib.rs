#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod config_preludes;
#[cfg(test)]
mod mock;
mod store;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use store::WithLives;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::OnKilledAccount};
	use frame_system::{pallet_prelude::*, Account, Pallet as System};
	use sp_runtime::traits::SaturatedConversion;
	use tp_core::{
		lives::{begin, first_nonce, has_lapsed, tombstone, AccountLives},
		Nonce,
	};

	/// The nonce at which a tombstone lapses, in the order of bytes that is the order of numbers.
	type Lapse = [u8; 4];

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config<Nonce = Nonce> {
		/// What first nonces exceed the block number by. The default is 0. A shard that comes from a split or a merge adds
		/// the heights of the ledgers before it.
		type Base: Get<Nonce>;
		/// The most lapsed tombstones that a block removes. The default is 512, which takes 55 ms on parity-db. One of them
		/// costs its account more than one transaction a block of its life.
		type MaxLapses: Get<u32>;
	}

	/// The nonces of accounts that ended with more than the first nonce of their last block.
	#[pallet::storage]
	pub type Tombstones<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Nonce>;

	/// The tombstones in the order in which they lapse.
	#[pallet::storage]
	pub type Lapses<T: Config> = StorageDoubleMap<_, Identity, Lapse, Blake2_128Concat, T::AccountId, ()>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Removes tombstones that have lapsed.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			let first = Self::first_nonce();
			let lapsed: Vec<_> = Lapses::<T>::iter_keys()
				.take(T::MaxLapses::get() as usize)
				.take_while(|(lapse, _)| has_lapsed(Nonce::from_be_bytes(*lapse), first))
				.collect();
			for (_, who) in &lapsed {
				Self::set_tombstone(who, None);
			}
			let lapsed = lapsed.len() as u64;
			T::DbWeight::get().reads_writes(1 + 2 * lapsed, 2 * lapsed)
		}

		/// Checks the name by which nodes find tombstones.
		#[cfg(feature = "std")]
		fn integrity_test() {
			assert_eq!(<Self as PalletInfoAccess>::name(), "Lives", "pallet-lives must be named `Lives`");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	impl<T: Config> Pallet<T> {
		/// Returns the nonce of accounts without a tombstone that begin in this block.
		pub fn first_nonce() -> Nonce {
			first_nonce(T::Base::get(), System::<T>::block_number().saturated_into())
		}

		/// Returns the next nonce of an account. That of an account that does not exist is the nonce with which it would
		/// begin in the next block.
		pub fn account_nonce(who: &T::AccountId) -> Nonce {
			match System::<T>::account_exists(who) {
				true => System::<T>::account_nonce(who),
				false => begin(Self::first_nonce().saturating_add(1), Tombstones::<T>::get(who)),
			}
		}

		/// Checks that both maps have the same tombstones.
		#[cfg(any(feature = "std", feature = "try-runtime"))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			for (who, nonce) in Tombstones::<T>::iter() {
				ensure!(Lapses::<T>::contains_key(nonce.to_be_bytes(), &who), "a tombstone does not lapse");
			}
			let (left, right) = (Tombstones::<T>::iter_keys().count(), Lapses::<T>::iter_keys().count());
			ensure!(left == right, "a tombstone lapses that does not exist");
			Ok(())
		}
	}

	impl<T: Config> AccountLives<T::AccountId> for Pallet<T> {
		fn base() -> Option<Nonce> {
			Some(T::Base::get())
		}

		fn begin(who: &T::AccountId) {
			let left = Tombstones::<T>::get(who);
			if left.is_some() {
				Self::set_tombstone(who, None);
			}
			Account::<T>::mutate_extant(who, |account| account.nonce = begin(Self::first_nonce(), left));
		}

		fn tombstone(who: &T::AccountId) -> Option<Nonce> {
			Tombstones::<T>::get(who)
		}

		fn set_tombstone(who: &T::AccountId, nonce: Option<Nonce>) {
			let before = match nonce {
				Some(nonce) => {
					Lapses::<T>::insert(nonce.to_be_bytes(), who, ());
					Tombstones::<T>::mutate(who, |left| left.replace(nonce))
				},
				None => Tombstones::<T>::take(who),
			};
			if let Some(before) = before.filter(|before| Some(*before) != nonce) {
				Lapses::<T>::remove(before.to_be_bytes(), who);
			}
		}
	}

	/// Leaves the tombstones of accounts that end by a pallet. `frame-system` calls it before it removes the account.
	impl<T: Config> OnKilledAccount<T::AccountId> for Pallet<T> {
		fn on_killed_account(who: &T::AccountId) {
			let left = tombstone(System::<T>::account_nonce(who), Self::first_nonce());
			if left.is_some() {
				Self::set_tombstone(who, left);
			}
		}
	}
}
