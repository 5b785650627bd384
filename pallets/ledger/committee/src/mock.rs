//! A runtime with this pallet alone, and a ledger of real headers, keys and certificates on it.

use crate as pallet_committee;
use crate::*;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{Hooks, OnFinalize, OnInitialize},
	weights::Weight,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, Digest};
use std::{cell::RefCell, collections::BTreeMap, sync::OnceLock};
use tp_core::ChainTag;
use tp_pbft::{
	vrf_sign_data, Certificate, Committee as PbftCommittee, Domain, Epoch, EpochActivity, Height, Member,
	MemberActivity, MemberIndex, MessageKind, Pace, PbftPair, PbftSignature, PreDigest, Slot, View, VrfId, MAX_MEMBERS,
};
use tp_stake::Election;

pub type Header = sp_runtime::generic::Header<u32, sp_runtime::traits::BlakeTwo256>;
pub type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Committee = pallet_committee;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = u64;
	type Lookup = IdentityLookup<u64>;
}

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: 3, incarnation: 5 };
}

thread_local! {
	/// Whom the election names from now on; without it the members stay.
	pub static ELECTED: RefCell<Option<Vec<Member>>> = const { RefCell::new(None) };
	/// What the election was told of ended epochs.
	pub static ENDED: RefCell<Vec<(EpochActivity, Vec<Member>)>> = const { RefCell::new(Vec::new()) };
}

/// An election that a test decides, and that keeps what it hears.
pub struct RecordedElection;

impl Election for RecordedElection {
	fn next_committee(_: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		named.or_else(|| ELECTED.take()).unwrap_or_else(|| present.to_vec())
	}
	fn weight() -> Weight {
		Weight::from_parts(7, 0)
	}
	fn epoch_ended(activity: &EpochActivity, members: &[Member]) {
		ENDED.with_borrow_mut(|ended| ended.push((activity.clone(), members.to_vec())));
	}
	fn epoch_ended_weight() -> Weight {
		Weight::from_parts(11, 0)
	}
}

impl Config for Test {
	type Chain = Chain;
	type AdminOrigin = frame_system::EnsureRoot<u64>;
	type Election = RecordedElection;
	type WeightInfo = weights::SubstrateWeight<Test>;
}

pub const PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
pub const GENESIS_SEED: [u8; 32] = [9; 32];
pub const GENESIS_HASH: H256 = H256::repeat_byte(7);
pub const EPOCH_LENGTH: Height = 5;

/// The keys of one replica.
pub struct Replica {
	pub vote: PbftPair,
	pub vrf: sr25519::Pair,
}

impl Replica {
	pub fn member(&self) -> Member {
		Member { key: self.vote.public(), vrf: VrfId::from(self.vrf.public()), weight: 1 }
	}
}

/// As many replicas as any test needs; one more than a committee may have.
pub fn replicas() -> &'static [Replica] {
	static REPLICAS: OnceLock<Vec<Replica>> = OnceLock::new();
	REPLICAS.get_or_init(|| {
		(0..=u8::try_from(MAX_MEMBERS).unwrap())
			.map(|at| Replica {
				vote: PbftPair::from_seed(&[at + 1; 32]),
				vrf: sr25519::Pair::from_seed(&[at + 1; 32]),
			})
			.collect()
	})
}

/// The members that some of the replicas are.
pub fn members(which: impl IntoIterator<Item = usize>) -> Vec<Member> {
	which.into_iter().map(|at| replicas()[at].member()).collect()
}

/// Who holds a member's keys.
pub fn replica_of(member: &Member) -> &'static Replica {
	replicas().iter().find(|replica| replica.vote.public() == member.key).unwrap()
}

pub fn domain() -> Domain {
	Domain { chain: Chain::get(), genesis: GENESIS_HASH }
}

pub fn genesis_config(members: Vec<Member>) -> pallet_committee::GenesisConfig<Test> {
	pallet_committee::GenesisConfig {
		members,
		seed: H256(GENESIS_SEED),
		epoch_length: EPOCH_LENGTH,
		pace: PACE,
		_config: Default::default(),
	}
}

pub fn build(committee: pallet_committee::GenesisConfig<Test>) -> TestExternalities {
	RuntimeGenesisConfig { system: Default::default(), committee }.build_storage().unwrap().into()
}

/// Runs a test on a ledger whose first committee is the first `size` replicas, and checks the invariants after it.
pub fn on_ledger(size: usize, test: impl FnOnce(&mut Ledger)) {
	build(genesis_config(members(0..size))).execute_with(|| {
		let mut ledger = Ledger::new();
		test(&mut ledger);
		if ledger.is_open {
			ledger.close();
		}
		Committee::do_try_state().unwrap();
	});
}

