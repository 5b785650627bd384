//! The way of a unit from its submission to its receipt.

use super::chain::{domain, id, lane, next_batch, pay, Lane, HEAD};
use crate::{
	archive::{batch_bytes, Archive, ArchiveError},
	chain::ChainView,
	submission::SubmitError,
};
use codec::Encode;
use sp_core::{ed25519, H256};
use sp_runtime::OpaqueExtrinsic;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_pool::Status;
use tc_pbft::sdk::{BlockContents, BlockObserver};
use tp_lattice::{Batch, KnownVerdicts, QuotaRules, Reason, Unit, Usage, APPLY_CALL};

#[tokio::test]
async fn a_unit_goes_from_submission_to_its_receipt() {
	let lane = lane();
	let contents = lane.units.contents();
	let first = pay(1, 0, HEAD, 2, 100);
	let second = pay(1, 1, first.hash(), 3, 100);
	let mut watch = lane.units.watch(1, vec![first.hash(), second.hash()]).unwrap();
	// The later one first: it waits for the other.
	let statuses = lane.units.submit(vec![second.clone(), first.clone()]).await.unwrap();
	assert_eq!(statuses, [(second.hash(), Status::Future), (first.hash(), Status::Ready)]);
	lane.units.ready().await;
	assert_eq!(lane.units.verdicts().verdict(&domain(), &first), Some(true));
	let view = lane.units.account(&id(1)).unwrap();
	let next = view.next.clone().unwrap();
	assert_eq!((view.nonce(), next.nonce, next.data.unit_head, view.pending), (0, 2, second.hash(), 2));

	let batch = next_batch(&lane, &contents);
	assert_eq!(batch.units(), [first.clone(), second.clone()]);
	let block = lane.chain.import(&lane.units, &lane.archive, &batch);
	let is_final = |index| Status::Final { number: 1, hash: block, index };
	let mut told = Vec::new();
	while let Some(event) = watch.next().await.unwrap() {
		told.push(event);
	}
	assert_eq!(
		told[..3],
		[(second.hash(), Status::Future), (first.hash(), Status::Ready), (second.hash(), Status::Ready)]
	);
	assert_eq!(told[3..], [(first.hash(), is_final(0)), (second.hash(), is_final(1))]);
	assert_eq!(lane.units.verdicts().verdict(&domain(), &first), None, "it is no longer needed");
	assert_eq!(lane.units.submit(vec![first.clone()]).await.unwrap()[0].1, is_final(0));
	assert_eq!(lane.archive.receipt(block, 1).unwrap().unwrap().unit, second);
	assert!(lane.archive.receipt(block, 2).unwrap().is_none());
	assert!(next_batch(&lane, &contents).units().is_empty());
}

/// Blocks that others made are not imported one by one: the state after the last of them is taken over.
#[tokio::test]
async fn a_lane_that_begins_with_a_late_state_takes_units_at_once() {
	let lane = lane();
	let early = [pay(1, 0, HEAD, 2, 100), pay(3, 0, HEAD, 2, 100)];
	lane.units.submit(early.to_vec()).await.unwrap();
	let mut parent = early[0].hash();
	lane.chain.make(&Batch::new(vec![early[0].clone()]).unwrap(), |_| ());
	for height in 1..5 {
		let unit = pay(1, height, parent, 2, 100);
		parent = unit.hash();
		lane.chain.make(&Batch::new(vec![unit]).unwrap(), |_| ());
	}
	let (number, hash) = lane.chain.newest();
	let header = lane.chain.block(hash).unwrap().unwrap().0;
	*lane.chain.first_state.lock() = number;
	lane.units.observer(lane.archive.clone()).begun(&header);

	let view = lane.units.account(&id(1)).unwrap();
	assert_eq!((number, view.nonce(), view.next.unwrap().data.unit_head, view.pending), (5, 5, parent, 0));
	let next = pay(1, 5, parent, 3, 100);
	assert_eq!(lane.units.submit(vec![next.clone()]).await.unwrap(), [(next.hash(), Status::Ready)]);
	let batch = next_batch(&lane, &lane.units.contents());
	assert_eq!(batch.units().len(), 2, "the unit that waited, and the new one");
	assert!(batch.units().contains(&next) && batch.units().contains(&early[1]));

	// The index has the blocks that this node has executed, and says that it is not complete.
	lane.chain.import(&lane.units, &lane.archive, &batch);
	assert!(lane.archive.wait_until_indexed(6, Duration::from_secs(5)).await, "{:?}", lane.archive.failure());
	assert_eq!(lane.archive.unit(&next.hash()).unwrap().map(|found| found.number), Some(6));
	assert!(lane.archive.unit(&early[0].hash()).unwrap().is_none());
	assert!(!lane.archive.is_complete(6).unwrap());
}

