//! Threads that take units in: cheap checks, signatures together, then into the pool.
//!
//! What comes while a batch is verified makes the next one: a lone unit waits for nobody, and a flood is verified at the
//! price of batches.

use crate::units::{now_ms, Room, Shared, Units};
use crossbeam_channel::Receiver;
use sc_network::PeerId;
use std::{
	sync::{Arc, Weak},
	time::Instant,
};
use tc_lattice_pool::{Admission, Event, PooledUnit, Status};
use tokio::sync::oneshot;
use tp_lattice::{verify_signatures, Reason, Unit, UnitHash};

/// Units that one thread takes at a time: beyond this, batches verify no faster, and others wait longer.
const BATCH: usize = 256;

/// Niceness of the threads that verify large submissions: about a tenth of the processor time of others who want it as
/// well. (On Linux it is the thread's own.)
const BULK_NICENESS: i32 = 10;

/// Where units came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
	/// This node's RPC.
	Local,
	/// A peer, and whether it is a member of the committee.
	Peer(PeerId, bool),
}

/// Units to take in.
pub(crate) struct Submission {
	pub units: Vec<Unit>,
	pub origin: Origin,
	/// Who waits for what becomes of them.
	pub reply: Option<oneshot::Sender<Vec<(UnitHash, Status)>>>,
	/// Held until they are verified.
	pub room: Room,
}

/// Runs until the pool is gone, for one queue of submissions.
pub(crate) fn run(shared: &Weak<Shared>, submissions: &Receiver<Submission>) {
	while let Ok(first) = submissions.recv() {
		let mut count = first.units.len();
		let mut batch = vec![first];
		while count < BATCH {
			let Ok(next) = submissions.try_recv() else { break };
			count += next.units.len();
			batch.push(next);
		}
		let Some(shared) = shared.upgrade() else { return };
		if let Err(error) = take_in(&shared, batch) {
			log::error!(target: crate::LOG_TARGET, "Units cannot be judged: {error}");
		}
	}
}

/// Runs as [`run`] does, with what processor time others leave over: a flood must be in the way of neither blocks nor
/// small submissions.
pub(crate) fn run_behind_others(shared: &Weak<Shared>, submissions: &Receiver<Submission>) {
	if let Err(error) = rustix::process::setpriority_process(None, BULK_NICENESS) {
		log::debug!(target: crate::LOG_TARGET, "Large submissions are verified at the priority of all else: {error}");
	}
	run(shared, submissions);
}

/// A unit on its way, and where its status goes.
struct Pending {
	submission: usize,
	place: usize,
	hash: UnitHash,
}

fn take_in(shared: &Shared, batch: Vec<Submission>) -> Result<(), String> {
	let started = Instant::now();
	let mut statuses: Vec<Vec<(UnitHash, Status)>> = Vec::with_capacity(batch.len());
	let (mut units, mut pending, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
	let mut hashed = Vec::with_capacity(batch.len());
	for Submission { units, origin, reply, room } in batch {
		let is_urgent = Units::is_urgent(units.len());
		let units: Vec<(UnitHash, Unit)> = units.into_iter().map(|unit| (unit.hash(), unit)).collect();
		hashed.push(units);
		waiting.push((origin, is_urgent, reply, room));
	}
	{
		let state = shared.state.lock();
		let accounts = shared.chain.accounts(state.at)?;
		let now = now_ms();
		for (submission, submitted) in hashed.into_iter().enumerate() {
			let mut known = Vec::with_capacity(submitted.len());
			for (place, (hash, unit)) in submitted.into_iter().enumerate() {
				let status = match state.pool.admit(&unit, &hash, now, &*accounts) {
					Admission::Known(status) | Admission::Refused(status) => status,
					Admission::Verify => {
						units.push(unit);
						pending.push(Pending { submission, place, hash });
						// Until it is told otherwise.
						Status::Invalid(Reason::Signature, None)
					},
				};
				known.push((hash, status));
			}
			statuses.push(known);
		}
	}

	shared.times.add("receive", started.elapsed());

	let verdicts = shared.times.of("verify", || verify_signatures(shared.verdicts.domain(), &units));
	let started = Instant::now();
	let mut accepted = Vec::with_capacity(units.len());
	for ((unit, pending), right) in units.into_iter().zip(pending).zip(verdicts) {
		if right {
			// Before the pool has it: a block with it may be executed at once.
			shared.verdicts.insert(pending.hash, unit.signature.clone());
			let hash = pending.hash;
			accepted.push((pending, Arc::new(PooledUnit::with_hash(unit, hash))));
		} else if waiting[pending.submission].0 != Origin::Local {
			shared.complain(waiting[pending.submission].0);
		}
	}
	if !accepted.is_empty() {
		let mut events = Vec::new();
		let mut taken = Vec::new();
		{
			let mut state = shared.state.lock();
			let accounts = shared.chain.accounts(state.at)?;
			let now = now_ms();
			for (pending, unit) in accepted {
				// One that came by another way meanwhile is known, and was sent on.
				let is_new = state.pool.status(&pending.hash).is_none();
				let before = events.len();
				let status = state.pool.insert(unit.clone(), now, &*accounts, &mut events);
				if status.is_end() {
					shared.verdicts.remove(&pending.hash);
				} else if is_new {
					// Before what it does to others.
					events.insert(before, Event { hash: pending.hash, status });
					let (origin, is_urgent, ..) = waiting[pending.submission];
					taken.push((unit, origin, is_urgent));
				}
				statuses[pending.submission][pending.place].1 = status;
			}
		}
		shared.deliver(&events);
		for (unit, origin, is_urgent) in taken {
			shared.send_on(unit, origin, is_urgent);
		}
	}

	for ((_, _, reply, room), statuses) in waiting.into_iter().zip(statuses) {
		drop(room);
		if reply.is_some_and(|reply| reply.send(statuses).is_err()) {
			log::trace!(target: crate::LOG_TARGET, "Nobody waits for the statuses of submitted units");
		}
	}
	shared.times.add("receive", started.elapsed());
	Ok(())
}