/// The ledger from outside: what a node knows of it, by the runtime API and from headers.
pub struct Ledger {
	pub height: Height,
	pub head: H256,
	pub headers: Vec<Header>,
	/// What the runtime API said about each height.
	pub committees: BTreeMap<Height, PbftCommittee>,
	pub is_open: bool,
}

impl Ledger {
	fn new() -> Self {
		let committees = BTreeMap::from([(1, Committee::committee())]);
		Self { height: 0, head: GENESIS_HASH, headers: Vec::new(), committees, is_open: false }
	}

	/// The committee of the open block, or of the newest one.
	pub fn committee(&self) -> &PbftCommittee {
		&self.committees[&self.height]
	}

	/// What the author of the next block writes into its header.
	pub fn pre_digest(&self, view: View, author: MemberIndex) -> PreDigest {
		let height = self.height + 1;
		let committee = &self.committees[&height];
		let data = vrf_sign_data(Chain::get(), committee.epoch, height, &committee.seed);
		let replica = committee.member(author).map_or(&replicas()[0], replica_of);
		PreDigest { view, author, vrf: replica.vrf.vrf_sign(&data) }
	}

	/// Starts a block with any digest.
	pub fn open_with(&mut self, digest: Digest) {
		self.height += 1;
		self.is_open = true;
		System::reset_events();
		System::initialize(&self.height, &self.head, &digest);
		AllPalletsWithSystem::on_initialize(self.height);
	}

	/// Starts a block by the primary of view 0.
	pub fn open(&mut self) {
		let author = self.committees[&(self.height + 1)].primary(0).unwrap();
		let item = self.pre_digest(0, author).to_item();
		self.open_with(Digest { logs: vec![item] });
	}

	/// Proves the parent with all signatures, where there is one to prove.
	pub fn prove(&self) {
		if self.height > 1 {
			let size = MemberIndex::try_from(self.committees[&(self.height - 1)].size()).unwrap();
			assert_ok!(Committee::note_parent(RuntimeOrigin::none(), self.certificate(0..size)));
		}
	}

	/// Ends the open block.
	pub fn close(&mut self) -> Header {
		AllPalletsWithSystem::on_finalize(self.height);
		let header = System::finalize();
		self.is_open = false;
		self.head = header.hash();
		self.headers.push(header.clone());
		self.committees.insert(self.height + 1, Committee::committee());
		header
	}

	/// A whole block.
	pub fn block(&mut self) -> Header {
		self.open();
		self.prove();
		self.close()
	}

	/// Blocks up to and with a height.
	pub fn run_to(&mut self, height: Height) {
		while self.height < height {
			self.block();
		}
	}

	/// The slot of the votes for the parent of the open block.
	pub fn parent_slot(&self) -> Slot {
		let height = self.height - 1;
		Slot { epoch: self.committees[&height].epoch, height, view: 0, kind: MessageKind::Commit }
	}

	/// A certificate of the parent of the open block by some members.
	pub fn certificate(&self, signers: impl IntoIterator<Item = MemberIndex>) -> Certificate {
		self.certificate_for(self.parent_slot(), self.head, &domain(), signers)
	}

	/// A certificate of anything by some members of the parent's committee.
	pub fn certificate_for(
		&self,
		slot: Slot,
		hash: H256,
		domain: &Domain,
		signers: impl IntoIterator<Item = MemberIndex>,
	) -> Certificate {
		let committee = &self.committees[&(self.height - 1)];
		let message = slot.signing_payload(domain, &hash);
		let votes: Vec<(MemberIndex, PbftSignature)> = signers
			.into_iter()
			.map(|index| (index, replica_of(committee.member(index).unwrap()).vote.sign(&message)))
			.collect();
		Certificate::from_votes(slot, hash, committee.size(), votes)
	}
}

/// What the counters of a member of the present epoch say.
pub fn activity(member: MemberIndex) -> MemberActivity {
	CurrentActivity::<Test>::get().unwrap().members[usize::from(member)]
}

/// The same of the epoch before.
pub fn past_activity(member: MemberIndex) -> MemberActivity {
	PreviousActivity::<Test>::get().unwrap().members[usize::from(member)]
}

/// Whether an event of this pallet was deposited in the open or newest block.
pub fn has_event(event: Event<Test>) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::Committee(event.clone()))
}

#[test]
fn integrity() {
	Committee::integrity_test();
}
