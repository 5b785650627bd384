//! The transaction pool as clients of this node see it: it refuses an extrinsic whose nonce a waiting unit has.

use super::waiting::{tag_of, WaitingExtrinsics};
use crate::handle::UnitPool;
use async_trait::async_trait;
use codec::Encode;
use sc_transaction_pool_api::{
	error::{Error as PoolError, IntoPoolError},
	ImportNotificationStream, InPoolTransaction, PoolStatus, ReadyTransactions, TransactionFor, TransactionPool,
	TransactionSource, TransactionStatusStreamFor, TransactionTag, TxHash, TxInvalidityReportMap,
};
use sp_runtime::traits::Block as BlockT;
use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};
use tp_core::{AccountId, Block, Hash, Nonce};

/// The first bytes of a signed extrinsic of version 4 whose sender is an account id. Others have no sender.
const SIGNED_BY_ID: [u8; 2] = [0x84, 0];

/// Returns the tags that an extrinsic provides at a block, or `None` if it is not valid there.
pub type TagsOf =
	dyn Fn(Hash, TransactionSource, &<Block as BlockT>::Extrinsic) -> Option<Vec<TransactionTag>> + Send + Sync;

/// Why an extrinsic does not enter the pool.
#[derive(Debug, thiserror::Error)]
pub enum GuardError<Inner> {
	/// The transaction pool refuses it.
	#[error(transparent)]
	Inner(Inner),
	/// A unit waits for its nonce.
	#[error(
		"a unit of {account} waits with the nonce {nonce}: sign with the nonce that system_accountNextIndex answers, or wait \
		 until the unit is final"
	)]
	UnitWaits {
		/// The sender.
		account: AccountId,
		/// The nonce.
		nonce: Nonce,
	},
}

impl<Inner: From<PoolError>> From<PoolError> for GuardError<Inner> {
	fn from(error: PoolError) -> Self {
		Self::Inner(error.into())
	}
}

impl<Inner: IntoPoolError + 'static> IntoPoolError for GuardError<Inner> {
	fn into_pool_error(self) -> Result<PoolError, Self> {
		match self {
			Self::Inner(inner) => inner.into_pool_error().map_err(Self::Inner),
			taken @ Self::UnitWaits { .. } => Err(taken),
		}
	}
}

/// A transaction pool for clients of this node.
pub struct Guard<Pool> {
	inner: Arc<Pool>,
	/// The other lane, if the chain has it.
	lane: Option<OtherLane<Pool>>,
}

/// What the comparison of an extrinsic with the units needs.
pub struct OtherLane<Pool> {
	/// The units.
	pub units: UnitPool,
	/// The list that the unit pool reads.
	pub waiting: Arc<WaitingExtrinsics<Pool>>,
	/// Validates extrinsics.
	pub tags_of: Arc<TagsOf>,
}

impl<Pool: TransactionPool<Block = Block> + 'static> Guard<Pool> {
	/// Creates the clients' view of a pool.
	pub fn new(inner: Arc<Pool>, lane: Option<OtherLane<Pool>>) -> Self {
		Self { inner, lane }
	}

	/// Checks that no unit waits for the nonce of an extrinsic. Returns its tags if they were read for that.
	///
	/// Only the sender's own units can be in the way. So an extrinsic whose sender has none is not validated once more.
	async fn check(
		&self,
		at: Hash,
		source: TransactionSource,
		extrinsic: &TransactionFor<Self>,
	) -> Result<Option<Vec<TransactionTag>>, GuardError<Pool::Error>> {
		let Some(OtherLane { units, tags_of, .. }) = &self.lane else { return Ok(None) };
		let Some(sender) = sender_of(extrinsic) else { return Ok(None) };
		if !units.has_units(&sender) {
			return Ok(None);
		}
		// A node with too much to read leaves the decision to the block.
		let Ok(mut call) = units.reads().state.try_call() else { return Ok(None) };
		let (tags_of, extrinsic) = (tags_of.clone(), extrinsic.clone());
		let Ok(tags) = call.read(move || tags_of(at, source, &extrinsic)).await else { return Ok(None) };
		let named = tags.iter().flatten().filter_map(tag_of);
		match named.into_iter().find(|(account, nonce)| units.has_unit_at(account, *nonce)) {
			Some((account, nonce)) => Err(GuardError::UnitWaits { account, nonce }),
			None => Ok(tags),
		}
	}

	/// Notes an extrinsic that has entered the pool, with its tags if they are known.
	fn entered(&self, hash: &TxHash<Self>, tags: Option<Vec<TransactionTag>>) {
		let Some(OtherLane { waiting, .. }) = &self.lane else { return };
		if let Some(tags) = tags {
			waiting.add(&tags);
		} else if let Some(ready) = self.inner.ready_transaction(hash) {
			waiting.add(ready.provides());
		} else if let Some(future) = self.inner.futures().iter().find(|future| future.hash() == hash) {
			// It waits for another extrinsic: the pool has no list of those by hash.
			waiting.add(future.provides());
		}
	}
}

