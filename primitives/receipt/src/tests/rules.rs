//! What a receipt proves, and what it does not.

use super::world::*;
use crate::{asks_for, Level, Origin, ProvenBlock, ReceiptError};
use codec::{DecodeAll, Encode};
use tp_beacon::{BeaconError, SignedHeader};
use tp_core::ChainTag;
use tp_lattice::{Operation, ReceiptError as UnitError};
use tp_mailbox::{Home, Initiator, ProofError, RangeError};
use tp_pbft::check_signature;

fn block(chain: ChainTag, number: u32) -> impl Fn(ProvenBlock) -> bool {
	move |found| (found.chain, found.number) == (chain, number)
}

#[test]
fn a_payment_is_proved_from_its_unit_to_its_credit() {
	for level in [Level::Final, Level::Sealed, Level::Taken] {
		let receipt = receipt(level);
		let again = crate::MessageReceipt::decode_all(&mut &receipt.encode()[..]).unwrap();
		assert_eq!(again, receipt);
		let proven = verify(&receipt).unwrap();
		assert_eq!((proven.level(), receipt.level()), (level, level));
		assert_eq!((proven.message.value, proven.sequence, proven.lane), (AMOUNT, 1, lane()));
		assert_eq!(crate::recipient(&proven.message), Some(resident(OTHER)));
		assert_eq!(proven.message.initiator, Initiator { home: Home::Zone(0), account: resident(SOURCE) });
		assert!(block(SOURCE, 2)(proven.sent) && proven.unit.is_some());
		assert_eq!(proven.sealed.is_some_and(block(ZONE, 1)), level >= Level::Sealed);
		let is_taken = |(at, by)| block(OTHER, 1)(at) && block(ZONE, 3)(by);
		assert_eq!(proven.taken.is_some_and(is_taken), level == Level::Taken);
	}
}

#[test]
fn a_sealed_receipt_needs_the_committee_of_the_zone_alone() {
	for level in [Level::Sealed, Level::Taken] {
		let receipt = receipt(level);
		assert!(receipt.verify(&anchors(&[ZONE]), check_signature).is_ok());
		let missing = receipt.verify(&anchors(&[SOURCE]), check_signature);
		assert_eq!(missing, Err(ReceiptError::NoAnchor { chain: ZONE, epoch: 0 }));
		let mut another_epoch = anchors(&[ZONE]);
		another_epoch.trust(trusted(SOURCE, 1));
		assert!(
			receipt.verify(&another_epoch, check_signature).is_ok(),
			"other committees of the source do not matter"
		);
	}
	let missing = receipt(Level::Final).verify(&anchors(&[ZONE]), check_signature);
	assert_eq!(missing, Err(ReceiptError::NoAnchor { chain: SOURCE, epoch: 0 }));
}

#[test]
fn a_later_committee_is_reached_by_the_last_headers_of_epochs_alone() {
	let mut receipt = receipt(Level::Taken);
	let handovers = std::mem::take(&mut receipt.handovers);
	assert!(matches!(verify(&receipt), Err(ReceiptError::NotCertified { chain: ZONE, number: 3, .. })));
	let mut newer = anchors(&[ZONE]);
	newer.trust(trusted(ZONE, 1));
	assert!(receipt.verify(&newer, check_signature).is_ok(), "or it is trusted itself");

	let sealing = receipt.sealing.as_mut().unwrap();
	// Not the last of its epoch.
	receipt.handovers = vec![sealing.by.clone()];
	assert!(matches!(verify(&receipt), Err(ReceiptError::Handover { chain: ZONE, .. })));
	receipt.handovers = vec![handovers[0].clone(); crate::bounds::MAX_HANDOVERS + 1];
	assert_eq!(verify(&receipt), Err(ReceiptError::TooLong));
}

