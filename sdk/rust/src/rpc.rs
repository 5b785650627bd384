//! JSON-RPC calls to a node of any ledger, with or without units.

use crate::{committee::CommitteeReport, error::Error};
use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
	core::{
		client::{BatchResponse, ClientT, Error as TransportError, Subscription, SubscriptionClientT},
		params::BatchRequestBuilder,
		traits::ToRpcParams,
	},
	rpc_params,
	types::{error::METHOD_NOT_FOUND_CODE, ErrorObject},
	ws_client::{WsClient, WsClientBuilder},
};
use serde::{de::DeserializeOwned, Deserialize};
use sp_core::{
	storage::{StorageChangeSet, StorageKey},
	Bytes,
};
use sp_runtime::generic::SignedBlock;
use sp_version::RuntimeVersion;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tc_lattice_rpc_types::{ERROR_NO_LATTICE, ERROR_TOO_MANY_UNITS, MAX_UNITS_PER_CALL};
use tp_core::{AccountId, Balance, Block, BlockNumber, Hash, Header, Nonce};
use tp_lattice::storage::account_key;
use tp_pbft::{Certificate, Committee, PbftConfig};

/// How long one call may take. A node that catches up after a pause answers late.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection may take.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of concurrent calls on one connection. A load test watches some thousand transactions.
const MAX_CONCURRENT_REQUESTS: usize = 16 * 1024;
/// Maximum number of unread notifications of one subscription: each unit of a call changes a few times.
const MAX_NOTIFICATIONS: usize = 8 * MAX_UNITS_PER_CALL as usize;
/// Maximum size of a message: a full block of 5 MB in hexadecimal, and its events.
const MAX_MESSAGE_BYTES: u32 = 64 * 1024 * 1024;
/// Maximum number of keys in one query or answer: some hundred kilobytes.
const MAX_QUERIED_KEYS: usize = 1_000;

const SUBMIT: &str = "author_submitExtrinsic";
const SUBMIT_AND_WATCH: &str = "author_submitAndWatchExtrinsic";

/// The part of an account that every ledger stores alike. A shard stores more behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Decode)]
pub struct AccountInfo {
	/// Nonce of the next transaction.
	pub nonce: Nonce,
	/// Number of modules that depend on the account.
	pub consumers: u32,
	/// Number of modules that keep the account alive; its balance counts as one if it is large enough.
	pub providers: u32,
	/// Number of modules that keep the account alive for their own purpose.
	pub sufficients: u32,
	/// Balance without holds.
	pub free: Balance,
	/// Balance on hold.
	pub reserved: Balance,
	/// Part of the total that cannot be spent.
	pub frozen: Balance,
}

/// The status of a submitted transaction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TransactionStatus {
	/// It waits for an earlier nonce.
	Future,
	/// It waits for a block.
	Ready,
	/// It was sent to these peers.
	Broadcast(Vec<String>),
	/// It is in this block.
	InBlock(Hash),
	/// The block that held it was retracted.
	Retracted(Hash),
	/// The block that holds it did not become final in time.
	FinalityTimeout(Hash),
	/// The block that holds it is final.
	Finalized(Hash),
	/// This transaction with the same nonce replaced it.
	Usurped(Hash),
	/// The pool dropped it.
	Dropped,
	/// It is no longer valid.
	Invalid,
}

/// Statuses of a submitted transaction.
#[derive(Debug)]
pub struct TransactionWatch(Subscription<TransactionStatus>);

impl TransactionWatch {
	/// Waits until the transaction's block is final; returns the block's hash.
	///
	/// # Errors
	/// If the transaction cannot become final any more, or the connection breaks.
	pub async fn finalized(mut self) -> Result<Hash, Error> {
		let failed = |reason| Err(Error::Transaction { reason });
		while let Some(status) = self.0.next().await {
			let status =
				status.map_err(|error| Error::Answer { method: SUBMIT_AND_WATCH, reason: error.to_string() })?;
			match status {
				TransactionStatus::Finalized(block) => return Ok(block),
				TransactionStatus::Invalid => return failed("it became invalid"),
				TransactionStatus::Dropped => return failed("the pool is full and dropped it"),
				TransactionStatus::Usurped(_) => return failed("another transaction replaced it"),
				TransactionStatus::FinalityTimeout(_) => return failed("its block did not become final in time"),
				TransactionStatus::Future
				| TransactionStatus::Ready
				| TransactionStatus::Broadcast(_)
				| TransactionStatus::InBlock(_)
				| TransactionStatus::Retracted(_) => {},
			}
		}
		Err(Error::WatchEnded)
	}
}

