//! What byzantine members share, and what each of them can see and do.

use super::Letter;
use crate::{
	block::{Block, Final},
	keys::{mix_word, Identity, SimSigner},
	network::{NodeId, Packet},
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeMap, sync::Arc};
use tc_pbft_core::{Commit, Message, Payload, Prepare, Proposal, Signed, Signer};
use tp_pbft::{BlockHash, Committee, Domain, Height, MemberIndex, Slot, View};

/// The conspiracy: which conflicting blocks are on offer, and who shall believe in which.
pub struct Cabal {
	seed: u64,
	/// The blocks that were proposed in a view, in the order of their making: the n-th is for side n.
	pub forks: BTreeMap<(Height, View), Vec<BlockHash>>,
	/// Blocks that members of it have seen or made.
	pub blocks: BTreeMap<BlockHash, Proposal>,
}

impl Cabal {
	/// A new conspiracy.
	pub fn new(seed: u64) -> Self {
		Self { seed, forks: BTreeMap::new(), blocks: BTreeMap::new() }
	}

	/// Which of two sides somebody is on, at a height.
	pub fn side(&self, height: Height, identity: Identity) -> usize {
		let mixed = mix_word(mix_word(self.seed, u64::from(height)), u64::from(identity));
		(mixed >> 17) as usize % 2
	}

	/// Notes a block that is proposed in a view.
	pub fn note(&mut self, height: Height, view: View, proposal: &Proposal) {
		let fork = self.forks.entry((height, view)).or_default();
		if !fork.contains(&proposal.hash) {
			fork.push(proposal.hash);
			self.blocks.insert(proposal.hash, proposal.clone());
		}
	}

	/// The block in which a side shall believe in a view.
	pub fn block_for(&self, height: Height, view: View, side: usize) -> Option<BlockHash> {
		let fork = self.forks.get(&(height, view))?;
		fork.get(side).or(fork.first()).copied()
	}
}

/// What a byzantine member sees and can do at the moment.
pub struct Context<'a> {
	/// Its process.
	pub node: NodeId,
	/// As whom it runs.
	pub identity: Identity,
	/// Its place in the committee.
	pub me: Option<MemberIndex>,
	/// The height that its replica is at.
	pub height: Height,
	/// The committee of that height.
	pub committee: &'a Committee,
	/// Who its members are.
	pub members: &'a [Identity],
	/// How many identities there are.
	pub identities: usize,
	/// The newest block.
	pub parent: BlockHash,
	/// The chain.
	pub chain: &'a [Final],
	/// What signatures are for.
	pub domain: &'a Domain,
	/// The run's randomness.
	pub rng: &'a mut ChaCha8Rng,
	/// The conspiracy.
	pub cabal: &'a mut Cabal,
}

impl Context<'_> {
	/// Signs with its own key, for the present height. It is no use to whoever is no member.
	pub fn sign<M: Payload>(&self, message: M) -> Signed<M> {
		let slot =
			Slot { epoch: self.committee.epoch, height: self.height, view: message.view(), kind: message.kind() };
		let signature = SimSigner::new(self.identity).sign(&slot.signing_payload(self.domain, &message.payload()));
		let sender = self.me.unwrap_or_default();
		Signed { epoch: slot.epoch, height: slot.height, sender, message, signature }
	}

	/// A letter with a message.
	pub fn letter(&self, to: Identity, message: Message) -> Letter {
		(to, Packet::Message(Arc::new(self.sign(message))))
	}

	/// Prepare and Commit of a view, to each member for the block in which its side shall believe.
	pub fn fork_votes(&self, view: View) -> Vec<Letter> {
		let mut letters = Vec::new();
		if self.me.is_none() {
			return letters;
		}
		for identity in self.members.iter().copied().filter(|identity| *identity != self.identity) {
			let side = self.cabal.side(self.height, identity);
			if let Some(hash) = self.cabal.block_for(self.height, view, side) {
				letters.push(self.letter(identity, Message::Prepare(Prepare { view, hash })));
				letters.push(self.letter(identity, Message::Commit(Commit { view, hash })));
			}
		}
		letters
	}

	/// Another valid block of its own for a view.
	pub fn another_block(&mut self, view: View) -> Proposal {
		let author = self.me.unwrap_or_default();
		let (height, parent, salt) = (self.height, self.parent, self.rng.gen());
		Block { height, parent, view, author, salt, sound: true }.into_proposal()
	}

	/// Anybody.
	pub fn somebody(&mut self) -> Identity {
		let at = self.rng.gen_range(0..self.identities);
		Identity::try_from(at).unwrap_or_default()
	}
}
