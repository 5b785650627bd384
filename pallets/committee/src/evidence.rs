//! Evidence of members that contradicted themselves: checked before it enters a pool or a block, recorded once.
//! Punishment is another pallet's.

use crate::*;
use frame_support::pallet_prelude::*;
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use tp_pbft::{Evidence, EvidenceError, Seed};

/// How many blocks a report may wait in a pool.
const REPORT_LONGEVITY: u64 = 1_024;

impl<T: Config> Pallet<T> {
	/// Hands evidence to the node's pool, for `PbftApi::submit_evidence`. `None` if the pool refused it.
	pub fn submit_evidence(evidence: Evidence) -> Option<()>
	where
		T: CreateAuthorizedTransaction<Call<T>>,
	{
		let call: Call<T> = Call::report_equivocation { evidence };
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction)
			.map_err(|()| log::debug!(target: LOG_TARGET, "the pool did not take a report of an equivocation"))
			.ok()
	}

	/// Lets a transaction with new, valid evidence pass without a signer.
	pub(crate) fn authorize_evidence(
		evidence: &Evidence,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_evidence(evidence).map_err(|error| match error {
			Error::AlreadyReported | Error::TooManyReports => InvalidTransaction::Stale,
			_ => InvalidTransaction::BadProof,
		})?;
		let validity = ValidTransaction::with_tag_prefix("PbftEquivocation")
			.priority(TransactionPriority::MAX / 2)
			.and_provides((evidence.slot, evidence.member))
			.longevity(REPORT_LONGEVITY)
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks evidence against the committee of its epoch, and that it is news.
	pub(crate) fn check_evidence(evidence: &Evidence) -> Result<(), Error<T>> {
		// Cheapest first: whoever floods a pool with old evidence costs it no signature check.
		let reported = Equivocations::<T>::get(evidence.slot.epoch, evidence.member);
		ensure!(!reported.contains(&evidence.slot), Error::AlreadyReported);
		ensure!(reported.len() < MAX_EQUIVOCATIONS_PER_MEMBER as usize, Error::TooManyReports);
		let committee = Some(Self::current())
			.filter(|committee| committee.epoch == evidence.slot.epoch)
			.or_else(|| PreviousCommittee::<T>::get().filter(|committee| committee.epoch == evidence.slot.epoch))
			.ok_or(Error::EvidenceWrongEpoch)?
			.with_seed(Seed::default());
		evidence.verify(&Self::domain(), &committee, tp_pbft::check_signature).map_err(Error::from)
	}

	/// Records evidence that was checked.
	pub(crate) fn record_evidence(evidence: Evidence) -> DispatchResult {
		let Evidence { slot, member, key, .. } = evidence;
		Equivocations::<T>::try_mutate(slot.epoch, member, |slots| slots.try_push(slot))
			.map_err(|_| Error::<T>::TooManyReports)?;
		Self::deposit_event(Event::EquivocationReported { slot, member, key });
		Ok(())
	}

	/// Removes what is recorded of a committee whose evidence cannot be verified any more.
	pub(crate) fn forget_evidence(committee: &CommitteeRecord) {
		let removed = Equivocations::<T>::clear_prefix(committee.epoch, types::count(committee.members.len()), None);
		if removed.maybe_cursor.is_some() {
			log::error!(target: LOG_TARGET, "more members of epoch {} are accused than it has", committee.epoch);
		}
	}
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
