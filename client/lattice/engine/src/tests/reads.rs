//! Reads of the past: bounded, shared, and apart from what consensus uses.

use super::chain::{lane, pay, Lane, MemoryChain, HEAD};
use crate::archive::Archive;
use std::{
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Arc, Barrier,
	},
	time::Duration,
};
use tc_lattice_index::Place;
use tp_lattice::{Batch, Mark, UnitHash};

/// Opens the archive of a chain, and waits for its index.
async fn archive_of(chain: &Arc<MemoryChain>, blocks: u32) -> (Arc<Archive>, tempfile::TempDir) {
	let folder = tempfile::tempdir().unwrap();
	let archive = Archive::open(chain.clone(), folder.path()).unwrap();
	assert!(archive.wait_until_indexed(blocks, Duration::from_secs(5)).await, "{:?}", archive.failure());
	chain.loads.store(0, Ordering::Relaxed);
	(archive, folder)
}

#[tokio::test]
async fn the_place_of_a_unit_is_found_without_its_block() {
	let (chain, units) = MemoryChain::with_blocks(50);
	let (archive, _folder) = archive_of(&chain, 50).await;
	for (number, unit) in (1..).zip(&units) {
		let (block, place) = archive.place(&unit.hash()).unwrap().unwrap();
		assert_eq!(place, Place { number, index: 0, mark: Mark::APPLIED });
		assert_eq!(Some(block), crate::chain::ChainView::hash_at(&*chain, number).unwrap());
	}
	assert!(archive.place(&UnitHash::repeat_byte(99)).unwrap().is_none());
	assert_eq!(chain.loads.load(Ordering::Relaxed), 0, "no block was read");
}

#[tokio::test]
async fn many_askers_of_one_block_share_one_load() {
	let (chain, units) = MemoryChain::with_blocks(40);
	let (archive, _folder) = archive_of(&chain, 40).await;
	*chain.on_read.lock() = Some(Arc::new(|| std::thread::sleep(Duration::from_millis(50))));
	let start = Arc::new(Barrier::new(16));
	let askers: Vec<_> = (0..16)
		.map(|_| {
			let (archive, start, hash) = (archive.clone(), start.clone(), units[0].hash());
			std::thread::spawn(move || {
				start.wait();
				let found = archive.unit(&hash).unwrap().unwrap();
				archive.receipt(found.block, found.index).unwrap().unwrap()
			})
		})
		.collect();
	for asker in askers {
		assert_eq!(asker.join().unwrap().unit, units[0]);
	}
	assert_eq!(chain.loads.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn reads_of_the_past_leave_the_newest_blocks_in_memory() {
	let Lane { chain, units, archive, folder: _folder, .. } = lane();
	let mut parent = HEAD;
	let mut sent = Vec::new();
	for height in 0..100 {
		let unit = pay(1, height, parent, 2, 10);
		parent = unit.hash();
		let block = chain.import(&units, &archive, &Batch::new(vec![unit.clone()]).unwrap());
		sent.push((block, unit));
	}
	assert!(archive.wait_until_indexed(100, Duration::from_secs(5)).await);
	for (_, unit) in &sent[..60] {
		archive.unit(&unit.hash()).unwrap().unwrap();
	}
	assert_eq!(archive.older_size().0, 60);
	chain.loads.store(0, Ordering::Relaxed);
	for (block, unit) in &sent[70..] {
		assert!(archive.is_newest(block));
		assert_eq!(archive.receipt(*block, 0).unwrap().unwrap().unit, *unit);
	}
	assert_eq!(chain.loads.load(Ordering::Relaxed), 0, "the newest blocks are in memory");
}

#[tokio::test]
async fn a_flood_of_reads_is_refused_and_delays_no_other_kind() {
	let lane = lane();
	let reads = lane.units.reads();
	let is_open = Arc::new(AtomicBool::new(false));
	let wait = {
		let is_open = is_open.clone();
		move || {
			while !is_open.load(Ordering::Relaxed) {
				std::thread::sleep(Duration::from_millis(1));
			}
		}
	};
	let (mut running, mut refused) = (Vec::new(), 0);
	let done = Arc::new(AtomicUsize::new(0));
	for _ in 0..2_000 {
		let Ok(mut call) = reads.history.try_call() else {
			refused += 1;
			continue;
		};
		let (wait, done) = (wait.clone(), done.clone());
		running.push(tokio::spawn(async move {
			call.read(wait).await.unwrap();
			done.fetch_add(1, Ordering::Relaxed);
		}));
	}
	assert_eq!((running.len(), refused), (512, 1_488), "as many wait as may, and the rest is told so");
	// The newest state and the runtime's own threads answer meanwhile.
	let state =
		tokio::time::timeout(Duration::from_secs(5), async { reads.state.try_call().unwrap().read(|| 7).await });
	assert_eq!(state.await, Ok(Ok(7)));
	assert_eq!(tokio::task::spawn_blocking(|| 8).await.unwrap(), 8);
	assert_eq!(done.load(Ordering::Relaxed), 0);
	is_open.store(true, Ordering::Relaxed);
	for call in running {
		call.await.unwrap();
	}
	assert!(reads.history.try_call().is_ok(), "there is room again");
}

#[tokio::test]
async fn a_caller_that_is_gone_leaves_room_once_its_read_is_out_of_the_queue() {
	let lane = lane();
	let history = &lane.units.reads().history;
	for _ in 0..5 {
		let calls: Vec<_> = std::iter::from_fn(|| history.try_call().ok()).collect();
		for mut call in calls {
			tokio::spawn(async move {
				let read = call.read(|| std::thread::sleep(Duration::from_micros(10)));
				tokio::time::timeout(Duration::ZERO, read).await.ok();
			});
		}
		let has_room = async {
			while history.try_call().is_err() {
				tokio::time::sleep(Duration::from_millis(1)).await;
			}
		};
		tokio::time::timeout(Duration::from_secs(5), has_room).await.unwrap();
	}
}
