//! Units that pay accounts of other shards.

use super::{
	places::{resident, shard},
	ways::{Gone, Left, Work, MESSAGE},
	*,
};
use crate::Error;
use frame_support::{assert_noop, dispatch::GetDispatchInfo};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tp_lattice::{LaneRoom, Mark, Reason, RemotePayment, Room};

const BALANCE: Balance = super::places::BALANCE;

/// Returns the first accounts of a half.
fn residents(index: u16) -> Vec<u32> {
	(0..40).filter(|number| super::places::half(index).contains(tp_core::TableId::of(&id(*number)))).collect()
}

fn balance(account: u32) -> Balance {
	System::account(id(account)).data.free
}

fn room(messages: u32) -> Room {
	Room { messages, per_lane: messages, ..Room::default() }
}

#[test]
fn a_unit_pays_an_account_of_another_shard_and_the_value_is_on_its_way() {
	shard(0).execute_with(|| {
		let (from, here, there) = (resident(0), residents(0)[1], residents(1));
		let issued = Balances::total_issuance();
		Left::set(Some(room(2)));
		open();
		let outcome = apply(vec![next(from, vec![pay(there[0], 1), pay(here, 2_000), pay(there[1], 3_000)])]);
		assert_eq!(outcome.mark(0), Mark::APPLIED);
		assert_eq!(outcome.remote, [], "the record of a block leaves out what its body tells");
		let payment = |dest, amount| RemotePayment { from: id(from), dest: id(dest), amount };
		assert_eq!(Gone::get(), [payment(there[0], 1), payment(there[1], 3_000)]);
		// Checks the sum of balances and lanes.
		close();
		assert_eq!((balance(from), balance(here)), (BALANCE - 5_001, BALANCE + 2_000));
		assert_eq!((balance(there[0]), Balances::total_issuance()), (0, issued));
		assert_eq!(outcome.tables.iter().map(|table| table.credits).sum::<u32>(), 1);
	});
}

#[test]
fn without_room_a_unit_is_marked_by_name_and_nothing_leaves() {
	shard(0).execute_with(|| {
		let (from, there) = (residents(0), resident(1));
		let table = tp_core::TableId::of(&id(there));
		for (room, reason) in [
			(Room { per_lane: 0, ..room(5) }, Reason::LaneFull),
			(Room { messages: 0, ..room(5) }, Reason::OutboxFull),
			(
				Room { lanes: vec![LaneRoom { table, messages: 0, full: Reason::DestinationBusy }], ..room(5) },
				Reason::DestinationBusy,
			),
		] {
			Left::set(Some(room));
			open();
			let outcome = apply(vec![next(from[0], vec![pay(there, 5)]), next(from[1], vec![pay(from[0], 5)])]);
			let marks: Vec<_> = outcome.refused.iter().map(|(_, reason)| *reason).collect();
			assert_eq!((marks, outcome.applied()), (vec![reason], 1));
			close();
		}
		assert_eq!(Gone::get(), []);
	});
}

#[test]
fn a_block_whose_payment_cannot_be_sent_is_invalid() {
	shard(0).execute_with(|| {
		Left::set(Some(room(5)));
		Work::set(false);
		open();
		let batch = Batch::new(vec![next(resident(0), vec![pay(resident(1), 5)])]).unwrap().encode();
		assert_noop!(Lattice::apply(RuntimeOrigin::none(), batch), Error::<Test>::NotSent);
		assert_eq!(balance(resident(0)), BALANCE);
	});
}

#[test]
fn messages_have_their_weight() {
	let mut weights = [0, 1, 2].map(|messages| {
		shard(0).execute_with(|| {
			Left::set(Some(room(5)));
			open();
			let (here, there) = (residents(0), resident(1));
			let operations = (0..2).map(|at| pay(if at < messages { there } else { here[1] }, 2_000)).collect();
			let batch = Batch::new(vec![next(here[0], operations)]).unwrap().encode();
			let most = crate::Call::<Test>::apply { batch: batch.clone() }.get_dispatch_info().call_weight;
			let info = Lattice::apply(RuntimeOrigin::none(), batch).unwrap();
			let weight = info.actual_weight.expect("it is known").ref_time();
			assert!(most.ref_time() >= weight, "{most:?} at most, {weight}");
			weight
		})
	});
	weights.reverse();
	assert_eq!([weights[0] - weights[1], weights[1] - weights[2]], [MESSAGE; 2]);
}

/// Plays random blocks of a shard. Returns the digests, and what left.
fn history(seed: u64) -> (Vec<LatticeDigest>, Vec<RemotePayment>, Vec<u8>) {
	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	let mut ledger = shard(0);
	Gone::set(Vec::new());
	let mut digests = Vec::new();
	let (mut applied, mut full) = (0, 0);
	for _ in 0..20 {
		digests.push(ledger.execute_with(|| {
			let lanes = (128..=255).filter(|_| rng.gen_bool(0.5)).collect::<Vec<u8>>().into_iter();
			let lanes = lanes.map(|table| LaneRoom {
				table: tp_core::TableId(table),
				messages: rng.gen_range(0..3),
				full: Reason::DestinationBusy,
			});
			let lanes = lanes.collect();
			Left::set(Some(Room { lanes, messages: rng.gen_range(0..20), per_lane: 2, compute_per_message: 5 }));
			open();
			let mut units = Vec::new();
			for from in residents(0) {
				if System::account(id(from)).providers == 0 {
					continue;
				}
				let operations = (0..rng.gen_range(1..4)).map(|_| match rng.gen_range(0..9) {
					0 => Operation::TransferAll { dest: id(rng.gen_range(0..40)) },
					_ => pay(rng.gen_range(0..40), rng.gen_range(0..30_000)),
				});
				units.push(next(from, operations.collect()));
			}
			let outcome = apply(units);
			applied += outcome.applied();
			let is_full = |reason| matches!(reason, Reason::LaneFull | Reason::DestinationBusy | Reason::OutboxFull);
			full += outcome.refused.iter().filter(|(_, reason)| is_full(*reason)).count();
			close()
		}));
	}
	assert!(applied > 20 && full > 20 && Gone::get().len() > 10, "{applied} applied, {full} without room");
	(digests, Gone::get(), ledger.execute_with(|| sp_io::storage::root(sp_runtime::StateVersion::V1)))
}

#[test]
fn host_and_runtime_send_the_same() {
	for seed in 0..4 {
		ByHost::set(true);
		let by_host = history(seed);
		ByHost::set(false);
		assert_eq!(history(seed), by_host);
	}
}
