use super::*;
use crate::tests::{
	chain::{lane, next_batch, Lane},
	memory::{domain, pay, HEAD},
};
use sp_core::ed25519;
use tp_lattice::{Batch, APPLY_CALL};

fn block() -> Hash {
	Hash::repeat_byte(7)
}

fn account_with(start: u16) -> [u8; 32] {
	let mut bytes = [9; 32];
	bytes[..2].copy_from_slice(&start.to_be_bytes());
	bytes
}

fn units() -> Vec<Unit> {
	(0..5).map(|account| pay(account, 0, HEAD, 9, 10)).collect()
}

async fn lane_with(units: Vec<Unit>) -> Lane {
	let lane = lane();
	lane.units.submit(units).await.unwrap();
	lane
}

/// An author that has built a batch, and its extrinsic.
async fn author() -> (Lane, Batch, OpaqueExtrinsic) {
	let author = lane_with(units()).await;
	let batch = next_batch(&author, &author.units.contents());
	let bytes = batch.encode();
	let length = Compact(u32::try_from(bytes.len()).unwrap()).encode();
	(author, batch, OpaqueExtrinsic::from_blob([&[5], &APPLY_CALL[..], &length, &bytes].concat()))
}

#[tokio::test]
async fn a_member_completes_a_batch_from_its_pool() {
	let (author, batch, extrinsic) = author().await;
	let sketch = author.units.contents().sketch(&block(), &extrinsic).unwrap();
	assert!(sketch.len() < extrinsic.inner().len() / 10, "{} of {}", sketch.len(), extrinsic.inner().len());
	let member = lane_with(units()).await;
	let complete = |sketch: &[u8]| member.units.contents().complete(&block(), sketch, &[]);
	assert_eq!(complete(&sketch), Completed::Whole(extrinsic));
	let known = member.units.verdicts().batch(&batch.encode()).expect("it is kept for the execution");
	assert!(member.units.verdicts().knows_all(&domain(), &known));
	// The member hashes the units of a few accounts alone, also if its pool has many others.
	let decoded = BatchSketch::decode_all(&mut &sketch[..]).unwrap();
	let starts = Starts::of(&decoded);
	assert!(batch.units().iter().all(|unit| starts.has(&unit.body.account)));
	let others = (0..=u16::MAX).filter(|start| starts.has(&AccountId::new(account_with(*start)))).count();
	assert_eq!(others, 5);
	// It looks for a unit among the accounts that the sketch names, and nowhere else.
	let elsewhere = decoded.ids.iter().map(|([first, second], id)| ([!first, *second], *id)).collect();
	let misled = BatchSketch { ids: elsewhere, ..decoded.clone() };
	assert_eq!(complete(&misled.encode()), Completed::Lacks((0..5).collect()));
	// The ids are those of this block alone.
	let lacking = member.units.contents().complete(&Hash::zero(), &sketch, &[]);
	assert_eq!(lacking, Completed::Lacks((0..5).collect()));
}

#[tokio::test]
async fn a_member_asks_for_the_units_that_it_lacks() {
	let (author, batch, extrinsic) = author().await;
	let contents = author.units.contents();
	let sketch = contents.sketch(&block(), &extrinsic).unwrap();
	let has = [0, 2, 3].map(|place| batch.units()[place].clone());
	let member = lane_with(has.to_vec()).await;
	let complete = |parts: &[u8]| member.units.contents().complete(&block(), &sketch, parts);
	assert_eq!(complete(&[]), Completed::Lacks(vec![1, 4]));
	let parts = contents.parts(&extrinsic, &[1, 4]).unwrap();
	assert_eq!(complete(&parts), Completed::Whole(extrinsic.clone()));
	let known = member.units.verdicts().batch(&batch.encode()).expect("it is kept for the execution");
	assert!(!member.units.verdicts().knows_all(&domain(), &known), "the parts are not verified");
	assert_eq!(complete(&contents.parts(&extrinsic, &[1]).unwrap()), Completed::Lacks(vec![4]));

	let false_place = vec![(4u32, batch.units()[1].clone())].encode();
	let beyond = vec![(5u32, batch.units()[1].clone())].encode();
	for wrong in [&false_place[..], &beyond, &[1, 2, 3], &[]] {
		assert_ne!(complete(wrong), Completed::Whole(extrinsic.clone()));
	}
	assert_eq!(
		(contents.parts(&extrinsic, &[5]), contents.parts(&OpaqueExtrinsic::from_blob(vec![5]), &[0])),
		(None, None)
	);
}

#[tokio::test]
async fn another_signature_is_another_unit_and_a_false_sketch_completes_nothing() {
	let (author, batch, extrinsic) = author().await;
	let unit = &batch.units()[0];
	let signed_again = Unit { signature: ed25519::Signature::default().into(), ..unit.clone() };
	let salt = Salt::of(&block());
	assert_ne!(salt.id(unit, &unit.hash()), salt.id(&signed_again, &unit.hash()));

	let contents = author.units.contents();
	let sketch = BatchSketch::decode_all(&mut &contents.sketch(&block(), &extrinsic).unwrap()[..]).unwrap();
	let complete = |sketch: BatchSketch| contents.complete(&block(), &sketch.encode(), &[]);
	let twice = BatchSketch { ids: [&sketch.ids[..], &sketch.ids[..1]].concat(), ..sketch.clone() };
	assert_eq!(complete(twice), Completed::Unusable);
	assert_eq!(contents.complete(&block(), &[1, 2, 3], &[]), Completed::Unusable);
	// The order of a batch is canonical. That of the sketch does not matter.
	let mut ids = sketch.ids.clone();
	ids.reverse();
	assert_eq!(complete(BatchSketch { ids, ..sketch }), Completed::Whole(extrinsic));
}
