//! The subscription `mailbox_watchMessage`.

use super::report::{message_report, stage};
use crate::{
	log_targets::LOG_TARGET,
	routing::{LedgerReader, RoutingError},
};
use futures::{future::FutureExt, stream::SelectAll, StreamExt};
use jsonrpsee::{SubscriptionMessage, SubscriptionSink};
use std::time::Duration;
use tc_routing::reads::{Ledgers, MessageTrace};
use tp_core::ChainTag;

/// How long a report waits for a subscriber that does not read. The subscription ends then.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);
/// The time after which a message is looked at again, if no block comes: a ledger of the node may have started again.
const TICK: Duration = Duration::from_secs(1);
/// The time between two looks at least. Blocks of several ledgers come in groups.
const PAUSE: Duration = Duration::from_millis(50);

/// Sends how far a message has come, until it has an end or the subscriber is gone.
pub(super) async fn watch(reader: LedgerReader, trace: MessageTrace, sink: SubscriptionSink) {
	tokio::select! {
		() = follow(reader, trace, &sink) => {},
		() = sink.closed() => log::trace!(target: LOG_TARGET, "A subscriber is gone before its message has an end"),
	}
}

async fn follow(reader: LedgerReader, mut trace: MessageTrace, sink: &SubscriptionSink) {
	let mut told = None;
	let mut blocks = imported(&reader, &trace).await;
	loop {
		let stage = stage(&trace);
		if told.replace(stage) != Some(stage) && !tell(&trace, sink).await {
			return;
		}
		if stage.is_end() {
			return;
		}
		tokio::select! {
			() = tokio::time::sleep(TICK) => {},
			// A stream that has ended answers at once.
			Some(()) = blocks.next() => {},
		}
		tokio::time::sleep(PAUSE).await;
		while let Some(Some(())) = blocks.next().now_or_never() {}
		let mut looked = trace.clone();
		let look = move |ledgers: &Ledgers| {
			looked.look(ledgers)?;
			Ok(looked)
		};
		match reader.read(look).await {
			Ok(looked) => trace = looked,
			// The next block, or the next tick, tries again.
			Err(error) => {
				log::debug!(target: LOG_TARGET, "Message {} of {}: {error}", trace.id.sequence, trace.id.lane.source);
				if !matches!(error, RoutingError::Busy) {
					blocks = imported(&reader, &trace).await;
				}
			},
		}
	}
}

/// Returns the blocks of the ledgers on the way of a message. Ledgers that do not run now are looked at by the clock.
async fn imported(reader: &LedgerReader, trace: &MessageTrace) -> SelectAll<futures::stream::BoxStream<'static, ()>> {
	let lane = trace.id.lane;
	let of_way = move |ledgers: &Ledgers| {
		let owner = ledgers.owner(&lane.destination)?.map(|ledger| ledger.chain());
		let is_on_way = |chain| chain == lane.source || Some(chain) == owner || matches!(chain, ChainTag::Zone(_));
		let on_way = ledgers.all().filter(|ledger| is_on_way(ledger.chain()));
		Ok(on_way.map(|ledger| ledger.imported()).collect::<Vec<_>>())
	};
	futures::stream::select_all(reader.read(of_way).await.unwrap_or_default())
}

/// Sends a report. Returns whether the subscriber takes more.
async fn tell(trace: &MessageTrace, sink: &SubscriptionSink) -> bool {
	match SubscriptionMessage::from_json(&message_report(trace)) {
		Ok(message) => sink.send_timeout(message, SEND_TIMEOUT).await.is_ok(),
		Err(error) => {
			log::error!(target: LOG_TARGET, "The stage of a message does not serialize: {error}");
			false
		},
	}
}
