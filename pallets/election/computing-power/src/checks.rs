//! Checks of commitments and reveals: before they enter a pool or a block, and again when they are applied.
//!
//! **Invariant:** a check that reads only state comes before the signature, and the signature before all hashes.
//! Otherwise an outsider could make every node compute, because the transactions have no fee.

use crate::*;
use frame_support::pallet_prelude::*;
use sp_core::H256;
use sp_runtime::traits::{SaturatedConversion, Zero};
use tp_pbft::{check_signature, Epoch, Height, PbftSignature, Seed};
use tp_power::{challenge, draw_segments, Commitment, PowerError, Reveal};
use tp_stake::{Candidates, EpochClock, Nodes, OutOfBounds};

/// Above the transactions of users. A node has two such transactions in an epoch.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 4;

impl<T: Config> Pallet<T> {
	/// Lets a transaction with a valid commitment pass without a signer.
	pub(crate) fn authorize_commit(
		commitment: &Commitment<T::AccountId>,
		signature: &PbftSignature,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		let record =
			Self::check_commitment(commitment, signature).map_err(|error| refusal::<T>(error, commitment.epoch))?;
		let until = Self::last_commit_height(&Self::parameters_at(commitment.epoch));
		validity("PowerCommitment", (commitment.epoch, &commitment.node), until, record.height)
	}

	/// Lets a transaction with a valid reveal pass without a signer.
	pub(crate) fn authorize_reveal(
		reveal: &Reveal<T::AccountId>,
		signature: &PbftSignature,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_reveal(reveal, signature).map_err(|error| refusal::<T>(error, reveal.epoch))?;
		validity("PowerReveal", (reveal.epoch, &reveal.node), Self::last_height(), Self::height())
	}

	/// Checks a commitment, from cheap to expensive checks. Returns the record to store.
	pub(crate) fn check_commitment(
		commitment: &Commitment<T::AccountId>,
		signature: &PbftSignature,
	) -> Result<CommitmentRecord, Error<T>> {
		let Commitment { ref node, epoch, lanes, root } = *commitment;
		ensure!(epoch == T::Clock::epoch(), Error::WrongEpoch);
		ensure!(lanes > 0, Error::NoLanes);
		let parameters = Self::parameters_at(epoch);
		ensure!(lanes <= parameters.most_lanes(), Error::TooManyLanes);
		let height = Self::height();
		ensure!(height <= Self::last_commit_height(&parameters), Error::WindowClosed);
		ensure!(!Commitments::<T>::contains_key(epoch, node), Error::AlreadyCommitted);
		Self::check_signature(node, epoch, signature, || commitment.signing_payload(&genesis_hash::<T>()))?;
		Ok(CommitmentRecord { lanes, root, height, drawn_at: height.saturating_add(parameters.delay) })
	}

	/// Checks a reveal, from cheap to expensive checks. Returns the number of lanes that it proves.
	pub(crate) fn check_reveal(reveal: &Reveal<T::AccountId>, signature: &PbftSignature) -> Result<u32, Error<T>> {
		let Reveal { ref node, epoch, .. } = *reveal;
		ensure!(epoch == T::Clock::epoch(), Error::WrongEpoch);
		let record = Commitments::<T>::get(epoch, node).ok_or(Error::NotCommitted)?;
		ensure!(!Proved::<T>::contains_key(epoch, node), Error::AlreadyProved);
		ensure!(RevealsInBlock::<T>::get() < REVEALS_PER_BLOCK, Error::BlockFull);
		ensure!(T::Candidates::is_candidate(node).ok_or(Error::TicketsOpen)?, Error::NotACandidate);
		let seed = Self::drawn_seed(epoch, &record).ok_or(Error::NotDrawnYet)?;
		let shape = Self::parameters_at(epoch).shape;
		let segments = draw_segments(&seed, node, record.lanes, &shape);
		let commitment = record.commitment(node.clone(), epoch);
		reveal.check_form(&commitment, &segments, &shape)?;
		Self::check_signature(node, epoch, signature, || reveal.signing_payload(&genesis_hash::<T>()))?;
		reveal.verify(&commitment, &challenge(&T::Clock::randomness(), node), &segments, &shape)?;
		Ok(record.lanes)
	}

