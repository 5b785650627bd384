//! Committees of all heights, also of old ones.
//!
//! The state of a block names the committee of the next height, but nodes keep the states of the newest blocks alone. Headers
//! and certificates stay: the last header of an epoch names the next committee, and a block's certificate has its epoch.
//!
//! ```text
//! height ─ its certificate ─▶ epoch ─ search for its first height ─▶ last header of the epoch before ─▶ members
//! ```

use super::{
	certified::{read_certificate, read_committee},
	client::{LedgerBackend, LedgerClient},
	epochs::{EpochSource, Epochs},
	first,
};
use crate::error::{CommitteeError, LedgerError};
use parking_lot::Mutex;
use std::sync::Arc;
use tp_core::Header;
use tp_pbft::{BlockHash, Certificate, Committee, Domain, Epoch, Height, Member, PbftApi, Seed};

/// A committee that decides on a height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCommittee {
	/// Its epoch.
	pub epoch: Epoch,
	/// Its members.
	pub members: Vec<Member>,
	/// The seed of the height. `None` for an old height, whose state is gone.
	pub seed: Option<Seed>,
	/// The domain of its signatures.
	pub domain: Domain,
}

impl FoundCommittee {
	/// Returns what verifies certificates. The seed, which has no part in this, is zero if it is not known.
	pub fn into_verifier(self) -> (Committee, Domain) {
		let Self { epoch, members, seed, domain } = self;
		(Committee { epoch, members, seed: seed.unwrap_or_default() }, domain)
	}
}

/// Finds committees.
pub struct Committees<C> {
	client: Arc<C>,
	epochs: Mutex<Epochs>,
}

impl<C: LedgerClient> Committees<C> {
	/// Opens the committees of a chain. Keeps that of the genesis, whose state is gone later.
	pub fn open<BE: LedgerBackend>(client: Arc<C>, backend: &BE) -> Result<Self, LedgerError> {
		let first = first::keep(&*client, backend)?;
		Ok(Self { client, epochs: Mutex::new(Epochs::new(first)) })
	}

	/// Returns the committee that decides on the block after `parent`.
	pub fn after(&self, parent: BlockHash) -> Result<FoundCommittee, CommitteeError> {
		let from_state = match read_committee(&*self.client, parent) {
			Ok((Committee { epoch, members, seed }, domain)) => {
				return Ok(FoundCommittee { epoch, members, seed: Some(seed), domain });
			},
			Err(error) => error,
		};
		let info = self.client.info();
		let height = match self.client.number(parent).map_err(LedgerError::from)? {
			Some(number) if number < info.best_number => number.saturating_add(1),
			// The state of the newest block, or of no block of this chain.
			_ => return Err(from_state.into()),
		};
		let known = self.epochs.lock().known(height);
		let (epoch, members) = match known {
			Some(known) => known,
			// Searched without the lock, so that calls for other epochs go on.
			None => {
				let first = self.epochs.lock().first();
				let found = Epochs::find(&Chain(&*self.client), first.as_deref(), height)?;
				self.epochs.lock().keep(found)
			},
		};
		let api = self.client.runtime_api();
		let config = PbftApi::config(&*api, info.best_hash).map_err(LedgerError::from)?;
		let domain = Domain { chain: config.chain, genesis: info.genesis_hash };
		Ok(FoundCommittee { epoch, members, seed: None, domain })
	}
}

/// The chain of a client.
pub(super) struct Chain<'a, C>(pub &'a C);

impl<C: LedgerClient> Chain<'_, C> {
	/// Returns the certificate of a block.
	pub(super) fn certificate_at(&self, height: Height) -> Result<Certificate, CommitteeError> {
		read_certificate(self.0, self.hash(height)?)?.ok_or(CommitteeError::Missing(height))
	}

	fn hash(&self, height: Height) -> Result<BlockHash, CommitteeError> {
		self.0.hash(height).map_err(LedgerError::from)?.ok_or(CommitteeError::Missing(height))
	}
}

impl<C: LedgerClient> EpochSource for Chain<'_, C> {
	fn epoch_of(&self, height: Height) -> Result<Epoch, CommitteeError> {
		Ok(self.certificate_at(height)?.epoch)
	}

	fn header(&self, height: Height) -> Result<Header, CommitteeError> {
		let header = self.0.header(self.hash(height)?).map_err(LedgerError::from)?;
		header.ok_or(CommitteeError::Missing(height))
	}
}
