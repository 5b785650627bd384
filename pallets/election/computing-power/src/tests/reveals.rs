//! Computed lanes count. Other reveals are refused with their errors, and nothing is stored.

use super::*;
use sp_runtime::DispatchError::BadOrigin;
use tp_power::{compute_lane, SegmentProof};
use tp_stake::{ComputingPower as _, Power};

fn power(node: &AccountId, role: Role, epoch: Epoch) -> u16 {
	ComputingPower::power(node, role, epoch).ten_thousandths()
}

/// Runs a test with a node that committed to lanes in block 1, in block 5, after the draw.
fn asked_with(node: Node, lanes: Lanes, test: impl FnOnce(Node, Lanes)) {
	open_at(1);
	assert_ok!(node.commit(0, &lanes));
	open_at(5);
	test(node, lanes);
}

/// Runs a test with an honest node of eight lanes, after the draw.
fn asked(test: impl FnOnce(Node, Lanes)) {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		asked_with(node, lanes, test);
	});
}

/// Checks that a changed reveal is refused, and that the honest reveal is accepted after it.
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
fn a_proof_counts_by_lanes_and_role() {
	on_ledger(|| {
		let (node, lanes) = Node::committed(2, 3);
		open_at(6);
		let reveal = node.reveal_of(0, &lanes);
		assert_eq!(node.asked(), draw_segments(&Clock::seed_of(5), &node.account, 3, &PARAMETERS.shape));
		assert_eq!(power(&node.account, Role::Router, 0), Power::MIN.ten_thousandths());
		assert_ok!(node.show(reveal));
		assert!(has_event(Event::LanesProved { node: node.account, epoch: 0, lanes: 3 }));
		assert_eq!(Proved::<Test>::get(0, node.account), Some(3));

		let of = |role| power(&node.account, role, 0);
		assert_eq!([Role::Edge, Role::Router, Role::Validator, Role::Archive].map(of), [12_000, 9_500, 11_000, 10_000]);
		// The proof counts for no other epoch and no other node.
		assert_eq!(power(&node.account, Role::Edge, 1), 8_000);
		assert_eq!(power(&Node::new(2).account, Role::Edge, 0), 8_000);

		// The proof counts at the end of the epoch and after it.
		close_at(EPOCH_LENGTH);
		assert_eq!(power(&node.account, Role::Router, 0), 9_500);
		open_at(EPOCH_LENGTH + 1);
		assert_eq!(power(&node.account, Role::Router, 0), 9_500);
	});
}

#[test]
fn a_reveal_before_the_draw_is_refused() {
	on_ledger(|| {
		let (node, lanes) = Node::committed(2, 8);
		// The reveal is right for the segments that the draw will choose.
		let drawn = draw_segments(&Clock::seed_of(5), &node.account, 8, &PARAMETERS.shape);
		let reveal = lanes.reveal(node.account, 0, &drawn).unwrap();
		for height in 2..5 {
			open_at(height);
			assert_noop!(node.show(reveal.clone()), Error::<Test>::NotDrawnYet);
		}
		open_at(5);
		assert_ok!(node.show(reveal));
	});
}

#[test]
fn a_reveal_without_a_commitment_is_refused() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 8);
		open_at(5);
		let drawn = draw_segments(&Clock::seed_of(4), &node.account, 8, &PARAMETERS.shape);
		let reveal = lanes.reveal(node.account, 0, &drawn).unwrap();
		assert_noop!(node.show(reveal), Error::<Test>::NotCommitted);
	});
}

#[test]
fn replayed_reveals_are_refused() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		let signature = node.sign_reveal(&reveal);
		assert_ok!(ComputingPower::reveal(authorized::<Test>(), reveal.clone(), signature.clone()));
		let again = || ComputingPower::reveal(authorized::<Test>(), reveal.clone(), signature.clone());
		assert_noop!(again(), Error::<Test>::AlreadyProved);
		open_at(6);
		assert_noop!(again(), Error::<Test>::AlreadyProved);
		// The node commits to the same lanes in the next epoch.
		open_at(EPOCH_LENGTH + 1);
		assert_noop!(again(), Error::<Test>::WrongEpoch);
		assert_ok!(node.commit(1, &lanes));
		open_at(EPOCH_LENGTH + 5);
		assert_noop!(again(), Error::<Test>::WrongEpoch);
	});
}

#[test]
fn a_reveal_in_the_next_epoch_is_refused() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		open_at(EPOCH_LENGTH);
		assert_ok!(ComputingPower::check_reveal(&reveal, &node.sign_reveal(&reveal)));
		open_at(EPOCH_LENGTH + 1);
		assert_noop!(node.show(reveal.clone()), Error::<Test>::WrongEpoch);
		assert_noop!(node.show(Reveal { epoch: 1, ..reveal }), Error::<Test>::NotCommitted);
		assert_eq!(power(&node.account, Role::Edge, 0), 8_000);
	});
}

