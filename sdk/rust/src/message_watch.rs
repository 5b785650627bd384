//! A message to another ledger, from its block to its last stage, over as many connections as it takes.
//!
//! ```text
//! subscribe ──▶ ask for the present stage ──▶ stages ──▶ the last one: returned, and the watch ends
//!     ▲                                         │
//!     └────── silence, or the connection broke ─┘
//! ```

use crate::{patience::Patience, payment_report::rank, Error, RpcClient};
use jsonrpsee::{core::client::Subscription, rpc_params};
use sp_core::Bytes;
use std::time::Duration;
use tc_routing_rpc_types::MessageReport;
use tokio::time::timeout;

const METHOD: &str = "mailbox_watchMessage";
/// Time without a report after which the node is asked again: a notification can be lost where the connection is not.
const SILENCE: Duration = Duration::from_secs(15);

/// Reports of a message, one a stage, up to the last stage: `Confirmed` or `Returned`. A stage can be missing if the next one
/// came at the same time. After an error the next call goes on.
pub struct MessageWatch {
	rpc: RpcClient,
	id: Bytes,
	patience: Patience,
	reports: Option<Subscription<MessageReport>>,
	/// The report after the subscription, until it is returned.
	present: Option<MessageReport>,
	told: Option<u8>,
	has_ended: bool,
}

impl MessageWatch {
	pub(crate) fn new(rpc: RpcClient, id: Bytes) -> Self {
		let patience = Patience::new(rpc.options().reconnect_for);
		Self { rpc, id, patience, reports: None, present: None, told: None, has_ended: false }
	}

	/// Waits for the next stage. Returns `None` after the last one.
	///
	/// # Errors
	/// If the node refuses the call, or the connection breaks and cannot be opened again.
	pub async fn next(&mut self) -> Result<Option<MessageReport>, Error> {
		while !self.has_ended {
			let report = match self.read().await {
				Ok(Some(report)) => report,
				Ok(None) => {
					self.reports = None;
					continue;
				},
				Err(error) => {
					self.reports = None;
					if !error.is_passing() || !self.patience.wait().await {
						return Err(error);
					}
					continue;
				},
			};
			self.patience.renew();
			let stage = rank(report.stage);
			// A node that starts again can report a stage that another one had reported.
			if self.told.is_some_and(|told| stage <= told) {
				continue;
			}
			self.told = Some(stage);
			self.has_ended = report.stage.is_end();
			return Ok(Some(report));
		}
		Ok(None)
	}

	/// Returns the next report, or `None` if it is time to ask again.
	async fn read(&mut self) -> Result<Option<MessageReport>, Error> {
		if self.reports.is_none() {
			// The question comes after the subscription, so no stage is missed between the two.
			let unsubscribe = "mailbox_unwatchMessage";
			self.reports = Some(self.rpc.subscribe(METHOD, rpc_params![&self.id], unsubscribe).await?);
			let present = self.rpc.message(&self.id).await?;
			self.present = Some(present.ok_or(Error::WatchEnded)?);
		}
		if let Some(present) = self.present.take() {
			return Ok(Some(present));
		}
		let Some(reports) = &mut self.reports else { return Ok(None) };
		match timeout(SILENCE, reports.next()).await {
			Ok(Some(Ok(report))) if report.id == self.id => Ok(Some(report)),
			Ok(Some(Ok(_))) => Err(answer("the report is of another message")),
			Ok(Some(Err(error))) => Err(answer(error)),
			Ok(None) => Err(Error::WatchEnded),
			Err(_) => Ok(None),
		}
	}
}

fn answer(reason: impl ToString) -> Error {
	Error::Answer { method: METHOD, reason: reason.to_string() }
}
