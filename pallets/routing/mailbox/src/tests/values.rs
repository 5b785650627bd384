//! Values between ledgers with real certificates: credited once, or returned, and conserved after every block.

use super::{ledgers::*, orders::Order};
use crate::{mock::*, *};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use tp_core::{AccountId, Balance};
use tp_mailbox::{
	bounds::{MAX_MESSAGE_WEIGHT, MIN_MESSAGE_WEIGHT, OUTBOX_BOUNCES},
	Bounce, Class, Destination, Draft, Home, Reason, RemoteTransfers,
};

/// Asks a shard to pay an account.
fn pay(from: &AccountId, to: &AccountId, value: Balance) {
	assert_ok!(Mailbox::transfer(RuntimeOrigin::signed(from.clone()), Home::Zone(0), to.clone(), value));
}

/// An account of the first shard pays in the next block.
fn first_pays(network: &mut Network, from: &AccountId, to: &AccountId, value: Balance) {
	network.round(|at| {
		if at == 0 {
			pay(from, to, value)
		}
	});
}

#[test]
fn a_payment_arrives_once_and_is_confirmed() {
	let mut network = Network::new();
	let (from, to) = (account(0, 0), account(1, 0));
	first_pays(&mut network, &from, &to, 500);
	assert_eq!(network.ledgers[0].balance(&from), ENDOWMENT - 500);
	let [source, destination, _] = &mut network.ledgers[..] else { panic!("there are three") };
	assert_eq!((source.on(InLanes::<Test>::get), destination.on(InLanes::<Test>::get)), (500, 0));
	assert_eq!(source.on(Balances::total_issuance), 5 * ENDOWMENT, "what is in a lane is issued");
	network.rounds(1);
	let destination = &mut network.ledgers[1];
	assert_eq!(destination.balance(&to), ENDOWMENT + 500);
	assert!(destination.has(|event| matches!(event, Event::Delivered { sequence: 0, .. })));
	network.rounds(1);
	let source = &mut network.ledgers[0];
	let is_confirmed = |event: &Event<Test>| matches!(event, Event::Confirmed { first: 0, end: 1, value: 500, .. });
	assert!(source.has(is_confirmed));
	assert_eq!((source.on(InLanes::<Test>::get), source.on(Balances::total_issuance)), (0, 5 * ENDOWMENT - 500));
	network.rounds(3);
	assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 500);
}

#[test]
fn many_payments_in_both_directions_conserve_the_total() {
	let mut network = Network::new();
	for round in 0..20u128 {
		network.round(|at| {
			if at == 2 {
				return;
			}
			let (here, there) = (u32::try_from(at).unwrap(), 1 - u32::try_from(at).unwrap());
			for number in 0..5 {
				// Some receivers are new.
				let to = account(there, number + usize::from(number == 4) * 30);
				pay(&account(here, number), &to, 7 + round);
			}
		});
	}
	network.rounds(6);
	for node in &mut network.ledgers {
		assert_eq!(node.on(InLanes::<Test>::get), 0);
		assert!(node.outbox.all().is_empty());
	}
	assert!(network.ledgers[0].balance(&account(0, 34)) > 0);
}

#[test]
fn what_cannot_create_an_account_bounces_with_its_value() {
	let mut network = Network::new();
	let (from, to) = (account(0, 0), account(1, 50));
	network.round(|at| {
		if at == 0 {
			pay(&from, &to, LEAST - 1)
		}
	});
	network.rounds(1);
	let reason = Reason::NoAccount;
	assert!(network.ledgers[1].has(|event| matches!(event, Event::Bounced { reason: Reason::NoAccount, .. })));
	assert_eq!(network.ledgers[1].on(InLanes::<Test>::get), LEAST - 1, "a bounce is a value in a lane");
	assert_eq!(network.ledgers[1].balance(&to), 0);
	network.rounds(1);
	let source = &mut network.ledgers[0];
	assert_eq!(source.balance(&from), ENDOWMENT);
	let returned = |event: &Event<Test>| match event {
		Event::Returned { account, value, bounce: Some(Bounce { sequence: 0, reason: why, lane }), credited } => {
			*account == from && *value == LEAST - 1 && *why == reason && *credited && lane.class == Class::User
		},
		_ => false,
	};
	assert!(source.has(returned));
	network.rounds(4);
	assert!(network.ledgers.iter().all(|node| node.outbox.all().is_empty()), "all is acknowledged");
}

