//! Threads that read the database for the RPC, apart from the threads of consensus.
//!
//! A read waits for the disk, decodes, hashes. On an asynchronous worker it would hold up all tasks of the node, and on
//! the runtime's threads for blocking work it would wait together with the building and checking of blocks. So reads
//! have their own threads, and the number of calls that wait for them is bounded: a caller beyond the bound is told
//! to ask again.
//!
//! A call that reads many blocks asks for one after another, and takes its turn behind other calls each time.

use crate::{log_targets::LOG_TARGET, priority::lower_priority};
use crossbeam_channel::{Receiver, Sender, TrySendError};
use std::{io, sync::Arc};
use tokio::sync::{oneshot, OwnedSemaphorePermit, Semaphore};

/// Calls that read the newest state and wait or run, at most, and as many of subscriptions: what eight connections have in
/// flight.
const STATE_CALLS: usize = 512;
/// Calls that read the past and wait or run, at most: as many. Most read one block, and some a hundred.
const HISTORY_CALLS: usize = 512;
/// Threads of each kind: one may wait for the disk while the other computes.
const THREADS: usize = 2;
/// Niceness of the threads that read the past: about a tenth of the processor time of threads that want it as well.
const HISTORY_NICENESS: i32 = 10;

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
	/// As many calls wait as may.
	#[error("this node has more to read than it can: ask again in a moment, or ask another node")]
	Busy,
	/// The node stops.
	#[error("this node stops: ask another node")]
	Stopped,
}

/// The threads of a node that read for its RPC.
pub struct Reads {
	/// Reads of the newest state and of the newest blocks.
	pub state: Readers,
	/// Reads of the past, at a lower priority. They must not take the pool's lock: a thread of low priority would hold
	/// up the import of blocks.
	pub history: Readers,
}

impl Reads {
	/// Starts the threads. They end when this is dropped.
	pub(crate) fn start() -> io::Result<Self> {
		let state = Readers::start("state-reader", STATE_CALLS, 0)?;
		let history = Readers::start("history-reader", HISTORY_CALLS, HISTORY_NICENESS)?;
		Ok(Self { state, history })
	}
}

type Job = Box<dyn FnOnce() + Send>;

/// Some threads and the bounded queue before them.
pub struct Readers {
	/// Room for calls that are refused if there is none.
	calls: Arc<Semaphore>,
	/// Room for subscriptions, which wait for it. It is apart, so that many of them do not make calls fail.
	subscriptions: Arc<Semaphore>,
	jobs: Sender<Job>,
}

/// Room for one call, which reads one thing at a time.
pub struct Call {
	permit: Arc<OwnedSemaphorePermit>,
	jobs: Sender<Job>,
}

impl Readers {
	fn start(name: &str, calls: usize, niceness: i32) -> io::Result<Self> {
		// Each call has one job in the queue, at most.
		let (jobs, queue) = crossbeam_channel::bounded(2 * calls);
		for number in 0..THREADS {
			let queue = queue.clone();
			std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || run(&queue, niceness))?;
		}
		let room = || Arc::new(Semaphore::new(calls));
		Ok(Self { calls: room(), subscriptions: room(), jobs })
	}

	/// Begins a call.
	///
	/// # Errors
	/// If as many calls wait as may.
	pub fn try_call(&self) -> Result<Call, ReadError> {
		let permit = self.calls.clone().try_acquire_owned().map_err(|_| ReadError::Busy)?;
		Ok(Call { permit: Arc::new(permit), jobs: self.jobs.clone() })
	}

	/// Begins a call of a subscription, and waits for room. The number of subscriptions is bounded otherwise.
	///
	/// # Errors
	/// If the node stops.
	pub async fn call(&self) -> Result<Call, ReadError> {
		let permit = self.subscriptions.clone().acquire_owned().await.map_err(|_| ReadError::Stopped)?;
		Ok(Call { permit: Arc::new(permit), jobs: self.jobs.clone() })
	}
}

impl Call {
	/// Reads one thing on a thread of the readers.
	///
	/// # Errors
	/// If the node stops.
	pub async fn read<R: Send + 'static>(&mut self, read: impl FnOnce() -> R + Send + 'static) -> Result<R, ReadError> {
		let (reply, answer) = oneshot::channel();
		// The job keeps the call's room: it is in the queue also if the caller no longer waits.
		let permit = self.permit.clone();
		let job = move || {
			if !reply.is_closed() && reply.send(read()).is_err() {
				log::trace!(target: LOG_TARGET, "The caller no longer waits for what was read");
			}
			drop(permit);
		};
		self.jobs.try_send(Box::new(job)).map_err(|error| match error {
			TrySendError::Full(_) => ReadError::Busy,
			TrySendError::Disconnected(_) => ReadError::Stopped,
		})?;
		answer.await.map_err(|_| ReadError::Stopped)
	}
}

fn run(queue: &Receiver<Job>, niceness: i32) {
	if niceness > 0 {
		lower_priority(niceness);
	}
	while let Ok(job) = queue.recv() {
		job();
	}
}
