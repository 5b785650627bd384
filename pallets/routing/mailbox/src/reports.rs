//! Reports of this ledger's committees to the main chain.

use crate::*;
use codec::Encode;
use frame_support::weights::Weight;
use tp_core::AccountId;
use tp_mailbox::Destination;
use tp_pbft::EpochActivity;
use tp_stake::{LedgerMessage, ReportParticipation};

/// The account that a bounce of a report names. A report has no value that could return.
const NO_ACCOUNT: AccountId = AccountId::new([0; 32]);

impl<T: Config> ReportParticipation for Pallet<T> {
	/// Sends the activity on the lane that the main chain takes first. It is lost if the outbox is full, which takes some
	/// thousand messages that the main chain has not taken.
	fn report(activity: &EpochActivity) {
		let payload = LedgerMessage::Participation(activity.clone()).encode();
		if let Err(error) = Self::send_system(&NO_ACCOUNT, Destination::Main, payload) {
			let epoch = activity.epoch;
			log::error!(target: LOG_TARGET, "the participation of epoch {epoch} is not reported: {error}");
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::transfer()
	}
}
