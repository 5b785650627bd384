//! Proves by the trie what is in it.

use super::{api::ReadProofApiServer, error::AccountProofError};
use jsonrpsee::core::{async_trait, RpcResult};
use sc_client_api::ProofProvider;
use sc_rpc::state::{error::Error, ReadProof};
use sp_blockchain::HeaderBackend;
use sp_core::{storage::StorageKey, Bytes};
use std::sync::Arc;
use tc_account_store_backend::{provable_by_trie, ACCOUNT_PREFIX};
use tp_account_store::KEY_BYTES;
use tp_core::{Block, Hash};

/// Serves [`ReadProofApiServer`] in place of the SDK's, on a chain whose accounts are not in the trie.
pub struct TrieProver<C> {
	client: Arc<C>,
}

impl<C> TrieProver<C> {
	/// Serves a chain.
	pub fn new(client: Arc<C>) -> Self {
		Self { client }
	}
}

#[async_trait]
impl<C: HeaderBackend<Block> + ProofProvider<Block> + 'static> ReadProofApiServer for TrieProver<C> {
	fn read_proof(&self, keys: Vec<StorageKey>, hash: Option<Hash>) -> RpcResult<ReadProof<Hash>> {
		provable_by_trie(keys.iter().map(|key| &key.0[..])).map_err(|mut refused| {
			// The error names the key, which can be as large as a request.
			refused.0 .0.truncate(ACCOUNT_PREFIX.len() + KEY_BYTES);
			AccountProofError::from(refused)
		})?;
		let at = hash.unwrap_or_else(|| self.client.info().best_hash);
		let proof = self
			.client
			.read_proof(at, &mut keys.iter().map(|key| &key.0[..]))
			.map_err(|error| Error::Client(Box::new(error)))?;
		Ok(ReadProof { at, proof: proof.into_iter_nodes().map(Bytes).collect() })
	}
}
