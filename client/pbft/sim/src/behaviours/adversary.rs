//! The adversary: what byzantine members share, and what each of them can see and do.

use crate::{
	block::{Block, Final},
	keys::{mix_word, Identity, SimSigner},
	network::{AddressedPacket, NodeId, Packet},
	time::Time,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeMap, sync::Arc};
use tc_pbft_core::{Commit, Message, Payload, Prepare, Proposal, Signed, Signer};
use tp_pbft::{BlockHash, Committee, Domain, Height, MemberIndex, Slot, View};

/// The state that byzantine members share: the conflicting blocks, and which side of the committee gets which.
pub struct Adversary {
	seed: u64,
	/// The proposed blocks of a view, in the order of their making: the n-th is for side n.
	pub forks: BTreeMap<(Height, View), Vec<BlockHash>>,
	/// The blocks that byzantine members have seen or made.
	pub blocks: BTreeMap<BlockHash, Proposal>,
}

impl Adversary {
	/// Returns an adversary without blocks.
	pub fn new(seed: u64) -> Self {
		Self { seed, forks: BTreeMap::new(), blocks: BTreeMap::new() }
	}

	/// Returns the side of an identity at a height: 0 or 1.
	pub fn side(&self, height: Height, identity: Identity) -> usize {
		let mixed = mix_word(mix_word(self.seed, u64::from(height)), u64::from(identity));
		(mixed >> 17) as usize % 2
	}

	/// Adds a block that is proposed in a view.
	pub fn note(&mut self, height: Height, view: View, proposal: &Proposal) {
		let fork = self.forks.entry((height, view)).or_default();
		if !fork.contains(&proposal.hash) {
			fork.push(proposal.hash);
			self.blocks.insert(proposal.hash, proposal.clone());
		}
	}

	/// Returns the block that a side gets in a view.
	pub fn block_for(&self, height: Height, view: View, side: usize) -> Option<BlockHash> {
		let fork = self.forks.get(&(height, view))?;
		fork.get(side).or(fork.first()).copied()
	}
}

/// What a byzantine member sees and can do now.
pub struct Context<'a> {
	/// The node of the member.
	pub node: NodeId,
	/// The identity of the member.
	pub identity: Identity,
	/// The member's place in the committee.
	pub me: Option<MemberIndex>,
	/// The height of its replica.
	pub height: Height,
	/// The committee of that height.
	pub committee: &'a Committee,
	/// The identities of the committee.
	pub members: &'a [Identity],
	/// The number of identities.
	pub identities: usize,
	/// The hash of the newest block.
	pub parent: BlockHash,
	/// The time of the newest block.
	pub parent_time: Time,
	/// The true time.
	pub now: Time,
	/// The member's chain.
	pub chain: &'a [Final],
	/// The signing domain.
	pub domain: &'a Domain,
	/// The generator of random numbers.
	pub rng: &'a mut ChaCha8Rng,
	/// The shared state.
	pub adversary: &'a mut Adversary,
}

impl Context<'_> {
	/// Signs with the member's own key, for the current height. The signature is not valid if the identity is not a
	/// member.
	pub fn sign<M: Payload>(&self, message: M) -> Signed<M> {
		let slot =
			Slot { epoch: self.committee.epoch, height: self.height, view: message.view(), kind: message.kind() };
		let signature = SimSigner::new(self.identity).sign(&slot.signing_payload(self.domain, &message.payload()));
		let sender = self.me.unwrap_or_default();
		Signed { epoch: slot.epoch, height: slot.height, sender, message, signature }
	}

	/// Returns a signed message with its receiver.
	pub fn packet_to(&self, to: Identity, message: Message) -> AddressedPacket {
		(to, Packet::Message(Arc::new(self.sign(message))))
	}

	/// Returns Prepare and Commit of a view, for each member those of its side's block.
	pub fn fork_votes(&self, view: View) -> Vec<AddressedPacket> {
		let mut packets = Vec::new();
		if self.me.is_none() {
			return packets;
		}
		for identity in self.members.iter().copied().filter(|identity| *identity != self.identity) {
			let side = self.adversary.side(self.height, identity);
			if let Some(hash) = self.adversary.block_for(self.height, view, side) {
				packets.push(self.packet_to(identity, Message::Prepare(Prepare { view, hash })));
				packets.push(self.packet_to(identity, Message::Commit(Commit { view, hash })));
			}
		}
		packets
	}

	/// Returns another valid block of this member for a view.
	pub fn another_block(&mut self, view: View) -> Proposal {
		let author = self.me.unwrap_or_default();
		let (height, parent, salt) = (self.height, self.parent, self.rng.gen());
		let time = self.now.max(self.parent_time + 1);
		Block { height, parent, view, author, time, salt, sound: true }.into_proposal()
	}

	/// Returns a random identity.
	pub fn random_identity(&mut self) -> Identity {
		let at = self.rng.gen_range(0..self.identities);
		Identity::try_from(at).unwrap_or_default()
	}
}
