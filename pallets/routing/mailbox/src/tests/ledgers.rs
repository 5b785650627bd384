//! Two shards, the main chain, and the zone between them, each with its own state, keys and certificates. Relays between them as
//! routers make them.

use crate::{mock::*, *};
use codec::DecodeAll;
use frame_support::assert_ok;
use pallet_beacon::Neighbour;
use pallet_testkit::{genesis_hash_of, member, pairs};
use sp_core::Pair;
use sp_io::TestExternalities;
use std::collections::BTreeMap;
use tp_beacon::{NamedHeader, SignedHeader, Update};
use tp_core::{AccountId, Balance, ChainTag, Header};
use tp_mailbox::{
	body_key, Acknowledgement, Claims, CursorClaim, Destination, Head, HeadPath, HeadStep, KnownLevel, Lane, LaneClaim,
	LaneLog, Ledger, Message, Packet, Range, Relayed, Sequence, TableId, TableRange,
};
use tp_pbft::{Certificate, Domain, MessageKind, Slot};

/// The zone of both shards.
pub const ZONE: ChainTag = ChainTag::Zone(0);
/// The value of each account at genesis.
pub const ENDOWMENT: Balance = 1_000_000;

/// Notes the level of the ledger that owns a destination.
pub fn note_level(destination: Destination, known: KnownLevel) {
	let table = destination.table();
	let tables = TableRange { first: table, last: table };
	assert!(crate::Levels::<Test>::mutate(destination.home(), |levels| levels.note(tables, known)), "it is newer");
}

/// Returns a ledger with accounts: a shard with the lower tables, one with the upper tables, or the main chain.
pub fn ledger(number: u32) -> Ledger {
	let (first, last) = match number {
		0 => (0, 127),
		1 => (128, 255),
		_ => return Ledger { chain: ChainTag::Main, tables: None },
	};
	let tables = TableRange { first: TableId(first), last: TableId(last) };
	Ledger { chain: ChainTag::Shard { zone: 0, incarnation: number + 1 }, tables: Some(tables) }
}

/// Returns the account of a ledger with a number.
pub fn account(of: u32, number: usize) -> AccountId {
	let tables = ledger(of).tables.unwrap_or(TableRange::ALL);
	let ids = (0..u16::MAX).map(pallet_testkit::account::<AccountId>);
	ids.filter(|id| tables.contains(TableId::of(id))).nth(number).unwrap()
}

fn first_key(chain: ChainTag) -> u16 {
	match chain {
		ChainTag::Shard { incarnation, .. } => 8 * u16::try_from(incarnation).unwrap(),
		ChainTag::Main => 24,
		ChainTag::Zone(_) => 0,
	}
}

/// Certifies a header by three of four members.
pub fn certify(chain: ChainTag, header: Header) -> NamedHeader {
	let slot = Slot { epoch: 0, height: header.number, view: 0, kind: MessageKind::Commit };
	let hash = header.hash();
	let payload = slot.signing_payload(&Domain { chain, genesis: genesis_hash_of(chain) }, &hash);
	let votes = (0..3).map(|at| (at, pairs(first_key(chain) + at).0.sign(&payload))).collect();
	NamedHeader { chain, signed: SignedHeader { header, certificate: Certificate::from_votes(slot, hash, 4, votes) } }
}

/// A ledger with what its nodes keep.
pub struct Node {
	pub ledger: Ledger,
	pub ext: TestExternalities,
	pub newest: Option<NamedHeader>,
	pub logs: BTreeMap<Lane, LaneLog>,
	pub outbox: Claims<LaneClaim>,
	pub inbox: Claims<CursorClaim>,
	pub events: Vec<Event<Test>>,
}

