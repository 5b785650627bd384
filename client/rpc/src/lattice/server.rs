//! Serves the methods.

use super::{
	account::account_report,
	api::LatticeApiServer,
	error::LatticeError,
	lookup::{Lookup, Patience},
	report::report,
	verify::verify,
	watch::Subscription,
};
use crate::routing::{level_of, LedgerReader};
use codec::{Compact, Decode, DecodeAll, Encode};
use futures::future::BoxFuture;
use jsonrpsee::{
	core::{async_trait, RpcResult, SubscriptionResult},
	PendingSubscriptionSink,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_core::Bytes;
use std::sync::Arc;
use tc_lattice::{Archive, ChainView, UnitPool};
use tc_lattice_rpc_types::{
	AccountReport, ChainedUnit, InfoReport, SubmittedUnits, TableReport, UnitDetails, UnitReport, VerifyReport,
	WatchOptions, DEFAULT_CHAINED_UNITS, MAX_CHAINED_UNITS, MAX_UNITS_PER_CALL,
};
use tc_routing::reads::Ledgers;
use tc_routing_rpc_types::ProofLevel;
use tp_core::AccountId;
use tp_lattice::{TableId, Unit, UnitHash, MAX_OPERATIONS, MAX_VALIDITY};
use tp_receipt::Level;

/// Serves [`LatticeApiServer`].
#[derive(Clone)]
pub struct Lattice {
	lookup: Lookup,
	chain: Arc<dyn ChainView>,
	executor: SubscriptionTaskExecutor,
	/// The other ledgers of the node.
	ledgers: Option<LedgerReader>,
}

impl Lattice {
	/// Serves a pool, its archive and their chain.
	pub fn new(
		units: UnitPool,
		archive: Arc<Archive>,
		chain: Arc<dyn ChainView>,
		executor: SubscriptionTaskExecutor,
	) -> Self {
		Self { lookup: Lookup { units, archive }, chain, executor, ledgers: None }
	}

	/// Proves units that pay other ledgers, by the ledgers of the node.
	pub fn across(self, ledgers: LedgerReader) -> Self {
		Self { ledgers: Some(ledgers), ..self }
	}
}

impl Lattice {
	/// Reads the newest state, on the threads for it.
	async fn read<R: Send + 'static, E: Send + 'static>(
		&self,
		read: impl FnOnce() -> Result<R, E> + Send + 'static,
	) -> Result<R, LatticeError>
	where
		LatticeError: From<E>,
	{
		let mut call = self.lookup.units.reads().state.try_call()?;
		Ok(call.read(read).await??)
	}
}

/// Decodes the units of a call.
fn decode(units: &SubmittedUnits) -> Result<Vec<Unit>, LatticeError> {
	match units {
		SubmittedUnits::List(units) => {
			ensure_few(units.len())?;
			let read = |(index, bytes): (usize, &Bytes)| {
				Unit::decode_all(&mut &bytes[..]).map_err(|source| LatticeError::Undecodable { index, source })
			};
			units.iter().enumerate().map(read).collect()
		},
		SubmittedUnits::Joined(bytes) => decode_joined(bytes),
	}
}

fn ensure_few(units: usize) -> Result<(), LatticeError> {
	match units > MAX_UNITS_PER_CALL as usize {
		true => Err(LatticeError::TooManyUnits(units)),
		false => Ok(()),
	}
}

/// Decodes the units of one byte string.
fn decode_joined(mut bytes: &[u8]) -> Result<Vec<Unit>, LatticeError> {
	let undecodable = |index| move |source| LatticeError::Undecodable { index, source };
	let Compact(count) = Compact::<u32>::decode(&mut bytes).map_err(undecodable(0))?;
	let count = count as usize;
	// Before anything is allocated for them.
	ensure_few(count)?;
	let units = (0..count).map(|index| Unit::decode(&mut bytes).map_err(undecodable(index)));
	let units = units.collect::<Result<Vec<_>, _>>()?;
	match bytes.is_empty() {
		true => Ok(units),
		false => Err(undecodable(count)("bytes follow the last unit".into())),
	}
}

#[async_trait]
impl LatticeApiServer for Lattice {
	fn info(&self) -> RpcResult<InfoReport> {
		let context = self.lookup.units.context().context;
		Ok(InfoReport {
			domain: context.domain.0,
			tables: (*context.tables.start(), *context.tables.end()),
			existential_deposit: context.existential_deposit,
			max_operations: MAX_OPERATIONS,
			max_validity: MAX_VALIDITY,
			compute_per_unit: context.compute_per_unit,
			compute_per_operation: context.compute_per_operation,
			max_units_per_call: MAX_UNITS_PER_CALL,
		})
	}

	async fn submit(&self, units: SubmittedUnits) -> RpcResult<Vec<UnitReport>> {
		let statuses = self.lookup.units.submit(decode(&units)?).await.map_err(LatticeError::from)?;
		let known = self.lookup.settle(statuses, Patience::None).await;
		Ok(known.iter().map(|(hash, knowledge)| report(*hash, knowledge)).collect())
	}

	async fn submit_and_watch(
		&self,
		pending: PendingSubscriptionSink,
		units: SubmittedUnits,
		options: Option<WatchOptions>,
	) -> SubscriptionResult {
		let watched = decode(&units).and_then(|units| {
			let hashes = units.iter().map(Unit::hash).collect();
			let watch = self.lookup.units.watch(pending.connection_id().0, hashes)?;
			Ok((units, watch))
		});
		let (units, watch) = match watched {
			Ok(watched) => watched,
			Err(refused) => {
				pending.reject(refused).await;
				return Ok(());
			},
		};
		let sink = pending.accept().await?;
		let subscription = Subscription::new(self.lookup.clone(), sink, options.unwrap_or_default());
		let run: BoxFuture<'static, ()> = Box::pin(subscription.run(watch, units));
		self.executor.spawn("lattice-watch", Some("rpc"), run);
		Ok(())
	}

	async fn account(&self, account: AccountId) -> RpcResult<AccountReport> {
		let units = self.lookup.units.clone();
		let id = account.clone();
		let view = self.read(move || units.account(&id)).await?;
		let context = self.lookup.units.context().context;
		Ok(account_report(account, view, &context))
	}

	async fn units(&self, account: AccountId, before: Option<u32>, limit: Option<u32>) -> RpcResult<Vec<ChainedUnit>> {
		let limit = limit.unwrap_or(DEFAULT_CHAINED_UNITS).min(MAX_CHAINED_UNITS) as usize;
		Ok(self.lookup.chain(account, before, limit).await?)
	}

	async fn unit(&self, hash: UnitHash) -> RpcResult<Option<UnitDetails>> {
		Ok(self.lookup.details(hash).await?)
	}

	async fn prove(&self, hash: UnitHash, level: Option<ProofLevel>) -> RpcResult<Bytes> {
		let receipt = self.lookup.receipt(hash).await?;
		let level = level_of(level);
		if level == Level::Final {
			return Ok(Bytes(receipt.encode()));
		}
		let ledgers = self.ledgers.as_ref().ok_or(LatticeError::NoZone)?;
		let (own, block) = (ledgers.own(), receipt.header.hash());
		let prove = move |ledgers: &Ledgers| ledgers.prove(ledgers.message_of(own, block, &hash)?, level);
		let receipt = ledgers.read(prove).await.map_err(LatticeError::from)?;
		Ok(Bytes(receipt.encode()))
	}

	async fn verify(&self, receipt: Bytes) -> RpcResult<VerifyReport> {
		let chain = self.chain.clone();
		Ok(self.read(move || verify(&*chain, &receipt)).await?)
	}

	async fn table(&self, table: u8) -> RpcResult<TableReport> {
		let chain = self.chain.clone();
		let read = move || {
			let (_, newest) = chain.newest();
			chain.table_head(newest, TableId(table))
		};
		let head = self.read(read).await?;
		Ok(TableReport { table, height: head.height, hash: head.hash })
	}
}