/// The chain has a block a moment before the pool takes it in, and the transaction pool has dropped the block's extrinsics by then.
#[test]
fn an_account_is_read_when_the_pool_is_level_with_the_chain() {
	let lane = lane();
	lane.chain.make(&Batch::new(vec![pay(1, 0, HEAD, 2, 100)]).unwrap(), |_| ());
	let header = lane.chain.block(lane.chain.newest().1).unwrap().unwrap().0;
	let observer = lane.units.observer(lane.archive.clone());
	let late = std::thread::spawn(move || {
		// Long before the read gives up, also on a busy machine.
		std::thread::sleep(Duration::from_millis(2));
		observer.begun(&header);
	});
	assert_eq!(lane.units.account(&id(1)).unwrap().nonce(), 1);
	late.join().unwrap();
	// A pool that stays behind is no reason for no answer.
	lane.chain.make(&Batch::default(), |_| ());
	assert_eq!(lane.units.account(&id(1)).unwrap().nonce(), 1);
}

#[tokio::test]
async fn a_wrong_signature_does_not_block_the_right_one() {
	let lane = lane();
	let unit = pay(1, 0, HEAD, 2, 100);
	let forged = Unit { signature: ed25519::Signature::default().into(), ..unit.clone() };
	let beside = pay(2, 0, HEAD, 3, 5);
	let statuses = lane.units.submit(vec![forged.clone(), beside]).await.unwrap();
	assert_eq!(statuses[0].1, Status::Invalid(Reason::Signature, None));
	assert_eq!(statuses[1].1, Status::Ready);
	assert_eq!(lane.units.verdicts().verdict(&domain(), &forged), None);
	assert_eq!(lane.units.submit(vec![unit]).await.unwrap()[0].1, Status::Ready);
	assert_eq!(lane.units.submit(Vec::new()).await, Ok(Vec::new()));
	let too_many = vec![forged; 70_000];
	assert_eq!(lane.units.submit(too_many).await, Err(SubmitError::Overloaded));
}

#[tokio::test]
async fn a_peer_that_connects_is_sent_the_units_that_are_open() {
	let lane = lane();
	let contents = lane.units.contents();
	let state = lane.units.state();
	lane.units.submit(vec![pay(1, 0, HEAD, 2, 100), pay(2, 0, HEAD, 3, 100)]).await.unwrap();
	let sent: Vec<_> = state.outbox().sent().iter().map(|sent| sent.hash).collect();
	assert_eq!((sent.len(), state.find(&sent).iter().flatten().count()), (2, 2));
	let later = Instant::now() + Duration::from_secs(31);
	assert_eq!(state.due(Instant::now(), 10), [], "a peer that took them need not be sent them again");
	assert_eq!(state.due(later, 10).len(), 2, "it may have dropped them");
	lane.chain.import(&lane.units, &lane.archive, &next_batch(&lane, &contents));
	assert_eq!(state.find(&sent), [None, None], "they are final");
	assert_eq!(state.due(later + Duration::from_secs(31), 10), []);
	assert_eq!(state.outbox().sent(), []);
}

#[tokio::test]
async fn a_slow_machine_makes_smaller_blocks_and_a_fast_one_larger() {
	let lane = lane();
	let contents = lane.units.contents();
	let mut submitted = Vec::new();
	for account in 0..20 {
		let mut parent = HEAD;
		for height in 0..100 {
			let unit = pay(account, height, parent, 19 - account, 1);
			parent = unit.hash();
			submitted.push(unit);
		}
	}
	lane.units.submit(submitted).await.unwrap();
	// 75 ms of the 300, at 0.1 ms a unit.
	let first = next_batch(&lane, &contents).units().len();
	assert_eq!(first, 750);
	contents.built(Duration::from_millis(300));
	let slower = next_batch(&lane, &contents).units().len();
	assert!(slower < 450, "{slower} after {first} took four times as long as expected");
	(0..30).for_each(|_| contents.built(Duration::from_millis(1)));
	assert_eq!(next_batch(&lane, &contents).units().len(), 2_000, "all units");
}

#[tokio::test]
async fn units_without_room_are_no_reason_for_a_block() {
	let lane = lane();
	let contents = lane.units.contents();
	let has_work = || async { tokio::time::timeout(Duration::from_millis(50), lane.units.ready()).await.is_ok() };
	let import = || lane.chain.import(&lane.units, &lane.archive, &Batch::default());
	*lane.chain.quota.lock() = Some(full());
	import();
	let first = pay(1, 0, HEAD, 2, 100);
	let status = lane.units.submit(vec![first.clone()]).await.unwrap()[0].1;
	assert_eq!((status, has_work().await), (Status::Ready, false));
	assert!(next_batch(&lane, &contents).units().is_empty());
	import();
	assert!(!has_work().await, "a block without it changes nothing");
	*lane.chain.quota.lock() = None;
	let woken = lane.units.ready();
	import();
	tokio::time::timeout(Duration::from_secs(5), woken).await.expect("the block that makes room wakes the author");
	assert_eq!(next_batch(&lane, &contents).units(), [first]);
}

