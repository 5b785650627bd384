//! A batch with what a node works out of it once.

use crate::{
	batch::{decode_batch, is_ordered},
	ApplyError, Batch, BatchError, TableId, Unit, UnitBody, UnitHash, MAX_BATCH_BYTES,
};
use codec::Encode;

/// A batch, its encoding, and the hashes of its units. A node carries it from its pool to the block that it builds, and from the
/// execution of a block to pool and archive, so that it decodes and hashes each unit once.
///
/// Invariant: encoding and hashes are those of the batch. So a reader that finds the same encoding in a block may take the rest for
/// granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashedBatch {
	batch: Batch,
	hashes: Vec<UnitHash>,
	bytes: Vec<u8>,
}

impl HashedBatch {
	/// Sorts units into a batch, given the hash of each.
	///
	/// # Errors
	/// As [`Batch::new`].
	pub fn new<'a>(units: impl IntoIterator<Item = (&'a Unit, UnitHash)>) -> Result<Self, BatchError> {
		// References are sorted: units are large.
		let placed = |(unit, hash): (&'a Unit, UnitHash)| {
			let UnitBody { account, height, .. } = &unit.body;
			((TableId::of(account), account, *height), unit, hash)
		};
		let mut placed: Vec<_> = units.into_iter().map(placed).collect();
		placed.sort_unstable_by_key(|(place, ..)| *place);
		if placed.windows(2).any(|pair| pair[0].0 == pair[1].0) {
			return Err(BatchError::Conflict);
		}
		let (units, hashes): (Vec<_>, Vec<_>) = placed.into_iter().map(|(_, unit, hash)| (unit.clone(), hash)).unzip();
		debug_assert!(is_ordered(&units) && units.iter().map(Unit::hash).eq(hashes.iter().copied()));
		let batch = Batch::of_sorted(units);
		let bytes = batch.encode();
		match bytes.len() > MAX_BATCH_BYTES {
			true => Err(BatchError::TooLarge(bytes.len())),
			false => Ok(Self { batch, hashes, bytes }),
		}
	}

	/// Decodes a batch of a block, and hashes its units.
	///
	/// # Errors
	/// If the bytes are no batch.
	pub fn decode(bytes: &[u8]) -> Result<Self, ApplyError> {
		let batch = decode_batch(bytes)?;
		let hashes = batch.units().iter().map(Unit::hash).collect();
		Ok(Self { batch, hashes, bytes: bytes.to_vec() })
	}

	/// Returns the batch.
	pub fn batch(&self) -> &Batch {
		&self.batch
	}

	/// Returns the units.
	pub fn units(&self) -> &[Unit] {
		self.batch.units()
	}

	/// Returns the hashes of the units, in their order.
	pub fn hashes(&self) -> &[UnitHash] {
		&self.hashes
	}

	/// Returns the encoding.
	pub fn bytes(&self) -> &[u8] {
		&self.bytes
	}
}

impl From<Batch> for HashedBatch {
	fn from(batch: Batch) -> Self {
		let hashes = batch.units().iter().map(Unit::hash).collect();
		Self { hashes, bytes: batch.encode(), batch }
	}
}
