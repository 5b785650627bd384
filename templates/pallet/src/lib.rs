//! Template of a pallet: each account stores one short record, such as the address of a service.
//!
//! ```text
//! set_record    ──▶ Consideration: new, or update ──▶ Records
//! remove_record ──▶ Consideration: drop ──▶ Records
//! ```
//!
//! The deposit is a [`Consideration`](frame_support::traits::Consideration), so the runtime decides its currency and
//! amount, or that records are free.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the index of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

#[cfg(feature = "runtime-benchmarks")]
extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::WeightInfo;
	use frame_support::{
		pallet_prelude::*,
		traits::{Consideration, Footprint},
	};
	use frame_system::pallet_prelude::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Default configurations for [`Config`].
	pub mod config_preludes {
		use super::DefaultConfig;
		use crate::weights::SubstrateWeight;
		use core::marker::PhantomData;
		use frame_support::{derive_impl, pallet_prelude::inject_runtime_type, traits::ConstU32};

		/// Records of up to 256 bytes. A runtime adds their price.
		pub struct LedgerDefaultConfig<T>(PhantomData<T>);

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
		impl<T> frame_system::DefaultConfig for LedgerDefaultConfig<T> {}

		#[frame_support::register_default_impl(LedgerDefaultConfig)]
		impl<T: frame_system::Config> DefaultConfig for LedgerDefaultConfig<T> {
			type MaxLength = ConstU32<256>;
			type WeightInfo = SubstrateWeight<T>;
		}
	}

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// Price of a record: `HoldConsideration` over a fungible holds a deposit, `()` makes records free.
		#[pallet::no_default]
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Maximum length of a record, in bytes.
		#[pallet::constant]
		type MaxLength: Get<u32>;

		/// Weights of the calls. The default is [`crate::weights::SubstrateWeight`].
		type WeightInfo: WeightInfo;
	}

	/// Reasons for holds on balances.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit of a record.
		Record,
	}

	/// Contents of an account's record.
	pub type RecordData<T> = BoundedVec<u8, <T as Config>::MaxLength>;

	/// A record with its deposit.
	#[derive(Encode, Decode, TypeInfo, MaxEncodedLen, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound)]
	#[scale_info(skip_type_params(T))]
	#[codec(mel_bound())]
	pub struct Record<T: Config> {
		/// The contents. Never empty.
		pub data: RecordData<T>,
		/// The deposit.
		pub deposit: T::Consideration,
	}

	/// Records by account.
	#[pallet::storage]
	pub type Records<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Record<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account set its record.
		RecordSet { who: T::AccountId, data: RecordData<T> },
		/// An account removed its record.
		RecordRemoved { who: T::AccountId },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The record is empty. Use `remove_record` to remove it.
		Empty,
		/// The account has no record.
		NoRecord,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxLength::get() > 0, "a maximum of zero bytes would refuse every record");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Sets the sender's record and adjusts the deposit to its length.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_record(data.len() as u32))]
		pub fn set_record(origin: OriginFor<T>, data: RecordData<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!data.is_empty(), Error::<T>::Empty);
			let footprint = Footprint::from_parts(1, data.len());
			let deposit = match Records::<T>::get(&who) {
				Some(old) => old.deposit.update(&who, footprint)?,
				None => T::Consideration::new(&who, footprint)?,
			};
			Records::<T>::insert(&who, Record { data: data.clone(), deposit });
			Self::deposit_event(Event::RecordSet { who, data });
			Ok(())
		}

		/// Removes the sender's record and releases the deposit.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::remove_record())]
		pub fn remove_record(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let record = Records::<T>::take(&who).ok_or(Error::<T>::NoRecord)?;
			record.deposit.drop(&who)?;
			Self::deposit_event(Event::RecordRemoved { who });
			Ok(())
		}
	}
}
