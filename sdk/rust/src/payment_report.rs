//! What a payment reports.

use crate::reports::BlockReport;
use tc_routing_rpc_types::{MessageReport, MessageStage};
use tp_lattice::Unit;

/// A stage that a payment has reached. Nothing of it is verified, except by the receipt of [`crate::Payment::finalized`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReport {
	/// The stage: that of the slowest message. `Returned` once all messages have ended, and one of them returned.
	pub stage: MessageStage,
	/// The block of the payer's ledger that has the unit.
	pub block: BlockReport,
	/// The messages to other shards, with their own stages. Empty if all recipients are in the payer's shard.
	pub messages: Vec<MessageReport>,
}

impl PaymentReport {
	/// Returns whether the payment has come as far as a stage. Each stage implies the stages before it, except that a returned
	/// message was not credited.
	pub fn has_reached(&self, stage: MessageStage) -> bool {
		rank(self.stage) >= rank(stage)
	}

	/// Returns whether value went back to the payer.
	pub fn has_returned(&self) -> bool {
		self.messages.iter().any(|message| message.stage == MessageStage::Returned)
	}

	/// Returns whether nothing was paid by the unit: then another unit for the same payment does not pay twice.
	pub(crate) fn has_returned_whole(&self, unit: &Unit) -> bool {
		let has_all = self.messages.len() >= unit.body.operations.len();
		has_all && self.messages.iter().all(|message| message.stage == MessageStage::Returned)
	}
}

/// Returns the rank of a stage: it grows.
pub(crate) fn rank(stage: MessageStage) -> u8 {
	match stage {
		MessageStage::Final => 0,
		MessageStage::Sealed => 1,
		MessageStage::Credited => 2,
		MessageStage::Confirmed => 3,
		MessageStage::Returned => 4,
	}
}

/// Returns the stage of a payment by the stages of its messages, of which there is one at least.
pub(crate) fn stage_of(messages: &[MessageReport]) -> MessageStage {
	let slowest = messages.iter().map(|message| message.stage).min_by_key(|stage| rank(*stage));
	let has_returned = messages.iter().any(|message| message.stage == MessageStage::Returned);
	match slowest.unwrap_or(MessageStage::Final) {
		MessageStage::Confirmed if has_returned => MessageStage::Returned,
		stage => stage,
	}
}
