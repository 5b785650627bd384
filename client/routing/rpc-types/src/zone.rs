//! The ledgers of a node, and what a zone says of its ledgers.

use crate::BlockReport;
use serde::{Deserialize, Serialize};
use tp_core::{BlockNumber, Hash};

/// The tables of a shard, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesReport {
	/// The first table.
	pub first: u8,
	/// The last table.
	pub last: u8,
}

/// Item of `zone_ledgers`: a ledger of the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerReport {
	/// The ledger.
	pub chain: String,
	/// The tables of a shard.
	pub tables: Option<TablesReport>,
	/// The hash of its genesis block.
	pub genesis: Hash,
	/// The addresses of its RPC at this node.
	pub endpoints: Vec<String>,
}

/// Result of `zone_locate`: the shard of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationReport {
	/// The zone.
	pub zone: u16,
	/// The table of the account.
	pub table: u8,
	/// The shard.
	pub chain: String,
	/// Its tables.
	pub tables: TablesReport,
	/// The addresses of its RPC at this node.
	pub endpoints: Vec<String>,
}

/// The head of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadReport {
	/// The ledger.
	pub chain: String,
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub hash: Hash,
	/// Height of a block above it that the committee certified, and that this node found invalid. The zone seals none from it on.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invalid: Option<BlockNumber>,
}

/// Result of `zone_heads`: the newest block of the zone, and the heads that it seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadsReport {
	/// The block of the zone.
	pub zone: BlockReport,
	/// The heads.
	pub heads: Vec<HeadReport>,
}

/// Item of `zone_levels`: the load of a shard, as its newest header states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelReport {
	/// The shard.
	pub chain: String,
	/// Height of the header.
	pub number: BlockNumber,
	/// Messages that wait for the shard, in percent of a full inbox.
	pub inbox: u8,
	/// Messages of the shard on their way, in percent of a full outbox.
	pub outbox: u8,
}
