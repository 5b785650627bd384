//! A process: the replica with what an engine keeps around it.

use crate::{
	behaviours::Behaviour,
	block::Final,
	keys::Identity,
	network::{NodeId, Time},
	scenario::Crash,
};
use std::collections::BTreeMap;
use tc_pbft_core::{Inbox, Proposal, Record, Replica, Timer};
use tp_pbft::{BlockHash, Committee, Height, MemberIndex};

/// How long a peer may take to give a block before the next one is asked.
pub const FETCH_PATIENCE_MS: Time = 200;

/// A block that is being fetched.
pub struct Fetch {
	/// Who should have it.
	pub from: Vec<Identity>,
	/// How many times somebody was asked.
	pub asked: usize,
}

/// A process.
pub struct Node {
	/// As whom it runs.
	pub identity: Identity,
	/// What it does instead of what it should.
	pub behaviour: Option<Box<dyn Behaviour>>,
	/// Whether it runs.
	pub up: bool,
	/// Counts its lives, so that nothing of an earlier one reaches a later one.
	pub incarnation: u32,
	/// The core.
	pub replica: Replica,
	/// Messages of the next height.
	pub inbox: Inbox,
	/// The database: block h is at h − 1.
	pub chain: Vec<Final>,
	/// Height up to which no crash takes blocks out of the database.
	pub durable: Height,
	/// The vote log: what is synced.
	pub log: Vec<Record>,
	/// Height that runs.
	pub height: Height,
	/// Its committee.
	pub committee: Committee,
	/// Who its members are.
	pub members: Vec<Identity>,
	/// Place in the committee.
	pub me: Option<MemberIndex>,
	/// The height is decided, its block not imported yet.
	pub importing: bool,
	/// Timers that run; a timer that was set again has another number.
	pub timers: BTreeMap<Timer, u64>,
	/// Blocks being fetched.
	pub fetches: BTreeMap<BlockHash, Fetch>,
	/// A crash that waits for the log to be written.
	pub armed: Option<Crash>,
	/// Somebody has blocks that it has not.
	pub ahead: Option<(Height, NodeId)>,
}

impl Node {
	/// Height of its newest block.
	pub fn tip(&self) -> Height {
		Height::try_from(self.chain.len()).expect("a run has some dozens of blocks; qed")
	}

	/// Hash of its newest block.
	pub fn tip_hash(&self) -> BlockHash {
		self.chain.last().map_or(BlockHash::zero(), |newest| newest.proposal.hash)
	}

	/// A final block.
	pub fn final_block(&self, height: Height) -> Option<&Final> {
		self.chain.get((height as usize).checked_sub(1)?)
	}

	/// A block by hash: of this height or one of the newest.
	pub fn block(&self, hash: &BlockHash) -> Option<&Proposal> {
		let newest = self.chain.iter().rev().take(2).map(|newest| &newest.proposal);
		self.replica.block(hash).or_else(|| newest.into_iter().find(|proposal| proposal.hash == *hash))
	}
}
