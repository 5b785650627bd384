//! Epochs of the preset `rotation`, block by block, with the keys of all nodes: draws, seats, reputation, rewards, and the
//! invariants of every pallet after each block.

use super::on_preset;
use frame_support::{assert_ok, dispatch::DispatchClass, traits::Get};
use sp_core::{crypto::VrfSecret, ed25519, sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Header as _, Digest};
use std::collections::{BTreeMap, BTreeSet};
use top_main_runtime::{genesis::ROTATION, *};
use top_runtime_common::development::{node_account, node_path};
use tp_core::{ChainTag, TOTAL_SUPPLY};
use tp_pbft::{
	vrf_sign_data, Certificate, Committee as PbftCommittee, Domain, Epoch, MemberIndex, MessageKind, PbftSignature,
	PreDigest, Slot,
};
use tp_power::Lanes;
use tp_sortition::{ticket_data, Role, Ticket};
use tp_stake::{
	api::{runtime_decl_for_duties_api::DutiesApi, runtime_decl_for_stake_api::StakeApi},
	Duties, EpochClock, PowerDuty, Reputation,
};

const NODES: u16 = 9;
/// The time of a block: that of idle blocks, so that an epoch has about twenty.
const BLOCK_MS: u64 = 1_000;

/// The genesis' time.
const GENESIS_MS: u64 = 1_000_000;

/// The keys of a node.
struct Keys {
	vote: ed25519::Pair,
	vrf: sr25519::Pair,
}

/// The chain and its nodes.
pub struct Network {
	keys: BTreeMap<u16, Keys>,
	/// Nodes that neither vote nor submit anything.
	absent: BTreeSet<u16>,
	/// Whether no node submits anything, while all vote.
	submits_nothing: bool,
	/// The time of day of all nodes.
	pub clock_ms: u64,
	/// How far ahead of it primaries stamp their blocks.
	pub ahead_ms: u64,
	/// Whether ordinary extrinsics fill each block.
	pub is_full: bool,
	stamp_ms: u64,
	head: H256,
	height: u32,
	/// The newest header.
	pub header: Option<Header>,
	parent_committee: PbftCommittee,
	lanes: BTreeMap<(u16, Epoch), Lanes>,
}

impl Network {
	pub fn new() -> Self {
		Self::of(NODES)
	}

	/// Returns a network of the first nodes.
	pub fn of(nodes: u16) -> Self {
		let secret = |number| format!("//{}", node_path(number));
		let keys = |number| Keys {
			vote: ed25519::Pair::from_string(&secret(number), None).unwrap(),
			vrf: sr25519::Pair::from_string(&secret(number), None).unwrap(),
		};
		Self {
			keys: (1..=nodes).map(|number| (number, keys(number))).collect(),
			absent: BTreeSet::new(),
			submits_nothing: false,
			clock_ms: GENESIS_MS,
			ahead_ms: 0,
			is_full: false,
			stamp_ms: GENESIS_MS,
			head: System::block_hash(0),
			height: 0,
			header: None,
			parent_committee: Committee::committee(),
			lanes: BTreeMap::new(),
		}
	}

	fn owner(&self, key: &tp_pbft::PbftId) -> u16 {
		let found =
			self.keys.iter().find(|(_, keys)| AsRef::<[u8]>::as_ref(&keys.vote.public()) == AsRef::<[u8]>::as_ref(key));
		*found.expect("the test has all keys").0
	}

	/// Returns the nodes of a committee.
	fn nodes(&self, committee: &PbftCommittee) -> Vec<u16> {
		committee.members.iter().map(|member| self.owner(&member.key)).collect()
	}

	fn certificate(&self) -> Certificate {
		let committee = &self.parent_committee;
		let slot = Slot { epoch: committee.epoch, height: self.height, view: 0, kind: MessageKind::Commit };
		let domain = Domain { chain: ChainTag::Main, genesis: System::block_hash(0) };
		let message = slot.signing_payload(&domain, &self.head);
		let votes: Vec<(MemberIndex, PbftSignature)> = (0..)
			.zip(&committee.members)
			.filter_map(|(index, member)| {
				let node = self.owner(&member.key);
				let signature = self.keys[&node].vote.sign(&message);
				(!self.absent.contains(&node)).then(|| (index, signature.into()))
			})
			.collect();
		Certificate::from_votes(slot, self.head, committee.size(), votes)
	}

