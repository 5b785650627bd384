//! Tests on real blocks, keys and lanes.

mod commitments;
mod duties;

mod node;
mod parameters;
mod pools;
mod removal;
mod reveals;
mod weights;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use node::{Node, GENESIS_HASH};
use pallet_testkit::{apply, authorized, clock::is_open, validate, EpochLength};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use tp_pbft::{Epoch, Height};
use tp_power::{draw_segments, Lanes, SegmentIndex, Shape};
use tp_sortition::Role;
use tp_stake::PowerDuty;

type AccountId = u64;
type Clock = pallet_testkit::BlockClock<Test>;
type Commitment = tp_power::Commitment<AccountId>;
type Reveal = tp_power::Reveal<AccountId>;

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
	assert_eq!(System::block_number(), height.into(), "heights grow");
}

/// Ends blocks until the one at a height is the newest.
fn close_at(height: Height) {
	open_at(height);
	close();
}

fn has_event(event: Event<Test>) -> bool {
	pallet_testkit::has_event::<Test>(event)
}
