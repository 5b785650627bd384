//! Lanes of a proof of computing power, computed on all cores in otherwise idle time.

use crate::log_targets::LOG_TARGET;
use std::{
	sync::{
		atomic::{AtomicBool, AtomicU32, Ordering},
		mpsc, Arc,
	},
	thread,
};
use tp_power::{compute_lane, Challenge, Lanes, Shape};

/// Niceness of the threads: the lowest priority.
const IDLE: i32 = 19;
/// Threads, at most. A machine with more cores keeps the rest free.
const MAX_THREADS: usize = 64;

/// Lanes to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
	/// Challenge that the lanes begin with.
	pub challenge: Challenge,
	/// Size of a lane.
	pub shape: Shape,
	/// Number of lanes.
	pub lanes: u32,
}

/// Lanes that are being computed. The threads stop when it is dropped.
pub struct Computation {
	order: Order,
	stop: Arc<AtomicBool>,
	finished: mpsc::Receiver<(u32, Vec<sp_core::H256>)>,
	lanes: Vec<Option<Vec<sp_core::H256>>>,
}

impl Computation {
	/// Starts the threads. Continues without the threads that the system refuses; without any, no lane is ever
	/// computed.
	pub fn start(order: Order) -> Self {
		let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(order.lanes as usize);
		let (stop, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
		// Room for all lanes: no thread waits for the receiver.
		let (sender, finished) = mpsc::sync_channel(order.lanes as usize);
		for number in 0..threads {
			let (stop, next, sender) = (stop.clone(), next.clone(), sender.clone());
			let compute = move || {
				// On Linux "this process" is the calling thread: the other threads keep their priority.
				if let Err(error) = rustix::process::setpriority_process(None, IDLE) {
					log::debug!(target: LOG_TARGET, "Lanes are computed at normal priority: {error}");
				}
				while !stop.load(Ordering::Relaxed) {
					let lane = next.fetch_add(1, Ordering::Relaxed);
					if lane >= order.lanes
						|| sender.send((lane, compute_lane(&order.challenge, lane, &order.shape))).is_err()
					{
						return;
					}
				}
			};
			if let Err(error) = thread::Builder::new().name(format!("power-{number}")).spawn(compute) {
				log::warn!(target: LOG_TARGET, "No thread for computing lanes: {error}");
			}
		}
		Self { order, stop, finished, lanes: vec![None; order.lanes as usize] }
	}

	/// Returns the lanes to compute.
	pub fn order(&self) -> &Order {
		&self.order
	}

	/// Returns all lanes once they are computed.
	pub fn all(&mut self) -> Option<Lanes> {
		self.collect();
		self.lanes.iter().all(Option::is_some).then(|| self.first(self.lanes.len())).flatten()
	}

	/// Returns the computed lanes before the first missing one, or `None` if the first is missing.
	pub fn so_far(&mut self) -> Option<Lanes> {
		self.collect();
		let count = self.lanes.iter().take_while(|lane| lane.is_some()).count();
		self.first(count)
	}

	fn collect(&mut self) {
		while let Ok((lane, checkpoints)) = self.finished.try_recv() {
			self.lanes[lane as usize] = Some(checkpoints);
		}
	}

	fn first(&self, count: usize) -> Option<Lanes> {
		let lanes = self.lanes[..count].iter().flatten().cloned().collect();
		Lanes::new(lanes, &self.order.shape).ok()
	}
}

impl Drop for Computation {
	fn drop(&mut self) {
		self.stop.store(true, Ordering::Relaxed);
	}
}
