//! Threads that take submissions into the pool: cheap checks, signatures together, insertion.
//!
//! What arrives while a batch is verified makes the next one. So a lone unit does not wait for a batch to fill, and a
//! flood is verified at the price of batches.

use crate::{
	chain::ChainError,
	intake::Submissions,
	log_targets::LOG_TARGET,
	nice_verifier::{verify, NiceVerifier},
	queue::Queue,
	state::{LaneState, ReadAccounts},
	submission::{Origin, Statuses, Submission},
};
use std::{
	io,
	sync::{Arc, Weak},
};
use tc_lattice_pool::{Admission, DropReason, Event, Insertion, PooledUnit, Status};
use tokio::sync::{oneshot, OwnedSemaphorePermit};
use tp_lattice::{Reason, Unit};

/// Charge for a unit of a peer that ended not long ago. Under load, many units of honest members arrive after the block
/// that has them, so the charge is about what the unit itself costs.
const REPLAYED_BYTES: usize = 256;
/// Charge for a unit of a peer that an honest node sends only in a rare race.
const HOPELESS_BYTES: usize = 16 * 1_024;
/// Units that one thread takes at a time. Larger batches verify no faster, and others wait longer.
const BATCH: usize = 256;
/// Units that are admitted or inserted under one lock. Blocks and other submissions wait for the lock.
const PIECE: usize = 32;
/// Threads of each queue, at most; fewer on a machine with fewer cores.
const MAX_THREADS: usize = 16;

/// Starts the threads. They end when the intake or the state is dropped.
///
/// Each queue has a thread for each core, so that small submissions never wait behind large ones. The signatures of large
/// ones are verified at a lower priority.
pub(crate) fn start(state: &Arc<LaneState>, submissions: &Submissions) -> io::Result<()> {
	let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
	let spawn = |name: String, queue: &Arc<Queue>, nice: Option<NiceVerifier>| {
		let (state, queue) = (Arc::downgrade(state), queue.clone());
		std::thread::Builder::new().name(name).spawn(move || run(&state, &queue, nice.as_ref())).map(drop)
	};
	for number in 0..threads {
		spawn(format!("unit-verifier-{number}"), &submissions.urgent, None)?;
		let nice = NiceVerifier::start(format!("bulk-verifier-{number}"), Arc::downgrade(state))?;
		spawn(format!("bulk-intake-{number}"), &submissions.bulk, Some(nice))?;
	}
	Ok(())
}

fn run(state: &Weak<LaneState>, submissions: &Queue, nice: Option<&NiceVerifier>) {
	while let Some(first) = submissions.next() {
		let mut count = first.units.len();
		let mut batch = vec![first];
		while count < BATCH {
			let Some(next) = submissions.try_next() else { break };
			count += next.units.len();
			batch.push(next);
		}
		let Some(state) = state.upgrade() else { return };
		if let Err(error) = take_in(&state, batch, nice) {
			log::error!(target: LOG_TARGET, "Units cannot be validated: {error}");
		}
	}
}

/// A submission while its units are verified.
struct Ticket {
	origin: Origin,
	is_urgent: bool,
	reply: Option<oneshot::Sender<Statuses>>,
	permit: Option<OwnedSemaphorePermit>,
	statuses: Statuses,
}

/// A unit that passed admission, and the place of its status.
#[derive(Clone, Copy)]
struct Candidate {
	ticket: usize,
	place: usize,
}

/// Units whose signatures decide, each with its place.
struct Admitted {
	units: Arc<[Arc<PooledUnit>]>,
	candidates: Vec<Candidate>,
}

/// Takes submissions into the pool and replies to them.
///
/// Fails if the accounts cannot be read. The tickets are dropped then, and with them the replies and the permits.
fn take_in(state: &LaneState, batch: Vec<Submission>, nice: Option<&NiceVerifier>) -> Result<(), ChainError> {
	let mut read = ReadAccounts::default();
	let mut tickets = Vec::with_capacity(batch.len());
	let admitted = state.times().working("receive", || {
		let hashed = hash(batch, &mut tickets);
		admit(state, hashed, &mut read, &mut tickets)
	});
	let Admitted { units, candidates } = admitted?;
	let verdicts = match nice {
		Some(nice) if !units.is_empty() => nice.verify(state, &units),
		_ => verify(state, &units),
	};
	state.times().working("receive", || {
		let accepted = accept(state, &units, candidates, verdicts, &tickets);
		insert(state, accepted, &mut read, &mut tickets)?;
		for ticket in tickets {
			charge(state, &ticket);
			reply(ticket);
		}
		Ok(())
	})
}

/// Hashes and measures all units, before the pool is locked, and returns them with their places.
fn hash(batch: Vec<Submission>, tickets: &mut Vec<Ticket>) -> Vec<(Candidate, Arc<PooledUnit>)> {
	let mut hashed = Vec::with_capacity(batch.iter().map(|submission| submission.units.len()).sum());
	for (ticket, Submission { units, origin, is_urgent, reply, permit }) in batch.into_iter().enumerate() {
		let statuses = Vec::with_capacity(units.len());
		tickets.push(Ticket { origin, is_urgent, reply, permit, statuses });
		let units = units.into_iter().enumerate();
		hashed.extend(units.map(|(place, unit)| (Candidate { ticket, place }, Arc::new(PooledUnit::new(unit)))));
	}
	hashed
}

