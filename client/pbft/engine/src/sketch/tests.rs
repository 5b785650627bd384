use super::*;
use codec::DecodeAll;
use sp_runtime::traits::Header as _;

/// Sketches extrinsics that begin with 7: their other bytes are the parts, and this node has the even ones.
struct Bytes;

impl Sketches for Bytes {
	fn sketch(&self, _: &BlockHash, extrinsic: &OpaqueExtrinsic) -> Option<Vec<u8>> {
		let (first, parts) = extrinsic.inner().split_first()?;
		(*first == 7).then(|| parts.to_vec())
	}

	fn complete(&self, _: &BlockHash, sketch: &[u8], parts: &[u8]) -> Completed<OpaqueExtrinsic> {
		let lacks = |(at, part): (u32, &u8)| (part % 2 == 1 && !parts.contains(part)).then_some(at);
		let lacking: Vec<_> = (0..).zip(sketch).filter_map(lacks).collect();
		match lacking.is_empty() {
			true => Completed::Whole(OpaqueExtrinsic::from_blob([&[7], sketch].concat())),
			false => Completed::Lacks(lacking),
		}
	}

	fn parts(&self, extrinsic: &OpaqueExtrinsic, places: &[u32]) -> Option<Vec<u8>> {
		let parts = self.sketch(&BlockHash::zero(), extrinsic)?;
		places.iter().map(|place| parts.get(*place as usize).copied()).collect()
	}
}

fn block(extrinsics: &[&[u8]]) -> Block {
	let header = Header::new(3, Default::default(), Default::default(), Default::default(), Default::default());
	Block::new(header, extrinsics.iter().map(|bytes| OpaqueExtrinsic::from_blob(bytes.to_vec())).collect())
}

#[test]
fn a_sketch_completes_to_the_block_with_the_parts_that_were_lacking() {
	let block = block(&[&[1, 2], &[7, 2, 3, 4, 5], &[9]]);
	let sketch = sketch_block(block.clone(), &Bytes).unwrap();
	let complete = |parts: &[u8]| complete_block(&block.hash(), &sketch, parts, &Bytes);
	assert_eq!(complete(&[]), Completed::Lacks(vec![1, 3]));
	let parts = parts_of_block(&block, &[1, 3], &Bytes).unwrap();
	let Completed::Whole(bytes) = complete(&parts) else { panic!("nothing is lacking") };
	assert_eq!(Block::decode_all(&mut &bytes[..]).unwrap(), block);
}

#[test]
fn a_block_without_parts_has_no_sketch() {
	assert_eq!(sketch_block(block(&[&[1], &[2]]), &Bytes), None);
	assert_eq!(parts_of_block(&block(&[&[1]]), &[0], &Bytes), None);
	let with = block(&[&[7, 2]]);
	assert_eq!(parts_of_block(&with, &[1], &Bytes), None, "it has one part");
	assert_eq!(parts_of_block(&with, &vec![0; MAX_PARTS + 1], &Bytes), None);
	let large = block(&[&[7, 2], &vec![1; MAX_SKETCH_BYTES]]);
	assert_eq!(sketch_block(large, &Bytes), None);
}

#[test]
fn a_sketch_of_another_block_is_unusable() {
	let block = block(&[&[7, 2]]);
	let sketch = sketch_block(block.clone(), &Bytes).unwrap();
	let complete = |hash, sketch: &[u8]| complete_block(&hash, sketch, &[], &Bytes);
	assert_eq!(complete(BlockHash::zero(), &sketch), Completed::Unusable);
	assert_eq!(complete(block.hash(), &sketch[..sketch.len() - 1]), Completed::Unusable);
	assert_eq!(complete(block.hash(), &[sketch.clone(), vec![0]].concat()), Completed::Unusable);
	assert_eq!(complete(block.hash(), &vec![0; MAX_SKETCH_BYTES + 1]), Completed::Unusable);
}
