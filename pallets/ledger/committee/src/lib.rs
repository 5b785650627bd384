//! The committee of a ledger: who votes now, with which seed, how they took part, and who follows at the epoch's end.
//!
//! ```text
//! header: PreRuntime(PBFT) ──on_initialize──▶ author, VRF output, turns lost
//! inherent: note_parent(certificate) ───────▶ verified against the parent's committee; participation counted
//! on_finalize ──▶ seed of the next height; at an epoch's end the next committee, and Consensus(PBFT) in the header
//!                      │
//!                      └──▶ PbftApi::committee on this block's state speaks about the next height
//! ```
//!
//! Who is in the next committee is decided elsewhere: by root ([`Call::set_next_committee`]), else by [`Config::Election`].
//! Without a decision the members stay and only the epoch number moves on: a ledger never stops because an election did.
//!
//! In the first block of an epoch the activity of the one before is complete, and [`Config::Election`] is told.
//!
//! The author's VRF proof and its right to propose in its view are checked by the replicas before they vote; a block
//! with a certificate has passed that. Here its index must exist, since everything is counted by it.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod epoch;
#[cfg(test)]
mod mock;
mod participation;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
pub mod weights;

pub use pallet::*;
pub use types::{Authorship, CommitteeRecord, InvalidCommittee, Members};
pub use weights::WeightInfo;

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::committee";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use crate::types::{check_members, count, is_valid_pace};
	use alloc::vec::Vec;
	use codec::DecodeAll;
	use core::marker::PhantomData;
	use frame_support::{pallet_prelude::*, traits::FindAuthor};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::{traits::SaturatedConversion, ConsensusEngineId};
	use tp_core::ChainTag;
	use tp_pbft::{
		Certificate, Epoch, EpochActivity, Height, InherentError, Member, MemberIndex, Pace, PreDigest, Seed,
		ENGINE_ID, INHERENT_IDENTIFIER, MAX_MEMBERS,
	};
	use tp_stake::Election;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Which ledger this is. Part of everything that its members sign.
		#[pallet::constant]
		type Chain: Get<ChainTag>;

		/// Who names committees, and sets pace and epoch length.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who names committees where root does not, and hears what members did.
		type Election: Election;

		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;
	}

	/// The committee of the next height. While a block is executed: of the block's own height.
	#[pallet::storage]
	pub type CurrentCommittee<T> = StorageValue<_, CommitteeRecord>;

	/// The committee of the epoch before, against which the certificate of its last block is verified.
	#[pallet::storage]
	pub type PreviousCommittee<T> = StorageValue<_, CommitteeRecord>;

	/// Who is the committee from the next epoch on. If empty, the members stay.
	#[pallet::storage]
	pub type QueuedCommittee<T> = StorageValue<_, Members>;

	/// The seed of the next height. While a block is executed: of the block's own height.
	#[pallet::storage]
	pub type NextSeed<T> = StorageValue<_, Seed, ValueQuery>;

	/// The seed of the present epoch's first height. It contains every VRF output before it, so it is the randomness of
	/// the epoch.
	#[pallet::storage]
	pub type EpochSeed<T> = StorageValue<_, Seed, ValueQuery>;

	/// The first height of the present epoch. After an epoch's last block: of the next.
	#[pallet::storage]
	pub type EpochStart<T> = StorageValue<_, Height, ValueQuery>;

	/// Blocks of the present epoch.
	#[pallet::storage]
	pub type EpochLength<T> = StorageValue<_, Height, ValueQuery>;

	/// Blocks of the epochs that follow, if that is to change.
	#[pallet::storage]
	pub type QueuedEpochLength<T> = StorageValue<_, Height>;

	/// The ledger's pace.
	#[pallet::storage]
	pub type CurrentPace<T> = StorageValue<_, Pace>;

	/// Who authored the newest block, with its VRF output.
	#[pallet::storage]
	pub type LastAuthorship<T> = StorageValue<_, Authorship>;

	/// What the members of the present committee did.
	#[pallet::storage]
	pub type CurrentActivity<T> = StorageValue<_, EpochActivity>;

	/// What the members of the previous committee did. Complete after the first block of the present epoch.
	#[pallet::storage]
	pub type PreviousActivity<T> = StorageValue<_, EpochActivity>;

	/// Whether this block has proved its parent. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type ParentProved<T> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A committee is to follow at the epoch's end.
		CommitteeQueued {
			/// How many members it has.
			size: u32,
		},
		/// The next block is the first of an epoch.
		EpochStarted {
			/// The epoch.
			epoch: Epoch,
			/// How many members its committee has.
			size: u32,
			/// Whether they are other members than before.
			changed: bool,
		},
		/// The ledger has another pace.
		PaceSet {
			/// The new pace.
			pace: Pace,
		},
		/// Epochs are to have another length from the next on.
		EpochLengthQueued {
			/// Blocks of an epoch.
			length: Height,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A committee has at least one member.
		EmptyCommittee,
		/// A committee has at most `MAX_MEMBERS` members.
		CommitteeTooLarge,
		/// Two members have a vote key or a VRF key in common.
		DuplicateKey,
		/// An epoch has at least one block.
		ZeroEpochLength,
		/// The intervals and the timeout are positive, and the idle interval is not the shorter one.
		InvalidPace,
		/// A block proves its parent once.
		AlreadyProved,
		/// The first block has a parent that nobody certified.
		FirstBlock,
		/// The certificate is not for the parent's height.
		CertificateWrongHeight,
		/// The certificate is for another block than the parent.
		CertificateWrongBlock,
		/// The certificate is by another committee than the parent's.
		CertificateWrongEpoch,
		/// The certificate's signer bitmap does not fit the committee.
		CertificateBadBitmap,
		/// The certificate has not one signature for each signer.
		CertificateSignatureCount,
		/// The certificate has less signers than the quorum.
		CertificateNoQuorum,
		/// A signature of the certificate is wrong.
		CertificateBadSignature,
	}

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The first committee.
		pub members: Vec<Member>,
		/// The seed of height 1.
		pub seed: H256,
		/// Blocks of an epoch.
		pub epoch_length: Height,
		/// The ledger's pace.
		pub pace: Pace,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		/// No members: a genesis must name its own, see [`Pallet::ensure_committee`]. Epochs of 6 h at the main chain's
		/// pace.
		fn default() -> Self {
			Self {
				members: Vec::new(),
				seed: H256::zero(),
				epoch_length: 43_200,
				pace: Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 },
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// FRAME wants every default genesis to build. `ensure_committee` refuses what comes of it.
			if self.members.is_empty() {
				return;
			}
			let members = match check_members(self.members.clone()) {
				Ok(members) => members,
				Err(InvalidCommittee::Empty) => unreachable!("checked above; qed"),
				Err(InvalidCommittee::TooLarge) => {
					panic!("the genesis committee has {} members, more than {MAX_MEMBERS}", self.members.len())
				},
				Err(InvalidCommittee::DuplicateKey) => {
					panic!("two members of the genesis committee have a key in common")
				},
			};
			assert!(self.epoch_length > 0, "an epoch of the genesis has no block");
			assert!(is_valid_pace(&self.pace), "the pace of the genesis is not valid: {:?}", self.pace);
			Pallet::<T>::initialize(members, self.seed.0, self.epoch_length, self.pace);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(number: BlockNumberFor<T>) -> Weight {
			let digest = frame_system::Pallet::<T>::digest();
			let pre_digest = match tp_pbft::find_pre_digest(&digest) {
				Ok(pre_digest) => pre_digest,
				Err(error) => panic!("block {number:?} is no block of this ledger: {error}"),
			};
			let height: Height = number.saturated_into();
			Self::note_author(&pre_digest) + Self::epoch_start_weight(height) + Self::epoch_end_weight(height)
		}

		fn on_finalize(number: BlockNumberFor<T>) {
			let height: Height = number.saturated_into();
			// Taken in any case, so that nothing of it stays in the state.
			let proved = ParentProved::<T>::take();
			assert!(proved || height <= 1, "block {height} does not prove its parent");
			Self::close_epoch(height);
			Self::advance_seed();
			Self::advance_epoch(height);
		}

		fn integrity_test() {
			assert!(u32::from(MemberIndex::MAX) >= MAX_MEMBERS, "an index names any member");
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let worst = T::WeightInfo::note_parent(MAX_MEMBERS)
				.saturating_add(T::WeightInfo::block(MAX_MEMBERS))
				.saturating_add(T::WeightInfo::later_view(MAX_MEMBERS))
				.saturating_add(T::WeightInfo::end_epoch(MAX_MEMBERS))
				.saturating_add(T::Election::weight())
				.saturating_add(T::Election::epoch_ended_weight());
			assert!(
				worst.all_lte(block / 4),
				"the committee's work ({worst:?}) leaves three quarters of a block ({block:?}) to others"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Proves the parent block. Each block but the first contains it exactly once, put there by its author.
		///
		/// Participation is counted from the signatures; at least a quorum of them is needed.
		#[pallet::call_index(0)]
		#[pallet::weight((
			T::WeightInfo::note_parent(count(certificate.signatures.len())),
			DispatchClass::Mandatory
		))]
		pub fn note_parent(origin: OriginFor<T>, certificate: Certificate) -> DispatchResult {
			ensure_none(origin)?;
			ensure!(!ParentProved::<T>::get(), Error::<T>::AlreadyProved);
			Self::verify_parent(&certificate)?;
			Self::count_signers(&certificate);
			ParentProved::<T>::put(true);
			Ok(())
		}

		/// Names the committee from the next epoch on. A later call before the epoch's end takes the place of this one.
		#[pallet::call_index(2)]
		#[pallet::weight((T::WeightInfo::set_next_committee(count(members.len())), DispatchClass::Operational))]
		pub fn set_next_committee(origin: OriginFor<T>, members: Vec<Member>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			let members = check_members(members).map_err(Error::<T>::from)?;
			let size = count(members.len());
			QueuedCommittee::<T>::put(members);
			Self::deposit_event(Event::CommitteeQueued { size });
			Ok(())
		}

		/// Sets the pace from the next block on.
		#[pallet::call_index(3)]
		#[pallet::weight((T::WeightInfo::set_pace(), DispatchClass::Operational))]
		pub fn set_pace(origin: OriginFor<T>, pace: Pace) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(is_valid_pace(&pace), Error::<T>::InvalidPace);
			CurrentPace::<T>::put(pace);
			Self::deposit_event(Event::PaceSet { pace });
			Ok(())
		}

		/// Sets how many blocks the epochs have, from the next on.
		#[pallet::call_index(4)]
		#[pallet::weight((T::WeightInfo::set_epoch_length(), DispatchClass::Operational))]
		pub fn set_epoch_length(origin: OriginFor<T>, length: Height) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(length > 0, Error::<T>::ZeroEpochLength);
			QueuedEpochLength::<T>::put(length);
			Self::deposit_event(Event::EpochLengthQueued { length });
			Ok(())
		}
	}

	#[pallet::inherent]
	impl<T: Config> ProvideInherent for Pallet<T> {
		type Call = Call<T>;
		type Error = InherentError;
		const INHERENT_IDENTIFIER: InherentIdentifier = INHERENT_IDENTIFIER;

		fn create_inherent(data: &InherentData) -> Option<Self::Call> {
			match data.get_data::<Certificate>(&INHERENT_IDENTIFIER) {
				Ok(certificate) => certificate.map(|certificate| Call::note_parent { certificate }),
				Err(error) => {
					log::error!(target: LOG_TARGET, "the parent's certificate does not decode: {error:?}");
					None
				},
			}
		}

		/// Asked on the parent's state, whose number is zero only before the first block.
		fn is_inherent_required(_: &InherentData) -> Result<Option<Self::Error>, Self::Error> {
			let parent: Height = frame_system::Pallet::<T>::block_number().saturated_into();
			Ok((parent > 0).then_some(InherentError::Missing))
		}

		/// Any certificate will do that the call itself finds valid: each node may hold other signatures.
		fn check_inherent(_: &Self::Call, _: &InherentData) -> Result<(), Self::Error> {
			Ok(())
		}

		fn is_inherent(call: &Self::Call) -> bool {
			matches!(call, Call::note_parent { .. })
		}
	}

	impl<T: Config> FindAuthor<MemberIndex> for Pallet<T> {
		fn find_author<'a, I>(digests: I) -> Option<MemberIndex>
		where
			I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>,
		{
			let (_, mut data) = digests.into_iter().find(|(id, _)| *id == ENGINE_ID)?;
			PreDigest::decode_all(&mut data).ok().map(|pre_digest| pre_digest.author)
		}
	}
}