impl Node {
	/// Returns a ledger at its genesis, which follows some others.
	pub fn new(ledger: Ledger, accounts: &[AccountId], follows: &[Ledger]) -> Self {
		let neighbour = |Ledger { chain, tables }: &Ledger| Neighbour {
			chain: *chain,
			tables: tables.map(|tables| (tables.first.0, tables.last.0)),
			genesis: genesis_hash_of(*chain),
			epoch: 0,
			first: 1,
			members: (0..4).map(|at| member(first_key(*chain) + at)).collect(),
			elects_itself: false,
		};
		let beacon =
			pallet_beacon::GenesisConfig { neighbours: follows.iter().map(neighbour).collect(), ..Default::default() };
		let balances = pallet_balances::GenesisConfig {
			balances: accounts.iter().map(|account| (account.clone(), ENDOWMENT)).collect(),
			..Default::default()
		};
		// Its accounts are those of its tables.
		Own::set(ledger);
		let ext = pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), balances, beacon });
		let (outbox, inbox) = (Claims::new(vec![]), Claims::new(vec![]));
		Self { ledger, ext, newest: None, logs: BTreeMap::new(), outbox, inbox, events: vec![] }
	}

	/// Acts on the ledger's state.
	pub fn on<R>(&mut self, act: impl FnOnce() -> R) -> R {
		Own::set(self.ledger);
		self.ext.execute_with(act)
	}

	/// Executes a block, checks its invariants, and has its committee certify it.
	pub fn block(&mut self, calls: impl FnOnce()) {
		let (header, events, outbox, inbox) = self.on(|| {
			pallet_testkit::open_block::<Test, AllPalletsWithSystem>();
			calls();
			let header = pallet_testkit::close_block::<Test, AllPalletsWithSystem>();
			Mailbox::do_try_state().unwrap();
			Beacon::do_try_state().unwrap();
			(header, pallet_testkit::events::<Test, Event<Test>>(), Mailbox::outbox(), Mailbox::inbox())
		});
		(self.outbox, self.inbox, self.events) = (Claims::new(outbox), Claims::new(inbox), events);
		self.ext.persist_offchain_overlay();
		self.log_bodies();
		self.newest = Some(certify(self.ledger.chain, header));
	}

	/// Executes a block that takes what routers carry.
	pub fn take(&mut self, relayed: Vec<Relayed>) {
		self.block(|| {
			assert_ok!(Mailbox::relay(RuntimeOrigin::none(), relayed));
		});
	}

	/// Reads the bodies of the block's messages out of the off-chain index.
	fn log_bodies(&mut self) {
		for event in &self.events {
			let Event::Sent { lane, sequence, .. } = event else { continue };
			let body = self.ext.offchain_db().get(&body_key(lane, *sequence)).expect("each message has a body");
			let log = self.logs.entry(*lane).or_insert_with(|| LaneLog::new(*lane));
			assert_eq!(log.end(), *sequence);
			log.push(Message::decode_all(&mut &body[..]).unwrap());
		}
	}

	/// Returns the messages that another ledger has not taken yet, below a head of this one.
	fn packets(&self, to: &Node, head: &HeadPath) -> Vec<Packet> {
		let packet = |index: usize| {
			let (claim, path) = self.outbox.at(index)?;
			let (first, end) = (to.cursor(&claim.lane), claim.count);
			if !to.ledger.owns(&claim.lane.destination) || first >= end {
				return None;
			}
			let (messages, range) = self.logs[&claim.lane].prove(Range { first, end }, end)?;
			Some(Packet { first, messages, range, claim, path, head: head.clone() })
		};
		(0..self.outbox.all().len()).filter_map(packet).collect()
	}

	/// Returns the cursors of another ledger's lanes that are news for it.
	fn acknowledgements(&self, known: &BTreeMap<Lane, Sequence>, head: &HeadPath) -> Vec<Acknowledgement> {
		let acknowledgement = |index: usize| {
			let (claim, path) = self.inbox.at(index)?;
			let is_news = known.get(&claim.lane).is_some_and(|known| *known < claim.taken.messages);
			is_news.then(|| Acknowledgement { claim, path, head: head.clone() })
		};
		(0..self.inbox.all().len()).filter_map(acknowledgement).collect()
	}

	/// Returns the cursor of a lane that leads here.
	pub fn cursor(&self, lane: &Lane) -> Sequence {
		self.inbox.find(|claim| claim.lane == *lane).map_or(0, |(claim, _)| claim.taken.messages)
	}

	pub fn balance(&mut self, account: &AccountId) -> Balance {
		self.on(|| Balances::free_balance(account))
	}

	pub fn has(&self, fits: impl Fn(&Event<Test>) -> bool) -> bool {
		self.events.iter().any(fits)
	}

	/// What the accounts have, what is kept for them, and what came and left.
	fn values(&mut self) -> [Balance; 3] {
		self.on(|| {
			let sent = OutboundLanes::<Test>::iter_values().map(|lane| lane.sent.value).sum();
			let taken = InboundLanes::<Test>::iter_values().map(|lane| lane.taken.value).sum();
			[Balances::total_issuance() - InLanes::<Test>::get(), sent, taken]
		})
	}
}

