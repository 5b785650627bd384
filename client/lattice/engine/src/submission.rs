//! Submissions on their way to the verifiers, in two bounded queues.

use crate::log_targets::LOG_TARGET;
use crossbeam_channel::{Receiver, Sender};
use sc_network::PeerId;
use std::{sync::Arc, time::Duration};
use tc_lattice_pool::Status;
use tokio::sync::{oneshot, OwnedSemaphorePermit, Semaphore};
use tp_lattice::{Unit, UnitHash};

/// Units in small submissions that wait for a verifier, at most: less than half a second of work.
const MAX_URGENT: usize = 4_096;
/// Units in large submissions that wait for a verifier, at most. Callers of the RPC wait for room; peers do not.
const MAX_BULK: usize = 16_384;
/// Units of the largest submission that counts as small: a payment rather than a settlement of accounts.
const URGENT_UNITS: usize = 16;
/// How long a caller of the RPC waits for room.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

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
	/// Receives the statuses; `None` for units of a peer.
	pub reply: Option<oneshot::Sender<Statuses>>,
	/// Room in the queue, held until the units are verified.
	pub permit: OwnedSemaphorePermit,
}

/// Returns whether a submission of `units` units is small.
pub(crate) fn is_urgent(units: usize) -> bool {
	units <= URGENT_UNITS
}

/// Sending side of both queues. The verifiers stop when it is dropped.
pub(crate) struct Intake {
	urgent: Queue,
	bulk: Queue,
}

/// Receiving side of both queues.
pub(crate) struct Submissions {
	pub urgent: Receiver<Submission>,
	pub bulk: Receiver<Submission>,
}

impl Intake {
	/// Returns two empty queues.
	pub fn new() -> (Self, Submissions) {
		let ((urgent, urgent_submissions), (bulk, bulk_submissions)) = (Queue::new(MAX_URGENT), Queue::new(MAX_BULK));
		(Self { urgent, bulk }, Submissions { urgent: urgent_submissions, bulk: bulk_submissions })
	}

	/// Sends units of this node to the verifiers and returns their statuses. Waits for room and for the verification.
	pub async fn submit(&self, units: Vec<Unit>) -> Result<Statuses, SubmitError> {
		if units.is_empty() {
			return Ok(Vec::new());
		}
		let count = u32::try_from(units.len()).map_err(|_| SubmitError::Overloaded)?;
		let queue = self.queue(units.len());
		let permit = tokio::time::timeout(QUEUE_TIMEOUT, queue.capacity.clone().acquire_many_owned(count));
		let permit = permit.await.map_err(|_| SubmitError::Overloaded)?.map_err(|_| SubmitError::Stopped)?;
		let (reply, statuses) = oneshot::channel();
		queue.push(Submission { units, origin: Origin::Local, reply: Some(reply), permit });
		// A verifier that cannot read the chain drops the sender.
		statuses.await.map_err(|_| SubmitError::Unreadable)
	}

	/// Sends units of a peer to the verifiers. Returns `false` and drops the units if there is no room.
	pub fn try_submit(&self, units: Vec<Unit>, origin: Origin) -> bool {
		let Ok(count) = u32::try_from(units.len()) else { return false };
		let queue = self.queue(units.len());
		let Ok(permit) = queue.capacity.clone().try_acquire_many_owned(count) else { return false };
		queue.push(Submission { units, origin, reply: None, permit });
		true
	}

	fn queue(&self, units: usize) -> &Queue {
		if is_urgent(units) {
			&self.urgent
		} else {
			&self.bulk
		}
	}
}

/// Queue of submissions, bounded by the number of their units.
struct Queue {
	submissions: Sender<Submission>,
	capacity: Arc<Semaphore>,
}

impl Queue {
	/// Returns an empty queue for `units` units.
	///
	/// Invariant: each submission holds a permit for at least one unit, so the channel never has more than `units`
	/// submissions and sending never blocks an asynchronous task. An empty submission would break it; `submit` and the
	/// decoder of gossip messages let none through.
	fn new(units: usize) -> (Self, Receiver<Submission>) {
		let (submissions, receiver) = crossbeam_channel::bounded(units);
		(Self { submissions, capacity: Arc::new(Semaphore::new(units)) }, receiver)
	}

	fn push(&self, submission: Submission) {
		// The verifiers live as long as the queue does.
		if self.submissions.send(submission).is_err() {
			log::debug!(target: LOG_TARGET, "The verifiers have stopped");
		}
	}
}
