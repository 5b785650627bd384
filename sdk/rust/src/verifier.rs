//! Offline verification of receipts.

use crate::{CommitteeReport, VerifyError};
use std::collections::BTreeMap;
use tp_core::{AccountId, BlockNumber, Hash, Header};
use tp_lattice::{Operation, Receipt, UnitHash};
use tp_pbft::{check_signature, find_next_committee, Certificate, Committee, Domain, Epoch, Seed};

/// Verifier of the receipts of one ledger, by its known committees.
///
/// A committee is a **trust anchor**: a false committee can prove anything. [`crate::Client::verifier`] trusts the node
/// for it, once. To trust no node, store the JSON of a committee that you know to be the ledger's, and [`Self::follow`]
/// the chain from there; [`crate::RpcClient::follow`] fetches the headers for it.
///
/// A committee vouches for the heights of its own epoch alone. The last header of an epoch ends it, so a committee that
/// has retired proves nothing later. A verifier that has not followed the ledger to that header cannot know that the
/// committee has retired: **follow before you verify**, and begin with an anchor that is younger than the time after
/// which the members' deposits can leave. Older committees have nothing to lose by a false certificate.
#[derive(Clone, Debug)]
pub struct Verifier {
	domain: Domain,
	terms: BTreeMap<Epoch, Term>,
}

/// A committee and what is known of its time in office.
#[derive(Clone, Debug)]
struct Term {
	committee: Committee,
	first: Option<BlockNumber>,
	last: Option<BlockNumber>,
}

/// Statement proven by a receipt: the unit applied in this final block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// Hash of the unit.
	pub unit: UnitHash,
	/// Its account: the sender.
	pub account: AccountId,
	/// Its operations.
	pub operations: Vec<Operation>,
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub block: Hash,
	/// Genesis of the ledger.
	pub genesis: Hash,
}

impl Verifier {
	/// Returns a verifier that trusts one committee of a ledger. It does not know when the committee took office.
	pub fn new(domain: Domain, committee: Committee) -> Self {
		let term = Term { committee, first: None, last: None };
		Self { domain, terms: [(term.committee.epoch, term)].into() }
	}

	/// Returns a verifier that trusts the committee in a result of `pbft_committee`.
	///
	/// # Errors
	/// If the report does not decode.
	pub fn from_report(report: &CommitteeReport) -> Result<Self, VerifyError> {
		let (domain, committee) = report.decode()?;
		let mut verifier = Self { domain, terms: BTreeMap::new() };
		let term = verifier.merged(Term { committee, first: report.first, last: report.last })?;
		verifier.terms.insert(report.epoch, term);
		Ok(verifier)
	}

	/// Acts as [`Self::from_report`], from JSON.
	///
	/// # Errors
	/// If the JSON or the report does not decode.
	pub fn from_json(report: &str) -> Result<Self, VerifyError> {
		let report = serde_json::from_str(report).map_err(|error| VerifyError::Unreadable(error.to_string()))?;
		Self::from_report(&report)
	}

