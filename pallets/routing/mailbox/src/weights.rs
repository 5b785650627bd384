//! The weights of calls and hooks. They are estimates: nothing here was measured yet.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use tp_mailbox::{bounds::MAX_MESSAGE_WEIGHT, Relayed};

/// Decodes a lane, hashes its claim, and its share of the tree above: an estimate after 23 µs on a busy machine, natively.
const CLAIM: u64 = 25_000_000;
/// Decodes a message, hashes its leaf, and advances its lane, apart from its delivery: an estimate.
const MESSAGE: u64 = 30_000_000;
/// Checks the paths of a packet or of an acknowledgement: an estimate for 16 siblings and two heads.
const PATHS: u64 = 150_000_000;
/// Debits an account and appends a message to its lane: an estimate.
const SEND: u64 = 100_000_000;
/// Decodes the lane of a table: an estimate.
const ROOM: u64 = 5_000_000;
/// The tables of a zone.
const TABLES: u64 = 256;

/// The size of what a block takes from routers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RelayedSize {
	/// Packets.
	pub packets: u64,
	/// Their messages.
	pub messages: u64,
	/// The weight of the deliveries of these, in picoseconds.
	pub deliveries: u64,
	/// Acknowledgements.
	pub acknowledgements: u64,
}

impl RelayedSize {
	/// Returns the size of all parts. A block delivers messages up to a weight in picoseconds.
	pub fn of(relayed: &[Relayed], limit: u64) -> Self {
		let packets = || relayed.iter().flat_map(|part| &part.packets);
		let messages = || packets().flat_map(|packet| &packet.messages);
		// A message that states more is not delivered.
		let deliveries = messages().map(|message| message.weight.min(MAX_MESSAGE_WEIGHT));
		Self {
			packets: packets().count() as u64,
			messages: messages().count() as u64,
			deliveries: deliveries.fold(0, u64::saturating_add).min(limit),
			acknowledgements: relayed.iter().map(|part| part.acknowledgements.len() as u64).sum(),
		}
	}
}

/// The weights of calls and hooks.
pub trait WeightInfo {
	/// Returns the weight of both hooks, with the lanes that the roots of the header commit to.
	fn block(open: u32, inbound: u32) -> Weight;
	/// Returns the weight of the inherent.
	fn relay(size: RelayedSize) -> Weight;
	/// Returns the weight of `transfer`.
	fn transfer() -> Weight;
	/// Returns the weight of `claim`.
	fn claim() -> Weight;
	/// Returns the weight of the room for the payments of units.
	fn room() -> Weight;
}

/// Estimated weights, with the storage costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn block(open: u32, inbound: u32) -> Weight {
		let lanes = u64::from(open) + u64::from(inbound);
		Weight::from_parts(CLAIM.saturating_mul(lanes), 0)
			.saturating_add(T::DbWeight::get().reads_writes(12 + lanes, 5))
	}

	fn relay(size: RelayedSize) -> Weight {
		let RelayedSize { packets, messages, deliveries, acknowledgements } = size;
		let proofs = PATHS.saturating_mul(packets.saturating_add(acknowledgements));
		let time = MESSAGE.saturating_mul(messages).saturating_add(proofs).saturating_add(deliveries);
		// A message reads and writes its account, a bounce its lane. The lanes of a block stay in memory.
		let reads = 2 * messages + 4 * packets + 5 * acknowledgements;
		let writes = 2 * messages + 4 * packets + 5 * acknowledgements;
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}

	fn transfer() -> Weight {
		Weight::from_parts(SEND, 0).saturating_add(T::DbWeight::get().reads_writes(8, 7))
	}

	fn claim() -> Weight {
		Weight::from_parts(SEND, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}

	fn room() -> Weight {
		// The lane of each table of the zone, the levels, and the lists.
		Weight::from_parts(ROOM.saturating_mul(TABLES), 0).saturating_add(T::DbWeight::get().reads(TABLES + 4))
	}
}
