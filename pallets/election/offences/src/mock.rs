//! A runtime with this pallet alone, and ledgers whose committees sign with real keys.

use crate as pallet_offences;
use crate::*;
use frame_support::{
	derive_impl,
	dispatch::{DispatchResult, GetDispatchInfo},
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction},
	parameter_types,
	traits::OnInitialize,
};
use sp_core::{sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::{
	traits::{Applyable, Checkable, IdentityLookup},
	BuildStorage, MultiSignature, Perbill,
};
use std::collections::BTreeMap;
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{
	Domain, Epoch, Evidence, Height, Member, MemberIndex, MessageKind, PbftId, PbftPair, Seed, SignedPayload, Slot,
	VrfId,
};
use tp_sortition::Role;
use tp_stake::{Committees, EpochClock, NodeKeys, Nodes, Punish, Reporter, Reputation, Seat};

pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Header = sp_runtime::generic::Header<u32, sp_runtime::traits::BlakeTwo256>;
pub type Extrinsic = sp_runtime::generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, TxExtension>;
pub type Block = sp_runtime::generic::Block<Header, Extrinsic>;

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
	pub type Offences = pallet_offences;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type DbWeight = frame_support::weights::constants::ParityDbWeight;
}

/// For how many epochs evidence counts.
pub const COUNTS_FOR: Epoch = 3;

/// What was slashed: node, epoch, part, reporter.
pub type Slash = (AccountId, Epoch, Perbill, Option<AccountId>);

parameter_types! {
	pub static EvidenceEpochs: Epoch = COUNTS_FOR;
	pub static CurrentEpoch: Epoch = 0;
	pub static Seats: BTreeMap<(ChainTag, Epoch), Vec<Seat>> = BTreeMap::new();
	pub static Slashes: Vec<Slash> = Vec::new();
	/// Nodes that left: nothing of them can be slashed.
	pub static Gone: Vec<AccountId> = Vec::new();
	/// Nodes with other keys than those of their number.
	pub static OtherKeys: BTreeMap<AccountId, NodeKeys> = BTreeMap::new();
}

impl Config for Test {
	type Committees = Ledgers;
	type Nodes = Registry;
	type Punish = Registry;
	type Clock = Clock;
	type EvidenceEpochs = EvidenceEpochs;
	type WeightInfo = weights::SubstrateWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmark_helper::Helper;
}

pub struct Clock;
impl EpochClock for Clock {
	fn epoch() -> Epoch {
		CurrentEpoch::get()
	}
	fn randomness() -> Seed {
		Seed::default()
	}
	fn seed() -> Seed {
		Seed::default()
	}
	fn epoch_start() -> Height {
		1
	}
	fn epoch_length() -> Height {
		10
	}
}

pub const SHARD: ChainTag = ChainTag::Shard { zone: 1, incarnation: 7 };
pub const ZONE: ChainTag = ChainTag::Zone(1);
pub const LEDGERS: [ChainTag; 3] = [ChainTag::Main, ZONE, SHARD];

/// Each ledger has a genesis of its own.
pub fn genesis_of(chain: ChainTag) -> H256 {
	H256::repeat_byte(match chain {
		ChainTag::Main => 1,
		ChainTag::Zone(_) => 2,
		ChainTag::Shard { .. } => 3,
	})
}

pub fn domain(chain: ChainTag) -> Domain {
	Domain { chain, genesis: genesis_of(chain) }
}

pub struct Ledgers;
impl Committees for Ledgers {
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat>> {
		Seats::get().remove(&(chain, epoch))
	}
	fn genesis_hash(chain: ChainTag) -> Option<H256> {
		Seats::get().keys().any(|(known, _)| *known == chain).then(|| genesis_of(chain))
	}
}

/// The node of the keys with a number.
pub fn node(at: u8) -> AccountId {
	AccountId::new([at; 32])
}

pub fn vote_key(at: u8) -> PbftPair {
	PbftPair::from_seed(&[at + 1; 32])
}

fn member(at: u8) -> Member {
	let vrf = VrfId::from(sr25519::Pair::from_seed(&[at + 1; 32]).public());
	Member { key: vote_key(at).public(), vrf, weight: 1 }
}

/// The seats of the nodes with some numbers.
pub fn seats(which: impl IntoIterator<Item = u8>) -> Vec<Seat> {
	which.into_iter().map(|at| Seat { node: Some(node(at)), member: member(at), since: 0 }).collect()
}

/// Nodes 0 to 19 are registered.
pub struct Registry;
impl Nodes for Registry {
	fn keys_at(node: &AccountId, _: Epoch) -> Option<NodeKeys> {
		let at = AsRef::<[u8; 32]>::as_ref(node)[0];
		let known = (at < 20).then(|| NodeKeys { pbft: member(at).key, vrf: member(at).vrf });
		OtherKeys::get().remove(node).or(known)
	}
	fn may_stand(_: &AccountId, _: Role, _: Epoch) -> bool {
		false
	}
	fn assets(_: &AccountId) -> Balance {
		0
	}
	fn reputation(_: &AccountId) -> Reputation {
		Reputation::MIN
	}
	fn is_leaving(_: &AccountId) -> bool {
		false
	}
	fn is_removed(_: &AccountId, _: Epoch) -> bool {
		false
	}
	fn owner(_: &PbftId) -> Option<AccountId> {
		None
	}
	fn standing(_: Role, _: Epoch, _: u32) -> Vec<AccountId> {
		Vec::new()
	}
	fn note_seat(_: &AccountId, _: Epoch) {}
}

