//! Tests on ledgers whose members sign with real keys. The account of the node with the keys `n` is `n`.

mod hidden_commits;
mod history;
mod pool;
mod reporters;
mod reports;
mod together;
mod weights;

use crate::{mock::*, *};
use frame_support::{dispatch::DispatchResult, traits::OnInitialize};
use pallet_testkit::{
	genesis_hash_of, member, pairs, CommitteeTable, CurrentEpoch, Registered, Registry, Slash, SlashLog,
};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use tp_core::ChainTag;
use tp_pbft::{Domain, Epoch, Equivocation, Evidence, Height, MemberIndex, MessageKind, SignedPayload, Slot};
use tp_stake::Seat;

type AccountId = u64;
type Reporter = tp_stake::Reporter<AccountId>;

/// Number of epochs for which evidence counts.
const COUNTS_FOR: Epoch = 3;

const SHARD: ChainTag = ChainTag::Shard { zone: 1, incarnation: 7 };
const ZONE: ChainTag = ChainTag::Zone(1);
const LEDGERS: [ChainTag; 3] = [ChainTag::Main, ZONE, SHARD];

/// Builds a ledger with the nodes 0 to 19 and without committees.
pub(crate) fn without_committees() -> TestExternalities {
	let mut ledger = pallet_testkit::genesis(RuntimeGenesisConfig::default());
	EvidenceEpochs::set(COUNTS_FOR);
	for node in 0..20 {
		Registry::register(&AccountId::from(node), Registered::new(pallet_testkit::keys(node)));
	}
	ledger.execute_with(|| System::set_block_number(1));
	ledger
}

/// Runs a test and checks the invariants. Each ledger has a committee of the nodes 0 to 3 in the epochs 0 to 9.
fn on_ledgers(test: impl FnOnce()) {
	without_committees().execute_with(|| {
		for (chain, epoch) in LEDGERS.into_iter().flat_map(|chain| (0..10).map(move |epoch| (chain, epoch))) {
			CommitteeTable::set(chain, epoch, &seats(4));
		}
		test();
		Offences::do_try_state().unwrap();
	});
}

/// Returns the seats of the first nodes.
fn seats(count: u16) -> Vec<Seat<AccountId>> {
	(0..count).map(|at| Seat { node: Some(at.into()), member: member(at), since: 0 }).collect()
}

fn slashes() -> Vec<Slash<AccountId>> {
	SlashLog::slashes()
}

/// Returns what was decided to be taken beyond the first part of slashes.
fn rests() -> Vec<Slash<AccountId>> {
	SlashLog::rests()
}

/// Starts the next epoch with a block.
fn next_epoch() {
	CurrentEpoch::mutate(|epoch| *epoch += 1);
	next_block();
}

fn next_block() {
	System::set_block_number(System::block_number() + 1);
	AllPalletsWithSystem::on_initialize(System::block_number());
	Offences::do_try_state().unwrap();
}

fn domain(chain: ChainTag) -> Domain {
	Domain { chain, genesis: genesis_hash_of(chain) }
}

fn slot(epoch: Epoch, height: Height) -> Slot {
	Slot { epoch, height, view: 1, kind: MessageKind::Prepare }
}

/// Signs two payloads for one slot by the node at the place `at` of a committee.
fn equivocation(chain: ChainTag, slot: Slot, at: u16) -> Equivocation {
	let pair = &pairs(at).0;
	let sign = |byte| {
		let payload = H256::repeat_byte(byte);
		SignedPayload { payload, signature: pair.sign(&slot.signing_payload(&domain(chain), &payload)) }
	};
	Equivocation { slot, member: MemberIndex::from(at), key: pair.public(), first: sign(1), second: sign(2) }
}

/// Signs a report by a node.
fn reporter<E: Clone + Into<Evidence>>(chain: ChainTag, evidence: &E, at: u16) -> Option<Reporter> {
	let node = AccountId::from(at);
	let signature = pairs(at).0.sign(&Reporter::payload(&domain(chain), &evidence.clone().into(), &node));
	Some(Reporter { node, signature })
}

/// Applies a report as a block does, after the pool accepted it.
fn report(chain: ChainTag, evidence: impl Into<Evidence>, reporter: Option<Reporter>) -> DispatchResult {
	Offences::report(pallet_testkit::authorized::<Test>(), chain, evidence.into(), reporter)
}

/// Returns the call of a report.
fn call(chain: ChainTag, evidence: impl Into<Evidence>, reporter: Option<Reporter>) -> RuntimeCall {
	Call::report { chain, evidence: evidence.into(), reporter }.into()
}

fn has_event(event: Event<Test>) -> bool {
	pallet_testkit::has_event::<Test>(event)
}
