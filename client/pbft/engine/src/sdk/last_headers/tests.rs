//! Last headers of a chain in memory: kept as they come, and found in a chain that kept none.

use super::*;
use sp_core::H256;
use sp_runtime::{traits::Header as _, Digest};
use std::{cell::RefCell, collections::BTreeMap};
use tp_pbft::{ConsensusLog, MessageKind, Slot};

const GENESIS: BlockHash = H256::repeat_byte(9);
/// Blocks of the epochs, of which the first is epoch 3.
const LENGTHS: [Height; 4] = [5, 1, 8, 6];
const FIRST: Epoch = 3;

/// A chain without states, and its auxiliary store.
struct TestChain {
	blocks: Vec<SignedHeader>,
	kept: RefCell<BTreeMap<Vec<u8>, Vec<u8>>>,
	knows_first: bool,
}

fn members(epoch: Epoch) -> Vec<Member> {
	let seed = u8::try_from(epoch).unwrap();
	let key = sp_core::ed25519::Public::from_raw([seed; 32]).into();
	vec![Member { key, vrf: sp_core::sr25519::Public::from_raw([seed; 32]).into(), weight: 1 }]
}

fn signed(epoch: Epoch, height: Height, is_last: bool) -> SignedHeader {
	let next = ConsensusLog::NextCommittee { epoch: epoch + 1, members: members(epoch + 1) };
	let logs = is_last.then(|| next.to_item()).into_iter().collect();
	let zero = H256::zero();
	let header = Header::new(height, zero, zero, zero, Digest { logs });
	let slot = Slot { epoch, height, view: 0, kind: MessageKind::Commit };
	SignedHeader { certificate: Certificate::from_votes(slot, header.hash(), 1, Vec::new()), header }
}

impl TestChain {
	/// Returns a chain with this number of blocks that kept nothing.
	fn new(newest: Height) -> Self {
		let lasts = LENGTHS.iter().scan(0, |last, length| {
			*last += length;
			Some(*last)
		});
		let lasts: Vec<Height> = lasts.collect();
		let block = |height| {
			let at = lasts.iter().position(|last| height <= *last).unwrap();
			signed(FIRST + at as Epoch, height, height == lasts[at])
		};
		Self { blocks: (1..=newest).map(block).collect(), kept: RefCell::default(), knows_first: true }
	}

	fn at(&self, height: Height) -> Option<&SignedHeader> {
		self.blocks.iter().find(|block| block.header.number == height)
	}

	fn hash(&self, height: Height) -> BlockHash {
		self.at(height).unwrap().header.hash()
	}
}

impl EpochSource for TestChain {
	fn epoch_of(&self, height: Height) -> Result<Epoch, CommitteeError> {
		Ok(HeaderSource::certificate(self, height)?.epoch)
	}

	fn header(&self, height: Height) -> Result<Header, CommitteeError> {
		Ok(self.at(height).ok_or(CommitteeError::Missing(height))?.header.clone())
	}
}

impl HeaderSource for TestChain {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
		Ok(self.kept.borrow().get(key).cloned())
	}

	fn put(&self, entries: &[(Vec<u8>, Vec<u8>)]) -> Result<(), LedgerError> {
		self.kept.borrow_mut().extend(entries.iter().cloned());
		Ok(())
	}

	fn genesis(&self) -> BlockHash {
		GENESIS
	}

	fn first(&self) -> Result<Option<(Epoch, Vec<Member>)>, LedgerError> {
		Ok(self.knows_first.then(|| (FIRST, members(FIRST))))
	}

	fn newest(&self) -> Height {
		self.blocks.last().map_or(0, |block| block.header.number)
	}

	fn by_hash(&self, hash: BlockHash) -> Result<Option<Header>, LedgerError> {
		Ok(self.blocks.iter().map(|block| &block.header).find(|header| header.hash() == hash).cloned())
	}

	fn certificate(&self, height: Height) -> Result<Certificate, CommitteeError> {
		Ok(self.at(height).ok_or(CommitteeError::Missing(height))?.certificate.clone())
	}
}

#[test]
fn a_chain_that_kept_nothing_is_searched_once() {
	let mut chain = TestChain::new(17);
	assert_eq!(find(&chain, 3, 1).unwrap(), Some(signed(3, 5, true)));
	assert_eq!(find(&chain, 4, 6).unwrap(), Some(signed(4, 6, true)));
	assert_eq!(find(&chain, 5, 7).unwrap(), Some(signed(5, 14, true)));
	assert_eq!(find(&chain, 6, 15).unwrap(), None, "the epoch goes on");
	chain.blocks.clear();
	assert_eq!(find(&chain, 5, 7).unwrap(), Some(signed(5, 14, true)), "it is kept");
	assert!(matches!(find(&chain, 6, 15), Ok(None)));
}

#[test]
fn a_block_that_is_kept_or_here_says_which_epoch_follows() {
	let chain = TestChain::new(17);
	assert_eq!(after(&chain, GENESIS).unwrap(), Some((3, 1)));
	assert_eq!(after(&chain, chain.hash(5)).unwrap(), Some((4, 6)));
	assert_eq!(after(&chain, chain.hash(7)).unwrap(), None, "it is not the last of its epoch");
	assert_eq!(after(&chain, H256::repeat_byte(1)).unwrap(), None);
	// A node that began later has the header alone.
	let late = TestChain::new(0);
	keep(&late, &[signed(3, 5, true)]).unwrap();
	assert_eq!(after(&late, chain.hash(5)).unwrap(), Some((4, 6)));
	let unknown = TestChain { knows_first: false, ..TestChain::new(3) };
	assert!(matches!(after(&unknown, GENESIS), Err(CommitteeError::FirstUnknown)));
}

#[test]
fn an_epoch_has_its_heights_alone() {
	let chain = TestChain::new(0);
	keep(&chain, &[signed(3, 5, true), signed(4, 6, true), signed(5, 14, true)]).unwrap();
	for (epoch, first, last) in [(3, 1, 5), (4, 6, 6), (5, 7, 14)] {
		let found = span(&chain, epoch).unwrap().unwrap();
		assert_eq!(found.members, members(epoch));
		assert!((first..=last).all(|height| found.contains(height)));
		assert!(!found.contains(first - 1) && !found.contains(last + 1));
	}
	let newest = span(&chain, 6).unwrap().unwrap();
	assert!(!newest.contains(14) && newest.contains(15) && newest.contains(1_000));
	assert_eq!(span(&chain, 7).unwrap(), None, "the header that names its committee is not here");
	assert_eq!(span(&chain, 2).unwrap(), None);
}

#[test]
fn only_last_headers_are_kept() {
	let SignedHeader { header, certificate } = signed(3, 4, false);
	assert_eq!(entries(&header, &certificate), Vec::new());
	let last = signed(3, 5, true);
	let chain = TestChain::new(0);
	chain.put(&entries(&last.header, &last.certificate)).unwrap();
	assert_eq!(kept(&chain, 3).unwrap(), Some(last));
}
