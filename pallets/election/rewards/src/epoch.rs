//! Reports of participation, and the payment of rewards at an epoch's end.

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
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_stake::{OnParticipation, Participation};

impl<T: Config> OnParticipation<T::AccountId> for Pallet<T> {
	/// Stores a report until the present epoch's end.
	///
	/// **Fragile:** afterwards the pallet does not know the report any more. The caller must report an epoch of a
	/// ledger once. `pallet-shard-assignment` does: it reports the main chain's own committee in the first block of an
	/// epoch alone. It accepts another ledger's report only for a later epoch than the last. A second report would get
	/// a part of two epochs' pools, but the total issue would not grow.
	fn on_participation(participation: &Participation<T::AccountId>) {
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
		ParametersBefore::<T>::kill();
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
		// In a small network all nodes are paid in the same block.
		Self::pay_dues();
		Self::pay_treasury();
		Self::note_epoch(epoch, budget, paid);
	}

	fn weight(members: u32) -> Weight {
		T::WeightInfo::on_participation(members).saturating_add(Self::epoch_end_weight())
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the account that holds unclaimed rewards.
	pub fn account_id() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn epoch_end_weight() -> Weight {
		let forgets_parameters = T::DbWeight::get().writes(1);
		T::WeightInfo::on_epoch_end(MAX_REPORTS, MAX_VOTED.max(MAX_STANDING)).saturating_add(forgets_parameters)
	}

	/// Mints the rewards of nodes, voters and the treasury. Returns the minted amount.
	///
	/// **Fragile:** an error leaves partial changes. The caller must run it in a storage layer.
	pub(crate) fn issue(division: Division<T::AccountId>) -> Result<Balance, DispatchError> {
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

	/// Mints what the pallet's account lacks of its existential deposit: all of it once, or what an upgrade has raised.
	///
	/// Without it, a claim of almost the whole balance would leave less than the existential deposit, which would be
	/// lost or refused.
	fn open_pot(totals: &mut Totals) -> Result<(), DispatchError> {
		let deposit = T::Currency::minimum_balance();
		let missing = deposit.saturating_sub(PotDeposit::<T>::get().unwrap_or(0));
		if missing > 0 {
			T::Currency::mint_into(&Self::account_id(), missing)?;
			Self::take_from_reserve(missing, totals);
			PotDeposit::<T>::put(deposit);
		}
		Ok(())
	}

	/// Stores the figures of an epoch in the slot of an old one.
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

	/// Appends dues to the queue. Fails if the queue is full, see [`MAX_QUEUED_CHUNKS`].
	fn queue_dues(dues: Vec<Due<T::AccountId>>) -> Result<(), Error<T>> {
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
