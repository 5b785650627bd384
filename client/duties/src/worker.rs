//! The worker: from what the runtime says is left to do to what is handed in. It knows neither clock nor network.

use crate::lanes::{Computation, Order};
use std::collections::BTreeMap;
use tp_core::ChainTag;
use tp_pbft::{Domain, Epoch, Evidence, Height, PbftId, PbftSignature, VrfId};
use tp_power::{Commitment, Lanes, Reveal};
use tp_sortition::{ticket_data, Role, Ticket};
use tp_stake::{Duties, PowerDuty, Reporter};

/// Blocks before the last one that may have a commitment, at which what is computed until then is committed to: time for
/// the transaction to get there.
const COMMIT_AHEAD: Height = 3;
/// Blocks after which what was handed in, and is not in a block, is handed in again.
const PATIENCE: Height = 6;
/// Vote keys of a node that are asked about, at most. Each rotation leaves one behind in the keystore, in no order that
/// tells which counts; asking about one takes a call of the runtime for each block.
const MAX_KEYS: usize = 64;

/// Why the desk could not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DeskError(pub String);

/// What the worker asks of chain, keystore and pool.
pub trait Desk {
	/// The vote keys of this node.
	fn vote_keys(&self) -> Vec<PbftId>;
	/// What the node with a vote key has to do, on the newest block.
	fn duties(&self, key: &PbftId) -> Result<Option<Duties>, DeskError>;
	/// Draws with a VRF key; `None` if it is not here.
	fn draw(
		&self,
		key: &VrfId,
		data: &sp_core::sr25519::vrf::VrfSignData,
	) -> Option<sp_core::sr25519::vrf::VrfSignature>;
	/// Signs with a vote key; `None` if it is not here.
	fn sign(&self, key: &PbftId, message: &[u8]) -> Option<PbftSignature>;
	/// The ledger whose members' contradictions this node sees, and its genesis.
	fn domain(&self) -> Result<Domain, DeskError>;
	/// Hands in evidence.
	fn hand_in_report(&self, chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Result<(), DeskError>;
	/// Hash of the genesis block.
	fn genesis(&self) -> sp_core::H256;
	/// Hands in a ticket.
	fn hand_in_ticket(&self, ticket: Ticket) -> Result<(), DeskError>;
	/// Hands in a commitment.
	fn hand_in_commitment(&self, commitment: Commitment, signature: PbftSignature) -> Result<(), DeskError>;
	/// Hands in segments.
	fn hand_in_reveal(&self, reveal: Reveal, signature: PbftSignature) -> Result<(), DeskError>;
}

/// What is handed in once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Paper {
	Ticket(Role),
	Commitment,
	Reveal,
}

/// One node's worker.
pub struct Worker<D> {
	desk: D,
	proves_power: bool,
	/// Lanes under way, by the key that signs for them.
	computing: BTreeMap<PbftId, Computation>,
	/// Lanes that are done.
	done: BTreeMap<PbftId, (Order, Lanes)>,
	/// What is on its way to a block: since which height.
	on_its_way: BTreeMap<(PbftId, Epoch, Paper), Height>,
}

impl<D: Desk> Worker<D> {
	/// `proves_power` is whether to spend idle time on proofs of computing power.
	pub fn new(desk: D, proves_power: bool) -> Self {
		let keys = desk.vote_keys().len();
		if keys > MAX_KEYS {
			log::warn!(
				target: crate::LOG_TARGET,
				"Of the {keys} vote keys in the keystore only {MAX_KEYS} are looked at: remove those of the past",
			);
		}
		Self { desk, proves_power, computing: BTreeMap::new(), done: BTreeMap::new(), on_its_way: BTreeMap::new() }
	}

	/// The desk, with what was handed in there.
	#[cfg(test)]
	pub fn desk(&self) -> &D {
		&self.desk
	}

	/// Does what is to be done on top of the newest block, of this height. Returns whether lanes are being computed: then
	/// it wants to be called again before the next block.
	pub fn work(&mut self, height: Height) -> Result<bool, DeskError> {
		let mut busy = false;
		for key in self.keys() {
			match self.desk.duties(&key)? {
				Some(duties) => busy |= self.work_for(&key, &duties, height)?,
				None => self.forget(&key),
			}
		}
		Ok(busy)
	}

	/// Reports a contradiction of a member, in the name of this node if it is registered.
	pub fn report(&self, evidence: Evidence) -> Result<(), DeskError> {
		let domain = self.desk.domain()?;
		// Two nodes with one key accuse themselves; what the accused signs is refused.
		let reporter = match self.desk.vote_keys().contains(&evidence.key) {
			true => None,
			false => self.reporter(&domain, &evidence)?,
		};
		self.desk.hand_in_report(domain.chain, evidence, reporter)
	}

