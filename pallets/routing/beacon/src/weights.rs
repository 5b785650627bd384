//! The weights of calls and hooks. They are estimates: nothing here was measured yet.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use tp_beacon::Update;

/// Checks one signature in the host: an estimate after measured certificates of `pallet-committee`.
const SIGNATURE: u64 = 55_000_000;
/// Decodes and hashes a header, and decodes and encodes the headers of its source: an estimate.
const HEADER: u64 = 150_000_000;
/// Reads seats out of a proof of 64 KiB: an estimate.
const ANNOUNCEMENT: u64 = 1_500_000_000;
/// Decodes, checks and encodes a committee of 128 members: an estimate.
const COMMITTEE: u64 = 100_000_000;

/// The number of parts of an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpdateSize {
	/// Registrations.
	pub registrations: u64,
	/// Headers.
	pub headers: u64,
	/// Signatures of their certificates.
	pub signatures: u64,
	/// Announcements.
	pub announcements: u64,
	/// 1 if it has a sealed head of the ledger itself, and 0 otherwise.
	pub sealed: u64,
}

impl UpdateSize {
	/// Returns the size of an update.
	pub fn of(update: &Update) -> Self {
		let signatures = update.signed().map(|named| named.signed.certificate.signatures.len() as u64).sum();
		Self {
			registrations: update.registrations.len() as u64,
			headers: update.signed().count() as u64,
			signatures,
			announcements: update.announcements.len() as u64,
			sealed: u64::from(update.sealed.is_some()),
		}
	}
}

/// The weights of calls and hooks.
pub trait WeightInfo {
	/// Returns the weight of both hooks.
	fn block() -> Weight;
	/// Returns the weight of the inherent.
	fn update(size: UpdateSize) -> Weight;
	/// Returns the weight of `register`.
	fn register() -> Weight;
	/// Returns the weight of `remove`.
	fn remove() -> Weight;
	/// Returns the weight of `set_tables`.
	fn set_tables() -> Weight;
	/// Returns the weight of `announce`.
	fn announce() -> Weight;
}

/// Estimated weights, with the storage costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn block() -> Weight {
		// `pallet-committee` asks whether the next committee is known. A shard notes its block.
		T::DbWeight::get().reads_writes(8, 3)
	}

	fn update(size: UpdateSize) -> Weight {
		let UpdateSize { registrations, headers, signatures, announcements, sealed } = size;
		// A sealed head is proved by a path, which is shorter than a header.
		let work = [(headers + sealed, HEADER), (signatures, SIGNATURE), (announcements, ANNOUNCEMENT)];
		let time = work.iter().map(|(count, each)| count.saturating_mul(*each)).fold(0, u64::saturating_add);
		let registered = Self::register().saturating_mul(registrations);
		// A header reads its source and committee, and writes the source and the next committee.
		let reads = 3 * headers + 3 * announcements + 5 * sealed;
		let storage = T::DbWeight::get().reads_writes(reads, 3 * headers + announcements + sealed);
		Weight::from_parts(time, 0).saturating_add(storage).saturating_add(registered)
	}

	fn register() -> Weight {
		Weight::from_parts(COMMITTEE, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}

	fn remove() -> Weight {
		// The committees of all epochs that can be announced.
		let epochs = tp_beacon::bounds::MAX_HANDOVER as u64 + 3;
		Weight::from_parts(COMMITTEE, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2 + epochs))
	}

	fn set_tables() -> Weight {
		Weight::from_parts(HEADER, 0).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}

	fn announce() -> Weight {
		Weight::from_parts(COMMITTEE, 0).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
}
