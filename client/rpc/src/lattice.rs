//! `lattice_*`: units, from their submission to their receipts.

use codec::{DecodeAll, Encode};
use futures::future::BoxFuture;
use jsonrpsee::{
	core::{async_trait, RpcResult, SubscriptionResult},
	proc_macros::rpc,
	types::{error::INVALID_PARAMS_CODE, ErrorObject, ErrorObjectOwned},
	PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_core::Bytes;
use std::{collections::HashMap, sync::Arc};
use tc_lattice::{Archive, ChainView, DropReason, FoundUnit, Status, SubmitError, Units, Watch};
use tc_lattice_rpc_types::{
	AccountReport, BlockReport, ChainedUnit, InfoReport, NextReport, QuotaReport, ReasonCode, ReasonReport,
	TableReport, UnitDetails, UnitReport, UnitStatus, VerifyReport, WatchOptions, DEFAULT_CHAINED_UNITS,
	ERROR_INTERNAL, ERROR_TOO_MANY_UNITS, ERROR_UNKNOWN_UNIT, MAX_CHAINED_UNITS, MAX_UNITS_PER_CALL,
};
use tp_core::AccountId;
use tp_lattice::{Mark, Reason, Receipt, TableId, Unit, UnitHash, MAX_OPERATIONS, MAX_VALIDITY};
use tp_pbft::check_signature;

/// The unit lane, as clients see it.
#[rpc(client, server, namespace = "lattice")]
pub trait LatticeApi {
	/// What units for this ledger are made and judged by.
	#[method(name = "info")]
	fn info(&self) -> RpcResult<InfoReport>;

	/// Takes units in; says of each, in order, where it stands once its signature was verified.
	#[method(name = "submit")]
	async fn submit(&self, units: Vec<Bytes>) -> RpcResult<Vec<UnitReport>>;

	/// Takes units in, and tells where each stands until all have come to their end.
	#[subscription(name = "submitAndWatch" => "unitStatus", unsubscribe = "unwatch", item = UnitReport)]
	async fn submit_and_watch(&self, units: Vec<Bytes>, options: Option<WatchOptions>) -> SubscriptionResult;

	/// An account, and what its next unit is made from; null if it does not exist.
	#[method(name = "account", blocking)]
	fn account(&self, account: AccountId) -> RpcResult<Option<AccountReport>>;

	/// The newest units of an account's chain that applied, newest first; those below a height, if one is given.
	#[method(name = "units", blocking)]
	fn units(&self, account: AccountId, before: Option<u32>, limit: Option<u32>) -> RpcResult<Vec<ChainedUnit>>;

	/// A unit that waits in the pool or is in the chain; null if it is neither.
	#[method(name = "unit", blocking)]
	fn unit(&self, hash: UnitHash) -> RpcResult<Option<UnitDetails>>;

	/// The receipt of a final unit.
	#[method(name = "prove", blocking)]
	fn prove(&self, hash: UnitHash) -> RpcResult<Bytes>;

	/// Checks a receipt against the committee that this node knows.
	#[method(name = "verify", blocking)]
	fn verify(&self, receipt: Bytes) -> RpcResult<VerifyReport>;

	/// The newest link of a table's chain.
	#[method(name = "table", blocking)]
	fn table(&self, table: u8) -> RpcResult<TableReport>;
}

/// Serves [`LatticeApiServer`].
#[derive(Clone)]
pub struct Lattice {
	units: Units,
	archive: Arc<Archive>,
	chain: Arc<dyn ChainView>,
	executor: SubscriptionTaskExecutor,
}

impl Lattice {
	/// Over a pool, an archive and their chain.
	pub fn new(
		units: Units,
		archive: Arc<Archive>,
		chain: Arc<dyn ChainView>,
		executor: SubscriptionTaskExecutor,
	) -> Self {
		Self { units, archive, chain, executor }
	}

	/// A report of a status. The receipt is added by who wants it.
	fn report(hash: UnitHash, status: &Status) -> UnitReport {
		let mut report = UnitReport::new(hash, UnitStatus::Final);
		match *status {
			Status::Future => report.status = UnitStatus::Future,
			Status::Ready => report.status = UnitStatus::Ready,
			Status::Final { number, hash, .. } => report.block = Some(BlockReport { number, hash }),
			Status::Dropped(reason) => {
				report.status = UnitStatus::Dropped;
				report.reason = Some(dropped(reason));
			},
			Status::Invalid(reason, retry_at) => {
				report.status = UnitStatus::Invalid;
				report.reason = Some(ReasonReport { retry_at, ..reason.into() });
			},
			Status::Usurped => report.status = UnitStatus::Usurped,
		}
		report
	}

	fn found(&self, hash: UnitHash) -> RpcResult<Option<FoundUnit>> {
		self.archive.unit(&hash).map_err(internal)
	}

	/// What became of a unit whose height has passed, longer ago than the pool remembers.
	fn settled(&self, hash: UnitHash, status: Status) -> Status {
		if !matches!(status, Status::Invalid(Reason::Height, _)) {
			return status;
		}
		match self.archive.unit(&hash) {
			Ok(Some(FoundUnit { mark: Mark::APPLIED, number, block, index, .. })) => {
				Status::Final { number, hash: block, index }
			},
			Ok(_) => status,
			Err(error) => {
				log::error!(target: "lattice", "What became of {hash:?} cannot be read: {error}");
				status
			},
		}
	}

	/// The receipt of a unit that this pool saw become final.
	fn receipt_of(&self, status: &Status) -> RpcResult<Option<Receipt>> {
		let Status::Final { hash, index, .. } = *status else { return Ok(None) };
		self.archive.receipt(hash, index).map_err(internal)
	}

	/// Tells what becomes of units, until all have come to their end or nobody listens.
	async fn follow(self, sink: SubscriptionSink, mut watch: Watch, units: Vec<Unit>, receipts: bool) {
		let known = match self.units.submit(units).await {
			Ok(known) => known,
			Err(error) => {
				let reports = watch.units().iter().map(|hash| (*hash, overloaded(&error)));
				for (hash, reason) in reports.collect::<Vec<_>>() {
					let report = UnitReport { reason: Some(reason), ..UnitReport::new(hash, UnitStatus::Dropped) };
					if !send(&sink, &report).await {
						return;
					}
				}
				return;
			},
		};
		let mut open: HashMap<UnitHash, Option<Status>> = known.iter().map(|(hash, _)| (*hash, None)).collect();
		for (hash, status) in known {
			let status = self.settled(hash, status);
			if !self.tell(&sink, &mut open, hash, status, receipts).await {
				return;
			}
		}
		while !open.is_empty() {
			let Some((hash, status)) = watch.next().await else {
				// It was too slow for what came.
				let lost = Status::Dropped(DropReason::Overloaded);
				for hash in open.keys().copied().collect::<Vec<_>>() {
					let status = self.units.status(&hash).filter(Status::is_end).unwrap_or(lost);
					if !self.tell(&sink, &mut open, hash, status, receipts).await {
						return;
					}
				}
				return;
			};
			if !self.tell(&sink, &mut open, hash, status, receipts).await {
				return;
			}
		}
	}

	/// Tells of one status; false if nobody listens.
	async fn tell(
		&self,
		sink: &SubscriptionSink,
		open: &mut HashMap<UnitHash, Option<Status>>,
		hash: UnitHash,
		status: Status,
		receipts: bool,
	) -> bool {
		match open.get_mut(&hash) {
			// What the submission answered comes as an event as well.
			Some(told) if told.as_ref() != Some(&status) => *told = Some(status),
			_ => return true,
		}
		if status.is_end() {
			open.remove(&hash);
		}
		let mut report = Self::report(hash, &status);
		if receipts {
			match self.receipt_of(&status) {
				Ok(receipt) => report.receipt = receipt.map(|receipt| Bytes(receipt.encode())),
				Err(error) => log::warn!(target: "lattice", "No receipt for {hash:?}: {error}"),
			}
		}
		send(sink, &report).await
	}
}

async fn send(sink: &SubscriptionSink, report: &UnitReport) -> bool {
	match SubscriptionMessage::from_json(report) {
		Ok(message) => sink.send(message).await.is_ok(),
		Err(error) => {
			log::error!(target: "lattice", "A unit's status does not serialize: {error}");
			false
		},
	}
}

fn dropped(reason: DropReason) -> ReasonReport {
	let code = match reason {
		DropReason::TooLarge => ReasonCode::TooLarge,
		DropReason::Conflict => ReasonCode::Conflict,
		DropReason::GapTooFar => ReasonCode::GapTooFar,
		DropReason::AccountFull => ReasonCode::AccountFull,
		DropReason::PoolFull => ReasonCode::PoolFull,
		DropReason::Replaced => ReasonCode::Replaced,
		DropReason::TimedOut => ReasonCode::TimedOut,
		DropReason::Overloaded => ReasonCode::Overloaded,
		DropReason::DuplicateHeight => ReasonCode::DuplicateHeight,
	};
	ReasonReport { code, message: reason.to_string(), retry_at: None }
}

fn overloaded(error: &SubmitError) -> ReasonReport {
	ReasonReport { code: ReasonCode::Overloaded, message: error.to_string(), retry_at: None }
}

fn error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
	ErrorObject::owned(code, message.into(), None::<()>)
}

