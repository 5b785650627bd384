//! The worker over a chain whose answers the tests set.

use crate::{
	error::DutyError,
	identity::Identity,
	worker::{Chain, Worker},
};
use sp_core::{
	crypto::VrfSecret,
	ed25519,
	sr25519::{
		self,
		vrf::{VrfSignData, VrfSignature},
	},
	Pair, H256,
};
use std::{cell::RefCell, sync::Mutex, thread::sleep, time::Duration};
use tp_core::{AccountId, ChainTag};
use tp_pbft::{
	Address, Domain, Equivocation, Evidence, MessageKind, NodeAddresses, PbftId, PbftPair, PbftSignature, Publication,
	SignedPayload, Slot, VrfId, MAX_ADDRESSES, PUBLICATION_INTERVAL_MS,
};
use tp_power::{challenge, draw_segments, Commitment, Reveal, Shape};
use tp_sortition::{draw_of, ticket_data, Key, Role, Ticket};
use tp_stake::{Duties, OpenTicket, PowerDuty, Published, Reporter};

const SHAPE: Shape = Shape { segments_per_lane: 16, steps_per_segment: 8 };
const RANDOMNESS: [u8; 32] = [3; 32];
const GENESIS: H256 = H256::repeat_byte(7);
const DOMAIN: Domain = Domain { chain: ChainTag::Main, genesis: GENESIS };
const UNTIL: u32 = 20;
const LANES: u32 = 4;

struct TestChain {
	vote: PbftPair,
	vrf: sr25519::Pair,
	has_vrf: bool,
	/// Old keys in the keystore, of no registered node.
	past: Vec<PbftId>,
	duties: RefCell<Option<Duties>>,
	tickets: RefCell<Vec<Ticket>>,
	commitments: RefCell<Vec<(Commitment, PbftSignature)>>,
	reveals: RefCell<Vec<(Reveal, PbftSignature)>>,
	reports: RefCell<Vec<(ChainTag, Evidence, Option<Reporter>)>>,
	peer: Peer,
	published: RefCell<Option<Published>>,
	addresses: RefCell<Vec<NodeAddresses>>,
}

/// The node in the network.
struct Peer {
	pair: ed25519::Pair,
	addresses: Mutex<Vec<Address>>,
}

impl Identity for Peer {
	fn key(&self) -> ed25519::Public {
		self.pair.public()
	}
	fn addresses(&self) -> Vec<Address> {
		self.addresses.lock().unwrap().clone()
	}
	fn sign(&self, message: &[u8]) -> Option<ed25519::Signature> {
		Some(self.pair.sign(message))
	}
}

impl TestChain {
	fn new(duties: Option<Duties>) -> Self {
		Self {
			vote: PbftPair::from_seed(&[1; 32]),
			vrf: vrf(),
			has_vrf: true,
			past: Vec::new(),
			duties: RefCell::new(duties),
			tickets: RefCell::default(),
			commitments: RefCell::default(),
			reveals: RefCell::default(),
			reports: RefCell::default(),
			peer: Peer { pair: ed25519::Pair::from_seed(&[3; 32]), addresses: Mutex::default() },
			published: RefCell::default(),
			addresses: RefCell::default(),
		}
	}
}

impl Chain for TestChain {
	fn vote_keys(&self) -> Vec<PbftId> {
		self.past.iter().cloned().chain([self.vote.public()]).collect()
	}
	fn duties(&self, key: &PbftId) -> Result<Option<Duties>, DutyError> {
		Ok(self.duties.borrow().clone().filter(|_| *key == self.vote.public()))
	}
	fn draw(&self, key: &VrfId, data: &VrfSignData) -> Option<VrfSignature> {
		assert_eq!(*key, VrfId::from(self.vrf.public()));
		self.has_vrf.then(|| self.vrf.vrf_sign(data))
	}
	fn sign(&self, key: &PbftId, message: &[u8]) -> Option<PbftSignature> {
		assert_eq!(*key, self.vote.public());
		Some(self.vote.sign(message))
	}
	fn domain(&self) -> Result<Domain, DutyError> {
		Ok(DOMAIN)
	}
	fn submit_report(&self, chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Result<(), DutyError> {
		self.reports.borrow_mut().push((chain, evidence, reporter));
		Ok(())
	}
	fn genesis(&self) -> H256 {
		GENESIS
	}
	fn submit_ticket(&self, ticket: Ticket) -> Result<(), DutyError> {
		self.tickets.borrow_mut().push(ticket);
		Ok(())
	}
	fn submit_commitment(&self, commitment: Commitment, signature: PbftSignature) -> Result<(), DutyError> {
		self.commitments.borrow_mut().push((commitment, signature));
		Ok(())
	}
	fn submit_reveal(&self, reveal: Reveal, signature: PbftSignature) -> Result<(), DutyError> {
		self.reveals.borrow_mut().push((reveal, signature));
		Ok(())
	}
	fn identity(&self) -> &dyn Identity {
		&self.peer
	}
	fn published(&self, _: &PbftId) -> Result<Option<Published>, DutyError> {
		Ok(self.published.borrow().clone())
	}
	fn submit_addresses(&self, publication: Publication) -> Result<(), DutyError> {
		assert!(publication.key == self.vote.public() && publication.is_signed(&GENESIS));
		self.addresses.borrow_mut().push(publication.record);
		Ok(())
	}
}

fn vrf() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[2; 32])
}

