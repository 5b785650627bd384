//! The worker: duties from the runtime in, transactions out. It has no clock and no network.

use crate::{
	error::DutyError,
	identity::{record_due, Identity},
	lanes::{Computation, Order},
	log_targets::LOG_TARGET,
};
use std::collections::BTreeMap;
use tp_core::ChainTag;
use tp_pbft::{Domain, Epoch, Evidence, Height, PbftId, PbftSignature, Publication, VrfId};
use tp_power::{Commitment, Lanes, Reveal, SegmentIndex};
use tp_sortition::{draw_of, ticket_data, Role, Ticket};
use tp_stake::{Duties, OpenTicket, PowerDuty, Published, Reporter};

/// Blocks before the last block for a commitment, at which the lanes computed by then are committed to. It leaves time
/// for the transaction to be included.
const COMMIT_AHEAD: Height = 3;
/// Blocks after which a submitted transaction that is in no block is submitted again.
const PATIENCE: Height = 6;
/// Vote keys of a node that the worker asks about, at most. Each rotation leaves an old key in the keystore, and the
/// order does not tell which one is registered. Each key takes a call of the runtime for each block.
const MAX_KEYS: usize = 64;

/// Access to chain, keystore and pool.
pub trait Chain {
	/// Returns the vote keys of this node.
	fn vote_keys(&self) -> Vec<PbftId>;
	/// Returns the duties of the node with a vote key, at the newest block.
	fn duties(&self, key: &PbftId) -> Result<Option<Duties>, DutyError>;
	/// Draws with a VRF key. Returns `None` if the keystore does not have it.
	fn draw(
		&self,
		key: &VrfId,
		data: &sp_core::sr25519::vrf::VrfSignData,
	) -> Option<sp_core::sr25519::vrf::VrfSignature>;
	/// Signs with a vote key. Returns `None` if the keystore does not have it.
	fn sign(&self, key: &PbftId, message: &[u8]) -> Option<PbftSignature>;
	/// Returns the domain of the ledger whose members' equivocations this node sees.
	fn domain(&self) -> Result<Domain, DutyError>;
	/// Submits evidence.
	fn submit_report(&self, chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Result<(), DutyError>;
	/// Returns the hash of the genesis block.
	fn genesis(&self) -> sp_core::H256;
	/// Submits a ticket.
	fn submit_ticket(&self, ticket: Ticket) -> Result<(), DutyError>;
	/// Submits a commitment.
	fn submit_commitment(&self, commitment: Commitment, signature: PbftSignature) -> Result<(), DutyError>;
	/// Submits segments.
	fn submit_reveal(&self, reveal: Reveal, signature: PbftSignature) -> Result<(), DutyError>;
	/// Returns this node's identity in the network.
	fn identity(&self) -> &dyn Identity;
	/// Returns what the node with a vote key has published. `None` if the ledger has no such node, or takes no addresses.
	fn published(&self, key: &PbftId) -> Result<Option<Published>, DutyError>;
	/// Submits addresses.
	fn submit_addresses(&self, publication: Publication) -> Result<(), DutyError>;
}

/// Kind of a transaction that is submitted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Duty {
	Ticket(Role),
	Commitment,
	Reveal,
	Addresses,
}

/// One node's worker.
pub struct Worker<D> {
	chain: D,
	proves_power: bool,
	/// Lanes that are being computed, by the key that signs for them.
	computing: BTreeMap<PbftId, Computation>,
	/// Computed lanes.
	done: BTreeMap<PbftId, (Order, Lanes)>,
	/// Segments to reveal once tickets are closed, in place of the lanes, which take up to 262 MB.
	ready: BTreeMap<PbftId, (Order, Vec<SegmentIndex>, Reveal)>,
	/// Transactions on their way to a block, with the height at which they were submitted.
	on_its_way: BTreeMap<(PbftId, Epoch, Duty), Height>,
}

impl<D: Chain> Worker<D> {
	/// Creates a worker. `proves_power` is whether to spend idle time on proofs of computing power.
	pub fn new(chain: D, proves_power: bool) -> Self {
		let keys = chain.vote_keys().len();
		if keys > MAX_KEYS {
			log::warn!(
				target: LOG_TARGET,
				"Only {MAX_KEYS} of the {keys} vote keys in the keystore are used: remove old keys",
			);
		}
		Self {
			chain,
			proves_power,
			computing: BTreeMap::new(),
			done: BTreeMap::new(),
			ready: BTreeMap::new(),
			on_its_way: BTreeMap::new(),
		}
	}

	/// Returns the chain, with the submitted transactions.
	#[cfg(test)]
	pub fn chain(&self) -> &D {
		&self.chain
	}

