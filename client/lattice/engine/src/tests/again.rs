//! A unit that left the pool and is sent again is a new one: it is announced, gossiped and proposed.

use super::chain::{id, lane, lane_on, next_batch, pay, Lane, MemoryChain, HEAD};
use crate::state::Item;
use std::time::Duration;
use tc_lattice_pool::{DropReason, Limits, Status};
use tp_lattice::{Batch, QuotaRules, Reason, Unit, Usage};

/// Time after that of the chain, in milliseconds since 1970.
const LATER: u64 = 1_900_000_000_000;

/// Submits a unit and returns its status.
async fn submit(lane: &Lane, unit: &Unit) -> Status {
	lane.units.submit(vec![unit.clone()]).await.unwrap()[0].1
}

/// Returns the units that went to gossip since the last call.
fn sent(lane: &mut Lane) -> Vec<Unit> {
	let mut sent = Vec::new();
	while let Ok(item) = lane.outgoing.try_recv() {
		if let Item::Unit { unit, .. } = item.0 {
			sent.push(unit.unit.clone());
		}
	}
	sent
}

/// Checks that a unit with a remembered end is taken as a new one.
async fn check_new(lane: &mut Lane, unit: &Unit, end: Status, status: Status) {
	assert_eq!(lane.units.status(&unit.hash()), Some(end), "the end to begin with");
	sent(lane);
	let mut watch = lane.units.watch(1, vec![unit.hash()]).unwrap();
	assert_eq!(submit(lane, unit).await, status);
	let told = tokio::time::timeout(Duration::from_secs(1), watch.next()).await;
	assert_eq!(told, Ok(Ok(Some((unit.hash(), status)))), "it is announced after {end:?}");
	assert_eq!(sent(lane), std::slice::from_ref(unit), "it is gossiped after {end:?}");
	// A unit in the pool is not new.
	assert_eq!(submit(lane, unit).await, status);
	assert_eq!(sent(lane), []);
}

/// Makes the next block and checks that it has the unit.
fn check_proposed(lane: &Lane, unit: &Unit) {
	let batch = next_batch(lane, &lane.units.contents());
	assert!(batch.units().contains(unit), "it is proposed");
	lane.chain.import(&lane.units, &lane.archive, &batch);
	assert!(matches!(lane.units.status(&unit.hash()), Some(Status::Final { .. })));
}

#[tokio::test]
async fn a_unit_that_timed_out_is_new_when_it_is_sent_again() {
	let mut lane = lane_on(MemoryChain::new(3, 1_000_000), Limits { future_timeout_ms: 0, ..Limits::default() });
	let first = pay(1, 0, HEAD, 2, 100);
	let second = pay(1, 1, first.hash(), 2, 100);
	let timed_out = Status::Dropped(DropReason::TimedOut);
	assert_eq!(submit(&lane, &second).await, Status::Future);
	lane.units.state().prune(LATER);
	check_new(&mut lane, &second, timed_out, Status::Future).await;
	lane.units.state().prune(LATER);
	assert_eq!(submit(&lane, &first).await, Status::Ready);
	check_new(&mut lane, &second, timed_out, Status::Ready).await;
	check_proposed(&lane, &second);
}

#[tokio::test]
async fn a_unit_that_was_replaced_is_new_when_it_is_sent_again() {
	let mut lane = lane_on(MemoryChain::new(3, 1_000_000), Limits { max_units: 1, ..Limits::default() });
	let first = pay(1, 0, HEAD, 2, 100);
	let future = pay(2, 1, first.hash(), 0, 100);
	assert_eq!(submit(&lane, &future).await, Status::Future);
	assert_eq!(submit(&lane, &first).await, Status::Ready, "a ready unit has the better claim");
	let replaced = Status::Dropped(DropReason::Replaced);
	assert_eq!(lane.units.status(&future.hash()), Some(replaced));
	check_proposed(&lane, &first);
	check_new(&mut lane, &future, replaced, Status::Future).await;
}

