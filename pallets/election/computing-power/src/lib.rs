//! Proofs of computing power: nodes commit to lanes of hashes, show segments of them, and count by how many they have.
//!
//! ```text
//! first W blocks of an epoch      block h + delay             until the epoch's end         end of the epoch
//! commit(lanes, root) in h ────▶ on_initialize: seed kept ──▶ reveal(segments, paths) ────▶ ComputingPower::power
//!         │                              │                          │
//!         └── challenge of the epoch     └── draws 8 segments       └── 8 × 1,024 hashes again, and 16 paths
//! ```
//!
//! **Which seed draws.** The seed of height `h` is mixed from the VRF outputs of all blocks before `h`. Who makes block `h`
//! knows its own output, hence the seed of `h + 1`, and could put in a commitment to the segments that this one draws. The
//! seed of `h + delay` depends on the authors of `h + 1` to `h + delay − 1` as well: with a delay of 2, the least that is
//! allowed, on one more author, with the ordinary delay of 4 on three more. All of them would have to be in league with
//! the author of `h`, and none of them can choose its output, only give up its turn.
//!
//! The seed is read in `on_initialize` of `h + delay`, when it is still that height's own whatever the order of pallets: it
//! moves on when a block is finalized. It is kept once a height, not once a commitment.
//!
//! **What counts when.** Everything belongs to one epoch: its challenge, the commitment, the reveal. A commitment is taken
//! only as long as there is a block left for its reveal. Parameters change between epochs. State of the present epoch and
//! the one before is kept; older is removed, some entries a block.
//!
//! **What checks cost.** Transactions have no fee, so that pools check the cheap first: epoch, window, what is known of the
//! node, the form of a reveal; then the signature of the node's vote key; then paths; then steps. Only a registered node
//! can make others compute steps.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod checks;
mod duty;
mod epoch;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{
	CommitmentRecord, InvalidParameters, Parameters, RequiredLanes, SegmentDraw, MAX_REQUIRED_LANES, MIN_DELAY,
};
pub use weights::WeightInfo;

