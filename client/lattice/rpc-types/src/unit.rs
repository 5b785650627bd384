//! Units, from the pool to their receipts.

use crate::ReasonReport;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use tp_core::{BlockNumber, Hash};
use tp_lattice::UnitHash;

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitStatus {
	/// In the pool, waiting for units before it.
	Future,
	/// In the pool, and can be included.
	Ready,
	/// In a block that is not final yet.
	InBlock,
	/// In a block that is final, and applied.
	Final,
	/// No longer in the pool; it may still be valid.
	Dropped,
	/// It cannot apply.
	Invalid,
	/// Another unit of the account took its height.
	Usurped,
}

impl UnitStatus {
	/// Whether it changes no more.
	pub fn is_end(&self) -> bool {
		match self {
			Self::Future | Self::Ready | Self::InBlock => false,
			Self::Final | Self::Dropped | Self::Invalid | Self::Usurped => true,
		}
	}
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockReport {
	/// Its height.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
}

/// `lattice_submit`, `lattice_submitAndWatch`: what is known of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitReport {
	/// Which unit.
	pub hash: UnitHash,
	/// Where it stands.
	pub status: UnitStatus,
	/// The block that it is in.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub block: Option<BlockReport>,
	/// Why it was refused.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub reason: Option<ReasonReport>,
	/// SCALE of its [`tp_lattice::Receipt`], once it is final.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub receipt: Option<Bytes>,
}

impl UnitReport {
	/// A report of nothing but the status.
	pub fn new(hash: UnitHash, status: UnitStatus) -> Self {
		Self { hash, status, block: None, reason: None, receipt: None }
	}
}

/// `lattice_unit`: a unit, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitDetails {
	/// What is known of it.
	#[serde(flatten)]
	pub report: UnitReport,
	/// SCALE of the [`tp_lattice::Unit`].
	pub unit: Bytes,
	/// Its place in the block's batch.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub index: Option<u32>,
}

/// `lattice_units`: a unit of an account's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainedUnit {
	/// Which unit.
	pub hash: UnitHash,
	/// Its height in the account's chain.
	pub height: u32,
	/// SCALE of the [`tp_lattice::Unit`].
	pub unit: Bytes,
	/// The block that it is in.
	pub block: BlockReport,
	/// Its place in the block's batch.
	pub index: u32,
}

/// `lattice_verify`: whether a receipt proves what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
	/// Whether it does.
	pub valid: bool,
	/// Why not.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub error: Option<String>,
	/// The block whose certificate it carries.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub block: Option<BlockReport>,
}

/// What a subscription gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WatchOptions {
	/// Whether final units come with their receipts.
	pub receipts: bool,
}

impl Default for WatchOptions {
	fn default() -> Self {
		Self { receipts: true }
	}
}
