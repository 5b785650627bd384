//! Errors of the chain and of its blocks, one variant per cause.
//!
//! `is_local()` is true for a fault of this node: its database, runtime, clock or keystore. A local fault says nothing
//! about the block. It is false for a fault of the block or of the peer that sent it.

use sc_consensus::ImportResult;
use sp_api::ApiError;
use sp_core::H256;
use std::error::Error;
use tp_pbft::{BlockHash, CertificateError, DigestError, Epoch, Height, MemberIndex, View};

/// An error of a component that the engine does not know by type.
pub type BoxedError = Box<dyn Error + Send + Sync>;

/// The chain cannot answer. Always a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
	/// The database failed.
	#[error("the chain's database failed: {0}. Check the disk and its free space, then restart the node")]
	Database(#[from] sp_blockchain::Error),
	/// The state of the block is pruned, or the block is not imported yet.
	#[error("the state is not available: {0}. Ask for a newer block, or run an archive node")]
	StateUnavailable(#[source] ApiError),
	/// The runtime failed.
	#[error("the runtime failed: {0}. Check that this version of the node supports the chain's runtime")]
	Runtime(#[source] ApiError),
	/// The database holds a certificate that does not decode.
	#[error("the stored certificate of block {hash:?} does not decode: {source}. Purge the chain and sync it again")]
	StoredCertificate {
		/// The block.
		hash: BlockHash,
		/// The decoding error.
		source: codec::Error,
	},
}

impl From<ApiError> for LedgerError {
	fn from(error: ApiError) -> Self {
		match error {
			ApiError::UnknownBlock(_) => Self::StateUnavailable(error),
			_ => Self::Runtime(error),
		}
	}
}

impl LedgerError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}

/// The committee of a height cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum CommitteeError {
	/// The chain cannot answer.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
	/// The node does not have a block or its certificate.
	#[error("block {0} or its certificate is not kept. Ask a node that keeps all blocks")]
	Missing(Height),
	/// A database that was begun by an older version lacks the first committee.
	#[error("the committee of the first epoch is not kept. Ask a node that was synced from the start by this version")]
	FirstUnknown,
	/// The last header of an epoch does not name the next committee.
	#[error(
		"the header of block {height} does not name the committee of epoch {epoch}. Purge the chain and sync it again"
	)]
	NotNamed {
		/// The epoch.
		epoch: Epoch,
		/// The height that should be the last before it.
		height: Height,
	},
}

impl CommitteeError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}

/// A source of block contents failed. Always a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
	/// The inherent data cannot be read or extended.
	#[error("the inherent data cannot be used: {0}")]
	Inherents(#[from] sp_inherents::Error),
	/// The contents cannot be assembled.
	#[error("the contents cannot be assembled: {0}")]
	Source(#[source] BoxedError),
}

impl ContentsError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}

/// This node does not vote for what a block includes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentsFault {
	/// This node does not know enough of other ledgers yet, and checks the block again.
	#[error("its contents cannot be checked yet: {0}")]
	NotYet(String),
	/// No node that follows the rules votes for it.
	#[error("its contents are not allowed: {0}")]
	Invalid(String),
}

impl ContentsFault {
	/// Whether nothing is known of the block.
	pub fn is_local(&self) -> bool {
		matches!(self, Self::NotYet(_))
	}
}

