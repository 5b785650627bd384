//! Submissions of units, and their origins.

use sc_network::PeerId;
use tc_lattice_pool::Status;
use tokio::sync::{oneshot, OwnedSemaphorePermit};
use tp_lattice::{Unit, UnitHash};

/// Units of the largest submission that counts as small: a payment rather than a settlement of accounts.
pub(crate) const URGENT_UNITS: usize = 16;
/// Why a node does not verify submitted units.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
	/// More units arrive than the node can verify.
	#[error("this node has more units to verify than it can: send them to another node, or later")]
	Overloaded,
	/// The node stops.
	#[error("this node stops: send the units to another node")]
	Stopped,
	/// The node cannot read its chain; its log says why.
	#[error("this node cannot read its chain: send the units to another node")]
	Unreadable,
}

impl SubmitError {
	/// Returns whether the node is at fault, rather than the amount of units that it is sent.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Overloaded => false,
			Self::Stopped | Self::Unreadable => true,
		}
	}
}

/// Origin of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
	/// The RPC of this node.
	Local,
	/// A peer.
	Peer {
		/// The peer.
		id: PeerId,
		/// Whether it is a member of the committee.
		is_member: bool,
	},
}

impl Origin {
	/// Returns the peer, or `None` for units of this node.
	pub fn peer(&self) -> Option<PeerId> {
		match self {
			Self::Local => None,
			Self::Peer { id, .. } => Some(*id),
		}
	}
}

/// Hashes and statuses of submitted units, in the order of the submission.
pub(crate) type Statuses = Vec<(UnitHash, Status)>;

/// Units for a verifier.
pub(crate) struct Submission {
	pub units: Vec<Unit>,
	pub origin: Origin,
	/// Whether the units go before those of large submissions, here and at other nodes.
	pub is_urgent: bool,
	/// Receives the statuses; `None` for units of a peer.
	pub reply: Option<oneshot::Sender<Statuses>>,
	/// Room in the queue, held until the units are verified; `None` for units of a peer.
	pub permit: Option<OwnedSemaphorePermit>,
}

/// Returns whether a submission of `units` units is small.
pub(crate) fn is_small(units: usize) -> bool {
	units <= URGENT_UNITS
}
