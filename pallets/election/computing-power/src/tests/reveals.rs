//! Reveals: what a node has computed counts; whatever it has not is refused by name, and nothing is stored.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_core::{Pair, H256};
use sp_runtime::{DispatchError, DispatchError::BadOrigin};
use tp_core::AccountId;
use tp_power::{compute_lane, draw_segments, Lanes, Reveal, SegmentIndex, SegmentProof};
use tp_sortition::Role;
use tp_stake::{ComputingPower as _, Power};

fn power(node: &AccountId, role: Role, epoch: u64) -> u16 {
	ComputingPower::power(node, role, epoch).ten_thousandths()
}

/// A node that committed to lanes in block 1, asked in block 5.
fn asked_with(node: Node, lanes: Lanes, test: impl FnOnce(Node, Lanes)) {
	open_at(1);
	assert_ok!(node.commit(0, &lanes));
	open_at(5);
	test(node, lanes);
}

/// An honest node with eight lanes.
fn asked(test: impl FnOnce(Node, Lanes)) {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		asked_with(node, lanes, test);
	});
}

/// What an honest reveal becomes when it is changed is refused, and the honest one is taken after it.
fn refused(change: impl FnOnce(&mut Reveal, &Lanes), error: Error<Test>) {
	asked(|node, lanes| {
		let honest = node.reveal_of(0, &lanes);
		let mut changed = honest.clone();
		change(&mut changed, &lanes);
		assert_noop!(node.show(changed), error);
		assert_ok!(node.show(honest));
	});
}

#[test]
fn whoever_has_computed_counts_by_lanes_and_role() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 3);
		open_at(2);
		assert_ok!(node.commit(0, &lanes));
		open_at(6);
		let reveal = node.reveal_of(0, &lanes);
		assert_eq!(node.asked(), draw_segments(&Clock::seed_of(5), &node.account, 3, &PARAMETERS.shape));
		assert_eq!(power(&node.account, Role::Router, 0), Power::MIN.ten_thousandths());
		assert_ok!(node.show(reveal));
		assert!(has_event(Event::LanesProved { node: node.account.clone(), epoch: 0, lanes: 3 }));
		assert_eq!(Proved::<Test>::get(0, &node.account), Some(3));

		let of = |role| power(&node.account, role, 0);
		assert_eq!([Role::Edge, Role::Router, Role::Validator, Role::Archive].map(of), [15_000, 8_750, 12_500, 10_000]);
		// In other epochs, and another node, nothing.
		assert_eq!(power(&node.account, Role::Edge, 1), 5_000);
		assert_eq!(power(&Node::new(2).account, Role::Edge, 0), 5_000);

		// The end of the epoch, and after it.
		close_at(EPOCH_LENGTH);
		assert_eq!(power(&node.account, Role::Router, 0), 8_750);
		open_at(EPOCH_LENGTH + 1);
		assert_eq!(power(&node.account, Role::Router, 0), 8_750);
	});
}

#[test]
fn not_before_the_draw() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		open_at(2);
		assert_ok!(node.commit(0, &lanes));
		// Signed for the segments that will be drawn, if somebody knew the seed.
		let drawn = draw_segments(&Clock::seed_of(5), &node.account, 8, &PARAMETERS.shape);
		let reveal = lanes.reveal(node.account.clone(), 0, &drawn).unwrap();
		for height in 2..5 {
			open_at(height);
			assert_noop!(node.show(reveal.clone()), Error::<Test>::NotDrawnYet);
		}
		open_at(5);
		assert_ok!(node.show(reveal));
	});
}

#[test]
fn not_without_a_commitment() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		open_at(5);
		let drawn = draw_segments(&Clock::seed_of(4), &node.account, 8, &PARAMETERS.shape);
		let reveal = lanes.reveal(node.account.clone(), 0, &drawn).unwrap();
		assert_noop!(node.show(reveal), Error::<Test>::NotCommitted);
	});
}

