//! Reports of participation, and the payment of rewards at an epoch's end.

use crate::{
	pools::{Division, Served},
	types::service_of,
	*,
};
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	weights::Weight,
};
use sp_runtime::{traits::AccountIdConversion, DispatchError};
use tp_core::Balance;
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_stake::{OnParticipation, Participation};

impl<T: Config> OnParticipation<T::AccountId> for Pallet<T> {
	/// Gives the members of a committee their shares of the pools of the present epoch.
	///
	/// **Fragile:** afterwards the pallet does not know the report any more. The caller must report an epoch of a
	/// ledger once. `pallet-shard-assignment` does: it reports the main chain's own committee in the first block of an
	/// epoch alone. It accepts another ledger's report only for a later epoch than the last. A second report would get
	/// a part of two epochs' pools, but the total issue would not grow.
	fn on_participation(participation: &Participation<T::AccountId>) {
		let Participation { chain, epoch, members, certified } = participation;
		let key = (*chain, *epoch);
		if Reports::<T>::contains_key(key) {
			log::error!(target: LOG_TARGET, "epoch {epoch} of {chain:?} was reported twice: the first report counts");
			return;
		}
		if members.len() > MAX_MEMBERS as usize || Reports::<T>::count() >= MAX_REPORTS {
			log::error!(target: LOG_TARGET, "epoch {epoch} of {chain:?} is not paid: too many reports or members");
			Self::deposit_event(Event::ReportDropped { chain: *chain, epoch: *epoch });
			return;
		}
		Reports::<T>::insert(key, ());
		let parameters = CurrentParameters::<T>::get();
		let served = members.iter().map(|(node, activity)| Served {
			node: node.clone(),
			points: parameters.points(activity),
			service: service_of(activity, *certified),
		});
		Self::add_committee(*chain, served);
	}

	fn on_epoch_end(epoch: Epoch) {
		ParametersBefore::<T>::kill();
		let parameters = CurrentParameters::<T>::get();
		let budget = Self::take_budget(&parameters);
		Reports::<T>::drain().for_each(drop);
		let open = Open::<T>::get();
		let number = open.number.saturating_add(1);
		Open::<T>::put(OpenPeriod { number, ..OpenPeriod::default() });
		let division = Self::divide(budget, &parameters.split, &open, epoch);
		let paid = match with_storage_layer(|| Self::issue(open.number, division)) {
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
		T::WeightInfo::on_epoch_end(MAX_REPORTS).saturating_add(forgets_parameters)
	}

	/// Mints the rewards of nodes, voters and the treasury. Returns the minted amount.
	///
	/// **Fragile:** an error leaves partial changes. The caller must run it in a storage layer.
	pub(crate) fn issue(number: u32, division: Division) -> Result<Balance, DispatchError> {
		let Division { period, treasury } = division;
		let amount = period.left.saturating_add(treasury);
		if amount == 0 {
			return Ok(0);
		}
		let mut totals = CurrentTotals::<T>::get();
		Self::open_pot(&mut totals)?;
		T::Currency::mint_into(&Self::account_id(), amount)?;
		Self::take_from_reserve(amount, &mut totals);
		totals.issued = totals.issued.saturating_add(amount);
		CurrentTotals::<T>::put(totals);

		Self::credit(&T::Treasury::get(), treasury);
		if period.left > 0 {
			Ended::<T>::insert(number, period);
		}
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
}
