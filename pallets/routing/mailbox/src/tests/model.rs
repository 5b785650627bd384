//! The pallet beside the state machine in memory: the same events, in a seeded random walk, lead to the same header in each
//! block.

use super::ledgers::{account, ledger, Node, ENDOWMENT, ZONE};
use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::assert_ok;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tp_beacon::HeldHeader;
use tp_core::{AccountId, Balance, BlockNumber};
use tp_mailbox::{
	bounds::{BLOCK_BYTES, BLOCK_MESSAGES, MIN_MESSAGE_WEIGHT},
	cursor_claims, lane_claims, Acknowledgement, Anchor, Arrival, Bounce, Claims, Commitments, CursorClaim,
	Destination, Draft, Event as Outcome, Head, HeadPath, HeadStep, Home, Host, Lane, LaneClaim, LaneLog, Ledger,
	Limits, Mailbox as Machine, MemoryStore, Message, Packet, Payload, Range, Reason, Relayed, RemoteTransfers,
	SendAll, Sent, Store,
};

/// The accounts of a ledger in memory.
#[derive(Default)]
struct Bank(BTreeMap<AccountId, Balance>);

impl Bank {
	fn credit(&mut self, to: &AccountId, value: Balance) -> bool {
		let can = value >= LEAST || self.0.contains_key(to);
		if can {
			*self.0.entry(to.clone()).or_default() += value;
		}
		can
	}
}

impl Host for Bank {
	fn deliver(&mut self, arrival: &Arrival, message: &Message, _: &mut SendAll) -> Result<(), Reason> {
		let Payload::Pay(to) = Payload::decode(&mut &message.payload[..]).map_err(|_| Reason::Unreadable)?;
		let is_here = Destination::of(Home::Zone(0), &to) == arrival.lane.destination;
		(is_here && self.credit(&to, message.value)).then_some(()).ok_or(Reason::NoAccount)
	}

	fn refund(&mut self, account: &AccountId, value: Balance, _: Option<Bounce>) {
		assert!(self.credit(account, value), "the senders of this test do not end");
	}
}

/// A ledger in memory, with its bodies and accounts.
struct Model {
	ledger: Ledger,
	store: MemoryStore,
	bank: Bank,
	logs: BTreeMap<Lane, LaneLog>,
}

impl Model {
	fn new(of: u32) -> Self {
		let bank = Bank((0..5).map(|number| (account(of, number), ENDOWMENT)).collect());
		Self { ledger: ledger(of), store: MemoryStore::default(), bank, logs: BTreeMap::new() }
	}

	fn machine(&mut self) -> Machine<'_, MemoryStore> {
		Machine::new(self.ledger, &mut self.store)
	}

	fn note_sent(&mut self, sent: Sent, message: Message) {
		self.logs.entry(sent.lane).or_insert_with(|| LaneLog::new(sent.lane)).push(message);
	}

	fn send(&mut self, from: &AccountId, draft: Draft) -> Result<(), tp_mailbox::SendError> {
		let value = draft.value;
		let (sent, message) = self.machine().send(from, draft)?;
		*self.bank.0.get_mut(from).unwrap() -= value;
		self.note_sent(sent, message);
		Ok(())
	}

	/// Takes what a block includes, as far as it can.
	fn take(&mut self, anchor: &Anchor, relayed: &Relayed, number: BlockNumber) {
		for acknowledgement in &relayed.acknowledgements {
			let cursor = acknowledgement.verify(anchor).unwrap();
			self.machine().acknowledge(&cursor).unwrap();
		}
		let packets: Vec<_> = relayed.packets.iter().map(|packet| packet.clone().verify(anchor).unwrap()).collect();
		let limits = Limits { messages: BLOCK_MESSAGES, bytes: BLOCK_BYTES, weight: MaxInbound::get() };
		let Self { ledger, store, bank, .. } = self;
		for outcome in Machine::new(*ledger, store).take(bank, &packets, limits, number) {
			match outcome {
				Outcome::Sent(sent, message) => self.note_sent(sent, message),
				Outcome::Refused(_, error) => panic!("it was chosen: {error}"),
				_ => {},
			}
		}
	}

	/// Returns what leads from a header that includes this ledger's head to it, and from its head to its lanes.
	fn proofs(&mut self, number: BlockNumber) -> Proofs {
		let commitments = self.machine().commitments(number, Default::default());
		let head = Head { ledger: self.ledger, height: number, hash: Default::default(), commitments };
		let heads = Claims::new(vec![head]);
		let (head, path) = heads.at(0).unwrap();
		Proofs {
			root: heads.root(),
			path: HeadPath(vec![HeadStep { head, path }]),
			outbox: Claims::new(lane_claims(&self.store).collect()),
			inbox: Claims::new(cursor_claims(&self.store).collect()),
		}
	}
}

