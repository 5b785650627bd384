//! The room that units are told: every message that keeps to it is sent.

use super::ledgers::*;
use crate::{mock::*, *};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tp_core::{AccountId, ChainTag};
use tp_lattice::{Claims, LaneRoom, Reason, RemoteLanes, RemotePayment, Room};
use tp_mailbox::{
	bounds::{LANE_BYTES, LANE_MESSAGES, MAX_OPEN_LANES, OUTBOX_MANY},
	Class, Destination, Home, KnownLevel, Lane, Ledger, Levels as Load, OutboundLane, RemoteTransfers, TableId,
	TableRange,
};

fn payment(to: &AccountId) -> RemotePayment {
	RemotePayment { from: account(0, 0), dest: to.clone(), amount: 1 }
}

fn send(to: &AccountId) -> bool {
	<Mailbox as RemoteLanes>::send(&payment(to)).is_ok()
}

fn room() -> Room {
	<Mailbox as RemoteLanes>::room().expect("the zone has two shards")
}

fn lane_to(to: &AccountId) -> Lane {
	Lane { source: ledger(0).chain, destination: Destination::of(Home::Zone(0), to), class: Class::User }
}

fn set_level(to: &AccountId, inbox: u8) {
	let levels = Load { inbox, outbox: 0, turn: None };
	let destination = lane_to(to).destination;
	let known = crate::Levels::<Test>::get(destination.home()).of(destination.table());
	let height = known.map_or(1, |known| known.height + 1);
	note_level(destination, KnownLevel { chain: ChainTag::Shard { zone: 0, incarnation: 2 }, height, levels });
}

/// Runs a test on the state of a shard, whose invariants the test breaks.
fn on_state(test: impl FnOnce()) {
	Node::new(ledger(0), &[account(0, 0)], &[]).on(|| {
		pallet_testkit::open_block::<Test, AllPalletsWithSystem>();
		test();
	});
}

#[test]
fn a_ledger_that_runs_alone_has_no_room() {
	on_state(|| {
		assert_eq!(room().lanes, []);
		assert_eq!((u64::from(room().messages), u64::from(room().per_lane)), (OUTBOX_MANY, LANE_MESSAGES));
		for alone in [
			Ledger { tables: Some(TableRange::ALL), ..ledger(0) },
			ledger(2),
			Ledger { chain: ZONE, tables: None },
			// There is no such zone.
			Ledger { chain: ChainTag::Shard { zone: 9, incarnation: 1 }, ..ledger(0) },
		] {
			Own::set(alone);
			assert_eq!(<Mailbox as RemoteLanes>::room(), None, "{alone:?}");
		}
	});
}

#[test]
fn each_bound_narrows_the_room_and_names_its_reason() {
	let to = account(1, 0);
	let table = TableId::of(&to);
	let of_lane = |messages, full| vec![LaneRoom { table, messages, full }];
	on_state(|| {
		assert!(send(&to));
		assert_eq!(room().lanes, of_lane(1_023, Reason::LaneFull));
		assert_eq!(room().messages, 2_047);
		set_level(&to, 70);
		assert_eq!(room().lanes, of_lane(408, Reason::DestinationBusy));
		set_level(&to, 100);
		assert_eq!(room().lanes, of_lane(0, Reason::DestinationBusy));
		set_level(&to, 25);
		// 102 bytes a message.
		OutboundLanes::<Test>::mutate(lane_to(&to), |lane| lane.sent.bytes = LANE_BYTES - 305);
		assert_eq!(room().lanes, of_lane(2, Reason::LaneFull));
		OutboxSums::<Test>::mutate(|sums| sums.messages = OUTBOX_MANY + 5);
		assert_eq!(room().messages, 0);
		// Two lanes less than could be opened together.
		OutboxSums::<Test>::mutate(|sums| sums.open_lanes = (MAX_OPEN_LANES - 512 - 126) as u32);
		let lanes = room().lanes;
		assert_eq!(lanes.len(), 128);
		let closed = lanes.iter().filter(|lane| (lane.messages, lane.full) == (0, Reason::OutboxFull)).count();
		assert_eq!(closed, 127, "the open lane keeps its room");
	});
}