fn node() -> AccountId {
	AccountId::new([9; 32])
}

fn duties(roles: Vec<Role>, power: Option<PowerDuty>) -> Duties {
	let tickets = roles.into_iter().map(|role| OpenTicket { role, stake: 1_000_000, bound: None }).collect();
	Duties {
		node: node(),
		vrf: vrf().public().into(),
		epoch: 5,
		randomness: RANDOMNESS,
		last_height: None,
		tickets,
		power,
	}
}

fn compute() -> PowerDuty {
	PowerDuty::Compute { challenge: challenge(&RANDOMNESS, &node()), shape: SHAPE, most_lanes: LANES, until: UNTIL }
}

fn reveal(lanes: u32) -> PowerDuty {
	let segments = draw_segments(&[4; 32], &node(), lanes, &SHAPE);
	PowerDuty::Reveal { challenge: challenge(&RANDOMNESS, &node()), shape: SHAPE, lanes, segments }
}

/// Has the worker work on one height until no lanes are being computed.
fn until_idle(worker: &mut Worker<TestChain>, height: u32) {
	for _ in 0..500 {
		if !worker.work(height).unwrap() {
			return;
		}
		sleep(Duration::from_millis(10));
	}
	panic!("the lanes do not end");
}

#[test]
fn tickets_are_drawn_for_each_role_and_submitted_once() {
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![Role::Router, Role::Validator], None))), true);
	worker.work(1).unwrap();
	worker.work(2).unwrap();
	{
		let tickets = worker.chain().tickets.borrow();
		assert_eq!(tickets.iter().map(|ticket| ticket.role).collect::<Vec<_>>(), [Role::Router, Role::Validator]);
		for ticket in &*tickets {
			assert!(ticket.verify(&vrf().public().into(), &RANDOMNESS).is_some());
		}
	}
	// A lost transaction is submitted again, and one for the next epoch at once.
	worker.work(7).unwrap();
	assert_eq!(worker.chain().tickets.borrow().len(), 4);
	worker.chain().duties.replace(Some(Duties { epoch: 6, ..duties(vec![Role::Router], None) }));
	worker.work(8).unwrap();
	assert_eq!(worker.chain().tickets.borrow().len(), 5);
}

#[test]
fn a_ticket_that_cannot_become_a_candidate_is_not_sent() {
	let draw = draw_of(&vrf().vrf_sign(&ticket_data(&RANDOMNESS, 5, Role::Router)));
	let key = Key::new(draw, 1_000_000).unwrap();
	// The ticket is below the first bound alone.
	for (bound, sent) in [(key.times(101, 100), 1), (key, 0), (key.times(99, 100), 0)] {
		let mut duties = duties(vec![Role::Router], None);
		duties.tickets[0].bound = Some(bound);
		let mut worker = Worker::new(TestChain::new(Some(duties)), true);
		worker.work(1).unwrap();
		assert_eq!(worker.chain().tickets.borrow().len(), sent);
	}
}

#[test]
fn no_node_without_registration_or_vrf_key_submits() {
	let mut worker = Worker::new(TestChain::new(None), true);
	assert!(!worker.work(1).unwrap());
	let chain = TestChain { has_vrf: false, ..TestChain::new(Some(duties(vec![Role::Router], None))) };
	let mut keyless = Worker::new(chain, true);
	keyless.work(1).unwrap();
	assert!(worker.chain().tickets.borrow().is_empty() && keyless.chain().tickets.borrow().is_empty());
}

