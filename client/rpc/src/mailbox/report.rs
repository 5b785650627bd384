//! Reports of lanes and messages.

use crate::routing::RoutingError;
use codec::{DecodeAll, Encode};
use sp_core::Bytes;
use tc_routing::reads::{BlockAt, MessageId, MessageOutcome, MessageTrace, SentMessage};
use tc_routing_rpc_types::{
	BlockReport, InboundReport, LaneKind, LaneReport, LanesReport, MessageReport, MessageStage, OutboundReport,
	Outcome, SentReport, TakenReport,
};
use tp_core::{AccountId, Balance};
use tp_mailbox::{Class, Destination, Lane, Message};
use tp_receipt::recipient;
use tp_routing::MailboxReport;

/// Decodes the id of a message.
pub(super) fn decode_id(id: &Bytes) -> Result<MessageId, RoutingError> {
	MessageId::decode_all(&mut &id[..]).map_err(|_| RoutingError::NoId)
}

fn lane_report(lane: &Lane) -> LaneReport {
	let destination = match lane.destination {
		Destination::Main => "main".to_owned(),
		Destination::Table { zone, table } => format!("zone {zone} table {}", table.0),
	};
	let kind = match lane.class {
		Class::System => LaneKind::System,
		Class::Bounce => LaneKind::Bounce,
		Class::User => LaneKind::User,
	};
	LaneReport { source: lane.source.to_string(), destination, kind }
}

/// Returns the report of a mailbox.
pub(super) fn lanes_report(mailbox: MailboxReport, in_lanes: Balance) -> LanesReport {
	let MailboxReport { ledger: _, outbox, acknowledged, inbox } = mailbox;
	let outbound = outbox.iter().zip(acknowledged).map(|(claim, acknowledged)| OutboundReport {
		lane: lane_report(&claim.lane),
		sent: claim.count,
		acknowledged,
		in_flight: claim.count.saturating_sub(acknowledged),
	});
	let inbound =
		inbox.iter().map(|claim| InboundReport { lane: lane_report(&claim.lane), taken: claim.taken.messages });
	LanesReport { outbound: outbound.collect(), inbound: inbound.collect(), in_lanes }
}

/// Returns the report of a message that a block sent.
pub(super) fn sent_report(sent: SentMessage) -> SentReport {
	let SentMessage { id, message, unit } = sent;
	SentReport {
		id: Bytes(id.encode()),
		lane: lane_report(&id.lane),
		sequence: id.sequence,
		to: paid(&id.lane, &message),
		value: message.value,
		initiator: message.initiator.account,
		unit: unit.map(|(_, hash)| hash),
	}
}

/// Returns the report of a message.
pub(super) fn message_report(trace: &MessageTrace) -> MessageReport {
	let MessageTrace { id, message, sent, sealed, taken, is_taken: _, is_confirmed: _, outcome } = trace;
	let block = |block: &BlockAt| BlockReport { number: block.number, hash: block.hash };
	MessageReport {
		id: Bytes(id.encode()),
		lane: lane_report(&id.lane),
		sequence: id.sequence,
		to: paid(&id.lane, message),
		value: message.value,
		initiator: message.initiator.account.clone(),
		stage: stage(trace),
		sent: sent.as_ref().map(block),
		sealed: sealed.as_ref().map(block),
		taken: taken.as_ref().map(|taken| TakenReport {
			chain: taken.chain.to_string(),
			number: taken.number,
			hash: taken.hash,
		}),
		outcome: outcome.map(|outcome| match outcome {
			MessageOutcome::Credited => Outcome::Credited,
			MessageOutcome::Returned => Outcome::Returned,
		}),
	}
}

/// Returns how far a message has come.
pub(super) fn stage(trace: &MessageTrace) -> MessageStage {
	match trace {
		MessageTrace { outcome: Some(MessageOutcome::Returned), .. } => MessageStage::Returned,
		MessageTrace { is_confirmed: true, .. } => MessageStage::Confirmed,
		MessageTrace { is_taken: true, .. } => MessageStage::Credited,
		MessageTrace { sealed: Some(_), .. } => MessageStage::Sealed,
		_ => MessageStage::Final,
	}
}

/// Returns the account that a message pays: a bounce pays the initiator.
fn paid(lane: &Lane, message: &Message) -> Option<AccountId> {
	match lane.class {
		Class::Bounce => Some(message.initiator.account.clone()),
		Class::System | Class::User => recipient(message),
	}
}
