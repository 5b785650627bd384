//! What the engine needs of a chain, in its own words. The SDK's client is one (see [`crate::sdk`]).

use sp_runtime::StateVersion;
use tc_pbft_core::{Proposal, RejectedProposal};
use tp_pbft::{BlockHash, Certificate, Committee, Evidence, Height, MemberIndex, PbftConfig, View};

/// The newest block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
	/// Its height.
	pub height: Height,
	/// Its hash.
	pub hash: BlockHash,
}

/// What the state of a block says about the next height.
#[derive(Clone, Debug)]
pub struct HeightContext {
	/// Who votes.
	pub committee: Committee,
	/// Ledger and pace.
	pub config: PbftConfig,
	/// The trie that the next block's extrinsics root is built in.
	pub extrinsics_version: StateVersion,
}

/// A block to be built.
#[derive(Clone, Debug)]
pub struct BuildOrder {
	/// On top of this.
	pub parent: Tip,
	/// What the parent's state says.
	pub context: HeightContext,
	/// The view in which it will be proposed.
	pub view: View,
	/// Our place in the committee.
	pub author: MemberIndex,
	/// The parent's certificate with all votes that we hold; `None` on genesis.
	pub parent_certificate: Option<Certificate>,
}

/// A block to be checked.
#[derive(Clone, Debug)]
pub struct CheckOrder {
	/// On top of this.
	pub parent: Tip,
	/// What the parent's state says.
	pub context: HeightContext,
	/// The block.
	pub proposal: Proposal,
	/// View and author that its header must name. `None`: it was prepared in an earlier view, and names that one's.
	pub authorship: Option<(View, MemberIndex)>,
}

/// A fault of our own node: the disk, the database, the runtime.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
	/// The database does not answer.
	#[error("the chain's database failed: {0}")]
	Database(String),
	/// The runtime does not answer.
	#[error("the runtime failed: {0}")]
	Runtime(String),
	/// No block could be built.
	#[error("building a block failed: {0}")]
	Build(String),
	/// A final block could not be imported.
	#[error("importing a final block failed: {0}")]
	Import(String),
	/// The keystore does not sign.
	#[error("the keystore does not sign: {0}")]
	Keystore(String),
}

/// A chain. Calls that take long are made off the engine's task.
#[async_trait::async_trait]
pub trait Ledger: Send + Sync + 'static {
	/// The newest block; with PBFT it is final.
	fn tip(&self) -> Tip;

	/// Asks the state of `parent` about the next height.
	fn context(&self, parent: BlockHash) -> Result<HeightContext, LedgerError>;

	/// Builds and executes a block, and keeps what it changed for the import. Takes long.
	async fn build(&self, order: BuildOrder) -> Result<Proposal, LedgerError>;

	/// Rule 4: executes a block on the parent's state and compares its header; keeps what it changed for the import.
	/// Takes long.
	fn check(&self, order: CheckOrder) -> Result<(), RejectedProposal>;

	/// Imports a final block on the newest one. Executes it only if nobody did so yet.
	async fn import(&self, proposal: Proposal, certificate: Certificate) -> Result<(), LedgerError>;

	/// A block of the chain.
	fn block(&self, hash: BlockHash) -> Option<Proposal>;

	/// The certificate of a block of the chain.
	fn certificate(&self, hash: BlockHash) -> Option<Certificate>;

	/// The hash of the block of the chain at a height.
	fn hash_at(&self, height: Height) -> Option<BlockHash>;

	/// Hands evidence to whoever reports it. Does not wait.
	fn report(&self, evidence: Evidence);

	/// Resolves when there are transactions to include on top of the newest block `at`.
	async fn work_pending(&self, at: BlockHash);

	/// Whether the node is far behind: then it proposes nothing. (One without peers has no quorum.)
	fn is_behind(&self) -> bool;

	/// Tells the peers of a new block.
	fn announce(&self, hash: BlockHash, certificate: &Certificate);
}
