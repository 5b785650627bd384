//! Ledgers that exchange packets without consensus: every header is believed.

use super::bank::{Bank, Order};
use crate::{
	bounds::MIN_MESSAGE_WEIGHT, cursor_claims, lane_claims, root_of, Acknowledgement, Anchor, Claims, Class,
	Commitments, Destination, Draft, Event, Head, HeadPath, HeadStep, Home, Lane, LaneLog, Ledger, Limits, Mailbox,
	MemoryStore, Packet, Range, SendError, Sent, TableId, TableRange,
};
use codec::Encode;
use sp_core::H256;
use std::collections::BTreeMap;
use tp_core::{AccountId, Balance, BlockNumber, ChainTag};

pub const MANY: Limits = Limits { messages: 10_000, bytes: 64 << 20, weight: u64::MAX };

/// A ledger with accounts, and what its nodes keep outside the state.
#[derive(Clone, Debug)]
pub struct TestLedger {
	pub ledger: Ledger,
	pub store: MemoryStore,
	pub bank: Bank,
	pub number: BlockNumber,
	pub logs: BTreeMap<Lane, LaneLog>,
}

/// Returns the account of a number.
pub fn account(number: u32) -> AccountId {
	let mut bytes = [7; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}

/// Returns the first account in a table.
pub fn account_in(table: u8) -> AccountId {
	(0..).map(account).find(|id| TableId::of(id).0 == table).expect("every table has accounts")
}

/// Returns a shard of zone 0 with all tables.
pub fn shard(incarnation: u32) -> TestLedger {
	TestLedger::new(ChainTag::Shard { zone: 0, incarnation }, Some(TableRange::ALL))
}

pub fn main_chain() -> TestLedger {
	TestLedger::new(ChainTag::Main, None)
}

/// Returns a payment to an account of another ledger.
pub fn payment(home: Home, to: &AccountId, value: Balance) -> Draft {
	Draft {
		destination: Destination::of(home, to),
		weight: MIN_MESSAGE_WEIGHT,
		budget: 0,
		value,
		payload: Order::Pay(to.clone()).encode(),
	}
}

impl TestLedger {
	pub fn new(chain: ChainTag, tables: Option<TableRange>) -> Self {
		let ledger = Ledger { chain, tables };
		let (store, bank, logs) = (MemoryStore::default(), Bank::default(), BTreeMap::new());
		Self { ledger, store, bank, number: 0, logs }
	}

	pub fn mailbox(&mut self) -> Mailbox<'_, MemoryStore> {
		Mailbox::new(self.ledger, &mut self.store)
	}

	pub fn begin_block(&mut self) {
		self.number += 1;
		self.mailbox().begin_block();
	}

	pub fn give(&mut self, account: &AccountId, value: Balance) {
		*self.bank.balances.entry(account.clone()).or_default() += value;
	}

	/// Debits an account and sends a message.
	pub fn send(&mut self, from: &AccountId, draft: Draft) -> Result<Sent, SendError> {
		let value = draft.value;
		let (sent, message) = self.mailbox().send(from, draft)?;
		self.log(sent, message);
		*self.bank.balances.get_mut(from).expect("the sender has an account") -= value;
		Ok(sent)
	}

	pub fn log(&mut self, sent: Sent, message: crate::Message) {
		let log = self.logs.entry(sent.lane).or_insert_with(|| LaneLog::new(sent.lane));
		assert_eq!(log.end(), sent.sequence);
		log.push(message);
	}

	pub fn take(&mut self, packets: Vec<Packet>, anchor: &Anchor, limits: Limits) -> Vec<Event> {
		let proven: Vec<_> = packets.into_iter().map(|packet| packet.verify(anchor).expect("it is valid")).collect();
		let number = self.number;
		let events = Mailbox::new(self.ledger, &mut self.store).take(&mut self.bank, &proven, limits, number);
		for event in &events {
			if let Event::Sent(sent, message) = event {
				self.log(*sent, message.clone());
			}
		}
		events
	}

	pub fn commitments(&mut self) -> Commitments {
		let number = self.number;
		self.mailbox().commitments(number, H256::zero())
	}

	pub fn head(&mut self) -> Head {
		Head { ledger: self.ledger, height: self.number, hash: H256::zero(), commitments: self.commitments() }
	}

	/// Returns messages of a lane, with proofs up to a header of zone 0 that includes the head.
	pub fn packet(&mut self, lane: &Lane, first: u64, end: u64) -> (Packet, Anchor) {
		let (head, anchor) = self.included();
		let (claim, path) = Claims::new(lane_claims(&self.store).collect()).find(|claim| claim.lane == *lane).unwrap();
		let (messages, range) = self.logs[lane].prove(Range { first, end }, claim.count).unwrap();
		(Packet { first, messages, range, claim, path, head }, anchor)
	}

	/// Returns all messages of a lane that are in flight.
	pub fn backlog(&mut self, lane: &Lane) -> (Packet, Anchor) {
		let (first, end) = (self.logs[lane].first(), self.logs[lane].end());
		self.packet(lane, first, end)
	}

	/// Returns all messages of a lane of the main chain, below its own header.
	pub fn backlog_of_main(&mut self, lane: &Lane) -> (Packet, Anchor) {
		let (packet, _) = self.backlog(lane);
		let anchor = Anchor { ledger: self.ledger, height: self.number, commitments: self.commitments() };
		(Packet { head: HeadPath::default(), ..packet }, anchor)
	}

	pub fn acknowledgement(&mut self, lane: &Lane) -> (Acknowledgement, Anchor) {
		let (head, anchor) = self.included();
		let claims = Claims::new(cursor_claims(&self.store).collect());
		let (claim, path) = claims.find(|claim| claim.lane == *lane).expect("the lane leads here");
		(Acknowledgement { claim, path, head }, anchor)
	}

	/// Returns the way from a header of zone 0 to this ledger's newest head, and that header.
	pub fn included(&mut self) -> (HeadPath, Anchor) {
		let other = Head { ledger: Ledger { chain: ChainTag::Zone(9), tables: None }, ..self.head() };
		let heads = Claims::new(vec![self.head(), other]);
		let (head, path) = heads.find(|head| head.ledger == self.ledger).expect("it is there");
		let commitments = Commitments { heads: root_of(heads.all().iter().copied()), ..Commitments::default() };
		let ledger = Ledger { chain: ChainTag::Zone(0), tables: None };
		(HeadPath(vec![HeadStep { head, path }]), Anchor { ledger, height: self.number, commitments })
	}

	/// Takes note of what another ledger has taken.
	pub fn acknowledge(&mut self, (acknowledgement, anchor): (Acknowledgement, Anchor)) -> crate::Confirmed {
		let cursor = acknowledgement.verify(&anchor).expect("it is valid");
		let confirmed = self.mailbox().acknowledge(&cursor).expect("it is news");
		self.logs.get_mut(&confirmed.lane).expect("it was sent here").prune(confirmed.end);
		confirmed
	}
}

/// Returns the lane of users from a ledger to an account.
pub fn lane_to(from: &TestLedger, home: Home, to: &AccountId) -> Lane {
	Lane { source: from.ledger.chain, destination: Destination::of(home, to), class: Class::User }
}
