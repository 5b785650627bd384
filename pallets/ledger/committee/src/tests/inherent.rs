//! The parent's certificate: in every block but the first, once, and valid.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, inherent::ProvideInherent};
use sp_inherents::InherentData;
use sp_runtime::DispatchError::BadOrigin;
use tp_core::ChainTag;
use tp_pbft::{Certificate, Domain, InherentError, MessageKind, Slot, INHERENT_IDENTIFIER};

fn note(certificate: Certificate) -> frame_support::dispatch::DispatchResult {
	Committee::note_parent(RuntimeOrigin::none(), certificate)
}

/// Runs a test in an open block at a height, whose parent four members have certified.
fn at(height: u32, test: impl FnOnce(&mut Ledger)) {
	on_ledger(4, |ledger| {
		ledger.run_to(height - 1);
		ledger.open();
		test(ledger);
		if !ParentProved::<Test>::get() {
			ledger.prove();
		}
	});
}

#[test]
fn any_quorum_proves_the_parent() {
	for signers in [&[0, 1, 2][..], &[1, 2, 3], &[0, 1, 2, 3]] {
		at(3, |ledger| {
			assert_ok!(note(ledger.certificate(signers.iter().copied())));
		});
	}
}

#[test]
fn fewer_than_a_quorum_prove_nothing() {
	at(3, |ledger| {
		assert_noop!(note(ledger.certificate([0, 2])), Error::<Test>::CertificateNoQuorum);
		assert_noop!(note(ledger.certificate([])), Error::<Test>::CertificateNoQuorum);
	});
}

#[test]
fn a_signer_counts_once() {
	at(3, |ledger| {
		let mut twice = ledger.certificate([0, 1]);
		twice.signatures.push(twice.signatures[1].clone());
		assert_noop!(note(twice), Error::<Test>::CertificateSignatureCount);
		let mut missing = ledger.certificate([0, 1, 2]);
		missing.signatures.pop();
		assert_noop!(note(missing), Error::<Test>::CertificateSignatureCount);
		let mut swapped = ledger.certificate([0, 1, 2]);
		swapped.signatures.swap(0, 1);
		assert_noop!(note(swapped), Error::<Test>::CertificateBadSignature);
	});
}

#[test]
fn signers_outside_the_committee_are_refused() {
	at(3, |ledger| {
		let mut longer = ledger.certificate([0, 1, 2]);
		longer.signers.0.push(0);
		assert_noop!(note(longer), Error::<Test>::CertificateBadBitmap);
		let mut beyond = ledger.certificate([0, 1, 2]);
		beyond.signers.0[0] |= 1 << 4;
		assert_noop!(note(beyond), Error::<Test>::CertificateBadBitmap);
		let mut none = ledger.certificate([0, 1, 2]);
		none.signers.0.clear();
		assert_noop!(note(none), Error::<Test>::CertificateBadBitmap);
	});
}

#[test]
fn certificates_of_other_blocks_do_not_prove_the_parent() {
	at(4, |ledger| {
		let slot = ledger.parent_slot();
		let other = ledger.certificate_for(slot, sp_core::H256::repeat_byte(1), &domain(), 0..4);
		assert_noop!(note(other), Error::<Test>::CertificateWrongBlock);
		let grandparent = ledger.headers[1].hash();
		let older = ledger.certificate_for(Slot { height: 2, ..slot }, grandparent, &domain(), 0..4);
		assert_noop!(note(older), Error::<Test>::CertificateWrongHeight);
		let epoch = ledger.certificate_for(Slot { epoch: 1, ..slot }, ledger.head, &domain(), 0..4);
		assert_noop!(note(epoch), Error::<Test>::CertificateWrongEpoch);
	});
}

#[test]
fn votes_of_other_kinds_and_ledgers_do_not_prove_the_parent() {
	at(3, |ledger| {
		let slot = ledger.parent_slot();
		let prepares =
			ledger.certificate_for(Slot { kind: MessageKind::Prepare, ..slot }, ledger.head, &domain(), 0..4);
		assert_noop!(note(prepares), Error::<Test>::CertificateBadSignature);
		for foreign in
			[Domain { chain: ChainTag::Main, ..domain() }, Domain { genesis: sp_core::H256::zero(), ..domain() }]
		{
			let certificate = ledger.certificate_for(slot, ledger.head, &foreign, 0..4);
			assert_noop!(note(certificate), Error::<Test>::CertificateBadSignature);
		}
	});
}

