//! The inputs and outputs of a step.

use crate::trees::Trees;
use sp_core::H256;
use std::sync::Arc;
use tp_beacon::{CertifiedHeader, Conflict, SignedHeader};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{
	Acknowledgement, Claims, Commitments, Confirmed, Head, Lane, Ledger, Message, Mountain, Packet, Percent,
	ProofError, Sent, Sequence,
};

pub use tp_beacon::NamedHeader;

/// An input: an event that the router handles.
#[derive(Clone, Debug)]
pub enum Input {
	/// Time has passed. Milliseconds on any clock that does not go back.
	Tick {
		/// The time.
		now_ms: u64,
	},
	/// A header of a shard, of a sibling zone, or of the main chain was certified. The driver's beacon has checked it.
	Certified(CertifiedHeader, SignedHeader),
	/// A full node of this router executed a block of a ledger: of a shard, of the main chain, or of the zone itself.
	Executed(Executed),
	/// A full node of this router executed a block of a shard, and does not keep its state any more: the block is valid, and nothing is
	/// proved from it. The next executed block has what it sent.
	Passed {
		/// The shard.
		chain: ChainTag,
		/// The height of the block.
		number: BlockNumber,
		/// The hash of the block.
		hash: H256,
	},
	/// A zone block was imported, hence is final.
	Imported(ZoneBlock),
	/// This router builds the next zone block.
	Build,
	/// A zone block is proposed. The driver checks everything else of it.
	Check {
		/// The hash of the block.
		id: H256,
		/// Its body.
		body: ZoneBody,
	},
	/// Another router relays messages of a lane.
	Heard {
		/// The lane.
		lane: Lane,
		/// The place after the last message.
		end: Sequence,
	},
	/// The routers of another zone ask for what leads to their shards.
	Asked(Question),
	/// The routers of another zone answer.
	Answered(Answer),
}

/// The result of a block's execution.
#[derive(Clone, Debug)]
pub struct Executed {
	/// The ledger, with the tables that it owns after the block.
	pub ledger: Ledger,
	/// The height of the block.
	pub number: BlockNumber,
	/// The hash of the block.
	pub hash: H256,
	/// The result. `None` if the block is not valid: its committee is captured.
	pub effects: Option<Arc<Effects>>,
}

/// What a block did to the mailbox of its ledger.
#[derive(Clone, Debug, Default)]
pub struct Effects {
	/// The hash of the execution's trace. Attestations of auditors bind it.
	pub trace: H256,
	/// Lanes whose log begins with this block's messages, after the range of earlier ones, which their destinations have.
	pub begun: Vec<(Lane, Mountain)>,
	/// The messages that it sent.
	pub sent: Vec<(Sent, Message)>,
	/// The messages whose arrival it noted.
	pub confirmed: Vec<Confirmed>,
	/// The claims of its outbox root and of its inbox root.
	pub trees: Arc<Trees>,
}

/// An imported zone block.
#[derive(Clone, Debug)]
pub struct ZoneBlock {
	/// The header with its certificate.
	pub signed: SignedHeader,
	/// What the header says.
	pub commitments: Commitments,
	/// The heads of its heads root, ascending, with their tree.
	pub heads: Arc<Claims<Head>>,
	/// The forks of which the block includes evidence.
	pub conflicts: Vec<Conflict>,
}

/// What a zone block includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneBody {
	/// The newest audited head of each shard, and the newest heads of sibling zones and of the main chain, ascending.
	pub heads: Vec<NamedHeader>,
	/// Evidence of forks.
	pub conflicts: Vec<[NamedHeader; 2]>,
	/// Cursors for the lanes of the zone itself, each with the height of the main chain's header below which it is proved.
	pub acknowledgements: Vec<(BlockNumber, Acknowledgement)>,
	/// How much shards are to slow down, by what the author of the block sees. It has an effect on speed alone.
	pub slow: Vec<(ChainTag, Percent)>,
}

impl ZoneBody {
	/// Tells whether the body is worth a block at once. Heads of sibling zones alone wait for the next one: else two zones would
	/// answer each block of the other with another one, without an end.
	pub fn is_urgent(&self) -> bool {
		let is_news = |head: &NamedHeader| !matches!(head.chain, ChainTag::Zone(_));
		self.heads.iter().any(is_news) || !self.conflicts.is_empty() || !self.acknowledgements.is_empty()
	}
}

