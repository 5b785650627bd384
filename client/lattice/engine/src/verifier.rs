//! Threads that take submissions into the pool: cheap checks, signatures together, insertion.
//!
//! What arrives while a batch is verified makes the next one. So a lone unit does not wait for a batch to fill, and a
//! flood is verified at the price of batches.

use crate::{
	chain::ChainError,
	log_targets::LOG_TARGET,
	state::LaneState,
	submission::{is_urgent, Origin, Statuses, Submission, Submissions},
};
use crossbeam_channel::Receiver;
use std::{
	io,
	sync::{Arc, Weak},
	time::Instant,
};
use tc_lattice_pool::{Admission, Event, PooledUnit, Status};
use tokio::sync::{oneshot, OwnedSemaphorePermit};
use tp_lattice::{verify_signatures, Reason, Unit, UnitHash};

/// Units that one thread takes at a time. Larger batches verify no faster, and others wait longer.
const BATCH: usize = 256;
/// Threads of each queue, at most; fewer on a machine with fewer cores.
const MAX_THREADS: usize = 16;
/// Niceness of the threads that verify large submissions: about a tenth of the processor time of threads that want it
/// as well. On Linux it applies to the calling thread alone.
const BULK_NICENESS: i32 = 10;

/// Starts the threads. They end when the intake or the state is dropped.
///
/// Each queue has a thread for each core, so that small submissions never wait behind large ones.
pub(crate) fn start(state: &Arc<LaneState>, submissions: &Submissions) -> io::Result<()> {
	let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
	let spawn = |name: String, run: fn(&Weak<LaneState>, &Receiver<Submission>), queue: &Receiver<Submission>| {
		let (state, queue) = (Arc::downgrade(state), queue.clone());
		std::thread::Builder::new().name(name).spawn(move || run(&state, &queue)).map(drop)
	};
	for number in 0..threads {
		spawn(format!("unit-verifier-{number}"), run, &submissions.urgent)?;
		spawn(format!("bulk-verifier-{number}"), run_nicely, &submissions.bulk)?;
	}
	Ok(())
}

fn run(state: &Weak<LaneState>, submissions: &Receiver<Submission>) {
	while let Ok(first) = submissions.recv() {
		let mut count = first.units.len();
		let mut batch = vec![first];
		while count < BATCH {
			let Ok(next) = submissions.try_recv() else { break };
			count += next.units.len();
			batch.push(next);
		}
		let Some(state) = state.upgrade() else { return };
		if let Err(error) = take_in(&state, batch) {
			log::error!(target: LOG_TARGET, "Units cannot be validated: {error}");
		}
	}
}

/// Runs as [`run`] does at a lower priority, so that a flood delays neither blocks nor small submissions.
fn run_nicely(state: &Weak<LaneState>, submissions: &Receiver<Submission>) {
	if let Err(error) = rustix::process::setpriority_process(None, BULK_NICENESS) {
		log::debug!(target: LOG_TARGET, "Large submissions are verified at normal priority: {error}");
	}
	run(state, submissions);
}

/// A submission while its units are verified.
struct Ticket {
	origin: Origin,
	is_urgent: bool,
	reply: Option<oneshot::Sender<Statuses>>,
	permit: OwnedSemaphorePermit,
	statuses: Statuses,
}

/// Units of a submission with their hashes.
type Hashed = Vec<(UnitHash, Unit)>;

/// A unit that passed admission, and the place of its status.
struct Candidate {
	ticket: usize,
	place: usize,
	hash: UnitHash,
}

/// Takes submissions into the pool and replies to them.
///
/// Fails if the accounts cannot be read. The tickets are dropped then, and with them the replies and the permits.
fn take_in(state: &LaneState, batch: Vec<Submission>) -> Result<(), ChainError> {
	let started = Instant::now();
	let (mut tickets, hashed) = hash(batch);
	let (units, candidates) = admit(state, hashed, &mut tickets)?;
	state.times().add("receive", started.elapsed());

	let verdicts = state.times().of("verify", || verify_signatures(state.verdicts().domain(), &units));

	let started = Instant::now();
	let accepted = accept(state, units.into_iter().zip(candidates).zip(verdicts), &tickets);
	if !accepted.is_empty() {
		insert(state, accepted, &mut tickets)?;
	}
	tickets.into_iter().for_each(reply);
	state.times().add("receive", started.elapsed());
	Ok(())
}

