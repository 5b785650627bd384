//! Serves the methods from a pool.

use super::{
	api::TransactionsApiServer,
	error::{event, Refused},
	included::{hash_of, Included},
	words::Detail,
};
use codec::{Decode, DecodeAll};
use futures::{stream::BoxStream, StreamExt};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	types::ErrorObjectOwned,
	PendingSubscriptionSink,
};
use sc_rpc::{
	author::error::Error,
	utils::{spawn_subscription_task, BoundedVecDeque, PendingSubscription, RingBuffer, Subscription},
	SubscriptionTaskExecutor,
};
use sc_rpc_spec_v2::transaction::TransactionEvent;
use sc_transaction_pool_api::{
	error::{Error as PoolError, IntoPoolError},
	TransactionPool, TransactionSource, TransactionStatus,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::Bytes;
use sp_runtime::{transaction_validity::InvalidTransaction, OpaqueExtrinsic};
use std::{
	sync::Arc,
	time::{Duration, SystemTime},
};
use tp_core::{
	refusal::{ELSEWHERE, QUOTA_USED},
	AccountId, Block, ChainTag, Hash, TableId, TableRange,
};
use tp_quota::QuotaApi;

/// Events kept for a slow subscriber, which misses older ones.
const EVENTS_KEPT: usize = 3;

/// Returns the shard in which an account lives, with its tables, if the node knows it.
pub type ShardOf = Arc<dyn Fn(&AccountId) -> Option<(ChainTag, TableRange)> + Send + Sync>;

/// Serves [`TransactionsApiServer`].
pub struct Transactions<P, C> {
	submitter: Submitter<P, C>,
	executor: SubscriptionTaskExecutor,
}

/// A pool, and the chain that it is for.
struct Submitter<P, C> {
	pool: Arc<P>,
	client: Arc<C>,
	included: Arc<Included>,
	shard_of: Option<ShardOf>,
}

impl<P, C> Clone for Submitter<P, C> {
	fn clone(&self) -> Self {
		let Self { pool, client, included, shard_of } = self;
		Self { pool: pool.clone(), client: client.clone(), included: included.clone(), shard_of: shard_of.clone() }
	}
}

impl<P, C> Transactions<P, C> {
	/// Serves a pool.
	pub fn new(pool: Arc<P>, client: Arc<C>, included: Arc<Included>, executor: SubscriptionTaskExecutor) -> Self {
		Self { submitter: Submitter { pool, client, included, shard_of: None }, executor }
	}

	/// Names the shards of accounts that live in others than this one.
	pub fn with_shards(mut self, shard_of: Option<ShardOf>) -> Self {
		self.submitter.shard_of = shard_of;
		self
	}
}

impl<P, C> Submitter<P, C>
where
	P: TransactionPool<Block = Block, Hash = Hash> + 'static,
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block, Api: QuotaApi<Block, AccountId>> + Send + Sync + 'static,
{
	async fn submit(&self, bytes: &Bytes) -> Result<Hash, Refused> {
		let hash = hash_of(bytes);
		if self.included.find(&hash).is_some() {
			return Ok(hash);
		}
		let transaction = decode(bytes)?;
		let best = self.client.info().best_hash;
		let submitted = self.pool.submit_one(best, TransactionSource::External, transaction).await;
		submitted.map_err(|error| self.refused(error, bytes))
	}

	async fn watch(&self, bytes: &Bytes) -> Result<BoxStream<'static, TransactionStatus<Hash, Hash>>, Refused> {
		// Blocks are final, so the place of a transaction is the end of its history.
		if let Some(place) = self.included.find(&hash_of(bytes)) {
			let history = [TransactionStatus::InBlock(place), TransactionStatus::Finalized(place)];
			return Ok(futures::stream::iter(history).boxed());
		}
		let transaction = decode(bytes)?;
		let best = self.client.info().best_hash;
		let watched = self.pool.submit_and_watch(best, TransactionSource::External, transaction).await;
		let stream = watched.map_err(|error| self.refused(error, bytes))?;
		Ok(stream.boxed())
	}

	fn refused(&self, error: P::Error, bytes: &Bytes) -> Refused {
		match error.into_pool_error() {
			Ok(error) => {
				let detail = match error {
					PoolError::InvalidTransaction(InvalidTransaction::Custom(QUOTA_USED)) => {
						self.accepted_in(bytes).map(Detail::AcceptedIn)
					},
					PoolError::InvalidTransaction(InvalidTransaction::Custom(ELSEWHERE)) => {
						sender(bytes).map(|sender| self.home(&sender))
					},
					_ => None,
				};
				Refused::by_pool(error, detail)
			},
			Err(error) => Error::Verification(Box::new(error)).into(),
		}
	}

	/// Returns where an account of another shard lives.
	fn home(&self, account: &AccountId) -> Detail {
		let shard = self.shard_of.as_ref().and_then(|shard_of| shard_of(account));
		shard.map_or_else(|| Detail::SenderIn(TableId::of(account)), |(chain, tables)| Detail::SenderAt(chain, tables))
	}

	/// Returns when the sender's share allows a transaction. A runtime of before does not know it.
	fn accepted_in(&self, bytes: &Bytes) -> Option<Duration> {
		let transaction = decode(bytes).ok()?;
		let at = self.client.runtime_api().accepted_at(self.client.info().best_hash, transaction).ok()??;
		let now = SystemTime::UNIX_EPOCH.elapsed().ok()?;
		Some(Duration::from_millis(at).saturating_sub(now))
	}
}

