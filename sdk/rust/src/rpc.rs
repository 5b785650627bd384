//! JSON-RPC calls to a node of any ledger, with or without units.

use crate::{
	committee::CommitteeReport,
	error::Error,
	link::{ConnectOptions, Link},
	patience::Patience,
	transaction::{TransactionWatch, SUBMIT_AND_WATCH},
};
use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
	core::{
		client::{BatchResponse, ClientT, Error as TransportError, Subscription, SubscriptionClientT},
		params::{ArrayParams, BatchRequestBuilder},
		traits::ToRpcParams,
	},
	rpc_params,
	types::{error::METHOD_NOT_FOUND_CODE, ErrorObject},
};
use serde::{de::DeserializeOwned, Deserialize};
use sp_core::{
	storage::{StorageChangeSet, StorageKey},
	Bytes,
};
use sp_runtime::generic::SignedBlock;
use sp_version::RuntimeVersion;
use std::{collections::BTreeMap, sync::Arc};
use tc_lattice_rpc_types::{ERROR_NO_LATTICE, ERROR_TOO_MANY_UNITS};
use tp_core::{AccountId, Balance, Block, BlockNumber, Hash, Header, Nonce};
use tp_lattice::storage::account_key;
use tp_pbft::{Certificate, Committee, PbftConfig};

/// Maximum number of keys in one query or answer: some hundred kilobytes.
const MAX_QUERIED_KEYS: usize = 1_000;

const SUBMIT: &str = "author_submitExtrinsic";

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

/// A connection to a node. Clones share it.
///
/// It is pinged. If it breaks, its pending calls fail, and the next call opens another one to the same ledger.
#[derive(Clone, Debug)]
pub struct RpcClient {
	link: Arc<Link>,
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
		Self::connect_with(url, ConnectOptions::default()).await
	}

	/// Acts as [`Self::connect`], with other options.
	///
	/// # Errors
	/// As [`Self::connect`], or if the node is of another ledger than the expected one.
	pub async fn connect_with(url: &str, options: ConnectOptions) -> Result<Self, Error> {
		Self::connect_any(&[url], options).await
	}

	/// Connects to the first node that answers, of several of one ledger. When its connection breaks, the next one is tried.
	///
	/// # Errors
	/// As [`Self::connect_with`], or if there is no address.
	pub async fn connect_any(urls: &[impl AsRef<str>], options: ConnectOptions) -> Result<Self, Error> {
		let urls = urls.iter().map(|url| url.as_ref().to_owned()).collect();
		Ok(Self { link: Arc::new(Link::connect(urls, options).await?) })
	}

	/// Returns the address in use.
	pub async fn url(&self) -> String {
		self.link.url().await
	}

	/// Returns the genesis of the ledger, if its node tells it.
	pub async fn genesis(&self) -> Option<Hash> {
		self.link.genesis().await
	}

	/// Returns the options of the connection.
	pub fn options(&self) -> &ConnectOptions {
		self.link.options()
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
		self.link.client().await?.request(method, params).await.map_err(|error| failure(method, error))
	}

	/// Calls a method that may be called twice, over new connections if one breaks, for as long as the options say.
	pub(crate) async fn persist<R: DeserializeOwned>(
		&self,
		method: &'static str,
		params: ArrayParams,
	) -> Result<R, Error> {
		let mut patience = Patience::new(self.options().reconnect_for);
		loop {
			match self.request(method, params.clone()).await {
				Err(error) if error.is_connection() => {
					if !patience.wait().await {
						return Err(error);
					}
				},
				result => return result,
			}
		}
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
		let client = self.link.client().await?;
		client.subscribe(method, params, unsubscribe).await.map_err(|error| failure(method, error))
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
			self.link.client().await?.batch_request(batch).await.map_err(|error| failure(SUBMIT, error))?;
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
	fn the_details_of_a_refusal_follow_its_message() {
		let refusal = |data: &str| ErrorObject::owned(1010, "Invalid Transaction", Some(data));
		assert_eq!(message_of(&refusal("bad signature")), "Invalid Transaction: bad signature");
		assert_eq!(message_of(&refusal("Invalid")), "Invalid Transaction");
	}
}
