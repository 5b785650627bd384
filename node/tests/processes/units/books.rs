//! The books of the ledger: all accounts of a state, and the total issuance.

use codec::DecodeAll;
use jsonrpsee::rpc_params;
use sp_core::{
	storage::{StorageChangeSet, StorageKey},
	H256,
};
use std::collections::HashMap;
use top_sdk::{AccountId, Balance, RpcClient};
use top_shard_runtime::Runtime;
use tp_lattice::{
	storage::{account_of_key, account_prefix},
	Account,
};

/// Accounts of one query.
const PAGE: usize = 1_000;

/// All accounts of a state.
pub struct Books {
	/// Accounts by their ids.
	pub accounts: HashMap<AccountId, Account>,
	/// The ledger's total issuance.
	pub issued: Balance,
}

impl Books {
	/// Reads the state of a block, or of the newest final one.
	pub async fn read(rpc: &RpcClient, at: Option<H256>) -> Self {
		let at = match at {
			Some(at) => at,
			None => rpc.finalized_head().await.unwrap(),
		};
		let prefix = StorageKey(account_prefix().to_vec());
		let (mut accounts, mut last) = (HashMap::new(), None::<StorageKey>);
		loop {
			let keys: Vec<StorageKey> =
				rpc.request("state_getKeysPaged", rpc_params![&prefix, PAGE, &last, at]).await.unwrap();
			last = keys.last().cloned();
			if keys.is_empty() {
				break;
			}
			accounts.extend(values(rpc, keys, at).await);
		}
		let issued = pallet_balances::TotalIssuance::<Runtime>::hashed_key();
		let issued = rpc.storage(&issued, Some(at)).await.unwrap().unwrap();
		Self { accounts, issued }
	}

	/// Returns the sum of all balances.
	pub fn total(&self) -> Balance {
		self.accounts.values().map(|account| account.data.free + account.data.reserved).sum()
	}

	/// Checks that the sum of all balances is the total issuance, and that this is the total supply.
	#[track_caller]
	pub fn assert_balanced(&self) {
		assert_eq!(self.total(), self.issued, "the balances are not what was issued");
		assert_eq!(self.issued, tp_core::TOTAL_SUPPLY, "the supply has changed");
	}

	/// Returns an account that must exist.
	#[track_caller]
	pub fn of(&self, id: &AccountId) -> &Account {
		self.accounts.get(id).unwrap_or_else(|| panic!("there is no account {id}"))
	}
}

async fn values(rpc: &RpcClient, keys: Vec<StorageKey>, at: H256) -> Vec<(AccountId, Account)> {
	let sets: Vec<StorageChangeSet<H256>> = rpc.request("state_queryStorageAt", rpc_params![keys, at]).await.unwrap();
	let read = |(key, value): (StorageKey, Option<sp_core::storage::StorageData>)| {
		let id = account_of_key(&key.0).expect("the keys of accounts name them");
		let value = value.expect("the key is there");
		(id, Account::decode_all(&mut &value.0[..]).expect("an account decodes"))
	};
	sets.into_iter().flat_map(|set| set.changes).map(read).collect()
}
