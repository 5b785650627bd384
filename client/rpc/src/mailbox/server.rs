//! Serves the methods.

use super::{
	api::MailboxApiServer,
	report::{decode_id, lanes_report, message_report, sent_report},
	watch::watch,
};
use crate::routing::{level_of, LedgerReader};
use codec::Encode;
use futures::future::BoxFuture;
use jsonrpsee::{
	core::{async_trait, RpcResult, SubscriptionResult},
	PendingSubscriptionSink,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_core::Bytes;
use tc_routing_rpc_types::{LanesReport, MessageReport, ProofLevel, SentReport};
use tp_core::Hash;

/// Serves [`MailboxApiServer`].
pub struct Mailbox {
	reader: LedgerReader,
	executor: SubscriptionTaskExecutor,
}

impl Mailbox {
	/// Serves the ledgers of a node.
	pub fn new(reader: LedgerReader, executor: SubscriptionTaskExecutor) -> Self {
		Self { reader, executor }
	}
}

#[async_trait]
impl MailboxApiServer for Mailbox {
	async fn lanes(&self) -> RpcResult<LanesReport> {
		let own = self.reader.own();
		let read = move |ledgers: &tc_routing::reads::Ledgers| {
			let ledger = ledgers.get(own)?;
			let newest = ledger.newest();
			Ok(lanes_report(ledger.mailbox(newest)?, ledger.in_lanes(newest)?))
		};
		Ok(self.reader.read(read).await?)
	}

	async fn sent(&self, block: Hash) -> RpcResult<Vec<SentReport>> {
		let own = self.reader.own();
		let sent = self.reader.read(move |ledgers| ledgers.sent_in(own, block)).await?;
		Ok(sent.into_iter().map(sent_report).collect())
	}

	async fn message(&self, id: Bytes) -> RpcResult<MessageReport> {
		let id = decode_id(&id)?;
		let trace = self.reader.read(move |ledgers| ledgers.trace(id)).await?;
		Ok(message_report(&trace))
	}

	async fn watch_message(&self, pending: PendingSubscriptionSink, id: Bytes) -> SubscriptionResult {
		let room = decode_id(&id).and_then(|id| Ok((id, self.reader.watch()?)));
		let begun = match room {
			Ok((id, room)) => self.reader.read(move |ledgers| ledgers.trace(id)).await.map(|trace| (trace, room)),
			Err(refused) => Err(refused),
		};
		let (trace, room) = match begun {
			Ok(begun) => begun,
			Err(refused) => {
				pending.reject(refused).await;
				return Ok(());
			},
		};
		let sink = pending.accept().await?;
		let reader = self.reader.clone();
		let run: BoxFuture<'static, ()> = Box::pin(async move {
			let _room = room;
			watch(reader, trace, sink).await;
		});
		self.executor.spawn("mailbox-watch", Some("rpc"), run);
		Ok(())
	}

	async fn prove(&self, id: Bytes, level: Option<ProofLevel>) -> RpcResult<Bytes> {
		let (id, level) = (decode_id(&id)?, level_of(level));
		let receipt = self.reader.read(move |ledgers| ledgers.prove(id, level)).await?;
		Ok(Bytes(receipt.encode()))
	}
}
