//! Blocks, as `frame-executive` drives them: hooks of all pallets, and a header at the end.
//!
//! Where the header is not needed, `frame_system::Pallet::run_to_block` is enough.

use crate::clock;
use frame_support::traits::{OnFinalize, OnInitialize};
use frame_system::{pallet_prelude::*, Config, Pallet as System};
use sp_runtime::{
	traits::{One, Zero},
	Digest,
};

/// Starts the next block on a parent with a digest, and runs `on_initialize`. Events of earlier blocks are removed.
pub fn open_block_on<T: Config, Pallets: OnInitialize<BlockNumberFor<T>>>(parent: &T::Hash, digest: &Digest) {
	let number = System::<T>::block_number() + One::one();
	clock::set_open(true);
	System::<T>::reset_events();
	System::<T>::initialize(&number, parent, digest);
	Pallets::on_initialize(number);
}

/// Starts the next block, on the default hash and without a digest.
pub fn open_block<T: Config, Pallets: OnInitialize<BlockNumberFor<T>>>() {
	open_block_on::<T, Pallets>(&T::Hash::default(), &Digest::default());
}

/// Ends the open block after `on_finalize`, and returns its header.
pub fn close_block<T: Config, Pallets: OnFinalize<BlockNumberFor<T>>>() -> HeaderFor<T> {
	let number = System::<T>::block_number();
	assert!(!number.is_zero(), "no block is open");
	Pallets::on_finalize(number);
	clock::set_open(false);
	System::<T>::finalize()
}

/// Returns the events of one pallet in the open or newest block, oldest first.
pub fn events<T: Config, Event>() -> Vec<Event>
where
	T::RuntimeEvent: TryInto<Event>,
{
	System::<T>::events().into_iter().filter_map(|record| record.event.try_into().ok()).collect()
}

/// Whether an event is in the open or newest block.
pub fn has_event<T: Config>(event: impl Into<T::RuntimeEvent>) -> bool {
	let event = event.into();
	System::<T>::events().into_iter().any(|record| record.event == event)
}