	/// Does the duties at the newest block, of this height. Returns whether lanes are being computed: the caller calls
	/// again before the next block then.
	pub fn work(&mut self, height: Height) -> Result<bool, DutyError> {
		let mut busy = false;
		for key in self.keys() {
			match self.chain.duties(&key)? {
				Some(duties) => busy |= self.work_for(&key, &duties, height)?,
				None => self.forget(&key),
			}
		}
		Ok(busy)
	}

	/// Reports a member that contradicted itself, in the name of this node if it is registered.
	pub fn report(&self, evidence: Evidence) -> Result<(), DutyError> {
		let domain = self.chain.domain()?;
		// Two nodes with one key see their own equivocation. A report signed by the accused is refused.
		let reporter = match self.chain.vote_keys().contains(evidence.key()) {
			true => None,
			false => self.reporter(&domain, &evidence)?,
		};
		self.chain.submit_report(domain.chain, evidence, reporter)
	}

	fn reporter(&self, domain: &Domain, evidence: &Evidence) -> Result<Option<Reporter>, DutyError> {
		for key in self.keys() {
			let Some(Duties { node, .. }) = self.chain.duties(&key)? else { continue };
			if let Some(signature) = self.chain.sign(&key, &Reporter::payload(domain, evidence, &node)) {
				return Ok(Some(Reporter { node, signature }));
			}
		}
		Ok(None)
	}

	/// Returns the vote keys to ask about.
	fn keys(&self) -> Vec<PbftId> {
		let mut keys = self.chain.vote_keys();
		keys.truncate(MAX_KEYS);
		keys
	}

	fn work_for(&mut self, key: &PbftId, duties: &Duties, height: Height) -> Result<bool, DutyError> {
		self.on_its_way.retain(|(_, epoch, _), _| *epoch == duties.epoch);
		for open in &duties.tickets {
			self.submit_ticket(key, duties, *open, height)?;
		}
		self.publish(key, duties.epoch, height)?;
		match &duties.power {
			// Lanes that the node committed to before proofs were turned off are not computed again either.
			Some(_) if !self.proves_power => Ok(false),
			Some(PowerDuty::Compute { challenge, shape, most_lanes, until }) => {
				let order = Order { challenge: *challenge, shape: *shape, lanes: *most_lanes };
				self.commit(key, duties, order, height, *until)
			},
			Some(PowerDuty::Await { challenge, shape, lanes, segments }) => {
				let order = Order { challenge: *challenge, shape: *shape, lanes: *lanes };
				// After a restart the lanes are computed again only if the node becomes a candidate.
				let is_done =
					self.done.get(key).is_some_and(|(done, lanes)| is_of(done, order) && lanes.count() == order.lanes);
				if is_done {
					self.prepare(key, duties, order, segments)?;
				}
				Ok(false)
			},
			Some(PowerDuty::Reveal { challenge, shape, lanes, segments }) => {
				let order = Order { challenge: *challenge, shape: *shape, lanes: *lanes };
				let Some(reveal) = self.prepare(key, duties, order, segments)? else { return Ok(true) };
				self.once(key, duties.epoch, Duty::Reveal, height, |chain| {
					let payload = reveal.signing_payload(&chain.genesis());
					let Some(signature) = chain.sign(key, &payload) else { return Ok(()) };
					chain.submit_reveal(reveal, signature)
				})?;
				Ok(false)
			},
			None => {
				// It is too late, or the segments are not drawn yet. Segments of computed lanes may still be asked for.
				self.computing.remove(key);
				Ok(false)
			},
		}
	}

	/// Publishes this node's addresses, if the ledger has others.
	fn publish(&mut self, key: &PbftId, epoch: Epoch, height: Height) -> Result<(), DutyError> {
		let published = self.chain.published(key)?;
		let due = published.and_then(|published| record_due(self.chain.identity(), &published));
		let Some(record) = due else { return Ok(()) };
		self.once(key, epoch, Duty::Addresses, height, |chain| {
			let payload = record.signing_payload(&chain.genesis(), key);
			let signatures = chain.sign(key, &payload).zip(chain.identity().sign(&payload));
			let Some((by_key, by_identity)) = signatures else { return Ok(()) };
			log::info!(target: LOG_TARGET, "Publishing {} addresses of this node", record.addresses.len());
			chain.submit_addresses(Publication { key: key.clone(), record, by_key, by_identity })
		})
	}