#[test]
fn lanes_are_computed_committed_to_and_shown() {
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![], Some(compute())))), true);
	until_idle(&mut worker, 1);
	let (commitment, signature) = worker.chain().commitments.borrow()[0].clone();
	assert_eq!((commitment.lanes, commitment.epoch), (LANES, 5));
	assert!(tp_pbft::check_signature(&worker.chain().vote.public(), &commitment.signing_payload(&GENESIS), &signature));

	// There is no duty in between; the computed lanes are kept.
	worker.chain().duties.replace(Some(duties(vec![], None)));
	until_idle(&mut worker, 2);
	worker.chain().duties.replace(Some(duties(vec![], Some(reveal(LANES)))));
	until_idle(&mut worker, 3);
	let (shown, _) = worker.chain().reveals.borrow()[0].clone();
	let segments = draw_segments(&[4; 32], &node(), LANES, &SHAPE);
	shown.verify(&commitment, &challenge(&RANDOMNESS, &node()), &segments, &SHAPE).unwrap();
}

#[test]
fn a_node_keeps_its_segments_until_tickets_close_and_not_its_lanes() {
	let PowerDuty::Reveal { challenge, shape, lanes, segments } = reveal(LANES) else { panic!() };
	let waits = PowerDuty::Await { challenge, shape, lanes, segments };
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![], Some(compute())))), true);
	until_idle(&mut worker, 1);
	worker.chain().duties.replace(Some(duties(vec![], Some(waits.clone()))));
	assert!(!worker.work(2).unwrap());
	assert!(worker.chain().reveals.borrow().is_empty(), "the node may be no candidate");
	worker.chain().duties.replace(Some(duties(vec![], Some(reveal(LANES)))));
	assert!(!worker.work(3).unwrap(), "nothing is computed again");
	assert_eq!(worker.chain().reveals.borrow().len(), 1);
	// A node that started meanwhile computes its lanes only when it must reveal.
	let mut restarted = Worker::new(TestChain::new(Some(duties(vec![], Some(waits)))), true);
	assert!(!restarted.work(2).unwrap());
	restarted.chain().duties.replace(Some(duties(vec![], Some(reveal(LANES)))));
	until_idle(&mut restarted, 3);
	assert_eq!(*restarted.chain().reveals.borrow(), *worker.chain().reveals.borrow());
}

#[test]
fn a_restarted_node_computes_again_what_it_committed_to() {
	let committed = tp_power::Lanes::compute(&challenge(&RANDOMNESS, &node()), LANES, &SHAPE).unwrap();
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![], Some(reveal(LANES))))), true);
	until_idle(&mut worker, 1);
	let (shown, _) = worker.chain().reveals.borrow()[0].clone();
	let segments = draw_segments(&[4; 32], &node(), LANES, &SHAPE);
	let commitment = committed.commitment(node(), 5);
	shown.verify(&commitment, &challenge(&RANDOMNESS, &node()), &segments, &SHAPE).unwrap();
}

#[test]
fn computed_lanes_are_committed_to_when_time_runs_out() {
	// Too many and too long lanes to be done when the window is about to close.
	let long = Shape { segments_per_lane: 64, steps_per_segment: 1_024 };
	let challenge = challenge(&RANDOMNESS, &node());
	let power = PowerDuty::Compute { challenge, shape: long, most_lanes: 4_096, until: UNTIL };
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![], Some(power)))), true);
	assert!(worker.work(1).unwrap());
	assert!(worker.chain().commitments.borrow().is_empty());
	until_idle(&mut worker, UNTIL - 2);
	let lanes = worker.chain().commitments.borrow()[0].0.lanes;
	assert!((1..4_096).contains(&lanes), "{lanes} lanes");
	// The segments of the committed lanes are revealed.
	let segments = draw_segments(&[4; 32], &node(), lanes, &long);
	let power = PowerDuty::Reveal { challenge, shape: long, lanes, segments: segments.clone() };
	worker.chain().duties.replace(Some(duties(vec![], Some(power))));
	assert!(!worker.work(UNTIL).unwrap());
	let commitment = worker.chain().commitments.borrow()[0].0.clone();
	worker.chain().reveals.borrow()[0].0.verify(&commitment, &challenge, &segments, &long).unwrap();
}

#[test]
fn a_node_without_proofs_computes_nothing() {
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![Role::Router], Some(compute())))), false);
	assert!(!worker.work(1).unwrap());
	assert_eq!(worker.chain().tickets.borrow().len(), 1);
	assert!(worker.chain().commitments.borrow().is_empty());
	// It does not compute lanes that it committed to before proofs were turned off either.
	worker.chain().duties.replace(Some(duties(vec![], Some(reveal(LANES)))));
	assert!(!worker.work(2).unwrap());
}

