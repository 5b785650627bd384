//! The duties of a worker, step by step.

use super::*;

fn duty(node: &Node) -> Option<PowerDuty> {
	ComputingPower::duty(&node.account, &node.keys)
}

fn compute(node: &Node, epoch: Epoch, until: Height) -> Option<PowerDuty> {
	Some(PowerDuty::Compute { challenge: node.challenge(epoch), shape: PARAMETERS.shape, most_lanes: 8, until })
}

#[test]
fn a_worker_follows_its_duties() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		// The state is the genesis, the next block is block 1.
		assert_eq!(duty(&node), compute(&node, 0, 6));
		close_at(5);
		assert_eq!(duty(&node), compute(&node, 0, 6));

		let lanes = node.lanes(0, 4);
		open_at(6);
		assert_ok!(node.commit(0, &lanes));
		close_at(6);
		assert_eq!(duty(&node), None);
		close_at(8);
		assert_eq!(duty(&node), None);
		close_at(9);
		let (challenge, shape) = (node.challenge(0), PARAMETERS.shape);
		let asked = Some(PowerDuty::Reveal { challenge, shape, lanes: 4, segments: node.asked() });
		assert_eq!(duty(&node), asked);
		// The duty stays until the reveal.
		close_at(19);
		assert_eq!(duty(&node), asked);

		open_at(20);
		assert_ok!(node.show(node.reveal_of(0, &lanes)));
		close();
		// The next block is of the next epoch.
		assert_eq!(duty(&node), compute(&node, 1, 26));
	});
}

#[test]
fn there_is_no_duty_after_the_proof() {
	on_ledger(|| {
		let (node, lanes) = Node::committed(1, 4);
		open_at(5);
		assert_ok!(node.show(node.reveal_of(0, &lanes)));
		close();
		assert_eq!(duty(&node), None);
	});
}

#[test]
fn there_is_no_duty_after_the_window() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		close_at(6);
		assert_eq!(duty(&node), None);
		close_at(EPOCH_LENGTH - 1);
		assert_eq!(duty(&node), None);
		close_at(EPOCH_LENGTH);
		assert_eq!(duty(&node), compute(&node, 1, 26));
	});
}

#[test]
fn only_valid_keys_have_duties() {
	on_ledger(|| {
		let (node, fresh) = (Node::registered(1, 0), Node::registered(2, 1));
		assert_eq!(ComputingPower::duty(&node.account, &fresh.keys), None);
		assert_eq!(duty(&fresh), None);
		assert_eq!(duty(&Node::new(3)), None);
		close_at(EPOCH_LENGTH);
		assert_eq!(duty(&fresh), compute(&fresh, 1, 26));
	});
}
