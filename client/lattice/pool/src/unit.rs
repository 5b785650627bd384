//! Units in the pool.

use codec::Encode;
use tp_lattice::{Context, Unit, UnitHash, Usage};

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

	/// Returns its cost: [`Context::cost`] without measuring again.
	pub(crate) fn cost(&self, context: &Context) -> Usage {
		cost(&self.unit, self.bytes, context)
	}
}

/// Returns the cost of a unit of known size.
pub(crate) fn cost(unit: &Unit, bytes: usize, context: &Context) -> Usage {
	let operations = unit.body.operations.len() as u64;
	let compute = context.compute_per_unit.saturating_add(context.compute_per_operation.saturating_mul(operations));
	Usage { compute, bytes: bytes as u64 }
}
