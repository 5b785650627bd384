//! Offline verification of receipts.

use crate::{CommitteeReport, VerifyError};
use std::collections::BTreeMap;
use tp_core::{BlockNumber, Hash, Header};
use tp_lattice::{Operation, Receipt, UnitHash};
use tp_pbft::{check_signature, find_next_committee, Certificate, Committee, Domain, Epoch, Seed};

/// Verifier of the receipts of one ledger, by its known committees.
///
/// A committee is a **trust anchor**: a false committee can prove anything. [`crate::Client::verifier`] trusts the node
/// for it, once. To trust no node, store the JSON of a committee that you know to be the ledger's, and [`Self::follow`]
/// the chain from there.
#[derive(Clone, Debug)]
pub struct Verifier {
	domain: Domain,
	committees: BTreeMap<Epoch, Committee>,
}

/// Statement proven by a receipt: the unit applied in this final block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// Hash of the unit.
	pub unit: UnitHash,
	/// Its operations.
	pub operations: Vec<Operation>,
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub block: Hash,
}

impl Verifier {
	/// Returns a verifier that trusts one committee of a ledger.
	pub fn new(domain: Domain, committee: Committee) -> Self {
		Self { domain, committees: [(committee.epoch, committee)].into() }
	}

	/// Returns a verifier that trusts the committee in a result of `pbft_committee`.
	///
	/// # Errors
	/// If the report does not decode.
	pub fn from_report(report: &CommitteeReport) -> Result<Self, VerifyError> {
		let (domain, committee) = report.decode()?;
		Ok(Self::new(domain, committee))
	}

	/// Acts as [`Self::from_report`], from JSON.
	///
	/// # Errors
	/// If the JSON or the report does not decode.
	pub fn from_json(report: &str) -> Result<Self, VerifyError> {
		let report = serde_json::from_str(report).map_err(|error| VerifyError::Unreadable(error.to_string()))?;
		Self::from_report(&report)
	}

	/// Returns the epochs of the known committees.
	pub fn epochs(&self) -> impl Iterator<Item = Epoch> + '_ {
		self.committees.keys().copied()
	}

	/// Adds the committee of another epoch, **trusting** its source.
	///
	/// # Errors
	/// If the committee is of another ledger, or contradicts a known one.
	pub fn add(&mut self, report: &CommitteeReport) -> Result<(), VerifyError> {
		let (domain, committee) = report.decode()?;
		if domain != self.domain {
			return Err(VerifyError::OtherLedger);
		}
		self.insert(committee)
	}

	/// Adds the next committee from the last header of an epoch and returns its epoch. The header's own committee proves
	/// the next one, so the last headers of all epochs lead from one trusted committee to every later one.
	///
	/// # Errors
	/// If the committee of the header's epoch is unknown, the certificate is invalid, or the header is not the last of
	/// its epoch.
	pub fn follow(&mut self, header: &Header, certificate: &Certificate) -> Result<Epoch, VerifyError> {
		let committee = self.committee(certificate.epoch, header.number)?;
		certificate.verify(&self.domain, committee, header.number, &header.hash(), check_signature)?;
		let (epoch, members) = find_next_committee(&header.digest).ok_or(VerifyError::NotEpochEnd(header.number))?;
		// Certificates do not depend on the seed: it only selects primaries.
		self.insert(Committee { epoch, members, seed: Seed::default() })?;
		Ok(epoch)
	}

	/// Checks that the receipt's unit applied in a final block.
	///
	/// The proof covers the unit as it is: compare sender, recipient and amount with what you expect.
	///
	/// # Errors
	/// If the receipt is invalid, or the verifier does not know the committee of its epoch.
	pub fn verify(&self, receipt: &Receipt) -> Result<Proved, VerifyError> {
		let header = &receipt.header;
		let committee = self.committee(receipt.certificate.epoch, header.number)?;
		receipt.verify(&self.domain, committee, check_signature)?;
		Ok(Proved {
			unit: receipt.unit.hash(),
			operations: receipt.unit.body.operations.to_vec(),
			number: header.number,
			block: header.hash(),
		})
	}

	fn committee(&self, epoch: Epoch, number: BlockNumber) -> Result<&Committee, VerifyError> {
		self.committees.get(&epoch).ok_or(VerifyError::UnknownEpoch { epoch, number })
	}

	fn insert(&mut self, committee: Committee) -> Result<(), VerifyError> {
		let known = self.committees.entry(committee.epoch).or_insert_with(|| committee.clone());
		// The seed differs at each height, so only the members are compared.
		match known.members == committee.members {
			true => Ok(()),
			false => Err(VerifyError::OtherCommittee(committee.epoch)),
		}
	}
}
