//! Contradictions of members of any ledger's committee: proved on the main chain, and punished once.
//!
//! ```text
//! Evidence of a ledger ──report──▶ committee of (ledger, epoch) ──Evidence::verify──▶ Reported ──▶ Punish::slash
//!                                  (Committees)                                     once a member and epoch
//! ```
//!
//! Anybody can report, without an account and for nothing: the evidence speaks for itself, and only evidence that is new
//! and true gets past `authorize`. What a member did in one epoch of one ledger is one offence,
//! however often it contradicted itself there: it is proved guilty after the first time.
//!
//! **The reporter.** A part of what is slashed is the reporter's. If anybody could write any name beside the evidence,
//! whoever sees a report in a pool would put another name there. So a reporter is a registered node that signs the evidence
//! and itself with its vote key, and nobody can be named who did not. It cannot be helped that a second node signs the
//! evidence that it saw in its pool, and that the first of the two in a block counts: evidence is public, and a promise to
//! show it later would leave the guilty in office meanwhile. The accused itself gets nothing.
//!
//! **How long evidence counts.** For [`Config::EvidenceEpochs`] epochs after its own; deposits stay locked at least as long.
//! What is recorded of an epoch is removed only once evidence of that epoch is refused for its age, so nobody is punished
//! twice whatever the history of committees keeps.

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
pub use types::{Offence, OffenceKind, MAX_OFFENCES};
pub use weights::WeightInfo;

/// How many ledgers' records of an old epoch a block removes. A record is one small write; with more ledgers than that,
/// it takes some blocks more.
pub const PRUNED_PER_BLOCK: u32 = 32;

// The macros generate items without docs, and beside the only call a variant that nobody can make.
#[allow(missing_docs, clippy::large_enum_variant)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, BoundedBTreeSet};
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use tp_core::{AccountId, ChainTag};
	use tp_pbft::{Epoch, Evidence, EvidenceError, MemberIndex, PbftId, Slot, MAX_MEMBERS};
	use tp_stake::{Committees, EpochClock, Nodes, Punish, Reporter};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		/// Who sat where.
		type Committees: Committees;

		/// Whose vote key a reporter signs with.
		type Nodes: Nodes;

		/// Takes what an offence costs.
		type Punish: Punish;

		/// The present epoch.
		type Clock: EpochClock;

		/// For how many epochs after its own evidence counts. Committees are kept, and deposits locked, at least as long.
		///
		/// No constant of the metadata: it may be a parameter that changes.
		type EvidenceEpochs: Get<Epoch>;

		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;

		/// Makes committees and nodes to measure with.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// What members were punished for, by epoch and ledger. The epoch comes first, so that an old one goes as a whole.
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

	/// The first epoch whose records are kept. Evidence of older ones is refused.
	#[pallet::storage]
	pub type OldestKept<T> = StorageValue<_, Epoch, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A member was shown to have broken the rules.
		Punished {
			/// What it did.
			kind: OffenceKind,
			/// On which ledger.
			chain: ChainTag,
			/// For which slot it signed what it should not.
			slot: Slot,
			/// Its index in that epoch's committee.
			member: MemberIndex,
			/// Its vote key.
			key: PbftId,
			/// The node whose seat it was. `None` for a member whom root named: it has nothing to lose.
			node: Option<AccountId>,
			/// The number by which the slash can be cancelled. `None` if there is nothing to slash.
			slash: Option<u32>,
			/// The node that reported it, if it wants to be known.
			reporter: Option<AccountId>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The main chain knows no such ledger.
		UnknownLedger,
		/// The committee of that epoch is not known, not any more, or evidence of it came too late.
		EvidenceWrongEpoch,
		/// The member was punished for this offence in this epoch.
		AlreadyReported,
		/// The accused is no member of the committee.
		NotAMember,
		/// The two messages of the evidence do not contradict each other.
		NoContradiction,
		/// A signature of the evidence is wrong.
		EvidenceBadSignature,
		/// The reporter is no node, did not sign this report, or is the accused.
		WrongReporter,
	}

	impl<T> From<EvidenceError> for Error<T> {
		fn from(error: EvidenceError) -> Self {
			match error {
				EvidenceError::NoContradiction => Self::NoContradiction,
				EvidenceError::NotAMember => Self::NotAMember,
				EvidenceError::BadSignature => Self::EvidenceBadSignature,
				EvidenceError::WrongEpoch => Self::EvidenceWrongEpoch,
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
				"evidence of an epoch's last block can be shown in the next at the earliest"
			);
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let worst = T::WeightInfo::prune(PRUNED_PER_BLOCK);
			assert!(worst.all_lte(block / 16), "forgetting ({worst:?}) is a small part of a block ({block:?})");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Reports that a member of a ledger's committee signed two payloads for one slot. Anybody can: the evidence speaks
		/// for itself. A node that wants the reporter's part signs the report.
		///
		/// It needs no signature of an account and costs nothing; a member is punished once an epoch.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::report(), DispatchClass::Operational, Pays::No))]
		#[pallet::authorize(|_source, chain, evidence, reporter| {
			Pallet::<T>::authorize_report(*chain, evidence, reporter.as_ref())
		})]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_report())]
		pub fn report(
			origin: OriginFor<T>,
			chain: ChainTag,
			evidence: Evidence,
			reporter: Option<Reporter>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let node = Self::check_report(chain, &evidence, reporter.as_ref())?;
			Self::punish(chain, evidence, node, reporter.map(|reporter| reporter.node))
		}
	}
}
