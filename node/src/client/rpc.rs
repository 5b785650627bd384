//! JSON-RPC to a node, by WebSocket.

use super::AccountInfo;
use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
	core::{
		client::{BatchResponse, ClientT, Error as JsonRpcError, Subscription, SubscriptionClientT},
		params::BatchRequestBuilder,
		traits::ToRpcParams,
	},
	rpc_params,
	ws_client::{WsClient, WsClientBuilder},
};
use sc_transaction_pool_api::TransactionStatus;
use serde::{de::DeserializeOwned, Deserialize};
use sp_core::{
	storage::{StorageChangeSet, StorageKey},
	Bytes, H256,
};
use sp_runtime::generic::SignedBlock;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tp_core::{AccountId, Block, BlockNumber, Hash, Header, Nonce};
use tp_lattice::storage::account_key;
use tp_pbft::{Certificate, Committee, PbftConfig};

/// How long one call may take. A node that catches up after a pause answers late.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection may take; endpoints are near.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Calls under way at a time on one connection. The bench keeps some thousand watched transactions.
const MAX_CONCURRENT_REQUESTS: usize = 16 * 1024;
/// Notifications of one subscription that wait to be read. A watched transaction has a handful; a follower of blocks
/// that is this far behind is not following.
const MAX_NOTIFICATIONS: usize = 1024;
/// Largest answer: a full block of 5 MB in hexadecimal, and its events.
const MAX_RESPONSE_BYTES: u32 = 64 * 1024 * 1024;

/// Keys of one query or answer, at most: some hundred kilobytes.
const MAX_QUERIED_KEYS: usize = 1_000;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum RpcError {
	/// Not a URL of a WebSocket, or nobody answers there.
	#[error("cannot reach a node at {url}; is one running there? ({reason})")]
	Connect {
		/// The URL.
		url: String,
		/// What the connection said.
		reason: String,
	},
	/// The connection broke, or the answer did not come in time.
	#[error("the node stopped answering {method} ({reason})")]
	Transport {
		/// The method called.
		method: &'static str,
		/// What the connection said.
		reason: String,
	},
	/// The node refused.
	#[error("the node refused {method}: {reason}")]
	Refused {
		/// The method called.
		method: &'static str,
		/// The node's words.
		reason: String,
	},
	/// The answer is not what the method promises.
	#[error("the node's answer to {method} makes no sense: {reason}")]
	Answer {
		/// The method called.
		method: &'static str,
		/// What is wrong.
		reason: String,
	},
}

impl RpcError {
	fn new(method: &'static str, error: JsonRpcError) -> Self {
		match error {
			JsonRpcError::Call(object) => {
				let data = object.data().map(|data| data.get().trim_matches('"').to_owned());
				let reason = match data {
					Some(data) if !object.message().contains(&data) => format!("{}: {data}", object.message()),
					_ => object.message().to_owned(),
				};
				Self::Refused { method, reason }
			},
			JsonRpcError::ParseError(error) => Self::answer(method, error),
			other => Self::Transport { method, reason: other.to_string() },
		}
	}

	fn answer(method: &'static str, reason: impl ToString) -> Self {
		Self::Answer { method, reason: reason.to_string() }
	}
}

/// Where a transaction is.
pub type TxStatus = TransactionStatus<Hash, Hash>;

/// A submitted transaction that is followed.
#[derive(Debug)]
pub struct TxWatch(Subscription<TxStatus>);

impl TxWatch {
	/// Waits for its block to be final; returns the block's hash.
	///
	/// # Errors
	/// If it never will be, or the connection breaks.
	pub async fn until_final(mut self) -> Result<Hash, RpcError> {
		const METHOD: &str = "author_submitAndWatchExtrinsic";
		let refused = |reason: &str| Err(RpcError::Refused { method: METHOD, reason: reason.into() });
		while let Some(status) = self.0.next().await {
			match status.map_err(|error| RpcError::answer(METHOD, error))? {
				TransactionStatus::Finalized((block, _)) => return Ok(block),
				TransactionStatus::Invalid => return refused("the transaction became invalid"),
				TransactionStatus::Dropped => return refused("the transaction was dropped, the pool is full"),
				TransactionStatus::Usurped(_) => return refused("the transaction was replaced by another"),
				TransactionStatus::FinalityTimeout(_) => return refused("the block was not final in time"),
				TransactionStatus::Future
				| TransactionStatus::Ready
				| TransactionStatus::Broadcast(_)
				| TransactionStatus::InBlock(_)
				| TransactionStatus::Retracted(_) => {},
			}
		}
		Err(RpcError::Transport { method: METHOD, reason: "the connection closed".into() })
	}
}