fn internal(failure: impl ToString) -> ErrorObjectOwned {
	error(ERROR_INTERNAL, failure.to_string())
}

fn unknown(hash: UnitHash) -> ErrorObjectOwned {
	error(ERROR_UNKNOWN_UNIT, format!("no unit {hash:?} is known to be final"))
}

/// Reads a call's units.
fn decode(units: &[Bytes]) -> RpcResult<Vec<Unit>> {
	if units.len() > MAX_UNITS_PER_CALL as usize {
		let message = format!("a call takes {MAX_UNITS_PER_CALL} units, and this one has {}", units.len());
		return Err(error(ERROR_TOO_MANY_UNITS, message));
	}
	let read = |(place, bytes): (usize, &Bytes)| {
		Unit::decode_all(&mut &bytes[..]).map_err(|failure| {
			error(INVALID_PARAMS_CODE, format!("unit {place} of the call does not decode: {failure}"))
		})
	};
	units.iter().enumerate().map(read).collect()
}

#[async_trait]
impl LatticeApiServer for Lattice {
	fn info(&self) -> RpcResult<InfoReport> {
		let context = self.units.context().context;
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

	async fn submit(&self, units: Vec<Bytes>) -> RpcResult<Vec<UnitReport>> {
		let statuses = self.units.submit(decode(&units)?).await.map_err(internal)?;
		Ok(statuses.into_iter().map(|(hash, status)| Self::report(hash, &self.settled(hash, status))).collect())
	}

	async fn submit_and_watch(
		&self,
		pending: PendingSubscriptionSink,
		units: Vec<Bytes>,
		options: Option<WatchOptions>,
	) -> SubscriptionResult {
		let units = match decode(&units) {
			Ok(units) => units,
			Err(refused) => {
				pending.reject(refused).await;
				return Ok(());
			},
		};
		let sink = pending.accept().await?;
		// Before they are submitted: a unit can be final before its submission has been answered.
		let watch = self.units.watch(units.iter().map(Unit::hash).collect());
		let receipts = options.unwrap_or_default().receipts;
		let follow: BoxFuture<'static, ()> = Box::pin(self.clone().follow(sink, watch, units, receipts));
		self.executor.spawn("lattice-watch", Some("rpc"), follow);
		Ok(())
	}

	fn account(&self, account: AccountId) -> RpcResult<Option<AccountReport>> {
		let Some(view) = self.units.account(&account).map_err(internal)? else { return Ok(None) };
		let context = self.units.context().context;
		let deposit = context.existential_deposit;
		let now = &view.account;
		// One that dies of its last unit has no next.
		let next = view.next.unwrap_or_default();
		Ok(Some(AccountReport {
			account,
			height: now.nonce,
			head: now.data.unit_head,
			free: now.data.free,
			reserved: now.data.reserved,
			frozen: now.data.frozen,
			spendable: now.spendable(deposit, false),
			received: now.data.received,
			received_hash: now.data.received_hash,
			quota: context.shares_of(now).map(|rules| QuotaReport {
				used: now.data.quota.used_at(view.now).into(),
				share: rules.share(now.data.quota.locked).into(),
				locked: now.data.quota.locked,
			}),
			next: NextReport {
				height: next.nonce,
				head: next.data.unit_head,
				spendable: next.spendable(deposit, false),
				pending: u32::try_from(view.pending).unwrap_or(u32::MAX),
			},
		}))
	}

	fn units(&self, account: AccountId, before: Option<u32>, limit: Option<u32>) -> RpcResult<Vec<ChainedUnit>> {
		let limit = limit.unwrap_or(DEFAULT_CHAINED_UNITS).min(MAX_CHAINED_UNITS) as usize;
		let found = self.archive.chain(&account, before, limit).map_err(internal)?;
		let chained = |found: FoundUnit| ChainedUnit {
			hash: found.hash,
			height: found.unit.body.height,
			unit: Bytes(found.unit.encode()),
			block: BlockReport { number: found.number, hash: found.block },
			index: found.index,
		};
		Ok(found.into_iter().map(chained).collect())
	}

	fn unit(&self, hash: UnitHash) -> RpcResult<Option<UnitDetails>> {
		if let Some(waiting) = self.units.get(&hash) {
			let status = self.units.status(&hash).unwrap_or(Status::Future);
			let unit = Bytes(waiting.unit.encode());
			return Ok(Some(UnitDetails { report: Self::report(hash, &status), unit, index: None }));
		}
		let found = match self.found(hash)? {
			Some(found) => found,
			// Final a moment ago, and not indexed yet.
			None => match self.units.status(&hash).map(|status| self.receipt_of(&status)).transpose()?.flatten() {
				Some(receipt) => {
					let status = self.units.status(&hash).unwrap_or(Status::Usurped);
					let unit = Bytes(receipt.unit.encode());
					return Ok(Some(UnitDetails { report: Self::report(hash, &status), unit, index: None }));
				},
				None => return Ok(None),
			},
		};
		let status = match found.mark {
			Mark::APPLIED => Status::Final { number: found.number, hash: found.block, index: found.index },
			Mark(reason) => reason.map_or(Status::Usurped, |reason| Status::Invalid(reason, None)),
		};
		let mut report = Self::report(hash, &status);
		report.block = Some(BlockReport { number: found.number, hash: found.block });
		Ok(Some(UnitDetails { report, unit: Bytes(found.unit.encode()), index: Some(found.index) }))
	}

	fn prove(&self, hash: UnitHash) -> RpcResult<Bytes> {
		let seen = self.units.status(&hash).map(|status| self.receipt_of(&status)).transpose()?.flatten();
		let receipt = match (seen, self.found(hash)) {
			(Some(receipt), _) => Some(receipt),
			(None, found) => match found? {
				Some(found) => self.archive.receipt(found.block, found.index).map_err(internal)?,
				None => None,
			},
		};
		receipt.map(|receipt| Bytes(receipt.encode())).ok_or_else(|| unknown(hash))
	}

	fn verify(&self, receipt: Bytes) -> RpcResult<VerifyReport> {
		let invalid = |error: String| VerifyReport { valid: false, error: Some(error), block: None };
		let receipt = match Receipt::decode_all(&mut &receipt[..]) {
			Ok(receipt) => receipt,
			Err(error) => return Ok(invalid(format!("it does not decode: {error}"))),
		};
		let block = BlockReport { number: receipt.header.number, hash: receipt.header.hash() };
		// Whose committee: that of the chain that this node follows, not one that the receipt names.
		let committee = self.chain.hash_at(receipt.header.number.saturating_sub(1)).map_err(internal)?;
		let Some(parent) = committee.filter(|parent| *parent == receipt.header.parent_hash) else {
			return Ok(VerifyReport { block: Some(block), ..invalid("its block is not on this chain".into()) });
		};
		let (committee, domain) = match self.chain.committee(parent) {
			Ok(found) => found,
			Err(reason) => {
				let known = self.chain.hash_at(receipt.header.number).map_err(internal)? == Some(block.hash);
				if !known {
					return Ok(VerifyReport { block: Some(block), ..invalid("its block is not on this chain".into()) });
				}
				return Err(internal(format!(
					"the committee of block {} is not known any more: {reason}",
					block.number
				)));
			},
		};
		Ok(match receipt.verify(&domain, &committee, check_signature) {
			Ok(()) => VerifyReport { valid: true, error: None, block: Some(block) },
			Err(error) => VerifyReport { block: Some(block), ..invalid(error.to_string()) },
		})
	}

	fn table(&self, table: u8) -> RpcResult<TableReport> {
		let (_, newest) = self.chain.newest();
		let head = self.chain.table_head(newest, TableId(table)).map_err(internal)?;
		Ok(TableReport { table, height: head.height, hash: head.hash })
	}
}
