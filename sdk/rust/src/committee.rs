//! Committees, as nodes tell of them.

use crate::VerifyError;
use codec::{Decode, DecodeAll};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use tp_pbft::{Committee, Domain, Epoch, Member, PbftId, Seed, VrfId};

/// What `pbft_committee` gives, as far as certificates are checked by it. Other fields are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeReport {
	/// Which committee of the ledger it is.
	pub epoch: Epoch,
	/// The members by index.
	pub members: Vec<MemberReport>,
	/// Seed of the height.
	pub seed: Bytes,
	/// What every signature is bound to: SCALE of the chain tag, then the genesis hash.
	pub domain: Bytes,
}

/// A member of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberReport {
	/// Its ed25519 vote key.
	pub key: Bytes,
	/// Its sr25519 VRF key.
	pub vrf: Bytes,
	/// Its weight among the primaries.
	pub weight: u64,
}

impl CommitteeReport {
	/// The committee, and the ledger that it is of.
	///
	/// # Errors
	/// If something does not decode.
	pub fn decode(&self) -> Result<(Domain, Committee), VerifyError> {
		let member = |member: &MemberReport| {
			Ok(Member {
				key: read::<PbftId>("a vote key", &member.key)?,
				vrf: read::<VrfId>("a VRF key", &member.vrf)?,
				weight: member.weight,
			})
		};
		let committee = Committee {
			epoch: self.epoch,
			members: self.members.iter().map(member).collect::<Result<_, VerifyError>>()?,
			seed: read::<Seed>("the seed", &self.seed)?,
		};
		Ok((read("the domain", &self.domain)?, committee))
	}
}

fn read<T: Decode>(what: &str, bytes: &[u8]) -> Result<T, VerifyError> {
	T::decode_all(&mut &bytes[..]).map_err(|_| VerifyError::Unreadable(format!("{what} does not decode")))
}
