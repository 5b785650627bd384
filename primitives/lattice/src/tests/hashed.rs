//! A batch with its hashes and its encoding is the same, whether it is put together or decoded.

use super::*;
use codec::Encode;

fn units() -> Vec<Unit> {
	let first = unsigned(1, 0, FIRST, vec![pay(9, 1)]);
	let second = unsigned(1, 1, first.hash(), vec![pay(9, 2), pay(8, 3)]);
	let others = (2..40).map(|account| unsigned(account, 0, FIRST, vec![pay(1, 4)]));
	[second, first].into_iter().chain(others).collect()
}

fn hashed(units: Vec<Unit>) -> Result<HashedBatch, BatchError> {
	HashedBatch::new(units.iter().map(|unit| (unit, unit.hash())))
}

#[test]
fn it_is_put_together_as_it_is_decoded() {
	let batch = Batch::new(units()).unwrap();
	let built = hashed(units()).unwrap();
	assert_eq!((built.batch(), built.bytes()), (&batch, &batch.encode()[..]));
	let hashes: Vec<_> = batch.units().iter().map(Unit::hash).collect();
	assert_eq!(built.hashes(), hashes);
	assert_eq!(HashedBatch::decode(built.bytes()), Ok(built.clone()));
	assert_eq!(HashedBatch::from(batch), built);
	assert_eq!(HashedBatch::decode(&Batch::default().encode()), Ok(hashed(Vec::new()).unwrap()));
}

#[test]
fn what_is_no_batch_is_refused() {
	let twice = [units(), vec![unsigned(1, 0, FIRST, vec![pay(3, 7)])]].concat();
	assert_eq!(hashed(twice), Err(BatchError::Conflict));
	let large: Vec<_> = (0..40_000).map(|account| unsigned(account, 0, FIRST, Vec::new())).collect();
	let bytes = large.encoded_size();
	assert_eq!((hashed(large), bytes > MAX_BATCH_BYTES), (Err(BatchError::TooLarge(bytes)), true));
	let mut bytes = hashed(units()).unwrap().bytes().to_vec();
	bytes.push(0);
	assert_eq!(HashedBatch::decode(&bytes), Err(ApplyError::Undecodable));
}
