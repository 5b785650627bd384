use super::*;
use sp_core::crypto::UncheckedFrom;
use sp_runtime::{traits::Header as _, Digest};
use std::cell::Cell;
use tp_pbft::ConsensusLog;

/// A chain whose epochs have given lengths. A read counts.
struct TestChain {
	lengths: Vec<Height>,
	reads: Cell<usize>,
}

fn members(epoch: Epoch) -> Vec<Member> {
	let seed = u8::try_from(epoch % 251).unwrap();
	(0..4u8).map(|at| Member { key: key([seed, at]).into(), vrf: vrf([seed, at]).into(), weight: 1 }).collect()
}

fn bytes(id: [u8; 2]) -> [u8; 32] {
	let mut bytes = [7; 32];
	bytes[..2].copy_from_slice(&id);
	bytes
}

fn key(id: [u8; 2]) -> sp_core::ed25519::Public {
	sp_core::ed25519::Public::unchecked_from(bytes(id))
}

fn vrf(id: [u8; 2]) -> sp_core::sr25519::Public {
	sp_core::sr25519::Public::unchecked_from(bytes(id))
}

impl TestChain {
	fn new(lengths: &[Height]) -> Self {
		Self { lengths: lengths.to_vec(), reads: Cell::new(0) }
	}

	/// Returns the epoch of a height, and whether it is its last.
	fn at(&self, height: Height) -> Option<(Epoch, bool)> {
		let mut last = 0;
		for (epoch, length) in (0..).zip(&self.lengths) {
			last += length;
			if height <= last {
				return Some((epoch, height == last));
			}
		}
		None
	}
}

impl EpochSource for TestChain {
	fn epoch_of(&self, height: Height) -> Result<Epoch, CommitteeError> {
		self.reads.set(self.reads.get() + 1);
		assert!(height > 0, "the genesis has no certificate");
		self.at(height).map(|(epoch, _)| epoch).ok_or(CommitteeError::Missing(height))
	}

	fn header(&self, height: Height) -> Result<Header, CommitteeError> {
		let (epoch, is_last) = self.at(height).ok_or(CommitteeError::Missing(height))?;
		let next = ConsensusLog::NextCommittee { epoch: epoch + 1, members: members(epoch + 1) };
		let logs = is_last.then(|| next.to_item()).into_iter().collect();
		let zero = Default::default();
		Ok(Header::new(height, zero, zero, zero, Digest { logs }))
	}
}

#[test]
fn every_height_has_the_committee_that_the_header_before_its_epoch_names() {
	let chain = TestChain::new(&[5, 1, 1, 7, 30, 2]);
	let first = members(0);
	let mut epochs = Epochs::new(Some(first.clone()));
	for height in (1..=46).chain((1..=46).rev()) {
		let (epoch, _) = chain.at(height).unwrap();
		let found = Epochs::find(&chain, Some(&first), height).unwrap();
		assert_eq!(epochs.keep(found), (epoch, members(epoch)), "height {height}");
		assert_eq!(epochs.known(height), Some((epoch, members(epoch))), "height {height}");
	}
	// What was found answers for all heights, and nothing beyond them.
	for height in 1..=46 {
		assert_eq!(epochs.known(height).map(|(epoch, _)| epoch), chain.at(height).map(|(epoch, _)| epoch));
	}
	assert_eq!((epochs.known(0), epochs.known(47)), (None, None));
}

#[test]
fn search_is_bounded_and_memory_too() {
	let chain = TestChain::new(&vec![43_200; 1_000]);
	let mut epochs = Epochs::new(None);
	for epoch in 1..1_000u32 {
		chain.reads.set(0);
		epochs.keep(Epochs::find(&chain, None, 43_200 * epoch + 1 + epoch % 43_200).unwrap());
		assert!(chain.reads.get() <= 33, "{} reads", chain.reads.get());
	}
	assert_eq!(epochs.known.len(), MAX_KNOWN);
}

#[test]
fn committee_that_no_header_names_is_not_guessed() {
	let chain = TestChain::new(&[5, 5]);
	assert!(matches!(Epochs::find(&chain, None, 3), Err(CommitteeError::FirstUnknown)));
	assert!(matches!(Epochs::find(&chain, None, 11), Err(CommitteeError::Missing(11))));
	struct Silent(TestChain);
	impl EpochSource for Silent {
		fn epoch_of(&self, height: Height) -> Result<Epoch, CommitteeError> {
			self.0.epoch_of(height)
		}
		fn header(&self, height: Height) -> Result<Header, CommitteeError> {
			self.0.header(height - 1)
		}
	}
	let found = Epochs::find(&Silent(chain), None, 8);
	assert!(matches!(found, Err(CommitteeError::NotNamed { epoch: 1, height: 5 })), "{found:?}");
}

#[test]
fn the_last_height_of_each_epoch_is_found() {
	let lengths = [5, 1, 1, 7, 30, 2];
	let chain = TestChain::new(&lengths);
	let (mut start, mut last) = (1, 0);
	for (epoch, length) in (0..).zip(lengths) {
		last += length;
		for newest in start..=46 {
			let expected = (newest > last).then_some(last);
			assert_eq!(Epochs::last_of(&chain, epoch, start, newest).unwrap(), expected, "epoch {epoch} at {newest}");
		}
		start = last + 1;
	}
	assert_eq!(Epochs::last_of(&chain, 6, 47, 46).unwrap(), None, "the next epoch has no block yet");
}