fn decode(bytes: &Bytes) -> Result<OpaqueExtrinsic, Error> {
	OpaqueExtrinsic::decode_all(&mut &bytes[..]).map_err(Error::BadFormat)
}

/// Returns the account that sent a signed transaction. All ledgers encode it alike.
pub(super) fn sender(bytes: &Bytes) -> Option<AccountId> {
	/// The first byte of a signed transaction of version 4, and of an address that is an account id.
	const SIGNED_BY_ID: [u8; 2] = [0x84, 0];
	let transaction = decode(bytes).ok()?;
	let mut id = transaction.inner().strip_prefix(&SIGNED_BY_ID)?;
	AccountId::decode(&mut id).ok()
}

#[async_trait]
impl<P, C> TransactionsApiServer for Transactions<P, C>
where
	P: TransactionPool<Block = Block, Hash = Hash> + 'static,
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block, Api: QuotaApi<Block, AccountId>> + Send + Sync + 'static,
{
	async fn submit(&self, extrinsic: Bytes) -> RpcResult<Hash> {
		Ok(self.submitter.submit(&extrinsic).await?)
	}

	fn submit_and_watch(&self, pending: PendingSubscriptionSink, bytes: Bytes) {
		let submitter = self.submitter.clone();
		let run = async move {
			match submitter.watch(&bytes).await {
				Ok(stream) => {
					PendingSubscription::from(pending).pipe_from_stream(stream, BoundedVecDeque::default()).await
				},
				Err(refused) => pending.reject(ErrorObjectOwned::from(refused)).await,
			}
		};
		spawn_subscription_task(&self.executor, run);
	}

	fn submit_and_watch_v1(&self, pending: PendingSubscriptionSink, bytes: Bytes) {
		let submitter = self.submitter.clone();
		let run = async move {
			// Accepted first: by the specification a refusal is an event.
			let Ok(sink) = pending.accept().await.map(Subscription::from) else { return };
			match submitter.watch(&bytes).await {
				Ok(stream) => {
					let events = stream.filter_map(|status| futures::future::ready(event(status))).boxed();
					sink.pipe_from_stream(events, RingBuffer::new(EVENTS_KEPT)).await;
				},
				Err(refused) => {
					let event = TransactionEvent::<Hash>::from(refused);
					if sink.send(&event).await.is_err() {
						log::trace!(target: crate::log_targets::LOG_TARGET, "The subscriber of a refused transaction is gone");
					}
				},
			}
		};
		spawn_subscription_task(&self.executor, run);
	}
}
