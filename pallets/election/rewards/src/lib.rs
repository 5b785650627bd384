//! What nodes and voters are paid, an epoch at a time, to the last unit.
//!
//! ```text
//! on_participation ──▶ Reports ─┐                               ┌─▶ Claimable[node] ─────────────┐
//! on_epoch_end ──▶ budget ──────┴▶ pools ──▶ dues (minted) ─────┤   less its dividend            ├─ claim ▶ account
//!                  (the year's issue × time)      paid by blocks └─▶ VoterPots[node] ── settle ──▶ Claimable[holder]
//! ```
//!
//! **Issue.** A year's issue is the larger of 8 % of what the reserve held when the year began and 2 % of all TOP. An
//! epoch gets its time's part of it. What is issued comes out of the reserve, and once that is empty it is inflation. A year
//! is 365.25 days, which are 1,461 epochs of 6 h. Only time that was counted makes a year: a clock that jumps counts for
//! [`Parameters::max_epoch_ms`] at most.
//!
//! **Pools.** The budget is split by [`Split`]. Within the pools of validators (committees of shards) and routers (committees of
//! zones and of the main chain), each committee that was reported gets the same, and its members share by [points](Points).
//! The voters' pool is shared among nodes by the weight of their votes, for their voters. Archives and edges share equally
//! among those who may stand. Governance's pool is sent to the treasury, which has no key to claim with. A pool that nobody is
//! there for, the part of a committee without any point, and what rounding leaves over are **not issued**: they
//! stay in the reserve.
//!
//! **Nodes and voters.** A node keeps what it earns less its dividend, and all of it if it has no voters. Dividend and the
//! node's part of the voters' pool lie in the node's pot, where each voter's part is known by an accumulator and claimed
//! whenever the voter likes. [`OnVotesChange`](tp_stake::OnVotesChange) settles before votes change. When a node's last vote
//! goes, what rounding left in its pot is burned.
//!
//! **Accounting.** `issued = claimable + claimed + burned` after every step, where `claimable` is the sum of all dues,
//! accounts and pots; the pallet's account holds it, beside an existential deposit of its own. `try_state` counts all of it.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claims;
mod dues;
mod epoch;
mod issue;
#[cfg(test)]
mod mock;
mod parameters;
mod pools;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod voters;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use issue::{Year, YEAR_MS};
pub use pallet::*;
pub use parameters::{InvalidParameters, Parameters, Split, LONGEST_EPOCH_MS};
pub use types::{Due, EpochRewards, Points, Queue, Totals, VoterPot};
pub use weights::WeightInfo;

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::rewards";

