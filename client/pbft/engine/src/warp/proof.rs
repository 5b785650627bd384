//! The format of a proof, and its check.

use super::{
	bounds::{MAX_EPOCHS, MAX_PROOF_BYTES},
	error::WarpError,
	follower::Follower,
};
use codec::{Decode, DecodeAll, Encode};
use tp_beacon::SignedHeader;
use tp_pbft::CheckSignature;

/// A part of the way from one block to the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct WarpProof {
	/// The last headers of consecutive epochs, ascending.
	pub lasts: Vec<SignedHeader>,
	/// The newest block, of the epoch after them. `None` if more epochs are to come.
	pub newest: Option<SignedHeader>,
}

/// The room that a builder leaves for the newest header.
const NEWEST_BYTES: usize = 64 * 1024;

/// Collects a proof within its bounds.
#[derive(Debug, Default)]
pub struct ProofBuilder {
	proof: WarpProof,
	bytes: usize,
}

impl ProofBuilder {
	/// Adds the last header of the next epoch. Returns it if there is no room, and the proof has to end.
	pub fn add(&mut self, last: SignedHeader) -> Result<(), SignedHeader> {
		let bytes = self.bytes + last.encoded_size();
		if self.proof.lasts.len() >= MAX_EPOCHS || bytes > MAX_PROOF_BYTES - NEWEST_BYTES {
			return Err(last);
		}
		self.bytes = bytes;
		self.proof.lasts.push(last);
		Ok(())
	}

	/// Returns the proof. `newest` is `None` if more epochs are to come.
	pub fn finish(self, newest: Option<SignedHeader>) -> WarpProof {
		WarpProof { newest, ..self.proof }
	}
}

/// The headers of a proof that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedProof(WarpProof);

impl VerifiedProof {
	/// Returns the headers.
	pub fn into_inner(self) -> WarpProof {
		self.0
	}
}

impl WarpProof {
	/// Decodes a proof.
	pub fn read(bytes: &[u8]) -> Result<Self, WarpError> {
		if bytes.len() > MAX_PROOF_BYTES {
			return Err(WarpError::TooLong(bytes.len()));
		}
		let proof = Self::decode_all(&mut &bytes[..])?;
		if proof.lasts.len() > MAX_EPOCHS {
			return Err(WarpError::TooManyEpochs(proof.lasts.len()));
		}
		if proof.lasts.is_empty() && proof.newest.is_none() {
			return Err(WarpError::Empty);
		}
		Ok(proof)
	}

	/// Checks a proof that begins where `follower` is, which is then behind its last epoch.
	pub fn verify(self, follower: &mut Follower, check: impl CheckSignature) -> Result<VerifiedProof, WarpError> {
		let mut followed = follower.clone();
		for last in &self.lasts {
			followed.follow(last, &check)?;
		}
		if let Some(newest) = &self.newest {
			followed.certify(newest, &check)?;
		}
		*follower = followed;
		Ok(VerifiedProof(self))
	}
}
