//! The ledgers that a node runs.

use super::error::ReadError;
use crate::access::LedgerAccess;
use std::{collections::BTreeMap, sync::Arc};
use tp_core::ChainTag;
use tp_mailbox::Destination;

/// The ledgers of this node at one moment.
#[derive(Clone)]
pub struct Ledgers {
	zone: u16,
	ledgers: BTreeMap<ChainTag, Arc<dyn LedgerAccess>>,
}

impl Ledgers {
	pub(crate) fn new(zone: u16, ledgers: BTreeMap<ChainTag, Arc<dyn LedgerAccess>>) -> Self {
		Self { zone, ledgers }
	}

	/// Returns the number of the node's zone.
	pub fn zone(&self) -> u16 {
		self.zone
	}

	/// Returns all ledgers, ascending.
	pub fn all(&self) -> impl Iterator<Item = &Arc<dyn LedgerAccess>> {
		self.ledgers.values()
	}

	/// Returns a ledger.
	///
	/// # Errors
	/// If this node does not run it.
	pub fn get(&self, chain: ChainTag) -> Result<&dyn LedgerAccess, ReadError> {
		self.ledgers.get(&chain).map(|ledger| &**ledger).ok_or(ReadError::NotHere(chain))
	}

	/// Returns the ledger that takes messages to a destination, or `None` if this node does not run it.
	///
	/// # Errors
	/// If a ledger cannot be read.
	pub fn owner(&self, destination: &Destination) -> Result<Option<&dyn LedgerAccess>, ReadError> {
		for ledger in self.ledgers.values() {
			if ledger.ledger()?.owns(destination) {
				return Ok(Some(&**ledger));
			}
		}
		Ok(None)
	}
}