	fn reporter(&self, domain: &Domain, evidence: &Evidence) -> Result<Option<Reporter>, DeskError> {
		for key in self.keys() {
			let Some(Duties { node, .. }) = self.desk.duties(&key)? else { continue };
			if let Some(signature) = self.desk.sign(&key, &Reporter::payload(domain, evidence, &node)) {
				return Ok(Some(Reporter { node, signature }));
			}
		}
		Ok(None)
	}

	/// The vote keys that are asked about.
	fn keys(&self) -> Vec<PbftId> {
		let mut keys = self.desk.vote_keys();
		keys.truncate(MAX_KEYS);
		keys
	}

	fn work_for(&mut self, key: &PbftId, duties: &Duties, height: Height) -> Result<bool, DeskError> {
		self.on_its_way.retain(|(_, epoch, _), _| *epoch == duties.epoch);
		for role in &duties.tickets {
			self.hand_in_ticket(key, duties, *role, height)?;
		}
		match &duties.power {
			// Nor are lanes computed anew that it committed to before this was turned off.
			Some(_) if !self.proves_power => Ok(false),
			Some(PowerDuty::Compute { challenge, shape, most_lanes, until }) => {
				let order = Order { challenge: *challenge, shape: *shape, lanes: *most_lanes };
				self.commit(key, duties, order, height, *until)
			},
			Some(PowerDuty::Reveal { challenge, shape, lanes, segments }) => {
				let order = Order { challenge: *challenge, shape: *shape, lanes: *lanes };
				let Some(lanes) = self.lanes(key, order, |done| done == order.lanes) else { return Ok(true) };
				let reveal = lanes.reveal(duties.node.clone(), duties.epoch, segments);
				let Some(reveal) = reveal else { return Err(DeskError("segments of lanes that do not exist".into())) };
				self.once(key, duties.epoch, Paper::Reveal, height, |desk| {
					let payload = reveal.signing_payload(&desk.genesis());
					let Some(signature) = desk.sign(key, &payload) else { return Ok(()) };
					desk.hand_in_reveal(reveal, signature)
				})?;
				Ok(false)
			},
			None => {
				// It is too late, or the segments are not drawn yet: what is done may still be asked for.
				self.computing.remove(key);
				Ok(false)
			},
		}
	}

	/// Nothing is computed, and nothing kept, for a key that has nothing to prove.
	fn forget(&mut self, key: &PbftId) {
		self.computing.remove(key);
		self.done.remove(key);
	}

	fn hand_in_ticket(&mut self, key: &PbftId, duties: &Duties, role: Role, height: Height) -> Result<(), DeskError> {
		let Duties { node, vrf, epoch, randomness, .. } = duties;
		self.once(key, *epoch, Paper::Ticket(role), height, |desk| {
			let Some(vrf) = desk.draw(vrf, &ticket_data(randomness, *epoch, role)) else {
				log::warn!(target: crate::LOG_TARGET, "The VRF key of the node is not in the keystore: it draws no ticket");
				return Ok(());
			};
			desk.hand_in_ticket(Ticket { node: node.clone(), epoch: *epoch, role, vrf })
		})
	}

	/// Commits to all lanes that count, or to those that are there when time runs out.
	fn commit(
		&mut self,
		key: &PbftId,
		duties: &Duties,
		order: Order,
		height: Height,
		until: Height,
	) -> Result<bool, DeskError> {
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
		self.once(key, *epoch, Paper::Commitment, height, |desk| {
			let payload = commitment.signing_payload(&desk.genesis());
			let Some(signature) = desk.sign(key, &payload) else { return Ok(()) };
			desk.hand_in_commitment(commitment, signature)
		})?;
		Ok(false)
	}

	/// The lanes of an order, if they are there and as many as `will_do`; else sees to it that they will be there.
	fn lanes(&mut self, key: &PbftId, order: Order, will_do: impl Fn(u32) -> bool) -> Option<&Lanes> {
		let fits = |(done, lanes): &(Order, Lanes)| {
			done.challenge == order.challenge && done.shape == order.shape && will_do(lanes.count())
		};
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

	/// Hands something in, unless it is on its way already.
	fn once(
		&mut self,
		key: &PbftId,
		epoch: Epoch,
		paper: Paper,
		height: Height,
		hand_in: impl FnOnce(&D) -> Result<(), DeskError>,
	) -> Result<(), DeskError> {
		let entry = (key.clone(), epoch, paper);
		if self.on_its_way.get(&entry).is_some_and(|since| height < since.saturating_add(PATIENCE)) {
			return Ok(());
		}
		hand_in(&self.desk)?;
		log::debug!(target: crate::LOG_TARGET, "Handing in for epoch {epoch}: {paper:?}");
		self.on_its_way.insert(entry, height);
		Ok(())
	}
}