#[test]
fn the_last_message_with_room_is_sent_and_the_next_is_not() {
	let to = account(1, 0);
	on_state(|| {
		for _ in 0..LANE_MESSAGES - 3 {
			assert!(send(&to));
		}
		assert_eq!(room().lanes[0].messages, 3);
		assert_eq!([(); 4].map(|()| send(&to)), [true, true, true, false]);
	});
}

/// Brings the outbox into a random state, near its bounds.
fn disturb(rng: &mut ChaCha8Rng, strangers: &[AccountId]) {
	let near = |rng: &mut ChaCha8Rng, bound: u64| bound.saturating_sub(rng.gen_range(0..6));
	let mut sums = OutboxSums::<Test>::get();
	for to in strangers {
		if rng.gen_bool(0.5) {
			set_level(to, rng.gen_range(90..=100));
		}
		if rng.gen_bool(0.5) {
			let mut lane = OutboundLane::default();
			let messages = near(rng, LANE_MESSAGES);
			for number in 0..messages {
				lane.mountain.push(sp_core::H256::from_low_u64_be(number));
			}
			lane.sent.messages = messages;
			lane.sent.bytes = if rng.gen_bool(0.5) { LANE_BYTES - rng.gen_range(0..500) } else { messages };
			OutboundLanes::<Test>::insert(lane_to(to), lane);
			match rng.gen_bool(0.5) {
				true => OpenLanes::<Test>::append(lane_to(to)),
				false => OpenedOrClosed::<Test>::append(lane_to(to)),
			}
			sums.open_lanes += 1;
		}
	}
	if rng.gen_bool(0.5) {
		sums.messages = near(rng, OUTBOX_MANY);
	}
	if rng.gen_bool(0.5) {
		sums.open_lanes = (MAX_OPEN_LANES - 512 - rng.gen_range(100..140)) as u32;
	}
	OutboxSums::<Test>::put(sums);
}

#[test]
fn whatever_keeps_to_the_room_is_sent_in_every_state() {
	let mut one_in_each = BTreeMap::new();
	for number in 0..60 {
		one_in_each.insert(TableId::of(&account(1, number)), account(1, number));
	}
	let strangers: Vec<AccountId> = one_in_each.into_values().take(12).collect();
	let (mut sent, mut refused) = (0, BTreeMap::<String, u32>::new());
	for seed in 0..60 {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		on_state(|| {
			disturb(&mut rng, &strangers);
			let room = room();
			let mut claims = Claims::default();
			for _ in 0..60 {
				let to = strangers.choose(&mut rng).expect("there are some");
				let table = TableId::of(to);
				match room.check_all(&[table], &claims) {
					Ok(()) => {
						claims.add(table);
						assert!(send(to), "seed {seed}: there was room");
						sent += 1;
					},
					Err(reason) => *refused.entry(format!("{reason:?}")).or_default() += 1,
				}
			}
		});
	}
	println!("{sent} sent, refused: {refused:?}");
	assert!(sent > 500 && refused.len() == 3 && refused.values().all(|count| *count > 50), "{sent}, {refused:?}");
}

#[test]
fn the_messages_of_payments_have_one_length() {
	on_state(|| {
		let lengths = [account(1, 0), account(1, 1)].map(|to| {
			let before = OutboundLanes::<Test>::get(lane_to(&to)).sent.bytes;
			<Mailbox as RemoteTransfers>::send_debited(&account(0, 0), Home::Zone(0), &to, u128::MAX / 4).unwrap();
			OutboundLanes::<Test>::get(lane_to(&to)).sent.bytes - before
		});
		assert_eq!(lengths, [102; 2]);
	});
}
