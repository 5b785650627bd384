//! Imported blocks: the outcome of their units, and the accounts that they changed.

use crate::{
	archive::{batch_bytes, Archive, NewBlock},
	chain::record_key,
	log_targets::LOG_TARGET,
	state::LaneState,
};
use codec::{Decode, Encode};
use std::sync::Arc;
use tc_lattice_pool::ImportedBlock;
use tc_pbft::sdk::{BlockObserver, Certified, Observed};
use tp_core::{AccountId, BlockNumber, Hash, Header};
use tp_lattice::{
	decode_record,
	storage::{account_of_key, block_record_key},
	Account, BlockRecord, PoolContext,
};

/// Passes imported blocks to the archive and the pool, and has their records written.
pub struct LatticeObserver {
	state: Arc<LaneState>,
	archive: Arc<Archive>,
}

impl LatticeObserver {
	pub(crate) fn new(state: Arc<LaneState>, archive: Arc<Archive>) -> Self {
		Self { state, archive }
	}
}

/// Returns the rules after a block. `None` if its runtime has no units, or after an error, which is logged.
fn rules_after(state: &LaneState, number: BlockNumber, hash: Hash) -> Option<PoolContext> {
	state.chain().pool_context(hash).unwrap_or_else(|error| {
		log::error!(target: LOG_TARGET, "The rules after block {number} cannot be read: {error}");
		None
	})
}

impl BlockObserver for LatticeObserver {
	fn importing(&self, block: &Certified) -> Observed {
		let executed = &block.executed;
		let changed = &executed.changes.main_storage_changes;
		let record = record_of(changed);
		let auxiliary = record.iter().map(|record| (record_key(&executed.hash), record.encode())).collect();
		// That of the block's execution, mostly.
		let batch = batch_bytes(&executed.body).and_then(|bytes| self.state.verdicts().batch_of(bytes).ok());
		let batch = batch.unwrap_or_default();
		let accounts = accounts_of(changed);
		let (number, hash, parent) = (executed.header.number, executed.hash, executed.header.parent_hash);
		let new = NewBlock {
			batch,
			record: record.unwrap_or_default(),
			header: executed.header.clone(),
			certificate: block.certificate.clone(),
		};
		let (state, archive) = (self.state.clone(), self.archive.clone());
		let imported = move || {
			let Some(context) = rules_after(&state, number, hash) else { return };
			// Before the pool: a client that receives `Final` may ask for the receipt at once.
			let block = archive.imported(hash, new);
			let block = ImportedBlock { number, hash, context, units: block.units(), accounts };
			if let Err(error) = state.imported(parent, &block) {
				log::error!(target: LOG_TARGET, "The accounts of block {number} cannot be read: {error}");
			}
		};
		Observed { auxiliary, imported: Box::new(imported) }
	}

	fn begun(&self, block: &Header) {
		let (number, hash) = (block.number, block.hash());
		let Some(context) = rules_after(&self.state, number, hash) else { return };
		if let Err(error) = self.state.begun(number, hash, context) {
			log::error!(target: LOG_TARGET, "The accounts of block {number} cannot be read: {error}");
		}
	}
}

/// Changed storage: keys and their new values.
type Changed = [(Vec<u8>, Option<Vec<u8>>)];

fn record_of(changed: &Changed) -> Option<BlockRecord> {
	let key = block_record_key();
	let (_, value) = changed.iter().find(|(changed, _)| *changed == key)?;
	decode_record(value.as_deref()?).ok()
}

fn accounts_of(changed: &Changed) -> Vec<(AccountId, Option<Account>)> {
	let account = |(key, value): &(Vec<u8>, Option<Vec<u8>>)| {
		let id = account_of_key(key)?;
		Some((id, value.as_deref().and_then(|value| Account::decode(&mut &value[..]).ok())))
	};
	changed.iter().filter_map(account).collect()
}
