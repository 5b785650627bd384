//! The nodes of a router's ledgers, as the engine reads them.

use futures::stream::BoxStream;
use std::collections::BTreeSet;
use tp_beacon::{NamedHeader, SignedHeader, Unsealed, Update};
use tp_core::{Balance, BlockNumber, ChainTag, Hash, Header};
use tp_lattice::{Receipt, Unit};
use tp_mailbox::{InboundLane, Lane, Ledger, Message, Mountain, OutboundLane, Relayed, Sequence};
use tp_pbft::{Committee, Epoch, NodeAddresses, PbftId};
use tp_routing::{BeaconReport, CommitteesReport, MailboxReport};

/// A ledger cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{chain:?}: {source}")]
pub struct AccessError {
	/// The ledger.
	pub chain: ChainTag,
	/// Why.
	pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// A block that a node has imported, hence executed.
#[derive(Clone, Debug)]
pub struct Followed {
	/// The header with its certificate.
	pub signed: SignedHeader,
	/// The mailbox after the block.
	pub mailbox: MailboxReport,
	/// The neighbours after the block.
	pub neighbours: BeaconReport,
	/// What the zone has not sealed after the block, if the ledger is a shard.
	pub unsealed: Unsealed,
}

/// What the router reads beside a block, because it lacks it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
	/// Lanes of which it has nothing, with the range of earlier messages, which their destinations have.
	pub begun: Vec<(Lane, Mountain)>,
	/// Messages that the ledger has sent, ascending in each lane.
	pub messages: Vec<(Lane, Sequence, Message)>,
	/// Evidence of forks that the block includes.
	pub evidence: Vec<[NamedHeader; 2]>,
}

/// The messages of a lane that the router lacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lacking {
	pub lane: Lane,
	/// The first one. `None` if the router has nothing of the lane.
	pub first: Option<Sequence>,
	/// What the destination is known to have of the lane.
	pub acknowledged: Sequence,
	/// The place after the last one.
	pub end: Sequence,
}

/// How much a block takes of what routers have for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
	/// The size of the block's calls with it, in bytes. 0 if it takes nothing.
	pub bytes: usize,
	/// Whether it is worth a block at once: messages, new cursors or committees, and the end of a pause. Headers and old cursors wait for the
	/// next block, since two ledgers would answer each other's blocks without an end.
	pub is_urgent: bool,
	/// The newest head of the ledger itself that it proves to be sealed. 0 if none, or if none of its blocks has waited for [`SEAL_MS`].
	pub sealed: BlockNumber,
}

impl Taken {
	/// Returns how much it is worth among other loads for the same block. A load that seals nothing can be made longer than any that does.
	pub(crate) fn rank(&self) -> (bool, BlockNumber, usize) {
		(self.is_urgent, self.sealed, self.bytes)
	}
}

/// The age of the oldest unsealed block, in milliseconds, at which a shard takes a zone header for what that seals alone. The zone's
/// certificate costs as much as some hundred units.
pub const SEAL_MS: u64 = 5_000;

/// The epochs before the one in force in which [`LedgerAccess::last_seat`] looks for seats.
pub const SEATS_BEFORE: Epoch = 64;

