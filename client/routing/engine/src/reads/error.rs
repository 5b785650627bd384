//! Why a question is not answered.

use crate::access::AccessError;
use tp_core::{BlockNumber, ChainTag, Hash, TableId};
use tp_mailbox::{Lane, Sequence};

/// Why a question about the ledgers of this node is not answered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
	/// A ledger cannot be read.
	#[error(transparent)]
	Access(#[from] AccessError),
	/// This node does not run the ledger.
	#[error("this node does not run {0}: ask a node whose zone_ledgers lists it")]
	NotHere(ChainTag),
	/// This node does not run the shard of an account.
	#[error("this node runs no shard with table {} of zone {zone}: ask a node that does", .table.0)]
	NoShard {
		/// The zone.
		zone: u16,
		/// The table of the account.
		table: TableId,
	},
	/// The chain has no such block.
	#[error("{chain} has no block {hash:?}")]
	NoBlock {
		/// The ledger.
		chain: ChainTag,
		/// The hash.
		hash: Hash,
	},
	/// There is no such message.
	#[error("{} has sent no message {sequence} to {:?}", .lane.source, .lane.destination)]
	NoMessage {
		/// The lane.
		lane: Lane,
		/// The place in the lane.
		sequence: Sequence,
	},
	/// The body of a message is not kept.
	#[error("message {sequence} of {} is not kept here: ask a node that ran when it was sent", .lane.source)]
	NotKept {
		/// The lane.
		lane: Lane,
		/// The place in the lane.
		sequence: Sequence,
	},
	/// The unit sent no message.
	#[error("the unit pays no other ledger: ask for the level \"final\"")]
	NoRemoteUnit,
	/// The message has not come that far.
	#[error("the message is not sealed yet, or {0} does not run here: ask again")]
	NotSealed(ChainTag),
	/// The message has not come that far.
	#[error("the message is not taken yet, or its taking is not sealed: ask again")]
	NotTaken,
	/// The value of the message has returned.
	#[error("the destination could not credit the message, and its value returns: ask for the level \"sealed\"")]
	Returned,
	/// The state that a proof needs is gone.
	#[error("the states of {0} in which the message was handled are not kept here: ask an archive (--state-pruning archive)")]
	Pruned(ChainTag),
	/// A receipt would be too long.
	#[error("{blocks} blocks of {chain} lie between the message and the sealed head, more than a receipt has")]
	TooLong {
		/// The ledger.
		chain: ChainTag,
		/// The number of blocks.
		blocks: BlockNumber,
	},
	/// What the node has read does not fit together.
	#[error("the mailbox of {0} does not fit its header: this node's database is damaged")]
	Inconsistent(ChainTag),
}
