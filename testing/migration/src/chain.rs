//! The files of a chain.

use crate::{entries::Entries, schema::Schema};
use codec::{Decode, DecodeAll};
use sp_core::{
	storage::{well_known_keys::CODE, StateVersion, Storage},
	H256,
};
use sp_io::TestExternalities;
use sp_runtime::{generic::SignedBlock, traits::Header as _};
use std::{fs, path::Path};
use tp_core::{Block, Header};

/// More than the unpacked bytes of any file.
const BOMB_LIMIT: usize = 50 * 1024 * 1024;

/// A chain of an earlier build.
pub struct Chain {
	/// The header of its newest block.
	pub head: Header,
	/// The state of that block, with the runtime's code.
	pub state: Entries,
	/// The formats of that state.
	pub schema: Schema,
}

impl Chain {
	/// Returns the chain of a name: `main` or `shard`. Checks that its blocks are linked, and that its state is that of the
	/// newest.
	///
	/// Panics if a file is missing or damaged, since it serves tests.
	pub fn load(name: &str) -> Self {
		let mut state: Entries = Vec::<(Vec<u8>, Vec<u8>)>::decode_all(&mut &part(name, "state")[..])
			.expect("the state decodes")
			.into_iter()
			.collect();
		state.insert(CODE.to_vec(), code(&part(name, "spec")));
		let head = head(&part(name, "blocks"));
		let schema = Schema::new(&part(name, "metadata")).expect("the metadata decodes");
		let chain = Self { head, state, schema };
		assert_eq!(chain.root(), *chain.head.state_root(), "the state is not that of the newest block");
		chain
	}

	/// Returns a copy of its state that a runtime can run on.
	pub fn externalities(&self) -> TestExternalities {
		let storage = Storage { top: self.state.clone(), ..Storage::default() };
		// Version 0 of the state, as in the runtimes' versions.
		TestExternalities::new_with_code_and_state(&self.state[CODE], storage, StateVersion::V0)
	}

	fn root(&self) -> H256 {
		self.externalities().execute_with(|| H256::from_slice(&sp_io::storage::root(StateVersion::V0)))
	}
}

/// Returns a file of a chain, unpacked.
fn part(chain: &str, part: &str) -> Vec<u8> {
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(format!("{chain}-{part}.zst"));
	let packed = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
	sp_maybe_compressed_blob::decompress(&packed, BOMB_LIMIT).expect("it is packed").into_owned()
}

/// Returns the code of the genesis, from a raw chain specification.
fn code(spec: &[u8]) -> Vec<u8> {
	let spec: serde_json::Value = serde_json::from_slice(spec).expect("a specification is JSON");
	let code = spec["genesis"]["raw"]["top"]["0x3a636f6465"].as_str().expect("a genesis has a code");
	sp_core::bytes::from_hex(code).expect("the code is hex")
}

/// Returns the newest of exported blocks: their number, and the blocks from the first on.
fn head(mut blocks: &[u8]) -> Header {
	let count = u64::decode(&mut blocks).expect("a number comes first");
	let mut head: Option<Header> = None;
	for _ in 0..count {
		let SignedBlock { block, .. } = SignedBlock::<Block>::decode(&mut blocks).expect("a block decodes");
		if let Some(parent) = head {
			assert_eq!(*block.header.parent_hash(), parent.hash(), "the blocks are not linked");
		}
		head = Some(block.header);
	}
	assert!(blocks.is_empty(), "bytes follow the last block");
	head.expect("there is a block")
}