#[test]
fn a_certificate_of_a_later_view_proves_the_parent() {
	at(3, |ledger| {
		let slot = Slot { view: 7, ..ledger.parent_slot() };
		assert_ok!(note(ledger.certificate_for(slot, ledger.head, &domain(), 0..4)));
	});
}

#[test]
fn a_block_proves_its_parent_once() {
	at(3, |ledger| {
		ledger.prove();
		assert_noop!(note(ledger.certificate(0..4)), Error::<Test>::AlreadyProved);
	});
}

#[test]
fn the_genesis_has_no_certificate() {
	on_ledger(4, |ledger| {
		ledger.run_to(1);
		ledger.open();
		let certificate = ledger.certificate(0..4);
		ledger.prove();
		ledger.close();
		// The first block again, on the same state.
		frame_system::Pallet::<Test>::set_block_number(1);
		assert_noop!(note(certificate), Error::<Test>::FirstBlock);
		frame_system::Pallet::<Test>::set_block_number(2);
	});
}

#[test]
#[should_panic = "block 2 does not prove its parent"]
fn a_block_without_it_is_invalid() {
	on_ledger(4, |ledger| {
		ledger.run_to(1);
		ledger.open();
		ledger.close();
	});
}

#[test]
fn the_inherent_has_no_signer() {
	at(3, |ledger| {
		let certificate = ledger.certificate(0..4);
		assert_noop!(Committee::note_parent(RuntimeOrigin::signed(1), certificate.clone()), BadOrigin);
		assert_noop!(Committee::note_parent(RuntimeOrigin::root(), certificate), BadOrigin);
	});
}

#[test]
fn the_first_block_of_an_epoch_is_proved_by_the_committee_before() {
	on_ledger(4, |ledger| {
		end_epoch_with(ledger, members(4..8));
		ledger.open();
		assert_eq!(ledger.committee().members, members(4..8));

		// The same vote by the present committee proves nothing.
		let slot = ledger.parent_slot();
		let message = slot.signing_payload(&domain(), &ledger.head);
		let votes = (0..4u16).map(|at| (at, sp_core::Pair::sign(&pallet_testkit::pairs(at + 4).0, &message)));
		let wrong = Certificate::from_votes(slot, ledger.head, 4, votes.collect());
		assert_noop!(note(wrong), Error::<Test>::CertificateBadSignature);

		assert_ok!(note(ledger.certificate([0, 1, 3])));
		ledger.close();
		ledger.run_to(EPOCH_LENGTH + 2);
	});
}

#[test]
fn inherent_is_made_from_the_data_and_required_from_the_second_block_on() {
	on_ledger(4, |ledger| {
		let mut data = InherentData::new();
		assert_eq!(Committee::create_inherent(&data), None);
		assert_eq!(Committee::is_inherent_required(&data), Ok(None));
		ledger.run_to(1);
		// On the state of block 1, about block 2.
		assert_eq!(Committee::is_inherent_required(&data), Ok(Some(InherentError::Missing)));

		ledger.open();
		let certificate = ledger.certificate(0..3);
		data.put_data(INHERENT_IDENTIFIER, &certificate).unwrap();
		let call = Committee::create_inherent(&data).unwrap();
		assert_eq!(call, Call::note_parent { certificate });
		assert!(Committee::is_inherent(&call));
		assert!(!Committee::is_inherent(&Call::set_epoch_length { ms: 1 }));

		// Another node holds other signatures of the same quorum.
		let other = Call::note_parent { certificate: ledger.certificate(1..4) };
		assert_eq!(Committee::check_inherent(&other, &data), Ok(()));
		assert_ok!(sp_runtime::traits::Dispatchable::dispatch(RuntimeCall::Committee(other), RuntimeOrigin::none()));
	});
}

#[test]
fn broken_inherent_data_makes_no_inherent() {
	on_ledger(4, |ledger| {
		ledger.run_to(1);
		let mut data = InherentData::new();
		data.put_data(INHERENT_IDENTIFIER, &1u8).unwrap();
		assert_eq!(Committee::create_inherent(&data), None);
	});
}
