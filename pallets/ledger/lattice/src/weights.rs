//! The weights of the pallet. `scripts/weights.sh pallet_lattice` measures them on a shard.
//!
//! The benchmarks apply batches of three kinds. [`UnitCosts`] takes from them what a unit, an operation and a wrong
//! signature cost.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;
use tp_lattice::RemoteLanes;

/// The units of the batches of [`WeightInfo::apply_operations`].
pub const OPERATIONS_UNITS: u32 = 64;

/// The weights of hooks and batches.
pub trait WeightInfo {
	/// Returns the weight of both hooks.
	fn block() -> Weight;
	/// Returns the weight of a batch of units with one operation each, which pay different accounts.
	fn apply_units(units: u32) -> Weight;
	/// Returns the weight of a batch of [`OPERATIONS_UNITS`] units with this many operations in all, which pay different
	/// accounts.
	fn apply_operations(operations: u32) -> Weight;
	/// Returns the weight of a batch of units with wrong signatures.
	fn apply_wrong(units: u32) -> Weight;
}

/// The signatures that one wrong signature spoils: those of its chunk in batch verification.
const SPOILT_SIGNATURES: u32 = 64;
/// The most operations of a unit.
const OPERATIONS: u64 = tp_lattice::MAX_OPERATIONS as u64;
/// The fewest bytes of a payment: the operation's kind and the account.
const OPERATION_BYTES: u32 = 33;
/// The fewest bytes of a unit with that many: account, height, parent, end, operations without an amount, signature.
const UNIT_BYTES: u64 = 32 + 4 + 32 + 4 + 1 + OPERATION_BYTES as u64 * OPERATIONS + 65;

/// Returns the most that the payments to other shards cost in a batch of this many bytes, besides their operations.
pub(crate) fn messages_at_most<R: RemoteLanes>(bytes: u32) -> Weight {
	let operations = bytes.div_ceil(OPERATION_BYTES);
	R::room_weight().saturating_add(R::message_weight().saturating_mul(operations.min(R::max_messages()).into()))
}

/// The costs of the parts of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitCosts {
	/// An empty batch.
	pub batch: Weight,
	/// A unit without its operations: its signature among others, and its account.
	pub unit: Weight,
	/// An operation: the account that it pays.
	pub operation: Weight,
	/// A unit whose signature is wrong, or is verified alone because another of its chunk is wrong.
	pub wrong: Weight,
}

impl UnitCosts {
	/// Returns the costs that the weights of a runtime imply.
	pub fn of<W: WeightInfo>() -> Self {
		let slope = |weigh: fn(u32) -> Weight| weigh(1).saturating_sub(weigh(0));
		let operation = slope(W::apply_operations);
		Self {
			batch: W::apply_units(0),
			unit: slope(W::apply_units).saturating_sub(operation),
			operation,
			wrong: slope(W::apply_wrong),
		}
	}

	/// Returns the most that a batch of this many bytes can cost: units with the most operations in the fewest bytes, all
	/// with wrong signatures.
	pub fn at_most(&self, bytes: u32) -> Weight {
		let unit = self.wrong.max(self.unit).saturating_add(self.operation.saturating_mul(OPERATIONS));
		let byte = Weight::from_parts(unit.ref_time().div_ceil(UNIT_BYTES), unit.proof_size().div_ceil(UNIT_BYTES));
		// The last unit may be incomplete.
		self.batch.saturating_add(byte.saturating_mul(u64::from(bytes) + UNIT_BYTES))
	}

	/// Returns the cost of a batch of units that made this many credits, some of them with wrong signatures.
	pub fn applied(&self, units: u32, credits: u32, wrong: u32) -> Weight {
		let spoilt = wrong.saturating_mul(SPOILT_SIGNATURES).min(units);
		self.batch
			.saturating_add(self.wrong.saturating_mul(spoilt.into()))
			.saturating_add(self.unit.saturating_mul((units - spoilt).into()))
			.saturating_add(self.operation.saturating_mul(credits.into()))
	}
}
