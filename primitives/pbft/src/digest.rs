//! What PBFT writes into headers: who proposed, with its VRF output, and at an epoch's end the next committee.

use crate::{Epoch, Height, Member, MemberIndex, Seed, View, VrfId, ENGINE_ID};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_application_crypto::Wraps;
use sp_core::{
	crypto::VrfPublic,
	sr25519::vrf::{VrfSignData, VrfSignature, VrfTranscript},
};
use sp_runtime::{generic::DigestItem, Digest};
use tp_core::ChainTag;

/// What a VRF gave for a height: the encoded pre-output, which key and input determine.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VrfOutput(pub [u8; 32]);

/// `PreRuntime(PBFT)`: written by the author, checked by replicas before they vote, read by the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PreDigest {
	/// View in which the block was first proposed. It stays when a later view proposes the block again.
	pub view: View,
	/// Who proposed it first.
	pub author: MemberIndex,
	/// VRF pre-output and proof over [`vrf_sign_data`].
	pub vrf: VrfSignature,
}

/// `Consensus(PBFT)`: written by the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ConsensusLog {
	/// In the last header of an epoch: the committee from the next block on. With it a chain of epoch-last headers and
	/// their certificates proves any later block without state.
	NextCommittee {
		/// The next epoch.
		epoch: Epoch,
		/// Its members.
		members: Vec<Member>,
	},
}

/// What is wrong with a header's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
	/// There is no `PreRuntime(PBFT)` item.
	#[error("the header names no author")]
	Missing,
	/// There are several.
	#[error("the header names its author more than once")]
	Multiple,
	/// It does not decode.
	#[error("the header's PBFT digest does not decode")]
	Undecodable,
	/// The header carries a seal, which PBFT does not use: two hashes would name one block.
	#[error("the header carries a seal or a foreign digest")]
	Foreign,
	/// The VRF proof is wrong.
	#[error("the author's VRF proof is wrong")]
	BadVrf,
}

impl PreDigest {
	/// As an item of a header's digest.
	pub fn to_item(&self) -> DigestItem {
		DigestItem::PreRuntime(ENGINE_ID, self.encode())
	}

	/// What the VRF gave.
	pub fn output(&self) -> VrfOutput {
		let mut output = VrfOutput::default();
		self.vrf.pre_output.using_encoded(|bytes| output.0.copy_from_slice(bytes));
		output
	}

	/// Checks the VRF proof against the author's key.
	pub fn verify_vrf(
		&self,
		key: &VrfId,
		chain: ChainTag,
		epoch: Epoch,
		height: Height,
		seed: &Seed,
	) -> Result<(), DigestError> {
		let data = vrf_sign_data(chain, epoch, height, seed);
		key.as_inner_ref().vrf_verify(&data, &self.vrf).then_some(()).ok_or(DigestError::BadVrf)
	}
}

impl ConsensusLog {
	/// As an item of a header's digest.
	pub fn to_item(&self) -> DigestItem {
		DigestItem::Consensus(ENGINE_ID, self.encode())
	}
}

/// What an author's VRF key signs: `("TOP-VRF", chain tag, epoch, height, seed)`.
pub fn vrf_sign_data(chain: ChainTag, epoch: Epoch, height: Height, seed: &Seed) -> VrfSignData {
	VrfTranscript::new(
		b"TOP-VRF",
		&[
			(b"chain", &chain.encode()),
			(b"epoch", &epoch.to_le_bytes()),
			(b"height", &height.to_le_bytes()),
			(b"seed", seed),
		],
	)
	.into()
}

/// The one author of a header.
pub fn find_pre_digest(digest: &Digest) -> Result<PreDigest, DigestError> {
	let mut found = None;
	for item in digest.logs() {
		match item {
			DigestItem::PreRuntime(id, data) if *id == ENGINE_ID => {
				let decoded = PreDigest::decode_all(&mut &data[..]).map_err(|_| DigestError::Undecodable)?;
				if found.replace(decoded).is_some() {
					return Err(DigestError::Multiple);
				}
			},
			DigestItem::PreRuntime(..) | DigestItem::Seal(..) => return Err(DigestError::Foreign),
			_ => {},
		}
	}
	found.ok_or(DigestError::Missing)
}

/// The next committee, if this is the last header of an epoch.
pub fn find_next_committee(digest: &Digest) -> Option<(Epoch, Vec<Member>)> {
	digest.logs().iter().find_map(|item| match item {
		DigestItem::Consensus(id, data) if *id == ENGINE_ID => match ConsensusLog::decode(&mut &data[..]).ok()? {
			ConsensusLog::NextCommittee { epoch, members } => Some((epoch, members)),
		},
		_ => None,
	})
}
