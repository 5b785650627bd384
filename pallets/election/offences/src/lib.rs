#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod evidence;
mod history;
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
	equivocation_part, rest_of, Accused, Offence, OffenceKind, MAX_OFFENCES, PRUNED_PER_BLOCK, RESTS_PER_BLOCK,
	SHOWN_WEIGHT,
};
pub use weights::WeightInfo;

// The macros generate items without docs, and an uninhabited variant beside the only call.
#[allow(missing_docs, clippy::large_enum_variant)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::{pallet_prelude::*, BoundedBTreeSet};
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use sp_runtime::Perbill;
	use tp_core::ChainTag;
	use tp_pbft::{Epoch, Evidence, EvidenceError, MemberIndex, PbftId, Slot, MAX_MEMBERS};
	use tp_stake::{Committees, EpochClock, Nodes, Punish, Reporter};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Default configurations, for [`derive_impl`](frame_support::derive_impl).
	pub mod config_preludes {
		use super::*;
		use frame_support::{derive_impl, traits::ConstU64};

		/// A main chain that counts evidence for twelve epochs. A runtime adds committees, nodes, punishment and clock.
		pub struct MainChainDefaultConfig<T>(PhantomData<T>);

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
		impl<T> frame_system::DefaultConfig for MainChainDefaultConfig<T> {}

		#[frame_support::register_default_impl(MainChainDefaultConfig)]
		impl<T: frame_system::Config> DefaultConfig for MainChainDefaultConfig<T> {
			type EvidenceEpochs = ConstU64<12>;
			type WeightInfo = weights::SubstrateWeight<T>;
		}
	}

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// Read access to the committees and the genesis hashes of all ledgers.
		///
		/// Plug in `pallet-shard-assignment`. There is no default: without committees no evidence can be checked.
		#[pallet::no_default]
		type Committees: Committees<Self::AccountId>;

		/// Read access to the node registry, for the vote keys of reporters.
		///
		/// Plug in `pallet-comprehensive-stake`. There is no default.
		#[pallet::no_default]
		type Nodes: Nodes<Self::AccountId>;

		/// Slashes the node of the accused member.
		///
		/// Plug in `pallet-comprehensive-stake`. There is no default: an offence without punishment protects no ledger.
		#[pallet::no_default]
		type Punish: Punish<Self::AccountId>;

		/// Position of this ledger within its epochs.
		///
		/// Plug in `pallet-committee`. There is no default.
		#[pallet::no_default]
		type Clock: EpochClock;

		/// Number of epochs after its own epoch for which evidence counts. Must be positive.
		///
		/// Plug in a value not above the number of epochs for which committees are kept and deposits stay locked. It is
		/// no constant of the metadata, so it can be a stored parameter that changes.
		type EvidenceEpochs: Get<Epoch>;

		/// Weights of the pallet.
		///
		/// Plug in weights measured on your machines. The default is [`weights::SubstrateWeight`].
		type WeightInfo: WeightInfo;

		/// Creates committees and nodes for benchmarks. There is no default.
		#[cfg(feature = "runtime-benchmarks")]
		#[pallet::no_default]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Recorded offences by epoch and ledger. The epoch is the first key, so that all records of an epoch are one
	/// prefix.
	#[pallet::storage]
	pub type Reported<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		Epoch,
		Twox64Concat,
		ChainTag,
		BoundedBTreeSet<Offence, ConstU32<MAX_OFFENCES>>,
		ValueQuery,
	>;

	/// The first epoch whose records are kept. Evidence of older epochs is refused.
	#[pallet::storage]
	pub type OldestKept<T> = StorageValue<_, Epoch, ValueQuery>;

	/// Whether the oldest kept epoch is being closed: its evidence is refused, and its records are removed.
	#[pallet::storage]
	pub type IsClosing<T> = StorageValue<_, bool, ValueQuery>;

	/// Slashed nodes whose rest is not decided, by epoch, ledger and member. The number of members that did the same is not
	/// known before the epoch is closed.
	#[pallet::storage]
	pub type Unsettled<T: Config> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, Epoch>, NMapKey<Twox64Concat, ChainTag>, NMapKey<Twox64Concat, MemberIndex>),
		Accused<T::AccountId>,
	>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offence of a member was proved.
		Punished {
			/// The kind of the offence.
			kind: OffenceKind,
			/// The ledger of the committee.
			chain: ChainTag,
			/// The slot for which the member signed the contradiction; that of the Commit which it hid.
			slot: Slot,
			/// The member's index in the committee of that epoch.
			member: MemberIndex,
			/// The member's vote key.
			key: PbftId,
			/// The node that owns the seat. `None` for a member named by root, which has no deposit to slash.
			node: Option<T::AccountId>,
			/// The number by which the slash can be cancelled. `None` if there is nothing to slash.
			slash: Option<u32>,
			/// The reporter, if one signed the report.
			reporter: Option<T::AccountId>,
		},
		/// Evidence of an epoch does not count any more: a node pays the rest for an offence of several members.
		PunishedTogether {
			/// The ledger of the committee.
			chain: ChainTag,
			/// The epoch of the offence.
			epoch: Epoch,
			/// The node.
			node: T::AccountId,
			/// The number of members that contradicted themselves.
			members: u32,
			/// The part of deposit and votes that the offence costs in all.
			part: Perbill,
			/// The number by which the slash of the rest can be cancelled.
			slash: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The ledger is unknown to the main chain.
		UnknownLedger,
		/// The committee of that epoch is not known (any more), or the evidence is too old.
		EvidenceWrongEpoch,
		/// The member was already punished for this offence in this epoch.
		AlreadyReported,
		/// The accused is not a member of the committee.
		NotAMember,
		/// The messages of the evidence do not contradict each other.
		NoContradiction,
		/// A signature of the evidence is invalid.
		EvidenceBadSignature,
		/// The reporter is not a node, did not sign this report, or is the accused.
		WrongReporter,
		/// The view change of the evidence shows no certificate of its height.
		EvidenceMalformed,
	}

	impl<T> From<EvidenceError> for Error<T> {
		fn from(error: EvidenceError) -> Self {
			match error {
				EvidenceError::NoContradiction => Self::NoContradiction,
				EvidenceError::NotAMember => Self::NotAMember,
				EvidenceError::BadSignature => Self::EvidenceBadSignature,
				EvidenceError::WrongEpoch => Self::EvidenceWrongEpoch,
				EvidenceError::Malformed => Self::EvidenceMalformed,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::prune()
		}

		fn integrity_test() {
			assert!(u32::from(MemberIndex::MAX) >= MAX_MEMBERS, "an index names any member");
			assert!(
				T::EvidenceEpochs::get() > 0,
				"evidence of an epoch's last block can be reported in the next epoch at the earliest"
			);
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let rests = Self::decide_rests_weight(RESTS_PER_BLOCK);
			let worst = T::WeightInfo::prune(PRUNED_PER_BLOCK).saturating_add(rests);
			assert!(worst.all_lte(block / 16), "the removal ({worst:?}) takes a small part of a block ({block:?})");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Reports that a member of a ledger's committee signed two payloads for one slot, or hid a Commit.
		///
		/// Anybody can report, because the evidence proves itself. The call needs no signature of an account and no
		/// fee. A node that claims the reporter's part signs the report. A member is punished once an epoch: a
		/// tenth at once, and the rest by how many members of the committee did the same, when evidence of the epoch does not
		/// count any more.
		#[pallet::call_index(0)]
		// A bare transaction has no extension whose weight would contain the authorization.
		#[pallet::weight((
			// The rest of the slash has two entries more.
			T::WeightInfo::report()
				.saturating_add(SHOWN_WEIGHT.saturating_mul(2))
				.saturating_add(T::WeightInfo::authorize_report())
				.saturating_add(T::DbWeight::get().reads_writes(2, 2)),
			DispatchClass::Operational,
			Pays::No
		))]
		#[pallet::authorize(|_source, chain, evidence, reporter| {
			Pallet::<T>::authorize_report(*chain, evidence, reporter.as_ref())
		})]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_report().saturating_add(SHOWN_WEIGHT))]
		pub fn report(
			origin: OriginFor<T>,
			chain: ChainTag,
			evidence: Evidence,
			reporter: Option<Reporter<T::AccountId>>,
		) -> DispatchResult {
			// The validation of a bare or a general transaction authorized the call, which checks again.
			ensure_none(origin.clone()).or_else(|_| ensure_authorized(origin))?;
			let accused = Self::check_report(chain, &evidence, reporter.as_ref())?;
			Self::punish(chain, evidence, accused, reporter.map(|reporter| reporter.node))
		}
	}
}
