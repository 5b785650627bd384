//! Clocks that a test sets.

// The macro generates items without docs.
#![allow(missing_docs)]

use codec::Encode;
use core::marker::PhantomData;
use frame_support::{parameter_types, traits::UnixTime};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_io::hashing::blake2_256;
use sp_runtime::traits::SaturatedConversion;
use std::{cell::Cell, time::Duration};
use tp_pbft::{Epoch, Height, Seed};
use tp_stake::EpochClock;

/// The time of the genesis, in milliseconds since 1970.
pub const GENESIS_MS: u64 = 1_800_000_000_000;

parameter_types! {
	/// The present time, in milliseconds since 1970.
	pub static Now: u64 = GENESIS_MS;
	/// The time between two blocks of a [`Ledger`](crate::Ledger), in milliseconds.
	pub static BlockMs: u64 = 1_000;
	/// The present epoch of [`ManualClock`].
	pub static CurrentEpoch: Epoch = 0;
	/// Blocks of an epoch, for both clocks.
	pub static EpochLength: Height = 10;
	/// The last height of the present epoch of [`ManualClock`], once its tickets are closed.
	pub static LastHeight: Option<Height> = None;
	/// Part of the randomness of [`ManualClock`]. A test changes it to see different draws.
	pub static RandomnessSalt: u64 = 0;
	/// Part of the seeds of [`ManualClock`]: what the authors of the newest blocks added. A test changes it between the
	/// close of tickets and the deal.
	pub static SeedSalt: u64 = 0;
}

thread_local! {
	/// Whether a block is open. Set by `blocks`, read by [`BlockClock`].
	static IS_OPEN: Cell<bool> = const { Cell::new(false) };
}

/// A clock with the time of [`Now`] and the epoch of [`CurrentEpoch`], independent of the block number.
pub struct ManualClock;

impl UnixTime for ManualClock {
	fn now() -> Duration {
		Duration::from_millis(Now::get())
	}
}

impl EpochClock for ManualClock {
	fn epoch() -> Epoch {
		CurrentEpoch::get()
	}
	fn randomness() -> Seed {
		("randomness", RandomnessSalt::get(), CurrentEpoch::get()).using_encoded(blake2_256)
	}
	fn seed() -> Seed {
		("seed", SeedSalt::get(), CurrentEpoch::get()).using_encoded(blake2_256)
	}
	fn epoch_start() -> Height {
		1 + Height::try_from(CurrentEpoch::get()).expect("tests are short") * EpochLength::get()
	}
	fn last_height() -> Option<Height> {
		LastHeight::get()
	}
	fn closing_blocks() -> Height {
		EpochLength::get() - 1
	}
}

/// A clock that follows the block number: epochs of [`EpochLength`] blocks, a block a second.
///
/// It behaves as `pallet-committee`, but the last height of each epoch is known from the beginning: between blocks it refers
/// to the next height. [`open_block`](crate::open_block) and
/// [`close_block`](crate::close_block) tell it which applies.
pub struct BlockClock<T>(PhantomData<T>);

impl<T: frame_system::Config> BlockClock<T> {
	fn height() -> Height {
		let number: Height = frame_system::Pallet::<T>::block_number().saturated_into();
		number + Height::from(!IS_OPEN.get())
	}

	/// Returns the seed of any height.
	pub fn seed_of(height: Height) -> Seed {
		blake2_256(&height.to_le_bytes())
	}

	/// Returns the randomness of any epoch: the seed of its first height.
	pub fn randomness_of(epoch: Epoch) -> Seed {
		Self::seed_of(Height::try_from(epoch).expect("tests are short") * EpochLength::get() + 1)
	}
}

impl<T: frame_system::Config> EpochClock for BlockClock<T> {
	fn epoch() -> Epoch {
		Epoch::from((Self::height() - 1) / EpochLength::get())
	}
	fn randomness() -> Seed {
		Self::randomness_of(Self::epoch())
	}
	fn seed() -> Seed {
		Self::seed_of(Self::height())
	}
	fn epoch_start() -> Height {
		(Self::height() - 1) / EpochLength::get() * EpochLength::get() + 1
	}
	fn last_height() -> Option<Height> {
		Some(Self::epoch_start() + EpochLength::get() - 1)
	}
	fn closing_blocks() -> Height {
		EpochLength::get() - 1
	}
}

impl<T: frame_system::Config> UnixTime for BlockClock<T> {
	fn now() -> Duration {
		let number: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		Duration::from_millis(GENESIS_MS) + Duration::from_secs(number.saturated_into())
	}
}

/// Whether a block is open.
pub fn is_open() -> bool {
	IS_OPEN.get()
}

pub(crate) fn set_open(is_open: bool) {
	IS_OPEN.set(is_open);
}

pub(crate) fn reset() {
	Now::set(GENESIS_MS);
	BlockMs::set(1_000);
	CurrentEpoch::set(0);
	EpochLength::set(10);
	LastHeight::set(None);
	RandomnessSalt::set(0);
	SeedSalt::set(0);
	set_open(false);
}