#[test]
fn replayed_reveals_are_refused() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		let signature = node.sign_reveal(&reveal);
		assert_ok!(ComputingPower::reveal(authorized(), reveal.clone(), signature.clone()));
		let again = || ComputingPower::reveal(authorized(), reveal.clone(), signature.clone());
		assert_noop!(again(), Error::<Test>::AlreadyProved);
		open_at(6);
		assert_noop!(again(), Error::<Test>::AlreadyProved);
		// In the next epoch, to which the node has committed the same lanes again.
		open_at(EPOCH_LENGTH + 1);
		assert_noop!(again(), Error::<Test>::WrongEpoch);
		assert_ok!(node.commit(1, &lanes));
		open_at(EPOCH_LENGTH + 5);
		assert_noop!(again(), Error::<Test>::WrongEpoch);
	});
}

#[test]
fn too_late_in_the_next_epoch() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		open_at(EPOCH_LENGTH);
		assert_ok!(ComputingPower::check_reveal(&reveal, &node.sign_reveal(&reveal)));
		open_at(EPOCH_LENGTH + 1);
		assert_noop!(node.show(reveal.clone()), Error::<Test>::WrongEpoch);
		assert_noop!(node.show(Reveal { epoch: 1, ..reveal }), Error::<Test>::NotCommitted);
		assert_eq!(power(&node.account, Role::Edge, 0), 5_000);
	});
}

#[test]
fn signature_by_another_key_is_refused() {
	asked(|node, lanes| {
		let other = Node::registered(2, 0);
		let reveal = node.reveal_of(0, &lanes);
		assert_noop!(other.show(reveal.clone()), Error::<Test>::BadSignature);
		// Nor may the other hand it in as its own.
		let taken = Reveal { node: other.account.clone(), ..reveal.clone() };
		assert_noop!(other.show(taken), Error::<Test>::NotCommitted);
		// A signature over the commitment, or for another network, is none over the reveal.
		let commitment = lanes.commitment(node.account.clone(), 0);
		let foreign = node.pair.sign(&reveal.signing_payload(&H256::zero()));
		for signature in [node.sign_commitment(&commitment), foreign] {
			let result = ComputingPower::reveal(authorized(), reveal.clone(), signature);
			assert_noop!(result, Error::<Test>::BadSignature);
		}
		assert_ok!(node.show(reveal));
	});
}

#[test]
fn nobody_else_signs_the_transaction() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		let signature = node.sign_reveal(&reveal);
		for origin in [RuntimeOrigin::signed(node.account), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(ComputingPower::reveal(origin, reveal.clone(), signature.clone()), BadOrigin);
		}
	});
}

#[test]
fn wrong_segments_are_refused() {
	let segment = |lanes: &Lanes, lane, segment| lanes.prove(SegmentIndex { lane, segment }).unwrap();
	// Another than the drawn one, with a valid path of its own.
	refused(|reveal, lanes| reveal.segments[0] = other_than(reveal, lanes), Error::StartNotCommitted);
	// The first of a lane in the place of another.
	refused(|reveal, lanes| reveal.segments[0] = segment(lanes, 0, 0), Error::StartNotCommitted);
	// The drawn ones in another order.
	refused(|reveal, _| reveal.segments.swap(0, 1), Error::StartNotCommitted);
	// Less, none, more.
	refused(|reveal, _| drop(reveal.segments.split_off(7)), Error::WrongSegments);
	refused(|reveal, _| reveal.segments.clear(), Error::WrongSegments);
	refused(|reveal, _| reveal.segments.push(reveal.segments[0].clone()), Error::WrongSegments);
}

/// A segment that is not the first of those drawn, at a place whose path is as long.
fn other_than(reveal: &Reveal, lanes: &Lanes) -> SegmentProof {
	let all = (0..8).flat_map(|lane| (1..16).map(move |segment| SegmentIndex { lane, segment }));
	let proofs = all.map(|index| lanes.prove(index).unwrap());
	let form = |proof: &SegmentProof| (proof.start_path.len(), proof.end_path.len());
	let drawn = &reveal.segments[0];
	proofs.into_iter().find(|proof| proof.start != drawn.start && form(proof) == form(drawn)).unwrap()
}

#[test]
fn forged_proofs_are_refused() {
	refused(|reveal, _| reveal.segments[7].start = H256::zero(), Error::StartNotCommitted);
	refused(|reveal, _| reveal.segments[7].end = H256::zero(), Error::EndNotCommitted);
	refused(|reveal, _| reveal.segments[7].start_path[0] = H256::zero(), Error::StartNotCommitted);
	refused(|reveal, _| reveal.segments[7].end_path[0] = H256::zero(), Error::EndNotCommitted);
	refused(|reveal, _| reveal.segments[7].start_path.push(H256::zero()), Error::WrongPathLength);
	refused(|reveal, _| reveal.segments[7].end_path = vec![H256::zero(); 50_000], Error::WrongPathLength);
}

