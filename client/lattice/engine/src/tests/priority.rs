//! The priority of the threads that take units in.

use super::chain::{lane, pay, HEAD};
use parking_lot::Mutex;
use std::{collections::BTreeSet, sync::Arc};
use tc_lattice_pool::Status;

#[tokio::test]
async fn large_submissions_are_admitted_and_inserted_at_normal_priority() {
	let lane = lane();
	// The niceness of a thread, as far as the system tells.
	let niceness = || rustix::process::getpriority_process(None).ok();
	let found = Arc::new(Mutex::new(BTreeSet::new()));
	let on_read = {
		let found = found.clone();
		move || {
			let thread = std::thread::current().name().unwrap_or_default().to_owned();
			found.lock().insert((thread, niceness()));
		}
	};
	// The thread that reads an account takes the pool's lock right after it.
	*lane.chain.on_read.lock() = Some(Arc::new(on_read));
	let units: Vec<_> = (0..18).map(|account| pay(account, 0, HEAD, 19, 100)).collect();
	for (_, status) in lane.units.submit(units).await.unwrap() {
		assert_eq!(status, Status::Ready);
	}
	*lane.chain.on_read.lock() = None;
	let found = found.lock();
	assert!(!found.is_empty());
	for (thread, nice) in &*found {
		assert!(thread.starts_with("bulk-intake") && *nice == niceness(), "{thread} has niceness {nice:?}");
	}
}
