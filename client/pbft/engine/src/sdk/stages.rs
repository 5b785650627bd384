//! A block's way into the chain, a type for each stage: what is not done yet cannot be left out.
//!
//! ```text
//! Unverified ─ author and VRF, or a certificate ─▶ Verified ─ executed once ─▶ Executed ─ certificate ─▶ Certified ─▶ import
//! ```
//!
//! A proposal is executed before the vote and certified by the votes. A block from sync brings its certificate along,
//! and is executed between the two. Either way the last stage holds what the chain needs, and nothing is done twice.

use super::{certified::VerifiedCertificate, LedgerBackend, LedgerClient};
use codec::DecodeAll;
use sp_api::{ApiExt, Core};
use sp_core::traits::CallContext;
use sp_runtime::{
	traits::{Block as _, HashingFor, Header as _},
	OpaqueExtrinsic,
};
use sp_state_machine::StorageChanges;
use std::sync::Arc;
use tc_pbft_core::Proposal;
use tp_core::{Block, Header};
use tp_pbft::{BlockHash, Certificate};

/// What a block changed.
pub type Changes = StorageChanges<HashingFor<Block>>;

/// A block as it came: nothing is known of it.
pub struct Unverified(Block);

/// A block whose header may be: by its author, or by a certificate.
pub struct Verified(Block);

/// A block that does what its header says.
pub struct Executed {
	/// Its header.
	pub header: Header,
	/// Its hash.
	pub hash: BlockHash,
	/// Its extrinsics.
	pub body: Vec<OpaqueExtrinsic>,
	/// What it changed.
	pub changes: Changes,
}

/// An executed block that is final.
pub struct Certified {
	/// The block.
	pub executed: Executed,
	/// Why it is final.
	pub certificate: Certificate,
}

impl Unverified {
	/// Reads a proposal.
	pub fn read(proposal: &Proposal) -> Result<Self, String> {
		Block::decode_all(&mut &proposal.bytes[..]).map(Self).map_err(|_| "it does not decode".into())
	}

	/// Its header.
	pub fn header(&self) -> &Header {
		self.0.header()
	}

	/// Lets it on if `check` finds nothing wrong with its header.
	pub fn verify(self, check: impl FnOnce(&Header) -> Result<(), String>) -> Result<Verified, String> {
		check(self.0.header())?;
		Ok(Verified(self.0))
	}
}

impl Verified {
	/// A block of the certificate's header.
	pub(super) fn by_certificate(header: Header, body: Vec<OpaqueExtrinsic>, _: &VerifiedCertificate) -> Self {
		Self(Block::new(header, body))
	}

	/// Its header.
	pub fn header(&self) -> &Header {
		self.0.header()
	}

	/// The block.
	pub fn block(&self) -> &Block {
		&self.0
	}

	/// The block as it was executed before.
	pub fn with_changes(self, changes: Changes) -> Executed {
		let hash = self.0.hash();
		let (header, body) = self.0.deconstruct();
		Executed { header, hash, body, changes }
	}
}

impl Executed {
	/// With its certificate; `None` if that is another block's.
	pub fn certify(self, certificate: VerifiedCertificate) -> Option<Certified> {
		let certificate = certificate.into_inner();
		(certificate.hash == self.hash).then_some(Certified { executed: self, certificate })
	}
}

/// Executes blocks on their parents' states.
pub struct Executor<C, BE> {
	client: Arc<C>,
	backend: Arc<BE>,
}

impl<C, BE> Clone for Executor<C, BE> {
	fn clone(&self) -> Self {
		Self { client: self.client.clone(), backend: self.backend.clone() }
	}
}

impl<C: LedgerClient, BE: LedgerBackend> Executor<C, BE> {
	/// Executes on the states that `backend` has.
	pub fn new(client: Arc<C>, backend: Arc<BE>) -> Self {
		Self { client, backend }
	}

	/// Executes a block, and compares what comes of it with its header.
	pub fn execute(&self, verified: Verified) -> Result<Executed, String> {
		let block = verified.0;
		let parent = *block.header().parent_hash();
		let context = CallContext::Onchain { import: true };
		let mut api = self.client.runtime_api();
		api.set_call_context(context);
		api.execute_block(parent, block.clone().into()).map_err(|error| error.to_string())?;
		let state = self.backend.state_at(parent, context.into()).map_err(|error| error.to_string())?;
		let changes = api.into_storage_changes(&state, parent)?;
		if changes.transaction_storage_root != *block.header().state_root() {
			return Err("its state root is wrong".into());
		}
		Ok(Verified(block).with_changes(changes))
	}
}

/// Who takes part in imports, besides the chain itself.
pub trait BlockObserver: Send + Sync {
	/// Sees a block that is about to be imported. What takes long is to be done elsewhere.
	fn importing(&self, block: &Certified) -> Observed;
}

/// What an observer has to do with an import.
pub struct Observed {
	/// Written in one go with the block: keys and values of the backend's auxiliary store.
	pub auxiliary: Vec<(Vec<u8>, Vec<u8>)>,
	/// Done when the block is in the chain, before its successor begins.
	pub imported: Box<dyn FnOnce() + Send>,
}