/// Hashes all units, before the pool is locked.
fn hash(batch: Vec<Submission>) -> (Vec<Ticket>, Vec<Hashed>) {
	let (mut tickets, mut hashed) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
	for Submission { units, origin, reply, permit } in batch {
		let statuses = Vec::with_capacity(units.len());
		tickets.push(Ticket { origin, is_urgent: is_urgent(units.len()), reply, permit, statuses });
		hashed.push(units.into_iter().map(|unit| (unit.hash(), unit)).collect());
	}
	(tickets, hashed)
}

/// Fills the tickets with statuses and returns the units whose signatures decide.
fn admit(
	state: &LaneState,
	hashed: Vec<Hashed>,
	tickets: &mut [Ticket],
) -> Result<(Vec<Unit>, Vec<Candidate>), ChainError> {
	state.examine(|pool, accounts, now| {
		let (mut units, mut candidates) = (Vec::new(), Vec::new());
		for (ticket, submitted) in hashed.into_iter().enumerate() {
			for (place, (hash, unit)) in submitted.into_iter().enumerate() {
				let status = match pool.admit(&unit, &hash, now, accounts) {
					Admission::Known(status) | Admission::Refused(status) => status,
					Admission::Verify => {
						units.push(unit);
						candidates.push(Candidate { ticket, place, hash });
						// Replaced by the status of the insertion if the signature is right.
						Status::Invalid(Reason::Signature, None)
					},
				};
				tickets[ticket].statuses.push((hash, status));
			}
		}
		(units, candidates)
	})
}

/// Keeps the units with a right signature, and reports the peers of the others.
fn accept(
	state: &LaneState,
	verified: impl Iterator<Item = ((Unit, Candidate), bool)>,
	tickets: &[Ticket],
) -> Vec<(Candidate, Arc<PooledUnit>)> {
	let mut accepted = Vec::with_capacity(verified.size_hint().0);
	for ((unit, candidate), is_right) in verified {
		if is_right {
			// Before the pool has the unit: a block with it may be executed at once.
			state.verdicts().insert(candidate.hash, unit.signature.clone());
			let hash = candidate.hash;
			accepted.push((candidate, Arc::new(PooledUnit::with_hash(unit, hash))));
		} else if tickets[candidate.ticket].origin != Origin::Local {
			state.outbox().report(tickets[candidate.ticket].origin);
		}
	}
	accepted
}

/// Inserts verified units into the pool and sends the new ones on.
fn insert(
	state: &LaneState,
	accepted: Vec<(Candidate, Arc<PooledUnit>)>,
	tickets: &mut [Ticket],
) -> Result<(), ChainError> {
	let inserted = state.update(|pool, accounts, now, events| {
		let mut inserted = Vec::new();
		for (Candidate { ticket, place, hash }, unit) in accepted {
			// A unit that arrived by another way meanwhile was sent on by that way.
			let is_new = pool.status(&hash).is_none();
			let before = events.len();
			let status = pool.insert(unit.clone(), now, accounts, events);
			if status.is_end() {
				state.verdicts().remove(&hash);
			} else if is_new {
				// Before the events of the units that it affects.
				events.insert(before, Event { hash, status });
				inserted.push((unit, ticket));
			}
			tickets[ticket].statuses[place].1 = status;
		}
		inserted
	})?;
	for (unit, ticket) in inserted {
		state.outbox().send(unit, tickets[ticket].origin, tickets[ticket].is_urgent);
	}
	Ok(())
}

/// Gives the room in the queue back and replies.
fn reply(ticket: Ticket) {
	let Ticket { reply, permit, statuses, .. } = ticket;
	drop(permit);
	if reply.is_some_and(|reply| reply.send(statuses).is_err()) {
		log::trace!(target: LOG_TARGET, "The caller no longer waits for the statuses of its units");
	}
}
