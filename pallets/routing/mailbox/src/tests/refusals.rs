//! Exactly once: what was taken, is missing, is out of order, forged or foreign is refused by name, and nothing changes.

use super::ledgers::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use tp_beacon::Update;
use tp_core::ChainTag;
use tp_mailbox::{
	bounds::{
		BLOCK_MESSAGES, LANE_MESSAGES, MAX_MESSAGE_BYTES, MAX_RELAYED, MAX_RELAYED_ACKNOWLEDGEMENTS, MAX_RELAYED_BYTES,
	},
	Home, LaneLog, Packet, Range, Relayed,
};

/// Returns a network in which a relay waits for the second shard, with two packets, whose header the shard holds.
fn with_relay() -> (Network, Relayed) {
	let mut network = Network::new();
	network.round(|at| {
		if at == 0 {
			for (number, value) in [(0, 50), (1, 60), (0, 70)] {
				let from = RuntimeOrigin::signed(account(0, 0));
				assert_ok!(Mailbox::transfer(from, Home::Zone(0), account(1, number), value));
			}
		}
	});
	let relayed = network.relayed(1).unwrap();
	assert_eq!(relayed.packets.len(), 2);
	let header = network.header_for(1);
	network.ledgers[1].block(|| take_header(header));
	(network, relayed)
}

/// Returns a network in which two acknowledgements wait for the first shard.
fn with_cursors() -> (Network, Relayed) {
	let (mut network, relayed) = with_relay();
	network.ledgers[1].take(vec![relayed]);
	network.zone_block();
	let back = network.relayed(0).unwrap();
	assert_eq!(back.acknowledgements.len(), 2);
	(network, back)
}

/// The index of the packet with two messages.
fn longer(relayed: &Relayed) -> usize {
	relayed.packets.iter().position(|packet| packet.messages.len() == 2).unwrap()
}

fn longest(relayed: &mut Relayed) -> &mut Packet {
	let at = longer(relayed);
	&mut relayed.packets[at]
}

/// Asserts in a block of a shard that a relay is refused by this name.
#[track_caller]
fn assert_refused(node: &mut Node, relayed: Vec<Relayed>, error: Error<Test>) {
	node.block(|| {
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), relayed), error);
	});
}

/// Asserts that a relay, changed in some way, is refused by this name, and that the relay itself is taken afterwards.
#[track_caller]
fn assert_changed_refused(change: impl FnOnce(&mut Relayed), error: Error<Test>) {
	let (mut network, relayed) = with_relay();
	let mut changed = relayed.clone();
	change(&mut changed);
	assert_refused(&mut network.ledgers[1], vec![changed], error);
	network.ledgers[1].take(vec![relayed]);
}

#[test]
fn duplicates_are_refused() {
	let (mut network, relayed) = with_relay();
	let node = &mut network.ledgers[1];
	assert_refused(node, vec![relayed.clone(), relayed.clone()], Error::LaneTwice);
	node.take(vec![relayed.clone()]);
	assert_refused(node, vec![relayed], Error::AlreadyTaken);
	assert_eq!(node.balance(&account(1, 0)), ENDOWMENT + 120);
}

#[test]
fn gaps_and_reordered_messages_are_refused() {
	let (mut network, relayed) = with_relay();
	let at = longer(&relayed);
	let mut gap = relayed.clone();
	let claim = gap.packets[at].claim;
	let log: &LaneLog = &network.ledgers[0].logs[&claim.lane];
	let (messages, range) = log.prove(Range { first: 1, end: 2 }, claim.count).unwrap();
	gap.packets[at].first = 1;
	(gap.packets[at].messages, gap.packets[at].range) = (messages, range);
	assert_refused(&mut network.ledgers[1], vec![gap], Error::Gap);
	assert_changed_refused(|relayed| longest(relayed).messages.swap(0, 1), Error::NoMessages);
	assert_changed_refused(|relayed| drop(longest(relayed).messages.pop()), Error::NoMessages);
	assert_changed_refused(|relayed| relayed.packets[0].messages[0].value += 1, Error::NoMessages);
	assert_changed_refused(|relayed| relayed.packets[0].first = 1, Error::NoMessages);
}

#[test]
fn forged_paths_are_refused() {
	assert_changed_refused(|relayed| relayed.packets[0].claim.count += 1, Error::NoLane);
	assert_changed_refused(|relayed| relayed.packets[0].path.index ^= 1, Error::NoLane);
	assert_changed_refused(|relayed| relayed.packets[0].head.0[0].head.height += 1, Error::NoHead);
	assert_changed_refused(
		|relayed| {
			let siblings = relayed.packets[0].path.siblings.clone();
			relayed.packets[0].path.siblings = siblings.iter().cycle().take(17).copied().collect();
		},
		Error::ProofTooLong,
	);
	let foreign = ChainTag::Shard { zone: 1, incarnation: 1 };
	assert_changed_refused(|relayed| relayed.packets[0].head.0[0].head.ledger.chain = foreign, Error::Stranger);
	assert_changed_refused(|relayed| relayed.packets[0].head.0.clear(), Error::OtherSource);
	assert_changed_refused(|relayed| relayed.height += 1, Error::AnchorNotHeld);
	assert_changed_refused(|relayed| relayed.chain = ChainTag::Zone(1), Error::AnchorNotHeld);
}