/// The ledgers with accounts, and the zone.
pub struct Network {
	pub ledgers: Vec<Node>,
	pub zone: Node,
	/// The zone's newest header, with the heads that it includes.
	pub anchor: Option<(NamedHeader, Claims<Head>)>,
	pub issued: Balance,
}

impl Network {
	/// Returns a network in which each ledger has five accounts.
	pub fn new() -> Self {
		let zone = Ledger { chain: ZONE, tables: None };
		let accounts = |of| (0..5).map(|number| account(of, number)).collect::<Vec<_>>();
		let ledgers = (0..3).map(|of| Node::new(ledger(of), &accounts(of), &[zone])).collect();
		let zone = Node::new(zone, &[], &[ledger(0), ledger(1), ledger(2)]);
		Self { ledgers, zone, anchor: None, issued: 15 * ENDOWMENT }
	}

	/// Returns what routers carry to a ledger below the zone's newest header.
	pub fn relayed(&mut self, to: usize) -> Option<Relayed> {
		let (header, heads) = self.anchor.clone()?;
		let acknowledged: BTreeMap<Lane, Sequence> = self.ledgers[to]
			.on(|| OutboundLanes::<Test>::iter().map(|(lane, state)| (lane, state.acknowledged.messages)).collect());
		let height = header.signed.header.number;
		let mut relayed = Relayed { chain: ZONE, height, packets: vec![], acknowledgements: vec![] };
		for from in self.ledgers.iter().enumerate().filter_map(|(at, from)| (at != to).then_some(from)) {
			let (head, path) = heads.find(|head| head.ledger.chain == from.ledger.chain)?;
			let head = HeadPath(vec![HeadStep { head, path }]);
			relayed.packets.extend(from.packets(&self.ledgers[to], &head));
			relayed.acknowledgements.extend(from.acknowledgements(&acknowledged, &head));
		}
		Some(relayed).filter(|relayed| !relayed.packets.is_empty() || !relayed.acknowledgements.is_empty())
	}

	/// Returns the zone's newest header, for a ledger that does not hold it.
	pub fn header_for(&mut self, ledger: usize) -> Option<NamedHeader> {
		let (header, _) = self.anchor.clone()?;
		let number = header.signed.header.number;
		let is_held = self.ledgers[ledger].on(|| <Beacon as tp_beacon::Anchors>::anchor(ZONE, number).is_some());
		(!is_held).then_some(header)
	}

	/// Executes a block of each ledger, which takes what routers carry, then of the zone.
	pub fn round(&mut self, mut calls: impl FnMut(usize)) {
		let relayed: Vec<_> = (0..3).map(|to| (self.header_for(to), self.relayed(to))).collect();
		for (at, (header, relayed)) in relayed.into_iter().enumerate() {
			self.ledgers[at].block(|| {
				take_header(header);
				if let Some(relayed) = relayed {
					assert_ok!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed]));
				}
				calls(at);
			});
		}
		self.zone_block();
		self.check();
	}

	/// Executes rounds without calls.
	pub fn rounds(&mut self, count: usize) {
		(0..count).for_each(|_| self.round(|_| ()));
	}

	/// Executes a block of the zone, with the newest headers of the others.
	pub fn zone_block(&mut self) {
		let headers: Vec<NamedHeader> = self.ledgers.iter().filter_map(|node| node.newest.clone()).collect();
		let is_held = |named: &NamedHeader| {
			let number = named.signed.header.number;
			<Beacon as tp_beacon::Anchors>::anchor(named.chain, number).is_some()
		};
		let headers = self.zone.on(|| headers.into_iter().filter(|named| !is_held(named)).collect());
		self.zone.block(|| {
			assert_ok!(Beacon::update(RuntimeOrigin::none(), Update { headers, ..Update::default() }));
		});
		let heads = self.zone.on(Beacon::heads);
		let header = self.zone.newest.clone().unwrap();
		self.anchor = Some((header, Claims::new(heads)));
	}

	/// Checks that the value of the whole network is what was issued.
	pub fn check(&mut self) {
		let [held, sent, taken] =
			[0, 1, 2].map(|at| self.ledgers.iter_mut().map(|node| node.values()[at]).sum::<Balance>());
		assert_eq!(held + sent - taken, self.issued, "{held} held, {sent} sent, {taken} taken");
	}
}

/// Has a block take a header of the zone.
pub fn take_header(header: Option<NamedHeader>) {
	if let Some(header) = header {
		assert_ok!(Beacon::update(RuntimeOrigin::none(), Update { headers: vec![header], ..Update::default() }));
	}
}
