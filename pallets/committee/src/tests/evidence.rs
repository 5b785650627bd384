//! Members that contradict themselves are recorded, once for each contradiction, and nobody else is.

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
};
use sp_core::{Pair, H256};
use sp_runtime::{
	traits::{Applyable, Checkable, IdentityLookup},
	DispatchError::BadOrigin,
};
use tp_pbft::{Domain, Epoch, Evidence, Height, MemberIndex, MessageKind, SignedPayload, Slot};

fn slot(epoch: Epoch, height: Height) -> Slot {
	Slot { epoch, height, view: 1, kind: MessageKind::Prepare }
}

/// A member, by its index in the first committee, signs two payloads for one slot.
fn equivocation_on(domain: &Domain, slot: Slot, member: MemberIndex) -> Evidence {
	let replica = &replicas()[usize::from(member)];
	let sign = |byte| {
		let payload = H256::repeat_byte(byte);
		SignedPayload { payload, signature: replica.vote.sign(&slot.signing_payload(domain, &payload)) }
	};
	Evidence { slot, member, key: replica.vote.public(), first: sign(1), second: sign(2) }
}

fn equivocation(slot: Slot, member: MemberIndex) -> Evidence {
	equivocation_on(&domain(), slot, member)
}

fn authorized() -> RuntimeOrigin {
	frame_system::Origin::<Test>::Authorized.into()
}

fn report(evidence: Evidence) -> frame_support::dispatch::DispatchResult {
	Committee::report_equivocation(authorized(), evidence)
}

/// The transaction that a node submits.
fn transaction(evidence: Evidence) -> Extrinsic {
	Extrinsic::new_transaction(Call::report_equivocation { evidence }.into(), (frame_system::AuthorizeCall::new(),))
}

/// What a pool does with it.
fn validate(evidence: Evidence) -> Result<ValidTransaction, TransactionValidityError> {
	let transaction = transaction(evidence);
	let info = transaction.get_dispatch_info();
	let checked = Checkable::check(transaction, &IdentityLookup::default()).unwrap();
	checked.validate::<Test>(TransactionSource::External, &info, 0)
}

#[test]
fn contradiction_is_recorded_once() {
	on_ledger(4, |ledger| {
		ledger.run_to(3);
		ledger.open();
		ledger.prove();
		let evidence = equivocation(slot(0, 2), 1);
		assert_ok!(report(evidence.clone()));
		assert!(has_event(Event::EquivocationReported { slot: slot(0, 2), member: 1, key: evidence.key.clone() }));
		assert_eq!(Equivocations::<Test>::get(0, 1).to_vec(), [slot(0, 2)]);

		assert_noop!(report(evidence.clone()), Error::<Test>::AlreadyReported);
		// The same two messages the other way round are no news.
		let turned = Evidence { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence };
		assert_noop!(report(turned), Error::<Test>::AlreadyReported);

		assert_ok!(report(equivocation(slot(0, 3), 1)));
		assert_ok!(report(equivocation(slot(0, 2), 3)));
		assert_eq!(Equivocations::<Test>::iter().count(), 2);
	});
}

#[test]
fn what_proves_nothing_is_refused_by_name() {
	on_ledger(4, |ledger| {
		ledger.open();
		let good = equivocation(slot(0, 1), 2);
		let cases = [
			(Evidence { second: good.first.clone(), ..good.clone() }, Error::<Test>::NoContradiction),
			(Evidence { member: 1, ..good.clone() }, Error::NotAMember),
			(Evidence { member: 4, ..good.clone() }, Error::NotAMember),
			(Evidence { slot: slot(0, 2), ..good.clone() }, Error::EvidenceBadSignature),
			(
				equivocation_on(&Domain { genesis: H256::zero(), ..domain() }, slot(0, 1), 2),
				Error::EvidenceBadSignature,
			),
			(equivocation(slot(1, 1), 2), Error::EvidenceWrongEpoch),
			(equivocation(slot(0, 1), 4), Error::NotAMember),
		];
		for (evidence, error) in cases {
			assert_eq!(validate(evidence.clone()), Err(InvalidTransaction::BadProof.into()), "{error:?}");
			assert_noop!(report(evidence), error);
		}
		assert_ok!(report(good));
	});
}

