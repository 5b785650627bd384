//! The interface of a chain that the engine needs. [`crate::sdk::SdkLedger`] implements it over the SDK's client.

use crate::{
	error::{BuildError, ImportError, LedgerError, ProposalError},
	sketch::Completed,
};
use sp_runtime::StateVersion;
use tc_pbft_core::Proposal;
use tp_pbft::{BlockHash, Certificate, Committee, Contacts, Evidence, Height, MemberIndex, PbftConfig, View};

/// The newest block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
	/// Its height.
	pub height: Height,
	/// Its hash.
	pub hash: BlockHash,
}

/// The parameters of the next height, from the state of its parent.
#[derive(Clone, Debug)]
pub struct HeightContext {
	/// The committee that votes.
	pub committee: Committee,
	/// The ledger and its pace.
	pub config: PbftConfig,
	/// Version of the trie that gives the next block's extrinsics root.
	pub extrinsics_version: StateVersion,
}

/// A block to be built.
#[derive(Clone, Debug)]
pub struct BuildOrder {
	/// The parent.
	pub parent: Tip,
	/// The parameters from the parent's state.
	pub context: HeightContext,
	/// The view in which the block is proposed.
	pub view: View,
	/// This node's place in the committee.
	pub author: MemberIndex,
	/// The parent's certificate with all votes that this node holds; `None` on genesis.
	pub parent_certificate: Option<Certificate>,
}

/// A block to be checked.
#[derive(Clone, Debug)]
pub struct CheckOrder {
	/// The parent.
	pub parent: Tip,
	/// The parameters from the parent's state.
	pub context: HeightContext,
	/// The block.
	pub proposal: Proposal,
	/// View and author that the header must name. `None` if the block was prepared in an earlier view: the header then
	/// names the view and author of its first proposal.
	pub authorship: Option<(View, MemberIndex)>,
	/// Whether the block's time is compared with this node's clock.
	pub timed: bool,
}

/// A chain. Calls that take long run off the engine's task.
#[async_trait::async_trait]
pub trait Ledger: Send + Sync + 'static {
	/// Returns the newest block, which is final.
	fn tip(&self) -> Tip;

	/// Reads the parameters of the next height from the state of `parent`.
	fn context(&self, parent: BlockHash) -> Result<HeightContext, LedgerError>;

	/// Reads the next committee, and the addresses that members published, from the state of `at`.
	fn contacts(&self, at: BlockHash) -> Result<Contacts, LedgerError>;

	/// Builds and executes a block, and keeps its storage changes for the import. Takes long.
	async fn build(&self, order: BuildOrder) -> Result<Proposal, BuildError>;

	/// Rule 4: executes a block on the parent's state, compares its header, and keeps its storage changes for the
	/// import. Takes long.
	fn check(&self, order: CheckOrder) -> Result<(), ProposalError>;

	/// Sketches a block that this node has built. `None` if it is sent whole. Takes long.
	fn sketch(&self, _proposal: &Proposal) -> Option<Vec<u8>> {
		None
	}

	/// Completes the sketch of a block to its encoding, with parts that a peer sent. Nothing proves that the result is the block.
	/// Takes long.
	fn complete(&self, _hash: BlockHash, _sketch: &[u8], _parts: &[u8]) -> Completed<Vec<u8>> {
		Completed::Unusable
	}

	/// Encodes the parts of a block at some places, for a peer that lacks them. Takes long.
	fn parts(&self, _proposal: &Proposal, _places: &[u32]) -> Option<Vec<u8>> {
		None
	}

	/// Imports a final block on the newest one. Executes the block only if that was not done before.
	async fn import(&self, proposal: Proposal, certificate: Certificate) -> Result<(), ImportError>;

	/// Returns a block of the chain.
	fn block(&self, hash: BlockHash) -> Result<Option<Proposal>, LedgerError>;

	/// Returns the certificate of a block of the chain.
	fn certificate(&self, hash: BlockHash) -> Result<Option<Certificate>, LedgerError>;

	/// Returns the hash of the chain's block at a height.
	fn hash_at(&self, height: Height) -> Result<Option<BlockHash>, LedgerError>;

	/// Hands evidence to the task that reports it. Does not wait.
	fn report(&self, evidence: Evidence);

	/// Resolves when there are transactions to include on top of the newest block `at`.
	async fn work_pending(&self, at: BlockHash);

	/// Whether this node has no state yet on which a block could be executed, because it takes one from other nodes.
	fn awaits_state(&self) -> bool;

	/// Whether block sync is far behind its peers. A node without peers is not behind, but has no quorum either.
	fn is_behind(&self) -> bool;

	/// Announces a new block to the peers.
	fn announce(&self, hash: BlockHash, certificate: &Certificate);
}
