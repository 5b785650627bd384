//! Receipts: proofs that a unit applied, which anyone can verify with the committee alone.

use crate::{
	digest::find_lattice_digest,
	table::{table_leaf, unit_leaf},
	Batch, BlockRecord, Mark, MerklePath, Outcome, TableHead, TableId, Unit,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{merkle::MerkleTree, Header};
use tp_pbft::{Certificate, CertificateError, CheckSignature, Committee};

/// A unit, and the path from it to a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Receipt {
	/// The unit.
	pub unit: Unit,
	/// The path from the unit to the units root of its table.
	pub unit_path: MerklePath,
	/// The other parts of its table's head.
	pub table: TableProof,
	/// The path from the table's head to the tables root in the header.
	pub table_path: MerklePath,
	/// The block's header.
	pub header: Header,
	/// The block's certificate.
	pub certificate: Certificate,
}

/// The parts of a table's head, besides the block's number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TableProof {
	/// The head before the block.
	pub previous: TableHead,
	/// Root of the table's units.
	pub units_root: H256,
	/// Root of the table's credits.
	pub credits_root: H256,
}

/// The reasons for which a receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
	/// The certificate is not this committee's for this header.
	#[error("the certificate does not hold: {0}")]
	Certificate(#[from] CertificateError),
	/// The header has no digest of the lattice.
	#[error("the header is of a block without units")]
	NoUnits,
	/// The unit is not in the table, or did not apply.
	#[error("the unit did not apply in this table block")]
	NotInTable,
	/// The table block is not in the block.
	#[error("the table block is not in the block")]
	NotInBlock,
}

/// The data from which the receipts of one block are made.
#[derive(Clone, Debug)]
pub struct Receipts {
	batch: Batch,
	record: BlockRecord,
	header: Header,
	certificate: Certificate,
	/// The tables with units.
	tables: BTreeMap<TableId, TableUnits>,
	heads: MerkleTree,
}

#[derive(Clone, Debug)]
struct TableUnits {
	/// The table's index in the outcome.
	place: u32,
	/// The index of its first unit in the batch.
	first: u32,
	/// The tree of its units.
	tree: MerkleTree,
}

impl Receipts {
	/// Returns the receipts of an executed block, or `None` if the record belongs to another batch.
	pub fn new(batch: Batch, record: BlockRecord, header: Header, certificate: Certificate) -> Option<Self> {
		let outcome = &record.outcome;
		if record.previous.len() != outcome.tables.len() || batch.units().len() != outcome.units as usize {
			return None;
		}
		let (mut tables, mut first) = (BTreeMap::new(), 0u32);
		for (place, block) in (0u32..).zip(&outcome.tables) {
			let end = first.checked_add(block.units)?;
			let units = batch.units().get(first as usize..end as usize)?;
			let leaves: Vec<_> =
				(first..).zip(units).map(|(at, unit)| unit_leaf(&unit.hash(), outcome.mark(at))).collect();
			tables.insert(block.table, TableUnits { place, first, tree: MerkleTree::of(&leaves) });
			first = end;
		}
		let leaves: Vec<_> = record.heads(header.number).iter().map(|(table, head)| table_leaf(*table, head)).collect();
		Some(Self { heads: MerkleTree::of(&leaves), batch, record, header, certificate, tables })
	}

	/// Returns the units of the block.
	pub fn batch(&self) -> &Batch {
		&self.batch
	}

	/// Returns their outcome.
	pub fn outcome(&self) -> &Outcome {
		&self.record.outcome
	}

	/// Returns the block's header.
	pub fn header(&self) -> &Header {
		&self.header
	}

	/// Returns the receipt of the unit at an index of the batch, or `None` if there is none, or it did not apply.
	pub fn receipt(&self, index: u32) -> Option<Receipt> {
		let Self { batch, record, header, certificate, tables, heads } = self;
		let unit = batch.units().get(index as usize).filter(|_| record.outcome.mark(index) == Mark::APPLIED)?;
		let TableUnits { place, first, tree } = tables.get(&TableId::of(&unit.body.account))?;
		let block = record.outcome.tables.get(*place as usize)?;
		Some(Receipt {
			unit: unit.clone(),
			unit_path: tree.path(index.checked_sub(*first)?)?,
			table: TableProof {
				previous: *record.previous.get(*place as usize)?,
				units_root: block.units_root,
				credits_root: block.credits_root,
			},
			table_path: heads.path(*place)?,
			header: header.clone(),
			certificate: certificate.clone(),
		})
	}
}

impl Receipt {
	/// Checks that the unit applied in a block that this committee certified.
	pub fn verify(
		&self,
		domain: &tp_pbft::Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), ReceiptError> {
		let Self { header, certificate, .. } = self;
		certificate.verify(domain, committee, header.number, &header.hash(), check)?;
		self.verify_in_block()
	}

	/// Checks that the unit applied in the block of the header. The caller has other means to know that the block is final.
	///
	/// # Errors
	/// If a path does not lead to the header.
	pub fn verify_in_block(&self) -> Result<(), ReceiptError> {
		let Self { unit, unit_path, table, table_path, header, certificate: _ } = self;
		let digest = find_lattice_digest(&header.digest).ok_or(ReceiptError::NoUnits)?;
		if !unit_path.leads(&unit_leaf(&unit.hash(), Mark::APPLIED), &table.units_root) {
			return Err(ReceiptError::NotInTable);
		}
		let head = table.previous.next(header.number, &table.units_root, &table.credits_root);
		let leaf = table_leaf(TableId::of(&unit.body.account), &head);
		if !table_path.leads(&leaf, &digest.tables_root) {
			return Err(ReceiptError::NotInBlock);
		}
		Ok(())
	}
}