/// Fills the tickets with statuses and returns the units whose signatures decide.
fn admit(
	state: &LaneState,
	hashed: Vec<(Candidate, Arc<PooledUnit>)>,
	read: &mut ReadAccounts,
	tickets: &mut [Ticket],
) -> Result<Admitted, ChainError> {
	let (mut units, mut candidates) = (Vec::with_capacity(hashed.len()), Vec::with_capacity(hashed.len()));
	for piece in hashed.chunks(PIECE) {
		let named: Vec<_> = piece.iter().map(|(_, unit)| &unit.unit).collect();
		let admissions = state.examine(&named, read, |pool, accounts, now| {
			piece.iter().map(|(_, unit)| pool.admit_pooled(unit, now, accounts)).collect::<Vec<_>>()
		})?;
		for ((candidate, unit), admission) in piece.iter().zip(admissions) {
			let ticket = &mut tickets[candidate.ticket];
			let status = match admission {
				Admission::Known(status) | Admission::Refused(status) => status,
				Admission::Verify if ticket.origin == Origin::Local && is_taken(state, &unit.unit) => {
					Status::Dropped(DropReason::ExtrinsicWaits)
				},
				Admission::Verify => {
					units.push(unit.clone());
					candidates.push(*candidate);
					// Replaced by the status of the insertion if the signature is right.
					Status::Invalid(Reason::Signature, None)
				},
			};
			ticket.statuses.push((unit.hash, status));
		}
	}
	Ok(Admitted { units: units.into(), candidates })
}

/// Returns whether an extrinsic waits for the height of a unit.
///
/// It is asked for what clients submit here, so that they learn of the conflict at once. Between nodes the block decides: a
/// member that kept out the units of others would only delay them.
fn is_taken(state: &LaneState, unit: &Unit) -> bool {
	state.extrinsics().waiting(&unit.body.account).contains(&unit.body.height)
}

/// Keeps the units with a right signature, and reports the peers of the others.
fn accept(
	state: &LaneState,
	units: &[Arc<PooledUnit>],
	candidates: Vec<Candidate>,
	verdicts: Vec<bool>,
	tickets: &[Ticket],
) -> Vec<(Candidate, Arc<PooledUnit>)> {
	let mut accepted = Vec::with_capacity(units.len());
	for ((unit, candidate), is_right) in units.iter().zip(candidates).zip(verdicts) {
		let origin = tickets[candidate.ticket].origin;
		if is_right {
			// Before the pool has the unit: a block with it may be executed at once.
			state.verdicts().insert(unit.hash, unit.unit.signature.clone());
			accepted.push((candidate, unit.clone()));
		} else if origin != Origin::Local {
			state.outbox().report(origin);
		}
	}
	accepted
}

/// Inserts verified units into the pool, a few under one lock, and sends the new ones on.
fn insert(
	state: &LaneState,
	accepted: Vec<(Candidate, Arc<PooledUnit>)>,
	read: &mut ReadAccounts,
	tickets: &mut [Ticket],
) -> Result<(), ChainError> {
	for piece in accepted.chunks(PIECE) {
		let units: Vec<_> = piece.iter().map(|(_, unit)| &unit.unit).collect();
		let insertions = state.update(&units, read, |pool, accounts, now, events| {
			let insert = |(_, unit): &(Candidate, Arc<PooledUnit>)| {
				let before = events.len();
				let insertion = pool.insert(unit.clone(), now, accounts, events);
				if let Insertion::New(status) = insertion {
					// Before the events of the units that it affects.
					events.insert(before, Event { hash: unit.hash, status });
				}
				insertion
			};
			piece.iter().map(insert).collect::<Vec<_>>()
		})?;
		for ((Candidate { ticket, place }, unit), insertion) in piece.iter().zip(insertions) {
			let status = insertion.status();
			let ticket = &mut tickets[*ticket];
			match insertion {
				Insertion::New(_) => state.outbox().send(unit.clone(), ticket.origin, ticket.is_urgent),
				// A unit that arrived by another way meanwhile was sent on by that way.
				Insertion::Known(_) if !status.is_end() => {},
				Insertion::Known(_) | Insertion::Refused(_) => state.verdicts().remove(&unit.hash),
			}
			ticket.statuses[*place].1 = status;
		}
	}
	Ok(())
}

/// Charges a peer for units that can never apply.
fn charge(state: &LaneState, ticket: &Ticket) {
	let Origin::Peer { id, .. } = ticket.origin else { return };
	let bytes = ticket.statuses.iter().map(|(_, status)| hopeless_bytes(status)).sum();
	if bytes > 0 {
		state.outbox().charge(id, bytes);
	}
}

/// Returns what a peer is charged for a unit with a status, in bytes that it could have sent instead.
///
/// An honest peer sends a unit that was in a block a moment ago, or that its own node does not know to be old yet. So
/// it is charged, and not cut off.
fn hopeless_bytes(status: &Status) -> usize {
	match status {
		Status::Final { .. } | Status::Usurped => REPLAYED_BYTES,
		Status::Invalid(
			Reason::Empty | Reason::Signature | Reason::Elsewhere | Reason::Height | Reason::Expired,
			_,
		)
		| Status::Dropped(DropReason::TooLarge) => HOPELESS_BYTES,
		_ => 0,
	}
}

/// Gives the room in the queue back and replies.
fn reply(ticket: Ticket) {
	let Ticket { reply, permit, statuses, .. } = ticket;
	drop(permit);
	if reply.is_some_and(|reply| reply.send(statuses).is_err()) {
		log::trace!(target: LOG_TARGET, "The caller no longer waits for the statuses of its units");
	}
}
