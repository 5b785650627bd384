//! Proof that a unit applied, checked with a committee alone: a receipt of payment that anybody can carry around.

use crate::{
	digest::find_lattice_digest,
	table::{table_leaf, unit_leaf},
	Batch, Mark, MerklePath, Outcome, TableHead, TableId, Unit,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::Header;
use tp_pbft::{Certificate, CertificateError, CheckSignature, Committee};

/// A unit, and the way from it to a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Receipt {
	/// The unit.
	pub unit: Unit,
	/// From the unit to the units root of its table.
	pub unit_path: MerklePath,
	/// What else its table's head is made of.
	pub table: TableProof,
	/// From the table's head to the tables root in the header.
	pub table_path: MerklePath,
	/// The block's header.
	pub header: Header,
	/// The block's certificate.
	pub certificate: Certificate,
}

/// What a table's head is made of, besides the block's number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TableProof {
	/// The head before the block.
	pub previous: TableHead,
	/// Root of the table's units.
	pub units_root: H256,
	/// Root of the table's credits.
	pub credits_root: H256,
}

/// Why a receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
	/// The certificate is not this committee's for this header.
	#[error("the certificate does not hold: {0}")]
	Certificate(#[from] CertificateError),
	/// The header says nothing of units.
	#[error("the header is of a block without units")]
	NoUnits,
	/// The unit is not in the table, or it is and did not apply.
	#[error("the unit did not apply in this table block")]
	NotInTable,
	/// The table block is not in the block.
	#[error("the table block is not in the block")]
	NotInBlock,
}

impl Receipt {
	/// The receipt of a unit that applied, from what whoever has executed the block knows: its batch, what came of it,
	/// and the tables' heads before it. `None` if there is no such unit, or it did not apply.
	pub fn of(
		batch: &Batch,
		outcome: &Outcome,
		previous: impl Fn(TableId) -> TableHead,
		index: u32,
		header: Header,
		certificate: Certificate,
	) -> Option<Self> {
		let unit = batch.units().get(index as usize).filter(|_| outcome.mark(index) == Mark::APPLIED)?;
		let table = TableId::of(&unit.body.account);
		let mut of_table = (0u32..).zip(batch.units()).filter(|(_, unit)| TableId::of(&unit.body.account) == table);
		let leaves: Vec<_> = of_table.clone().map(|(at, unit)| unit_leaf(&unit.hash(), outcome.mark(at))).collect();
		let place = u32::try_from(of_table.position(|(at, _)| at == index)?).ok()?;

		let heads = outcome.heads(header.number, &previous);
		let table_leaves: Vec<_> = heads.iter().map(|(table, head)| table_leaf(*table, head)).collect();
		let at = outcome.tables.iter().position(|block| block.table == table)?;
		let block = &outcome.tables[at];
		Some(Self {
			unit: unit.clone(),
			unit_path: MerklePath::of(&leaves, place)?,
			table: TableProof {
				previous: previous(table),
				units_root: block.units_root,
				credits_root: block.credits_root,
			},
			table_path: MerklePath::of(&table_leaves, u32::try_from(at).ok()?)?,
			header,
			certificate,
		})
	}

	/// Checks that the unit applied in a block that this committee has made final.
	pub fn verify(
		&self,
		domain: &tp_pbft::Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), ReceiptError> {
		let Self { unit, unit_path, table, table_path, header, certificate } = self;
		certificate.verify(domain, committee, header.number, &header.hash(), check)?;
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
