//! Batches that name their units by short ids, since the members of a committee have most units in their pools.

use crate::{archive::batch_bytes, author::LatticeContents};
use codec::{Compact, Decode, DecodeAll, Encode};
use siphasher::sip::SipHasher24;
use sp_runtime::OpaqueExtrinsic;
use std::{collections::HashMap, hash::Hasher, sync::Arc};
use tc_lattice_pool::PooledUnit;
use tc_pbft::{Completed, Sketches};
use tp_core::{AccountId, Hash};
use tp_lattice::{HashedBatch, KnownVerdicts, Unit, UnitHash};

/// Bytes of an extrinsic before the batch: its version, and the indices of pallet and call.
const PREFIX_BYTES: usize = 3;

/// The first bytes of an account: the pool is searched among the accounts that have them, since each short id costs a hash.
type Start = [u8; 2];

/// A batch as its members find it in their pools.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct BatchSketch {
	prefix: [u8; PREFIX_BYTES],
	/// The starts of the accounts and the short ids of their units, in the order of the batch.
	ids: Vec<(Start, u64)>,
}

fn start_of(account: &AccountId) -> Start {
	let bytes: &[u8; 32] = account.as_ref();
	[bytes[0], bytes[1]]
}

/// A set of starts.
struct Starts(Vec<u64>);

impl Starts {
	fn of(sketch: &BatchSketch) -> Self {
		let mut starts = Self(vec![0; 1 << 10]);
		for (start, _) in &sketch.ids {
			let (word, bit) = Self::place(*start);
			starts.0[word] |= bit;
		}
		starts
	}

	fn has(&self, account: &AccountId) -> bool {
		let (word, bit) = Self::place(start_of(account));
		self.0[word] & bit != 0
	}

	fn place(start: Start) -> (usize, u64) {
		let number = usize::from(u16::from_be_bytes(start));
		(number / 64, 1 << (number % 64))
	}
}

/// Short ids of units, salted by the hash of the block. They are not known before the block is made, so no sender can prepare units with
/// equal ids.
struct Salt(u64, u64);

impl Salt {
	fn of(block: &Hash) -> Self {
		let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| block[at + byte]));
		Self(number(0), number(8))
	}

	/// Covers the signature as well. One body has many valid signatures, and who sends each node another must not spoil a block.
	fn id(&self, unit: &Unit, hash: &UnitHash) -> u64 {
		let mut hasher = SipHasher24::new_with_keys(self.0, self.1);
		hasher.write(hash.as_bytes());
		unit.signature.using_encoded(|signature| hasher.write(signature));
		hasher.finish()
	}
}

impl BatchSketch {
	fn of(block: &Hash, prefix: [u8; PREFIX_BYTES], batch: &HashedBatch) -> Self {
		let salt = Salt::of(block);
		let units = batch.units().iter().zip(batch.hashes());
		Self { prefix, ids: units.map(|(unit, hash)| (start_of(&unit.body.account), salt.id(unit, hash))).collect() }
	}

	/// Finds the units, in parts that a peer sent and among those of the pool. `None` if the parts are not of this batch.
	fn find(
		&self,
		block: &Hash,
		parts: Vec<(u32, Unit)>,
		pooled: Vec<Arc<PooledUnit>>,
	) -> Option<Vec<Option<Arc<PooledUnit>>>> {
		let (salt, ids) = (Salt::of(block), &self.ids);
		let places: HashMap<u64, usize, foldhash::fast::RandomState> = ids.iter().map(|(_, id)| *id).zip(0..).collect();
		if places.len() != ids.len() {
			return None;
		}
		let mut found = vec![None; ids.len()];
		for (place, unit) in parts {
			let hash = unit.hash();
			let (_, id) = ids.get(place as usize).filter(|(_, id)| *id == salt.id(&unit, &hash))?;
			found[places[id]] = Some(Arc::new(PooledUnit::with_hash(unit, hash)));
		}
		for unit in pooled {
			if let Some(place) = places.get(&salt.id(&unit.unit, &unit.hash)) {
				found[*place].get_or_insert(unit);
			}
		}
		Some(found)
	}
}

impl Sketches for LatticeContents {
	fn sketch(&self, block: &Hash, extrinsic: &OpaqueExtrinsic) -> Option<Vec<u8>> {
		let bytes = batch_bytes(std::slice::from_ref(extrinsic))?;
		let prefix = extrinsic.inner().get(..PREFIX_BYTES)?.try_into().ok()?;
		// The batch that this node has just built.
		let batch = self.state().verdicts().batch(bytes)?;
		Some(BatchSketch::of(block, prefix, &batch).encode())
	}

	fn complete(&self, block: &Hash, mut sketch: &[u8], mut parts: &[u8]) -> Completed<OpaqueExtrinsic> {
		let Ok(sketch) = BatchSketch::decode_all(&mut sketch) else { return Completed::Unusable };
		let is_of_pool = parts.is_empty();
		let parts = if is_of_pool { Ok(Vec::new()) } else { Vec::decode_all(&mut parts) };
		// Many units take milliseconds to hash: without the pool's lock.
		let starts = Starts::of(&sketch);
		let pooled = || self.state().read(|pool| pool.units_of(|account| starts.has(account)).cloned().collect());
		let found = parts.ok().and_then(|parts| sketch.find(block, parts, pooled()));
		let Some(found) = found else { return Completed::Unusable };
		let lacking = |(place, unit): (u32, &Option<_>)| unit.is_none().then_some(place);
		let lacking: Vec<_> = (0..).zip(&found).filter_map(lacking).collect();
		if !lacking.is_empty() {
			return Completed::Lacks(lacking);
		}
		let units = found.iter().flatten().map(|unit| (&unit.unit, unit.hash));
		let Ok(batch) = HashedBatch::new(units) else { return Completed::Unusable };
		let Ok(length) = u32::try_from(batch.bytes().len()) else { return Completed::Unusable };
		let length = Compact(length).encode();
		let extrinsic = OpaqueExtrinsic::from_blob([&sketch.prefix, &length[..], batch.bytes()].concat());
		// Kept for the execution of the block, which need not decode and hash the units again.
		let batch = Arc::new(batch);
		match is_of_pool {
			true => self.state().verdicts().built(&batch),
			false => self.state().verdicts().decoded(&batch),
		}
		Completed::Whole(extrinsic)
	}

	fn parts(&self, extrinsic: &OpaqueExtrinsic, places: &[u32]) -> Option<Vec<u8>> {
		let batch = self.state().verdicts().batch_of(batch_bytes(std::slice::from_ref(extrinsic))?).ok()?;
		let part = |place: &u32| Some((*place, batch.units().get(*place as usize)?.clone()));
		Some(places.iter().map(part).collect::<Option<Vec<_>>>()?.encode())
	}
}

#[cfg(test)]
mod tests;
