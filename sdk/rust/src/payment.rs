//! A payment from its submission to its last stage, on the payer's ledger and beyond it.
//!
//! ```text
//! submitted ──▶ final ──▶ sealed                      recipient in the payer's shard: it has the value with the block
//!                 │
//!                 └─ a message to another shard ──▶ sealed ──▶ credited ──▶ confirmed
//!                                                      └─────▶ returned
//! ```
//!
//! If the payer's account has moved to another shard, the same unit is sent there: a unit applies at most once.

use crate::{
	patience::Patience,
	payment_report::{rank, stage_of, PaymentReport},
	reports::{BlockReport, ReasonCode, UnitReport},
	zone::UnverifiedProof,
	Error, MessageWatch, RpcClient, Submission,
};
use futures::future::BoxFuture;
use std::{ops::RangeInclusive, sync::Arc, time::Duration};
use tc_routing_rpc_types::{MessageReport, MessageStage, ProofLevel, SentReport};
use tp_lattice::{Operation, Receipt, TableId, Unit, UnitHash};

/// Pause between two questions for the heads of the zone. A zone makes a block in some hundred milliseconds.
const SEAL_POLL: Duration = Duration::from_millis(300);

/// A unit that a shard has accepted, with the shard.
pub(crate) struct Placed {
	pub submission: Submission,
	/// Name of the payer's ledger; `None` if its node runs it alone.
	pub chain: Option<String>,
	/// The tables of its accounts.
	pub tables: RangeInclusive<u8>,
	pub rpc: RpcClient,
}

/// Sends a unit again, to the shard in which its account lives. The argument says whether it has moved.
pub(crate) type Resend = Arc<dyn Fn(Unit, bool) -> BoxFuture<'static, Result<Placed, Error>> + Send + Sync>;

/// A submitted payment. After an error its methods can be called again. Every error has the unit: [`Error::units`].
pub struct Payment {
	unit: Unit,
	placed: Placed,
	resend: Resend,
	/// Whether the unit is not watched any more, because an error ended its watch.
	is_lost: bool,
	receipt: Option<Receipt>,
	block: Option<BlockReport>,
	/// The messages to other shards, once they are known.
	watches: Option<Vec<(MessageWatch, MessageReport)>>,
	newest: Option<PaymentReport>,
	has_ended: bool,
}

/// Returns whether a shard refuses a unit because its account lives in another one.
pub(crate) fn is_elsewhere(error: &Error) -> bool {
	matches!(error.cause(), Error::Unit { reason: Some(reason), .. } if reason.code == ReasonCode::Elsewhere)
}

impl Payment {
	pub(crate) fn new(unit: Unit, placed: Placed, resend: Resend) -> Self {
		Self {
			unit,
			placed,
			resend,
			is_lost: false,
			receipt: None,
			block: None,
			watches: None,
			newest: None,
			has_ended: false,
		}
	}

	/// Returns the unit.
	pub fn unit(&self) -> &Unit {
		&self.unit
	}

	/// Returns the hash of the unit.
	pub fn hash(&self) -> UnitHash {
		self.unit.hash()
	}

	/// Returns the name of the payer's ledger, such as `shard 0/1`; `None` if its node runs it alone.
	pub fn chain(&self) -> Option<&str> {
		self.placed.chain.as_deref()
	}

	/// Returns the newest report of the unit on the payer's ledger.
	pub fn report(&self) -> &UnitReport {
		self.placed.submission.report()
	}

	/// Returns the newest stage; `None` before the unit is final.
	pub fn stage(&self) -> Option<&PaymentReport> {
		self.newest.as_ref()
	}

	/// Waits until the unit is final on the payer's ledger. Returns its receipt, unverified: check it with a
	/// [`crate::Verifier`].
	///
	/// # Errors
	/// If the unit is refused, or the connection breaks and cannot be opened again; if the node has no receipt of the unit.
	pub async fn finalized(&mut self) -> Result<Receipt, Error> {
		if let Some(receipt) = &self.receipt {
			return Ok(receipt.clone());
		}
		if self.is_lost {
			self.send_again(false).await?;
		}
		loop {
			match self.placed.submission.wait_until_final().await {
				Ok(receipt) => {
					self.receipt = Some(receipt.clone());
					return Ok(receipt);
				},
				Err(error) => {
					self.is_lost = !matches!(error, Error::NoReceipt(_));
					// The account moved while the unit waited.
					if !is_elsewhere(&error) {
						return Err(error);
					}
					self.send_again(true).await?;
				},
			}
		}
	}