	/// Returns the transactions that the nodes submit on the newest block.
	fn papers(&mut self) -> Vec<RuntimeCall> {
		let mut calls = Vec::new();
		for (number, keys) in &self.keys {
			if self.submits_nothing || self.absent.contains(number) {
				continue;
			}
			let Some(duties) = Runtime::duties(keys.vote.public().into()) else { continue };
			let Duties { node, epoch, randomness, tickets, power, .. } = duties;
			for role in tickets.into_iter().map(|open| open.role) {
				let vrf = keys.vrf.vrf_sign(&ticket_data(&randomness, epoch, role));
				let ticket = Ticket { node: node.clone(), epoch, role, vrf };
				calls.push(pallet_shard_assignment::Call::submit_ticket { ticket }.into());
			}
			match power {
				Some(PowerDuty::Compute { challenge, shape, .. }) => {
					let lanes = Lanes::compute(&challenge, 2, &shape).unwrap();
					let commitment = lanes.commitment(node, epoch);
					let signature = keys.vote.sign(&commitment.signing_payload(&System::block_hash(0))).into();
					self.lanes.insert((*number, epoch), lanes);
					calls.push(pallet_computing_power::Call::commit { commitment, signature }.into());
				},
				Some(PowerDuty::Reveal { segments, .. }) => {
					let reveal = self.lanes[&(*number, epoch)].reveal(node, epoch, &segments).unwrap();
					let signature = keys.vote.sign(&reveal.signing_payload(&System::block_hash(0))).into();
					calls.push(pallet_computing_power::Call::reveal { reveal, signature }.into());
				},
				Some(PowerDuty::Await { .. }) | None => {},
			}
		}
		calls
	}

	/// Adds a block by the first primary that is not absent.
	pub fn block(&mut self) {
		let committee = Committee::committee();
		let order = committee.primaries();
		let author_of = |view: usize| self.owner(&committee.members[usize::from(order[view % order.len()])].key);
		let view = (0..order.len()).find(|view| !self.absent.contains(&author_of(*view))).expect("a member is present");
		let author = order[view];
		let height = self.height + 1;
		let data = vrf_sign_data(ChainTag::Main, committee.epoch, height, &committee.seed);
		let vrf = self.keys[&author_of(view)].vrf.vrf_sign(&data);
		let view = u32::try_from(view).unwrap();
		let digest = Digest { logs: vec![PreDigest { view, author, vrf }.to_item()] };
		let papers = self.papers();
		let certificate = (height > 1).then(|| self.certificate());

		let header = Header::new(height, Default::default(), Default::default(), self.head, digest);
		Executive::initialize_block(&header);
		self.clock_ms += BLOCK_MS;
		// Timestamps only grow.
		self.stamp_ms = (self.clock_ms + self.ahead_ms).max(self.stamp_ms + 1);
		let now = pallet_timestamp::Call::set { now: self.stamp_ms };
		let proof = certificate.map(|certificate| pallet_committee::Call::note_parent { certificate });
		let inherents = [Some(now.into()), proof.map(RuntimeCall::from)];
		for inherent in inherents.into_iter().flatten() {
			assert_ok!(Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(inherent)).unwrap());
		}
		if self.is_full {
			fill_block();
		}
		for call in papers {
			let transaction = <Runtime as frame_system::offchain::CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(call.clone());
			let applied = Executive::apply_extrinsic(transaction);
			assert_ok!(applied.unwrap_or_else(|error| panic!("{error:?}: {call:?}")));
		}
		let header = Executive::finalize_block();
		self.parent_committee = committee;
		(self.head, self.height) = (header.hash(), height);
		self.header = Some(header);
		try_stake_state().unwrap();
	}

	/// Adds blocks until an epoch has begun.
	pub fn until_epoch(&mut self, epoch: Epoch) {
		while Committee::epoch() < epoch {
			self.block();
		}
	}
}

/// Fills the block as ordinary extrinsics may.
fn fill_block() {
	let weights = top_runtime_common::limits::block_weights();
	let most = weights.get(DispatchClass::Normal).max_total.expect("ordinary extrinsics are bounded; qed");
	let used = System::block_weight().total();
	System::register_extra_weight_unchecked(most.saturating_sub(used), DispatchClass::Normal);
}

fn reputation(number: u16) -> Reputation {
	ComprehensiveStake::node_info(&node_account(number)).unwrap().reputation
}