	/// Returns the reveal of these segments once the lanes are computed, and drops the lanes.
	fn prepare(
		&mut self,
		key: &PbftId,
		duties: &Duties,
		order: Order,
		segments: &[SegmentIndex],
	) -> Result<Option<Reveal>, DutyError> {
		let is_ready = |(ready, shown, _): &&(Order, Vec<SegmentIndex>, Reveal)| *ready == order && shown == segments;
		if let Some((.., reveal)) = self.ready.get(key).filter(is_ready) {
			return Ok(Some(reveal.clone()));
		}
		let Some(lanes) = self.lanes(key, order, |done| done == order.lanes) else { return Ok(None) };
		let reveal = lanes.reveal(duties.node.clone(), duties.epoch, segments).ok_or(DutyError::NoSuchSegments)?;
		self.done.remove(key);
		self.ready.insert(key.clone(), (order, segments.to_vec(), reveal.clone()));
		Ok(Some(reveal))
	}

	/// Drops the lanes of a key without duties.
	fn forget(&mut self, key: &PbftId) {
		self.ready.remove(key);
		self.computing.remove(key);
		self.done.remove(key);
	}

	/// Draws a ticket, and submits it if it can become a candidate. So of any number of nodes, only about one and a half
	/// times as many as there are candidates send one.
	fn submit_ticket(
		&mut self,
		key: &PbftId,
		duties: &Duties,
		open: OpenTicket,
		height: Height,
	) -> Result<(), DutyError> {
		let Duties { node, vrf, epoch, randomness, .. } = duties;
		let role = open.role;
		self.once(key, *epoch, Duty::Ticket(role), height, |chain| {
			let Some(vrf) = chain.draw(vrf, &ticket_data(randomness, *epoch, role)) else {
				log::warn!(target: LOG_TARGET, "The VRF key is not in the keystore: the node draws no ticket");
				return Ok(());
			};
			if !open.can_win(draw_of(&vrf)) {
				log::debug!(target: LOG_TARGET, "The ticket of epoch {epoch} for {role:?} cannot become a candidate");
				return Ok(());
			}
			chain.submit_ticket(Ticket { node: node.clone(), epoch: *epoch, role, vrf })
		})
	}

	/// Commits to all lanes that count, or to the computed ones when time runs out.
	fn commit(
		&mut self,
		key: &PbftId,
		duties: &Duties,
		order: Order,
		height: Height,
		until: Height,
	) -> Result<bool, DutyError> {
		let Duties { node, epoch, .. } = duties;
		let is_late = height.saturating_add(COMMIT_AHEAD) >= until;
		let commitment = match self.lanes(key, order, |done| done <= order.lanes) {
			Some(lanes) => lanes.commitment(node.clone(), *epoch),
			None if !is_late => return Ok(true),
			None => {
				let Some(lanes) = self.computing.get_mut(key).and_then(Computation::so_far) else { return Ok(true) };
				let commitment = lanes.commitment(node.clone(), *epoch);
				self.computing.remove(key);
				self.done.insert(key.clone(), (order, lanes));
				commitment
			},
		};
		self.once(key, *epoch, Duty::Commitment, height, |chain| {
			let payload = commitment.signing_payload(&chain.genesis());
			let Some(signature) = chain.sign(key, &payload) else { return Ok(()) };
			chain.submit_commitment(commitment, signature)
		})?;
		Ok(false)
	}

	/// Returns the lanes of an order if they are computed and `suffices` accepts their number. Otherwise computes them.
	fn lanes(&mut self, key: &PbftId, order: Order, suffices: impl Fn(u32) -> bool) -> Option<&Lanes> {
		let fits = |(done, lanes): &(Order, Lanes)| is_of(done, order) && suffices(lanes.count());
		if !self.done.get(key).is_some_and(fits) {
			self.done.remove(key);
			if !self.computing.get(key).is_some_and(|computation| *computation.order() == order) {
				self.computing.insert(key.clone(), Computation::start(order));
			}
			let lanes = self.computing.get_mut(key)?.all()?;
			self.computing.remove(key);
			self.done.insert(key.clone(), (order, lanes));
		}
		self.done.get(key).map(|(_, lanes)| lanes)
	}

	/// Submits a transaction, unless it is on its way already.
	fn once(
		&mut self,
		key: &PbftId,
		epoch: Epoch,
		duty: Duty,
		height: Height,
		submit: impl FnOnce(&D) -> Result<(), DutyError>,
	) -> Result<(), DutyError> {
		let entry = (key.clone(), epoch, duty);
		if self.on_its_way.get(&entry).is_some_and(|since| height < since.saturating_add(PATIENCE)) {
			return Ok(());
		}
		submit(&self.chain)?;
		log::debug!(target: LOG_TARGET, "Submitting for epoch {epoch}: {duty:?}");
		self.on_its_way.insert(entry, height);
		Ok(())
	}
}

/// Whether computed lanes are of the challenge and the shape of an order.
fn is_of(done: &Order, order: Order) -> bool {
	done.challenge == order.challenge && done.shape == order.shape
}