	/// Returns the weight of a reveal with its authorization.
	pub(crate) fn reveal_weight() -> Weight {
		let candidates = T::DbWeight::get().reads_writes(CANDIDATE_READS.saturating_mul(2), 1);
		T::WeightInfo::reveal().saturating_add(T::WeightInfo::authorize_reveal()).saturating_add(candidates)
	}

	/// Returns the seed that draws a commitment's segments, or `None` before its height.
	pub(crate) fn drawn_seed(epoch: Epoch, record: &CommitmentRecord) -> Option<Seed> {
		match Draws::<T>::get(epoch, record.drawn_at)? {
			SegmentDraw::Due => None,
			SegmentDraw::Drawn(seed) => Some(seed),
		}
	}

	/// Checks the signature of a node's vote key.
	fn check_signature(
		node: &T::AccountId,
		epoch: Epoch,
		signature: &PbftSignature,
		payload: impl FnOnce() -> alloc::vec::Vec<u8>,
	) -> Result<(), Error<T>> {
		let keys = T::Nodes::keys_at(node, epoch).ok_or(Error::NoSuchNode)?;
		ensure!(check_signature(&keys.pbft, &payload(), signature), Error::BadSignature);
		Ok(())
	}

	/// Returns the height of the block that is executed, or for which a pool validates.
	fn height() -> Height {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}
}

/// Returns the hash of the ledger's first block, which is part of what is signed.
fn genesis_hash<T: Config>() -> H256 {
	frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero())
}

/// Returns the validity of a node's transaction in an epoch, until a height.
///
/// The tag names node and epoch alone, so a pool keeps one transaction of each kind.
fn validity<AccountId: codec::Encode>(
	prefix: &'static str,
	tag: (Epoch, &AccountId),
	until: Height,
	height: Height,
) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
	let validity = ValidTransaction::with_tag_prefix(prefix)
		.priority(PRIORITY)
		.and_provides(tag)
		.longevity(u64::from(until.saturating_sub(height)).saturating_add(1))
		.propagate(true)
		.build()?;
	Ok((validity, Weight::zero()))
}

/// Converts an error into the verdict for a pool: never valid, not valid any more, or not valid yet.
fn refusal<T: Config>(error: Error<T>, epoch: Epoch) -> InvalidTransaction {
	match error {
		Error::WrongEpoch if epoch > T::Clock::epoch() => InvalidTransaction::Future,
		Error::AlreadyCommitted | Error::AlreadyProved | Error::WindowClosed | Error::WrongEpoch => {
			InvalidTransaction::Stale
		},
		Error::NotCommitted | Error::NotDrawnYet | Error::TicketsOpen => InvalidTransaction::Future,
		Error::NotACandidate => InvalidTransaction::Stale,
		// The author of a block leaves it for a later one.
		Error::BlockFull => InvalidTransaction::ExhaustsResources,
		Error::NoSuchNode => InvalidTransaction::BadSigner,
		_ => InvalidTransaction::BadProof,
	}
}

impl<T> From<PowerError> for Error<T> {
	fn from(error: PowerError) -> Self {
		match error {
			PowerError::SegmentCount { .. } => Self::WrongSegments,
			PowerError::StartPathLength { .. } | PowerError::EndPathLength { .. } => Self::WrongPathLength,
			PowerError::WrongLaneStart { .. } => Self::WrongLaneStart,
			PowerError::StartNotCommitted { .. } => Self::StartNotCommitted,
			PowerError::EndNotCommitted { .. } => Self::EndNotCommitted,
			PowerError::WrongSteps { .. } => Self::WrongSteps,
			// These are impossible: the pallet finds the commitment by node and epoch, and checks lanes and shape
			// before it stores them.
			PowerError::NotOfCommitment
			| PowerError::LaneCount
			| PowerError::WrongShape
			| PowerError::NoSuchSegment { .. } => Self::BadRecord,
		}
	}
}

impl<T> From<InvalidParameters> for Error<T> {
	fn from(error: InvalidParameters) -> Self {
		match error {
			InvalidParameters::EmptyWindow => Self::EmptyWindow,
			InvalidParameters::DelayTooShort => Self::DelayTooShort,
			InvalidParameters::InvalidShape => Self::InvalidShape,
			InvalidParameters::InvalidRequirement => Self::InvalidRequirement,
		}
	}
}

impl<T> From<OutOfBounds> for Error<T> {
	fn from(bound: OutOfBounds) -> Self {
		bound.named(Self::BelowLeast, Self::AboveGreatest, Self::StepTooLarge)
	}
}
