//! A ledger of real headers and certificates, block by block, for runtimes with `pallet-committee`.

use crate::{blocks::open_block_on, close_block, keys::PAIRS, pairs, BlockMs, Now};
use frame_support::{
	assert_ok,
	traits::{OnFinalize, OnInitialize},
};
use frame_system::pallet_prelude::{BlockNumberFor, HeaderFor};
use sp_core::{crypto::VrfSecret, sr25519, Pair, H256};
use sp_runtime::{traits::Header, Digest};
use std::collections::BTreeMap;
use tp_pbft::{
	vrf_sign_data, Domain, Height, Member, MemberIndex, MessageKind, PbftPair, PbftSignature, PreDigest, Slot, View,
};

// Named by the macro below.
#[doc(hidden)]
pub use {
	frame_support::dispatch::DispatchResult,
	tp_pbft::{Certificate, Committee, PbftConfig},
};

/// The hash of the genesis block.
pub const GENESIS_HASH: H256 = H256::repeat_byte(7);

/// A runtime with `pallet-committee`, as the ledger drives it. [`impl_ledger_runtime`](crate::impl_ledger_runtime)
/// implements it.
pub trait LedgerRuntime: frame_system::Config<Hash = H256> {
	/// All pallets with hooks.
	type Pallets: OnInitialize<BlockNumberFor<Self>> + OnFinalize<BlockNumberFor<Self>>;

	/// Returns the ledger and its pace: `PbftApi::config`.
	fn config() -> PbftConfig;
	/// Returns the committee of the next height: `PbftApi::committee`.
	fn committee() -> Committee;
	/// Executes the inherent that proves the parent.
	fn note_parent(certificate: Certificate) -> DispatchResult;
}

/// Implements [`LedgerRuntime`] for a runtime, by its tuple of pallets and its instance of `pallet-committee`.
///
/// `impl_ledger_runtime!(Runtime, AllPalletsWithSystem, Committee);`
#[macro_export]
macro_rules! impl_ledger_runtime {
	($runtime:ty, $pallets:ty, $committee:ty) => {
		impl $crate::LedgerRuntime for $runtime {
			type Pallets = $pallets;

			fn config() -> $crate::ledger::PbftConfig {
				<$committee>::config()
			}
			fn committee() -> $crate::ledger::Committee {
				<$committee>::committee()
			}
			fn note_parent(certificate: $crate::ledger::Certificate) -> $crate::ledger::DispatchResult {
				<$committee>::note_parent(frame_system::RawOrigin::None.into(), certificate)
			}
		}
	};
}

/// A node's view of the ledger, by headers and the runtime API.
pub struct Ledger<T: LedgerRuntime> {
	/// The height of the open block, or of the newest one.
	pub height: Height,
	/// The hash of the newest block.
	pub head: H256,
	/// All headers, from height 1 on.
	pub headers: Vec<HeaderFor<T>>,
	/// The result of the runtime API for each height.
	pub committees: BTreeMap<Height, Committee>,
	/// Whether a block is open.
	pub is_open: bool,
}

/// Returns the key pairs of a member.
fn pairs_of(member: &Member) -> &'static (PbftPair, sr25519::Pair) {
	let is_own = |(vote, _): &&(PbftPair, sr25519::Pair)| vote.public() == member.key;
	(0..PAIRS).map(pairs).find(is_own).expect("members of a test have keys of this crate")
}

impl<T: LedgerRuntime> Ledger<T> {
	/// Returns a ledger at its genesis.
	#[allow(clippy::new_without_default)]
	pub fn new() -> Self {
		let committees = BTreeMap::from([(1, T::committee())]);
		Self { height: 0, head: GENESIS_HASH, headers: Vec::new(), committees, is_open: false }
	}

	/// Returns the domain of the members' signatures.
	pub fn domain() -> Domain {
		Domain { chain: T::config().chain, genesis: GENESIS_HASH }
	}

	/// Returns the committee of the open block, or of the newest one.
	pub fn committee(&self) -> &Committee {
		&self.committees[&self.height]
	}

	/// Returns the pre-runtime digest of the next block.
	pub fn pre_digest(&self, view: View, author: MemberIndex) -> PreDigest {
		let height = self.height + 1;
		let committee = &self.committees[&height];
		let data = vrf_sign_data(T::config().chain, committee.epoch, height, &committee.seed);
		let (_, vrf) = committee.member(author).map_or(pairs(0), pairs_of);
		PreDigest { view, author, vrf: vrf.vrf_sign(&data) }
	}

	/// Starts a block with a digest, [`BlockMs`] after the one before.
	pub fn open_with(&mut self, digest: Digest) {
		self.height += 1;
		Now::mutate(|now| *now += BlockMs::get());
		self.is_open = true;
		open_block_on::<T, T::Pallets>(&self.head, &digest);
	}

	/// Starts a block by the primary of view 0.
	pub fn open(&mut self) {
		let author = self.committees[&(self.height + 1)].primary(0).expect("a committee has a member");
		let item = self.pre_digest(0, author).to_item();
		self.open_with(Digest { logs: vec![item] });
	}

	/// Proves the parent with all signatures, except in the first block.
	pub fn prove(&self) {
		if self.height > 1 {
			let size = self.committees[&(self.height - 1)].size();
			let all = 0..MemberIndex::try_from(size).expect("committees are small");
			assert_ok!(T::note_parent(self.certificate(all)));
		}
	}

	/// Ends the open block.
	pub fn close(&mut self) -> HeaderFor<T> {
		let header = close_block::<T, T::Pallets>();
		self.is_open = false;
		self.head = header.hash();
		self.headers.push(header.clone());
		self.committees.insert(self.height + 1, T::committee());
		header
	}

	/// Executes a block with nothing but the inherent.
	pub fn block(&mut self) -> HeaderFor<T> {
		self.block_with(|| ())
	}

	/// Executes a block with some calls after the inherent.
	pub fn block_with(&mut self, calls: impl FnOnce()) -> HeaderFor<T> {
		self.open();
		self.prove();
		calls();
		self.close()
	}

	/// Executes blocks up to and including a height.
	pub fn run_to(&mut self, height: Height) {
		while self.height < height {
			self.block();
		}
	}

	/// Returns the slot of the votes for the parent of the open block.
	pub fn parent_slot(&self) -> Slot {
		let height = self.height - 1;
		Slot { epoch: self.committees[&height].epoch, height, view: 0, kind: MessageKind::Commit }
	}

	/// Returns a certificate of the parent of the open block by some members.
	pub fn certificate(&self, signers: impl IntoIterator<Item = MemberIndex>) -> Certificate {
		self.certificate_for(self.parent_slot(), self.head, &Self::domain(), signers)
	}

	/// Returns a certificate of any slot and hash by some members of the parent's committee.
	pub fn certificate_for(
		&self,
		slot: Slot,
		hash: H256,
		domain: &Domain,
		signers: impl IntoIterator<Item = MemberIndex>,
	) -> Certificate {
		let committee = &self.committees[&(self.height - 1)];
		let message = slot.signing_payload(domain, &hash);
		let sign = |index| {
			let member = committee.member(index).expect("signers are members");
			(index, pairs_of(member).0.sign(&message))
		};
		let votes: Vec<(MemberIndex, PbftSignature)> = signers.into_iter().map(sign).collect();
		Certificate::from_votes(slot, hash, committee.size(), votes)
	}
}
