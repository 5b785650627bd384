#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

pub mod config_preludes;
#[cfg(test)]
mod mock;
mod pace;
#[cfg(test)]
mod tests;

pub use pace::{Pace, Span, DAY, HOUR};
pub use pallet::*;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use crate::Pace;
	use core::marker::PhantomData;
	use frame_support::{pallet_prelude::*, traits::UnixTime};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{
		traits::{BlockNumberProvider, SaturatedConversion},
		Saturating,
	};

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// The time of the block; before a block sets it, that of the block before. It never goes back.
		///
		/// Plug in `pallet-timestamp`. There is no default.
		#[pallet::no_default]
		type Time: UnixTime;

		/// The pace of a chain whose genesis sets none, or did not know the pallet.
		///
		/// The default is [`Pace::NETWORK`].
		type DefaultPace: Get<Pace>;
	}

	/// Length of a slot, and slots of a day.
	#[pallet::storage]
	pub type CurrentPace<T: Config> = StorageValue<_, Pace, ValueQuery, T::DefaultPace>;

	/// Time in milliseconds since 1970, and slot, at which slots began to count.
	#[pallet::storage]
	pub type Start<T: Config> = StorageValue<_, (u64, BlockNumberFor<T>)>;

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Length of a slot, and slots of a day.
		pub pace: Pace,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { pace: T::DefaultPace::get(), _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.pace.is_valid(), "a slot of the genesis has no length, or a day no slots: {:?}", self.pace);
			CurrentPace::<T>::put(self.pace);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Returns the weight of [`Self::on_finalize`].
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::DbWeight::get().reads_writes(2, 1)
		}

		/// Starts the slots in the first block that has a time: that of the chain, or that of the pallet on a chain that is
		/// upgraded. The first slot has the block's number, so that what is scheduled for a later block comes later.
		fn on_finalize(number: BlockNumberFor<T>) {
			let now = Self::now_ms();
			if now > 0 && !Start::<T>::exists() {
				Start::<T>::put((now, number));
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	impl<T: Config> Pallet<T> {
		/// Returns the present slot: by the block's own time once it is set, by that of the block before until then.
		pub fn current() -> BlockNumberFor<T> {
			match Start::<T>::get() {
				Some((at_ms, slot)) => {
					let passed =
						Self::now_ms().saturating_sub(at_ms) / u64::from(CurrentPace::<T>::get().slot_ms.max(1));
					slot.saturating_add(passed.saturated_into())
				},
				None => frame_system::Pallet::<T>::block_number(),
			}
		}

		/// Checks that the pace is valid, and that slots began in the past.
		#[cfg(any(feature = "std", feature = "try-runtime"))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			ensure!(CurrentPace::<T>::get().is_valid(), "the pace is valid");
			let started = Start::<T>::get().is_none_or(|(at_ms, _)| at_ms <= Self::now_ms());
			ensure!(started, "slots began in the past");
			Ok(())
		}

		fn now_ms() -> u64 {
			u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
		}
	}

	impl<T: Config> BlockNumberProvider for Pallet<T> {
		type BlockNumber = BlockNumberFor<T>;

		fn current_block_number() -> Self::BlockNumber {
			Self::current()
		}

		#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
		fn set_block_number(slot: Self::BlockNumber) {
			Start::<T>::put((Self::now_ms(), slot));
		}
	}
}
