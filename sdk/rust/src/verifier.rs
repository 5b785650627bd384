//! Receipts, checked without a node.

use crate::{CommitteeReport, VerifyError};
use std::collections::BTreeMap;
use tp_core::{BlockNumber, Hash, Header};
use tp_lattice::{Operation, Receipt, UnitHash};
use tp_pbft::{check_signature, find_next_committee, Certificate, Committee, Domain, Epoch, Seed};

/// Checks receipts of one ledger by the committees that it knows.
///
/// A committee is a **trust anchor**: whoever gives a verifier a committee of his own can prove anything to it.
/// [`crate::Client::verifier`] trusts a node with it, once. To trust nobody, keep the JSON of a committee that you
/// know to be the ledger's, and [`Self::follow`] the chain from there.
#[derive(Clone, Debug)]
pub struct Verifier {
	domain: Domain,
	committees: BTreeMap<Epoch, Committee>,
}

/// What a receipt proves: the unit applied in a block that is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// The unit.
	pub unit: UnitHash,
	/// What it did.
	pub operations: Vec<Operation>,
	/// Height of the block.
	pub number: BlockNumber,
	/// The block.
	pub block: Hash,
}

impl Verifier {
	/// Knows one committee of a ledger.
	pub fn new(domain: Domain, committee: Committee) -> Self {
		Self { domain, committees: [(committee.epoch, committee)].into() }
	}

	/// Knows the committee that `pbft_committee` gave, now or earlier.
	///
	/// # Errors
	/// If it cannot be read.
	pub fn from_report(report: &CommitteeReport) -> Result<Self, VerifyError> {
		let (domain, committee) = report.decode()?;
		Ok(Self::new(domain, committee))
	}

	/// As [`Self::from_report`], from its JSON.
	///
	/// # Errors
	/// If it cannot be read.
	pub fn from_json(report: &str) -> Result<Self, VerifyError> {
		let report = serde_json::from_str(report).map_err(|error| VerifyError::Unreadable(error.to_string()))?;
		Self::from_report(&report)
	}

	/// Which committees it knows, by their epochs.
	pub fn epochs(&self) -> impl Iterator<Item = Epoch> + '_ {
		self.committees.keys().copied()
	}

	/// Learns of the committee of another epoch, **trusting** whoever gave it.
	///
	/// # Errors
	/// If it is of another ledger, or contradicts what it knows.
	pub fn add(&mut self, report: &CommitteeReport) -> Result<(), VerifyError> {
		let (domain, committee) = report.decode()?;
		if domain != self.domain {
			return Err(VerifyError::OtherLedger);
		}
		self.insert(committee)
	}

	/// Learns of the next committee from the last header of an epoch, trusting nobody but the committee before: all
	/// epochs are reached by their last headers.
	///
	/// # Errors
	/// If the committee of the header's epoch is not known or has not made it final, or the header is not the last of
	/// its epoch.
	pub fn follow(&mut self, header: &Header, certificate: &Certificate) -> Result<Epoch, VerifyError> {
		let committee = self.committee(certificate.epoch, header.number)?;
		certificate.verify(&self.domain, committee, header.number, &header.hash(), check_signature)?;
		let (epoch, members) = find_next_committee(&header.digest).ok_or(VerifyError::NotEpochEnd(header.number))?;
		// The seed orders primaries, and no certificate depends on it.
		self.insert(Committee { epoch, members, seed: Seed::default() })?;
		Ok(epoch)
	}

	/// Checks that the receipt's unit applied in a block that is final.
	///
	/// Who was paid, how much and by whom is what the unit says: compare it with what you expect.
	///
	/// # Errors
	/// If the receipt proves nothing, or not to this verifier.
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
		// The seed is another one at each height.
		match known.members == committee.members {
			true => Ok(()),
			false => Err(VerifyError::OtherCommittee(committee.epoch)),
		}
	}
}
