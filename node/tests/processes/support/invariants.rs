//! A follower that checks the invariants of a ledger's pallets on its states, read over RPC and checked by the runtime in this process.

use jsonrpsee::rpc_params;
use sp_core::storage::{Storage, StorageChangeSet, StorageData};
use sp_runtime::TryRuntimeError;
use sp_state_machine::BasicExternalities;
use std::time::Duration;
use top_sdk::RpcClient;
use tp_core::Hash;

/// Values of one query.
const PAGE: usize = 1_000;
/// Blocks from one checked state to the next. A node keeps more states than a check takes blocks.
const INTERVAL: u32 = 10;

/// The check of a runtime between two blocks.
type Check = fn() -> Result<(), TryRuntimeError>;

/// A follower of a ledger.
pub struct Follower<'a> {
	rpc: &'a RpcClient,
	check: Check,
}

impl<'a> Follower<'a> {
	/// Follows the main chain.
	pub fn of_main(rpc: &'a RpcClient) -> Self {
		Self { rpc, check: top_main_runtime::try_state }
	}

	/// Follows a shard.
	pub fn of_shard(rpc: &'a RpcClient) -> Self {
		Self { rpc, check: top_shard_runtime::try_state }
	}

	/// Checks the state of a block. Returns its number of keys.
	pub async fn check(&self, at: Hash) -> usize {
		let mut storage = Storage::default();
		for keys in self.rpc.keys(&[], at).await.unwrap().chunks(PAGE) {
			let sets: Vec<StorageChangeSet<Hash>> =
				self.rpc.request("state_queryStorageAt", rpc_params![keys, at]).await.unwrap();
			for (key, value) in sets.into_iter().flat_map(|set| set.changes) {
				let StorageData(value) = value.expect("the key is there");
				storage.top.insert(key.0, value);
			}
		}
		let keys = storage.top.len();
		BasicExternalities::new(storage).execute_with(|| (self.check)().unwrap());
		keys
	}

	/// Checks every tenth state from the newest on until something is so, and then the newest. Returns the number of states.
	pub async fn check_until(&self, mut is_so: impl AsyncFnMut() -> bool) -> usize {
		let mut next = self.rpc.finalized_height().await.unwrap();
		let mut checked = 0;
		loop {
			let is_last = is_so().await;
			let newest = self.rpc.finalized_height().await.unwrap();
			while next <= newest {
				self.check(self.rpc.block_hash(next).await.unwrap()).await;
				(next, checked) = (next + INTERVAL, checked + 1);
			}
			if is_last {
				self.check(self.rpc.finalized_head().await.unwrap()).await;
				return checked + 1;
			}
			tokio::time::sleep(Duration::from_millis(500)).await;
		}
	}
}
