//! Units of a shard that pay accounts of other shards of its zone.

use super::{places::half, *};
use tp_core::{TableId, TableRange};
use tp_lattice::Reason;
use tp_mailbox::{body_key, bounds::LANE_MESSAGES, Class, Destination, Home, Lane, Message, Payload};

/// Returns well-known keys whose accounts live in a half of the zone.
fn keys(index: u16) -> Vec<Sr25519Keyring> {
	let tables = TableRange::of_shard(index, 2).unwrap();
	Sr25519Keyring::well_known().filter(|key| tables.contains(TableId::of(&key.to_account_id()))).collect()
}

fn pay(to: Sr25519Keyring, amount: Balance) -> Operation {
	Operation::Transfer { dest: to.to_account_id(), amount }
}

fn lane_to(to: Sr25519Keyring) -> Lane {
	let source = <Runtime as pallet_committee::Config>::Chain::get();
	Lane { source, destination: Destination::of(Home::Zone(0), &to.to_account_id()), class: Class::User }
}

/// Makes the next block of a shard, with units and extrinsics, and checks the invariants. Returns it with the messages
/// that it sent, as events name them.
fn block(number: BlockNumber, parent: Hash, units: Vec<Unit>, signed: Vec<UncheckedExtrinsic>) -> (Block, Vec<Sent>) {
	Executive::initialize_block(&header(number, parent));
	// The certificate of the parent is not the matter of these tests.
	pallet_committee::ParentProved::<Runtime>::put(true);
	let extrinsics = inherents_at(NOW + u64::from(number) * 1_000, units).into_iter().chain(signed);
	let extrinsics: Vec<_> = extrinsics.collect();
	for extrinsic in &extrinsics {
		assert_ok!(Executive::apply_extrinsic(extrinsic.clone()).unwrap());
	}
	let sent = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Mailbox(pallet_mailbox::Event::Sent { lane, sequence, initiator, value }) => {
			Some(Sent { lane, sequence, initiator, value })
		},
		_ => None,
	});
	let sent = sent.collect();
	let block = Block::new(Executive::finalize_block(), extrinsics);
	try_state().unwrap();
	(block, sent)
}

#[derive(Clone, Debug, PartialEq)]
struct Sent {
	lane: Lane,
	sequence: u64,
	initiator: AccountId,
	value: Balance,
}

fn free(key: Sr25519Keyring) -> Balance {
	Balances::balance(&key.to_account_id())
}

fn marks() -> Vec<Option<Reason>> {
	let outcome = pallet_lattice::LastBlock::<Runtime>::get().unwrap().outcome;
	(0..outcome.units).map(|at| outcome.mark(at).0).collect()
}

#[test]
fn a_unit_pays_an_account_of_another_shard_and_every_node_makes_the_same_block() {
	let (residents, strangers) = (keys(0), keys(1));
	let (made, root) = half(0).execute_with(|| {
		let issued = Balances::total_issuance();
		let before = [0, 1].map(|at| free(residents[at]));
		let first =
			next_unit(residents[0], vec![pay(strangers[0], 1), pay(residents[1], TOP), pay(strangers[1], 2 * TOP)]);
		let second = next_unit(residents[1], vec![pay(strangers[0], 3 * TOP)]);
		let to = strangers[0].to_account_id();
		let call = pallet_mailbox::Call::<Runtime>::transfer { home: Home::Zone(0), to, value: 4 * TOP };
		let nonce = System::account_nonce(residents[1].to_account_id()) + 1;
		let extrinsic = signed(call.into(), residents[1], nonce);
		let (block, sent) = block(1, System::block_hash(0), vec![first.clone(), second.clone()], vec![extrinsic]);
		assert_eq!(marks(), [None, None]);
		assert_eq!(Balances::total_issuance(), issued, "it is issued until the other shard has taken it");
		assert_eq!(pallet_mailbox::InLanes::<Runtime>::get(), 9 * TOP + 1);
		assert_eq!(free(residents[0]), before[0] - 3 * TOP - 1);
		assert_eq!(free(residents[1]), before[1] + TOP - 7 * TOP);

		// In the order of the batch: the k-th message is that of the k-th operation to another shard.
		let batch = Batch::new(vec![first, second]).unwrap();
		let operations = batch.units().iter().flat_map(|unit| {
			unit.body.operations.iter().map(|operation| (unit.body.account.clone(), operation.clone()))
		});
		let remote = operations.filter_map(|(from, operation)| match operation {
			Operation::Transfer { dest, amount } => (!Lattice::is_resident(&dest)).then_some((from, dest, amount)),
			_ => None,
		});
		let mut expected: Vec<_> = remote.collect();
		expected.push((residents[1].to_account_id(), strangers[0].to_account_id(), 4 * TOP));
		assert_eq!(sent.len(), expected.len());
		let mut sequences = std::collections::BTreeMap::new();
		for (sent, (from, to, value)) in sent.iter().zip(&expected) {
			let destination = Destination::of(Home::Zone(0), to);
			assert_eq!((sent.lane.destination, &sent.initiator, sent.value), (destination, from, *value));
			let next: &mut u64 = sequences.entry(destination).or_default();
			assert_eq!(sent.sequence, *next);
			*next += 1;
		}
		// The header commits to them.
		let outbox = Mailbox::outbox();
		assert_eq!(outbox.iter().map(|claim| claim.count).sum::<u64>(), 4);
		let commitments = tp_mailbox::Commitments::find(block.header().digest()).unwrap();
		assert_eq!(commitments.outbox, tp_mailbox::root_of(outbox));
		(block, sp_io::storage::root(sp_runtime::StateVersion::V0))
	});
	let mut replica = half(0);
	replica.execute_with(|| {
		Executive::execute_block(made.into());
		assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V0), root);
		try_state().unwrap();
	});
	replica.persist_offchain_overlay();
	let body = replica.offchain_db().get(&body_key(&half(0).execute_with(|| lane_to(strangers[1])), 0));
	let message = Message::decode(&mut &body.expect("nodes have the body of the message")[..]).unwrap();
	assert_eq!(Payload::decode(&mut &message.payload[..]), Ok(Payload::Pay(strangers[1].to_account_id())));
	assert_eq!(message.value, 2 * TOP);
}

