//! Committees over time: genesis, the seed of each height, and the change at an epoch's end.

use crate::{
	types::{check_members, count, last_height},
	*,
};
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::{Committee, ConsensusLog, Epoch, Height, Pace, PbftConfig, Seed};
use tp_stake::{Election, EpochClock};

impl<T: Config> Pallet<T> {
	/// The replicas of the next height, with its seed. `PbftApi::committee` on a block's state.
	pub fn committee() -> Committee {
		Self::current().with_seed(NextSeed::<T>::get())
	}

	/// Ledger and pace.
	pub fn config() -> PbftConfig {
		let pace = CurrentPace::<T>::get().expect("the genesis sets a pace, and nothing removes it; qed");
		PbftConfig { chain: T::Chain::get(), pace }
	}

	/// Whether the genesis named a committee. For `build_state` of the runtime: a ledger without one could never have
	/// a block, and whoever starts it should hear of it at once.
	pub fn ensure_committee() -> Result<(), &'static str> {
		CurrentCommittee::<T>::exists().then_some(()).ok_or("the genesis names no committee member")
	}

	pub(crate) fn current() -> CommitteeRecord {
		CurrentCommittee::<T>::get().expect("the genesis names a committee, and nothing removes it; qed")
	}

	pub(crate) fn initialize(members: Members, seed: Seed, epoch_length: Height, pace: Pace) {
		let committee = CommitteeRecord { epoch: 0, members };
		CurrentActivity::<T>::put(committee.activity());
		CurrentCommittee::<T>::put(committee);
		NextSeed::<T>::put(seed);
		EpochSeed::<T>::put(seed);
		EpochStart::<T>::put(1);
		EpochLength::<T>::put(epoch_length);
		CurrentPace::<T>::put(pace);
	}

	/// Mixes the VRF output of this block into the seed of the next.
	pub(crate) fn advance_seed() {
		let authorship = LastAuthorship::<T>::get().expect("on_initialize notes each block's author; qed");
		NextSeed::<T>::mutate(|seed| *seed = tp_pbft::next_seed(seed, &authorship.output));
	}

	/// If `height` is the first of its epoch, tells what the members of the one before did: the last certificate of theirs is
	/// in this block.
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

	/// If `height` is the last of its epoch, puts the next committee into force and into the header: the state of this
	/// block answers for the next height.
	pub(crate) fn advance_epoch(height: Height) {
		if height < last_height(EpochStart::<T>::get(), EpochLength::<T>::get()) {
			return;
		}
		let old = Self::current();
		let epoch = old.epoch.saturating_add(1);
		let named = QueuedCommittee::<T>::take().map(Members::into_inner);
		let elected = T::Election::next_committee(epoch, &old.members, named);
		let members = check_members(elected).unwrap_or_else(|error| {
			log::error!(target: LOG_TARGET, "no committee was elected for epoch {epoch} ({error:?}): the members stay");
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
		if let Some(length) = QueuedEpochLength::<T>::take() {
			EpochLength::<T>::put(length);
		}
	}

	/// What `on_finalize` will cost beyond an ordinary block, accounted for when the block starts.
	pub(crate) fn epoch_end_weight(height: Height) -> Weight {
		if height < last_height(EpochStart::<T>::get(), EpochLength::<T>::get()) {
			return Weight::zero();
		}
		T::WeightInfo::end_epoch(tp_pbft::MAX_MEMBERS).saturating_add(T::Election::weight())
	}

	/// What `on_finalize` will cost in the first block of an epoch.
	pub(crate) fn epoch_start_weight(height: Height) -> Weight {
		match Self::follows_an_epoch(height) {
			true => T::Election::epoch_ended_weight(),
			false => Weight::zero(),
		}
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

	fn epoch_length() -> Height {
		EpochLength::<T>::get()
	}
}
