//! Benchmarks of the weights. `scripts/weights.sh` runs them.
//!
//! The host's keystore creates the vote keys, so that the runtime can sign as a node does. Proofs have the full shape
//! over one lane. The node is on the list of validators, which is the second that a check reads. With the maximum number of lanes,
//! each of the 16 paths is up to 13 hashes longer: 208 hashes beside the 8,192 of the steps. These lanes would take too long to
//! compute here.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::{Authorize, TransactionSource},
	traits::EnsureOrigin,
	Hashable,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::{crypto::UncheckedFrom, sr25519, H256};
use sp_runtime::RuntimeAppPublic;
use tp_pbft::{Epoch, PbftId, PbftSignature, VrfId};
use tp_power::{challenge, draw_segments, Commitment, Lanes, Reveal, Shape};
use tp_stake::{EpochClock, NodeKeys};

/// Registers nodes for the benchmarks.
pub trait BenchmarkHelper<AccountId> {
	/// Registers a node whose keys are valid in the present epoch. Returns its controller.
	fn register(keys: NodeKeys) -> AccountId;
	/// Closes the tickets with a node as a candidate.
	fn close_tickets(candidate: &AccountId);
}

/// The helper of the mock runtime, on the registry of the testkit.
#[cfg(test)]
pub struct TestHelper;

#[cfg(test)]
impl BenchmarkHelper<u64> for TestHelper {
	fn register(keys: NodeKeys) -> u64 {
		pallet_testkit::Registry::register(&99u64, pallet_testkit::Registered::new(keys));
		99
	}
	fn close_tickets(candidate: &u64) {
		pallet_testkit::CandidateList::close([*candidate]);
	}
}

const SEED: [u8; 32] = [5; 32];

/// Returns a node and its vote key, in the first block of an epoch, with lanes of the full shape.
fn node<T: Config>() -> (T::AccountId, PbftId) {
	CurrentParameters::<T>::put(Parameters::default());
	QueuedParameters::<T>::kill();
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(T::Clock::epoch_start()));
	let pbft = PbftId::generate_pair(None);
	let vrf = VrfId::from(sr25519::Public::unchecked_from(b"vrf".blake2_256()));
	(T::BenchmarkHelper::register(NodeKeys { pbft: pbft.clone(), vrf }), pbft)
}

fn sign(key: &PbftId, payload: &[u8]) -> PbftSignature {
	key.sign(&payload).expect("the keystore made the key; qed")
}

fn genesis<T: Config>() -> H256 {
	frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::from(0u32))
}

fn signed_commitment<T: Config>() -> (Commitment<T::AccountId>, PbftSignature) {
	let (node, key) = node::<T>();
	let lanes = Parameters::default().most_lanes();
	let commitment = Commitment { node, epoch: T::Clock::epoch(), lanes, root: H256::repeat_byte(1) };
	let signature = sign(&key, &commitment.signing_payload(&genesis::<T>()));
	(commitment, signature)
}

/// Returns the reveal of a node that has committed to a lane.
fn signed_reveal<T: Config>() -> (Reveal<T::AccountId>, PbftSignature) {
	let (node, key) = node::<T>();
	let (shape, epoch, height) = (Shape::default(), T::Clock::epoch(), T::Clock::epoch_start());
	let challenge = challenge(&T::Clock::randomness(), &node);
	let lanes = Lanes::compute(&challenge, 1, &shape).expect("one lane of the full shape is fine; qed");
	let record = CommitmentRecord { lanes: 1, root: lanes.root(), height, drawn_at: height.saturating_add(MIN_DELAY) };
	Draws::<T>::insert(epoch, record.drawn_at, SegmentDraw::Drawn(SEED));
	Commitments::<T>::insert(epoch, &node, record);
	T::BenchmarkHelper::close_tickets(&node);
	let segments = draw_segments(&SEED, &node, 1, &shape);
	let reveal = lanes.reveal(node, epoch, &segments).expect("drawn of these lanes; qed");
	let signature = sign(&key, &reveal.signing_payload(&genesis::<T>()));
	(reveal, signature)
}

/// An epoch that no clock reaches, so that it has no other entries.
const PAST: Epoch = Epoch::MAX - 1;

/// Stores `count` entries of that epoch.
fn past_entries<T: Config>(count: u32) {
	OldestEpoch::<T>::put(PAST);
	for at in 0..count {
		Proved::<T>::insert(PAST, account::<T::AccountId>("past", at, 0), 1);
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn on_initialize(n: Linear<0, REMOVALS_PER_BLOCK>) {
		past_entries::<T>(n);
		let (epoch, height) = (T::Clock::epoch(), T::Clock::epoch_start());
		Draws::<T>::insert(epoch, height, SegmentDraw::Due);
		QueuedParameters::<T>::put((epoch, Parameters::default()));

		#[block]
		{
			Pallet::<T>::promote_parameters(epoch);
			Pallet::<T>::keep_seed(epoch, height);
			Pallet::<T>::forget_older_than(PAST + 1);
		}

		assert_eq!(Proved::<T>::iter_prefix(PAST).count(), 0);
		assert_ne!(Draws::<T>::get(epoch, height), Some(SegmentDraw::Due));
	}

	#[benchmark]
	fn commit() {
		let (commitment, signature) = signed_commitment::<T>();
		let (node, epoch) = (commitment.node.clone(), commitment.epoch);

		#[extrinsic_call]
		_(RawOrigin::Authorized, commitment, signature);

		assert!(Commitments::<T>::contains_key(epoch, node));
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let (commitment, signature) = signed_commitment::<T>();
		let call = Call::<T>::commit { commitment, signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call can be authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal() {
		// The macro creates a type with the name of the call, so a variable cannot have that name.
		let (shown, signature) = signed_reveal::<T>();
		let (node, epoch) = (shown.node.clone(), shown.epoch);

		#[extrinsic_call]
		_(RawOrigin::Authorized, shown, signature);

		assert_eq!(Proved::<T>::get(epoch, node), Some(1));
	}

	#[benchmark]
	fn authorize_reveal() -> Result<(), BenchmarkError> {
		let (shown, signature) = signed_reveal::<T>();
		let call = Call::<T>::reveal { reveal: shown, signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call can be authorized")??;
		}

		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = Parameters { delay: MIN_DELAY, ..Parameters::default() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		assert!(QueuedParameters::<T>::exists());
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::build(crate::tests::PARAMETERS), crate::mock::Test);
}
