//! The state of past epochs is removed, some entries a block.

use super::*;

fn stored(epoch: Epoch) -> [usize; 3] {
	[
		Commitments::<Test>::iter_prefix(epoch).count(),
		Draws::<Test>::iter_prefix(epoch).count(),
		Proved::<Test>::iter_prefix(epoch).count(),
	]
}

#[test]
fn the_epoch_before_is_kept_and_older_epochs_are_removed() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		for epoch in 0..4 {
			let start = u32::try_from(epoch).unwrap() * EPOCH_LENGTH + 1;
			let lanes = node.lanes(epoch, 1);
			open_at(start);
			if epoch > 1 {
				assert_eq!(stored(epoch - 2), [0, 0, 0]);
				assert_eq!(OldestEpoch::<Test>::get(), epoch - 1);
			}
			assert_ok!(node.commit(epoch, &lanes));
			open_at(start + 3);
			assert_ok!(node.show(node.reveal_of(epoch, &lanes)));
			assert_eq!(stored(epoch), [1, 1, 1]);
			if epoch > 0 {
				assert_eq!(stored(epoch - 1), [1, 1, 1]);
			}
		}
	});
}

#[test]
fn no_block_removes_more_than_its_bound() {
	let mut ledger = build(PARAMETERS);
	// There are as many entries of commitments as of proofs.
	let nodes = 100;
	ledger.execute_with(|| {
		open_at(1);
		for number in 0..nodes {
			let node = Node::registered(number, 0);
			let commitment = Commitment { node: node.account, epoch: 0, lanes: 1, root: H256::zero() };
			assert_ok!(node.commit_to(commitment));
			Proved::<Test>::insert(0, node.account, 1);
		}
		close_at(2 * EPOCH_LENGTH);
	});
	// The bound counts entries of the database, not entries that the block itself has written.
	let mut left = vec![];
	for _ in 0..5 {
		ledger.commit_all().unwrap();
		left.push(ledger.execute_with(|| {
			open();
			close();
			stored(0)
		}));
	}
	assert_eq!(left, [[36, 1, 100], [0, 0, 73], [0, 0, 9], [0, 0, 0], [0, 0, 0]]);
	ledger.execute_with(|| assert_eq!(OldestEpoch::<Test>::get(), 1));
}

#[test]
fn removed_entries_are_counted() {
	let mut ledger = build(PARAMETERS);
	ledger.execute_with(|| (0..10).for_each(|number| Proved::<Test>::insert(0, Node::new(number).account, 1)));
	ledger.commit_all().unwrap();
	ledger.execute_with(|| {
		assert_eq!(ComputingPower::forget_older_than(0), 0);
		assert_eq!(stored(0), [0, 0, 10]);
		assert_eq!(ComputingPower::forget_older_than(1), 10);
		assert_eq!(stored(0), [0, 0, 0]);
	});
}
