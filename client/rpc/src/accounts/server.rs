//! Proves accounts by the store.

use super::{
	api::{AccountProofApiServer, AccountProofReport, StoreReport},
	error::AccountProofError,
	AccountProofs,
};
use codec::Encode;
use jsonrpsee::core::{async_trait, RpcResult};
use sp_blockchain::HeaderBackend;
use sp_core::Bytes;
use sp_crypto_hashing::blake2_128;
use std::sync::Arc;
use tc_lattice::{ReadError, UnitPool};
use tp_account_store::{AccountKey, KEY_BYTES};
use tp_core::{AccountId, Block, Hash};

/// Serves [`AccountProofApiServer`].
pub struct AccountProver<C> {
	client: Arc<C>,
	accounts: Option<Arc<dyn AccountProofs>>,
	units: Option<UnitPool>,
}

impl<C> AccountProver<C> {
	/// Serves a chain whose accounts are in a store, or refuses to if it is `None`. The reads share the threads and the bounds
	/// of those of the unit lane, if there is one.
	pub fn new(client: Arc<C>, accounts: Option<Arc<dyn AccountProofs>>, units: Option<UnitPool>) -> Self {
		Self { client, accounts, units }
	}

	/// Reads on the threads for it.
	async fn read<R: Send + 'static>(&self, read: impl FnOnce() -> R + Send + 'static) -> Result<R, ReadError> {
		match &self.units {
			Some(units) => {
				let mut call = units.reads().state.try_call()?;
				call.read(read).await
			},
			// The threads on which the SDK's methods of the state run.
			None => tokio::task::spawn_blocking(read).await.map_err(|_| ReadError::Stopped),
		}
	}
}

/// Returns the key of an account, `blake2_128(id) ‖ id`.
pub(super) fn key_of(account: &AccountId) -> AccountKey {
	let id: &[u8; 32] = account.as_ref();
	let mut key = [0u8; KEY_BYTES];
	let (hash, rest) = key.split_at_mut(KEY_BYTES - id.len());
	hash.copy_from_slice(&blake2_128(id));
	rest.copy_from_slice(id);
	AccountKey(key)
}

#[async_trait]
impl<C: HeaderBackend<Block> + 'static> AccountProofApiServer for AccountProver<C> {
	async fn account_proof(&self, account: AccountId, at: Option<Hash>) -> RpcResult<AccountProofReport> {
		let accounts = self.accounts.clone().ok_or(AccountProofError::InTrie)?;
		let block = at.unwrap_or_else(|| self.client.info().best_hash);
		let prove = move || accounts.account_proof(block, &key_of(&account));
		let proof = self.read(prove).await.map_err(AccountProofError::from)?;
		let proof = proof.map_err(|reason| AccountProofError::Store { block, reason })?;
		Ok(AccountProofReport { block, store: StoreReport::Memory, proof: Bytes(proof.encode()) })
	}
}
