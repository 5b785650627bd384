//! A commitment is accepted once, in the window, from a node with its key. Other commitments are refused with their
//! errors.

use super::*;
use sp_runtime::DispatchError::BadOrigin;

fn commitment(node: &Node, lanes: u32) -> Commitment {
	Commitment { node: node.account, epoch: 0, lanes, root: H256::repeat_byte(1) }
}

#[test]
fn a_commitment_is_stored_with_the_drawing_height() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		open_at(4);
		assert_ok!(node.commit_to(commitment(&node, 5)));
		let record = CommitmentRecord { lanes: 5, root: H256::repeat_byte(1), height: 4, drawn_at: 7 };
		assert_eq!(Commitments::<Test>::get(0, node.account), Some(record));
		assert_eq!(Draws::<Test>::get(0, 7), Some(SegmentDraw::Due));
		assert!(has_event(Event::LanesCommitted { node: node.account, epoch: 0, lanes: 5, drawn_at: 7 }));
	});
}

#[test]
fn a_node_commits_once_an_epoch() {
	on_ledger(|| {
		let (node, other) = (Node::registered(1, 0), Node::registered(2, 0));
		open_at(2);
		assert_ok!(node.commit_to(commitment(&node, 5)));
		assert_noop!(node.commit_to(commitment(&node, 5)), Error::<Test>::AlreadyCommitted);
		open_at(3);
		// A second commitment to other lanes is refused before the draw.
		assert_noop!(node.commit_to(commitment(&node, 4)), Error::<Test>::AlreadyCommitted);
		assert_ok!(other.commit_to(commitment(&other, 4)));

		open_at(EPOCH_LENGTH + 1);
		assert_ok!(node.commit_to(Commitment { epoch: 1, ..commitment(&node, 4) }));
	});
}

#[test]
fn commitments_are_accepted_in_the_window_alone() {
	on_ledger(|| {
		let (node, other) = (Node::registered(1, 0), Node::registered(2, 0));
		open_at(PARAMETERS.window);
		assert_ok!(node.commit_to(commitment(&node, 1)));
		open_at(PARAMETERS.window + 1);
		assert_noop!(other.commit_to(commitment(&other, 1)), Error::<Test>::WindowClosed);
		open_at(EPOCH_LENGTH);
		assert_noop!(other.commit_to(commitment(&other, 1)), Error::<Test>::WindowClosed);
	});
}

#[test]
fn commitments_are_accepted_while_a_block_is_left_for_the_reveal() {
	on_ledger(|| {
		CurrentParameters::<Test>::put(Parameters { window: 1_000, ..PARAMETERS });
		let (node, other) = (Node::registered(1, 0), Node::registered(2, 0));
		// The draw is in block 19, the reveal in block 20.
		open_at(16);
		assert_ok!(node.commit_to(commitment(&node, 1)));
		open_at(17);
		assert_noop!(other.commit_to(commitment(&other, 1)), Error::<Test>::WindowClosed);
	});
}

#[test]
fn commitments_are_for_the_present_epoch() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		open_at(1);
		let next = Commitment { epoch: 1, ..commitment(&node, 1) };
		assert_noop!(node.commit_to(next), Error::<Test>::WrongEpoch);
		open_at(EPOCH_LENGTH + 1);
		// The commitment was signed in the last epoch, for its challenge, and not submitted then.
		assert_noop!(node.commit_to(commitment(&node, 1)), Error::<Test>::WrongEpoch);
	});
}

#[test]
fn commitments_are_by_nodes_with_valid_keys() {
	on_ledger(|| {
		let (stranger, fresh) = (Node::new(1), Node::registered(2, 1));
		open_at(1);
		assert_noop!(stranger.commit_to(commitment(&stranger, 1)), Error::<Test>::NoSuchNode);
		assert_noop!(fresh.commit_to(commitment(&fresh, 1)), Error::<Test>::NoSuchNode);
		open_at(EPOCH_LENGTH + 1);
		assert_ok!(fresh.commit_to(Commitment { epoch: 1, ..commitment(&fresh, 1) }));
	});
}

#[test]
fn commitments_have_the_nodes_signature_over_these_bytes() {
	on_ledger(|| {
		let (node, other) = (Node::registered(1, 0), Node::registered(2, 0));
		open_at(1);
		let mine = commitment(&node, 3);
		assert_noop!(other.commit_to(mine.clone()), Error::<Test>::BadSignature);

		let signature = node.sign_commitment(&mine);
		let of_another_network = node.pair.sign(&mine.signing_payload(&H256::zero()));
		let changed = [
			(Commitment { lanes: 4, ..mine.clone() }, signature.clone()),
			(Commitment { root: H256::zero(), ..mine.clone() }, signature.clone()),
			(Commitment { node: other.account, ..mine.clone() }, signature.clone()),
			(mine.clone(), of_another_network),
		];
		for (commitment, signature) in changed {
			let result = ComputingPower::commit(authorized::<Test>(), commitment, signature);
			assert_noop!(result, Error::<Test>::BadSignature);
		}
		assert_ok!(ComputingPower::commit(authorized::<Test>(), mine, signature));
	});
}

#[test]
fn commitments_have_at_most_the_lanes_that_count() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		open_at(1);
		assert_eq!(PARAMETERS.most_lanes(), 8);
		assert_noop!(node.commit_to(commitment(&node, 0)), Error::<Test>::NoLanes);
		for lanes in [9, u32::MAX] {
			assert_noop!(node.commit_to(commitment(&node, lanes)), Error::<Test>::TooManyLanes);
		}
		assert_ok!(node.commit_to(commitment(&node, 8)));
	});
}

#[test]
fn signed_transactions_are_refused() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		open_at(1);
		let mine = commitment(&node, 1);
		let signature = node.sign_commitment(&mine);
		for origin in [RuntimeOrigin::signed(node.account), RuntimeOrigin::root()] {
			assert_noop!(ComputingPower::commit(origin, mine.clone(), signature.clone()), BadOrigin);
		}
	});
}

#[test]
fn a_block_accepts_the_commitments_of_many_nodes() {
	on_ledger(|| {
		open_at(3);
		for number in 0..200 {
			let node = Node::registered(number, 0);
			assert_ok!(node.commit_to(commitment(&node, 1)));
		}
		// The work of the drawing block does not depend on the number of commitments.
		assert_eq!(Draws::<Test>::iter().count(), 1);
		open_at(6);
		assert_eq!(Draws::<Test>::get(0, 6), Some(SegmentDraw::Drawn(Clock::seed_of(6))));
	});
}
