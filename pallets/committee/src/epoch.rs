//! Committees over time: genesis, the seed of each height, and the change at an epoch's end.

use crate::{
	types::{count, last_height},
	*,
};
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::{Committee, ConsensusLog, Height, Pace, PbftConfig, Seed};

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
		CurrentActivity::<T>::put(EpochActivity::new(&committee));
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

	/// If `height` is the last of its epoch, puts the next committee into force and into the header: the state of this
	/// block answers for the next height.
	pub(crate) fn advance_epoch(height: Height) {
		if height < last_height(EpochStart::<T>::get(), EpochLength::<T>::get()) {
			return;
		}
		let old = Self::current();
		let queued = QueuedCommittee::<T>::take();
		let changed = queued.as_ref().is_some_and(|members| *members != old.members);
		let new = CommitteeRecord {
			epoch: old.epoch.saturating_add(1),
			members: queued.unwrap_or_else(|| old.members.clone()),
		};

		let log = ConsensusLog::NextCommittee { epoch: new.epoch, members: new.members.to_vec() };
		frame_system::Pallet::<T>::deposit_log(log.to_item());
		Self::deposit_event(Event::EpochStarted { epoch: new.epoch, size: count(new.members.len()), changed });

		if let Some(forgotten) = PreviousCommittee::<T>::get() {
			Self::forget_evidence(&forgotten);
		}
		let activity = CurrentActivity::<T>::get().expect("kept with the committee; qed");
		PreviousActivity::<T>::put(activity);
		CurrentActivity::<T>::put(EpochActivity::new(&new));
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
		T::WeightInfo::end_epoch(tp_pbft::MAX_MEMBERS)
	}
}
