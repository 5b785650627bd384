//! The stages of a block on its way into the chain, one type each. A stage cannot be skipped.
//!
//! ```text
//! Unverified ─ author and VRF, or a certificate ─▶ Verified ─ executed once ─▶ Executed ─ certificate ─▶ Certified ─▶ import
//! ```
//!
//! A proposal is executed before the vote and certified by the votes. A block from sync comes with its certificate, and
//! is executed between the two. Both end in [`Certified`], which holds what the import needs.
//!
//! Invariant: the fields that make a stage are private, so a value of a stage proves that its checks were done.
//! Fragile: [`Executed`] has public fields for its observers; only this module may construct one.

use super::{
	certified::VerifiedCertificate,
	client::{LedgerBackend, LedgerClient},
};
use crate::error::{BoxedError, ExecutionError, LedgerError, ProposalError};
use codec::DecodeAll;
use sc_client_api::KeyValueStates;
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

/// The storage changes of a block.
pub type Changes = StorageChanges<HashingFor<Block>>;

/// A block that was not checked.
pub struct Unverified(Block);

/// A block whose header is allowed: by its author, or by a certificate.
pub struct Verified(Block);

/// A block whose execution gives what its header names.
pub struct Executed {
	/// Its header.
	pub header: Header,
	/// Its hash.
	pub hash: BlockHash,
	/// Its extrinsics.
	pub body: Vec<OpaqueExtrinsic>,
	/// Its storage changes.
	pub changes: Changes,
}

/// An executed block that is final.
pub struct Certified {
	/// The block.
	pub executed: Executed,
	/// The proof that it is final.
	pub certificate: Certificate,
}

impl Unverified {
	/// Decodes a proposal.
	pub fn read(proposal: &Proposal) -> Result<Self, ProposalError> {
		Ok(Self(Block::decode_all(&mut &proposal.bytes[..])?))
	}

	/// Returns the header.
	pub fn header(&self) -> &Header {
		self.0.header()
	}

	/// Returns the next stage if `check` accepts the header.
	pub fn verify(self, check: impl FnOnce(&Header) -> Result<(), ProposalError>) -> Result<Verified, ProposalError> {
		check(self.0.header())?;
		Ok(Verified(self.0))
	}
}

impl Verified {
	/// Returns a block whose header the certificate was verified for.
	pub(super) fn by_certificate(header: Header, body: Vec<OpaqueExtrinsic>, _: &VerifiedCertificate) -> Self {
		Self(Block::new(header, body))
	}

	/// Returns the header.
	pub fn header(&self) -> &Header {
		self.0.header()
	}

	/// Returns the block.
	pub fn block(&self) -> &Block {
		&self.0
	}

	/// Returns the next stage with the changes of an earlier execution.
	pub fn with_changes(self, changes: Changes) -> Executed {
		let hash = self.0.hash();
		let (header, body) = self.0.deconstruct();
		Executed { header, hash, body, changes }
	}
}

impl Executed {
	/// Returns the last stage, or `None` if the certificate is for another block.
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
	/// Returns an executor on the states of `backend`.
	pub fn new(client: Arc<C>, backend: Arc<BE>) -> Self {
		Self { client, backend }
	}

	/// Executes a block and compares the result with its header.
	pub fn execute(&self, verified: Verified) -> Result<Executed, ExecutionError> {
		let block = verified.0;
		let parent = *block.header().parent_hash();
		let context = CallContext::Onchain { import: true };
		// One instance for the call and its changes: `into_storage_changes` returns what this instance recorded.
		let mut api = self.client.runtime_api();
		api.set_call_context(context);
		api.execute_block(parent, block.clone().into()).map_err(ExecutionError::of_call)?;
		let state = self.backend.state_at(parent, context.into()).map_err(LedgerError::from)?;
		let changes = api.into_storage_changes(&state, parent).map_err(ExecutionError::Changes)?;
		// The runtime compares the root itself. Compared again, because these changes are what the import applies.
		let (named, computed) = (*block.header().state_root(), changes.transaction_storage_root);
		if computed != named {
			return Err(ExecutionError::StateRoot { named, computed });
		}
		Ok(Verified(block).with_changes(changes))
	}
}

/// Takes part in imports besides the chain itself.
pub trait BlockObserver: Send + Sync {
	/// Called with a block that is about to be imported. Runs under the import lock, so it must not take long.
	fn importing(&self, block: &Certified) -> Observed;

	/// Called when the node has begun with a block whose state came from other nodes, before the next height begins.
	fn begun(&self, block: &Header);
}

/// Completes the state with which a node begins, before it is imported.
#[async_trait::async_trait]
pub trait StateCompletion: Send + Sync {
	/// Called with the block and what block sync has of the state after it, which is verified. Takes long.
	///
	/// # Errors
	/// If the rest cannot be had. The node cannot begin with this block then.
	async fn complete(&self, header: &Header, state: &KeyValueStates) -> Result<(), BoxedError>;
}

/// An observer's part of one import.
pub struct Observed {
	/// Keys and values for the backend's auxiliary store, written in one transaction with the block.
	pub auxiliary: Vec<(Vec<u8>, Vec<u8>)>,
	/// Called when the block is in the chain, before the next height begins.
	pub imported: Box<dyn FnOnce() + Send>,
}