/// A question to the routers of another zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
	/// The zone that asks.
	pub from: u16,
	/// The zone that is asked.
	pub zone: u16,
	/// The header of the asked zone that the asking one includes: answers are proved below it.
	pub number: BlockNumber,
	/// The cursors of lanes that lead to the asking zone. Others are at 0.
	pub cursors: Vec<(Lane, Sequence)>,
	/// The acknowledged parts of lanes that lead to the asked zone. Others are at 0.
	pub acknowledged: Vec<(Lane, Sequence)>,
}

/// The answer, with proofs below a header of the zone that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
	/// The zone that answers.
	pub zone: u16,
	/// The zone that asked.
	pub to: u16,
	/// The header below which it proves.
	pub number: BlockNumber,
	/// Messages to the asking zone.
	pub packets: Vec<Packet>,
	/// Cursors for lanes of the asking zone.
	pub acknowledgements: Vec<Acknowledgement>,
}

/// What a router carries to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
	/// The ledger.
	pub to: ChainTag,
	/// The zone of the header.
	pub zone: u16,
	/// The zone header below which everything is proved. The ledger imports it first, unless it holds it.
	pub anchor: SignedHeader,
	/// Messages to the ledger.
	pub packets: Vec<Packet>,
	/// Cursors for lanes of the ledger.
	pub acknowledgements: Vec<Acknowledgement>,
}

/// The result of a check of a zone block's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// The router votes for it.
	Valid,
	/// The router never votes for it.
	Invalid(BodyError),
	/// The router has not executed a block up to a head yet. It checks again when it has.
	Unknown {
		/// The shard.
		chain: ChainTag,
		/// The height of the head.
		number: BlockNumber,
	},
}

/// The reason why a router does not vote for a zone block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
	/// Heads are not in order, or one ledger has two.
	#[error("the heads are not in ascending order of their ledgers")]
	Unordered,
	/// A head is not above the included one.
	#[error("the head {number} of {chain:?} is not above the included one")]
	NotNewer {
		/// The ledger.
		chain: ChainTag,
		/// The height.
		number: BlockNumber,
	},
	/// A shard is not one of this zone's.
	#[error("{0:?} is no neighbour of this zone")]
	Stranger(ChainTag),
	/// The shard's block at that height, or one below, is not valid.
	#[error("the block {number} of {chain:?} is not valid: its committee is captured")]
	InvalidBlock {
		/// The shard.
		chain: ChainTag,
		/// The height of the invalid block.
		number: BlockNumber,
	},
	/// The router executed another block at that height.
	#[error("this router executed another block {number} of {chain:?}")]
	OtherBlock {
		/// The shard.
		chain: ChainTag,
		/// The height.
		number: BlockNumber,
	},
	/// The shard certified two blocks at that height or below.
	#[error("{chain:?} certified two blocks at height {number}")]
	Forked {
		/// The shard.
		chain: ChainTag,
		/// The height of the fork.
		number: BlockNumber,
	},
}

/// An output: an action for the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
	/// Propose a zone block with this body.
	Propose(ZoneBody),
	/// The result of a check.
	Checked {
		/// The hash of the block.
		id: H256,
		/// The result.
		verdict: Verdict,
	},
	/// Bring this to a ledger.
	Relay(Relay),
	/// Ask routers of another zone.
	Ask(Question),
	/// Answer the routers of another zone.
	Answer(Answer),
	/// A shard certified a block that is not valid.
	InvalidShardBlock {
		/// The shard.
		chain: ChainTag,
		/// The height.
		number: BlockNumber,
		/// The hash.
		hash: H256,
	},
	/// A ledger certified two blocks at one height.
	Forked([NamedHeader; 2]),
	/// An answer of another zone's router is not proved. For its reputation.
	BadAnswer {
		/// The zone.
		zone: u16,
		/// What is wrong.
		error: ProofError,
	},
	/// Messages arrived. For metrics: by them routers are measured.
	Arrived {
		/// Their lane.
		lane: Lane,
		/// How many.
		messages: u64,
		/// Milliseconds from the execution of the block that sent the first of them.
		latency_ms: u64,
	},
}