pub fn assert_books_balance() {
	let totals = pallet_rewards::CurrentTotals::<Runtime>::get();
	let pot = Balances::free_balance(Rewards::account_id());
	let deposit = pallet_rewards::PotDeposit::<Runtime>::get().unwrap_or_default();
	assert_eq!(totals.issued, pot - deposit + totals.claimed + totals.burned);
	let left = pallet_rewards::Reserve::<Runtime>::get();
	assert_eq!(
		Balances::total_issuance() + left,
		TOTAL_SUPPLY - totals.burned,
		"the reserve holds the rest of the supply"
	);
}

#[test]
fn seats_rotate_by_weight_and_nodes_are_paid() {
	on_preset(ROTATION, || {
		let mut network = Network::new();
		let mut epochs = BTreeMap::<u16, u32>::new();
		let mut before = network.nodes(&Committee::committee());
		assert_eq!(before, [1, 2, 3, 4]);
		for epoch in 1..=24 {
			network.until_epoch(epoch);
			let seated = network.nodes(&Committee::committee());
			assert_eq!(seated.len(), 4);
			let new = seated.iter().filter(|node| !before.contains(node)).count();
			assert_eq!(new, usize::from(epoch >= 2), "one seat of four changes, from the first draw on: epoch {epoch}");
			for node in &seated {
				*epochs.entry(*node).or_default() += 1;
			}
			before = seated;
			network.block();
			assert_books_balance();
		}
		println!("epochs with a seat: {epochs:?}");
		assert!(epochs.len() >= 8, "nearly all nodes have had a seat: {epochs:?}");
		assert!(pallet_rewards::CurrentTotals::<Runtime>::get().issued > 0);

		// Claims pay what the API says, to a node that served and to a holder that voted for all nodes.
		let voted = (1..=NODES).map(node_account).collect();
		for (account, nodes) in [(node_account(2), vec![]), (Sr25519Keyring::Alice.to_account_id(), voted)] {
			let due = Runtime::claimable(account.clone());
			assert!(due > 0, "{account} is owed something");
			let held = Balances::free_balance(&account);
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(account.clone()), nodes));
			assert_eq!(Balances::free_balance(&account), held + due);
			assert_eq!(Runtime::claimable(account), 0);
		}
		assert_books_balance();
		try_stake_state().unwrap();
	});
}

#[test]
fn a_node_that_stops_loses_reputation_and_seat_and_returns_by_the_rule() {
	on_preset(ROTATION, || {
		let mut network = Network::new();
		network.until_epoch(1);
		network.absent.insert(3);
		network.until_epoch(3);
		network.block();
		let least = reputation(3);
		assert!(least < Reputation::START, "{least:?}");
		network.until_epoch(8);
		assert!(!network.nodes(&Committee::committee()).contains(&3), "it has lost its seat");
		let before = reputation(3);
		network.absent.clear();
		network.until_epoch(12);
		let after = reputation(3);
		println!(
			"reputation: {:?} at first, {least:?} after it stopped, {before:?}, {after:?} when back",
			Reputation::START
		);
		assert!(after >= before);
	});
}

#[test]
fn without_tickets_the_committee_stays_and_an_event_says_so() {
	on_preset(ROTATION, || {
		let mut network = Network::new();
		network.until_epoch(2);
		network.submits_nothing = true;
		// The draws that were decided before still take effect.
		network.until_epoch(4);
		let decided = network.nodes(&Committee::committee());
		let mut told = false;
		while Committee::epoch() < 7 {
			network.block();
			told |= System::events().iter().any(|record| {
				matches!(
					record.event,
					RuntimeEvent::ShardAssignment(pallet_shard_assignment::Event::TooFewCandidates { .. })
				)
			});
		}
		assert!(told, "an event says that candidates are missing");
		let kept = network.nodes(&Committee::committee());
		assert_eq!(kept, decided, "the members stay");
		network.submits_nothing = false;
		network.until_epoch(12);
		let later = network.nodes(&Committee::committee());
		assert!(later.iter().any(|node| !kept.contains(node)), "{later:?} after {kept:?}");
	});
}

#[test]
fn a_role_of_each_kind_is_known() {
	on_preset(ROTATION, || {
		let parameters = pallet_comprehensive_stake::CurrentParameters::<Runtime>::get();
		assert_eq!(pallet_comprehensive_stake::EvidenceEpochs::<Runtime>::get(), parameters.evidence_epochs);
		for number in 1..=NODES {
			let info = ComprehensiveStake::node_info(&node_account(number)).unwrap();
			assert!(info.roles.contains(Role::Router) && info.deposit >= parameters.least_deposits.router);
		}
	});
}
