#![doc = include_str!("../README.md")]
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
	REMOVALS_PER_BLOCK, REVEALS_PER_BLOCK,
};
pub use weights::WeightInfo;

use types::CANDIDATE_READS;

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
	use tp_pbft::{Epoch, Height, PbftSignature};
	use tp_power::{Commitment, Reveal};
	use tp_stake::{BoundedParameters, Candidates, EpochClock, Nodes};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Default configurations, for [`derive_impl`](frame_support::derive_impl).
	pub mod config_preludes {
		use super::*;
		use frame_support::derive_impl;

		/// A main chain governed by root. A runtime adds clock and nodes.
		pub struct MainChainDefaultConfig<T>(PhantomData<T>);

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
		impl<T> frame_system::DefaultConfig for MainChainDefaultConfig<T> {}

		#[frame_support::register_default_impl(MainChainDefaultConfig)]
		impl<T: frame_system::Config> DefaultConfig for MainChainDefaultConfig<T> {
			type Candidates = ();
			type AdminOrigin = frame_system::EnsureRoot<T::AccountId>;
			type WeightInfo = weights::SubstrateWeight<T>;
		}
	}

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Position of this ledger within its epochs, the randomness of challenges, and the seeds that draw.
		///
		/// Plug in `pallet-committee`. There is no default. The seed must change in `on_finalize`, not before.
		#[pallet::no_default]
		type Clock: EpochClock;

		/// Read access to the node registry, for the keys of nodes.
		///
		/// Plug in `pallet-comprehensive-stake`. There is no default.
		#[pallet::no_default]
		type Nodes: Nodes<Self::AccountId>;

		/// The candidates of the draw, who alone reveal.
		///
		/// Plug in `pallet-shard-assignment`. With `()` every node reveals, at any time after its draw.
		type Candidates: Candidates<Self::AccountId>;

		/// The origin that sets parameters.
		///
		/// Plug in root, or root and a council: all but root set them within bounds. `()` is not an origin. The default is
		/// root.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the pallet.
		///
		/// Plug in weights measured on your machines. The default is [`weights::SubstrateWeight`].
		type WeightInfo: WeightInfo;

		/// Registers nodes for benchmarks. There is no default.
		#[cfg(feature = "runtime-benchmarks")]
		#[pallet::no_default]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Parameters of proofs. Read them by [`Pallet::parameters_at`].
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// Parameters of proofs from an epoch on.
	#[pallet::storage]
	pub type QueuedParameters<T> = StorageValue<_, (Epoch, Parameters)>;

	/// The epoch from which the newest parameters set by root are in force. Until then a council cannot replace them.
	#[pallet::storage]
	pub type RootQueued<T> = StorageValue<_, Epoch>;

	/// Commitments of nodes, by epoch.
	#[pallet::storage]
	pub type Commitments<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Epoch, Blake2_128Concat, T::AccountId, CommitmentRecord>;

	/// Heights whose seeds draw segments, by epoch.
	#[pallet::storage]
	pub type Draws<T> = StorageDoubleMap<_, Twox64Concat, Epoch, Twox64Concat, Height, SegmentDraw>;

	/// Proved lanes of nodes, by epoch.
	#[pallet::storage]
	pub type Proved<T: Config> = StorageDoubleMap<_, Twox64Concat, Epoch, Blake2_128Concat, T::AccountId, u32>;

	/// Number of reveals in the block so far.
	#[pallet::storage]
	pub type RevealsInBlock<T> = StorageValue<_, u32, ValueQuery>;

	/// The oldest epoch with stored entries.
	#[pallet::storage]
	pub type OldestEpoch<T> = StorageValue<_, Epoch, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node has committed to lanes.
		LanesCommitted {
			/// The node.
			node: T::AccountId,
			/// The epoch.
			epoch: Epoch,
			/// Number of lanes.
			lanes: u32,
			/// The height whose seed draws the segments to reveal.
			drawn_at: Height,
		},
		/// A node has revealed the drawn segments.
		LanesProved {
			/// The node.
			node: T::AccountId,
			/// The epoch.
			epoch: Epoch,
			/// Number of proved lanes.
			lanes: u32,
		},
		/// Parameters were set for the epochs from the next on.
		ParametersQueued {
			/// The first epoch.
			from: Epoch,
			/// The parameters.
			parameters: Parameters,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The proof is not for the present epoch.
		WrongEpoch,
		/// The node does not exist, or its keys are not valid in this epoch.
		NoSuchNode,
		/// The signature is not by the node's vote key over these bytes.
		BadSignature,
		/// Commitments are accepted in the first blocks of an epoch alone.
		WindowClosed,
		/// The node has already committed to lanes in this epoch.
		AlreadyCommitted,
		/// A commitment has at least one lane.
		NoLanes,
		/// A commitment has at most twice the lanes that any role requires.
		TooManyLanes,
		/// The node has not committed to lanes in this epoch.
		NotCommitted,
		/// The seed that draws the node's segments is not known yet.
		NotDrawnYet,
		/// The node has already revealed its segments in this epoch.
		AlreadyProved,
		/// The reveal has more or fewer segments than were drawn.
		WrongSegments,
		/// A path does not have the length of its place in the tree.
		WrongPathLength,
		/// A lane does not start from the node's challenge.
		WrongLaneStart,
		/// The start of a segment is not at its place in the committed tree.
		StartNotCommitted,
		/// The end of a segment is not at its place in the committed tree.
		EndNotCommitted,
		/// The steps from a segment's start do not lead to its end.
		WrongSteps,
		/// The stored commitment does not match the parameters. This is a fault of the ledger.
		BadRecord,
		/// The window has at least one block.
		EmptyWindow,
		/// With a delay below `MIN_DELAY`, the author of a commitment's block knows the draw.
		DelayTooShort,
		/// With this delay no node could reveal its segments before the epoch ends.
		DelayTooLong,
		/// Lanes have 1 to 1,024 segments of 1 to 1,024 steps.
		InvalidShape,
		/// A role requires 1 to `MAX_REQUIRED_LANES` lanes.
		InvalidRequirement,
		/// A parameter is below the least value that a council may set: a referendum may.
		BelowLeast,
		/// A parameter is above the greatest value that a council may set: a referendum may.
		AboveGreatest,
		/// A parameter would change by more than a council may change it in an epoch: a referendum may.
		StepTooLarge,
		/// A referendum has set parameters in this epoch. A council may set others in the next.
		QueuedByRoot,
		/// Candidates reveal, and they are not known before tickets close.
		TicketsOpen,
		/// The node is no candidate of this draw. Its power does not count in it.
		NotACandidate,
		/// The block has as many reveals as it may have. A later one has room.
		BlockFull,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Parameters of proofs.
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
			RevealsInBlock::<T>::kill();
			Self::promote_parameters(epoch);
			Self::keep_seed(epoch, number.saturated_into());
			T::WeightInfo::on_initialize(Self::forget_older_than(epoch.saturating_sub(1)))
				.saturating_add(T::DbWeight::get().writes(1))
		}

		fn integrity_test() {
			let weights = <T as frame_system::Config>::BlockWeights::get();
			let reveal = Self::reveal_weight();
			let max = weights.get(DispatchClass::Operational).max_extrinsic.unwrap_or(weights.max_block);
			assert!(reveal.all_lte(max), "a reveal ({reveal:?}) fits into a block ({max:?})");
			let reveals = reveal.saturating_mul(REVEALS_PER_BLOCK.into());
			assert!(
				reveals.all_lte(weights.max_block / 8),
				"all reveals of a block ({reveals:?}) take an eighth of it ({:?})",
				weights.max_block,
			);
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
		/// Commits a node to the lanes that it has computed in this epoch. Its vote key signs the commitment. Once an
		/// epoch.
		#[pallet::call_index(0)]
		// A bare transaction has no extension whose weight would contain the authorization.
		#[pallet::weight((
			T::WeightInfo::commit().saturating_add(T::WeightInfo::authorize_commit()),
			DispatchClass::Operational,
			Pays::No
		))]
		#[pallet::authorize(|_source, commitment, signature| Pallet::<T>::authorize_commit(commitment, signature))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		pub fn commit(
			origin: OriginFor<T>,
			commitment: Commitment<T::AccountId>,
			signature: PbftSignature,
		) -> DispatchResult {
			// The validation of a bare or a general transaction authorized the call, which checks again.
			ensure_none(origin.clone()).or_else(|_| ensure_authorized(origin))?;
			let record = Self::check_commitment(&commitment, &signature)?;
			let Commitment { node, epoch, lanes, .. } = commitment;
			let drawn_at = record.drawn_at;
			Draws::<T>::insert(epoch, drawn_at, SegmentDraw::Due);
			Commitments::<T>::insert(epoch, &node, record);
			Self::deposit_event(Event::LanesCommitted { node, epoch, lanes, drawn_at });
			Ok(())
		}

		/// Reveals the segments that were drawn from a candidate's lanes, after tickets closed. Its vote key signs the reveal. Once
		/// an epoch, and at most `REVEALS_PER_BLOCK` a block.
		#[pallet::call_index(1)]
		// A bare transaction has no extension whose weight would contain the authorization.
		#[pallet::weight((
			Pallet::<T>::reveal_weight(),
			DispatchClass::Operational,
			Pays::No
		))]
		#[pallet::authorize(|_source, reveal, signature| Pallet::<T>::authorize_reveal(reveal, signature))]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_reveal().saturating_add(T::DbWeight::get().reads(CANDIDATE_READS))
		)]
		pub fn reveal(origin: OriginFor<T>, reveal: Reveal<T::AccountId>, signature: PbftSignature) -> DispatchResult {
			// The validation of a bare or a general transaction authorized the call, which checks again.
			ensure_none(origin.clone()).or_else(|_| ensure_authorized(origin))?;
			let lanes = Self::check_reveal(&reveal, &signature)?;
			let Reveal { node, epoch, .. } = reveal;
			Proved::<T>::insert(epoch, &node, lanes);
			RevealsInBlock::<T>::mutate(|reveals| *reveals = reveals.saturating_add(1));
			Self::deposit_event(Event::LanesProved { node, epoch, lanes });
			Ok(())
		}

		/// Sets the parameters of proofs from the next epoch on.
		///
		/// Root sets any valid parameters. A council sets them within bounds, and at most a step from those of this epoch, unless
		/// root has set others in this epoch.
		#[pallet::call_index(2)]
		#[pallet::weight((
			T::WeightInfo::set_parameters().saturating_add(T::DbWeight::get().reads_writes(3, 1)),
			DispatchClass::Operational
		))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check().map_err(Error::<T>::from)?;
			let from = T::Clock::epoch().saturating_add(1);
			if !is_root {
				ensure!(RootQueued::<T>::get() != Some(from), Error::<T>::QueuedByRoot);
				let before = Self::parameters_at(T::Clock::epoch());
				parameters.check_step(&before).map_err(Error::<T>::from)?;
			}
			// An epoch has room for a commitment in the block that closes the tickets, the draw, and one more block for the
			// reveal.
			ensure!(parameters.delay < T::Clock::closing_blocks(), Error::<T>::DelayTooLong);
			if is_root {
				RootQueued::<T>::put(from);
			}
			QueuedParameters::<T>::put((from, parameters));
			Self::deposit_event(Event::ParametersQueued { from, parameters });
			Ok(())
		}
	}
}
