//! Signatures that were verified, for the execution of blocks that carry them.

use parking_lot::RwLock;
use sc_client_api::execution_extensions::ExtensionsFactory;
use sp_externalities::Extensions;
use sp_runtime::MultiSignature;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tc_pbft::sdk::StageTimes;
use tp_core::{Block, BlockNumber, Hash};
use tp_lattice::{Domain, KnownVerdicts, Unit, UnitHash, VerdictsExt};

/// Parts of the map, each with its own lock, because verifiers write while a block is executed.
const PARTS: usize = 16;

/// Verified signatures of the units in the pool, by unit hash.
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
	times: StageTimes,
	parts: [RwLock<HashMap<UnitHash, MultiSignature>>; PARTS],
}

impl Verdicts {
	/// Creates an empty map.
	pub fn new(domain: Domain, times: StageTimes) -> Self {
		Self { domain, times, parts: Default::default() }
	}

	/// Returns the domain of the signatures.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// Inserts a verified signature.
	pub fn insert(&self, hash: UnitHash, signature: MultiSignature) {
		self.part(&hash).write().insert(hash, signature);
	}

	/// Removes the verdict of a unit that has left the pool.
	pub fn remove(&self, hash: &UnitHash) {
		self.part(hash).write().remove(hash);
	}

	fn part(&self, hash: &UnitHash) -> &RwLock<HashMap<UnitHash, MultiSignature>> {
		&self.parts[usize::from(hash[0]) % PARTS]
	}
}

impl KnownVerdicts for Verdicts {
	fn verdict(&self, domain: &Domain, unit: &Unit) -> Option<bool> {
		let hash = unit.hash();
		let known = *domain == self.domain && self.part(&hash).read().get(&hash) == Some(&unit.signature);
		known.then_some(true)
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
}