/// A connection to a node. Clones share it.
#[derive(Clone, Debug)]
pub struct RpcClient {
	client: Arc<WsClient>,
}

/// The fields of `pbft_certificate` that are used here.
#[derive(Deserialize)]
struct EncodedCertificate {
	encoded: Bytes,
}

impl RpcClient {
	/// Connects to a node's RPC port: `ws://host:9944`.
	///
	/// # Errors
	/// If the URL is wrong, or no node answers.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		let client = WsClientBuilder::default()
			.request_timeout(REQUEST_TIMEOUT)
			.connection_timeout(CONNECTION_TIMEOUT)
			.max_concurrent_requests(MAX_CONCURRENT_REQUESTS)
			.max_buffer_capacity_per_subscription(MAX_NOTIFICATIONS)
			.max_response_size(MAX_MESSAGE_BYTES)
			.max_request_size(MAX_MESSAGE_BYTES)
			.build(url)
			.await
			.map_err(|source| Error::Connect { url: url.into(), source })?;
		Ok(Self { client: Arc::new(client) })
	}

	/// Calls a method.
	///
	/// # Errors
	/// As all calls: if the connection breaks, the node refuses the call, or its answer cannot be read.
	pub async fn request<R: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
	) -> Result<R, Error> {
		self.client.request(method, params).await.map_err(|error| failure(method, error))
	}

	/// Opens a subscription.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn subscribe<N: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
		unsubscribe: &'static str,
	) -> Result<Subscription<N>, Error> {
		self.client.subscribe(method, params, unsubscribe).await.map_err(|error| failure(method, error))
	}

	/// Calls a method that answers `null` for an unknown object.
	async fn find<R: DeserializeOwned>(
		&self,
		method: &'static str,
		params: impl ToRpcParams + Send,
		object: impl FnOnce() -> String,
	) -> Result<R, Error> {
		let found: Option<R> = self.request(method, params).await?;
		found.ok_or_else(|| Error::Unknown { object: object() })
	}

	/// Returns the hash of the block at a height.
	///
	/// # Errors
	/// If the node does not have it; see [`Self::request`].
	pub async fn block_hash(&self, height: BlockNumber) -> Result<Hash, Error> {
		self.find("chain_getBlockHash", rpc_params![height], || format!("block {height}")).await
	}

	/// Returns the hash of the newest final block.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn finalized_head(&self) -> Result<Hash, Error> {
		self.request("chain_getFinalizedHead", rpc_params![]).await
	}

	/// Returns the height of the newest final block.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn finalized_height(&self) -> Result<BlockNumber, Error> {
		let head = self.finalized_head().await?;
		Ok(self.header(head).await?.number)
	}

	/// Returns the header of a block.
	///
	/// # Errors
	/// If the node does not have it; see [`Self::request`].
	pub async fn header(&self, hash: Hash) -> Result<Header, Error> {
		self.find("chain_getHeader", rpc_params![hash], || format!("header {hash:?}")).await
	}

	/// Returns a block with its justifications.
	///
	/// # Errors
	/// If the node does not have it; see [`Self::request`].
	pub async fn block(&self, hash: Hash) -> Result<SignedBlock<Block>, Error> {
		self.find("chain_getBlock", rpc_params![hash], || format!("block {hash:?}")).await
	}

	/// Subscribes to final headers.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn finalized_headers(&self) -> Result<Subscription<Header>, Error> {
		self.subscribe("chain_subscribeFinalizedHeads", rpc_params![], "chain_unsubscribeFinalizedHeads").await
	}

	/// Returns the runtime version in the state of a block, or in the newest state.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn runtime_version(&self, at: Option<Hash>) -> Result<RuntimeVersion, Error> {
		self.request("state_getRuntimeVersion", rpc_params![at]).await
	}

	/// Returns the value under a storage key in the state of a block, or in the newest state; `None` if it has none.
	///
	/// # Errors
	/// If the value does not decode; see [`Self::request`].
	pub async fn storage<T: Decode>(&self, key: &[u8], at: Option<Hash>) -> Result<Option<T>, Error> {
		self.storage_by(key, at, |mut bytes| T::decode_all(&mut bytes)).await
	}

	/// Returns the bytes under a storage key in the state of a block, or in the newest state; `None` if it has none.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn storage_bytes(&self, key: &[u8], at: Option<Hash>) -> Result<Option<Vec<u8>>, Error> {
		self.storage_by(key, at, |bytes| Ok(bytes.to_vec())).await
	}

	/// Returns an account of the newest state; the default if it does not exist.
	///
	/// # Errors
	/// If the account does not decode; see [`Self::request`].
	pub async fn account(&self, account: &AccountId) -> Result<AccountInfo, Error> {
		self.account_at(account, None).await
	}

	/// Returns an account in the state of a block, or in the newest state; the default if it does not exist.
	///
	/// # Errors
	/// If the account does not decode; see [`Self::request`].
	pub async fn account_at(&self, account: &AccountId, at: Option<Hash>) -> Result<AccountInfo, Error> {
		// Not `decode_all`: a shard's accounts go on behind their balances.
		let decode = |mut bytes: &[u8]| AccountInfo::decode(&mut bytes);
		Ok(self.storage_by(&account_key(account), at, decode).await?.unwrap_or_default())
	}

	async fn storage_by<T>(
		&self,
		key: &[u8],
		at: Option<Hash>,
		decode: impl FnOnce(&[u8]) -> Result<T, codec::Error>,
	) -> Result<Option<T>, Error> {
		let method = "state_getStorage";
		let bytes: Option<Bytes> = self.request(method, rpc_params![StorageKey(key.to_vec()), at]).await?;
		bytes.map(|bytes| decode(&bytes.0).map_err(|error| unreadable(method, error))).transpose()
	}

	/// Returns all storage keys with a prefix in the state of a block, in order.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn keys(&self, prefix: &[u8], at: Hash) -> Result<Vec<StorageKey>, Error> {
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

	/// Returns the nonces of accounts in the state of a block; 0 for an account that does not exist.
	///
	/// # Errors
	/// If an account does not decode; see [`Self::request`].
	pub async fn nonces(&self, accounts: &[AccountId], at: Hash) -> Result<Vec<Nonce>, Error> {
		let method = "state_queryStorageAt";
		let mut nonces = Vec::with_capacity(accounts.len());
		for accounts in accounts.chunks(MAX_QUERIED_KEYS) {
			let keys: Vec<_> = accounts.iter().map(|account| StorageKey(account_key(account))).collect();
			let found: Vec<StorageChangeSet<Hash>> = self.request(method, rpc_params![&keys, at]).await?;
			let found: BTreeMap<_, _> = found.into_iter().flat_map(|set| set.changes).collect();
			for key in &keys {
				// The nonce is the first field of an account on every ledger.
				let nonce = match found.get(key) {
					Some(Some(account)) => Nonce::decode(&mut &account.0[..]),
					_ => Ok(0),
				};
				nonces.push(nonce.map_err(|error| unreadable(method, error))?);
			}
		}
		Ok(nonces)
	}

	/// Calls a runtime API function on the state of a block, or on the newest state.
	///
	/// # Errors
	/// If the result does not decode; see [`Self::request`].
	pub async fn runtime_call<T: Decode>(
		&self,
		function: &str,
		arguments: impl Encode,
		at: Option<Hash>,
	) -> Result<T, Error> {
		let method = "state_call";
		let bytes: Bytes = self.request(method, rpc_params![function, Bytes(arguments.encode()), at]).await?;
		T::decode_all(&mut &bytes.0[..]).map_err(|error| unreadable(method, format!("{function}: {error}")))
	}

	/// Returns the committee that decides on the block after `at`.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn committee(&self, at: Hash) -> Result<Committee, Error> {
		self.runtime_call("PbftApi_committee", (), Some(at)).await
	}

	/// Returns the committee of the block after `at`, or after the newest, as the node's RPC reports it.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn committee_report(&self, at: Option<Hash>) -> Result<CommitteeReport, Error> {
		self.request("pbft_committee", rpc_params![at]).await
	}

	/// Returns the chain's tag and pace.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn pbft_config(&self) -> Result<PbftConfig, Error> {
		self.runtime_call("PbftApi_config", (), None).await
	}

	/// Returns the certificate of a block.
	///
	/// # Errors
	/// If the node has none; see [`Self::request`].
	pub async fn certificate(&self, hash: Hash) -> Result<Certificate, Error> {
		let method = "pbft_certificate";
		let found: EncodedCertificate =
			self.find(method, rpc_params![hash], || format!("certificate of the block {hash:?}")).await?;
		Certificate::decode_all(&mut &found.encoded.0[..]).map_err(|error| unreadable(method, error))
	}

	/// Returns the next nonce of an account, after its transactions in the pool.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn next_nonce(&self, account: &AccountId) -> Result<Nonce, Error> {
		self.request("system_accountNextIndex", rpc_params![account]).await
	}

	/// Submits a signed extrinsic; returns its hash.
	///
	/// # Errors
	/// If the node refuses it; see [`Self::request`].
	pub async fn submit(&self, extrinsic: &[u8]) -> Result<Hash, Error> {
		self.request(SUBMIT, rpc_params![Bytes(extrinsic.to_vec())]).await
	}

	/// Submits extrinsics in one batch; returns the index and the reason of each refused extrinsic.
	///
	/// # Errors
	/// See [`Self::request`]. A refused extrinsic is no error here.
	pub async fn submit_all(&self, extrinsics: &[Vec<u8>]) -> Result<Vec<(usize, String)>, Error> {
		let mut batch = BatchRequestBuilder::new();
		for extrinsic in extrinsics {
			batch.insert(SUBMIT, rpc_params![Bytes(extrinsic.clone())]).map_err(|error| unreadable(SUBMIT, error))?;
		}
		let answers: BatchResponse<'_, Hash> =
			self.client.batch_request(batch).await.map_err(|error| failure(SUBMIT, error))?;
		Ok(answers
			.into_iter()
			.enumerate()
			.filter_map(|(index, answer)| Some((index, answer.err()?.to_string())))
			.collect())
	}

	/// Submits a signed extrinsic and subscribes to its status.
	///
	/// # Errors
	/// If the node refuses it; see [`Self::request`].
	pub async fn submit_and_watch(&self, extrinsic: &[u8]) -> Result<TransactionWatch, Error> {
		let params = rpc_params![Bytes(extrinsic.to_vec())];
		self.subscribe(SUBMIT_AND_WATCH, params, "author_unwatchExtrinsic").await.map(TransactionWatch)
	}
}