#[test]
fn units_fill_a_lane_and_the_next_is_marked_by_name() {
	let (residents, strangers) = (keys(0), keys(1));
	half(0).execute_with(|| {
		let issued = Balances::total_issuance();
		let mut parent = System::block_hash(0);
		let room = Lattice::room().expect("the zone has another shard");
		assert_eq!((u64::from(room.per_lane), room.lanes), (LANE_MESSAGES, vec![]));
		// 64 units with 16 payments each fill the lane. 96 are sent, of two accounts.
		let mut number = 0;
		let mut applied = 0;
		for round in 0..12 {
			let units: Vec<Unit> = (0..2).flat_map(|at| chain(residents[at], strangers[0], 4)).collect();
			number = round + 1;
			let (block, _) = block(number, parent, units, vec![]);
			parent = block.header().hash();
			applied += marks().iter().filter(|mark| mark.is_none()).count();
			// What follows a unit without room is not the account's next.
			let wrong = |mark: &Option<Reason>| !matches!(mark, None | Some(Reason::LaneFull | Reason::Height));
			assert!(!marks().iter().any(wrong), "{:?}", marks());
		}
		assert_eq!(applied, 64);
		let room = Lattice::room().unwrap().lanes;
		assert_eq!(room.iter().map(|lane| (lane.messages, lane.full)).collect::<Vec<_>>(), [(0, Reason::LaneFull)]);
		let lane = pallet_mailbox::OutboundLanes::<Runtime>::get(lane_to(strangers[0]));
		assert_eq!((lane.sent.messages, lane.sent.value), (LANE_MESSAGES, 1_024 * TOP));
		assert_eq!(Balances::total_issuance(), issued);
		// Other lanes have room still.
		let other = strangers.iter().find(|key| lane_to(**key) != lane_to(strangers[0])).unwrap();
		let (_, sent) = block(number + 1, parent, vec![next_unit(residents[0], vec![pay(*other, TOP)])], vec![]);
		assert_eq!((marks(), sent.len()), (vec![None], 1));
	});
}

/// Returns units of an account, each on the one before, with 16 payments of 1 TOP to a stranger.
fn chain(from: Sr25519Keyring, to: Sr25519Keyring, count: u32) -> Vec<Unit> {
	let mut units: Vec<Unit> = Vec::new();
	for _ in 0..count {
		let mut unit = next_unit(from, vec![pay(to, TOP); 16]);
		if let Some(before) = units.last() {
			unit.body.height = before.body.height + 1;
			unit.body.parent = before.body.hash();
			unit.signature = from.sign(&unit.body.signing_payload(&Domain::new(&NO_MAIN_CHAIN, 0))).into();
		}
		units.push(unit);
	}
	units
}

#[test]
fn a_loaded_shard_is_paid_less_and_what_waits_is_refused_by_name() {
	use tp_mailbox::{KnownLevel, Levels};
	let (residents, strangers) = (keys(0), keys(1));
	half(0).execute_with(|| {
		let levels = Levels { inbox: 100, outbox: 0, turn: None };
		let known = KnownLevel { chain: ChainTag::Shard { zone: 0, incarnation: 1 }, height: 1, levels };
		let destination = lane_to(strangers[0]).destination;
		let tables = TableRange { first: destination.table(), last: destination.table() };
		assert!(pallet_mailbox::Levels::<Runtime>::mutate(destination.home(), |levels| levels.note(tables, known)));
		// The one whose acknowledgement brings the next level.
		let first = next_unit(residents[0], vec![pay(strangers[0], TOP)]);
		let (made, sent) = block(1, System::block_hash(0), vec![first], vec![]);
		assert_eq!((marks(), sent.len()), (vec![None], 1));
		let before = free(residents[0]);
		let unit = next_unit(residents[0], vec![pay(strangers[0], TOP)]);
		let (made, sent) = block(2, made.header().hash(), vec![unit.clone()], vec![]);
		assert_eq!((marks(), sent), (vec![Some(Reason::DestinationBusy)], vec![]));
		assert_eq!(free(residents[0]), before);
		// The same unit applies once the load is gone.
		pallet_mailbox::Levels::<Runtime>::remove(destination.home());
		let (_, sent) = block(3, made.header().hash(), vec![unit], vec![]);
		assert_eq!((marks(), sent.len()), (vec![None], 1));
	});
}

#[test]
fn the_only_shard_of_a_zone_has_no_ways_to_others() {
	ledger(SHARD_LOCAL).execute_with(|| assert_eq!(Lattice::room(), None));
}
