//! The unit lane over the chain in memory.

pub use super::memory::{domain, id, pay, MemoryChain, Store, HEAD};

use super::memory::{certificate, Made};
use crate::{
	archive::{Archive, NewBlock},
	author::LatticeContents,
	chain::ChainView,
	handle::{UnitPool, UnitPoolParams},
	state::Outgoing,
};
use codec::DecodeAll;
use sp_inherents::{InherentData, InherentDataProvider};
use std::{sync::Arc, time::Duration};
use tc_lattice_pool::{ImportedBlock, Limits};
use tc_pbft::{sdk::BlockContents, Tip};
use tokio::sync::mpsc;
use tp_core::Hash;
use tp_lattice::{Batch, HashedBatch, INHERENT_IDENTIFIER};

impl MemoryChain {
	/// Makes a block of units and passes it to pool and archive as an import does.
	pub fn import(&self, units: &UnitPool, archive: &Archive, batch: &Batch) -> Hash {
		self.import_with(units, archive, batch, |_| ())
	}

	/// Does the same with the changes of extrinsics.
	pub fn import_with(
		&self,
		units: &UnitPool,
		archive: &Archive,
		batch: &Batch,
		extrinsics: impl FnOnce(&mut Store),
	) -> Hash {
		let Made { hash, header, record, accounts } = self.make(batch, extrinsics);
		let (number, parent) = (header.number, header.parent_hash);
		let batch = Arc::new(HashedBatch::from(batch.clone()));
		let new = NewBlock { batch, record, header, certificate: certificate(hash, number) };
		let recent = archive.imported(hash, new);
		let context = self.pool_context(hash).unwrap().unwrap();
		let block = ImportedBlock { number, hash, context, units: recent.units(), accounts };
		units.state().imported(parent, &block).unwrap();
		hash
	}
}

pub struct Lane {
	pub chain: Arc<MemoryChain>,
	pub units: UnitPool,
	pub archive: Arc<Archive>,
	pub folder: tempfile::TempDir,
	/// Items for gossip stay in the channel.
	pub outgoing: mpsc::Receiver<Outgoing>,
}

pub fn lane() -> Lane {
	lane_on(MemoryChain::new(20, 1_000_000), Limits::default())
}

/// Opens a lane on a chain.
pub fn lane_on(chain: Arc<MemoryChain>, limits: Limits) -> Lane {
	let params = UnitPoolParams { chain: chain.clone(), extrinsics: Arc::new(()), limits, registry: None };
	let (units, outgoing) = UnitPool::open(params).unwrap().unwrap();
	let folder = tempfile::tempdir().unwrap();
	let archive = Archive::open(chain.clone(), folder.path()).unwrap();
	Lane { chain, units, archive, folder, outgoing }
}

/// Returns the batch of the next block.
pub fn next_batch(lane: &Lane, contents: &LatticeContents) -> Batch {
	let (height, hash) = lane.chain.newest();
	let mut data = InherentData::new();
	futures::executor::block_on(
		sp_timestamp::InherentDataProvider::from_system_time().provide_inherent_data(&mut data),
	)
	.unwrap();
	contents.provide(Tip { height, hash }, Duration::from_millis(300), &mut data).unwrap();
	match data.get_data::<Vec<u8>>(&INHERENT_IDENTIFIER).unwrap() {
		Some(batch) => Batch::decode_all(&mut &batch[..]).unwrap(),
		None => Batch::default(),
	}
}
