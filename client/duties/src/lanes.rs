//! Lanes of a proof of computing power, computed on all cores with what time others leave over.

use std::{
	sync::{
		atomic::{AtomicBool, AtomicU32, Ordering},
		mpsc, Arc,
	},
	thread,
};
use tp_power::{compute_lane, Challenge, Lanes, Shape};

/// Niceness of the threads: the least that anybody can have.
const IDLE: i32 = 19;
/// Threads at most: of more cores than this the rest stays free.
const MAX_THREADS: usize = 64;

/// What is to be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
	/// What the lanes begin with.
	pub challenge: Challenge,
	/// How large they are.
	pub shape: Shape,
	/// How many.
	pub lanes: u32,
}

/// Lanes that are being computed. Stops when it is dropped.
pub struct Computation {
	order: Order,
	stop: Arc<AtomicBool>,
	finished: mpsc::Receiver<(u32, Vec<sp_core::H256>)>,
	lanes: Vec<Option<Vec<sp_core::H256>>>,
}

impl Computation {
	/// Starts one. Threads that cannot be had are done without; without any, nothing will come of it.
	pub fn start(order: Order) -> Self {
		let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(order.lanes as usize);
		let (stop, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
		// Each thread waits for at most one lane to be taken.
		let (sender, finished) = mpsc::sync_channel(order.lanes as usize);
		for number in 0..threads {
			let (stop, next, sender) = (stop.clone(), next.clone(), sender.clone());
			let compute = move || {
				// Linux takes "this process" for the thread that asks: the others keep their priority.
				if let Err(error) = rustix::process::setpriority_process(None, IDLE) {
					log::debug!(target: crate::LOG_TARGET, "Lanes are computed at the priority of all else: {error}");
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
				log::warn!(target: crate::LOG_TARGET, "No thread for computing lanes: {error}");
			}
		}
		Self { order, stop, finished, lanes: vec![None; order.lanes as usize] }
	}

	/// What is computed.
	pub fn order(&self) -> &Order {
		&self.order
	}

	/// All lanes, once they are there.
	pub fn all(&mut self) -> Option<Lanes> {
		self.collect();
		self.lanes.iter().all(Option::is_some).then(|| self.first(self.lanes.len())).flatten()
	}

	/// The lanes that are there, without those behind the first that is missing; `None` if there are none.
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
