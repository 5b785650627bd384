//! A block in memory.

use sp_runtime::OpaqueExtrinsic;
use std::sync::{Arc, OnceLock};
use tc_lattice_pool::IncludedUnit;
use tp_core::Header;
use tp_lattice::{find_batch, BlockRecord, HashedBatch, Outcome, Receipt, Receipts};
use tp_pbft::Certificate;

/// An imported block with the outcome of its units.
pub(crate) struct NewBlock {
	pub batch: Arc<HashedBatch>,
	pub record: BlockRecord,
	pub header: Header,
	pub certificate: Certificate,
}

/// Memory of a block with its receipts, as a multiple of its encoded batch: besides the encoding, units take about twice as much with
/// their hashes, and the receipts have a copy of them and trees.
const MEMORY_FACTOR: usize = 6;
/// Memory of the rest of a block: header, certificate, record.
const MEMORY_BESIDE: usize = 16 * 1024;

/// A block in memory, with its receipts once one has been asked for.
pub(crate) struct Recent {
	block: NewBlock,
	/// Estimate of its memory, receipts included.
	bytes: usize,
	receipts: OnceLock<Option<Receipts>>,
}

impl Recent {
	pub fn new(block: NewBlock) -> Self {
		let bytes = block.batch.bytes().len().saturating_mul(MEMORY_FACTOR).saturating_add(MEMORY_BESIDE);
		Self { block, bytes, receipts: OnceLock::new() }
	}

	pub fn bytes(&self) -> usize {
		self.bytes
	}

	pub fn header(&self) -> &Header {
		&self.block.header
	}

	pub fn batch(&self) -> &HashedBatch {
		&self.block.batch
	}

	/// Returns hash and mark of each unit, in the order of the batch.
	pub fn units(&self) -> Vec<IncludedUnit> {
		let units = (0..).zip(self.batch().hashes());
		units.map(|(index, hash)| IncludedUnit { hash: *hash, mark: self.outcome().mark(index) }).collect()
	}

	pub fn outcome(&self) -> &Outcome {
		&self.block.record.outcome
	}

	/// Returns the receipt of the unit at an index, or `None` if it did not apply.
	pub fn receipt(&self, index: u32) -> Option<Receipt> {
		let receipts = self.receipts.get_or_init(|| {
			let NewBlock { batch, record, header, certificate } = &self.block;
			Receipts::new(batch.batch().clone(), record.clone(), header.clone(), certificate.clone())
		});
		receipts.as_ref()?.receipt(index)
	}
}

/// Returns the encoded batch in a block's extrinsics.
pub(crate) fn batch_bytes(body: &[OpaqueExtrinsic]) -> Option<&[u8]> {
	find_batch(body.iter().map(OpaqueExtrinsic::inner))
}
