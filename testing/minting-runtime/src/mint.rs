//! Mints tokens for Eve in the block after her first transaction, once.

// The macros generate items without docs.
#![allow(missing_docs)]

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{pallet_prelude::*, sp_runtime::traits::Zero, traits::fungible::Mutate};
	use frame_system::pallet_prelude::*;
	use tp_core::{AccountId, Balance, TOP};

	/// The development account //Eve, which lives in the second of two shards.
	const EVE: [u8; 32] = [
		0xe6, 0x59, 0xa7, 0xa1, 0x62, 0x8c, 0xdd, 0x93, 0xfe, 0xbc, 0x04, 0xa4, 0xe0, 0x64, 0x6e, 0xa2, 0x0e, 0x9f,
		0x5f, 0x0c, 0xe0, 0x97, 0xd9, 0xa0, 0x52, 0x90, 0xd4, 0xa9, 0xe0, 0x54, 0xdf, 0x4e,
	];
	/// What she gets.
	const MINTED: Balance = 1_000_000 * TOP;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		type Currency: Mutate<AccountId, Balance = Balance>;
	}

	/// Whether the tokens are minted.
	#[pallet::storage]
	pub type IsMinted<T> = StorageValue<_, bool, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			let eve = AccountId::new(EVE);
			let is_due = !frame_system::Pallet::<T>::account_nonce(&eve).is_zero() && !IsMinted::<T>::get();
			if is_due && T::Currency::mint_into(&eve, MINTED).is_ok() {
				IsMinted::<T>::put(true);
			}
			Weight::zero()
		}
	}
}