struct Proofs {
	root: sp_core::H256,
	path: HeadPath,
	outbox: Claims<LaneClaim>,
	inbox: Claims<CursorClaim>,
}

impl Proofs {
	/// Returns the zone's header that includes the head.
	fn anchor(&self, height: BlockNumber) -> Anchor {
		let commitments = Commitments { heads: self.root, ..Commitments::default() };
		Anchor { ledger: Ledger { chain: ZONE, tables: None }, height, commitments }
	}

	/// Carries parts of lanes, and some cursors, to a ledger.
	fn relay(&self, from: &Model, to: &Model, height: BlockNumber, rng: &mut ChaCha8Rng) -> Relayed {
		let mut relayed = Relayed { chain: ZONE, height, packets: vec![], acknowledgements: vec![] };
		for (index, claim) in self.outbox.all().iter().enumerate() {
			let cursor = to.store.inbound(&claim.lane).unwrap_or_default().taken.messages;
			if !to.ledger.owns(&claim.lane.destination) || cursor >= claim.count || rng.gen_bool(0.2) {
				continue;
			}
			let first = if rng.gen_bool(0.2) { cursor.saturating_sub(2) } else { cursor };
			let end = rng.gen_range(cursor + 1..=claim.count);
			let (messages, range) = from.logs[&claim.lane].prove(Range { first, end }, claim.count).unwrap();
			let (claim, path) = self.outbox.at(index).unwrap();
			relayed.packets.push(Packet { first, messages, range, claim, path, head: self.path.clone() });
		}
		for (index, claim) in self.inbox.all().iter().enumerate() {
			let is_news = claim.lane.source == to.ledger.chain
				&& to.store.outbound(&claim.lane).acknowledged.messages < claim.taken.messages;
			if is_news && rng.gen_bool(0.7) {
				let (claim, path) = self.inbox.at(index).unwrap();
				relayed.acknowledgements.push(Acknowledgement { claim, path, head: self.path.clone() });
			}
		}
		relayed
	}
}

type MaxInbound = <Test as Config>::MaxInboundWeight;

/// Has the ledger hold a header of its zone. The pallet of held headers has its own tests.
fn hold(anchor: &Anchor) {
	let held = HeldHeader { number: anchor.height, hash: Default::default(), commitments: anchor.commitments };
	pallet_beacon::Sources::<Test>::mutate(ZONE, |source| source.as_mut().unwrap().headers = vec![held]);
}

/// Returns a payment that may be too small, or go to a new account, or bytes that are no payment.
fn draft(to: u32, rng: &mut ChaCha8Rng) -> Draft {
	let receiver = account(to, *[0, 1, 2, 3, 4, 40, 41, 42].choose(rng).unwrap());
	let payload = if rng.gen_bool(0.1) { vec![7; 40] } else { Payload::Pay(receiver.clone()).encode() };
	let value = *[1, 5, 12, 400].choose(rng).unwrap();
	let destination = Destination::of(Home::Zone(0), &receiver);
	Draft { destination, value, payload, weight: MIN_MESSAGE_WEIGHT, budget: 0 }
}

