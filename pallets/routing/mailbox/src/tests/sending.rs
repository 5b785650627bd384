//! Sending: what is refused before it is accepted, with its reason, and without a change.

use super::ledgers::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};
use tp_core::{AccountId, Balance, ChainTag};
use tp_mailbox::{
	bounds::{LANE_MESSAGES, OUTBOX_MANY, OUTBOX_USERS},
	in_lanes_key, inbound_key, outbound_key, Class, Destination, Home, KnownLevel, Lane, Levels as Load,
	RemoteTransfers, TableId,
};

fn transfer(number: usize, home: Home, to: AccountId, value: Balance) -> Result<(), DispatchError> {
	Mailbox::transfer(RuntimeOrigin::signed(account(0, number)), home, to, value)
}

/// Runs a test in a block of a shard.
fn in_block(test: impl FnOnce()) {
	Node::new(ledger(0), &(0..5).map(|number| account(0, number)).collect::<Vec<_>>(), &[]).block(test);
}

/// Returns an account in each table of a zone.
fn one_in_each_table() -> impl Iterator<Item = AccountId> {
	let mut found = std::collections::BTreeMap::new();
	for id in (0..20_000).map(pallet_testkit::account::<AccountId>) {
		found.entry(TableId::of(&id)).or_insert(id);
	}
	found.into_values()
}

#[test]
fn payments_that_make_no_sense_are_refused() {
	in_block(|| {
		let (home, to) = (Home::Zone(0), account(1, 0));
		assert_noop!(transfer(0, home, to.clone(), 0), Error::<Test>::NoValue);
		assert_noop!(transfer(0, home, account(0, 1), 5), Error::<Test>::NotRemote);
		assert_noop!(transfer(0, Home::Zone(8), to.clone(), 5), Error::<Test>::UnknownDestination);
		assert_noop!(transfer(9, home, to.clone(), 5), TokenError::FundsUnavailable);
		assert_noop!(transfer(0, home, to.clone(), ENDOWMENT + 1), TokenError::FundsUnavailable);
		assert_noop!(Mailbox::transfer(RuntimeOrigin::none(), home, to.clone(), 5), DispatchError::BadOrigin);
		assert_ok!(transfer(0, home, to, ENDOWMENT));
		// The same account id in another zone, and on the main chain.
		assert_ok!(transfer(1, Home::Zone(3), account(0, 1), 5));
		assert_ok!(transfer(1, Home::Main, account(0, 1), 5));
		assert!(!<Mailbox as RemoteTransfers>::is_remote(home, &account(0, 1)));
		assert!(!<Mailbox as RemoteTransfers>::is_remote(Home::Zone(9), &account(0, 1)));
	});
}

#[test]
fn a_full_lane_and_a_full_outbox_refuse_with_their_reasons() {
	in_block(|| {
		let [first, second, third] = [0, 1, 2].map(|number| account(1, number));
		for to in [&first, &second] {
			for _ in 0..LANE_MESSAGES {
				assert_ok!(transfer(0, Home::Zone(0), to.clone(), 1));
			}
			assert_noop!(transfer(1, Home::Zone(0), to.clone(), 1), Error::<Test>::LaneFull);
		}
		assert_eq!(OutboxSums::<Test>::get().messages, OUTBOX_MANY);
		assert_noop!(transfer(0, Home::Zone(0), third.clone(), 1), Error::<Test>::OneAtATime);
		assert_ok!(transfer(1, Home::Zone(0), third.clone(), 1));
		assert_noop!(transfer(1, Home::Zone(0), third.clone(), 1), Error::<Test>::OneAtATime);
		let sums = OutboxSums::<Test>::mutate(|sums| {
			let before = *sums;
			sums.messages = OUTBOX_USERS;
			before
		});
		assert_noop!(transfer(2, Home::Zone(0), third, 1), Error::<Test>::OutboxFull);
		OutboxSums::<Test>::put(sums);
	});
}

#[test]
fn a_loaded_destination_is_sent_less() {
	in_block(|| {
		let to = account(1, 0);
		let levels = Load { inbox: 100, outbox: 0, turn: None };
		let chain = ChainTag::Shard { zone: 0, incarnation: 2 };
		let destination = Destination::of(Home::Zone(0), &to);
		note_level(destination, KnownLevel { chain, height: 4, levels });
		// The one whose acknowledgement brings the next level.
		assert_ok!(transfer(0, Home::Zone(0), to.clone(), 1));
		assert_noop!(transfer(0, Home::Zone(0), to.clone(), 1), Error::<Test>::DestinationBusy);
		// It is this shard's turn.
		let levels = Load { turn: Some(ledger(0).chain), ..levels };
		note_level(destination, KnownLevel { chain, height: 5, levels });
		assert_ok!(transfer(0, Home::Zone(0), to, 1));
	});
}

#[test]
fn too_many_lanes_are_refused() {
	in_block(|| {
		let mut opened = 0;
		for zone in 1..=6 {
			for to in one_in_each_table() {
				assert_ok!(transfer(0, Home::Zone(zone), to, 1));
				opened += 1;
			}
		}
		assert_eq!(opened, 1_536);
		assert_noop!(transfer(1, Home::Zone(7), account(0, 0), 1), Error::<Test>::TooManyOpenLanes);
		assert_ok!(transfer(1, Home::Zone(1), account(0, 0), 1));
	});
}

#[test]
fn the_activity_of_a_committee_is_reported_to_the_main_chain() {
	use codec::{DecodeAll, Encode};
	use tp_stake::{LedgerMessage, ReportParticipation};
	in_block(|| {
		let activity = tp_pbft::EpochActivity::new(7, 128);
		<Mailbox as ReportParticipation>::report(&activity);
		let lanes = OpenedOrClosed::<Test>::get();
		assert_eq!(lanes.iter().map(|lane| lane.class).collect::<Vec<_>>(), [Class::System]);
		assert_eq!((lanes[0].destination, InLanes::<Test>::get()), (Destination::Main, 0));
		let payload = LedgerMessage::Participation(activity).encode();
		assert!(tp_mailbox::Payload::decode_all(&mut &payload[..]).is_err(), "it is no payment");
		assert!(payload.len() < tp_mailbox::bounds::MAX_MESSAGE_BYTES);
	});
}

#[test]
fn the_ledger_itself_sends_on_a_lane_apart() {
	let mut network = Network::new();
	let to = account(1, 0);
	network.round(|at| {
		if at == 0 {
			let destination = Destination::of(Home::Zone(0), &to);
			let sent = Mailbox::send_system(&account(0, 0), destination, vec![3]).unwrap();
			assert_eq!((sent.lane.class, sent.sequence), (tp_mailbox::Class::System, 0));
		}
	});
	network.rounds(1);
	// No part of this ledger reads it, so it bounces.
	assert!(network.ledgers[1].has(|event| matches!(event, Event::Bounced { .. })));
	network.rounds(3);
	assert!(network.ledgers[0].outbox.all().is_empty());
}

#[test]
fn nodes_find_the_lanes_where_the_pallet_stores_them() {
	let destination = Destination::Table { zone: 1, table: TableId(9) };
	let lane = Lane { source: ChainTag::Zone(3), destination, class: Class::Bounce };
	assert_eq!(outbound_key(&lane), OutboundLanes::<Test>::hashed_key_for(lane));
	assert_eq!(inbound_key(&lane), InboundLanes::<Test>::hashed_key_for(lane));
	assert_eq!(in_lanes_key(), InLanes::<Test>::hashed_key());
}