#[test]
fn the_registered_key_is_found_among_old_keys() {
	let past = (100..120).map(|seed| PbftPair::from_seed(&[seed; 32]).public()).collect();
	let chain = TestChain { past, ..TestChain::new(Some(duties(vec![Role::Router], None))) };
	let mut worker = Worker::new(chain, true);
	worker.work(1).unwrap();
	assert_eq!(worker.chain().tickets.borrow().len(), 1);
}

#[test]
fn a_node_reports_in_its_own_name_unless_it_is_the_accused() {
	let evidence = |accused: &PbftPair| -> Evidence {
		let slot = Slot { epoch: 5, height: 33, view: 0, kind: MessageKind::Commit };
		let signed = |byte| {
			let payload = H256::repeat_byte(byte);
			SignedPayload { payload, signature: accused.sign(&slot.signing_payload(&DOMAIN, &payload)) }
		};
		Equivocation { slot, member: 2, key: accused.public(), first: signed(1), second: signed(2) }.into()
	};
	let worker = Worker::new(TestChain::new(Some(duties(vec![], None))), true);
	let stranger = Worker::new(TestChain::new(None), true);
	let other = PbftPair::from_seed(&[8; 32]);
	worker.report(evidence(&other)).unwrap();
	worker.report(evidence(&worker.chain().vote)).unwrap();
	stranger.report(evidence(&other)).unwrap();
	let reports = worker.chain().reports.borrow();
	let reporter = reports[0].2.as_ref().unwrap();
	assert_eq!((reports[0].0, &reporter.node), (ChainTag::Main, &node()));
	assert!(reporter.verify(&worker.chain().vote.public(), &DOMAIN, &reports[0].1));
	assert_eq!(reports[1].2, None, "the accused is no reporter");
	assert_eq!(stranger.chain().reports.borrow()[0].2, None);
}

/// Returns an address of 192.0.2.0/24, by its last number.
fn address(number: u8) -> Address {
	vec![4, 192, 0, 2, number, 6, 0x76, 0x5d].try_into().unwrap()
}

#[test]
fn addresses_are_published_when_the_ledger_has_others_and_at_most_once_an_hour() {
	let mut worker = Worker::new(TestChain::new(Some(duties(vec![], None))), true);
	let identity = worker.chain().peer.key();
	let now = 1_800_000_000_000;
	let mut height = 0;
	// Returns what the worker publishes, some blocks later.
	let mut publishes = |record: Option<NodeAddresses>, now, addresses: &[u8]| {
		height += 10;
		worker.chain().published.replace(Some(Published { record, now }));
		*worker.chain().peer.addresses.lock().unwrap() = addresses.iter().map(|number| address(*number)).collect();
		worker.work(height).unwrap();
		worker.work(height + 1).unwrap();
		let mut sent = worker.chain().addresses.take();
		assert!(sent.len() <= 1, "it waits for the block");
		sent.pop()
	};
	assert_eq!(publishes(None, now, &[]), None, "it has none");
	assert_eq!(publishes(None, 0, &[1]), None, "the genesis has no time");
	let first = publishes(None, now, &[1, 2]).unwrap();
	assert_eq!((first.made_at, first.addresses.to_vec()), (now, vec![address(1), address(2)]));
	let later = now + PUBLICATION_INTERVAL_MS;
	assert_eq!(publishes(Some(first.clone()), later, &[1, 2]), None, "nothing changed");
	assert_eq!(publishes(Some(first.clone()), later - 1, &[3]), None, "within the hour");
	assert_eq!(publishes(Some(first.clone()), later, &[3]).unwrap().addresses.to_vec(), [address(3)]);
	let other = NodeAddresses { identity: ed25519::Pair::from_seed(&[4; 32]).public(), ..first };
	assert_eq!(publishes(Some(other), later, &[1, 2]).unwrap().identity, identity);
	let many = publishes(None, later, &[1, 2, 3, 4, 5, 6]).unwrap();
	assert_eq!(many.addresses.len(), MAX_ADDRESSES as usize);
}

#[test]
fn a_node_that_is_not_registered_publishes_no_addresses() {
	let chain = TestChain::new(None);
	chain.published.replace(Some(Published { record: None, now: 1 }));
	*chain.peer.addresses.lock().unwrap() = vec![address(1)];
	let mut worker = Worker::new(chain, true);
	worker.work(1).unwrap();
	assert!(worker.chain().addresses.borrow().is_empty());
}
