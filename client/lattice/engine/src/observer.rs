//! Imported blocks: what their units did, and which accounts they changed.

use crate::{
	archive::{Archive, NewBlock},
	chain::record_key,
	units::Units,
};
use codec::{Decode, DecodeAll, Encode};
use sp_runtime::OpaqueExtrinsic;
use std::sync::Arc;
use tc_lattice_pool::ImportedBlock;
use tc_pbft::sdk::{BlockObserver, Certified, Observed};
use tp_core::AccountId;
use tp_lattice::{
	decode_batch, find_batch,
	storage::{account_of_key, block_record_key},
	Account, Batch, BlockRecord,
};

/// Tells pool and archive of blocks, and has their records written.
pub struct LatticeObserver {
	units: Units,
	archive: Arc<Archive>,
}

impl LatticeObserver {
	/// Tells these.
	pub fn new(units: Units, archive: Arc<Archive>) -> Self {
		Self { units, archive }
	}
}

impl BlockObserver for LatticeObserver {
	fn importing(&self, block: &Certified) -> Observed {
		let executed = &block.executed;
		let changed = &executed.changes.main_storage_changes;
		let record = record_of(changed);
		let auxiliary = record.iter().map(|record| (record_key(&executed.hash), record.encode())).collect();
		let batch = batch_of(&executed.body).unwrap_or_default();
		let accounts = accounts_of(changed);
		let (number, hash) = (executed.header.number, executed.hash);
		let new = NewBlock {
			batch,
			record: record.unwrap_or_default(),
			header: executed.header.clone(),
			certificate: block.certificate.clone(),
		};
		let (units, archive) = (self.units.clone(), self.archive.clone());
		let imported = move || {
			let context = match units.chain().pool_context(hash) {
				Ok(Some(context)) => context,
				Ok(None) => return,
				Err(error) => {
					log::error!(target: crate::LOG_TARGET, "The runtime does not say how units are judged: {error}");
					return;
				},
			};
			// First: whoever hears that a unit is final may ask for its receipt.
			let new = archive.imported(hash, new);
			let block = ImportedBlock { number, hash, context, units: new.units(), accounts };
			if let Err(error) = units.imported(&block) {
				log::error!(target: crate::LOG_TARGET, "The accounts of block {number} cannot be read: {error}");
			}
		};
		Observed { auxiliary, imported: Box::new(imported) }
	}
}

type Changed = [(Vec<u8>, Option<Vec<u8>>)];

fn record_of(changed: &Changed) -> Option<BlockRecord> {
	let key = block_record_key();
	let (_, value) = changed.iter().find(|(changed, _)| *changed == key)?;
	BlockRecord::decode_all(&mut value.as_deref()?).ok()
}

fn accounts_of(changed: &Changed) -> Vec<(AccountId, Option<Account>)> {
	let account = |(key, value): &(Vec<u8>, Option<Vec<u8>>)| {
		let id = account_of_key(key)?;
		Some((id, value.as_deref().and_then(|value| Account::decode(&mut &value[..]).ok())))
	};
	changed.iter().filter_map(account).collect()
}

/// The batch that a block's extrinsics carry.
pub(crate) fn batch_of(body: &[OpaqueExtrinsic]) -> Option<Batch> {
	decode_batch(find_batch(body.iter().map(OpaqueExtrinsic::inner))?).ok()
}