#[test]
fn nobody_signs_a_report() {
	on_ledger(4, |ledger| {
		ledger.open();
		let evidence = equivocation(slot(0, 1), 0);
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Committee::report_equivocation(origin, evidence.clone()), BadOrigin);
		}
	});
}

#[test]
fn pool_takes_new_evidence_and_tells_two_reports_of_it_are_one() {
	on_ledger(4, |ledger| {
		ledger.open();
		let evidence = equivocation(slot(0, 1), 0);
		let first = validate(evidence.clone()).unwrap();
		assert!(first.propagate);
		let turned = Evidence { first: evidence.second.clone(), second: evidence.first.clone(), ..evidence.clone() };
		assert_eq!(validate(turned).unwrap().provides, first.provides);
		assert_ne!(validate(equivocation(slot(0, 1), 1)).unwrap().provides, first.provides);
		assert_ne!(validate(equivocation(slot(0, 2), 0)).unwrap().provides, first.provides);

		assert_ok!(report(evidence.clone()));
		assert_eq!(validate(evidence), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn transaction_with_evidence_is_applied_and_free() {
	on_ledger(4, |ledger| {
		ledger.open();
		let transaction = transaction(equivocation(slot(0, 1), 0));
		let info = transaction.get_dispatch_info();
		let checked = Checkable::check(transaction, &IdentityLookup::default()).unwrap();
		let post = checked.apply::<Test>(&info, 0).unwrap().unwrap();
		assert_eq!(post.pays_fee, frame_support::dispatch::Pays::Yes, "the call's own declaration decides");
		assert_eq!(info.pays_fee, frame_support::dispatch::Pays::No);
		assert_eq!(Equivocations::<Test>::get(0, 0).len(), 1);
	});
}

#[test]
fn records_of_a_member_are_bounded() {
	on_ledger(4, |ledger| {
		ledger.open();
		for height in 1..=MAX_EQUIVOCATIONS_PER_MEMBER {
			assert_ok!(report(equivocation(slot(0, height), 0)));
		}
		let more = equivocation(slot(0, 100), 0);
		assert_eq!(validate(more.clone()), Err(InvalidTransaction::Stale.into()));
		assert_noop!(report(more), Error::<Test>::TooManyReports);
		assert_ok!(report(equivocation(slot(0, 100), 1)));
	});
}

#[test]
fn evidence_of_the_epoch_before_counts_and_of_older_ones_is_forgotten() {
	on_ledger(4, |ledger| {
		ledger.open();
		assert_ok!(Committee::set_next_committee(RuntimeOrigin::root(), members(4..8)));
		assert_ok!(report(equivocation(slot(0, 1), 0)));
		ledger.close();
		ledger.run_to(EPOCH_LENGTH);

		ledger.open();
		ledger.prove();
		assert_noop!(report(equivocation(slot(0, 1), 0)), Error::<Test>::AlreadyReported);
		assert_ok!(report(equivocation(slot(0, 2), 0)));
		assert_ok!(report(equivocation(slot(0, 2), 1)));
		assert_noop!(report(equivocation(slot(1, 6), 0)), Error::<Test>::NotAMember);
		ledger.close();
		assert_eq!(Equivocations::<Test>::iter_prefix(0).count(), 2);

		ledger.run_to(2 * EPOCH_LENGTH);
		assert_eq!(Equivocations::<Test>::iter().count(), 0);
		ledger.open();
		ledger.prove();
		assert_noop!(report(equivocation(slot(0, 3), 0)), Error::<Test>::EvidenceWrongEpoch);
	});
}
