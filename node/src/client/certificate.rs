//! Checks that a block is final, from its certificate.

use super::{RpcClient, RpcError};
use anyhow::{ensure, Context};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use tp_core::{BlockNumber, Hash};
use tp_pbft::{check_signature, Domain, Epoch, MemberIndex, View};

/// What a verified certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalProof {
	/// Height of the block.
	pub height: BlockNumber,
	/// View in which it was committed.
	pub view: View,
	/// Epoch of its committee.
	pub epoch: Epoch,
	/// Members whose signatures are right.
	pub signers: Vec<MemberIndex>,
	/// How many were needed.
	pub quorum: usize,
	/// How many members the committee has.
	pub members: usize,
}

/// Fetches header, extrinsics, certificate and committee of a block, and checks that they belong together: the hash is
/// the header's, the root in it is that of the extrinsics, and a quorum of the committee signed the hash.
///
/// # Errors
/// If something cannot be fetched, or the node tells a lie.
pub async fn verify_final(client: &RpcClient, hash: Hash) -> anyhow::Result<FinalProof> {
	let block = client.block(hash).await?.block;
	let header = &block.header;
	ensure!(header.hash() == hash, "the node answers with another block than {hash:?}");

	let version = runtime_version(client, header.parent_hash).await?;
	let extrinsics = block.extrinsics.iter().map(codec::Encode::encode).collect();
	let root = BlakeTwo256::ordered_trie_root(extrinsics, version.extrinsics_root_state_version());
	ensure!(root == header.extrinsics_root, "the node's extrinsics are not those of the block {hash:?}");

	let certificate = client.certificate(hash).await?;
	let committee = client.committee(header.parent_hash).await?;
	let domain = Domain { chain: client.pbft_config().await?.chain, genesis: client.block_hash(0).await? };
	certificate
		.verify(&domain, &committee, header.number, &hash, check_signature)
		.with_context(|| format!("the certificate of block {} is wrong", header.number))?;
	Ok(FinalProof {
		height: certificate.height,
		view: certificate.view,
		epoch: certificate.epoch,
		signers: certificate.signers.iter().collect(),
		quorum: committee.quorum(),
		members: committee.size(),
	})
}

/// The version of the runtime that executed the block after `parent`.
async fn runtime_version(client: &RpcClient, parent: Hash) -> Result<sp_version::RuntimeVersion, RpcError> {
	client.request("state_getRuntimeVersion", jsonrpsee::rpc_params![parent]).await
}
