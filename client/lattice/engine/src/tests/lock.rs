//! The pool's lock: no thread reads the database behind it.

use super::chain::{id, lane, lane_on, pay, MemoryChain, HEAD};
use std::sync::{
	atomic::{AtomicUsize, Ordering},
	Arc,
};
use tc_lattice_pool::{DropReason, Limits, Status};
use tp_lattice::{Batch, Unit};

#[tokio::test]
async fn accounts_are_read_before_the_pool_is_locked() {
	let lane = lane();
	let (reads, locked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
	let on_read = {
		let (units, reads, locked) = (lane.units.clone(), reads.clone(), locked.clone());
		move || {
			reads.fetch_add(1, Ordering::Relaxed);
			locked.fetch_add(usize::from(units.state().is_locked()), Ordering::Relaxed);
		}
	};
	*lane.chain.on_read.lock() = Some(Arc::new(on_read));
	// Payments below the deposit of 10 read their destination.
	let mut parent = HEAD;
	let mut units = Vec::new();
	for height in 0..60u8 {
		let unit = pay(1, height.into(), parent, 2 + height % 10, 5);
		parent = unit.hash();
		units.push(unit);
	}
	let (early, late): (Vec<Unit>, Vec<Unit>) = units.iter().cloned().partition(|unit| unit.body.height >= 30);
	lane.units.submit(early).await.unwrap();
	// The early units become ready with the last of these.
	for unit in late {
		assert_eq!(lane.units.submit(vec![unit]).await.unwrap()[0].1, Status::Ready);
	}
	assert_eq!(lane.units.stats().ready, 60);
	// The account is not as expected after this block, so its units are validated again.
	let before = reads.load(Ordering::Relaxed);
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.get_mut(&id(1)).unwrap().data.free += 1;
	});
	assert_eq!((reads.load(Ordering::Relaxed) - before, lane.units.stats().ready), (10, 60));
	for number in 0..20 {
		lane.units.account(&id(number)).unwrap();
	}
	assert!(reads.load(Ordering::Relaxed) > 20, "{reads:?}");
	assert_eq!(locked.load(Ordering::Relaxed), 0, "reads behind the lock, of {reads:?}");
	*lane.chain.on_read.lock() = None;
}

#[tokio::test]
async fn an_account_whose_lane_is_evicted_by_the_unit_before_is_known() {
	let lane = lane_on(MemoryChain::new(5, 1_000_000), Limits { max_units: 1, ..Limits::default() });
	let first = pay(2, 0, HEAD, 3, 100);
	assert_eq!(lane.units.submit(vec![pay(2, 1, first.hash(), 3, 100)]).await.unwrap()[0].1, Status::Future);
	// The ready unit of account 1 evicts the future one, and with it the lane of account 2.
	let statuses = lane.units.submit(vec![pay(1, 0, HEAD, 3, 100), first]).await.unwrap();
	let statuses: Vec<_> = statuses.into_iter().map(|(_, status)| status).collect();
	assert_eq!(statuses, [Status::Ready, Status::Dropped(DropReason::PoolFull)]);
}

#[tokio::test]
async fn an_account_that_was_read_before_a_block_is_read_again() {
	let lane = lane();
	let first = pay(1, 0, HEAD, 2, 100);
	let second = pay(1, 1, first.hash(), 2, 100);
	// A block is imported while the account is read for the second unit.
	let (chain, units, archive) = (lane.chain.clone(), lane.units.clone(), lane.archive.clone());
	let block = Batch::new(vec![first]).unwrap();
	let once = parking_lot::Mutex::new(Some(()));
	*lane.chain.on_read.lock() = Some(Arc::new(move || {
		if once.lock().take().is_some() {
			chain.import(&units, &archive, &block);
		}
	}));
	assert_eq!(lane.units.submit(vec![second]).await.unwrap()[0].1, Status::Ready, "on the account after the block");
	*lane.chain.on_read.lock() = None;
	let view = lane.units.account(&id(1)).unwrap();
	assert_eq!((view.nonce(), view.next_nonce(), view.pending), (1, 2, 1));
}
