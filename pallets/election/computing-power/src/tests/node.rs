//! A node as its operator runs it. Its account is the number of its keys.

use super::*;
use frame_support::dispatch::DispatchResult;
use pallet_testkit::{keys, pairs, Registered, Registry};
use sp_runtime::DispatchError;
use tp_pbft::{PbftPair, PbftSignature};
use tp_power::{challenge, Challenge};
use tp_stake::NodeKeys;

pub const GENESIS_HASH: H256 = H256::repeat_byte(7);

#[derive(Clone)]
pub struct Node {
	pub account: AccountId,
	pub keys: NodeKeys,
	pub pair: PbftPair,
}

impl Node {
	/// Returns the keys and the account of a number, registered or not.
	pub fn new(number: u16) -> Self {
		Self { account: number.into(), keys: keys(number), pair: pairs(number).0.clone() }
	}

	/// Registers a node whose keys are valid from an epoch on.
	pub fn registered(number: u16, from: Epoch) -> Self {
		let node = Self::new(number);
		Registry::register(&node.account, Registered { keys_from: from, ..Registered::new(node.keys.clone()) });
		node
	}

	/// Returns its challenge in an epoch.
	pub fn challenge(&self, epoch: Epoch) -> Challenge {
		challenge(&Clock::randomness_of(epoch), &self.account)
	}

	/// Computes its lanes in an epoch.
	pub fn lanes(&self, epoch: Epoch, count: u32) -> Lanes {
		Lanes::compute(&self.challenge(epoch), count, &PARAMETERS.shape).unwrap()
	}

	pub fn sign_commitment(&self, commitment: &Commitment) -> PbftSignature {
		self.pair.sign(&commitment.signing_payload(&GENESIS_HASH))
	}

	pub fn sign_reveal(&self, reveal: &Reveal) -> PbftSignature {
		self.pair.sign(&reveal.signing_payload(&GENESIS_HASH))
	}

	/// Commits to lanes, valid or not.
	pub fn commit(&self, epoch: Epoch, lanes: &Lanes) -> DispatchResult {
		self.commit_to(lanes.commitment(self.account, epoch))
	}

	pub fn commit_to(&self, commitment: Commitment) -> DispatchResult {
		let signature = self.sign_commitment(&commitment);
		ComputingPower::commit(authorized::<Test>(), commitment, signature)
	}

	/// Returns the segments that it must reveal.
	pub fn asked(&self) -> Vec<SegmentIndex> {
		match ComputingPower::duty(&self.account, &self.keys) {
			Some(PowerDuty::Reveal { segments, .. }) => segments,
			other => panic!("no segment is drawn: {other:?}"),
		}
	}

	/// Returns the reveal of the drawn segments from these lanes.
	pub fn reveal_of(&self, epoch: Epoch, lanes: &Lanes) -> Reveal {
		lanes.reveal(self.account, epoch, &self.asked()).unwrap()
	}

	/// Returns the error with which a reveal is refused.
	pub fn refused(&self, reveal: &Reveal) -> DispatchError {
		ComputingPower::check_reveal(reveal, &self.sign_reveal(reveal)).unwrap_err().into()
	}

	/// Submits a reveal.
	pub fn show(&self, reveal: Reveal) -> DispatchResult {
		let signature = self.sign_reveal(&reveal);
		ComputingPower::reveal(authorized::<Test>(), reveal, signature)
	}
}
