#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claims;
mod earnings;
mod epoch;
mod issue;
pub mod migrations;
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
pub use parameters::{InvalidParameters, Parameters, Split, ISSUE_CEILING, LONGEST_EPOCH_MS};
pub use types::{
	Earnings, EndedPeriod, EpochRewards, OpenPeriod, Points, Reported, Shares, Totals, VoterPot, HISTORY_EPOCHS,
	MAX_CLAIM_NODES, MAX_REPORTS,
};
pub use weights::WeightInfo;

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::rewards";

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
	use tp_core::{Balance, ChainTag};
	use tp_pbft::{Epoch, MAX_MEMBERS};
	use tp_stake::Voters;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Default configurations, for [`derive_impl`](frame_support::derive_impl).
	pub mod config_preludes {
		use super::*;
		use frame_support::{derive_impl, parameter_types};

		parameter_types! {
			pub const RewardsPot: PalletId = PalletId(*b"top/rwrd");
		}

		/// A main chain governed by root. A runtime adds currency, nodes, votes, time and treasury.
		pub struct MainChainDefaultConfig<T>(PhantomData<T>);

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
		impl<T> frame_system::DefaultConfig for MainChainDefaultConfig<T> {}

		#[frame_support::register_default_impl(MainChainDefaultConfig)]
		impl<T: frame_system::Config> DefaultConfig for MainChainDefaultConfig<T> {
			type PalletId = RewardsPot;
			type AdminOrigin = frame_system::EnsureRoot<T::AccountId>;
			type WeightInfo = weights::SubstrateWeight<T>;
		}
	}

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// The token.
		///
		/// Plug in `pallet-balances`. There is no default. No other code may mint to or spend from the pallet's
		/// account.
		#[pallet::no_default]
		type Currency: Mutate<Self::AccountId, Balance = Balance>;

		/// Read access to votes and to the dividends of nodes.
		///
		/// Plug in `pallet-comprehensive-stake`, with this pallet as its `OnVotesChange`. There is no default.
		#[pallet::no_default]
		type Voters: Voters<Self::AccountId>;

		/// Time of the block, read in its `on_finalize` and at an epoch's end.
		///
		/// Plug in `pallet-timestamp`. There is no default.
		#[pallet::no_default]
		type Time: UnixTime;

		/// The account that gets governance's pool.
		///
		/// Plug in an account without a key, such as that of a treasury. There is no default.
		#[pallet::no_default]
		type Treasury: Get<Self::AccountId>;

		/// Determines the account that holds unclaimed rewards. It must be unique in the runtime and never change.
		///
		/// **Fragile:** an account id shorter than 12 bytes keeps the first characters of the id alone. The ids of the
		/// runtime's pallets must then differ in these.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

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

		/// Creates votes for benchmarks. There is no default.
		#[cfg(feature = "runtime-benchmarks")]
		#[pallet::no_default]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Rates of issue and the split of the budget.
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// The parameters with which the epoch began, once a council has changed them in it.
	#[pallet::storage]
	pub type ParametersBefore<T> = StorageValue<_, Parameters>;

	/// Initial amount of the reserve.
	#[pallet::storage]
	pub type ReserveTotal<T> = StorageValue<_, Balance, ValueQuery>;

	/// Remaining amount of the reserve. It is not minted.
	#[pallet::storage]
	pub type Reserve<T> = StorageValue<_, Balance, ValueQuery>;

	/// The present year of issue.
	#[pallet::storage]
	pub type CurrentYear<T> = StorageValue<_, Year, ValueQuery>;

	/// Time up to which rewards are paid, in milliseconds since 1970. Set by the first block.
	#[pallet::storage]
	pub type PaidUntil<T> = StorageValue<_, u64>;

	/// The committees that were reported since the last epoch's end.
	#[pallet::storage]
	pub type Reports<T: Config> = CountedStorageMap<_, Twox64Concat, (ChainTag, Epoch), (), OptionQuery>;

	/// The sums of all shares of the present period.
	#[pallet::storage]
	pub type Open<T> = StorageValue<_, OpenPeriod, ValueQuery>;

	/// Ended periods from which nodes have not taken their parts, by number.
	#[pallet::storage]
	pub type Ended<T> = StorageMap<_, Twox64Concat, u32, EndedPeriod>;

	/// Earnings of nodes that are not divided between them and their voters yet.
	#[pallet::storage]
	pub type Unsettled<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Earnings, ValueQuery>;

	/// Claimable amounts of accounts. Earnings of votes are included once they are settled.
	#[pallet::storage]
	pub type Claimable<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// Unsettled earnings of the voters of each node.
	#[pallet::storage]
	pub type VoterPots<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, VoterPot, ValueQuery>;

	/// The accumulator of a node's pot up to which a holder's votes are settled, by holder and node. No entry means
	/// zero.
	#[pallet::storage]
	pub type Checkpoints<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, T::AccountId, u128, ValueQuery>;

	/// Sums of issued, claimed and burned amounts.
	#[pallet::storage]
	pub type CurrentTotals<T> = StorageValue<_, Totals, ValueQuery>;

	/// The existential deposit of the pallet's account, once it has one. It is no part of the rewards.
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
			/// Maximum issue for its time.
			budget: Balance,
			/// Actual issue.
			issued: Balance,
			/// Remaining reserve.
			reserve: Balance,
		},
		/// An epoch's rewards were not issued.
		EpochNotPaid {
			/// The epoch.
			epoch: Epoch,
			/// The cause.
			error: DispatchError,
		},
		/// A committee is not paid, because there are too many reports or members.
		ReportDropped {
			/// The ledger of the committee.
			chain: ChainTag,
			/// The epoch of the committee.
			epoch: Epoch,
		},
		/// An account was paid.
		Claimed {
			/// The account.
			who: T::AccountId,
			/// The amount.
			amount: Balance,
		},
		/// The remainder of the pot of a node without votes was burned.
		Burned {
			/// The node.
			node: T::AccountId,
			/// The amount.
			amount: Balance,
		},
		/// All nodes have taken their parts of an epoch's rewards. The dust of roundings was burned.
		DustBurned {
			/// The epoch.
			epoch: Epoch,
			/// The amount.
			amount: Balance,
		},
		/// Parameters were set.
		ParametersSet {
			/// The new parameters.
			parameters: Parameters,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is nothing to claim.
		NothingToClaim,
		/// A claim settles the votes for at most `MAX_CLAIM_NODES` nodes. Claim again for the others.
		TooManyNodes,
		/// The account does not exist, and its claim is below the existential deposit. The amount stays claimable.
		BelowExistentialDeposit,
		/// The sum of the pools is not 100 percent.
		BadSplit,
		/// The maximum paid time of an epoch is zero, or above `LONGEST_EPOCH_MS`.
		BadEpochTime,
		/// A parameter is below the least value that a council may set: a referendum may.
		BelowLeast,
		/// A parameter is above the greatest value that a council may set: a referendum may.
		AboveGreatest,
		/// A parameter would change by more than a council may change it in an epoch: a referendum may.
		StepTooLarge,
	}

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Rates of issue and the split of the budget.
		pub parameters: Parameters,
		/// Initial amount of the reserve.
		pub reserve: Balance,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		/// Returns the default parameters with a reserve of 38 % of all TOP.
		fn default() -> Self {
			Self { parameters: Parameters::default(), reserve: parameters::DEFAULT_RESERVE, _config: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = self.parameters.check() {
				panic!("the genesis parameters of rewards are not valid: {error:?}");
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
			// The start of the clock, in `on_finalize`.
			T::DbWeight::get().reads_writes(2, 1)
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
			let report = T::WeightInfo::on_participation(MAX_MEMBERS);
			assert!(report.all_lte(block / 16), "a report ({report:?}) takes a small part of a block ({block:?})");
			assert!(Parameters::default().check().is_ok(), "the default parameters are valid");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pays the sender's earnings: as a node, as a voter of the named nodes, and settled earnings as a voter of
		/// others. What the named nodes owe their other voters is settled too.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim(types::count(nodes.len())))]
		pub fn claim(origin: OriginFor<T>, nodes: Vec<T::AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(types::count(nodes.len()) <= MAX_CLAIM_NODES, Error::<T>::TooManyNodes);
			for node in &nodes {
				Self::settle_present(&who, node);
			}
			Self::pay_out(&who)
		}

		/// Sets the rates of issue and the split of the budget, from the present epoch on.
		///
		/// Root sets any valid parameters. A council sets them within bounds, and at most a step away in an epoch. With
		/// any of them, a year issues at most [`ISSUE_CEILING`] of all TOP.
		#[pallet::call_index(1)]
		#[pallet::weight((
			T::WeightInfo::set_parameters().saturating_add(T::DbWeight::get().reads_writes(2, 1)),
			DispatchClass::Operational
		))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check().map_err(Error::<T>::from)?;
			Self::put_parameters(parameters, is_root)?;
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}
	}
}
