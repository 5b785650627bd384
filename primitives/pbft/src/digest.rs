//! The digest items of PBFT: the author with its VRF output, and at the end of an epoch the next committee.

use crate::{Epoch, Height, Member, MemberIndex, PbftId, Seed, View, VrfId, VrfOutput};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_application_crypto::Wraps;
use sp_core::{
	crypto::VrfPublic,
	sr25519::vrf::{VrfSignData, VrfSignature, VrfTranscript},
};
use sp_runtime::{generic::DigestItem, ConsensusEngineId, Digest};
use tp_core::ChainTag;

/// Identifies PBFT in header digests and justifications.
pub const ENGINE_ID: ConsensusEngineId = *b"PBFT";

/// Identifies the item in which tools look for the key of a block's author: Nimbus' id, which `@polkadot/api` and indexers
/// know.
pub const AUTHOR_ENGINE_ID: ConsensusEngineId = *b"nmbs";

/// The `PreRuntime(PBFT)` item: written by the author, checked by replicas before they vote, read by the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PreDigest {
	/// The view in which the block was first proposed. It does not change when a later view proposes the block again.
	pub view: View,
	/// The member that first proposed the block.
	pub author: MemberIndex,
	/// The VRF pre-output and proof over [`vrf_sign_data`].
	pub vrf: VrfSignature,
}

/// The `Consensus(PBFT)` item, written by the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ConsensusLog {
	/// In the last header of an epoch: the committee from the next block on.
	///
	/// So the last headers of all epochs, with their certificates, prove any later block without state.
	NextCommittee {
		/// The next epoch.
		epoch: Epoch,
		/// Its members.
		members: Vec<Member>,
	},
}

/// The reason why a header's digest is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
	/// There is no `PreRuntime(PBFT)` item.
	#[error("the header names no author")]
	Missing,
	/// There are several of them.
	#[error("the header names its author more than once")]
	Multiple,
	/// It does not decode.
	#[error("the header's PBFT digest does not decode")]
	Undecodable,
	/// The header has a seal, which PBFT does not use: with a seal one block would have two hashes.
	#[error("the header has a seal or a foreign digest")]
	Foreign,
	/// The VRF proof is invalid.
	#[error("the author's VRF proof is invalid")]
	BadVrf,
}

impl PreDigest {
	/// Returns it as an item of a header's digest.
	pub fn to_item(&self) -> DigestItem {
		DigestItem::PreRuntime(ENGINE_ID, self.encode())
	}

	/// Returns the VRF output.
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
	/// Returns it as an item of a header's digest.
	pub fn to_item(&self) -> DigestItem {
		DigestItem::Consensus(ENGINE_ID, self.encode())
	}
}

/// Returns the `Consensus(nmbs)` item, written by the runtime: the vote key of the author. Wallets and indexers show it as an
/// account.
pub fn author_item(key: &PbftId) -> DigestItem {
	DigestItem::Consensus(AUTHOR_ENGINE_ID, key.encode())
}

/// Returns the data that an author's VRF key signs: `("TOP-VRF", chain tag, epoch, height, seed)`.
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

/// Finds the author of a header. Fails unless there is exactly one.
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

/// Finds the next committee in the last header of an epoch. `None` in other headers.
pub fn find_next_committee(digest: &Digest) -> Option<(Epoch, Vec<Member>)> {
	digest.logs().iter().find_map(|item| match item {
		DigestItem::Consensus(id, data) if *id == ENGINE_ID => match ConsensusLog::decode(&mut &data[..]).ok()? {
			ConsensusLog::NextCommittee { epoch, members } => Some((epoch, members)),
		},
		_ => None,
	})
}
