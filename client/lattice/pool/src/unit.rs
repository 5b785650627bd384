//! Units as the pool holds them.

use codec::Encode;
use tp_lattice::{Context, Unit, UnitHash, Usage};

/// A unit with what is asked of it often. Shared, never cloned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledUnit {
	/// Hash of its body: its name.
	pub hash: UnitHash,
	/// The unit.
	pub unit: Unit,
	/// Its encoded size.
	pub bytes: usize,
}

impl PooledUnit {
	/// Hashes and measures a unit.
	pub fn new(unit: Unit) -> Self {
		let hash = unit.hash();
		Self::with_hash(unit, hash)
	}

	/// Measures a unit whose hash is known.
	pub fn with_hash(unit: Unit, hash: UnitHash) -> Self {
		let bytes = unit.encoded_size();
		Self { hash, unit, bytes }
	}

	/// What it costs its account: [`Context::cost`] without measuring again.
	pub(crate) fn cost(&self, context: &Context) -> Usage {
		cost(&self.unit, self.bytes, context)
	}
}

/// What a unit of a known size costs its account.
pub(crate) fn cost(unit: &Unit, bytes: usize, context: &Context) -> Usage {
	let operations = unit.body.operations.len() as u64;
	let compute = context.compute_per_unit.saturating_add(context.compute_per_operation.saturating_mul(operations));
	Usage { compute, bytes: bytes as u64 }
}