	async fn send_again(&mut self, has_moved: bool) -> Result<(), Error> {
		self.placed = (self.resend)(self.unit.clone(), has_moved).await?;
		self.is_lost = false;
		Ok(())
	}

	/// Waits for the next stage, beginning with `Final`. Returns `None` after the last one: `Sealed` in the payer's shard;
	/// `Confirmed` or `Returned` across shards; `Final` on a ledger whose node knows no zone. A stage is left out if the next
	/// one came with it.
	///
	/// # Errors
	/// See [`Self::finalized`]. Once the unit is final: [`Error::Unfollowed`].
	pub async fn next(&mut self) -> Result<Option<&PaymentReport>, Error> {
		let block = self.final_block().await?;
		match self.advance(block).await {
			Ok(false) => Ok(None),
			Ok(true) => Ok(self.newest.as_ref()),
			Err(source) => Err(Error::Unfollowed { unit: Box::new(self.unit.clone()), source: Box::new(source) }),
		}
	}

	/// Waits until the zone has committed the block of the unit.
	///
	/// # Errors
	/// See [`Self::next`].
	pub async fn sealed(&mut self) -> Result<&PaymentReport, Error> {
		self.reach(MessageStage::Sealed).await
	}

	/// Waits until the recipient has the value. A recipient in the payer's shard has it with the block of the unit.
	///
	/// # Errors
	/// If the value went back to the payer: [`Error::Returned`]. See [`Self::next`].
	pub async fn credited(&mut self) -> Result<&PaymentReport, Error> {
		let unit = self.unit.clone();
		let report = self.reach(MessageStage::Credited).await?;
		match report.has_returned() {
			false => Ok(report),
			true => Err(Error::Returned { unit: Box::new(unit), report: Box::new(report.clone()) }),
		}
	}

	/// Requests a proof across ledgers of the first message of the unit, unverified: check it with a
	/// [`crate::MessageVerifier`].
	///
	/// # Errors
	/// See [`Self::finalized`], or if the payment has not come that far.
	pub async fn prove(&mut self, level: ProofLevel) -> Result<UnverifiedProof, Error> {
		self.final_block().await?;
		self.placed.rpc.prove_unit(self.hash(), level).await
	}

	async fn reach(&mut self, stage: MessageStage) -> Result<&PaymentReport, Error> {
		loop {
			let is_local = self.watches.as_ref().is_some_and(Vec::is_empty) && stage == MessageStage::Credited;
			if self.newest.as_ref().is_some_and(|newest| is_local || newest.has_reached(stage)) {
				break;
			}
			if self.next().await?.is_none() {
				let source = Error::Unknown { object: "zone of this ledger, so it seals nothing".into() };
				return Err(Error::Unfollowed { unit: Box::new(self.unit.clone()), source: Box::new(source) });
			}
		}
		Ok(self.newest.as_ref().expect("the loop ends with a report; qed"))
	}

	/// Waits until the unit is final. Returns its block.
	async fn final_block(&mut self) -> Result<BlockReport, Error> {
		if let Some(block) = self.block {
			return Ok(block);
		}
		let block = match self.finalized().await {
			Ok(receipt) => BlockReport { number: receipt.header.number, hash: receipt.header.hash() },
			// A node without an index knows the block all the same.
			Err(error @ Error::NoReceipt(_)) => self.report().block.ok_or(error)?,
			Err(error) => return Err(error),
		};
		self.block = Some(block);
		Ok(block)
	}

	/// Notes the next stage. Returns whether there is one.
	async fn advance(&mut self, block: BlockReport) -> Result<bool, Error> {
		if self.watches.is_none() {
			let Placed { rpc, tables, .. } = &self.placed;
			self.watches = Some(find_messages(rpc, tables, &self.unit, block).await?);
		}
		let is_local = self.watches.as_ref().is_none_or(Vec::is_empty);
		let stage = match &self.newest {
			None => MessageStage::Final,
			Some(_) if self.has_ended => return Ok(false),
			Some(_) if !is_local => self.next_of_messages().await?,
			Some(_) if self.placed.chain.is_none() => {
				self.has_ended = true;
				return Ok(false);
			},
			Some(_) => {
				wait_until_sealed(&self.placed.rpc, self.placed.chain.as_deref(), block).await?;
				MessageStage::Sealed
			},
		};
		self.has_ended = stage.is_end() || (is_local && stage == MessageStage::Sealed);
		let messages = self.watches.iter().flatten().map(|(_, newest)| newest.clone()).collect();
		self.newest = Some(PaymentReport { stage, block, messages });
		Ok(true)
	}

