//! Committees as reported by a node.

use crate::VerifyError;
use codec::{Decode, DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use tp_core::BlockNumber;
use tp_pbft::{Committee, Domain, Epoch, Member, PbftId, Seed, VrfId};

/// The part of the result of `pbft_committee` that certificate checks need. Other fields are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeReport {
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Members, by index.
	pub members: Vec<MemberReport>,
	/// Seed of the height, which selects the primary. Nodes do not know that of an old height, and no certificate needs it.
	#[serde(default)]
	pub seed: Option<Bytes>,
	/// Domain that vote signatures are bound to: SCALE of the chain tag, then the genesis hash.
	pub domain: Bytes,
	/// First height of the epoch, if known. Nodes do not report it; [`crate::Verifier::report`] does.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub first: Option<BlockNumber>,
	/// Last height of the epoch, if known.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub last: Option<BlockNumber>,
}

/// A member of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberReport {
	/// ed25519 vote key.
	pub key: Bytes,
	/// sr25519 VRF key.
	pub vrf: Bytes,
	/// Weight in the selection of primaries.
	pub weight: u64,
}

impl CommitteeReport {
	/// Reports a committee of a ledger.
	pub(crate) fn new(domain: &Domain, committee: &Committee) -> Self {
		let member = |member: &Member| MemberReport {
			key: Bytes(member.key.encode()),
			vrf: Bytes(member.vrf.encode()),
			weight: member.weight,
		};
		Self {
			epoch: committee.epoch,
			members: committee.members.iter().map(member).collect(),
			seed: Some(Bytes(committee.seed.to_vec())),
			domain: Bytes(domain.encode()),
			first: None,
			last: None,
		}
	}

	/// Decodes the committee and the domain of its ledger.
	///
	/// # Errors
	/// If a field does not decode.
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
			seed: self.seed.as_ref().map(|seed| read::<Seed>("the seed", seed)).transpose()?.unwrap_or_default(),
		};
		Ok((read("the domain", &self.domain)?, committee))
	}
}

fn read<T: Decode>(what: &str, bytes: &[u8]) -> Result<T, VerifyError> {
	T::decode_all(&mut &bytes[..]).map_err(|_| VerifyError::Unreadable(format!("{what} does not decode")))
}
