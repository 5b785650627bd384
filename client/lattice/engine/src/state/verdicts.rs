//! Signatures that were verified, for the execution of blocks that carry them.

use parking_lot::RwLock;
use sc_client_api::execution_extensions::ExtensionsFactory;
use sp_externalities::Extensions;
use sp_runtime::MultiSignature;
use std::{
	borrow::Borrow,
	collections::{HashMap, VecDeque},
	sync::Arc,
	time::Duration,
};
use tc_pbft::sdk::StageTimes;
use tp_core::{Block, BlockNumber, Hash};
use tp_lattice::{ApplyError, Domain, HashedBatch, KnownSigners, KnownVerdicts, Unit, UnitHash, VerdictsExt};

/// Parts of the map, each with its own lock, because verifiers write while a block is executed.
const PARTS: usize = 16;

/// Batches kept, at most: those of the proposals of a height and of the block before it. A batch that is dropped is decoded again.
const MAX_BATCHES: usize = 4;

/// Verified signatures of the units in the pool, by unit hash, and the newest batches.
///
/// Invariant: an entry is the very signature that was verified for the hash, under this domain. A unit's hash leaves
/// its signature out, so a lookup compares the signature as well. Without that, a block could carry a forged signature
/// of a pooled unit and pass on this node alone.
///
/// A verdict is inserted before the unit enters the pool, and removed with the unit. The verifier removes the verdict
/// of a unit that the pool refuses after all, since no event reports it. A second right signature of a pooled unit
/// replaces the first; execution then verifies the first again, which costs time and changes no result.
pub struct Verdicts {
	domain: Domain,
	signers: KnownSigners,
	times: StageTimes,
	parts: [RwLock<HashMap<UnitHash, MultiSignature, foldhash::quality::RandomState>>; PARTS],
	/// The newest batches that were built or executed, the oldest first.
	batches: RwLock<VecDeque<KnownBatch>>,
}

struct KnownBatch {
	batch: Arc<HashedBatch>,
	/// Whether this node has taken all of its units from its pool, with their signatures.
	is_verified: bool,
}

impl Verdicts {
	/// Creates an empty map.
	pub fn new(domain: Domain, times: StageTimes) -> Self {
		Self { domain, signers: KnownSigners::default(), times, parts: Default::default(), batches: RwLock::default() }
	}

	/// Returns the domain of the signatures.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// Verifies signatures, with what is known of their accounts.
	pub fn verify_all<U: Borrow<Unit>>(&self, units: &[U]) -> Vec<bool> {
		self.signers.verify(&self.domain, units)
	}

	/// Inserts a verified signature.
	pub fn insert(&self, hash: UnitHash, signature: MultiSignature) {
		self.part(&hash).write().insert(hash, signature);
	}

	/// Removes the verdict of a unit that has left the pool.
	pub fn remove(&self, hash: &UnitHash) {
		self.part(hash).write().remove(hash);
	}

	/// Keeps a batch of units of the pool, for the execution of the block that has it.
	pub fn built(&self, batch: &Arc<HashedBatch>) {
		self.keep(KnownBatch { batch: batch.clone(), is_verified: true });
	}

	/// Returns a batch that was built or executed lately, by its encoding, or decodes it.
	pub fn batch_of(&self, bytes: &[u8]) -> Result<Arc<HashedBatch>, ApplyError> {
		self.batch(bytes).map_or_else(|| HashedBatch::decode(bytes).map(Arc::new), Ok)
	}

	fn keep(&self, batch: KnownBatch) {
		let mut batches = self.batches.write();
		let dropped = if batches.len() < MAX_BATCHES { None } else { batches.pop_front() };
		batches.push_back(batch);
		// Freed after the lock: a batch is many allocations.
		drop(batches);
		drop(dropped);
	}

	fn part(&self, hash: &UnitHash) -> &RwLock<HashMap<UnitHash, MultiSignature, foldhash::quality::RandomState>> {
		&self.parts[usize::from(hash[0]) % PARTS]
	}
}

impl KnownVerdicts for Verdicts {
	fn verdict(&self, domain: &Domain, unit: &Unit) -> Option<bool> {
		self.verdict_of(domain, unit, &unit.hash())
	}

	fn verdict_of(&self, domain: &Domain, unit: &Unit, hash: &UnitHash) -> Option<bool> {
		let known = *domain == self.domain && self.part(hash).read().get(hash) == Some(&unit.signature);
		known.then_some(true)
	}