#[test]
fn oversized_relays_are_refused_before_they_are_checked() {
	let (mut network, relayed) = with_relay();
	let node = &mut network.ledgers[1];
	let with_messages = |count: usize, bytes: usize| {
		let mut packet = relayed.packets[0].clone();
		packet.messages[0].payload = vec![0; bytes];
		packet.messages = vec![packet.messages[0].clone(); count];
		vec![Relayed { packets: vec![packet], ..relayed.clone() }]
	};
	let lane = usize::try_from(LANE_MESSAGES).unwrap();
	assert_refused(node, with_messages(lane + 1, 1), Error::PacketTooLarge);
	assert_refused(node, with_messages(BLOCK_MESSAGES + 1, 1), Error::TooManyMessages);
	let many = MAX_RELAYED_BYTES / MAX_MESSAGE_BYTES + 1;
	assert_refused(node, with_messages(many, MAX_MESSAGE_BYTES), Error::TooManyBytes);
	assert_refused(node, vec![Relayed { packets: vec![], ..relayed.clone() }; MAX_RELAYED + 1], Error::TooManyHeaders);
	let (mut network, mut back) = with_cursors();
	let one = back.acknowledgements[0].clone();
	back.acknowledgements = vec![one; MAX_RELAYED_ACKNOWLEDGEMENTS + 1];
	assert_refused(&mut network.ledgers[0], vec![back], Error::TooManyAcknowledgements);
}

#[test]
fn packets_for_other_ledgers_are_refused() {
	let (mut network, relayed) = with_relay();
	let header = network.header_for(0);
	network.ledgers[0].block(|| take_header(header));
	assert_refused(&mut network.ledgers[0], vec![relayed], Error::NotHere);
}

#[test]
fn stale_and_forged_acknowledgements_are_refused() {
	let (mut network, back) = with_cursors();
	let header = network.header_for(0);
	let node = &mut network.ledgers[0];
	node.block(|| take_header(header));
	let changed = |change: fn(&mut Relayed)| {
		let mut changed = back.clone();
		change(&mut changed);
		vec![changed]
	};
	assert_refused(node, changed(|it| it.acknowledgements[0].claim.taken.messages += 1), Error::NoCursor);
	assert_refused(node, changed(|it| it.acknowledgements[0].head.0.clear()), Error::OtherDestination);
	node.take(vec![back.clone()]);
	assert_refused(node, vec![back.clone()], Error::AcknowledgedBefore);
	// The same cursors below a later head bring news of the load alone, once.
	network.ledgers[1].block(|| ());
	network.zone_block();
	let (zone, heads) = network.anchor.clone().unwrap();
	let node = &mut network.ledgers[0];
	node.block(|| take_header(Some(zone.clone())));
	let mut later = back;
	later.height = zone.signed.header.number;
	let (head, path) = heads.find(|head| head.ledger == ledger(1)).unwrap();
	for acknowledgement in &mut later.acknowledgements {
		acknowledgement.head.0 = vec![tp_mailbox::HeadStep { head, path: path.clone() }];
	}
	later.acknowledgements.truncate(1);
	node.take(vec![later.clone()]);
	assert_refused(node, vec![later], Error::AcknowledgedBefore);
}

#[test]
fn a_destination_that_takes_what_was_not_sent_is_refused() {
	let (mut network, relayed) = with_relay();
	network.ledgers[1].take(vec![relayed]);
	// Its state claims more than it took, as a captured committee may.
	network.ledgers[1].on(|| {
		let lane = InboundLanes::<Test>::iter_keys().next().unwrap();
		InboundLanes::<Test>::mutate(lane, |state| state.as_mut().unwrap().taken.messages = 9);
		InboundLanes::<Test>::mutate(lane, |state| state.as_mut().unwrap().known = 9);
		InboxRoot::<Test>::put(tp_mailbox::root_of(Mailbox::inbox()));
	});
	network.ledgers[1].block(|| ());
	network.zone_block();
	let back = network.relayed(0).unwrap();
	let header = network.header_for(0);
	network.ledgers[0].block(|| {
		take_header(header);
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), vec![back]), Error::<Test>::NotSent);
	});
}

#[test]
fn an_acknowledgement_of_a_foreign_lane_is_refused() {
	let (mut network, back) = with_cursors();
	let header = network.header_for(1);
	let node = &mut network.ledgers[1];
	node.block(|| take_header(header));
	assert_refused(node, vec![back], Error::OtherLane);
}

#[test]
fn headers_of_foreign_epochs_anchor_nothing() {
	let mut network = Network::new();
	network.rounds(1);
	let (mut header, _) = network.anchor.clone().unwrap();
	header.signed.certificate.epoch = 4;
	let number = header.signed.header.number;
	network.ledgers[1].block(|| {
		let update = Update { headers: vec![header], ..Update::default() };
		let refused = pallet_beacon::Error::<Test>::UnknownEpoch;
		assert_noop!(Beacon::update(RuntimeOrigin::none(), update), refused);
		let below = Relayed { chain: ZONE, height: number, packets: vec![], acknowledgements: vec![] };
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), vec![below]), Error::<Test>::AnchorNotHeld);
	});
}

#[test]
fn a_full_inbox_takes_no_new_lane() {
	let (mut network, relayed) = with_relay();
	let node = &mut network.ledgers[1];
	node.block(|| {
		let before = InboundLanes::<Test>::count();
		// The count alone says that there is no room.
		frame_support::storage::unhashed::put(&InboundLanes::<Test>::counter_storage_final_key(), &4_096u32);
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed]), Error::<Test>::TooManyInboundLanes);
		frame_support::storage::unhashed::put(&InboundLanes::<Test>::counter_storage_final_key(), &before);
	});
}
