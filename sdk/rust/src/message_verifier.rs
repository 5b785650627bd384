//! Verification of proofs across ledgers, by committees that the caller trusts.

use crate::{CommitteeReport, VerifyError};
use codec::DecodeAll;
use tp_pbft::check_signature;
use tp_receipt::{bounds::MAX_RECEIPT_BYTES, Anchors, MessageReceipt, ProvenMessage, TrustedCommittee};

/// Verifies proofs of messages across ledgers ([`crate::UnverifiedProof`]): that of a sealed message by committees of the zone
/// alone, that of a final one by committees of its source. Proofs have the headers that lead to later committees.
///
/// A committee is a **trust anchor**: a false one can prove anything. Begin with a committee that is younger than the time after which the
/// deposits of its members can leave.
#[derive(Clone, Debug, Default)]
pub struct MessageVerifier(Anchors);

impl MessageVerifier {
	/// Returns a verifier that trusts no committee yet.
	pub fn new() -> Self {
		Self::default()
	}

	/// Trusts the committee of a ledger: a result of `pbft_committee` from a source that you trust.
	///
	/// # Errors
	/// If the report does not decode.
	pub fn trust(&mut self, report: &CommitteeReport) -> Result<(), VerifyError> {
		let (domain, committee) = report.decode()?;
		let first = report.first.unwrap_or(0);
		self.0.trust(TrustedCommittee { domain, epoch: committee.epoch, first, members: committee.members });
		Ok(())
	}

	/// Checks the bytes of a proof. Compare initiator, recipient ([`crate::recipient`]), value and unit with what you expect.
	///
	/// A cursor shows that the message was taken. A payment that cannot be credited is taken too, and its value returns.
	///
	/// # Errors
	/// If the proof does not decode or does not hold, or if no committee is trusted that it needs.
	pub fn verify(&self, proof: &[u8]) -> Result<ProvenMessage, VerifyError> {
		if proof.len() > MAX_RECEIPT_BYTES {
			return Err(VerifyError::TooLong { found: proof.len(), max: MAX_RECEIPT_BYTES });
		}
		let receipt = MessageReceipt::decode_all(&mut &proof[..])
			.map_err(|_| VerifyError::Unreadable("a receipt across ledgers".into()))?;
		Ok(receipt.verify(&self.0, check_signature)?)
	}
}
