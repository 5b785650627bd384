#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod config_preludes;
mod epoch;
pub mod migrations;
#[cfg(test)]
mod mock;
mod participation;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
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
	use frame_support::{
		pallet_prelude::*,
		traits::{FindAuthor, PalletInfo, StorageVersion, UnixTime},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::ConsensusEngineId;
	use tp_core::ChainTag;
	use tp_pbft::{
		Certificate, Epoch, EpochActivity, Height, InherentError, Member, MemberIndex, Pace, PreDigest, Seed,
		ENGINE_ID, INHERENT_IDENTIFIER, MAX_MEMBERS,
	};
	use tp_stake::Election;

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The length of an epoch by default: 6 h, in milliseconds.
	const DEFAULT_EPOCH_MS: u64 = 6 * 60 * 60 * 1_000;
	/// The number of closing blocks by default. The seed that deals the seats then depends on 600 blocks after the tickets.
	const DEFAULT_CLOSING_BLOCKS: Height = 600;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The hash type is fixed: certificates sign block hashes of 32 bytes. Account id and block number are free; a block
	/// number above 2^32 − 1 has no height, so a ledger ends there.
	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The ledger's tag, which is part of every signed vote.
		///
		/// Plug in a constant that no other ledger of the network has, or what the genesis says, as shards do: their runtime is one
		/// for all. So the metadata does not have it. There is no default.
		#[pallet::no_default]
		type Chain: Get<ChainTag>;

		/// The time of the block, which counts the length of epochs.
		///
		/// Plug in `pallet-timestamp`. There is no default.
		#[pallet::no_default]
		type Time: UnixTime;

		/// The origin that names committees and sets pace and epoch length.
		///
		/// Plug in `EnsureRoot<AccountId>` (the default) or the ledger's governance.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Names the next committee where [`Config::AdminOrigin`] does not. Notified of the activity of ended epochs.
		///
		/// Plug in `pallet-shard-assignment` on the main chain, and `pallet-beacon` on a ledger whose committees the main chain draws.
		/// `()` (the default) lets the members stay.
		type Election: Election + 'static;

		/// The weights of calls and hooks.
		///
		/// Plug in [`weights::SubstrateWeight<Runtime>`](crate::weights::SubstrateWeight) (the default), or weights measured
		/// on the runtime. `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The committee of the next height. While a block is executed: of the block's own height.
	#[pallet::storage]
	pub type CurrentCommittee<T> = StorageValue<_, CommitteeRecord>;

	/// The committee of the epoch before, against which the certificate of its last block is verified.
	#[pallet::storage]
	pub type PreviousCommittee<T> = StorageValue<_, CommitteeRecord>;

	/// The committee from the next epoch on, as named by [`Config::AdminOrigin`].
	#[pallet::storage]
	pub type QueuedCommittee<T> = StorageValue<_, Members>;

	/// The seed of the next height. While a block is executed: of the block's own height.
	#[pallet::storage]
	pub type NextSeed<T> = StorageValue<_, Seed, ValueQuery>;

	/// The seed of the present epoch's first height, which is the randomness of the epoch: it depends on every VRF output
	/// before it.
	#[pallet::storage]
	pub type EpochSeed<T> = StorageValue<_, Seed, ValueQuery>;

	/// The first height of the present epoch. After an epoch's last block: of the next.
	#[pallet::storage]
	pub type EpochStart<T> = StorageValue<_, Height, ValueQuery>;

	/// The length of epochs, in milliseconds of chain time.
	#[pallet::storage]
	pub type EpochMs<T> = StorageValue<_, u64, ValueQuery>;

	/// The length of the following epochs, in milliseconds, if it is to change.
	#[pallet::storage]
	pub type QueuedEpochMs<T> = StorageValue<_, u64>;

	/// The number of blocks after the block that closes the tickets of an epoch, up to the last of the epoch.
	#[pallet::storage]
	pub type ClosingBlocks<T> = StorageValue<_, Height, ValueQuery>;

	/// The time at which the tickets of the present epoch close, in milliseconds since 1970: of the next epoch after that.
	/// The genesis has no time, so the first block sets it.
	#[pallet::storage]
	pub type ClosesAt<T> = StorageValue<_, u64>;

	/// The last height of the present epoch, once its tickets are closed.
	#[pallet::storage]
	pub type LastHeight<T> = StorageValue<_, Height>;

	/// The ledger's pace.
	#[pallet::storage]
	pub type CurrentPace<T> = StorageValue<_, Pace>;

	/// The author of the newest block, with its VRF output.
	#[pallet::storage]
	pub type LastAuthorship<T> = StorageValue<_, Authorship>;

	/// The activity of the present committee's members.
	#[pallet::storage]
	pub type CurrentActivity<T> = StorageValue<_, EpochActivity>;

	/// The activity of the previous committee's members. Complete after the first block of the present epoch.
	#[pallet::storage]
	pub type PreviousActivity<T> = StorageValue<_, EpochActivity>;

	/// Whether this block has proved its parent. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type ParentProved<T> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A committee was named for the next epoch.
		CommitteeQueued {
			/// The number of its members.
			size: u32,
		},
		/// The next block is the first of an epoch.
		EpochStarted {
			/// The epoch.
			epoch: Epoch,
			/// The number of its committee's members.
			size: u32,
			/// Whether the members changed.
			changed: bool,
		},
		/// The pace changed.
		PaceSet {
			/// The new pace.
			pace: Pace,
		},
		/// The length of epochs changes with the next one.
		EpochLengthQueued {
			/// The length of an epoch, in milliseconds of chain time.
			ms: u64,
		},
		/// The time of the present epoch is over: its last height is fixed.
		EpochClosing {
			/// The epoch.
			epoch: Epoch,
			/// Its last height.
			last: Height,
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
		/// An epoch lasts at least a millisecond.
		ZeroEpochLength,
		/// Intervals or timeout are out of range, or the idle interval is shorter than the block interval.
		InvalidPace,
		/// The block has proved its parent already.
		AlreadyProved,
		/// The first block has no certified parent.
		FirstBlock,
		/// The certificate is not for the parent's height.
		CertificateWrongHeight,
		/// The certificate is for a block other than the parent.
		CertificateWrongBlock,
		/// The certificate is by a committee other than the parent's.
		CertificateWrongEpoch,
		/// The certificate's signer bitmap does not fit the committee.
		CertificateBadBitmap,
		/// The number of signatures differs from the number of signers.
		CertificateSignatureCount,
		/// The certificate has fewer signers than the quorum.
		CertificateNoQuorum,
		/// A signature of the certificate is invalid.
		CertificateBadSignature,
	}

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The first committee.
		pub members: Vec<Member>,
		/// The seed of height 1.
		pub seed: H256,
		/// The length of an epoch, in milliseconds of chain time.
		pub epoch_ms: u64,
		/// The number of blocks after the block that closes the tickets of an epoch, up to the last of the epoch.
		pub closing_blocks: Height,
		/// The ledger's pace.
		pub pace: Pace,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		/// No members, and epochs of 6 h. A genesis must name its members:
		/// [`Pallet::ensure_committee`] checks it.
		fn default() -> Self {
			Self {
				members: Vec::new(),
				seed: H256::zero(),
				epoch_ms: DEFAULT_EPOCH_MS,
				closing_blocks: DEFAULT_CLOSING_BLOCKS,
				pace: Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 },
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// FRAME requires every default genesis to build. `ensure_committee` refuses the result.
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
			assert!(self.epoch_ms > 0, "an epoch of the genesis lasts no time");
			assert!(self.closing_blocks > 0, "the genesis closes tickets in the last block of an epoch");
			assert!(is_valid_pace(&self.pace), "the pace of the genesis is not valid: {:?}", self.pace);
			Pallet::<T>::initialize(members, self.seed.0, self.epoch_ms, self.closing_blocks, self.pace);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(number: BlockNumberFor<T>) -> Weight {
			let digest = frame_system::Pallet::<T>::digest();
			let pre_digest = match tp_pbft::find_pre_digest(&digest) {
				Ok(pre_digest) => pre_digest,
				Err(error) => panic!("block {number:?} is not a block of this ledger: {error}"),
			};
			let height = Self::height_of(number);
			Self::note_author(&pre_digest) + Self::epoch_start_weight(height) + Self::epoch_end_weight(height)
		}

		fn on_finalize(number: BlockNumberFor<T>) {
			let height = Self::height_of(number);
			// Taken in any case, so that the state does not keep it.
			let proved = ParentProved::<T>::take();
			assert!(proved || height <= 1, "block {height} does not prove its parent");
			Self::close_epoch(height);
			Self::advance_seed();
			Self::close_tickets(height);
			Self::advance_epoch(height);
		}

		fn integrity_test() {
			assert!(u32::from(MemberIndex::MAX) >= MAX_MEMBERS, "an index names any member");
			// The epoch advances in this pallet's hooks. The hooks of the election's pallet must run afterwards, so that both
			// see the same epoch in each block. An election that is not a pallet has no index.
			let election = T::PalletInfo::index::<T::Election>();
			assert!(
				election.is_none_or(|election| T::PalletInfo::index::<Self>() < Some(election)),
				"the pallet of `Election` must have a higher index than pallet-committee"
			);
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
		/// Proves the parent block. The author of each block but the first includes it exactly once.
		///
		/// Counts participation by the signatures. At least a quorum of them is required.
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

		/// Names the committee from the next epoch on. A later call before the epoch's end replaces it.
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

		/// Sets the length of an epoch, in milliseconds of chain time, from the next epoch on.
		#[pallet::call_index(4)]
		#[pallet::weight((T::WeightInfo::set_epoch_length(), DispatchClass::Operational))]
		pub fn set_epoch_length(origin: OriginFor<T>, ms: u64) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(ms > 0, Error::<T>::ZeroEpochLength);
			QueuedEpochMs::<T>::put(ms);
			Self::deposit_event(Event::EpochLengthQueued { ms });
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
					log::error!(target: LOG_TARGET, "cannot decode the parent's certificate: {error:?}");
					None
				},
			}
		}

		/// Called on the parent's state, whose number is zero only before the first block.
		fn is_inherent_required(_: &InherentData) -> Result<Option<Self::Error>, Self::Error> {
			Ok((Self::height() > 0).then_some(InherentError::Missing))
		}

		/// Accepts every call: nodes may hold different signatures, and the call itself verifies the certificate.
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