#[tokio::test]
async fn a_unit_over_its_quota_is_new_when_it_is_sent_again() {
	let chain = MemoryChain::new(3, 1_000_000);
	let share = |units: u64| Usage { compute: 100_000_000 * units, bytes: 1_000 * units, state: 1_000 * units };
	let rules = |units: u64| QuotaRules {
		free: share(units),
		per_stake_unit: share(1),
		stake_unit: 1_000,
		full_balance: 0,
		lent_percent: 100,
		block_free: Usage::MAX,
	};
	*chain.quota.lock() = Some(rules(2));
	let mut lane = lane_on(chain, Limits::default());
	let first = pay(1, 0, HEAD, 2, 100);
	let second = pay(1, 1, first.hash(), 2, 100);
	assert_eq!(submit(&lane, &first).await, Status::Ready);
	assert_eq!(submit(&lane, &second).await, Status::Ready);
	// The shares shrink, and grow again.
	*lane.chain.quota.lock() = Some(rules(1));
	lane.chain.import(&lane.units, &lane.archive, &Batch::default());
	let end = lane.units.status(&second.hash()).unwrap();
	assert!(matches!(end, Status::Invalid(Reason::Quota, Some(_))), "{end:?}");
	*lane.chain.quota.lock() = Some(rules(2));
	lane.chain.import(&lane.units, &lane.archive, &Batch::default());
	check_new(&mut lane, &second, end, Status::Ready).await;
	check_proposed(&lane, &second);
}

#[tokio::test]
async fn a_unit_that_lost_its_balance_is_new_when_it_is_sent_again() {
	let mut lane = lane();
	let unit = pay(1, 0, HEAD, 2, 500_000);
	assert_eq!(submit(&lane, &unit).await, Status::Ready);
	let with = |lane: &Lane, free| {
		let change = move |store: &mut super::chain::Store| store.get_mut(&id(1)).unwrap().data.free = free;
		lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), change);
	};
	with(&lane, 1_000);
	let end = Status::Invalid(Reason::Balance, None);
	assert_eq!(lane.units.status(&unit.hash()), Some(end));
	with(&lane, 1_000_000);
	check_new(&mut lane, &unit, end, Status::Ready).await;
	check_proposed(&lane, &unit);
}

#[tokio::test]
async fn a_unit_whose_account_is_gone_is_new_when_it_is_sent_again() {
	let mut lane = lane();
	let unit = pay(1, 0, HEAD, 2, 500);
	assert_eq!(submit(&lane, &unit).await, Status::Ready);
	let account = lane.units.account(&id(1)).unwrap().account.unwrap();
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.remove(&id(1));
	});
	let end = Status::Invalid(Reason::NoAccount, None);
	assert_eq!(lane.units.status(&unit.hash()), Some(end));
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.insert(id(1), account);
	});
	check_new(&mut lane, &unit, end, Status::Ready).await;
	check_proposed(&lane, &unit);
}

#[tokio::test]
async fn a_unit_that_was_demoted_from_a_full_lane_is_new_when_it_is_sent_again() {
	let limits = Limits { max_future_per_account: 1, ..Limits::default() };
	let mut lane = lane_on(MemoryChain::new(3, 1_000_000), limits);
	let first = pay(1, 0, HEAD, 2, 900_000);
	let second = pay(1, 1, first.hash(), 2, 10);
	let third = pay(1, 2, second.hash(), 2, 10);
	for unit in [&first, &second, &third] {
		assert_eq!(submit(&lane, unit).await, Status::Ready);
	}
	// The first loses its balance, so the others wait, and there is room for one.
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.get_mut(&id(1)).unwrap().data.free = 1_000;
	});
	let full = Status::Dropped(DropReason::AccountFull);
	assert_eq!(lane.units.status(&second.hash()), Some(Status::Future));
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.get_mut(&id(1)).unwrap().data.free = 1_000_000;
	});
	assert_eq!(submit(&lane, &first).await, Status::Ready);
	check_new(&mut lane, &third, full, Status::Ready).await;
	check_proposed(&lane, &third);
}

#[tokio::test]
async fn an_end_that_sending_again_cannot_change_is_told_and_not_sent() {
	let mut lane = lane();
	let unit = pay(1, 0, HEAD, 2, 100);
	let other = pay(1, 0, HEAD, 3, 100);
	assert_eq!(submit(&lane, &unit).await, Status::Ready);
	lane.chain.import(&lane.units, &lane.archive, &Batch::new(vec![other.clone()]).unwrap());
	sent(&mut lane);
	assert_eq!(submit(&lane, &unit).await, Status::Usurped);
	assert!(matches!(submit(&lane, &other).await, Status::Final { .. }));
	assert_eq!(sent(&mut lane), []);
}
