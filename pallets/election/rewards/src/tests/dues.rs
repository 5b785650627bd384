//! Many nodes: some are paid a few blocks later.

use super::*;

/// Returns a node of the shards that [`report_shards`] reports.
fn node(at: u32) -> AccountId {
	AccountId::from(1_000 + at)
}

/// Reports shards of a hundred nodes each, no node twice.
fn report_shards(shards: u32) {
	for incarnation in 0..shards {
		let members = (0..100).map(|at| (node(100 * incarnation + at), signed(1)));
		report(ChainTag::Shard { zone: 0, incarnation }, members);
	}
}

fn paid_nodes() -> usize {
	Claimable::<Test>::iter().count()
}

#[test]
fn each_block_pays_some_nodes_until_all_are_paid() {
	on_ledger(|| {
		report_shards(5);
		end_epoch_after(EPOCH_MS);
		let per_block = DUES_PER_BLOCK as usize;
		// All dues are minted at once and held by the pallet's account.
		let totals = CurrentTotals::<Test>::get();
		assert_eq!(Balances::balance(&Rewards::account_id()), totals.claimable() + DEPOSIT);
		for paid in [per_block, 2 * per_block, 3 * per_block, 500, 500] {
			assert_eq!(paid_nodes(), paid);
			next_block();
			check();
		}
		assert!(DueQueue::<Test>::get().is_empty());
		let each = Claimable::<Test>::get(node(0));
		assert!(each > 0);
		assert!((0..500).all(|at| Claimable::<Test>::get(node(at)) == each));
		assert_eq!(CurrentTotals::<Test>::get().issued, totals.issued);
	});
}

#[test]
fn votes_withdrawn_before_the_payment_of_a_node() {
	on_ledger(|| {
		// There are more nodes than a block pays, and this one is the last.
		let last = node(499);
		let holder = 9;
		set_dividend(last, 50);
		vote(holder, last, 1_000);
		report_shards(5);
		let voters_pool = next_budget() * 20 / 100;
		end_epoch_after(EPOCH_MS);
		vote(holder, last, 0);
		check();
		for _ in 0..4 {
			next_block();
			check();
		}
		// The part of the voters' pool without voters is burned. A node without voters keeps its dividend.
		assert_eq!(CurrentTotals::<Test>::get().burned, voters_pool);
		assert_eq!(Claimable::<Test>::get(last), Claimable::<Test>::get(node(0)));
		assert_eq!(Claimable::<Test>::get(holder), 0);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
	});
}

#[test]
fn epochs_are_not_paid_while_the_queue_is_full() {
	on_ledger(|| {
		// An epoch adds 200 chunks, of which two are paid.
		let epochs = (0..100).take_while(|_| {
			report_shards(MAX_REPORTS);
			let before = issued();
			end_epoch_after(1_000);
			issued() > before
		});
		let refused = epochs.count() as u64;
		println!("a queue that grows by 198 chunks an epoch refuses epoch {refused}");
		assert_eq!(refused, 5);
		assert!(has_event(Event::EpochNotPaid { epoch: refused, error: Error::<Test>::QueueFull.into() }));
		assert_eq!(history().last().unwrap().paid, 0);
		let queue = DueQueue::<Test>::get();
		assert!((MAX_QUEUED_CHUNKS - 200..MAX_QUEUED_CHUNKS).contains(&queue.len()), "{queue:?}");

		// Later epochs are paid again.
		report_shards(1);
		let before = issued();
		end_epoch_after(1_000);
		assert!(issued() > before);
	});
}

#[test]
fn numbers_of_chunks_wrap_around() {
	on_ledger(|| {
		DueQueue::<Test>::put(Queue { first: u32::MAX, end: u32::MAX });
		report_shards(5);
		end_epoch_after(EPOCH_MS);
		for _ in 0..3 {
			next_block();
			check();
		}
		assert_eq!(DueQueue::<Test>::get(), Queue { first: 3, end: 3 });
		assert_eq!(paid_nodes(), 500);
	});
}

#[test]
fn no_due_waits_in_a_small_network() {
	on_ledger(|| {
		report(SHARD, (0..100).map(|at| (at, signed(1))));
		end_epoch_after(EPOCH_MS);
		assert!(DueQueue::<Test>::get().is_empty());
		assert_eq!(Claimable::<Test>::iter_values().sum::<Balance>(), CurrentTotals::<Test>::get().claimable());
	});
}