#[test]
fn the_unit_and_the_message_are_one_payment() {
	let (dest, amount) = (resident(OTHER), AMOUNT);
	let chain = ZONE;
	let payload: Vec<u8> = tp_mailbox::Payload::Pay(dest.clone()).encode();
	for operation in [
		Operation::Transfer { dest: dest.clone(), amount },
		Operation::TransferKeepAlive { dest: dest.clone(), amount },
		Operation::TransferAll { dest: dest.clone() },
		Operation::Remote { chain, payload: payload.clone().try_into().unwrap() },
	] {
		assert!(verify(&receipt_of(Level::Taken, operation)).is_ok());
	}
	for operation in [
		Operation::Transfer { dest: dest.clone(), amount: amount + 1 },
		Operation::Transfer { dest: resident(SOURCE), amount },
		Operation::Remote { chain: ChainTag::Main, payload: payload.clone().try_into().unwrap() },
		Operation::Remote { chain, payload: vec![1].try_into().unwrap() },
		Operation::Service(payload.try_into().unwrap()),
	] {
		assert_eq!(verify(&receipt_of(Level::Taken, operation)), Err(ReceiptError::OtherUnit));
	}
	let mut other = receipt(Level::Taken);
	let Origin::Unit(unit) = &mut other.origin else { unreachable!("it has a unit") };
	unit.unit.body.height += 1;
	assert_eq!(verify(&other), Err(ReceiptError::Unit(UnitError::NotInTable)));
}

#[test]
fn a_message_of_an_operation_has_its_value_and_its_recipient() {
	let receipt = receipt(Level::Final);
	let (lane, message) = (receipt.lane(), receipt.message().unwrap());
	let transfer = |amount| Operation::Transfer { dest: resident(OTHER), amount };
	assert!(asks_for(&transfer(AMOUNT), lane, message) && !asks_for(&transfer(AMOUNT - 1), lane, message));
}

#[test]
fn an_older_message_of_the_same_payment_is_refused() {
	// Both stand in the lane at the block, and the older one was there before.
	let (newer, mut older) = (receipt(Level::Taken), receipt(Level::Taken));
	let mut source = TestLedger::new(SOURCE);
	let (from, to) = (resident(SOURCE), resident(OTHER));
	source.pay(&from, &to, AMOUNT);
	(0..5u8).for_each(|number| source.pay(&from, &tp_core::AccountId::new([number; 32]), 11));
	source.pay(&from, &to, AMOUNT);
	source.pay(&from, &to, 3);
	older.sending.packet = source.packet(&lane(), 0);
	assert_eq!(older.sending.packet.claim, newer.sending.packet.claim);
	assert_eq!(verify(&older), Err(ReceiptError::SentBefore { sequence: 0, sent: 1 }));
}

#[test]
fn proofs_of_other_things_are_refused_by_name() {
	let valid = receipt(Level::Taken);
	let refused = |change: &dyn Fn(&mut crate::MessageReceipt)| {
		let mut receipt = valid.clone();
		change(&mut receipt);
		verify(&receipt).unwrap_err()
	};
	let mut others = TestLedger::new(SOURCE);
	others.pay(&resident(SOURCE), &resident(OTHER), 1);
	let packet = others.packet(&lane(), 0);
	assert_eq!(refused(&|it| it.sending.packet = packet.clone()), ReceiptError::Message(ProofError::NoLane));
	assert!(matches!(
		refused(&|it| it.sending.packet.first = 2),
		ReceiptError::Message(ProofError::NoMessages(RangeError::WrongLength { .. } | RangeError::OtherRoot))
	));
	assert_eq!(refused(&|it| it.sending.packet.messages.clear()), ReceiptError::NotOneMessage(0));
	assert_eq!(refused(&|it| it.sending.parent.state_root.0[0] ^= 1), ReceiptError::OtherParent(2));
	assert_eq!(refused(&|it| it.sending.before.clear()), ReceiptError::State);
	let wide = vec![vec![0; crate::bounds::MAX_PROOF_BYTES + 1]];
	assert_eq!(refused(&|it| it.sending.before = wide.clone()), ReceiptError::State);

	assert_eq!(refused(&|it| drop(it.sealing.as_mut().unwrap().links.pop())), ReceiptError::NotLinked(4));
	assert_eq!(refused(&|it| it.sealing.as_mut().unwrap().links.clear()), ReceiptError::NotLinked(4));
	let it = valid.clone();
	let links = vec![it.sending.parent.clone(); crate::bounds::MAX_LINKS + 1];
	assert_eq!(refused(&|it| it.sealing.as_mut().unwrap().links = links.clone()), ReceiptError::TooLong);
	let head = it.crediting.as_ref().unwrap().cursor.head.clone();
	assert_eq!(
		refused(&|it| it.sealing.as_mut().unwrap().head = head.clone()),
		ReceiptError::Head(ProofError::NoHead),
		"the head in a later header of the zone"
	);
	assert_eq!(refused(&|it| it.sealing.as_mut().unwrap().head.0.clear()), ReceiptError::OtherHead(SOURCE));
	assert_eq!(refused(&|it| it.sealing = None), ReceiptError::MissingPart);
	let first = it.sealing.clone().unwrap();
	assert!(matches!(refused(&|it| it.crediting.as_mut().unwrap().by = first.by.clone()), ReceiptError::Cursor(_)));

	let mut zone = it.sealing.unwrap().by;
	zone.signed.certificate.signatures.swap(0, 1);
	assert!(matches!(
		refused(&|it| it.sealing.as_mut().unwrap().by = zone.clone()),
		ReceiptError::NotCertified { chain: ZONE, number: 1, .. }
	));
	zone.chain = ChainTag::Zone(1);
	let stranger = ReceiptError::NoAnchor { chain: ChainTag::Zone(1), epoch: 0 };
	assert_eq!(refused(&|it| it.sealing.as_mut().unwrap().by = zone.clone()), stranger);
}