	/// Waits until the slowest message reaches another stage.
	async fn next_of_messages(&mut self) -> Result<MessageStage, Error> {
		let known = self.newest.as_ref().map_or(0, |newest| rank(newest.stage));
		loop {
			let Some(watches) = &mut self.watches else { return Err(Error::WatchEnded) };
			let reports: Vec<_> = watches.iter().map(|(_, newest)| newest.clone()).collect();
			let stage = stage_of(&reports);
			if rank(stage) > known {
				return Ok(stage);
			}
			let slowest = watches.iter_mut().min_by_key(|(_, newest)| rank(newest.stage));
			let (watch, newest) = slowest.ok_or(Error::WatchEnded)?;
			*newest = watch.next().await?.ok_or(Error::WatchEnded)?;
		}
	}
}

/// Returns the messages that the unit sent, once the node has all of them.
async fn find_messages(
	rpc: &RpcClient,
	tables: &RangeInclusive<u8>,
	unit: &Unit,
	block: BlockReport,
) -> Result<Vec<(MessageWatch, MessageReport)>, Error> {
	let hash = unit.hash();
	let expected = tables_paid(unit).filter(|table| !tables.contains(table)).count();
	let mut patience = Patience::new(rpc.options().reconnect_for);
	loop {
		let failure = match rpc.sent_messages(block.hash).await {
			Ok(sent) => {
				let own: Vec<_> = sent.into_iter().filter(|message| message.unit == Some(hash)).collect();
				if own.len() >= expected {
					let watch = |message: SentReport| (rpc.watch_message(message.id.clone()), begun(message, block));
					return Ok(own.into_iter().map(watch).collect());
				}
				Error::Unknown { object: format!("message of the unit {hash:?}: ask a node with an index") }
			},
			Err(error) if error.is_method_missing() && expected == 0 => return Ok(Vec::new()),
			Err(error) if error.is_passing() => error,
			Err(error) => return Err(error),
		};
		if !patience.wait().await {
			return Err(failure);
		}
	}
}

/// Waits until the zone has committed the block.
async fn wait_until_sealed(rpc: &RpcClient, chain: Option<&str>, block: BlockReport) -> Result<(), Error> {
	let mut patience = Patience::new(rpc.options().reconnect_for);
	loop {
		match rpc.zone_heads().await {
			Ok(heads) => {
				patience.renew();
				let head = heads.heads.iter().find(|head| Some(&head.chain[..]) == chain);
				match head.filter(|head| head.number >= block.number) {
					Some(head) if head.number == block.number && head.hash != block.hash => {
						let reason =
							format!("the zone has committed another block {} than that of the payment", block.number);
						return Err(Error::Answer { method: "zone_heads", reason });
					},
					Some(_) => return Ok(()),
					None => {},
				}
			},
			Err(error) if !error.is_passing() || !patience.wait().await => return Err(error),
			Err(_) => {},
		}
		tokio::time::sleep(SEAL_POLL).await;
	}
}

/// Returns the tables of the accounts that a unit pays.
fn tables_paid(unit: &Unit) -> impl Iterator<Item = u8> + '_ {
	unit.body.operations.iter().filter_map(|operation| match operation {
		Operation::Transfer { dest, .. }
		| Operation::TransferKeepAlive { dest, .. }
		| Operation::TransferAll { dest } => Some(TableId::of(dest).0),
		_ => None,
	})
}

/// Returns the report of a message whose block is final.
fn begun(message: SentReport, block: BlockReport) -> MessageReport {
	let SentReport { id, lane, sequence, initiator, value, to, unit: _ } = message;
	MessageReport {
		id,
		lane,
		sequence,
		initiator,
		value,
		to,
		stage: MessageStage::Final,
		sent: Some(block),
		sealed: None,
		taken: None,
		outcome: None,
	}
}
