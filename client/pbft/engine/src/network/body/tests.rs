use super::*;
use codec::Encode;
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _},
	OpaqueExtrinsic,
};

const VERSION: StateVersion = StateVersion::V1;

fn extrinsic(byte: u8) -> OpaqueExtrinsic {
	OpaqueExtrinsic::decode(&mut &vec![byte; 4].encode()[..]).unwrap()
}

fn header(height: Height) -> Header {
	Header::new(height, Default::default(), Default::default(), Default::default(), Default::default())
}

fn block(height: Height, extrinsics: Vec<OpaqueExtrinsic>) -> Block {
	let root = BlakeTwo256::ordered_trie_root(extrinsics.iter().map(Encode::encode).collect(), VERSION);
	let header = Header::new(height, root, Default::default(), Default::default(), Default::default());
	Block::new(header, extrinsics)
}

fn proposal(block: &Block) -> Proposal {
	Proposal { hash: block.hash(), bytes: Arc::new(block.encode()) }
}

/// Returns a block with this header and body, as bytes.
fn bytes(header: &Header, body: &[u8]) -> Vec<u8> {
	[header.encode(), body.to_vec()].concat()
}

#[test]
fn a_proposal_is_bound_to_its_hash_height_and_body() {
	let whole = block(3, vec![extrinsic(1), extrinsic(2)]);
	assert!(is_plausible(&proposal(&whole), 3));
	assert!(!is_plausible(&proposal(&whole), 4));
	let renamed = Proposal { hash: BlockHash::repeat_byte(1), ..proposal(&whole) };
	assert!(!is_plausible(&renamed, 3));
	assert_eq!(check(renamed.bytes.to_vec(), renamed.hash, VERSION), None);

	let other_body = Block::new(whole.header().clone(), vec![extrinsic(1)]);
	assert_eq!(other_body.hash(), whole.hash());
	assert_eq!(check(other_body.encode(), whole.hash(), VERSION), None);
	let found = check(whole.encode(), whole.hash(), VERSION).map(CheckedBody::into_proposal);
	assert_eq!(found, Some(proposal(&whole)));
	let longer = [whole.encode(), vec![0]].concat();
	assert_eq!(check(longer, whole.hash(), VERSION), None);
}

/// 16 MiB of empty extrinsics would take some GiB once decoded and put into a trie.
#[test]
fn a_body_of_empty_extrinsics_is_refused_before_it_is_decoded() {
	let header = header(3);
	let count: u32 = 16 * 1024 * 1024 - 1024;
	let flood = bytes(&header, &[Compact(count).encode(), vec![0; count as usize]].concat());
	let started = std::time::Instant::now();
	let hash = header.hash();
	assert!(!is_plausible(&Proposal { hash, bytes: Arc::new(flood.clone()) }, 3));
	assert_eq!(check(flood, hash, VERSION), None);
	assert!(started.elapsed() < std::time::Duration::from_secs(1), "it took {:?}", started.elapsed());
}

#[test]
fn extrinsics_are_bounded_in_number_and_each_has_content() {
	let list = |count: u32, each: &[u8]| {
		let body: Vec<_> = (0..count).flat_map(|_| each.encode()).collect();
		is_list_of_extrinsics(&[Compact(count).encode(), body].concat())
	};
	assert!(list(0, &[1]) && list(1, &[1]) && list(MAX_EXTRINSICS, &[1]));
	assert!(!list(MAX_EXTRINSICS + 1, &[1]));
	assert!(!list(1, &[]), "an empty extrinsic");
	let cut = [Compact(2u32).encode(), vec![1u8].encode()].concat();
	assert!(!is_list_of_extrinsics(&cut), "the second is missing");
	let short = [Compact(1u32).encode(), Compact(9u32).encode(), vec![1; 8]].concat();
	assert!(!is_list_of_extrinsics(&short), "a byte is missing");
	assert!(!is_list_of_extrinsics(&[]));
}

#[test]
fn a_header_is_read_up_to_its_bound() {
	let mut large = header(3);
	large.digest_mut().push(sp_runtime::DigestItem::Other(vec![0; MAX_HEADER_BYTES]));
	let found = Proposal { hash: large.hash(), bytes: Arc::new(bytes(&large, &[0])) };
	assert!(!is_plausible(&found, 3));
	let plain = header(3);
	assert!(is_plausible(&Proposal { hash: plain.hash(), bytes: Arc::new(bytes(&plain, &[0])) }, 3));
}