/// Returns the sender of an extrinsic, or `None` if it has none, or names it otherwise than by an account id.
fn sender_of(extrinsic: &<Block as BlockT>::Extrinsic) -> Option<AccountId> {
	let bytes = extrinsic.encode();
	// Without its length.
	let mut rest = &bytes[..];
	codec::Decode::decode(&mut rest).map(|codec::Compact::<u32>(_)| ()).ok()?;
	let id = rest.strip_prefix(&SIGNED_BY_ID)?.get(..32)?;
	<[u8; 32]>::try_from(id).ok().map(AccountId::new)
}

#[async_trait]
impl<Pool: TransactionPool<Block = Block> + 'static> TransactionPool for Guard<Pool> {
	type Block = Block;
	type Hash = Pool::Hash;
	type InPoolTransaction = Pool::InPoolTransaction;
	type Error = GuardError<Pool::Error>;

	async fn submit_at(
		&self,
		at: Hash,
		source: TransactionSource,
		extrinsics: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, Self::Error>>, Self::Error> {
		let mut results = Vec::with_capacity(extrinsics.len());
		for extrinsic in extrinsics {
			results.push(self.submit_one(at, source, extrinsic).await);
		}
		Ok(results)
	}

	async fn submit_one(
		&self,
		at: Hash,
		source: TransactionSource,
		extrinsic: TransactionFor<Self>,
	) -> Result<TxHash<Self>, Self::Error> {
		let tags = self.check(at, source, &extrinsic).await?;
		let hash = self.inner.submit_one(at, source, extrinsic).await.map_err(GuardError::Inner)?;
		self.entered(&hash, tags);
		Ok(hash)
	}

	async fn submit_and_watch(
		&self,
		at: Hash,
		source: TransactionSource,
		extrinsic: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Self::Error> {
		let tags = self.check(at, source, &extrinsic).await?;
		let hash = self.inner.hash_of(&extrinsic);
		let statuses = self.inner.submit_and_watch(at, source, extrinsic).await.map_err(GuardError::Inner)?;
		self.entered(&hash, tags);
		Ok(statuses)
	}

	async fn ready_at(&self, at: Hash) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.inner.ready_at(at).await
	}

	fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.inner.ready()
	}

	async fn report_invalid(
		&self,
		at: Option<Hash>,
		errors: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<Self::InPoolTransaction>> {
		self.inner.report_invalid(at, errors).await
	}

	fn futures(&self) -> Vec<Self::InPoolTransaction> {
		self.inner.futures()
	}

	fn status(&self) -> PoolStatus {
		self.inner.status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		self.inner.import_notification_stream()
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.inner.on_broadcasted(propagations);
	}

	fn hash_of(&self, extrinsic: &TransactionFor<Self>) -> TxHash<Self> {
		self.inner.hash_of(extrinsic)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<Self::InPoolTransaction>> {
		self.inner.ready_transaction(hash)
	}

	async fn ready_at_with_timeout(
		&self,
		at: Hash,
		timeout: Duration,
	) -> Box<dyn ReadyTransactions<Item = Arc<Self::InPoolTransaction>> + Send> {
		self.inner.ready_at_with_timeout(at, timeout).await
	}
}
