//! Evidence: the checks before it enters a pool or a block, and its consequences.

use crate::*;
use frame_support::pallet_prelude::*;
use tp_core::ChainTag;
use tp_pbft::{Committee, Domain, Evidence, Seed};
use tp_stake::{Committees, EpochClock, Nodes, Punish, Reporter};

/// Number of blocks that a report may wait in a pool.
const REPORT_LONGEVITY: u64 = 1_024;

impl<T: Config> Pallet<T> {
	/// Lets a transaction with new and valid evidence pass without a signer.
	///
	/// The tag depends on the offence alone, so a pool keeps one report of an offence, independent of the reporter.
	pub(crate) fn authorize_report(
		chain: ChainTag,
		evidence: &Evidence,
		reporter: Option<&Reporter<T::AccountId>>,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_report(chain, evidence, reporter).map_err(|error| match error {
			Error::AlreadyReported => InvalidTransaction::Stale,
			_ => InvalidTransaction::BadProof,
		})?;
		let validity = ValidTransaction::with_tag_prefix("Offence")
			.priority(TransactionPriority::MAX / 2)
			.and_provides((chain, evidence.epoch(), Self::equivocation_of(evidence)))
			.longevity(REPORT_LONGEVITY)
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks a report against the committee of its ledger and epoch, and that the offence is new.
	///
	/// Returns the accused node, or `None` if the seat belongs to no node, and the number of faulty members that the
	/// committee tolerates.
	pub(crate) fn check_report(
		chain: ChainTag,
		evidence: &Evidence,
		reporter: Option<&Reporter<T::AccountId>>,
	) -> Result<(Option<T::AccountId>, u32), Error<T>> {
		// The checks run from cheap to expensive: a flood of old evidence costs a pool no signature check.
		let epoch = evidence.epoch();
		ensure!(epoch >= Self::oldest_punishable(), Error::EvidenceWrongEpoch);
		let offence = Self::equivocation_of(evidence);
		ensure!(!Reported::<T>::get(epoch, chain).contains(&offence), Error::AlreadyReported);
		let genesis = T::Committees::genesis_hash(chain).ok_or(Error::UnknownLedger)?;
		let seats = T::Committees::committee(chain, epoch).ok_or(Error::EvidenceWrongEpoch)?;

		let accused = seats.get(usize::from(evidence.member())).and_then(|seat| seat.node.clone());
		let members = seats.into_iter().map(|seat| seat.member).collect();
		// The seed names primaries. Evidence does not depend on it.
		let committee = Committee { epoch, members, seed: Seed::default() };
		let domain = Domain { chain, genesis };
		evidence.verify(&domain, &committee, tp_pbft::check_signature)?;
		if let Some(reporter) = reporter {
			ensure!(accused.as_ref() != Some(&reporter.node), Error::WrongReporter);
			let keys = T::Nodes::keys_at(&reporter.node, T::Clock::epoch()).ok_or(Error::WrongReporter)?;
			ensure!(reporter.verify(&keys.pbft, &domain, evidence), Error::WrongReporter);
		}
		let max_faulty = u32::try_from(committee.max_faulty()).unwrap_or(u32::MAX);
		Ok((accused, max_faulty))
	}

	/// Records a checked offence and punishes the node.
	pub(crate) fn punish(
		chain: ChainTag,
		evidence: Evidence,
		(node, max_faulty): (Option<T::AccountId>, u32),
		reporter: Option<T::AccountId>,
	) -> DispatchResult {
		let offence = Self::equivocation_of(&evidence);
		let (slot, member, key) = (evidence.slot(), evidence.member(), evidence.key().clone());
		let is_new = Reported::<T>::try_mutate(slot.epoch, chain, |offences| offences.try_insert(offence))
			.expect("a committee has at most MAX_MEMBERS members, each of which has one offence of each kind; qed");
		ensure!(is_new, Error::<T>::AlreadyReported);

		let kind = offence.kind;
		let slash =
			node.as_ref().and_then(|node| T::Punish::slash(node, slot.epoch, kind.slash_part(), reporter.clone()));
		if let (Some(node), Some(_)) = (&node, slash) {
			T::Punish::await_rest(node);
			let accused = Accused { node: node.clone(), reporter: reporter.clone(), max_faulty };
			Unsettled::<T>::insert((slot.epoch, chain, member), accused);
		}
		Self::deposit_event(Event::Punished { kind, chain, slot, member, key, node, slash, reporter });
		Ok(())
	}

	/// Returns the offence that evidence of any form proves. Two forms prove one offence, so a member is punished once.
	fn equivocation_of(evidence: &Evidence) -> Offence {
		Offence { kind: OffenceKind::Equivocation, member: evidence.member() }
	}
}