#[test]
fn a_cursor_of_another_lane_or_before_the_message_proves_nothing() {
	let credited = |taken: u64, of: tp_mailbox::Lane| {
		let mut receipt = receipt(Level::Taken);
		let mut other = TestLedger::new(OTHER);
		other.take(&of, taken);
		other.block(&[], Vec::new());
		let mut zone = TestLedger::new(ZONE);
		let heads = [other.head()];
		for _ in 0..3 {
			zone.block(&heads, Vec::new());
		}
		let crediting = receipt.crediting.as_mut().unwrap();
		crediting.cursor = other.cursor(&of, way(&heads, OTHER));
		crediting.by = sign(ZONE, 1, zone.headers[3].clone());
		verify(&receipt)
	};
	assert!(credited(2, lane()).is_ok());
	assert_eq!(credited(1, lane()), Err(ReceiptError::NotTaken { sequence: 1, taken: 1 }));
	let other = tp_mailbox::Lane { class: tp_mailbox::Class::System, ..lane() };
	assert_eq!(credited(9, other), Err(ReceiptError::OtherLane));
}

#[test]
fn what_sealed_the_block_is_not_newer_than_what_sealed_its_cursor() {
	let mut receipt = receipt(Level::Taken);
	let mut zone = TestLedger::new(ZONE);
	let Some(sealing) = &mut receipt.sealing else { unreachable!("it is sealed") };
	let heads: Vec<_> = sealing.head.0.iter().map(|step| step.head).collect();
	for _ in 0..5 {
		zone.block(&heads, Vec::new());
	}
	sealing.head = way(&heads, SOURCE);
	sealing.by = sign(ZONE, 1, zone.headers[5].clone());
	assert_eq!(verify(&receipt), Err(ReceiptError::OutOfOrder { sealed: 5, taken: 3 }));
	// The receipt itself has the end of the epoch before.
	receipt.sealing.as_mut().unwrap().by = sign(ZONE, 0, zone.headers[5].clone());
	let error = BeaconError::AfterEpoch { number: 5, last: 2 };
	assert_eq!(verify(&receipt), Err(ReceiptError::NotCertified { chain: ZONE, number: 5, error }));
}

#[test]
fn a_certificate_of_the_source_is_checked_where_its_committee_is_known() {
	let mut receipt = receipt(Level::Taken);
	let Origin::Unit(unit) = receipt.origin.clone() else { unreachable!("it has a unit") };
	let mut signed = SignedHeader { header: unit.header, certificate: unit.certificate };
	receipt.origin = Origin::Block(signed.clone());
	assert_eq!(verify(&receipt).unwrap().unit, None);
	signed.certificate.signatures.swap(0, 1);
	receipt.origin = Origin::Block(signed);
	assert!(matches!(verify(&receipt), Err(ReceiptError::NotCertified { chain: SOURCE, number: 2, .. })));
	assert!(receipt.verify(&anchors(&[ZONE]), check_signature).is_ok(), "the zone vouches for the block");
}
