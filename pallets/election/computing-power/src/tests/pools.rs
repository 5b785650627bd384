//! Treatment of transactions by pools and blocks: valid ones pass once, without a signer and a fee.

use super::*;
use frame_support::{
	assert_storage_noop,
	dispatch::{DispatchClass, GetDispatchInfo, Pays},
	pallet_prelude::InvalidTransaction,
};

#[test]
fn transactions_carry_a_whole_proof() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		open_at(2);
		let call = commit_call(&node, lanes.commitment(node.account, 0));
		let validity = validate::<Test>(call.clone()).unwrap();
		assert!(validity.propagate);
		assert_eq!(validity.longevity, 5, "blocks 2 to 6");
		assert_eq!(apply::<Test>(call.clone()), Ok(Ok(())));
		assert_eq!(validate::<Test>(call.clone()), Err(InvalidTransaction::Stale.into()));
		assert_storage_noop!(assert_eq!(apply::<Test>(call), Err(InvalidTransaction::Stale.into())));

		open_at(5);
		let call = reveal_call(&node, node.reveal_of(0, &lanes));
		let validity = validate::<Test>(call.clone()).unwrap();
		assert!(validity.propagate);
		assert_eq!(validity.longevity, 16, "blocks 5 to 20");
		assert_eq!(apply::<Test>(call.clone()), Ok(Ok(())));
		assert_eq!(Proved::<Test>::get(0, node.account), Some(8));
		assert_storage_noop!(assert_eq!(apply::<Test>(call), Err(InvalidTransaction::Stale.into())));
	});
}

#[test]
fn two_commitments_of_a_node_and_epoch_have_one_tag() {
	on_ledger(|| {
		let (node, other) = (Node::registered(1, 0), Node::registered(2, 0));
		open_at(1);
		let provides = |node: &Node, lanes| {
			let commitment = node.lanes(0, lanes).commitment(node.account, 0);
			validate::<Test>(commit_call(node, commitment)).unwrap().provides
		};
		assert_eq!(provides(&node, 1), provides(&node, 2));
		assert_ne!(provides(&node, 1), provides(&other, 1));
	});
}

#[test]
fn invalid_transactions_have_their_verdicts_and_change_nothing() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		let honest = lanes.commitment(node.account, 0);
		open_at(2);
		let cases = [
			(commit_call(&Node::new(2), honest.clone()), InvalidTransaction::BadProof),
			(commit_call(&node, Commitment { epoch: 1, ..honest.clone() }), InvalidTransaction::Future),
			(commit_call(&node, Commitment { lanes: 9, ..honest.clone() }), InvalidTransaction::BadProof),
			(
				commit_call(&node, Commitment { node: Node::new(2).account, ..honest.clone() }),
				InvalidTransaction::BadSigner,
			),
			(reveal_call(&node, lanes.reveal(node.account, 0, &[]).unwrap()), InvalidTransaction::Future),
		];
		for (call, expected) in cases {
			assert_eq!(validate::<Test>(call.clone()), Err(expected.into()));
			assert_storage_noop!(assert_eq!(apply::<Test>(call), Err(expected.into())));
		}
		assert_ok!(node.commit_to(honest));

		let drawn = draw_segments(&Clock::seed_of(5), &node.account, 8, &PARAMETERS.shape);
		let reveal = lanes.reveal(node.account, 0, &drawn).unwrap();
		let early = reveal_call(&node, reveal.clone());
		assert_storage_noop!(assert_eq!(apply::<Test>(early), Err(InvalidTransaction::Future.into())));
		open_at(5);
		let mut forged = reveal.clone();
		forged.segments.swap(0, 1);
		for call in [reveal_call(&node, forged), reveal_call(&Node::new(2), reveal.clone())] {
			assert_storage_noop!(assert_eq!(apply::<Test>(call), Err(InvalidTransaction::BadProof.into())));
		}
		assert_eq!(apply::<Test>(reveal_call(&node, reveal)), Ok(Ok(())));
	});
}

#[test]
fn proofs_are_free_and_operational() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 1);
		let commit = commit_call(&node, lanes.commitment(node.account, 0));
		let reveal = reveal_call(&node, lanes.reveal(node.account, 0, &[]).unwrap());
		for call in [commit, reveal] {
			let info = call.get_dispatch_info();
			assert_eq!((info.class, info.pays_fee), (DispatchClass::Operational, Pays::No));
		}
	});
}