/// No block can be built. Always a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
	/// The chain cannot answer.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
	/// The header of the parent is not in the database.
	#[error("the header of the newest block {0:?} is missing. Restart the node; if it persists, sync the chain again")]
	ParentMissing(BlockHash),
	/// The author is not a member of the committee.
	#[error("member {0} is not in the committee")]
	NotAMember(MemberIndex),
	/// The keystore failed.
	#[error("the keystore does not sign: {0}. Check the keystore folder and its permissions")]
	Keystore(#[from] sp_keystore::Error),
	/// The keystore does not hold the member's VRF key.
	#[error("the member's VRF key (key type `pvrf`) is missing. Insert it into the keystore")]
	VrfKeyMissing,
	/// The inherent data cannot be created.
	#[error("the inherent data cannot be created: {0}. Check the system clock")]
	Inherents(#[from] sp_inherents::Error),
	/// The source of block contents failed.
	#[error("the block's contents are not available: {0}")]
	Contents(#[from] ContentsError),
	/// The proposer failed.
	#[error("the block cannot be assembled: {0}")]
	Proposer(#[source] BoxedError),
	/// The build ended without a result.
	#[error("the build was cancelled. If the node does not stop, see the panic in its log")]
	Cancelled,
}

impl BuildError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}

/// What the executor reports when the runtime ends a call: `sc_executor_common::error::Error::AbortedDueToPanic` and
/// `AbortedDueToTrap`. A failed read of the state panics in the host, and is reported as `RuntimePanicked`.
const ENDS_BY_RUNTIME: [&str; 2] = ["Execution aborted due to panic: ", "Execution aborted due to trap: "];

/// Whether the runtime ended a call.
///
/// Fragile: the client hands the executor's error on as `Box<dyn sp_state_machine::Error>`, which has no way to its type.
/// So its text is compared; a test holds it against the executor's own errors.
fn is_end_by_runtime(error: &(dyn Error + Send + Sync + 'static)) -> bool {
	match error.downcast_ref::<sp_blockchain::Error>() {
		Some(sp_blockchain::Error::Execution(executor)) => {
			let text = executor.to_string();
			ENDS_BY_RUNTIME.iter().any(|end| text.starts_with(end))
		},
		_ => false,
	}
}

/// The execution of a block failed.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError {
	/// The chain cannot answer.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
	/// The runtime refuses the block.
	#[error("the runtime refuses it: {0}")]
	Refused(#[source] ApiError),
	/// The state after the block differs from the state that its header names.
	#[error("its state root is wrong: the header names {named:?}, execution gives {computed:?}")]
	StateRoot {
		/// The root in the header.
		named: H256,
		/// The root after execution.
		computed: H256,
	},
	/// The storage changes cannot be collected. The SDK gives the cause as text.
	#[error("the storage changes cannot be collected: {0}")]
	Changes(String),
}

impl ExecutionError {
	/// Returns the error of a runtime call that executes a block.
	///
	/// Only an end that the runtime itself brings about is the block's: it panics, or traps. Everything else may be due to
	/// this node, such as a database that cannot be read or a runtime that does not load, and says nothing about the block.
	pub(crate) fn of_call(error: ApiError) -> Self {
		match &error {
			ApiError::Application(source) if is_end_by_runtime(&**source) => Self::Refused(error),
			_ => Self::Ledger(error.into()),
		}
	}

	/// Whether this node is at fault and not the block.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Ledger(_) | Self::Changes(_) => true,
			Self::Refused(_) | Self::StateRoot { .. } => false,
		}
	}
}

/// A proposal is not valid, or cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
	/// The block does not decode.
	#[error("it does not decode: {0}")]
	Undecodable(#[from] codec::Error),
	/// The block has another parent or height.
	#[error("it does not build on this node's newest block")]
	OtherParent,
	/// The digest or its VRF proof is wrong.
	#[error(transparent)]
	Digest(#[from] DigestError),
	/// The digest names an author or a view other than those of the proposal.
	#[error("it names member {author} in view {view} as its author")]
	OtherAuthor {
		/// The author in the digest.
		author: MemberIndex,
		/// The view in the digest.
		view: View,
	},
	/// The digest names an author outside the committee.
	#[error("its author {0} is not a member of the committee")]
	AuthorNotAMember(MemberIndex),
	/// This node's own time is not available.
	#[error("the inherent data cannot be created: {0}. Check the system clock")]
	Clock(#[source] sp_inherents::Error),
	/// The block's time is too far ahead of this node's clock. That says nothing about the block: this clock may be late.
	#[error(
		"it names a time more than 30 s ahead of this node's clock. If blocks of several authors do, correct the clock of \
		 this node"
	)]
	AheadOfClock,
	/// The runtime refuses inherents, for a reason other than this node's clock.
	#[error("its inherents are refused: {}", .0.join(", "))]
	Inherents(Vec<String>),
	/// The check ended without a result.
	#[error("the check was cancelled. If the node does not stop, see the panic in its log")]
	Cancelled,
	/// The block says something of other ledgers that this node does not vote for.
	#[error(transparent)]
	Contents(#[from] ContentsFault),
	/// Execution failed.
	#[error(transparent)]
	Execution(#[from] ExecutionError),
}

impl ProposalError {
	/// Whether this node is at fault, and not the block: then nothing is known of the block.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Clock(_) | Self::AheadOfClock | Self::Cancelled => true,
			Self::Execution(error) => error.is_local(),
			Self::Contents(fault) => fault.is_local(),
			Self::Undecodable(_)
			| Self::OtherParent
			| Self::Digest(_)
			| Self::OtherAuthor { .. }
			| Self::AuthorNotAMember(_)
			| Self::Inherents(_) => false,
		}
	}
}

/// A block is not proved final.
#[derive(Debug, thiserror::Error)]
pub enum CertifiedBlockError {
	/// The header's digest is not a PBFT digest.
	#[error("the header is malformed: {0}")]
	Digest(#[from] DigestError),
	/// The certificate is not valid for the block.
	#[error(transparent)]
	Certificate(#[from] CertificateError),
	/// The parent's state is not available, so the committee is unknown.
	#[error("the committee of height {height} is not known: {source}")]
	UnknownCommittee {
		/// The block's height.
		height: Height,
		/// The chain's error.
		source: LedgerError,
	},
	/// The epoch of the certificate is not that of the height, by the last headers that this node has.
	#[error("height {height} is not one of epoch {epoch}")]
	OtherEpoch {
		/// The block's height.
		height: Height,
		/// The certificate's epoch.
		epoch: Epoch,
	},
}

impl CertifiedBlockError {
	/// Whether this node is at fault and not the block.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Digest(_) | Self::Certificate(_) | Self::OtherEpoch { .. } => false,
			Self::UnknownCommittee { source, .. } => source.is_local(),
		}
	}
}

/// A final block cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
	/// The block does not decode.
	#[error("the final block does not decode: {0}")]
	Undecodable(#[from] codec::Error),
	/// The certificate does not prove the block.
	#[error("the final block is not proved: {0}")]
	Certified(#[from] CertifiedBlockError),
	/// The client failed.
	#[error("importing a final block failed: {0}. Check the disk and its free space, then restart the node")]
	Client(#[from] sp_consensus::Error),
	/// The client did not add the block to the chain.
	#[error(
		"the final block {height} ({hash:?}) is not imported: {result:?}. Restart the node; if it persists, sync the \
		 chain again"
	)]
	NotImported {
		/// The block's height.
		height: Height,
		/// The block.
		hash: BlockHash,
		/// The client's answer.
		result: ImportResult,
	},
}

impl ImportError {
	/// Whether this node is at fault and not the block. A quorum has executed a certified block, so a failure of the
	/// client is a local fault.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Undecodable(_) => false,
			Self::Certified(error) => error.is_local(),
			Self::Client(_) | Self::NotImported { .. } => true,
		}
	}
}

