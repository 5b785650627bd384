//! Units, from the pool to their receipts.

use crate::ReasonReport;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use tp_core::{BlockNumber, Hash};
use tp_lattice::UnitHash;

/// Status of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitStatus {
	/// In the pool, waiting for units before it.
	Future,
	/// In the pool, and ready for a block.
	Ready,
	/// In a block that is not final yet.
	InBlock,
	/// In a block that is final, and applied.
	Final,
	/// Not in the pool any more. It may still be valid.
	Dropped,
	/// The unit cannot apply.
	Invalid,
	/// Another unit of the account has its height.
	Usurped,
	/// This node cannot tell at present, and the reason says why: ask again, or send the unit again. The unit may be in
	/// the pool of another node, or in a block.
	///
	/// Also any status that this version does not know.
	#[serde(other)]
	Unknown,
}

impl UnitStatus {
	/// Returns whether the status is the unit's last.
	pub fn is_end(&self) -> bool {
		match self {
			Self::Future | Self::Ready | Self::InBlock | Self::Unknown => false,
			Self::Final | Self::Dropped | Self::Invalid | Self::Usurped => true,
		}
	}

	/// Returns whether a subscription sends nothing more for the unit: after its last status, and where the node cannot tell.
	pub fn ends_watch(&self) -> bool {
		self.is_end() || *self == Self::Unknown
	}
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockReport {
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub hash: Hash,
}

/// Result of `lattice_submit`, item of `lattice_submitAndWatch`: the status of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitReport {
	/// Hash of the unit.
	pub hash: UnitHash,
	/// Its status.
	pub status: UnitStatus,
	/// The block that includes it.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub block: Option<BlockReport>,
	/// Why the unit was refused.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub reason: Option<ReasonReport>,
	/// SCALE of its [`tp_lattice::Receipt`], for a final unit.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub receipt: Option<Bytes>,
}

impl UnitReport {
	/// Creates a report of a status alone.
	pub fn new(hash: UnitHash, status: UnitStatus) -> Self {
		Self { hash, status, block: None, reason: None, receipt: None }
	}
}

/// Result of `lattice_unit`: a unit and its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitDetails {
	/// Status of the unit.
	#[serde(flatten)]
	pub report: UnitReport,
	/// SCALE of the [`tp_lattice::Unit`].
	pub unit: Bytes,
	/// Index in the block's batch.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub index: Option<u32>,
}

/// Item of `lattice_units`: a unit of an account's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainedUnit {
	/// Hash of the unit.
	pub hash: UnitHash,
	/// Height in the account's chain.
	pub height: u32,
	/// SCALE of the [`tp_lattice::Unit`].
	pub unit: Bytes,
	/// The block that includes it.
	pub block: BlockReport,
	/// Index in the block's batch.
	pub index: u32,
}

/// Result of `lattice_verify`: whether a receipt is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
	/// Whether the receipt is valid.
	pub valid: bool,
	/// Why the receipt is not valid.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub error: Option<String>,
	/// The block of its certificate.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub block: Option<BlockReport>,
}

/// Options of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WatchOptions {
	/// Whether final units are sent with their receipts.
	pub receipts: bool,
	/// Whether reports come in lists: one for the answer to the submission, then one for each block, or for what else changes
	/// statuses at once. Otherwise each report comes alone.
	pub grouped: bool,
}

impl Default for WatchOptions {
	fn default() -> Self {
		Self { receipts: true, grouped: false }
	}
}
