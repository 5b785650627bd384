//! A block in memory.

use codec::Encode;
use sp_runtime::OpaqueExtrinsic;
use std::sync::OnceLock;
use tc_lattice_pool::IncludedUnit;
use tp_core::Header;
use tp_lattice::{decode_batch, find_batch, Batch, BlockRecord, Outcome, Receipt, Receipts};
use tp_pbft::Certificate;

/// An imported block with the outcome of its units.
pub(crate) struct NewBlock {
	pub batch: Batch,
	pub record: BlockRecord,
	pub header: Header,
	pub certificate: Certificate,
}

/// Memory of a block with its receipts, as a multiple of its encoded batch: units take about twice their encoding, and
/// the receipts have a copy of them and trees.
const MEMORY_FACTOR: usize = 5;
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
		let bytes = block.batch.encoded_size().saturating_mul(MEMORY_FACTOR).saturating_add(MEMORY_BESIDE);
		Self { block, bytes, receipts: OnceLock::new() }
	}

	pub fn bytes(&self) -> usize {
		self.bytes
	}

	pub fn header(&self) -> &Header {
		&self.block.header
	}

	pub fn batch(&self) -> &Batch {
		&self.block.batch
	}

	/// Returns hash and mark of each unit, in the order of the batch.
	pub fn units(&self) -> Vec<IncludedUnit> {
		let units = (0..).zip(self.batch().units());
		units.map(|(index, unit)| IncludedUnit { hash: unit.hash(), mark: self.outcome().mark(index) }).collect()
	}

	pub fn outcome(&self) -> &Outcome {
		&self.block.record.outcome
	}

	/// Returns the receipt of the unit at an index, or `None` if it did not apply.
	pub fn receipt(&self, index: u32) -> Option<Receipt> {
		let receipts = self.receipts.get_or_init(|| {
			let NewBlock { batch, record, header, certificate } = &self.block;
			Receipts::new(batch.clone(), record.clone(), header.clone(), certificate.clone())
		});
		receipts.as_ref()?.receipt(index)
	}
}

/// Returns the batch in a block's extrinsics.
pub(crate) fn batch_of(body: &[OpaqueExtrinsic]) -> Option<Batch> {
	decode_batch(find_batch(body.iter().map(OpaqueExtrinsic::inner))?).ok()
}
