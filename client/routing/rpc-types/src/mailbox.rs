//! Lanes and messages.

use crate::BlockReport;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use tc_lattice_rpc_types::decimal;
use tp_core::{AccountId, Balance, BlockNumber, Hash};

/// The kind of messages on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LaneKind {
	/// Messages of the ledger itself.
	System,
	/// Values that return.
	Bounce,
	/// All others.
	User,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LaneReport {
	/// The ledger that sends: `shard 0/0`.
	pub source: String,
	/// Where the messages lead: `main`, or a table of a zone as `zone 0 table 5`.
	pub destination: String,
	/// Their kind.
	pub kind: LaneKind,
}

/// A lane that begins at the ledger, with messages on their way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboundReport {
	/// The lane.
	pub lane: LaneReport,
	/// Messages that were sent since the beginning of the lane.
	pub sent: u64,
	/// Messages that the destination has taken, as far as the ledger knows.
	pub acknowledged: u64,
	/// The difference.
	pub in_flight: u64,
}

/// A lane that leads to the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundReport {
	/// The lane.
	pub lane: LaneReport,
	/// Messages that were taken since the beginning of the lane.
	pub taken: u64,
}

/// Result of `mailbox_lanes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LanesReport {
	/// The lanes with messages on their way.
	pub outbound: Vec<OutboundReport>,
	/// The lanes that lead here.
	pub inbound: Vec<InboundReport>,
	/// The value on its way. It is issued, and belongs to no account.
	#[serde(with = "decimal")]
	pub in_lanes: Balance,
}

/// Item of `mailbox_sent`: a message that a block sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentReport {
	/// The message, for other methods: SCALE of lane and place.
	pub id: Bytes,
	/// The lane.
	pub lane: LaneReport,
	/// The place in the lane.
	pub sequence: u64,
	/// The account that started the chain of messages.
	pub initiator: AccountId,
	/// The value that left with it.
	#[serde(with = "decimal")]
	pub value: Balance,
	/// The account that is paid, if the message is a payment.
	pub to: Option<AccountId>,
	/// The unit that sent it, if one did.
	pub unit: Option<Hash>,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageStage {
	/// The block that sent it is final.
	Final,
	/// The zone has sealed that block.
	Sealed,
	/// The destination has taken it, and has credited its value.
	Credited,
	/// The source knows that the destination has taken it.
	Confirmed,
	/// The destination could not credit it: its value returns.
	Returned,
}

impl MessageStage {
	/// Tells whether no other stage follows.
	pub fn is_end(&self) -> bool {
		matches!(self, Self::Confirmed | Self::Returned)
	}
}

/// What the destination did with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
	/// It credited the value.
	Credited,
	/// It sent the value back.
	Returned,
}

/// The block of the destination that took a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenReport {
	/// The ledger.
	pub chain: String,
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub hash: Hash,
}

/// Result of `mailbox_message`, item of `mailbox_watchMessage`.
///
/// A block is null also if it is older than the states that the node keeps, or if the node does not run its ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReport {
	/// The message.
	pub id: Bytes,
	/// The lane.
	pub lane: LaneReport,
	/// The place in the lane.
	pub sequence: u64,
	/// How far it has come.
	pub stage: MessageStage,
	/// The account that started the chain of messages.
	pub initiator: AccountId,
	/// The value that left with it.
	#[serde(with = "decimal")]
	pub value: Balance,
	/// The account that is paid, if the message is a payment.
	pub to: Option<AccountId>,
	/// The block that sent it.
	#[serde(rename = "final")]
	pub sent: Option<BlockReport>,
	/// The block of the zone that sealed it.
	pub sealed: Option<BlockReport>,
	/// The block that took it.
	pub taken: Option<TakenReport>,
	/// What the destination did with it.
	pub outcome: Option<Outcome>,
}

/// How much a receipt proves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProofLevel {
	/// The source has made it final.
	#[default]
	Final,
	/// The zone has sealed it.
	Sealed,
	/// The destination has taken it.
	Credited,
}