impl Punish for Registry {
	fn slash(node: &AccountId, epoch: Epoch, part: Perbill, reporter: Option<AccountId>) -> Option<u32> {
		if Gone::get().contains(node) {
			return None;
		}
		Slashes::mutate(|slashes| slashes.push((node.clone(), epoch, part, reporter)));
		u32::try_from(Slashes::get().len()).ok()
	}
	fn cancel(_: u32) -> bool {
		false
	}
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmark_helper {
	use super::*;

	pub struct Helper;
	impl crate::BenchmarkHelper for Helper {
		fn make_committee(members: Vec<Member>) -> Domain {
			let seats = members.into_iter().map(|member| Seat { node: Some(node(0)), member, since: 0 }).collect();
			Seats::mutate(|all| all.insert((SHARD, CurrentEpoch::get()), seats));
			domain(SHARD)
		}
		fn make_node(keys: NodeKeys) -> AccountId {
			OtherKeys::mutate(|all| all.insert(node(1), keys));
			node(1)
		}
		fn set_epoch(epoch: Epoch) {
			CurrentEpoch::set(epoch);
		}
	}
}

/// Ledgers without committees.
pub fn bare() -> TestExternalities {
	CurrentEpoch::set(0);
	EvidenceEpochs::set(COUNTS_FOR);
	Seats::take();
	Slashes::take();
	Gone::take();
	OtherKeys::take();
	let mut ledgers: TestExternalities = RuntimeGenesisConfig::default().build_storage().unwrap().into();
	#[cfg(feature = "runtime-benchmarks")]
	ledgers.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
	ledgers.execute_with(|| System::set_block_number(1));
	ledgers
}

/// Runs a test where each ledger has a committee of the nodes 0 to 3 in the epochs 0 to 9, and checks the invariants.
pub fn on_ledgers(test: impl FnOnce()) {
	bare().execute_with(|| {
		let all = LEDGERS.into_iter().flat_map(|chain| (0..10).map(move |epoch| (chain, epoch)));
		Seats::set(all.map(|ledger| (ledger, seats(0..4))).collect());
		test();
		Offences::do_try_state().unwrap();
	});
}

/// The epoch ends and a block of the next begins.
pub fn next_epoch() {
	CurrentEpoch::mutate(|epoch| *epoch += 1);
	next_block();
}

pub fn next_block() {
	System::set_block_number(System::block_number() + 1);
	AllPalletsWithSystem::on_initialize(System::block_number());
	Offences::do_try_state().unwrap();
}

pub fn slot(epoch: Epoch, height: Height) -> Slot {
	Slot { epoch, height, view: 1, kind: MessageKind::Prepare }
}

/// A node whose place in the committee is its number signs two payloads for one slot.
pub fn equivocation(chain: ChainTag, slot: Slot, at: u8) -> Evidence {
	let pair = vote_key(at);
	let sign = |byte| {
		let payload = H256::repeat_byte(byte);
		SignedPayload { payload, signature: pair.sign(&slot.signing_payload(&domain(chain), &payload)) }
	};
	Evidence { slot, member: MemberIndex::from(at), key: pair.public(), first: sign(1), second: sign(2) }
}

/// A node signs that it reports.
pub fn reporter(chain: ChainTag, evidence: &Evidence, at: u8) -> Option<Reporter> {
	let signature = vote_key(at).sign(&Reporter::payload(&domain(chain), evidence, &node(at)));
	Some(Reporter { node: node(at), signature })
}

pub fn authorized() -> RuntimeOrigin {
	frame_system::Origin::<Test>::Authorized.into()
}

/// What a block's author does with a report that got past its pool.
pub fn report(chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> DispatchResult {
	Offences::report(authorized(), chain, evidence, reporter)
}

/// The transaction that a node submits.
pub fn transaction(chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Extrinsic {
	Extrinsic::new_transaction(Call::report { chain, evidence, reporter }.into(), (frame_system::AuthorizeCall::new(),))
}

/// What a pool says to it.
pub fn validate(
	chain: ChainTag,
	evidence: Evidence,
	reporter: Option<Reporter>,
) -> Result<ValidTransaction, TransactionValidityError> {
	let transaction = transaction(chain, evidence, reporter);
	let info = transaction.get_dispatch_info();
	let checked = Checkable::check(transaction, &IdentityLookup::default()).unwrap();
	checked.validate::<Test>(TransactionSource::External, &info, 0)
}

/// Whether an event of this pallet was deposited.
pub fn has_event(event: Event<Test>) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::Offences(event.clone()))
}
