//! The inherent: once a block, by the author, who leaves out what a block cannot take.

use super::ledgers::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, inherent::ProvideInherent, traits::Hooks};
use sp_inherents::InherentData;
use sp_runtime::{traits::Dispatchable, DispatchError::BadOrigin};
use tp_beacon::Update;
use tp_mailbox::{Commitments, Home, Relayed};

/// Returns a network in which a relay waits for the second shard.
fn with_relay() -> (Network, Relayed) {
	let mut network = Network::new();
	network.round(|at| {
		if at == 0 {
			let from = RuntimeOrigin::signed(account(0, 0));
			assert_ok!(Mailbox::transfer(from, Home::Zone(0), account(1, 0), 50));
		}
	});
	let relayed = network.relayed(1).unwrap();
	(network, relayed)
}

#[test]
fn it_has_no_signer_and_occurs_once_a_block() {
	let (mut network, relayed) = with_relay();
	let header = network.header_for(1);
	network.ledgers[1].block(|| {
		take_header(header);
		let call = || vec![relayed.clone()];
		assert_noop!(Mailbox::relay(RuntimeOrigin::signed(account(1, 0)), call()), BadOrigin);
		assert_noop!(Mailbox::relay(RuntimeOrigin::root(), call()), BadOrigin);
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), vec![]), Error::<Test>::EmptyRelay);
		assert_ok!(Mailbox::relay(RuntimeOrigin::none(), call()));
		assert_noop!(Mailbox::relay(RuntimeOrigin::none(), call()), Error::<Test>::RelayedBefore);
	});
}

#[test]
fn an_author_sees_the_headers_of_its_own_block_and_leaves_out_what_cannot_be_taken() {
	let (mut network, relayed) = with_relay();
	let header = network.header_for(1).unwrap();
	network.ledgers[1].block(|| {
		let mut data = InherentData::new();
		assert_eq!(Mailbox::create_inherent(&data), None);
		let update = Update { headers: vec![header], ..Update::default() };
		data.put_data(tp_beacon::INHERENT_IDENTIFIER, &update).unwrap();
		let mut forged = relayed.clone();
		forged.packets[0].messages[0].value += 1;
		let foreign = Relayed { height: 77, ..relayed.clone() };
		let brought = vec![foreign, forged, relayed.clone(), relayed.clone()];
		data.put_data(tp_mailbox::INHERENT_IDENTIFIER, &brought).unwrap();
		let calls = frame_support::storage::with_transaction(|| {
			let calls = (Beacon::create_inherent(&data), Mailbox::create_inherent(&data));
			sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(calls))
		});
		let (Some(update), Some(relay)) = calls.unwrap() else { panic!("there is news") };
		assert_eq!(relay, Call::relay { relayed: vec![relayed] });
		assert!(Mailbox::is_inherent(&relay));
		assert!(!Mailbox::is_inherent(&Call::claim { account: account(1, 0) }));
		assert!(Mailbox::check_inherent(&relay, &data).is_ok());
		assert_ok!(RuntimeCall::Beacon(update).dispatch(RuntimeOrigin::none()));
		assert_ok!(RuntimeCall::Mailbox(relay).dispatch(RuntimeOrigin::none()));

		let mut broken = InherentData::new();
		broken.put_data(tp_mailbox::INHERENT_IDENTIFIER, &1u8).unwrap();
		assert_eq!(Mailbox::create_inherent(&broken), None);
	});
	assert_eq!(network.ledgers[1].balance(&account(1, 0)), ENDOWMENT + 50);
}

#[test]
fn an_author_prefers_the_packet_that_goes_farther() {
	let (mut network, shorter) = with_relay();
	let header = network.header_for(1);
	network.ledgers[1].block(|| take_header(header));
	network.ledgers[0].block(|| {
		let from = RuntimeOrigin::signed(account(0, 0));
		assert_ok!(Mailbox::transfer(from, Home::Zone(0), account(1, 0), 60));
	});
	network.zone_block();
	let longer = network.relayed(1).unwrap();
	let header = network.header_for(1);
	network.ledgers[1].block(|| {
		take_header(header);
		for order in [[&shorter, &longer], [&longer, &shorter]] {
			let chosen = Mailbox::choose(order.into_iter().cloned().collect());
			assert_eq!(chosen, vec![longer.clone()]);
		}
	});
}

#[test]
fn a_header_commits_to_what_its_block_changed() {
	let (mut network, _) = with_relay();
	let of = |node: &Node| Commitments::find(&node.newest.as_ref().unwrap().signed.header.digest).unwrap();
	for _ in 0..4 {
		network.rounds(1);
		for node in &network.ledgers {
			let Commitments { outbox, inbox, heads, .. } = of(node);
			assert_eq!((outbox, inbox), (node.outbox.root(), node.inbox.root()));
			// The main chain includes the head of the zone, a shard none.
			assert_eq!(heads.is_zero(), node.ledger.tables.is_some());
		}
		let heads = network.anchor.as_ref().unwrap().1.root();
		assert_eq!(of(&network.zone).heads, heads);
	}
}

#[test]
fn weights_grow_with_what_is_relayed_and_with_lanes() {
	use crate::weights::SubstrateWeight;
	let (mut network, relayed) = with_relay();
	let size = RelayedSize::of(std::slice::from_ref(&relayed), u64::MAX);
	let least = tp_mailbox::bounds::MIN_MESSAGE_WEIGHT;
	let expected = RelayedSize { packets: 1, messages: 1, deliveries: least, acknowledgements: 0 };
	assert_eq!(size, expected);
	assert_eq!(RelayedSize::of(&[relayed], 7).deliveries, 7);
	type Weights = SubstrateWeight<Test>;
	assert!(Weights::relay(size).any_gt(Weights::relay(RelayedSize::default())));
	assert!(Weights::block(3, 2).all_gte(Weights::block(0, 0)));
	let begun = network.ledgers[0].on(|| Mailbox::on_initialize(9));
	assert_eq!(begun, Weights::block(1, 0));
}
