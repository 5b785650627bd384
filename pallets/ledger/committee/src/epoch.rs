//! Committees over time: genesis, the seed of each height, and the change of committee at the end of an epoch.

use crate::{
	types::{check_members, count},
	*,
};
use alloc::collections::BTreeSet;
use frame_support::{
	traits::{Get, UnixTime},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::SaturatedConversion;
use tp_core::ChainTag;
use tp_pbft::{Committee, ConsensusLog, Contacts, Epoch, Height, Pace, PbftConfig, PbftId, Seed};
use tp_stake::{Election, EpochClock, OwnEpoch};

impl<T: Config> Pallet<T> {
	/// Converts a block number to a height: the only place where the runtime's number type and the 32 bits of the
	/// protocol's formats meet. A ledger has fewer than 2^32 blocks: 13 years at a block each 100 ms.
	pub(crate) fn height_of(number: BlockNumberFor<T>) -> Height {
		number.saturated_into()
	}

	/// Returns the height of the open block, or of the newest one between blocks.
	pub(crate) fn height() -> Height {
		Self::height_of(frame_system::Pallet::<T>::block_number())
	}

	/// Returns the replicas of the next height, with its seed: the result of `PbftApi::committee` on a block's state.
	pub fn committee() -> Committee {
		Self::current().with_seed(NextSeed::<T>::get())
	}

	/// Returns the ledger and its pace: the result of `PbftApi::config`.
	pub fn config() -> PbftConfig {
		let pace = CurrentPace::<T>::get().expect("the genesis sets a pace, and nothing removes it; qed");
		PbftConfig { chain: T::Chain::get(), pace }
	}

	/// Returns the next committee, if it is decided, and the addresses of both: the result of `ContactsApi::contacts`.
	pub fn contacts() -> Contacts {
		let current = Self::current();
		let named = QueuedCommittee::<T>::get().map(Members::into_inner);
		let next = named.or_else(|| T::Election::drawn(current.epoch.saturating_add(1))).unwrap_or_default();
		let keys: BTreeSet<&PbftId> = current.members.iter().chain(&next).map(|member| &member.key).collect();
		let published = |key: &PbftId| T::Election::addresses(key).map(|addresses| (key.clone(), addresses));
		Contacts {
			published: keys.into_iter().filter_map(published).collect(),
			next: next.iter().map(|member| member.key.clone()).collect(),
		}
	}

	/// Checks that the genesis named a committee. For `build_state` of the runtime: a ledger without a committee can never
	/// have a block, so its genesis must fail.
	pub fn ensure_committee() -> Result<(), &'static str> {
		CurrentCommittee::<T>::exists().then_some(()).ok_or("the genesis names no committee member")
	}

	pub(crate) fn current() -> CommitteeRecord {
		CurrentCommittee::<T>::get().expect("the genesis names a committee, and nothing removes it; qed")
	}

	pub(crate) fn initialize(members: Members, seed: Seed, epoch_ms: u64, closing_blocks: Height, pace: Pace) {
		let committee = CommitteeRecord { epoch: 0, members };
		CurrentActivity::<T>::put(committee.activity());
		CurrentCommittee::<T>::put(committee);
		NextSeed::<T>::put(seed);
		EpochSeed::<T>::put(seed);
		EpochStart::<T>::put(1);
		EpochMs::<T>::put(epoch_ms);
		ClosingBlocks::<T>::put(closing_blocks);
		CurrentPace::<T>::put(pace);
	}

	/// Mixes the VRF output of this block into the seed of the next one.
	pub(crate) fn advance_seed() {
		let authorship = LastAuthorship::<T>::get().expect("on_initialize notes each block's author; qed");
		NextSeed::<T>::mutate(|seed| *seed = tp_pbft::next_seed(seed, &authorship.output));
	}

	/// Reports the activity of the previous epoch, if `height` is the first of its epoch.
	///
	/// This block contains the last certificate of the previous epoch, so the activity is complete now and not earlier.
	pub(crate) fn close_epoch(height: Height) {
		if !Self::follows_an_epoch(height) {
			return;
		}
		let (activity, committee) = (PreviousActivity::<T>::get(), PreviousCommittee::<T>::get());
		let (activity, committee) = activity.zip(committee).expect("an epoch after the first has one before it; qed");
		T::Election::epoch_ended(&activity, &committee.members);
	}

	fn follows_an_epoch(height: Height) -> bool {
		height == EpochStart::<T>::get() && PreviousCommittee::<T>::exists()
	}

	/// Closes the tickets of the present epoch if its time is over, and fixes its last height. Where epochs follow those of another
	/// ledger, the next committee has to be known in place of that.
	///
	/// The seed that deals the seats is unknown at that time, and once it is known the end of the epoch is fixed. Blocks do
	/// not count, so that neither full nor missing blocks steer it.
	pub(crate) fn close_tickets(height: Height) {
		if LastHeight::<T>::exists() {
			return;
		}
		let now = Self::now_ms();
		let Some(closes_at) = ClosesAt::<T>::get() else {
			// The first block.
			ClosesAt::<T>::put(now.saturating_add(EpochMs::<T>::get()));
			return;
		};
		let epoch = Self::current().epoch;
		let is_over = T::Election::follows(epoch).unwrap_or(now >= closes_at);
		if !is_over {
			return;
		}
		if let Some(ms) = QueuedEpochMs::<T>::take() {
			EpochMs::<T>::put(ms);
		}
		ClosesAt::<T>::put(now.saturating_add(EpochMs::<T>::get()));
		let last = height.saturating_add(ClosingBlocks::<T>::get().max(1));
		LastHeight::<T>::put(last);
		Self::deposit_event(Event::EpochClosing { epoch, last });
	}

	/// Returns the time of the block, in milliseconds since 1970.
	fn now_ms() -> u64 {
		u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
	}

	/// Installs the next committee and announces it in the header, if `height` is the last of its epoch.
	///
	/// The state of this block must describe the next height already: replicas read the committee of a height from its
	/// parent's state.
	pub(crate) fn advance_epoch(height: Height) {
		if LastHeight::<T>::get().is_none_or(|last| height < last) {
			return;
		}
		LastHeight::<T>::kill();
		// If the chain stood still while the epoch closed, the next one gets its whole time nevertheless: it needs tickets.
		let now = Self::now_ms();
		if ClosesAt::<T>::get().is_some_and(|closes_at| closes_at <= now) {
			ClosesAt::<T>::put(now.saturating_add(EpochMs::<T>::get()));
		}
		let old = Self::current();
		let epoch = old.epoch.saturating_add(1);
		let named = QueuedCommittee::<T>::take().map(Members::into_inner);
		let elected = T::Election::next_committee(epoch, &old.members, named);
		let members = check_members(elected).unwrap_or_else(|error| {
			// A ledger never stops because an election failed.
			log::error!(target: LOG_TARGET, "no valid committee was elected for epoch {epoch} ({error:?}): the members stay");
			old.members.clone()
		});
		let changed = !members.iter().map(|member| &member.key).eq(old.members.iter().map(|member| &member.key));
		let new = CommitteeRecord { epoch, members };

		let log = ConsensusLog::NextCommittee { epoch: new.epoch, members: new.members.to_vec() };
		frame_system::Pallet::<T>::deposit_log(log.to_item());
		Self::deposit_event(Event::EpochStarted { epoch: new.epoch, size: count(new.members.len()), changed });

		let activity = CurrentActivity::<T>::get().expect("kept with the committee; qed");
		PreviousActivity::<T>::put(activity);
		CurrentActivity::<T>::put(new.activity());
		PreviousCommittee::<T>::put(old);
		CurrentCommittee::<T>::put(new);
		EpochSeed::<T>::put(NextSeed::<T>::get());
		EpochStart::<T>::put(height.saturating_add(1));
	}

	/// Returns the cost of `on_finalize` beyond that of an ordinary block. `on_initialize` accounts for it.
	pub(crate) fn epoch_end_weight(height: Height) -> Weight {
		if LastHeight::<T>::get().is_none_or(|last| height < last) {
			return Weight::zero();
		}
		T::WeightInfo::end_epoch(tp_pbft::MAX_MEMBERS).saturating_add(T::Election::weight())
	}

	/// Returns the additional cost of `on_finalize` in the first block of an epoch.
	pub(crate) fn epoch_start_weight(height: Height) -> Weight {
		match Self::follows_an_epoch(height) {
			true => T::Election::epoch_ended_weight(),
			false => Weight::zero(),
		}
	}
}

impl<T: Config> OwnEpoch for Pallet<T> {
	fn own_epoch() -> Option<(ChainTag, Epoch)> {
		CurrentCommittee::<T>::get().map(|committee| (T::Chain::get(), committee.epoch))
	}
}

impl<T: Config> EpochClock for Pallet<T> {
	fn epoch() -> Epoch {
		Self::current().epoch
	}

	fn randomness() -> Seed {
		EpochSeed::<T>::get()
	}

	fn seed() -> Seed {
		NextSeed::<T>::get()
	}

	fn epoch_start() -> Height {
		EpochStart::<T>::get()
	}

	fn last_height() -> Option<Height> {
		LastHeight::<T>::get()
	}

	fn closing_blocks() -> Height {
		ClosingBlocks::<T>::get()
	}
}