fn unreadable(method: &'static str, reason: impl ToString) -> Error {
	Error::Answer { method, reason: reason.to_string() }
}

/// Maps the failure of a call to its cause.
fn failure(method: &'static str, error: TransportError) -> Error {
	match error {
		TransportError::Call(error) => match error.code() {
			ERROR_NO_LATTICE => Error::NoLattice,
			METHOD_NOT_FOUND_CODE if method == "lattice_info" => Error::NoLattice,
			ERROR_TOO_MANY_UNITS => Error::TooManyUnits(error.message().into()),
			code => Error::Refused { method, code, message: message_of(&error) },
		},
		TransportError::ParseError(error) => unreadable(method, error),
		error => Error::Connection(error),
	}
}

/// The node's message with the details that it gives as data: the pool puts its reason there.
fn message_of(error: &ErrorObject) -> String {
	let data = error.data().map(|data| data.get().trim_matches('"'));
	match data {
		Some(data) if !error.message().contains(data) => format!("{}: {data}", error.message()),
		_ => error.message().to_owned(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tp_lattice::{Account, AccountData};

	#[test]
	fn an_account_of_a_shard_decodes() {
		let data = AccountData { free: 7, reserved: 5, frozen: 3, ..Default::default() };
		let account = Account { nonce: 9, providers: 1, data, ..Default::default() };
		let read = AccountInfo::decode(&mut &account.encode()[..]).unwrap();
		let expected = AccountInfo { nonce: 9, providers: 1, free: 7, reserved: 5, frozen: 3, ..Default::default() };
		assert_eq!(read, expected);
	}

	#[test]
	fn statuses_are_read_as_nodes_write_them() {
		let hash = Hash::repeat_byte(1);
		for (json, expected) in [
			("\"ready\"".to_owned(), TransactionStatus::Ready),
			("{\"broadcast\":[\"peer\"]}".to_owned(), TransactionStatus::Broadcast(vec!["peer".into()])),
			(format!("{{\"inBlock\":\"{hash:?}\"}}"), TransactionStatus::InBlock(hash)),
			(format!("{{\"finalized\":\"{hash:?}\"}}"), TransactionStatus::Finalized(hash)),
			("\"dropped\"".to_owned(), TransactionStatus::Dropped),
		] {
			assert_eq!(serde_json::from_str::<TransactionStatus>(&json).unwrap(), expected);
		}
	}

	#[test]
	fn the_details_of_a_refusal_follow_its_message() {
		let refusal = |data: &str| ErrorObject::owned(1010, "Invalid Transaction", Some(data));
		assert_eq!(message_of(&refusal("bad signature")), "Invalid Transaction: bad signature");
		assert_eq!(message_of(&refusal("Invalid")), "Invalid Transaction");
	}
}
