//! Blocks of the simulation, and the ledger's own idea of who votes at a height.

use crate::keys::{self, Identity};
use codec::{Decode, Encode};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use std::sync::Arc;
use tc_pbft_core::{Proposal, RejectedProposal};
use tp_pbft::{BlockHash, Certificate, Committee, Height, MemberIndex, View};

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Block {
	/// Its height.
	pub height: Height,
	/// Its parent.
	pub parent: BlockHash,
	/// The view in which it was first proposed.
	pub view: View,
	/// Who proposed it first.
	pub author: MemberIndex,
	/// Makes it different from others.
	pub salt: u64,
	/// Whether executing it gives what its header says.
	pub sound: bool,
}

impl Block {
	/// As the core sees it.
	pub fn into_proposal(self) -> Proposal {
		let bytes = self.encode();
		Proposal { hash: H256(blake2_256(&bytes)), bytes: Arc::new(bytes) }
	}

	/// Whether the bytes hash to the name: what an engine checks before it makes a [`Proposal`].
	pub fn names(proposal: &Proposal) -> bool {
		H256(blake2_256(&proposal.bytes)) == proposal.hash
	}

	/// Rule 4: executes a block on a parent.
	pub fn check(
		proposal: &Proposal,
		height: Height,
		parent: BlockHash,
		authorship: Option<(View, MemberIndex)>,
	) -> Result<(), RejectedProposal> {
		let fault = |what: &str| Err(RejectedProposal(what.into()));
		if !Self::names(proposal) {
			return fault("the bytes are not those of the hash");
		}
		let Ok(block) = Block::decode(&mut &proposal.bytes[..]) else { return fault("it does not decode") };
		if block.height != height || block.parent != parent {
			return fault("it is for another place in the chain");
		}
		if authorship.is_some_and(|(view, author)| block.view != view || block.author != author) {
			return fault("its digest names another author or view");
		}
		if !block.sound {
			return fault("its state root is wrong");
		}
		Ok(())
	}
}

/// A final block.
#[derive(Clone, Debug)]
pub struct Final {
	/// The block.
	pub proposal: Proposal,
	/// What makes it final.
	pub certificate: Certificate,
}

/// Who votes when, and with what weight.
#[derive(Clone, Debug)]
pub struct Election {
	/// The members of each epoch, with its first height; the first is 1.
	pub epochs: Vec<(Height, Vec<Identity>)>,
	/// Weight of each identity.
	pub weights: Vec<u64>,
}

impl Election {
	/// The identities that vote at a height, by index.
	pub fn members(&self, height: Height) -> &[Identity] {
		let epoch = self.epochs.iter().rposition(|(first, _)| *first <= height).unwrap_or(0);
		&self.epochs[epoch].1
	}

	/// The committee of a height, whose seed follows from the parent.
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