#[test]
fn what_returns_to_an_account_that_ended_is_kept_until_it_exists_again() {
	let mut network = Network::new();
	let (rich, from, to) = (account(0, 0), account(0, 60), account(1, 70));
	// What is left of the sender's account.
	network.issued -= 1;
	network.round(|at| {
		if at == 0 {
			let owner = RuntimeOrigin::signed(rich.clone());
			assert_ok!(Balances::transfer_allow_death(owner, from.clone(), LEAST));
			// It sends what is too small, and ends, for what is left is too small as well.
			pay(&from, &to, LEAST - 1);
		}
	});
	network.rounds(2);
	let source = &mut network.ledgers[0];
	assert!(source.has(|event| matches!(event, Event::Returned { credited: false, .. })));
	assert_eq!(source.on(|| Kept::<Test>::get(&from)), LEAST - 1);
	network.round(|at| {
		if at == 0 {
			let anyone = RuntimeOrigin::signed(rich.clone());
			assert_noop!(Mailbox::claim(anyone.clone(), from.clone()), Error::<Test>::CannotCredit);
			assert_noop!(Mailbox::claim(anyone.clone(), rich.clone()), Error::<Test>::NothingKept);
			assert_ok!(Balances::transfer_allow_death(anyone.clone(), from.clone(), LEAST));
			assert_ok!(Mailbox::claim(anyone, from.clone()));
		}
	});
	assert_eq!(network.ledgers[0].balance(&from), 2 * LEAST - 1);
	assert!(network.ledgers[0].has(|event| matches!(event, Event::Claimed { value: 9, .. })));
	assert_eq!(network.ledgers[0].on(|| Kept::<Test>::iter().count()), 0);
}

#[test]
fn values_go_to_the_main_chain_and_back() {
	let mut network = Network::new();
	let (on_shard, on_main, absent) = (account(0, 0), account(2, 3), account(2, 90));
	network.round(|at| {
		let pay = |from: &AccountId, home, to: &AccountId, value| {
			assert_ok!(Mailbox::transfer(RuntimeOrigin::signed(from.clone()), home, to.clone(), value));
		};
		match at {
			0 => {
				pay(&on_shard, Home::Main, &on_main, 700);
				pay(&on_shard, Home::Main, &absent, LEAST - 1);
			},
			2 => pay(&on_main, Home::Zone(0), &on_shard, 300),
			_ => {},
		}
	});
	network.rounds(1);
	assert_eq!(network.ledgers[2].balance(&on_main), ENDOWMENT + 700 - 300);
	network.rounds(4);
	assert_eq!(network.ledgers[0].balance(&on_shard), ENDOWMENT - 700 + 300);
	assert_eq!(network.ledgers[2].balance(&absent), 0);
	assert!(network.ledgers.iter().all(|node| node.outbox.all().is_empty()), "all is acknowledged");
}

/// Sends a message to an account's table, as another pallet of the ledger does.
fn send(from: &AccountId, to: &AccountId, value: Balance, payload: Vec<u8>, budget: u64) {
	send_heavy(from, Destination::of(Home::Zone(0), to), (value, payload), [MIN_MESSAGE_WEIGHT, budget]);
}

fn send_heavy(
	from: &AccountId,
	destination: Destination,
	(value, payload): (Balance, Vec<u8>),
	[weight, budget]: [u64; 2],
) {
	let draft = Draft { destination, value, payload, weight, budget };
	let credit = Mailbox::withdraw(from, value).unwrap();
	let (sent, message) = Mailbox::mailbox(|mailbox| mailbox.send(from, draft)).unwrap();
	Mailbox::note_sent(&sent, &message);
	Mailbox::hold(credit);
}

