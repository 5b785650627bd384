//! Accounts that are kept from one block to the next.

use super::chain::{id, lane, pay, Lane, HEAD};
use std::sync::{
	atomic::{AtomicUsize, Ordering},
	Arc,
};
use tc_lattice_pool::Status;
use tp_lattice::{Batch, Unit};

/// Counts the accounts that are read from the state.
fn count_reads(lane: &Lane) -> Arc<AtomicUsize> {
	let reads = Arc::new(AtomicUsize::new(0));
	let counted = reads.clone();
	*lane.chain.on_read.lock() = Some(Arc::new(move || {
		counted.fetch_add(1, Ordering::Relaxed);
	}));
	reads
}

async fn submit(lane: &Lane, unit: &Unit) -> Status {
	lane.units.submit(vec![unit.clone()]).await.unwrap()[0].1
}

#[tokio::test]
async fn an_account_is_read_once_and_not_after_each_block() {
	let lane = lane();
	let reads = count_reads(&lane);
	// Below the deposit of 10, so that the destination is read as well.
	let mut parent = HEAD;
	for height in 0..20 {
		let unit = pay(1, height, parent, 2, 5);
		parent = unit.hash();
		assert_eq!(submit(&lane, &unit).await, Status::Ready);
		lane.chain.import(&lane.units, &lane.archive, &Batch::new(vec![unit]).unwrap());
	}
	assert_eq!(reads.load(Ordering::Relaxed), 2);
	// Neither was changed by the blocks between, and neither is read again.
	assert_eq!(submit(&lane, &pay(3, 0, HEAD, 4, 5)).await, Status::Ready);
	for _ in 0..5 {
		lane.chain.import(&lane.units, &lane.archive, &Batch::default());
	}
	assert_eq!(submit(&lane, &pay(4, 0, HEAD, 3, 5)).await, Status::Ready);
	assert_eq!(reads.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn what_an_extrinsic_changes_is_known() {
	let lane = lane();
	assert_eq!(submit(&lane, &pay(1, 0, HEAD, 2, 5)).await, Status::Ready);
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.get_mut(&id(2)).unwrap().data.free = 50;
	});
	assert!(matches!(submit(&lane, &pay(2, 0, HEAD, 3, 100)).await, Status::Invalid(..)), "it has 50 now");
	// An account that ended.
	lane.chain.import_with(&lane.units, &lane.archive, &Batch::default(), |store| {
		store.remove(&id(2));
	});
	assert!(matches!(submit(&lane, &pay(3, 0, HEAD, 2, 5)).await, Status::Invalid(..)), "below the deposit");
}

#[tokio::test]
async fn nothing_is_kept_over_a_block_that_was_not_taken_in() {
	let lane = lane();
	assert_eq!(submit(&lane, &pay(1, 0, HEAD, 2, 5)).await, Status::Ready);
	// The lane does not learn of this block, as after an error of the database.
	lane.chain.make(&Batch::default(), |store| store.get_mut(&id(2)).unwrap().data.free = 50);
	lane.chain.import(&lane.units, &lane.archive, &Batch::default());
	assert!(matches!(submit(&lane, &pay(2, 0, HEAD, 3, 100)).await, Status::Invalid(..)), "it has 50 now");
}