/// Rules under which a block has no room for free use.
fn full() -> QuotaRules {
	QuotaRules {
		free: Usage::MAX,
		per_stake_unit: Usage::default(),
		stake_unit: 0,
		full_balance: 0,
		lent_percent: 100,
		block_free: Usage::default(),
	}
}

#[tokio::test]
async fn the_index_follows_the_chain_and_a_rebuilt_index_is_the_same() {
	let lane = lane();
	let contents = lane.units.contents();
	let mut parent = HEAD;
	let mut hashes = Vec::new();
	for height in 0..50 {
		let unit = pay(4, height, parent, 5, 1);
		parent = unit.hash();
		hashes.push(parent);
		lane.units.submit(vec![unit]).await.unwrap();
		lane.chain.import(&lane.units, &lane.archive, &next_batch(&lane, &contents));
	}
	let wait = |archive: &Archive| {
		let indexed = (0..500).any(|_| {
			std::thread::sleep(Duration::from_millis(10));
			archive.indexed().unwrap() == 50
		});
		assert!(indexed, "{:?}", archive.failure());
	};
	wait(&lane.archive);
	let check = |archive: &Archive| {
		let links = archive.links(&id(4), Some(30), 10).unwrap();
		let page: Vec<_> = links.iter().map(|link| archive.unit_at(link.hash, link.place).unwrap().unwrap()).collect();
		assert_eq!(
			page.iter().map(|unit| unit.hash).collect::<Vec<_>>(),
			hashes[20..30].iter().rev().copied().collect::<Vec<_>>()
		);
		let found = archive.unit(&hashes[0]).unwrap().unwrap();
		assert_eq!((found.number, found.index, found.hash), (1, 0, hashes[0]));
		assert_eq!(archive.receipt(found.block, found.index).unwrap().unwrap().unit.hash(), hashes[0]);
		assert!(archive.unit(&H256::repeat_byte(99)).unwrap().is_none());
	};
	check(&lane.archive);
	let Lane { chain, archive, folder, units, .. } = lane;
	drop((units, contents));
	// The indexer drops it a moment later.
	let weak = Arc::downgrade(&archive);
	drop(archive);
	while weak.upgrade().is_some() {
		std::thread::sleep(Duration::from_millis(5));
	}
	tc_lattice_index::UnitIndex::clear(folder.path()).unwrap();
	let again = Archive::open(chain, folder.path()).unwrap();
	wait(&again);
	check(&again);
}

#[tokio::test]
async fn without_an_index_the_pool_finds_what_left_it_last() {
	let lane = lane();
	let archive = Archive::without_index(lane.chain.clone());
	let contents = lane.units.contents();
	let unit = pay(4, 0, HEAD, 5, 1);
	lane.units.submit(vec![unit.clone()]).await.unwrap();
	let block = lane.chain.import(&lane.units, &archive, &next_batch(&lane, &contents));
	// More blocks than stay in memory.
	for _ in 0..40 {
		lane.chain.import(&lane.units, &archive, &Batch::default());
	}
	let Some(Status::Final { hash, index, .. }) = lane.units.status(&unit.hash()) else { panic!("the unit is final") };
	assert_eq!(hash, block);
	assert!(!archive.is_newest(&hash));
	assert_eq!(archive.receipt(hash, index).unwrap().unwrap().unit, unit);
	assert!(matches!(archive.unit(&unit.hash()), Err(ArchiveError::NoIndex)));
	assert!(matches!(archive.links(&id(4), None, 10), Err(ArchiveError::NoIndex)));
	assert!(!archive.wait_until_indexed(1, Duration::from_secs(60)).await, "it does not wait for what never comes");
}

#[test]
fn the_batch_is_found_in_the_block_s_extrinsics() {
	let batch = Batch::new(vec![pay(1, 0, HEAD, 2, 100)]).unwrap();
	let call = OpaqueExtrinsic::from_blob((5u8, APPLY_CALL, batch.encode()).encode());
	let timestamp = OpaqueExtrinsic::from_blob(vec![5, 1, 0, 11, 22]);
	assert_eq!(batch_bytes(&[timestamp.clone(), call.clone()]), Some(&batch.encode()[..]));
	assert_eq!(batch_bytes(&[timestamp]), None);
	let mut longer = call.inner().to_vec();
	longer.push(0);
	assert_eq!(batch_bytes(&[OpaqueExtrinsic::from_blob(longer)]), None);
	assert_eq!(batch_bytes(&[OpaqueExtrinsic::from_blob(vec![])]), None);
}
