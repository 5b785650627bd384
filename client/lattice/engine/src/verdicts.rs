//! Signatures that were found right, for the blocks that carry them.

use parking_lot::RwLock;
use sc_client_api::execution_extensions::ExtensionsFactory;
use sp_externalities::Extensions;
use sp_runtime::MultiSignature;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tc_pbft::sdk::StageTimes;
use tp_core::{Block, BlockNumber, Hash};
use tp_lattice::{Domain, KnownVerdicts, Unit, UnitHash, VerdictsExt};

/// Parts with a lock each: verifiers write while a block is executed.
const PARTS: usize = 16;

/// The units in the pool whose signatures are right, by hash.
pub struct Verdicts {
	domain: Domain,
	times: StageTimes,
	parts: [RwLock<HashMap<UnitHash, MultiSignature>>; PARTS],
}

impl Verdicts {
	/// None are known yet.
	pub fn new(domain: Domain, times: StageTimes) -> Self {
		Self { domain, times, parts: Default::default() }
	}

	/// What is signed for.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// A unit's signature was found right.
	pub fn insert(&self, hash: UnitHash, signature: MultiSignature) {
		self.part(&hash).write().insert(hash, signature);
	}

	/// A unit has left the pool.
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

/// Gives every execution what is known of signatures.
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
	fn only_the_very_signature_for_the_very_domain_is_known() {
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
		assert_eq!(verdicts.verdict(&Domain(H256::repeat_byte(9)), &unit), None, "of another domain nothing is known");
		let forged = Unit { signature: ed25519::Signature::default().into(), ..unit.clone() };
		assert_eq!(verdicts.verdict(&domain, &forged), None, "the hash leaves the signature out");
		verdicts.remove(&unit.hash());
		assert_eq!(verdicts.verdict(&domain, &unit), None);
	}
}