/// The node of a ledger.
pub trait LedgerAccess: Send + Sync + 'static {
	/// Returns the ledger.
	fn chain(&self) -> ChainTag;

	/// Returns the hash of its genesis.
	fn genesis(&self) -> Hash;

	/// Returns the height of the newest block.
	fn newest(&self) -> BlockNumber;

	/// Returns a header with its certificate, or `None` if the node does not have the block yet. The genesis has none.
	///
	/// # Errors
	/// If the database fails.
	fn header(&self, number: BlockNumber) -> Result<Option<SignedHeader>, AccessError>;

	/// Returns a block above the newest one, which the committee certified, and the node executed and found invalid. A quorum of the
	/// committee is faulty then, or the node is.
	fn invalid(&self) -> Option<SignedHeader>;

	/// Returns the mailbox after a block that the node has.
	///
	/// # Errors
	/// If the database or the runtime fails, or the state is pruned.
	fn mailbox(&self, number: BlockNumber) -> Result<MailboxReport, AccessError>;

	/// Returns the neighbours after a block that the node has.
	///
	/// # Errors
	/// As [`Self::mailbox`].
	fn neighbours(&self, number: BlockNumber) -> Result<BeaconReport, AccessError>;

	/// Returns what the zone has not sealed of a shard after a block. Nothing on other ledgers.
	///
	/// # Errors
	/// As [`Self::mailbox`].
	fn unsealed(&self, number: BlockNumber) -> Result<Unsealed, AccessError>;

	/// Returns the committee that decides on the block of a height. Needs the block before, and not its state.
	///
	/// # Errors
	/// If the database or the runtime fails, or the database lacks the first committee.
	fn committee(&self, number: BlockNumber) -> Result<Committee, AccessError>;

	/// Returns the drawn committees that the ledger knows after a block. None if its runtime is of before there were such.
	///
	/// # Errors
	/// As [`Self::mailbox`].
	fn committees(&self, number: BlockNumber) -> Result<CommitteesReport, AccessError>;

	/// Returns the newest epoch whose committees are in force after a block of the main chain.
	///
	/// # Errors
	/// If the database fails, or the state is pruned.
	fn in_force(&self, number: BlockNumber) -> Result<Epoch, AccessError>;

	/// Returns the nodes of the main chain's state trie that prove the committee `of` a ledger in an epoch, and [`Self::in_force`]. `None`
	/// if the state does not have it.
	///
	/// # Errors
	/// As [`Self::in_force`].
	fn prove_committee(&self, number: BlockNumber, of: (ChainTag, Epoch)) -> Result<Option<Vec<Vec<u8>>>, AccessError>;

	/// Returns the members of a ledger's committees, as the main chain has them in its newest state: those in force and the next ones, if they
	/// are decided. Each has the addresses that its node published.
	///
	/// # Errors
	/// If the database or the runtime fails.
	fn members(&self, chain: ChainTag) -> Result<Vec<(PbftId, Option<NodeAddresses>)>, AccessError>;

	/// Returns the last epoch in which one of the keys has a seat in a ledger's committee, up to the epoch after the one in force, as far back
	/// as the main chain keeps committees in its newest state, and at most [`SEATS_BEFORE`].
	///
	/// # Errors
	/// As [`Self::members`].
	fn last_seat(&self, chain: ChainTag, keys: &BTreeSet<PbftId>) -> Result<Option<Epoch>, AccessError>;

	/// Returns how much a block on top of one takes of what routers have for it.
	///
	/// # Errors
	/// If the database or the runtime fails, or the state is pruned.
	fn takes(&self, parent: BlockNumber, update: &Update, relayed: &[Relayed]) -> Result<Taken, AccessError>;

	/// Returns the evidence of forks that a block includes.
	///
	/// # Errors
	/// If the database fails.
	fn evidence(&self, number: BlockNumber) -> Result<Vec<[NamedHeader; 2]>, AccessError>;

	/// Returns a message that the ledger has sent, or `None` if the node does not keep it.
	///
	/// # Errors
	/// If the database fails.
	fn message(&self, lane: &Lane, sequence: Sequence) -> Result<Option<Message>, AccessError>;

	/// Returns the ledger with its tables, as they are now.
	///
	/// # Errors
	/// If the database or the runtime fails.
	fn ledger(&self) -> Result<Ledger, AccessError>;

	/// Returns the addresses of the ledger's RPC at this node.
	fn endpoints(&self) -> Vec<String>;

	/// Returns a header, also that of the genesis, or `None` if the node does not have the block yet.
	///
	/// # Errors
	/// If the database fails.
	fn bare_header(&self, number: BlockNumber) -> Result<Option<Header>, AccessError>;

	/// Returns the height of a block of the chain, or `None` if the chain does not have it.
	///
	/// # Errors
	/// If the database fails.
	fn number_of(&self, hash: Hash) -> Result<Option<BlockNumber>, AccessError>;

	/// Returns a lane that begins at the ledger, after a block.
	///
	/// # Errors
	/// If the database fails, or the state is pruned.
	fn outbound(&self, number: BlockNumber, lane: &Lane) -> Result<OutboundLane, AccessError>;

	/// Returns the nodes of the state's trie that prove [`Self::outbound`].
	///
	/// # Errors
	/// As [`Self::outbound`].
	fn prove_outbound(&self, number: BlockNumber, lane: &Lane) -> Result<Vec<Vec<u8>>, AccessError>;

	/// Returns a lane that leads to the ledger, after a block.
	///
	/// # Errors
	/// As [`Self::outbound`].
	fn inbound(&self, number: BlockNumber, lane: &Lane) -> Result<InboundLane, AccessError>;

	/// Returns the value in lanes after a block.
	///
	/// # Errors
	/// As [`Self::outbound`].
	fn in_lanes(&self, number: BlockNumber) -> Result<Balance, AccessError>;

	/// Returns the units that applied in a block, with their places in its batch, in order.
	///
	/// # Errors
	/// If the database fails.
	fn units(&self, number: BlockNumber) -> Result<Vec<(u32, Unit)>, AccessError>;

	/// Returns the receipt of the unit at a place of a block's batch.
	///
	/// # Errors
	/// If the database fails.
	fn unit_receipt(&self, number: BlockNumber, index: u32) -> Result<Option<Receipt>, AccessError>;

	/// Notifies of each imported block.
	fn imported(&self) -> BoxStream<'static, ()>;
}

impl dyn LedgerAccess {
	/// Returns a block, or `None` if the node does not have it yet.
	pub(crate) fn block(&self, number: BlockNumber) -> Result<Option<Followed>, AccessError> {
		let Some(signed) = self.header(number)? else { return Ok(None) };
		let (mailbox, neighbours) = (self.mailbox(number)?, self.neighbours(number)?);
		Ok(Some(Followed { signed, mailbox, neighbours, unsealed: self.unsealed(number)? }))
	}
}