/// A connection to a node. Clones share it.
#[derive(Clone, Debug)]
pub struct RpcClient {
	client: Arc<WsClient>,
}

/// What `pbft_certificate` answers, as far as it is used here.
#[derive(Deserialize)]
struct EncodedCertificate {
	encoded: Bytes,
}

impl RpcClient {
	/// Connects to a `ws://` or `wss://` URL.
	pub async fn connect(url: &str) -> Result<Self, RpcError> {
		let client = WsClientBuilder::default()
			.request_timeout(REQUEST_TIMEOUT)
			.connection_timeout(CONNECTION_TIMEOUT)
			.max_concurrent_requests(MAX_CONCURRENT_REQUESTS)
			.max_buffer_capacity_per_subscription(MAX_NOTIFICATIONS)
			.max_response_size(MAX_RESPONSE_BYTES)
			.max_request_size(MAX_RESPONSE_BYTES)
			.build(url)
			.await
			.map_err(|error| RpcError::Connect { url: url.into(), reason: error.to_string() })?;
		Ok(Self { client: Arc::new(client) })
	}

	/// Any method.
	pub async fn request<R: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
	) -> Result<R, RpcError> {
		self.client.request(method, params).await.map_err(|error| RpcError::new(method, error))
	}

	/// Any subscription.
	pub async fn subscribe<N: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
		unsubscribe: &'static str,
	) -> Result<Subscription<N>, RpcError> {
		self.client.subscribe(method, params, unsubscribe).await.map_err(|error| RpcError::new(method, error))
	}

	/// Any method whose answer may be null.
	async fn find<R: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
		what: impl FnOnce() -> String,
	) -> Result<R, RpcError> {
		let found: Option<R> = self.request(method, params).await?;
		found.ok_or_else(|| RpcError::Refused { method, reason: format!("it knows no {}", what()) })
	}

	/// Hash of the block at a height.
	pub async fn block_hash(&self, height: BlockNumber) -> Result<Hash, RpcError> {
		self.find("chain_getBlockHash", rpc_params![height], || format!("block {height}")).await
	}

	/// Hash of the newest final block.
	pub async fn finalized_head(&self) -> Result<Hash, RpcError> {
		self.request("chain_getFinalizedHead", rpc_params![]).await
	}

	/// Height of the newest final block.
	pub async fn finalized_height(&self) -> Result<BlockNumber, RpcError> {
		let head = self.finalized_head().await?;
		Ok(self.header(head).await?.number)
	}

	/// A header.
	pub async fn header(&self, hash: Hash) -> Result<Header, RpcError> {
		self.find("chain_getHeader", rpc_params![hash], || format!("header {hash:?}")).await
	}

	/// A block with its justifications.
	pub async fn block(&self, hash: Hash) -> Result<SignedBlock<Block>, RpcError> {
		self.find("chain_getBlock", rpc_params![hash], || format!("block {hash:?}")).await
	}

	/// The value under a storage key in the state of a block, or in the newest; `None` if there is none.
	pub async fn storage<T: Decode>(&self, key: &[u8], at: Option<Hash>) -> Result<Option<T>, RpcError> {
		self.storage_by(key, at, |mut bytes| T::decode_all(&mut bytes)).await
	}

	/// An account in the newest state, as far as every ledger has it. One that does not exist has nothing.
	pub async fn account(&self, account: &AccountId) -> Result<AccountInfo, RpcError> {
		// A shard's accounts go on behind their balances.
		let decode = |mut bytes: &[u8]| AccountInfo::decode(&mut bytes);
		Ok(self.storage_by(&account_key(account), None, decode).await?.unwrap_or_default())
	}

	async fn storage_by<T>(
		&self,
		key: &[u8],
		at: Option<Hash>,
		decode: impl FnOnce(&[u8]) -> Result<T, codec::Error>,
	) -> Result<Option<T>, RpcError> {
		const METHOD: &str = "state_getStorage";
		let bytes: Option<Bytes> = self.request(METHOD, rpc_params![StorageKey(key.to_vec()), at]).await?;
		bytes.map(|bytes| decode(&bytes.0).map_err(|error| RpcError::answer(METHOD, error))).transpose()
	}

	/// All storage keys with a prefix in the state of a block, in order.
	pub async fn keys(&self, prefix: &[u8], at: Hash) -> Result<Vec<StorageKey>, RpcError> {
		let prefix = StorageKey(prefix.to_vec());
		let mut keys = Vec::<StorageKey>::new();
		loop {
			let params = rpc_params![&prefix, MAX_QUERIED_KEYS, keys.last(), at];
			let page: Vec<StorageKey> = self.request("state_getKeysPaged", params).await?;
			let is_last = page.len() < MAX_QUERIED_KEYS;
			keys.extend(page);
			if is_last {
				return Ok(keys);
			}
		}
	}

	/// The nonces of accounts in the state of a block, 0 of those that do not exist.
	pub async fn nonces(&self, accounts: &[AccountId], at: Hash) -> Result<Vec<Nonce>, RpcError> {
		const METHOD: &str = "state_queryStorageAt";
		let mut nonces = Vec::with_capacity(accounts.len());
		for accounts in accounts.chunks(MAX_QUERIED_KEYS) {
			let keys: Vec<_> = accounts.iter().map(|account| StorageKey(account_key(account))).collect();
			let found: Vec<StorageChangeSet<Hash>> = self.request(METHOD, rpc_params![&keys, at]).await?;
			let found: BTreeMap<_, _> = found.into_iter().flat_map(|set| set.changes).collect();
			for key in &keys {
				// The nonce comes first in every ledger's accounts.
				let nonce = match found.get(key) {
					Some(Some(account)) => Nonce::decode(&mut &account.0[..]),
					_ => Ok(0),
				};
				nonces.push(nonce.map_err(|error| RpcError::answer(METHOD, error))?);
			}
		}
		Ok(nonces)
	}

	/// Calls a runtime API function on the state of a block, or on the newest.
	pub async fn runtime_call<T: Decode>(
		&self,
		function: &str,
		arguments: impl Encode,
		at: Option<Hash>,
	) -> Result<T, RpcError> {
		const METHOD: &str = "state_call";
		let bytes: Bytes = self.request(METHOD, rpc_params![function, Bytes(arguments.encode()), at]).await?;
		T::decode_all(&mut &bytes.0[..]).map_err(|error| RpcError::answer(METHOD, format!("{function}: {error}")))
	}

	/// The committee that decides on the block after `at`.
	pub async fn committee(&self, at: Hash) -> Result<Committee, RpcError> {
		self.runtime_call("PbftApi_committee", (), Some(at)).await
	}

	/// Ledger and pace.
	pub async fn pbft_config(&self) -> Result<PbftConfig, RpcError> {
		self.runtime_call("PbftApi_config", (), None).await
	}

	/// The certificate of a block.
	pub async fn certificate(&self, hash: Hash) -> Result<Certificate, RpcError> {
		const METHOD: &str = "pbft_certificate";
		let found: EncodedCertificate =
			self.find(METHOD, rpc_params![hash], || format!("certificate of the block {hash:?}")).await?;
		Certificate::decode_all(&mut &found.encoded.0[..]).map_err(|error| RpcError::answer(METHOD, error))
	}

	/// The next nonce of an account, counting its transactions in the pool.
	pub async fn next_nonce(&self, account: &AccountId) -> Result<Nonce, RpcError> {
		self.request("system_accountNextIndex", rpc_params![account]).await
	}

	/// Hands in a signed extrinsic; returns its hash.
	pub async fn submit(&self, extrinsic: &[u8]) -> Result<H256, RpcError> {
		self.request("author_submitExtrinsic", rpc_params![Bytes(extrinsic.to_vec())]).await
	}

	/// Hands in many at once; returns which were refused, by their index, and why.
	pub async fn submit_all(&self, extrinsics: &[Vec<u8>]) -> Result<Vec<(usize, String)>, RpcError> {
		const METHOD: &str = "author_submitExtrinsic";
		let mut batch = BatchRequestBuilder::new();
		for extrinsic in extrinsics {
			batch
				.insert(METHOD, rpc_params![Bytes(extrinsic.clone())])
				.map_err(|error| RpcError::answer(METHOD, error))?;
		}
		let answers: BatchResponse<'_, H256> =
			self.client.batch_request(batch).await.map_err(|error| RpcError::new(METHOD, error))?;
		Ok(answers
			.into_iter()
			.enumerate()
			.filter_map(|(index, answer)| Some((index, answer.err()?.to_string())))
			.collect())
	}

	/// Hands in a signed extrinsic and follows it.
	pub async fn submit_and_watch(&self, extrinsic: &[u8]) -> Result<TxWatch, RpcError> {
		let params = rpc_params![Bytes(extrinsic.to_vec())];
		self.subscribe("author_submitAndWatchExtrinsic", params, "author_unwatchExtrinsic").await.map(TxWatch)
	}

	/// Follows the final headers.
	pub async fn finalized_headers(&self) -> Result<Subscription<Header>, RpcError> {
		self.subscribe("chain_subscribeFinalizedHeads", rpc_params![], "chain_unsubscribeFinalizedHeads").await
	}
}
