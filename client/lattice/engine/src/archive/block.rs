//! A block in memory.

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

/// A block in memory, with its receipts once one has been asked for.
pub(crate) struct Recent {
	block: NewBlock,
	receipts: OnceLock<Option<Receipts>>,
}

impl Recent {
	pub fn new(block: NewBlock) -> Self {
		Self { block, receipts: OnceLock::new() }
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