/// What a node is told that commits to lanes which are not those of its challenge in epoch 0.
fn cheater(lanes: impl FnOnce(&Node) -> Lanes) -> DispatchError {
	let mut told = None;
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = lanes(&node);
		asked_with(node, lanes, |node, lanes| {
			let reveal = node.reveal_of(0, &lanes);
			let error = node.refused(&reveal);
			assert_noop!(node.show(reveal), error);
			assert_eq!(power(&node.account, Role::Edge, 0), 5_000);
			told = Some(error);
		});
	});
	told.unwrap()
}

#[test]
fn another_node_s_challenge_is_refused() {
	let error = cheater(|_| Node::new(2).lanes(0, 8));
	assert_eq!(error, Error::<Test>::WrongSteps.into());
}

#[test]
fn last_epoch_s_challenge_is_refused() {
	on_ledger(|| {
		// A node that is not asked for the first segment of a lane: it is the steps that show it.
		let asked = |node: &Node| draw_segments(&Clock::seed_of(EPOCH_LENGTH + 4), &node.account, 8, &PARAMETERS.shape);
		let is_lucky = |number: &u8| asked(&Node::new(*number)).iter().all(|index| index.segment > 0);
		let node = Node::registered((1..).find(is_lucky).unwrap(), 0);
		let lanes = node.lanes(0, 8);
		open_at(EPOCH_LENGTH + 1);
		assert_ok!(node.commit(1, &lanes));
		open_at(EPOCH_LENGTH + 5);
		assert_eq!(node.asked(), asked(&node));
		assert_noop!(node.show(node.reveal_of(1, &lanes)), Error::<Test>::WrongSteps);
	});
}

#[test]
fn one_lane_in_the_place_of_all_is_refused() {
	let error = cheater(|node| {
		let lane = compute_lane(&node.challenge(0), 0, &PARAMETERS.shape);
		Lanes::new(vec![lane; 8], &PARAMETERS.shape).unwrap()
	});
	assert_eq!(error, Error::<Test>::WrongSteps.into());
}

#[test]
fn skipped_steps_are_refused() {
	let error = cheater(|node| {
		let made_up = |lane| {
			let mut lane = compute_lane(&node.challenge(0), lane, &PARAMETERS.shape);
			lane[1..].iter_mut().for_each(|checkpoint| checkpoint.0[0] ^= 1);
			lane
		};
		Lanes::new((0..8).map(made_up).collect(), &PARAMETERS.shape).unwrap()
	});
	assert_eq!(error, Error::<Test>::WrongSteps.into());
}

#[test]
fn more_lanes_than_the_tree_has_are_refused() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let (lanes, claimed) = (node.lanes(0, 4), 8);
		open_at(1);
		let mut commitment = lanes.commitment(node.account.clone(), 0);
		commitment.lanes = claimed;
		assert_ok!(node.commit_to(commitment));
		open_at(5);
		// Where a segment is drawn that it has, it shows that; otherwise any.
		let shown = |index: &SegmentIndex| lanes.prove(SegmentIndex { lane: index.lane % 4, ..*index }).unwrap();
		let mut reveal =
			Reveal { node: node.account.clone(), epoch: 0, segments: node.asked().iter().map(shown).collect() };
		assert_noop!(node.show(reveal.clone()), Error::<Test>::WrongPathLength);
		// Paths made as long as they have to be.
		let honest = node.lanes(0, 8).reveal(node.account.clone(), 0, &node.asked()).unwrap();
		for (shown, honest) in reveal.segments.iter_mut().zip(&honest.segments) {
			shown.start_path.resize(honest.start_path.len(), H256::zero());
			shown.end_path.resize(honest.end_path.len(), H256::zero());
		}
		assert_noop!(node.show(reveal), Error::<Test>::StartNotCommitted);
		assert_noop!(node.show(honest), Error::<Test>::StartNotCommitted);
	});
}

#[test]
fn a_node_that_lost_its_keys_proves_nothing() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		Node::registered(1, 1);
		assert_noop!(node.show(reveal), Error::<Test>::NoSuchNode);
	});
}