/// Reports of committees that one epoch's end can pay: the main chain's and 255 others. With the largest committees it is
/// some 40 ms to share among them.
pub const MAX_REPORTS: u32 = 256;
/// Nodes with votes that share the voters' pool. To read so many takes some 16 ms.
pub const MAX_VOTED: u32 = 2_048;
/// Archives, and edges, that share their pools. To ask whether so many may stand takes some 30 ms.
pub const MAX_STANDING: u32 = 1_024;
/// Nodes that one block pays: some 25 ms.
pub const DUES_PER_BLOCK: u32 = 128;
/// Blocks' worth of nodes that may wait to be paid: of three epochs at their fullest. An epoch that would add more than that
/// is not paid.
pub const MAX_QUEUED_CHUNKS: u32 = 1_024;
/// Nodes whose votes one claim can settle. A holder with more claims again.
pub const MAX_CLAIM_NODES: u32 = 64;
/// Past epochs whose figures are kept: two weeks of 6 h each, and some.
pub const HISTORY_EPOCHS: u32 = 64;

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible::Mutate, UnixTime},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::DispatchError;
	use tp_core::{AccountId, Balance, ChainTag};
	use tp_pbft::{Epoch, MAX_MEMBERS};
	use tp_stake::{Nodes, Voters};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		/// The token.
		type Currency: Mutate<AccountId, Balance = Balance>;

		/// Who voted for whom, and what nodes promise their voters.
		type Voters: Voters;

		/// Who serves as archive and as edge.
		type Nodes: Nodes;

		/// The block's time. Asked at a block's end.
		type Time: UnixTime;

		/// Gets governance's pool.
		type Treasury: Get<AccountId>;

		/// Names the account that holds what is not claimed.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Who sets parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;

		/// Makes votes to measure with.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// How much is issued, and for what.
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// What the reserve held at first.
	#[pallet::storage]
	pub type ReserveTotal<T> = StorageValue<_, Balance, ValueQuery>;

	/// What is left of the reserve. It was never minted.
	#[pallet::storage]
	pub type Reserve<T> = StorageValue<_, Balance, ValueQuery>;

	/// The present year.
	#[pallet::storage]
	pub type CurrentYear<T> = StorageValue<_, Year, ValueQuery>;

	/// Up to when time was paid for, in milliseconds since 1970. Since the first block.
	#[pallet::storage]
	pub type PaidUntil<T> = StorageValue<_, u64>;

	/// What the committees did that were reported since the last epoch's end: the points of each node that has some.
	#[pallet::storage]
	pub type Reports<T> = CountedStorageMap<
		_,
		Twox64Concat,
		(ChainTag, Epoch),
		BoundedVec<(AccountId, Points), ConstU32<MAX_MEMBERS>>,
		OptionQuery,
	>;

	/// Which of [`DueChunks`] are to be paid.
	#[pallet::storage]
	pub type DueQueue<T> = StorageValue<_, Queue, ValueQuery>;

	/// What nodes have earned and is not shared between them and their voters yet. A block pays one of these.
	#[pallet::storage]
	pub type DueChunks<T> = StorageMap<_, Twox64Concat, u32, BoundedVec<Due, ConstU32<DUES_PER_BLOCK>>, ValueQuery>;

	/// What accounts can claim. Of votes, as far as that is settled.
	#[pallet::storage]
	pub type Claimable<T> = StorageMap<_, Blake2_128Concat, AccountId, Balance, ValueQuery>;

	/// What the voters of nodes can claim, as far as that is not settled.
	#[pallet::storage]
	pub type VoterPots<T> = StorageMap<_, Blake2_128Concat, AccountId, VoterPot, ValueQuery>;

	/// The accumulator of a node's pot up to which a holder's votes are settled. Without an entry: from its beginning.
	#[pallet::storage]
	pub type Checkpoints<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, u128, ValueQuery>;

	/// What was issued, claimed and burned until now.
	#[pallet::storage]
	pub type CurrentTotals<T> = StorageValue<_, Totals, ValueQuery>;

	/// The existential deposit of the pallet's account, once it has one: not a reward of anybody.
	#[pallet::storage]
	pub type PotDeposit<T> = StorageValue<_, Balance>;

	/// The figures of past epochs, by epoch modulo [`HISTORY_EPOCHS`].
	#[pallet::storage]
	pub type History<T> = StorageMap<_, Twox64Concat, u32, EpochRewards>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An epoch's rewards were issued.
		EpochPaid {
			/// The epoch.
			epoch: Epoch,
			/// What could have been issued for its time.
			budget: Balance,
			/// What was.
			issued: Balance,
			/// What is left of the reserve.
			reserve: Balance,
		},
		/// An epoch's rewards were not issued.
		EpochNotPaid {
			/// The epoch.
			epoch: Epoch,
			/// Why.
			error: DispatchError,
		},
		/// A committee is not paid: there are too many reports.
		ReportDropped {
			/// Its ledger.
			chain: ChainTag,
			/// Its epoch.
			epoch: Epoch,
		},
		/// An account was paid.
		Claimed {
			/// The account.
			who: AccountId,
			/// What it got.
			amount: Balance,
		},
		/// What was left in the pot of a node that nobody votes for was burned.
		Burned {
			/// The node.
			node: AccountId,
			/// How much.
			amount: Balance,
		},
		/// Parameters were set.
		ParametersSet {
			/// The new ones.
			parameters: Parameters,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is nothing to claim.
		NothingToClaim,
		/// A claim settles the votes for `MAX_CLAIM_NODES` nodes at most: claim again for the others.
		TooManyNodes,
		/// The account does not exist, and what it claims is less than it needs to exist. It stays claimable.
		BelowExistentialDeposit,
		/// The parts of the pools are not 100 percent together.
		BadSplit,
		/// The longest time that an epoch is paid for is zero, or above `LONGEST_EPOCH_MS`.
		BadEpochTime,
		/// So many nodes wait to be paid that no more can be taken.
		QueueFull,
	}

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// How much is issued, and for what.
		pub parameters: Parameters,
		/// What the reserve holds.
		pub reserve: Balance,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		/// The design's figures: a reserve of 38 % of all TOP.
		fn default() -> Self {
			Self { parameters: Parameters::default(), reserve: parameters::DEFAULT_RESERVE, _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = self.parameters.check() {
				panic!("the genesis has no valid parameters of rewards: {error:?}");
			}
			CurrentParameters::<T>::put(self.parameters);
			ReserveTotal::<T>::put(self.reserve);
			Reserve::<T>::put(self.reserve);
			CurrentYear::<T>::put(Year::starting(0, self.reserve));
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::pay_dues(Self::pay_dues())
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Self::start_clock();
		}

		fn integrity_test() {
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let epoch_end = Self::epoch_end_weight();
			assert!(
				epoch_end.all_lte(block / 4),
				"an epoch's end ({epoch_end:?}) leaves three quarters of a block ({block:?}) to others"
			);
			let dues = T::WeightInfo::pay_dues(DUES_PER_BLOCK);
			assert!(dues.all_lte(block / 16), "what a block pays ({dues:?}) is a small part of it ({block:?})");
			let most_per_epoch = MAX_REPORTS * MAX_MEMBERS + MAX_VOTED + 2 * MAX_STANDING;
			assert!(most_per_epoch / DUES_PER_BLOCK < MAX_QUEUED_CHUNKS, "an epoch's dues fit into the queue");
			assert!(Parameters::default().check().is_ok(), "the default parameters are valid");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pays the sender what it earned: as a node, and as a voter of these nodes, and of others as far as that is settled.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim(types::count(nodes.len())))]
		pub fn claim(origin: OriginFor<T>, nodes: Vec<AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(types::count(nodes.len()) <= MAX_CLAIM_NODES, Error::<T>::TooManyNodes);
			for node in &nodes {
				Self::settle_present(&who, node);
			}
			Self::pay_out(&who)
		}

		/// Sets how much is issued, and for what, from the present epoch on.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::set_parameters(), DispatchClass::Operational))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check().map_err(Error::<T>::from)?;
			CurrentParameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}
	}
}