	/// Returns the domain of the ledger: its tag and its genesis.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// Returns the epochs of the known committees.
	pub fn epochs(&self) -> impl Iterator<Item = Epoch> + '_ {
		self.terms.keys().copied()
	}

	/// Returns a known committee with the heights of its epoch, for storage as the next anchor.
	pub fn report(&self, epoch: Epoch) -> Option<CommitteeReport> {
		let Term { committee, first, last } = self.terms.get(&epoch)?;
		Some(CommitteeReport { first: *first, last: *last, ..CommitteeReport::new(&self.domain, committee) })
	}

	/// Returns the newest known epoch, and its first height if it is known.
	pub(crate) fn newest(&self) -> Option<(Epoch, Option<BlockNumber>)> {
		self.terms.last_key_value().map(|(epoch, term)| (*epoch, term.first))
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
		let term = self.merged(Term { committee, first: report.first, last: report.last })?;
		self.terms.insert(report.epoch, term);
		Ok(())
	}

	/// Adds the next committee from the last header of an epoch and returns its epoch. The header's own committee proves
	/// the next one, so the last headers of all epochs lead from one trusted committee to every later one. The header
	/// ends its own committee's time in office.
	///
	/// # Errors
	/// If the committee of the header's epoch is unknown or not in office at its height, the certificate is invalid, or
	/// the header is not the last of its epoch, or does not name the epoch after it.
	pub fn follow(&mut self, header: &Header, certificate: &Certificate) -> Result<Epoch, VerifyError> {
		let (epoch, number) = (certificate.epoch, header.number);
		let committee = self.committee(epoch, number)?;
		certificate.verify(&self.domain, committee, number, &header.hash(), check_signature)?;
		let (next, members) = find_next_committee(&header.digest).ok_or(VerifyError::NotEpochEnd(number))?;
		let first = number.checked_add(1).ok_or(VerifyError::OtherHeights(next))?;
		if epoch.checked_add(1) != Some(next) {
			return Err(VerifyError::WrongNextEpoch { number, epoch, next });
		}
		let ended = self.merged(Term { committee: committee.clone(), first: None, last: Some(number) })?;
		// Certificates do not depend on the seed: it only selects primaries.
		let committee = Committee { epoch: next, members, seed: Seed::default() };
		let begun = self.merged(Term { committee, first: Some(first), last: None })?;
		self.terms.extend([(epoch, ended), (next, begun)]);
		Ok(next)
	}

	/// Checks that the receipt's unit applied in a final block.
	///
	/// The proof covers the unit as it is: compare sender, recipient and amount with what you expect, or use
	/// [`Self::verify_unit`].
	///
	/// # Errors
	/// If the receipt is invalid, or the verifier does not know the committee of its epoch.
	pub fn verify(&self, receipt: &Receipt) -> Result<Proved, VerifyError> {
		let header = &receipt.header;
		let committee = self.committee(receipt.certificate.epoch, header.number)?;
		receipt.verify(&self.domain, committee, check_signature)?;
		Ok(Proved {
			unit: receipt.unit.hash(),
			account: receipt.unit.body.account.clone(),
			operations: receipt.unit.body.operations.to_vec(),
			number: header.number,
			block: header.hash(),
			genesis: self.domain.genesis,
		})
	}

	/// Checks that this unit applied in a final block: a valid receipt of another unit does not pass.
	///
	/// # Errors
	/// As [`Self::verify`], or if the receipt is of another unit.
	pub fn verify_unit(&self, receipt: &Receipt, unit: UnitHash) -> Result<Proved, VerifyError> {
		let found = receipt.unit.hash();
		match found == unit {
			true => self.verify(receipt),
			false => Err(VerifyError::OtherUnit { expected: unit, found }),
		}
	}

	/// Returns the committee of an epoch, if it is in office at the height.
	fn committee(&self, epoch: Epoch, number: BlockNumber) -> Result<&Committee, VerifyError> {
		let term = self.terms.get(&epoch).ok_or(VerifyError::UnknownEpoch { epoch, number })?;
		let (first, last) = self.heights(epoch);
		match number < first || last.is_some_and(|last| number > last) {
			true => Err(VerifyError::OutOfOffice { epoch, number, first, last }),
			false => Ok(&term.committee),
		}
	}

	/// Returns the bounds of an epoch's heights: its own, and the bounds that the epochs before and after it leave.
	fn heights(&self, epoch: Epoch) -> (BlockNumber, Option<BlockNumber>) {
		let own = self.terms.get(&epoch);
		let first = own.and_then(|term| term.first).or_else(|| Some(self.before(epoch)?.saturating_add(1)));
		let last = own.and_then(|term| term.last).or_else(|| Some(self.after(epoch)?.saturating_sub(1)));
		(first.unwrap_or(0), last)
	}

	/// Returns the highest known height of the epochs before an epoch.
	fn before(&self, epoch: Epoch) -> Option<BlockNumber> {
		self.terms.range(..epoch).rev().find_map(|(_, term)| term.last.or(term.first))
	}

	/// Returns the lowest known height of the epochs after an epoch.
	fn after(&self, epoch: Epoch) -> Option<BlockNumber> {
		self.terms.range(epoch..).filter(|(later, _)| **later != epoch).find_map(|(_, term)| term.first.or(term.last))
	}

	/// Returns a term with what is known of it already, if the two agree with each other and with the other terms:
	/// heights ascend with epochs.
	fn merged(&self, term: Term) -> Result<Term, VerifyError> {
		let Term { committee, mut first, mut last } = term;
		let epoch = committee.epoch;
		if let Some(known) = self.terms.get(&epoch) {
			// The seed differs at each height, so only the members are compared.
			if known.committee.members != committee.members {
				return Err(VerifyError::OtherCommittee(epoch));
			}
			for (known, found) in [(known.first, &mut first), (known.last, &mut last)] {
				if known.zip(*found).is_some_and(|(known, found)| known != found) {
					return Err(VerifyError::OtherHeights(epoch));
				}
				*found = found.or(known);
			}
		}
		let ascends = [self.before(epoch), first, last, self.after(epoch)];
		let known: Vec<_> = ascends.into_iter().enumerate().filter_map(|(at, height)| Some((at, height?))).collect();
		// An epoch may have one block, so its first height can be its last.
		let in_order = |(lower, low): (usize, BlockNumber), (upper, high): (usize, BlockNumber)| match (lower, upper) {
			(1, 2) => low <= high,
			_ => low < high,
		};
		match known.windows(2).all(|pair| in_order(pair[0], pair[1])) {
			true => Ok(Term { committee, first, last }),
			false => Err(VerifyError::OtherHeights(epoch)),
		}
	}
}
