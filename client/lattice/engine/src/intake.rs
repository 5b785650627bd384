//! The way of submissions to the verifiers, through two bounded queues.

use crate::{
	log_targets::LOG_TARGET,
	queue::Queue,
	submission::{is_small, Origin, Statuses, Submission, SubmitError},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{oneshot, Semaphore};
use tp_lattice::Unit;

/// Urgent units that wait for a verifier, at most, of this node and as many of all peers: less than half a second of
/// work each.
const MAX_URGENT: usize = 4_096;
/// Other units that wait for a verifier, at most, of this node and as many of all peers. Callers of the RPC wait for
/// room; peers do not.
const MAX_BULK: usize = 16_384;
/// How long a caller of the RPC waits for room.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Sending side of both queues. The verifiers stop when it is dropped.
pub(crate) struct Intake {
	urgent: Lane,
	bulk: Lane,
}

/// A queue, and the room for units of this node in it.
struct Lane {
	queue: Arc<Queue>,
	room: Arc<Semaphore>,
}

/// Receiving side of both queues.
pub(crate) struct Submissions {
	pub urgent: Arc<Queue>,
	pub bulk: Arc<Queue>,
}

impl Intake {
	/// Returns two empty queues.
	pub fn new() -> (Self, Submissions) {
		let (urgent, bulk) = (Lane::new(MAX_URGENT), Lane::new(MAX_BULK));
		let submissions = Submissions { urgent: urgent.queue.clone(), bulk: bulk.queue.clone() };
		(Self { urgent, bulk }, submissions)
	}

	/// Sends units of this node to the verifiers and returns their statuses. Waits for room and for the verification.
	pub async fn submit(&self, units: Vec<Unit>) -> Result<Statuses, SubmitError> {
		if units.is_empty() {
			return Ok(Vec::new());
		}
		let count = u32::try_from(units.len()).map_err(|_| SubmitError::Overloaded)?;
		let is_urgent = is_small(units.len());
		let lane = if is_urgent { &self.urgent } else { &self.bulk };
		let permit = tokio::time::timeout(QUEUE_TIMEOUT, lane.room.clone().acquire_many_owned(count));
		let permit = permit.await.map_err(|_| SubmitError::Overloaded)?.map_err(|_| SubmitError::Stopped)?;
		let (reply, statuses) = oneshot::channel();
		let (reply, permit) = (Some(reply), Some(permit));
		lane.queue.push(Submission { units, origin: Origin::Local, is_urgent, reply, permit });
		// A verifier that cannot read the chain drops the sender.
		statuses.await.map_err(|_| SubmitError::Unreadable)
	}

	/// Sends units of a peer to the verifiers, and returns how their statuses come. There are none if the peer has used up its share of
	/// the queue. The caller decides what is urgent, for a peer could send everything in small messages.
	pub fn submit_of_peer(&self, units: Vec<Unit>, origin: Origin, is_urgent: bool) -> oneshot::Receiver<Statuses> {
		let lane = if is_urgent { &self.urgent } else { &self.bulk };
		let (reply, statuses) = oneshot::channel();
		if !lane.queue.push(Submission { units, origin, is_urgent, reply: Some(reply), permit: None }) {
			log::debug!(target: LOG_TARGET, "Too many units of {origin:?} wait to be verified: some are dropped");
		}
		statuses
	}

	/// Returns the units of a peer that wait to be verified, at most: urgent ones, and others.
	pub fn shares(&self) -> [usize; 2] {
		[&self.urgent, &self.bulk].map(|lane| lane.queue.share())
	}
}

impl Drop for Intake {
	fn drop(&mut self) {
		self.urgent.queue.close();
		self.bulk.queue.close();
	}
}

impl Lane {
	fn new(units: usize) -> Self {
		Self { queue: Arc::new(Queue::new(units)), room: Arc::new(Semaphore::new(units)) }
	}
}