/// Changes one thing of what a block takes, so that a proof does not hold any more.
fn forge(relayed: &Relayed, rng: &mut ChaCha8Rng) -> Option<Relayed> {
	let mut forged = relayed.clone();
	let what = rng.gen_range(0..8);
	if what == 7 {
		forged.acknowledgements.choose_mut(rng)?.claim.taken.value += 1;
		return Some(forged);
	}
	let packet = forged.packets.choose_mut(rng)?;
	match what {
		0 => packet.first += 1,
		1 => packet.messages.reverse(),
		2 => packet.messages.choose_mut(rng)?.value += 1,
		3 => packet.claim.count += 1,
		4 => packet.path.index ^= 1,
		5 => packet.head.0[0].head.height += 1,
		_ => packet.range.siblings.push(Default::default()),
	}
	(forged != *relayed).then_some(forged)
}

fn walk(seed: u64, blocks: BlockNumber) -> (usize, usize) {
	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	let accounts: Vec<AccountId> = (0..5).map(|number| account(0, number)).collect();
	let zone = Ledger { chain: ZONE, tables: None };
	let mut node = Node::new(ledger(0), &accounts, &[zone]);
	let (mut model, mut peer) = (Model::new(0), Model::new(1));
	let (mut delivered, mut bounced) = (0, 0);
	for number in 1..=blocks {
		peer.machine().begin_block();
		model.machine().begin_block();
		let proofs = peer.proofs(number);
		let (anchor, relayed) = (proofs.anchor(number), proofs.relay(&peer, &model, number, &mut rng));
		let forged = forge(&relayed, &mut rng);
		let has_relayed = !relayed.packets.is_empty() || !relayed.acknowledgements.is_empty();
		model.take(&anchor, &relayed, number);
		let sends: Vec<_> = (0..rng.gen_range(0..12)).map(|_| (rng.gen_range(0..5), rng.gen_bool(0.5))).collect();
		let drafts: Vec<_> = sends.iter().map(|_| draft(1, &mut rng)).collect();
		node.block(|| {
			hold(&anchor);
			if let Some(forged) = forged {
				let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
				assert!(Mailbox::relay(RuntimeOrigin::none(), vec![forged]).is_err());
				assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1));
			}
			if has_relayed {
				assert_ok!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed]));
			}
			for ((from, debits), draft) in sends.iter().zip(&drafts) {
				let Ok(Payload::Pay(to)) = Payload::decode(&mut &draft.payload[..]) else { continue };
				let from = account(0, *from);
				let expected = model.send(&from, draft.clone()).is_ok();
				let sent = match debits {
					true => <Mailbox as RemoteTransfers>::transfer(&from, Home::Zone(0), &to, draft.value).is_ok(),
					false => Mailbox::transfer(RuntimeOrigin::signed(from), Home::Zone(0), to, draft.value).is_ok(),
				};
				assert_eq!(sent, expected);
			}
		});
		let header = &node.newest.as_ref().unwrap().signed.header;
		let expected = model.machine().commitments(number, Default::default());
		assert_eq!(Commitments::find(&header.digest), Some(expected), "seed {seed}, block {number}");
		delivered += node.events.iter().filter(|event| matches!(event, Event::Delivered { .. })).count();
		bounced +=
			node.events.iter().filter(|event| matches!(event, Event::Bounced { .. } | Event::Returned { .. })).count();

		// The peer takes what the ledger sent, and sends as well.
		let proofs = model.proofs(number);
		let relayed = proofs.relay(&model, &peer, number, &mut rng);
		peer.take(&proofs.anchor(number), &relayed, number);
		for _ in 0..rng.gen_range(0..12) {
			let (from, draft) = (account(1, rng.gen_range(0..5)), draft(0, &mut rng));
			peer.send(&from, draft).unwrap();
		}
	}
	for account in model.bank.0.keys() {
		assert_eq!(node.balance(account), model.bank.0[account], "seed {seed}");
	}
	(delivered, bounced)
}

#[test]
fn headers_equal_those_of_the_state_machine() {
	let (mut delivered, mut bounced) = (0, 0);
	for seed in 0..20 {
		let counts = walk(seed, 60);
		(delivered, bounced) = (delivered + counts.0, bounced + counts.1);
	}
	assert!(delivered > 2_000 && bounced > 100, "{delivered} delivered, {bounced} bounced or returned");
}
