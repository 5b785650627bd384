//! What is kept of a source.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Anchor, Commitments, Ledger};
use tp_pbft::{Domain, Epoch, Member};

#[cfg(feature = "std")]
use std::collections::BTreeMap;

/// Where the committees of a source come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Authority {
	/// The source elects them itself: it is the main chain.
	Itself,
	/// The main chain elects them.
	MainChain,
}

/// The heights for which a committee vouches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Span {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The first height.
	pub first: BlockNumber,
	/// The last height, once it is known.
	pub last: Option<BlockNumber>,
}

/// A held header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct HeldHeader {
	/// The height.
	pub number: BlockNumber,
	/// The hash.
	pub hash: H256,
	/// What it says to other ledgers.
	pub commitments: Commitments,
}

/// A neighbour, apart from its committees.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Source {
	/// The ledger, with its tables.
	pub ledger: Ledger,
	/// The hash of its genesis, which its signatures bind.
	pub genesis: H256,
	/// Where its committees come from.
	pub authority: Authority,
	/// The epochs that are kept, ascending. Only the last one has no last height.
	pub spans: Vec<Span>,
	/// The newest headers, ascending.
	pub headers: Vec<HeldHeader>,
	/// The height of a conflict that stopped it.
	pub frozen_at: Option<BlockNumber>,
}

/// A source at its registration.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Registration {
	/// The ledger, with its tables.
	pub ledger: Ledger,
	/// The hash of its genesis.
	pub genesis: H256,
	/// Where its committees come from.
	pub authority: Authority,
	/// The epoch from which on it is followed.
	pub epoch: Epoch,
	/// The first height of that epoch.
	pub first: BlockNumber,
	/// The committee of that epoch.
	pub members: Vec<Member>,
}

/// The state of a beacon.
pub trait Store {
	/// Returns a source.
	fn source(&self, chain: ChainTag) -> Option<Source>;
	/// Sets a source, or removes it.
	fn set_source(&mut self, chain: ChainTag, source: Option<Source>);
	/// Returns all sources, ascending.
	fn sources(&self) -> Vec<ChainTag>;
	/// Returns the members of a source's committee.
	fn members(&self, chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>>;
	/// Sets them, or removes them.
	fn set_members(&mut self, chain: ChainTag, epoch: Epoch, members: Option<Vec<Member>>);
}

impl Source {
	/// Returns what the signatures of its committees bind.
	pub fn domain(&self) -> Domain {
		Domain { chain: self.ledger.chain, genesis: self.genesis }
	}

	/// Returns the newest held header.
	pub fn newest(&self) -> Option<&HeldHeader> {
		self.headers.last()
	}

	/// Returns the held header of a height.
	pub fn header(&self, number: BlockNumber) -> Option<&HeldHeader> {
		self.headers.iter().find(|held| held.number == number)
	}

	/// Returns the span of an epoch.
	pub fn span(&self, epoch: Epoch) -> Option<&Span> {
		self.spans.iter().find(|span| span.epoch == epoch)
	}

	/// Returns a held header as proofs begin at it.
	pub fn anchor(&self, held: &HeldHeader) -> Anchor {
		Anchor { ledger: self.ledger, height: held.number, commitments: held.commitments }
	}
}

/// A store in memory, for tests, simulations and routers.
#[cfg(feature = "std")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryStore {
	sources: BTreeMap<ChainTag, Source>,
	members: BTreeMap<(ChainTag, Epoch), Vec<Member>>,
}

#[cfg(feature = "std")]
impl MemoryStore {
	/// Returns a source as it is kept.
	pub fn kept(&self, chain: ChainTag) -> Option<&Source> {
		self.sources.get(&chain)
	}

	/// Tells whether the committee of an epoch is known.
	pub fn has_members(&self, chain: ChainTag, epoch: Epoch) -> bool {
		self.members.contains_key(&(chain, epoch))
	}
}

#[cfg(feature = "std")]
impl Store for MemoryStore {
	fn source(&self, chain: ChainTag) -> Option<Source> {
		self.sources.get(&chain).cloned()
	}

	fn set_source(&mut self, chain: ChainTag, source: Option<Source>) {
		match source {
			Some(source) => self.sources.insert(chain, source),
			None => self.sources.remove(&chain),
		};
	}

	fn sources(&self) -> Vec<ChainTag> {
		self.sources.keys().copied().collect()
	}

	fn members(&self, chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		self.members.get(&(chain, epoch)).cloned()
	}

	fn set_members(&mut self, chain: ChainTag, epoch: Epoch, members: Option<Vec<Member>>) {
		match members {
			Some(members) => self.members.insert((chain, epoch), members),
			None => self.members.remove(&(chain, epoch)),
		};
	}
}
