//! Payments to other shards of the zone: they leave whole and in order, or not at all.

use super::{
	apply::refused,
	interleaving::{is_valid, start, units},
	*,
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// The tables of the tests' shard: the lower half.
const TABLES: std::ops::RangeInclusive<u8> = 0..=127;

/// Returns accounts of this shard, or of the other.
fn accounts(here: bool) -> impl Iterator<Item = u32> {
	(0..).filter(move |number| TABLES.contains(&TableId::of(&id(*number)).0) == here)
}

fn here(index: usize) -> u32 {
	accounts(true).nth(index).expect("there are enough")
}

fn there(index: usize) -> u32 {
	accounts(false).nth(index).expect("there are enough")
}

/// Returns the context of a shard with the lower half of the tables.
fn with(room: Option<Room>) -> Context {
	Context { tables: TABLES, room: room.map(Arc::new), ..context() }
}

fn room(messages: u32, per_lane: u32) -> Room {
	Room { messages, per_lane, ..Room::default() }
}

fn apply_in(store: &mut Store, units: Vec<Unit>, context: &Context) -> Outcome {
	apply_units(&Batch::new(units).unwrap(), &|_, _| true, store, context)
}

fn sent(outcome: &Outcome) -> Balance {
	outcome.remote.iter().map(|payment| payment.amount).sum()
}

#[test]
fn a_payment_leaves_the_balances_and_is_credited_to_no_one() {
	let mut store = funded([(here(0), 10_000), (here(1), 10_000)]);
	// The amount is below the existential deposit: the other shard knows whether the account exists.
	let operations = vec![pay(there(0), 1), pay(here(1), 2_000), pay(there(1), 3_000)];
	let unit = next(&store, here(0), operations);
	let outcome = apply_in(&mut store, vec![unit.clone()], &with(Some(room(2, 2))));
	assert_eq!(outcome.mark(0), Mark::APPLIED);
	let payment = |dest, amount| RemotePayment { from: id(here(0)), dest: id(dest), amount };
	assert_eq!(outcome.remote, [payment(there(0), 1), payment(there(1), 3_000)]);
	let credits: u32 = outcome.tables.iter().map(|table| table.credits).sum();
	assert_eq!((credits, outcome.dust), (1, 0));
	let account = &store[&id(here(0))];
	assert_eq!((account.data.free, account.nonce, account.data.unit_head), (4_999, 1, unit.hash()));
	assert_eq!((store[&id(here(1))].data.free, store.len()), (12_000, 2));
}

#[test]
fn an_account_can_send_all_and_end() {
	let mut store = funded([(here(0), 10_000), (here(1), 10_000)]);
	let context = with(Some(room(9, 9)));
	let all = next(&store, here(0), vec![Operation::TransferAll { dest: id(there(0)) }]);
	let later = unsigned(here(0), 1, all.hash(), vec![pay(there(0), 1)]);
	let rest = next(&store, here(1), vec![pay(there(0), 9_500)]);
	let outcome = apply_in(&mut store, vec![all.clone(), later, rest], &context);
	assert_eq!((outcome.applied(), sent(&outcome), outcome.dust), (2, 19_500, 500));
	assert!(store.is_empty());
	// Nothing follows in the same unit either.
	let store = funded([(here(0), 10_000)]);
	let unit = next(&store, here(0), vec![pay(there(0), 9_001), pay(there(0), 1)]);
	assert_eq!(refused(&store, unit, &context), Reason::NoAccount);
}

#[test]
fn each_refusal_has_its_reason() {
	let store = funded([(here(0), 10_000)]);
	let of = |operations| next(&store, here(0), operations);
	let one = || of(vec![pay(there(0), 5)]);
	let table = TableId::of(&id(there(0)));
	let lane = |messages, full| {
		let lanes = vec![LaneRoom { table, messages, full }];
		with(Some(Room { lanes, ..room(10, 10) }))
	};
	let open = with(Some(room(10, 10)));
	for (unit, context, reason) in [
		(one(), with(None), Reason::DestinationElsewhere),
		(of(vec![pay(there(0), 0)]), open.clone(), Reason::BelowMinimum),
		(of(vec![pay(there(0), 10_001)]), open.clone(), Reason::Balance),
		(of(vec![Operation::TransferKeepAlive { dest: id(there(0)), amount: 9_001 }]), open, Reason::WouldDie),
		(one(), with(Some(room(10, 0))), Reason::LaneFull),
		(one(), with(Some(room(0, 10))), Reason::OutboxFull),
		(one(), lane(0, Reason::DestinationBusy), Reason::DestinationBusy),
		(one(), lane(0, Reason::OutboxFull), Reason::OutboxFull),
		// The first fits, the second does not: none leaves.
		(of(vec![pay(there(0), 5), pay(there(0), 5)]), lane(1, Reason::LaneFull), Reason::LaneFull),
		(of(vec![pay(there(0), 5), pay(there(1), 5)]), with(Some(room(1, 10))), Reason::OutboxFull),
	] {
		assert_eq!(refused(&store, unit, &context), reason);
	}
	let outcome = apply_in(&mut store.clone(), vec![of(vec![pay(there(0), 5)])], &lane(1, Reason::LaneFull));
	assert_eq!(outcome.applied(), 1);
}

#[test]
fn what_leaves_counts_over_all_accounts_of_a_batch_also_if_refused() {
	let store = funded([(here(0), 10_000), (here(1), 10_000), (here(2), 10_000)]);
	let units = |first: Balance| {
		let amounts = [first, 5, 5];
		(0..3).map(|at| next(&store, here(at), vec![pay(there(0), amounts[at])])).collect::<Vec<_>>()
	};
	let places = |outcome: &Outcome| outcome.refused.clone();
	let outcome = apply_in(&mut store.clone(), units(5), &with(Some(room(9, 2))));
	assert_eq!((places(&outcome), outcome.remote.len()), (vec![(2, Reason::LaneFull)], 2));
	// A refused unit claims the same room, so the marks of others do not depend on its account.
	let order = Batch::new(units(99_999)).unwrap();
	let at = (0u32..).zip(order.units()).find(|(_, unit)| unit.body.account == id(here(0))).unwrap().0;
	let outcome = apply_in(&mut store.clone(), units(99_999), &with(Some(room(9, 2))));
	let mut expected = vec![(at, Reason::Balance)];
	expected.extend((at != 2).then_some((2, Reason::LaneFull)));
	assert_eq!(places(&outcome), expected);
}

#[test]
fn messages_cost_their_compute() {
	let mut store = funded([(here(0), 10_000), (here(1), 10_000)]);
	let share = |messages: u64| Usage { compute: 25_000_000 + 7 * messages, bytes: 1 << 20, state: 1 << 20 };
	let metered = |messages| {
		let rules = QuotaRules { free: share(messages), ..QuotaRules::default() };
		let room = Room { compute_per_message: 7, ..room(9, 9) };
		Context { quota: Some(rules), ..with(Some(room)) }
	};
	let unit = next(&store, here(0), vec![pay(there(0), 5)]);
	assert_eq!(refused(&store, unit.clone(), &metered(0)), Reason::Quota);
	let outcome = apply_in(&mut store, vec![unit], &metered(1));
	assert_eq!((outcome.applied(), outcome.free.compute), (1, share(1).compute));
	let local = next(&store, here(1), vec![pay(here(0), 5)]);
	assert_eq!(apply_in(&mut store, vec![local], &metered(0)).applied(), 1, "a local payment costs no message");
}

proptest! {
	#[test]
	fn any_split_gives_the_same_and_nothing_is_lost(seed: u64, messages in 0..30u32, per_lane in 0..4u32) {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let mut store = start(&mut rng);
		store.accounts.retain(|id, _| TABLES.contains(&TableId::of(id).0));
		let (mut left, total) = (0, issued(&store));
		for _ in 0..6 {
			let full = [Reason::LaneFull, Reason::DestinationBusy][rng.gen_range(0..2)];
			let lanes = (200..=255).map(|table| LaneRoom { table: TableId(table), messages: rng.gen_range(0..3), full });
			let context = with(Some(Room { lanes: lanes.collect(), ..room(messages, per_lane) }));
			let batch = Batch::new(units(&mut rng, &store)).unwrap();
			let mut after = store.clone();
			let outcome = apply_units(&batch, &is_valid, &mut after, &context);
			for parts in [2, 3, 7, 64] {
				let debits = Lanes::of(&batch).split(parts).into_iter();
				let debits = debits.map(|lanes| debit(lanes, &is_valid, &|id| store.account(id), &context));
				let debits: Vec<_> = debits.collect();
				let mut in_parts = store.clone();
				prop_assert_eq!(&settle(debits, &mut in_parts, &context), &outcome);
				prop_assert_eq!(&in_parts, &after);
			}
			let room = context.room.as_ref().unwrap();
			prop_assert!(outcome.remote.len() <= messages as usize);
			for table in 128..=255 {
				let count = outcome.remote.iter().filter(|payment| TableId::of(&payment.dest).0 == table).count();
				let lane = room.lanes.iter().find(|lane| lane.table.0 == table);
				prop_assert!(count <= lane.map_or(per_lane, |lane| lane.messages) as usize);
			}
			// One for each operation of a unit that applied, in their order.
			let applied = (0u32..).zip(batch.units()).filter(|(at, _)| outcome.mark(*at) == Mark::APPLIED);
			let operations = applied.flat_map(|(_, unit)| &unit.body.operations);
			let expected: Vec<_> = operations.filter_map(Operation::dest).filter(|id| context.elsewhere(id).is_some()).collect();
			prop_assert_eq!(outcome.remote.iter().map(|payment| &payment.dest).collect::<Vec<_>>(), expected);
			prop_assert!(outcome.remote.iter().all(|payment| payment.amount > 0));
			left += sent(&outcome) + outcome.dust;
			prop_assert_eq!(issued(&after) + left, total);
			store = after;
		}
	}
}