	fn verify(&self, domain: &Domain, units: &[&Unit]) -> Vec<bool> {
		self.signers.verify(domain, units)
	}

	fn batch(&self, bytes: &[u8]) -> Option<Arc<HashedBatch>> {
		let batches = self.batches.read();
		let found = batches.iter().rev().find(|known| known.batch.bytes() == bytes);
		found.map(|known| known.batch.clone())
	}

	fn decoded(&self, batch: &Arc<HashedBatch>) {
		self.keep(KnownBatch { batch: batch.clone(), is_verified: false });
	}

	fn knows_all(&self, domain: &Domain, batch: &HashedBatch) -> bool {
		let batches = self.batches.read();
		let is_verified = |known: &KnownBatch| known.is_verified && std::ptr::eq(&*known.batch, batch);
		*domain == self.domain && batches.iter().any(is_verified)
	}

	fn applied(&self, took: Duration) {
		self.times.add("apply", took);
	}
}

/// Registers the verdicts with every execution.
pub struct LatticeExtensions(pub Arc<Verdicts>);

impl ExtensionsFactory<Block> for LatticeExtensions {
	fn extensions_for(&self, _: Hash, _: BlockNumber) -> Extensions {
		let mut extensions = Extensions::new();
		extensions.register(VerdictsExt(self.0.clone()));
		extensions
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, Pair, H256};
	use tp_lattice::UnitBody;

	#[test]
	fn only_the_verified_signature_for_its_domain_is_known() {
		let (pair, domain) = (ed25519::Pair::from_seed(&[1; 32]), Domain(H256::repeat_byte(1)));
		let body = UnitBody {
			account: pair.public().into(),
			height: 0,
			parent: H256::repeat_byte(2),
			valid_until: 0,
			operations: Default::default(),
		};
		let unit = Unit { signature: pair.sign(&body.signing_payload(&domain)).into(), body };
		let verdicts = Verdicts::new(domain, StageTimes::default());
		assert_eq!(verdicts.verdict(&domain, &unit), None);
		verdicts.insert(unit.hash(), unit.signature.clone());
		assert_eq!(verdicts.verdict(&domain, &unit), Some(true));
		assert_eq!(verdicts.verdict(&Domain(H256::repeat_byte(9)), &unit), None, "no verdict for another domain");
		let forged = Unit { signature: ed25519::Signature::default().into(), ..unit.clone() };
		assert_eq!(verdicts.verdict(&domain, &forged), None, "the hash leaves the signature out");
		verdicts.remove(&unit.hash());
		assert_eq!(verdicts.verdict(&domain, &unit), None);
	}

	#[test]
	fn a_batch_is_known_by_its_bytes_and_verified_if_it_is_of_the_pool() {
		let domain = Domain(H256::repeat_byte(1));
		let verdicts = Verdicts::new(domain, StageTimes::default());
		let batch = |height| {
			let body = UnitBody {
				account: [1; 32].into(),
				height,
				parent: H256::repeat_byte(2),
				valid_until: 0,
				operations: Default::default(),
			};
			let unit = Unit { signature: ed25519::Signature::default().into(), body };
			let hash = unit.hash();
			Arc::new(HashedBatch::new([(&unit, hash)]).unwrap())
		};
		let (built, executed) = (batch(0), batch(1));
		verdicts.built(&built);
		let of_peer = verdicts.batch_of(executed.bytes()).unwrap();
		assert_eq!(of_peer, executed);
		verdicts.decoded(&of_peer);
		assert!(Arc::ptr_eq(&verdicts.batch(built.bytes()).unwrap(), &built));
		assert!(Arc::ptr_eq(&verdicts.batch(executed.bytes()).unwrap(), &of_peer));
		assert!(verdicts.knows_all(&domain, &built) && !verdicts.knows_all(&domain, &of_peer));
		assert!(!verdicts.knows_all(&domain, &HashedBatch::clone(&built)), "another one of the same units");
		assert!(!verdicts.knows_all(&Domain(H256::repeat_byte(9)), &built), "no verdict for another domain");
		assert!(verdicts.batch_of(&[1]).is_err());
		for height in (2..).take(MAX_BATCHES) {
			verdicts.decoded(&batch(height));
		}
		assert_eq!((verdicts.batch(built.bytes()), verdicts.batches.read().len()), (None, MAX_BATCHES));
	}
}
