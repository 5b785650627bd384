//! A process: the replica, with what an engine keeps around it.

use crate::{
	behaviours::Behaviour,
	block::{Block, Final, Parent},
	crash::Crash,
	keys::Identity,
	network::NodeId,
	time::Time,
};
use std::collections::{BTreeMap, VecDeque};
use tc_pbft_core::{Abstention, Inbox, KeptViewChanges, Listening, Message, Proposal, Record, Replica, Signed, Timer};
use tp_pbft::{BlockHash, Committee, Height, MemberIndex};

/// Time limit of a block request, after which the next member is asked.
pub const FETCH_TIMEOUT_MS: Time = 200;

/// Fetched blocks that are kept.
const MAX_FETCHED: usize = 16;

/// A block that is being fetched.
pub struct Fetch {
	/// The members that should have the block.
	pub from: Vec<Identity>,
	/// Number of requests so far.
	pub requests: usize,
}

/// A process.
pub struct Node {
	/// The identity of the node.
	pub identity: Identity,
	/// The behaviour of a byzantine node.
	pub behaviour: Option<Box<dyn Behaviour>>,
	/// Whether the process runs.
	pub up: bool,
	/// Number of restarts. Events of an earlier incarnation are ignored.
	pub incarnation: u32,
	/// The core.
	pub replica: Replica,
	/// The messages of the next height.
	pub inbox: Inbox<NodeId>,
	/// The database. The block of height h is at index h − 1.
	pub chain: Vec<Final>,
	/// The height up to which no crash removes blocks from the database.
	pub durable: Height,
	/// The synced part of the vote log.
	pub log: Vec<Record>,
	/// The height that runs.
	pub height: Height,
	/// The committee of the height.
	pub committee: Committee,
	/// The identities of the committee.
	pub members: Vec<Identity>,
	/// The node's place in the committee.
	pub me: Option<MemberIndex>,
	/// Whether the height is decided and its block not imported yet.
	pub importing: bool,
	/// The running timers. A timer that is set again gets another number.
	pub timers: BTreeMap<Timer, u64>,
	/// The blocks that are being fetched.
	pub fetches: BTreeMap<BlockHash, Fetch>,
	/// Verified proposals that wait for their block, by sender; the newest one of each.
	pub awaiting: BTreeMap<MemberIndex, Signed<Message>>,
	/// Blocks that were fetched.
	pub fetched: VecDeque<Proposal>,
	/// The votes below this height may be missing from the log.
	pub votes_since: Height,
	/// Whether the log was lost, and holds nothing yet.
	pub log_lost: bool,
	/// Set while the node could contradict votes that it does not know.
	pub abstention: Option<Abstention>,
	/// Set while the process is new, and another one may run with its key.
	pub listening: Option<Listening>,
	/// A crash that waits for the next writes of the vote log.
	pub armed: Option<Crash>,
	/// A node that has blocks which this one lacks, and their height.
	pub ahead: Option<(Height, NodeId)>,
	/// The view changes of heights that ended, which may hide Commits.
	pub kept: BTreeMap<Height, KeptViewChanges>,
}

impl Node {
	/// Returns the height of the newest block.
	pub fn tip(&self) -> Height {
		Height::try_from(self.chain.len()).expect("a run has some dozens of blocks; qed")
	}

	/// Returns the hash of the newest block.
	pub fn tip_hash(&self) -> BlockHash {
		self.chain.last().map_or(BlockHash::zero(), |newest| newest.proposal.hash)
	}

	/// Returns what the next block is built and checked on.
	pub fn parent(&self) -> Parent {
		let time = self.chain.last().map_or(0, |newest| Block::time_of(&newest.proposal));
		Parent { height: self.tip() + 1, hash: self.tip_hash(), time }
	}

	/// Returns a final block.
	pub fn final_block(&self, height: Height) -> Option<&Final> {
		self.chain.get((height as usize).checked_sub(1)?)
	}

	/// Keeps a fetched block, and drops the oldest of too many.
	pub fn keep(&mut self, proposal: Proposal) {
		if self.fetched.len() >= MAX_FETCHED {
			self.fetched.pop_front();
		}
		self.fetched.push_back(proposal);
	}

	/// Returns a block by hash, of this height or one of the newest.
	pub fn block(&self, hash: &BlockHash) -> Option<&Proposal> {
		let newest = self.chain.iter().rev().take(2).map(|newest| &newest.proposal);
		let known = newest.into_iter().chain(&self.fetched);
		self.replica.block(hash).or_else(|| known.into_iter().find(|proposal| proposal.hash == *hash))
	}
}