/// A block from sync is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SyncedBlockError {
	/// The block is to be imported without execution, and does not come from warp sync.
	#[error("the block is not to be executed, and neither a state nor history comes with it. Use `--sync full` or `--sync warp`")]
	NotExecuted,
	/// The node awaits a state from other nodes, and could execute nothing on it.
	#[error(
		"this node takes the state of a later block from others. Start it with `--sync full` if no other node has one"
	)]
	AwaitsState,
	/// The block has no body.
	#[error("the block has no body")]
	BodyMissing,
	/// The body is not the one of the header.
	#[error("the block's body is not the body that its header names")]
	OtherBody,
	/// The hash is not the one of the header.
	#[error("the block's hash is not its header's")]
	OtherHash,
	/// The block has no justification.
	#[error("the block carries no certificate")]
	NoJustification,
	/// The justification is of another engine.
	#[error("the block's justification is not a PBFT certificate")]
	OtherEngine,
	/// The certificate does not decode.
	#[error("the block's certificate does not decode: {0}")]
	Undecodable(#[from] codec::Error),
	/// The certificate does not prove the block.
	#[error(transparent)]
	Certified(#[from] CertifiedBlockError),
	/// The chain cannot answer.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
}

impl SyncedBlockError {
	/// Whether this node is at fault and not the block or its sender.
	pub fn is_local(&self) -> bool {
		match self {
			Self::NotExecuted | Self::AwaitsState => true,
			Self::Certified(error) => error.is_local(),
			Self::Ledger(error) => error.is_local(),
			Self::BodyMissing
			| Self::OtherBody
			| Self::OtherHash
			| Self::NoJustification
			| Self::OtherEngine
			| Self::Undecodable(_) => false,
		}
	}
}

/// A block announcement is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AnnouncementError {
	/// The announcement carries no certificate.
	#[error("it carries no certificate: {0}")]
	NoCertificate(#[from] codec::Error),
	/// The certificate is for another block.
	#[error("its certificate is for another block")]
	OtherBlock,
	/// The certificate does not prove the block.
	#[error(transparent)]
	Certified(#[from] CertifiedBlockError),
}

impl AnnouncementError {
	/// Whether this node is at fault and not the announcement or its sender.
	pub fn is_local(&self) -> bool {
		match self {
			Self::NoCertificate(_) | Self::OtherBlock => false,
			Self::Certified(error) => error.is_local(),
		}
	}
}

#[cfg(test)]
mod tests;
