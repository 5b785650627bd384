use super::*;
use tp_pbft::{BlockHash, PbftSignature};

const VERSION: StateVersion = StateVersion::V1;

fn extrinsic(byte: u8) -> OpaqueExtrinsic {
	OpaqueExtrinsic::decode(&mut &vec![byte; 4].encode()[..]).unwrap()
}

fn block(height: Height, extrinsics: Vec<OpaqueExtrinsic>) -> Block {
	let root = BlakeTwo256::ordered_trie_root(extrinsics.iter().map(Encode::encode).collect(), VERSION);
	let header = Header::new(height, root, Default::default(), Default::default(), Default::default());
	Block::new(header, extrinsics)
}

fn proposal(block: &Block) -> Proposal {
	Proposal { hash: block.hash(), bytes: Arc::new(block.encode()) }
}

#[test]
fn a_proposal_is_bound_to_its_hash_height_and_body() {
	let whole = block(3, vec![extrinsic(1), extrinsic(2)]);
	assert!(is_block_of(&proposal(&whole), 3, VERSION));
	assert!(!is_block_of(&proposal(&whole), 4, VERSION));
	let renamed = Proposal { hash: BlockHash::repeat_byte(1), ..proposal(&whole) };
	assert!(!is_block_of(&renamed, 3, VERSION));

	let other_body = Block::new(whole.header().clone(), vec![extrinsic(1)]);
	assert_eq!(other_body.hash(), whole.hash());
	assert!(!is_block_of(&proposal(&other_body), 3, VERSION));
	assert!(decode_proposal(&other_body.encode(), VERSION).is_none());
	assert_eq!(decode_proposal(&whole.encode(), VERSION).map(|found| found.hash), Some(whole.hash()));
}

#[test]
fn a_notification_is_read_to_its_last_byte() {
	let signature = PbftSignature::from(sp_core::ed25519::Signature::default());
	let vote = Message::Prepare(tc_pbft_core::Prepare { view: 0, hash: BlockHash::zero() });
	let wire = Wire::Message(Signed { epoch: 0, height: 1, sender: 0, message: vote, signature });
	let bytes = wire.encode();
	assert_eq!(Wire::from_bytes(&bytes), Some(wire));
	assert_eq!(Wire::from_bytes(&bytes[..bytes.len() - 1]), None);
	assert_eq!(Wire::from_bytes(&[bytes, vec![0]].concat()), None);
}