#[test]
fn a_signature_by_another_key_is_refused() {
	asked(|node, lanes| {
		let other = Node::registered(2, 0);
		let reveal = node.reveal_of(0, &lanes);
		assert_noop!(other.show(reveal.clone()), Error::<Test>::BadSignature);
		// The other node cannot submit it in its own name.
		let taken = Reveal { node: other.account, ..reveal.clone() };
		assert_noop!(other.show(taken), Error::<Test>::NotCommitted);
		// A signature over the commitment, or for another network, is invalid for the reveal.
		let commitment = lanes.commitment(node.account, 0);
		let foreign = node.pair.sign(&reveal.signing_payload(&H256::zero()));
		for signature in [node.sign_commitment(&commitment), foreign] {
			let result = ComputingPower::reveal(authorized::<Test>(), reveal.clone(), signature);
			assert_noop!(result, Error::<Test>::BadSignature);
		}
		assert_ok!(node.show(reveal));
	});
}

#[test]
fn signed_transactions_are_refused() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		let signature = node.sign_reveal(&reveal);
		for origin in [RuntimeOrigin::signed(node.account), RuntimeOrigin::root()] {
			assert_noop!(ComputingPower::reveal(origin, reveal.clone(), signature.clone()), BadOrigin);
		}
	});
}

#[test]
fn wrong_segments_are_refused() {
	let segment = |lanes: &Lanes, lane, segment| lanes.prove(SegmentIndex { lane, segment }).unwrap();
	// Another segment than the drawn one has a valid path of its own place.
	refused(|reveal, lanes| reveal.segments[0] = other_than(reveal, lanes), Error::StartNotCommitted);
	// The first segment of a lane replaces another.
	refused(|reveal, lanes| reveal.segments[0] = segment(lanes, 0, 0), Error::StartNotCommitted);
	// The drawn segments are in another order.
	refused(|reveal, _| reveal.segments.swap(0, 1), Error::StartNotCommitted);
	// The reveal has fewer segments, none, or more.
	refused(|reveal, _| drop(reveal.segments.split_off(7)), Error::WrongSegments);
	refused(|reveal, _| reveal.segments.clear(), Error::WrongSegments);
	refused(|reveal, _| reveal.segments.push(reveal.segments[0].clone()), Error::WrongSegments);
}

/// Returns a segment other than the first drawn one, with paths of the same lengths.
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

/// Returns the error for a node that commits to lanes of another challenge than its own in epoch 0.
fn cheater(lanes: impl FnOnce(&Node) -> Lanes) -> DispatchError {
	let mut refusal = None;
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = lanes(&node);
		asked_with(node, lanes, |node, lanes| {
			let reveal = node.reveal_of(0, &lanes);
			let error = node.refused(&reveal);
			assert_noop!(node.show(reveal), error);
			assert_eq!(power(&node.account, Role::Edge, 0), 8_000);
			refusal = Some(error);
		});
	});
	refusal.unwrap()
}

#[test]
fn another_node_s_challenge_is_refused() {
	let error = cheater(|_| Node::new(2).lanes(0, 8));
	assert_eq!(error, Error::<Test>::WrongSteps.into());
}

#[test]
fn last_epoch_s_challenge_is_refused() {
	on_ledger(|| {
		// The draw has no first segment of a lane, so the steps detect the replay.
		let asked = |node: &Node| draw_segments(&Clock::seed_of(EPOCH_LENGTH + 4), &node.account, 8, &PARAMETERS.shape);
		let is_lucky = |number: &u16| asked(&Node::new(*number)).iter().all(|index| index.segment > 0);
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
		let mut commitment = lanes.commitment(node.account, 0);
		commitment.lanes = claimed;
		assert_ok!(node.commit_to(commitment));
		open_at(5);
		// The node shows a drawn segment if it has it, and another one otherwise.
		let shown = |index: &SegmentIndex| lanes.prove(SegmentIndex { lane: index.lane % 4, ..*index }).unwrap();
		let mut reveal = Reveal { node: node.account, epoch: 0, segments: node.asked().iter().map(shown).collect() };
		assert_noop!(node.show(reveal.clone()), Error::<Test>::WrongPathLength);
		// The paths are extended to the right lengths.
		let honest = node.lanes(0, 8).reveal(node.account, 0, &node.asked()).unwrap();
		for (shown, honest) in reveal.segments.iter_mut().zip(&honest.segments) {
			shown.start_path.resize(honest.start_path.len(), H256::zero());
			shown.end_path.resize(honest.end_path.len(), H256::zero());
		}
		assert_noop!(node.show(reveal), Error::<Test>::StartNotCommitted);
		assert_noop!(node.show(honest), Error::<Test>::StartNotCommitted);
	});
}

#[test]
fn a_node_without_valid_keys_proves_nothing() {
	asked(|node, lanes| {
		let reveal = node.reveal_of(0, &lanes);
		Node::registered(1, 1);
		assert_noop!(node.show(reveal), Error::<Test>::NoSuchNode);
	});
}
