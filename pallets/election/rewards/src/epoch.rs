//! What a node did, and what follows from it at an epoch's end.

use crate::{
	pools::{Division, Report},
	*,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	weights::Weight,
};
use sp_runtime::{traits::AccountIdConversion, DispatchError};
use tp_core::{AccountId, Balance};
use tp_pbft::Epoch;
use tp_stake::{OnParticipation, Participation};

impl<T: Config> OnParticipation for Pallet<T> {
	/// Keeps a report until the present epoch's end, and knows nothing of it afterwards: whoever calls sees to it that an
	/// epoch of a ledger is reported once. `pallet-shard-assignment` does. The main chain's own committee it tells of in the
	/// first block of an epoch and no other; another ledger it believes only about a later epoch than the last that it
	/// was told of. Were one told of twice, it would have a part of two epochs' pools; no more would be issued.
	fn on_participation(participation: &Participation) {
		let Participation { chain, epoch, members, certified: _ } = participation;
		let key = (*chain, *epoch);
		if Reports::<T>::contains_key(key) {
			log::error!(target: LOG_TARGET, "epoch {epoch} of {chain:?} was reported twice: the first report counts");
			return;
		}
		let parameters = CurrentParameters::<T>::get();
		let points = members.iter().map(|(node, activity)| (node.clone(), parameters.points(activity)));
		let with_points: Vec<_> = points.filter(|(_, points)| *points > 0).collect();
		match Report::try_from(with_points) {
			Ok(report) if Reports::<T>::count() < MAX_REPORTS => Reports::<T>::insert(key, report),
			_ => {
				log::error!(target: LOG_TARGET, "epoch {epoch} of {chain:?} is not paid: too many reports or members");
				Self::deposit_event(Event::ReportDropped { chain: *chain, epoch: *epoch });
			},
		}
	}

	fn on_epoch_end(epoch: Epoch) {
		let parameters = CurrentParameters::<T>::get();
		let budget = Self::take_budget(&parameters);
		let reports: Vec<_> = Reports::<T>::drain().map(|((chain, _), report)| (chain, report)).collect();
		let division = Self::divide(budget, &parameters.split, &reports, epoch);
		let paid = match with_storage_layer(|| Self::issue(division)) {
			Ok(issued) => {
				let reserve = Reserve::<T>::get();
				Self::deposit_event(Event::EpochPaid { epoch, budget, issued, reserve });
				issued
			},
			Err(error) => {
				log::error!(target: LOG_TARGET, "the rewards of epoch {epoch} cannot be issued: {error:?}");
				Self::deposit_event(Event::EpochNotPaid { epoch, error });
				0
			},
		};
		// Where there are few nodes, nobody waits.
		Self::pay_dues();
		Self::pay_treasury();
		Self::note_epoch(epoch, budget, paid);
	}

	fn weight(members: u32) -> Weight {
		T::WeightInfo::on_participation(members).saturating_add(Self::epoch_end_weight())
	}
}

impl<T: Config> Pallet<T> {
	/// The account that holds what is not claimed.
	pub fn account_id() -> AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn epoch_end_weight() -> Weight {
		T::WeightInfo::on_epoch_end(MAX_REPORTS, MAX_VOTED.max(MAX_STANDING))
	}

	/// Mints what nodes, voters and the treasury get. Gives how much that is.
	pub(crate) fn issue(division: Division) -> Result<Balance, DispatchError> {
		let amount = division.sum();
		if amount == 0 {
			return Ok(0);
		}
		let mut totals = CurrentTotals::<T>::get();
		Self::open_pot(&mut totals)?;
		T::Currency::mint_into(&Self::account_id(), amount)?;
		Self::take_from_reserve(amount, &mut totals);
		totals.issued = totals.issued.saturating_add(amount);
		CurrentTotals::<T>::put(totals);

		Self::credit(&T::Treasury::get(), division.treasury);
		Self::queue_dues(division.dues)?;
		Ok(amount)
	}

	/// Gives the pallet's account an existential deposit of its own, once. Without it, whoever claims almost all that is there
	/// would have the rest fall below what an account needs, and lost.
	fn open_pot(totals: &mut Totals) -> Result<(), DispatchError> {
		if PotDeposit::<T>::exists() {
			return Ok(());
		}
		let deposit = T::Currency::minimum_balance();
		T::Currency::mint_into(&Self::account_id(), deposit)?;
		Self::take_from_reserve(deposit, totals);
		PotDeposit::<T>::put(deposit);
		Ok(())
	}

	/// Keeps the figures of an epoch, in the place of one that is long past.
	fn note_epoch(epoch: Epoch, budget: Balance, paid: Balance) {
		let totals = CurrentTotals::<T>::get();
		let Totals { issued, claimed, burned, from_reserve: _ } = totals;
		let (claimable, reserve) = (totals.claimable(), Reserve::<T>::get());
		let rewards = EpochRewards { epoch, budget, paid, reserve, issued, claimable, claimed, burned };
		History::<T>::insert(Self::history_slot(epoch), rewards);
	}

	pub(crate) fn history_slot(epoch: Epoch) -> u32 {
		u32::try_from(epoch % Epoch::from(HISTORY_EPOCHS)).expect("less than a u32; qed")
	}

	/// Fails if the queue has no room, see [`MAX_QUEUED_CHUNKS`].
	fn queue_dues(dues: Vec<Due>) -> Result<(), Error<T>> {
		let mut queue = DueQueue::<T>::get();
		for chunk in Self::chunks(dues) {
			ensure!(queue.len() < MAX_QUEUED_CHUNKS, Error::QueueFull);
			DueChunks::<T>::insert(queue.end, chunk);
			queue.end = queue.end.wrapping_add(1);
		}
		DueQueue::<T>::put(queue);
		Ok(())
	}
}
