//! Units in the pool.

use codec::Encode;
use tp_core::{AccountId, Balance};
use tp_lattice::{Context, Operation, Unit, UnitHash, Usage};

/// A unit with its hash and size, which are needed often. It is shared, never cloned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledUnit {
	/// Hash of its body, by which it is known.
	pub hash: UnitHash,
	/// The unit.
	pub unit: Unit,
	/// Encoded size.
	pub bytes: usize,
}

impl PooledUnit {
	/// Creates a pooled unit; hashes and measures it.
	pub fn new(unit: Unit) -> Self {
		let hash = unit.hash();
		Self::with_hash(unit, hash)
	}

	/// Creates a pooled unit of known hash; measures it.
	pub fn with_hash(unit: Unit, hash: UnitHash) -> Self {
		let bytes = unit.encoded_size();
		Self { hash, unit, bytes }
	}

	/// Returns its cost without the accounts that it creates: [`Context::cost`] without measuring again.
	pub(crate) fn cost(&self, context: &Context) -> Usage {
		context.cost_of(&self.unit, self.bytes)
	}
}

/// Returns the payments of a unit: destinations and amounts. `None` for the amount of a payment of all.
pub(crate) fn payments(unit: &Unit) -> impl Iterator<Item = (&AccountId, Option<Balance>)> {
	unit.body.operations.iter().filter_map(|operation| match operation {
		Operation::Transfer { dest, amount } | Operation::TransferKeepAlive { dest, amount } => {
			Some((dest, Some(*amount)))
		},
		Operation::TransferAll { dest } => Some((dest, None)),
		_ => None,
	})
}