/// Entries of past epochs that a block removes at most. Even in epochs of 20 blocks it keeps up with 600 nodes.
pub const REMOVALS_PER_BLOCK: u32 = 64;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::pallet_prelude::*;
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use sp_core::H256;
	use sp_runtime::traits::SaturatedConversion;
	use tp_core::AccountId;
	use tp_pbft::{Epoch, Height, PbftSignature};
	use tp_power::{Commitment, Reveal};
	use tp_stake::{EpochClock, Nodes};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256, AccountId = AccountId> {
		/// Epochs, their randomness, and the seeds that draw.
		type Clock: EpochClock;

		/// Who is a node, with which keys.
		type Nodes: Nodes;

		/// Who sets parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;

		/// Makes nodes to measure with.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// What a proof must be. Read it by [`Pallet::parameters_at`].
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// What a proof must be from an epoch on.
	#[pallet::storage]
	pub type QueuedParameters<T> = StorageValue<_, (Epoch, Parameters)>;

	/// What nodes have committed to, by epoch.
	#[pallet::storage]
	pub type Commitments<T> = StorageDoubleMap<_, Twox64Concat, Epoch, Blake2_128Concat, AccountId, CommitmentRecord>;

	/// Heights whose seeds draw segments of a commitment, by epoch.
	#[pallet::storage]
	pub type Draws<T> = StorageDoubleMap<_, Twox64Concat, Epoch, Twox64Concat, Height, SegmentDraw>;

	/// The lanes that nodes have proved, by epoch.
	#[pallet::storage]
	pub type Proved<T> = StorageDoubleMap<_, Twox64Concat, Epoch, Blake2_128Concat, AccountId, u32>;

	/// The oldest epoch of which something may be stored.
	#[pallet::storage]
	pub type OldestEpoch<T> = StorageValue<_, Epoch, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node has committed to lanes.
		LanesCommitted {
			/// The node.
			node: AccountId,
			/// The epoch.
			epoch: Epoch,
			/// How many lanes.
			lanes: u32,
			/// The height whose seed draws the segments that it must show.
			drawn_at: Height,
		},
		/// A node has shown the segments that it was asked for.
		LanesProved {
			/// The node.
			node: AccountId,
			/// The epoch.
			epoch: Epoch,
			/// How many lanes count.
			lanes: u32,
		},
		/// Proofs must be otherwise from an epoch on.
		ParametersQueued {
			/// From this epoch on.
			from: Epoch,
			/// What they must be.
			parameters: Parameters,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// It is not for the present epoch.
		WrongEpoch,
		/// There is no such node, or its keys do not count in this epoch.
		NoSuchNode,
		/// The signature is not by the node's vote key over these bytes.
		BadSignature,
		/// Commitments are taken in the first blocks of an epoch only.
		WindowClosed,
		/// The node has committed to lanes in this epoch.
		AlreadyCommitted,
		/// A commitment is to one lane at least.
		NoLanes,
		/// More lanes than twice what any role requires count for nothing.
		TooManyLanes,
		/// The node has committed to nothing in this epoch.
		NotCommitted,
		/// The seed that draws the node's segments is not known yet.
		NotDrawnYet,
		/// The node has shown its segments in this epoch.
		AlreadyProved,
		/// More or less segments than were drawn.
		WrongSegments,
		/// A path has not the length for its place in the tree.
		WrongPathLength,
		/// A lane does not start where the node's challenge says.
		WrongLaneStart,
		/// The start of a segment is not at its place in the tree committed to.
		StartNotCommitted,
		/// The end of a segment is not at its place in the tree committed to.
		EndNotCommitted,
		/// The steps from a segment's start do not lead to its end.
		WrongSteps,
		/// What is stored of the commitment does not fit what the ledger asks for. A fault of the ledger.
		BadRecord,
		/// The window has a block at least.
		EmptyWindow,
		/// With a delay below `MIN_DELAY` the author of a block knows what it draws.
		DelayTooShort,
		/// With this delay no node could show its segments before an epoch ends.
		DelayTooLong,
		/// Lanes have 1 to 1,024 segments of 1 to 1,024 steps.
		InvalidShape,
		/// A role requires 1 to `MAX_REQUIRED_LANES` lanes.
		InvalidRequirement,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// What a proof must be.
		pub parameters: Parameters,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = self.parameters.check() {
				panic!("the genesis parameters of computing power are not valid: {error}");
			}
			CurrentParameters::<T>::put(self.parameters);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(number: BlockNumberFor<T>) -> Weight {
			let epoch = T::Clock::epoch();
			Self::promote_parameters(epoch);
			Self::keep_seed(epoch, number.saturated_into());
			T::WeightInfo::on_initialize(Self::forget_older_than(epoch.saturating_sub(1)))
		}

		fn integrity_test() {
			let weights = <T as frame_system::Config>::BlockWeights::get();
			let reveal = T::WeightInfo::reveal().saturating_add(T::WeightInfo::authorize_reveal());
			let most = weights.get(DispatchClass::Operational).max_extrinsic.unwrap_or(weights.max_block);
			assert!(reveal.all_lte(most), "a reveal ({reveal:?}) fits into a block ({most:?})");
			let hook = T::WeightInfo::on_initialize(REMOVALS_PER_BLOCK);
			assert!(hook.all_lte(weights.max_block / 4), "the hook ({hook:?}) leaves three quarters of a block");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Commits a node to the lanes that it has computed in this epoch. Signed by its vote key; once an epoch.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::commit(), DispatchClass::Operational, Pays::No))]
		#[pallet::authorize(|_source, commitment, signature| Pallet::<T>::authorize_commit(commitment, signature))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		pub fn commit(origin: OriginFor<T>, commitment: Commitment, signature: PbftSignature) -> DispatchResult {
			ensure_authorized(origin)?;
			let record = Self::check_commitment(&commitment, &signature)?;
			let Commitment { node, epoch, lanes, .. } = commitment;
			let drawn_at = record.drawn_at;
			Draws::<T>::insert(epoch, drawn_at, SegmentDraw::Due);
			Commitments::<T>::insert(epoch, &node, record);
			Self::deposit_event(Event::LanesCommitted { node, epoch, lanes, drawn_at });
			Ok(())
		}

		/// Shows the segments that were drawn of a node's lanes. Signed by its vote key; once an epoch.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::reveal(), DispatchClass::Operational, Pays::No))]
		#[pallet::authorize(|_source, reveal, signature| Pallet::<T>::authorize_reveal(reveal, signature))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal())]
		pub fn reveal(origin: OriginFor<T>, reveal: Reveal, signature: PbftSignature) -> DispatchResult {
			ensure_authorized(origin)?;
			let lanes = Self::check_reveal(&reveal, &signature)?;
			let Reveal { node, epoch, .. } = reveal;
			Proved::<T>::insert(epoch, &node, lanes);
			Self::deposit_event(Event::LanesProved { node, epoch, lanes });
			Ok(())
		}

		/// Sets what proofs must be from the next epoch on.
		#[pallet::call_index(2)]
		#[pallet::weight((T::WeightInfo::set_parameters(), DispatchClass::Operational))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check().map_err(Error::<T>::from)?;
			// A commitment in the first block of an epoch, its draw, and one more block for its reveal.
			let last_of_epoch = T::Clock::epoch_length().saturating_sub(1);
			ensure!(parameters.delay < last_of_epoch, Error::<T>::DelayTooLong);
			let from = T::Clock::epoch().saturating_add(1);
			QueuedParameters::<T>::put((from, parameters));
			Self::deposit_event(Event::ParametersQueued { from, parameters });
			Ok(())
		}
	}
}