#[test]
fn orders_share_the_value_of_their_message_or_bounce_whole() {
	let mut network = Network::new();
	let (from, to, back) = (account(0, 0), account(1, 0), account(0, 1));
	let draft = |value| Draft {
		destination: Destination::of(Home::Zone(0), &back),
		value,
		payload: tp_mailbox::Payload::Pay(back.clone()).encode(),
		weight: MIN_MESSAGE_WEIGHT,
		budget: 0,
	};
	let order = |credited, child| Order::Forward(to.clone(), credited, vec![draft(child)]).encode();
	network.round(|at| {
		if at == 0 {
			send(&from, &to, 100, order(70, 30), MIN_MESSAGE_WEIGHT);
			// It credits more than it brought.
			send(&from, &to, 100, order(80, 30), MIN_MESSAGE_WEIGHT);
			// Its budget does not allow the message that follows.
			send(&from, &to, 100, order(70, 30), 0);
			send(&from, &to, 100, vec![9, 9], 0);
		}
	});
	network.rounds(1);
	let bounces = |node: &Node| -> Vec<Reason> {
		let reason = |event: &Event<Test>| match event {
			Event::Bounced { reason, .. } => Some(*reason),
			_ => None,
		};
		node.events.iter().filter_map(reason).collect()
	};
	assert_eq!(bounces(&network.ledgers[1]), [Reason::Failed, Reason::CannotSend, Reason::Unreadable]);
	assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 70);
	network.rounds(4);
	assert_eq!(network.ledgers[0].balance(&back), ENDOWMENT + 30);
	assert_eq!(network.ledgers[0].balance(&from), ENDOWMENT - 100);
}

#[test]
fn a_payment_to_an_account_of_another_table_bounces() {
	let mut network = Network::new();
	let (from, to, other) = (account(0, 0), account(1, 0), account(1, 1));
	let payload = tp_mailbox::Payload::Pay(other.clone()).encode();
	network.round(|at| {
		if at == 0 {
			send(&from, &to, 100, payload.clone(), 0)
		}
	});
	network.rounds(2);
	assert_eq!(network.ledgers[1].balance(&other), ENDOWMENT);
	assert_eq!(network.ledgers[0].balance(&from), ENDOWMENT);
}

#[test]
fn a_value_that_its_caller_debited_stays_issued() {
	let mut network = Network::new();
	let (from, to) = (account(0, 0), account(1, 0));
	network.round(|at| {
		if at == 0 {
			use frame_support::traits::{fungible::Unbalanced, tokens::*};
			let (exact, may_end) = (Precision::Exact, Preservation::Expendable);
			assert_ok!(Balances::decrease_balance(&from, 40, exact, may_end, Fortitude::Polite));
			assert!(<Mailbox as RemoteTransfers>::is_remote(Home::Zone(0), &to));
			assert_ok!(<Mailbox as RemoteTransfers>::send_debited(&from, Home::Zone(0), &to, 40));
		}
	});
	network.rounds(2);
	assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 40);
}

#[test]
fn messages_beyond_the_weight_of_a_block_wait_in_their_order() {
	let mut network = Network::new();
	let (from, to) = (account(0, 0), account(1, 0));
	let payload = tp_mailbox::Payload::Pay(to.clone()).encode();
	let destination = Destination::of(Home::Zone(0), &to);
	network.round(|at| {
		if at == 0 {
			for _ in 0..100 {
				send_heavy(&from, destination, (2, payload.clone()), [MAX_MESSAGE_WEIGHT, 0]);
			}
		}
	});
	for taken in [40, 80, 100] {
		network.rounds(1);
		assert_eq!(network.ledgers[1].balance(&to), ENDOWMENT + 2 * taken);
	}
}

#[test]
fn a_message_waits_for_room_for_its_bounce() {
	let mut network = Network::new();
	// It has less than an account needs.
	first_pays(&mut network, &account(0, 0), &account(1, 50), 1);
	let (header, relayed) = (network.header_for(1), network.relayed(1).unwrap());
	let lane = relayed.packets[0].claim.lane;
	let node = &mut network.ledgers[1];
	node.block(|| {
		take_header(header);
		OutboxSums::<Test>::mutate(|sums| sums.bounces = OUTBOX_BOUNCES);
		assert_ok!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed.clone()]));
		assert!(pallet_testkit::has_event::<Test>(Event::Waits { lane, sequence: 0 }));
		OutboxSums::<Test>::mutate(|sums| sums.bounces = 0);
	});
	assert_eq!((node.cursor(&lane), node.on(Waiting::<Test>::get)), (0, 1));
	node.take(vec![relayed]);
	assert_eq!((node.cursor(&lane), node.on(Waiting::<Test>::get)), (1, 0));
}
