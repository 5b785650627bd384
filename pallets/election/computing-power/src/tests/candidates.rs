//! Candidates alone reveal, after tickets closed, and some of them a block.

use super::*;
use frame_support::pallet_prelude::InvalidTransaction;
use tp_stake::{ComputingPower as _, Power};

/// Returns nodes that committed to some lanes in the first block, at the height of the draw.
fn committed(count: u16) -> Vec<(Node, Lanes)> {
	let nodes: Vec<_> = (1..=count).map(|number| Node::registered(number, 0)).collect();
	open_at(1);
	let commit = |node: Node| {
		let lanes = node.lanes(0, 2);
		assert_ok!(node.commit(0, &lanes));
		(node, lanes)
	};
	let committed: Vec<_> = nodes.into_iter().map(commit).collect();
	open_at(4);
	committed
}

/// Returns a reveal of the segments that were drawn in block 4.
fn reveal(node: &Node, lanes: &Lanes) -> Reveal {
	let drawn = draw_segments(&Clock::seed_of(4), &node.account, lanes.count(), &PARAMETERS.shape);
	lanes.reveal(node.account, 0, &drawn).unwrap()
}

#[test]
fn nodes_wait_until_tickets_close_and_only_candidates_reveal() {
	on_ledger(|| {
		let nodes = committed(2);
		CandidateList::open();
		let [(candidate, lanes), (other, others)] = &nodes[..] else { panic!() };
		for (node, lanes) in &nodes {
			let duty = ComputingPower::duty(&node.account, &node.keys);
			assert!(matches!(duty, Some(PowerDuty::Await { lanes: 2, .. })), "{duty:?}");
			let call = reveal_call(node, reveal(node, lanes));
			assert_eq!(validate::<Test>(call), Err(InvalidTransaction::Future.into()));
			assert_noop!(node.show(reveal(node, lanes)), Error::<Test>::TicketsOpen);
		}
		CandidateList::close([candidate.account]);
		assert_eq!(ComputingPower::duty(&other.account, &other.keys), None);
		let call = reveal_call(other, reveal(other, others));
		assert_eq!(validate::<Test>(call), Err(InvalidTransaction::Stale.into()));
		assert_noop!(other.show(reveal(other, others)), Error::<Test>::NotACandidate);
		assert_eq!(candidate.asked(), draw_segments(&Clock::seed_of(4), &candidate.account, 2, &PARAMETERS.shape));
		assert_ok!(candidate.show(reveal(candidate, lanes)));
		let power = |node: &Node| ComputingPower::power(&node.account, Role::Validator, 0);
		assert_eq!((power(candidate).ten_thousandths(), power(other)), (10_000, Power::MIN));
	});
}

#[test]
fn a_long_list_reveals_over_several_blocks() {
	on_ledger(|| {
		let most = u16::try_from(REVEALS_PER_BLOCK).unwrap();
		let nodes = committed(most + 3);
		let (first, later) = nodes.split_at(usize::from(most));
		for (node, lanes) in first {
			assert_eq!(apply::<Test>(reveal_call(node, reveal(node, lanes))), Ok(Ok(())));
		}
		for (node, lanes) in later {
			let call = reveal_call(node, reveal(node, lanes));
			// The author of the block keeps it for the next one.
			assert_eq!(apply::<Test>(call), Err(InvalidTransaction::ExhaustsResources.into()));
			assert_noop!(node.show(reveal(node, lanes)), Error::<Test>::BlockFull);
		}
		open_at(5);
		for (node, lanes) in later {
			assert_eq!(apply::<Test>(reveal_call(node, reveal(node, lanes))), Ok(Ok(())));
		}
		assert_eq!(Proved::<Test>::iter_prefix(0).count(), usize::from(most) + 3);
	});
}
