//! Checks that a block is final, by its certificate and the committee that the same node reports.

use anyhow::{ensure, Context};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use top_sdk::RpcClient;
use tp_core::{BlockNumber, Hash};
use tp_pbft::{check_signature, Domain, Epoch, MemberIndex, View};

/// The contents of a certificate that the committee of [`verify_final`] signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalProof {
	/// Height of the block.
	pub height: BlockNumber,
	/// View in which it was committed.
	pub view: View,
	/// Epoch of its committee.
	pub epoch: Epoch,
	/// Members with valid signatures.
	pub signers: Vec<MemberIndex>,
	/// Number of signatures in a quorum.
	pub quorum: usize,
	/// Number of members of the committee.
	pub members: usize,
}

/// Fetches header, extrinsics, certificate and committee of a block, and checks them against each other. The hash must be
/// the header's, the header's root that of the extrinsics, and a quorum of the committee must have signed the hash.
///
/// Committee and genesis come from the same node. So this finds a node that errs, and **not a node that lies**: such a node
/// can name its own committee. [`top_sdk::Verifier`] checks against a committee that the caller trusts.
///
/// # Errors
/// If a part cannot be fetched, or the parts do not match.
pub async fn verify_final(client: &RpcClient, hash: Hash) -> anyhow::Result<FinalProof> {
	let block = client.block(hash).await?.block;
	let header = &block.header;
	ensure!(header.hash() == hash, "the node answers with another block than {hash:?}");

	// The root's format is that of the runtime that executed the block.
	let version = client.runtime_version(Some(header.parent_hash)).await?;
	let extrinsics = block.extrinsics.iter().map(codec::Encode::encode).collect();
	let root = BlakeTwo256::ordered_trie_root(extrinsics, version.extrinsics_root_state_version());
	ensure!(root == header.extrinsics_root, "the node's extrinsics are not those of the block {hash:?}");

	let certificate = client.certificate(hash).await?;
	let committee = client.committee(header.parent_hash).await?;
	let domain = Domain { chain: client.pbft_config().await?.chain, genesis: client.block_hash(0).await? };
	certificate
		.verify(&domain, &committee, header.number, &hash, check_signature)
		.with_context(|| format!("the certificate of block {} is not valid", header.number))?;
	Ok(FinalProof {
		height: certificate.height,
		view: certificate.view,
		epoch: certificate.epoch,
		signers: certificate.signers.iter().collect(),
		quorum: committee.quorum(),
		members: committee.size(),
	})
}
