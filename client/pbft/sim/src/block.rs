//! The blocks of the simulation, and the committees of its ledger.

use crate::{
	keys::{self, Identity},
	time::{Time, MAX_AHEAD_MS},
};
use codec::{Decode, Encode};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use std::sync::Arc;
use tc_pbft_core::{Proposal, Verdict};
use tp_pbft::{BlockHash, Certificate, Committee, Height, MemberIndex, View};

/// Why a block is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFault {
	/// The bytes do not hash to the name.
	OtherHash,
	/// The bytes do not decode.
	Undecodable,
	/// The block is for another height or parent.
	OtherParent,
	/// The block names another author or view.
	OtherAuthor,
	/// The block's time is not above its parent's.
	TooEarly,
	/// The block's time is ahead of the replica's clock. Another replica may find otherwise, and this one later.
	AheadOfClock,
	/// Execution gives another state than the header names.
	StateRoot,
}

impl BlockFault {
	/// Returns the verdict of a replica that finds this fault.
	pub fn verdict(self) -> Verdict {
		match self {
			Self::AheadOfClock => Verdict::Unknown,
			Self::OtherHash
			| Self::Undecodable
			| Self::OtherParent
			| Self::OtherAuthor
			| Self::TooEarly
			| Self::StateRoot => Verdict::Invalid,
		}
	}
}

/// What a replica knows when it checks a block.
#[derive(Clone, Copy, Debug)]
pub struct Parent {
	/// The height of the next block.
	pub height: Height,
	/// The hash of the newest block.
	pub hash: BlockHash,
	/// The time of the newest block.
	pub time: Time,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Block {
	/// The height of the block.
	pub height: Height,
	/// The parent of the block.
	pub parent: BlockHash,
	/// The view of the block's first proposal.
	pub view: View,
	/// The author of the block's first proposal.
	pub author: MemberIndex,
	/// The time that the author stamped.
	pub time: Time,
	/// A random number that makes the block unique.
	pub salt: u64,
	/// Whether execution gives the state that the header names.
	pub sound: bool,
}

impl Block {
	/// Returns the block as the core sees it.
	pub fn into_proposal(self) -> Proposal {
		let bytes = self.encode();
		Proposal { hash: H256(blake2_256(&bytes)), bytes: Arc::new(bytes) }
	}

	/// Whether the bytes hash to the name. An engine checks this before it makes a [`Proposal`].
	pub fn names(proposal: &Proposal) -> bool {
		H256(blake2_256(&proposal.bytes)) == proposal.hash
	}

	/// Returns the time of a proposed block; 0 if it does not decode.
	pub fn time_of(proposal: &Proposal) -> Time {
		Block::decode(&mut &proposal.bytes[..]).map_or(0, |block| block.time)
	}

	/// Rule 4: executes a block on a parent. `clock` is the replica's, if the block's time is judged.
	pub fn check(
		proposal: &Proposal,
		parent: &Parent,
		authorship: Option<(View, MemberIndex)>,
		clock: Option<Time>,
	) -> Result<(), BlockFault> {
		if !Self::names(proposal) {
			return Err(BlockFault::OtherHash);
		}
		let Ok(block) = Block::decode(&mut &proposal.bytes[..]) else {
			return Err(BlockFault::Undecodable);
		};
		if block.height != parent.height || block.parent != parent.hash {
			return Err(BlockFault::OtherParent);
		}
		if authorship.is_some_and(|(view, author)| block.view != view || block.author != author) {
			return Err(BlockFault::OtherAuthor);
		}
		if block.time <= parent.time {
			return Err(BlockFault::TooEarly);
		}
		if !block.sound {
			return Err(BlockFault::StateRoot);
		}
		// The least time above the parent's is always allowed: a chain whose time ran ahead goes on.
		if clock.is_some_and(|clock| block.time > (clock + MAX_AHEAD_MS).max(parent.time + 1)) {
			return Err(BlockFault::AheadOfClock);
		}
		Ok(())
	}
}

/// A final block.
#[derive(Clone, Debug)]
pub struct Final {
	/// The final block.
	pub proposal: Proposal,
	/// The proof that the block is final.
	pub certificate: Certificate,
}

/// The committees of a run, and the weights of their members.
#[derive(Clone, Debug)]
pub struct Election {
	/// The members of each epoch with its first height; the first epoch begins at 1.
	pub epochs: Vec<(Height, Vec<Identity>)>,
	/// The weight of each identity.
	pub weights: Vec<u64>,
}

impl Election {
	/// Returns the identities of a height's committee, by index.
	pub fn members(&self, height: Height) -> &[Identity] {
		let epoch = self.epochs.iter().rposition(|(first, _)| *first <= height).unwrap_or(0);
		&self.epochs[epoch].1
	}

	/// Returns the committee of a height. Its seed follows from the parent.
	pub fn committee(&self, height: Height, parent: &BlockHash) -> Committee {
		let epoch = self.epochs.iter().rposition(|(first, _)| *first <= height).unwrap_or(0);
		let members = self.epochs[epoch].1.iter();
		Committee {
			epoch: epoch as u64,
			members: members.map(|identity| keys::member(*identity, self.weights[usize::from(*identity)])).collect(),
			seed: blake2_256(parent.as_bytes()),
		}
	}
}
