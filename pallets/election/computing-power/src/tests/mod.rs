//! Tests on real blocks, keys and lanes.

mod candidates;
mod commitments;
mod council;
mod duties;

mod parameters;
mod pools;
mod removal;
mod reveals;
mod weights;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use pallet_testkit::{
	apply, authorized, clock::is_open, keys, pairs, validate, CandidateList, EpochLength, Registered, Registry,
};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::DispatchError;
use tp_pbft::{Epoch, Height, PbftPair, PbftSignature};
use tp_power::{challenge, draw_segments, Challenge, Lanes, SegmentIndex, Shape};
use tp_sortition::Role;
use tp_stake::{NodeKeys, PowerDuty};

type AccountId = u64;
type Clock = pallet_testkit::BlockClock<Test>;
type Commitment = tp_power::Commitment<AccountId>;
type Reveal = tp_power::Reveal<AccountId>;

const GENESIS_HASH: H256 = H256::repeat_byte(7);
const EPOCH_LENGTH: Height = 20;
pub(crate) const PARAMETERS: Parameters = Parameters {
	window: 6,
	delay: 3,
	shape: Shape { segments_per_lane: 16, steps_per_segment: 4 },
	required: RequiredLanes { edge: 1, router: 4, validator: 2, archive: 3 },
};

/// Returns the commitment call of a node.
fn commit_call(node: &Node, commitment: Commitment) -> RuntimeCall {
	let signature = node.sign_commitment(&commitment);
	Call::commit { commitment, signature }.into()
}

/// Returns the reveal call of a node.
fn reveal_call(node: &Node, reveal: Reveal) -> RuntimeCall {
	let signature = node.sign_reveal(&reveal);
	Call::reveal { reveal, signature }.into()
}

pub(crate) fn build(parameters: Parameters) -> TestExternalities {
	let computing_power = GenesisConfig { parameters, ..Default::default() };
	let ledger = pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), computing_power });
	EpochLength::set(EPOCH_LENGTH);
	ledger
}

/// Runs a test from the genesis on, and checks the invariants after it.
fn on_ledger(test: impl FnOnce()) {
	build(PARAMETERS).execute_with(|| {
		test();
		if is_open() {
			close();
		}
		ComputingPower::do_try_state().unwrap();
	});
}

/// Starts the next block. The genesis hash is the parent of block 1.
fn open() {
	let parent = if System::block_number() == 0 { GENESIS_HASH } else { H256::repeat_byte(1) };
	pallet_testkit::blocks::open_block_on::<Test, AllPalletsWithSystem>(&parent, &Default::default());
}

/// Ends the open block.
fn close() {
	pallet_testkit::close_block::<Test, AllPalletsWithSystem>();
	ComputingPower::do_try_state().unwrap();
}

/// Ends blocks until the one at a height is open.
fn open_at(height: Height) {
	loop {
		if is_open() {
			if System::block_number() >= height.into() {
				break;
			}
			close();
		}
		open();
	}
	assert_eq!(System::block_number(), u64::from(height), "heights grow");
}

/// Ends blocks until the one at a height is the newest.
fn close_at(height: Height) {
	open_at(height);
	close();
}

fn has_event(event: Event<Test>) -> bool {
	pallet_testkit::has_event::<Test>(event)
}

/// A node as its operator runs it. Its account is the number of its keys.
#[derive(Clone)]
struct Node {
	account: AccountId,
	keys: NodeKeys,
	pair: PbftPair,
}

impl Node {
	/// Returns the keys and the account of a number, registered or not.
	fn new(number: u16) -> Self {
		Self { account: number.into(), keys: keys(number), pair: pairs(number).0.clone() }
	}

	/// Registers node 1, which commits to some lanes in a block of the first epoch.
	fn committed(height: Height, count: u32) -> (Self, Lanes) {
		let node = Self::registered(1, 0);
		let lanes = node.lanes(0, count);
		open_at(height);
		assert_ok!(node.commit(0, &lanes));
		(node, lanes)
	}

	/// Registers a node whose keys are valid from an epoch on.
	fn registered(number: u16, from: Epoch) -> Self {
		let node = Self::new(number);
		Registry::register(&node.account, Registered { keys_from: from, ..Registered::new(node.keys.clone()) });
		node
	}

	/// Returns its challenge in an epoch.
	fn challenge(&self, epoch: Epoch) -> Challenge {
		challenge(&Clock::randomness_of(epoch), &self.account)
	}

	/// Computes its lanes in an epoch.
	fn lanes(&self, epoch: Epoch, count: u32) -> Lanes {
		Lanes::compute(&self.challenge(epoch), count, &PARAMETERS.shape).unwrap()
	}

	fn sign_commitment(&self, commitment: &Commitment) -> PbftSignature {
		self.pair.sign(&commitment.signing_payload(&GENESIS_HASH))
	}

	fn sign_reveal(&self, reveal: &Reveal) -> PbftSignature {
		self.pair.sign(&reveal.signing_payload(&GENESIS_HASH))
	}

	/// Commits to lanes, valid or not.
	fn commit(&self, epoch: Epoch, lanes: &Lanes) -> DispatchResult {
		self.commit_to(lanes.commitment(self.account, epoch))
	}

	fn commit_to(&self, commitment: Commitment) -> DispatchResult {
		let signature = self.sign_commitment(&commitment);
		ComputingPower::commit(authorized::<Test>(), commitment, signature)
	}

	/// Returns the segments that it must reveal.
	fn asked(&self) -> Vec<SegmentIndex> {
		match ComputingPower::duty(&self.account, &self.keys) {
			Some(PowerDuty::Reveal { segments, .. }) => segments,
			other => panic!("no segment is drawn: {other:?}"),
		}
	}

	/// Returns the reveal of the drawn segments from these lanes.
	fn reveal_of(&self, epoch: Epoch, lanes: &Lanes) -> Reveal {
		lanes.reveal(self.account, epoch, &self.asked()).unwrap()
	}

	/// Returns the error with which a reveal is refused.
	fn refused(&self, reveal: &Reveal) -> DispatchError {
		ComputingPower::check_reveal(reveal, &self.sign_reveal(reveal)).unwrap_err().into()
	}

	/// Submits a reveal.
	fn show(&self, reveal: Reveal) -> DispatchResult {
		let signature = self.sign_reveal(&reveal);
		ComputingPower::reveal(authorized::<Test>(), reveal, signature)
	}
}
