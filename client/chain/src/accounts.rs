//! The account store of a chain: its upkeep, proofs of its accounts, and its transfer between nodes.

use crate::{client::FullBackend, error::BuildError, log_targets::LOG_TARGET};
use futures_timer::Delay;
use sc_client_api::KeyValueStates;
use sc_service::TaskManager;
use std::{sync::Arc, time::Duration};
use tc_account_store::{transfer::Refusal, StoreError, View};
use tc_account_store_backend::ROOT_KEY;
use tc_account_sync::{AccountFetcher, AccountSource};
use tc_pbft::{sdk::StateCompletion, BoxedError};
use tc_rpc::AccountProofs;
use tp_account_store::{AccountKey, AccountProof};
use tp_core::{Hash, Header};

/// Interval at which the account store syncs its log and writes snapshots.
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(1);

/// How long a node asks peers for accounts that none of them has, before it ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// The store as others read it.
struct Accounts(Arc<FullBackend>);

impl AccountProofs for Accounts {
	fn account_proof(&self, at: Hash, key: &AccountKey) -> Result<AccountProof, String> {
		let proof = self.0.prove_account(at, key).ok_or("this chain has its accounts in the trie")?;
		proof.map_err(|error| error.to_string())
	}
}

impl AccountSource for Accounts {
	fn view(&self, block: Hash) -> Result<View, Refusal> {
		if !matches!(self.0.store(), Ok(Some(_))) {
			return Err(Refusal::NoStore);
		}
		let known = sp_blockchain::HeaderBackend::number(sc_client_api::Backend::blockchain(&*self.0), block);
		match known {
			Ok(Some(_)) => self.0.view(block).map_err(|_| Refusal::NotKept),
			Ok(None) | Err(_) => Err(Refusal::UnknownBlock),
		}
	}
}

/// Returns what proves accounts, unless the trie does.
pub(crate) fn proofs(backend: &Arc<FullBackend>) -> Option<Arc<dyn AccountProofs>> {
	backend.has_store().then(|| Arc::new(Accounts(backend.clone())) as _)
}

/// Returns what serves accounts to other nodes, unless the trie does.
pub(crate) fn source(backend: &Arc<FullBackend>) -> Option<Arc<dyn AccountSource>> {
	backend.has_store().then(|| Arc::new(Accounts(backend.clone())) as _)
}

/// Completes a state by its accounts.
pub(crate) struct AccountCompletion {
	backend: Arc<FullBackend>,
	fetcher: AccountFetcher,
}

impl AccountCompletion {
	/// Returns the completion of states of a chain, if it has an account store.
	pub fn new(backend: &Arc<FullBackend>) -> Option<Self> {
		let fetcher = || AccountFetcher::new(PATIENCE);
		backend.has_store().then(|| Self { backend: backend.clone(), fetcher: fetcher() })
	}

	/// Returns the fetcher, which needs the network.
	pub fn fetcher(&self) -> &AccountFetcher {
		&self.fetcher
	}
}

#[async_trait::async_trait]
impl StateCompletion for AccountCompletion {
	async fn complete(&self, header: &Header, state: &KeyValueStates) -> Result<(), BoxedError> {
		let top = state.0.iter().filter(|part| part.state_root.is_empty() && part.parent_storage_keys.is_empty());
		let found = top.flat_map(|part| &part.key_values).find(|(key, _)| key == ROOT_KEY);
		let root =
			found.and_then(|(_, root)| <[u8; 32]>::try_from(&root[..]).ok()).ok_or(BuildError::NoAccountsRoot)?;
		let tables = self.fetcher.fetch(header.hash(), header.number, root).await?;
		self.backend.stage(tables);
		Ok(())
	}
}

/// Keeps the files of the store in order, if the chain has one.
pub(crate) fn maintain(backend: &Arc<FullBackend>, tasks: &TaskManager) {
	if backend.has_store() {
		tasks.spawn_essential_handle().spawn_blocking("account-store", None, run(backend.clone()));
	}
}

/// Runs what the store does behind commits. Ends, and with it the node, when no commit can succeed any more.
async fn run(backend: Arc<FullBackend>) {
	loop {
		Delay::new(MAINTENANCE_INTERVAL).await;
		// There is none yet while a node takes its first state from others.
		let Ok(Some(store)) = backend.store() else { continue };
		match store.maintain() {
			Ok(()) => {},
			Err(error @ StoreError::Stopped) => {
				log::error!(target: LOG_TARGET, "The account store stopped: {error}");
				return;
			},
			Err(error) => log::error!(target: LOG_TARGET, "The account store cannot tidy its files: {error}"),
		}
	}
}
