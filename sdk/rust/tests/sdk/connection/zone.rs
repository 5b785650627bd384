//! A zone of shards as a model: where accounts live, and the messages between shards with their stages.

use super::{
	chain::Chain,
	ledger::{amount, Ledger},
	node::{domain, read, to_json, Answer, Background, TestNode, PACE},
};
use jsonrpsee::{
	core::SubscriptionResult,
	server::{Server, ServerHandle},
	types::{ErrorObjectOwned, Params},
	Extensions, PendingSubscriptionSink, RpcModule, SubscriptionMessage,
};
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use std::{
	collections::BTreeSet,
	net::SocketAddr,
	sync::{Arc, Mutex, MutexGuard},
};
use top_sdk::{
	reports::BlockReport,
	zone_reports::{
		HeadReport, HeadsReport, LaneKind, LaneReport, LanesReport, LedgerReport, LocationReport, MessageReport,
		MessageStage, OutboundReport, Outcome, SentReport, TablesReport, TakenReport, ERROR_NOT_YET, ERROR_UNKNOWN,
	},
	AccountId, Balance, Operation, UnitHash,
};
use tp_lattice::TableId;

/// The salt of the domain that all shards have.
const DOMAIN: u8 = 0xd0;
const MAIN_GENESIS: H256 = H256::repeat_byte(0xaa);
const STAGES: [MessageStage; 4] =
	[MessageStage::Final, MessageStage::Sealed, MessageStage::Credited, MessageStage::Confirmed];

pub struct Shard {
	pub chain: String,
	pub ledger: Arc<Mutex<Ledger>>,
	pub endpoints: Vec<String>,
}

impl Shard {
	fn tables(&self) -> Option<TablesReport> {
		self.ledger.lock().unwrap().tables.map(|(first, last)| TablesReport { first, last })
	}
}

/// What all ledgers of the zone share.
pub struct Zone {
	pub shards: Vec<Shard>,
	pub messages: Vec<(UnitHash, MessageReport)>,
	/// Accounts that cannot be credited.
	pub refuses: BTreeSet<AccountId>,
	/// The stage that no message passes.
	pub holds: MessageStage,
	/// Height of each shard that the zone has committed, at most.
	pub seals_up_to: u32,
	/// Answers that still name the first shard.
	pub stale_answers: u32,
	/// How often accounts were located.
	pub located: u32,
}

impl Zone {
	fn shard_of(&self, account: &AccountId) -> &Shard {
		self.shards.iter().find(|shard| shard.ledger.lock().unwrap().is_own(account)).expect("each table has a shard")
	}

	/// How often each amount was paid, on all shards.
	pub fn paid(&self) -> Vec<(Balance, u32)> {
		let paid = |shard: &Shard| shard.ledger.lock().unwrap().paid.clone();
		let mut all: Vec<_> = self.shards.iter().flat_map(paid).collect();
		all.sort_unstable();
		all
	}

	fn credit(&self, account: &AccountId, amount: Balance) {
		let mut ledger = self.shard_of(account).ledger.lock().unwrap();
		ledger.accounts.entry(account.clone()).or_default().free += amount;
	}

	/// Pays what the shards have applied since the last time.
	fn update(&mut self) {
		for at in 0..self.shards.len() {
			let chain = self.shards[at].chain.clone();
			let news: Vec<_> = {
				let mut ledger = self.shards[at].ledger.lock().unwrap();
				let news = std::mem::take(&mut ledger.news);
				news.into_iter()
					.map(|(number, unit)| (ledger.chain.headers[number as usize].hash(), number, unit))
					.collect()
			};
			for (hash, number, unit) in news {
				let Operation::Transfer { dest, .. } = &unit.body.operations[0] else { continue };
				if self.shard_of(dest).chain == chain {
					self.credit(dest, amount(&unit));
					continue;
				}
				let sequence = self.messages.len() as u64;
				let destination = format!("zone 0 table {}", TableId::of(dest).0);
				let report = MessageReport {
					id: Bytes(vec![0x42, u8::try_from(sequence).unwrap()]),
					lane: LaneReport { source: chain.clone(), destination, kind: LaneKind::User },
					sequence,
					initiator: unit.body.account.clone(),
					value: amount(&unit),
					to: Some(dest.clone()),
					stage: MessageStage::Final,
					sent: Some(BlockReport { number, hash }),
					sealed: None,
					taken: None,
					outcome: None,
				};
				self.messages.push((unit.hash(), report));
			}
		}
	}

	/// Moves each message to its next stage.
	fn advance(&mut self) {
		let block = BlockReport { number: 7, hash: H256::repeat_byte(7) };
		for at in 0..self.messages.len() {
			let mut report = self.messages[at].1.clone();
			let Some(next) = STAGES.iter().position(|stage| *stage == report.stage).map(|stage| stage + 1) else {
				continue;
			};
			if report.stage == self.holds || next == STAGES.len() {
				continue;
			}
			report.stage = STAGES[next];
			report.sealed = Some(block);
			if report.stage == MessageStage::Credited {
				let to = report.to.clone().unwrap();
				let is_refused = self.refuses.contains(&to);
				let chain = self.shard_of(&to).chain.clone();
				report.taken = Some(TakenReport { chain, number: 8, hash: H256::repeat_byte(8) });
				report.outcome = Some(if is_refused { Outcome::Returned } else { Outcome::Credited });
				if is_refused {
					report.stage = MessageStage::Returned;
				}
				self.credit(if is_refused { &report.initiator } else { &to }, report.value);
			}
			self.messages[at].1 = report;
		}
	}

	fn message(&self, id: &Bytes) -> Option<MessageReport> {
		self.messages.iter().map(|(_, report)| report).find(|report| report.id == *id).cloned()
	}
}

type SharedZone = Arc<Mutex<Zone>>;

/// A node that runs the main chain, which has no units, and the shards of a zone.
pub struct ZoneNode {
	pub zone: SharedZone,
	pub nodes: Vec<TestNode>,
	pub door: SocketAddr,
	_server: ServerHandle,
	_ticks: Background,
}

impl ZoneNode {
	/// Starts a zone of two shards, each with the accounts.
	pub async fn start(accounts: &[AccountId]) -> Self {
		let zone = Arc::new(Mutex::new(Zone {
			shards: Vec::new(),
			messages: Vec::new(),
			refuses: BTreeSet::new(),
			holds: MessageStage::Confirmed,
			seals_up_to: u32::MAX,
			stale_answers: 0,
			located: 0,
		}));
		let mut module = methods(zone.clone());
		module.register_method("chain_getBlockHash", |_, _, _| to_json(MAIN_GENESIS)).unwrap();
		let server = Server::builder().build("127.0.0.1:0").await.unwrap();
		let door = server.local_addr().unwrap();
		let ticking = zone.clone();
		let ticks = tokio::spawn(async move {
			loop {
				tokio::time::sleep(PACE * 2).await;
				let mut zone = ticking.lock().unwrap();
				zone.update();
				zone.advance();
			}
		});
		let mut node = Self { zone, nodes: Vec::new(), door, _server: server.start(module), _ticks: Background(ticks) };
		node.add("shard 0/0", 1, (0, 127), accounts).await;
		node.add("shard 0/1", 2, (128, 255), accounts).await;
		node
	}

	async fn add(&mut self, chain: &str, salt: u8, tables: (u8, u8), accounts: &[AccountId]) {
		let mut ledger = Ledger::new(domain(DOMAIN), Chain::new(salt, 1_000));
		ledger.tables = Some(tables);
		let accounts = accounts.iter().map(|account| (account.clone(), 1 << 60));
		let node = TestNode::start_with(ledger, accounts, methods(self.zone.clone())).await;
		let (ledger, endpoints) = (node.ledger.clone(), vec![node.url()]);
		self.nodes.push(node);
		self.lock().shards.push(Shard { chain: chain.into(), ledger, endpoints });
	}

	pub fn lock(&self) -> MutexGuard<'_, Zone> {
		self.zone.lock().unwrap()
	}

	pub fn url(&self) -> String {
		format!("ws://{}", self.door)
	}

	/// Moves all tables of the first shard, with their accounts, to a new one.
	pub async fn move_first(&mut self) {
		self.add("shard 0/2", 3, (0, 0), &[]).await;
		let zone = self.lock();
		let mut first = zone.shards[0].ledger.lock().unwrap();
		let mut next = zone.shards[2].ledger.lock().unwrap();
		next.accounts = first.accounts.clone();
		next.tables = first.tables.take();
	}
}

fn methods(zone: SharedZone) -> RpcModule<Mutex<Zone>> {
	let mut module = RpcModule::from_arc(zone);
	let mut method = |name: &'static str, answer: fn(&mut Zone, Vec<Value>) -> Answer| {
		module
			.register_method(name, move |params, zone, _| {
				let mut zone = zone.lock().unwrap();
				zone.update();
				answer(&mut zone, params.parse().unwrap_or_default())
			})
			.unwrap();
	};
	method("zone_ledgers", |zone, _| {
		let main = LedgerReport { chain: "main".into(), tables: None, genesis: MAIN_GENESIS, endpoints: Vec::new() };
		let shard = |shard: &Shard| {
			let genesis = shard.ledger.lock().unwrap().chain.domain.genesis;
			let (chain, endpoints) = (shard.chain.clone(), shard.endpoints.clone());
			LedgerReport { chain, tables: shard.tables(), genesis, endpoints }
		};
		let shards = zone.shards.iter().map(shard).filter(|shard| shard.tables.is_some());
		to_json(std::iter::once(main).chain(shards).collect::<Vec<_>>())
	});
	method("zone_locate", |zone, params| {
		let account: AccountId = read(&params, 0);
		zone.located += 1;
		let shard = zone.shard_of(&account);
		let tables = shard.tables().unwrap();
		let named = if zone.stale_answers > 0 { &zone.shards[0] } else { shard };
		let (chain, endpoints) = (named.chain.clone(), named.endpoints.clone());
		zone.stale_answers = zone.stale_answers.saturating_sub(1);
		to_json(LocationReport { zone: 0, table: TableId::of(&account).0, chain, tables, endpoints })
	});
	method("zone_heads", |zone, _| {
		let head = |shard: &Shard| {
			let ledger = shard.ledger.lock().unwrap();
			let number = ledger.chain.newest().min(zone.seals_up_to);
			HeadReport {
				chain: shard.chain.clone(),
				number,
				hash: ledger.chain.headers[number as usize].hash(),
				invalid: None,
			}
		};
		let heads = zone.shards.iter().map(head).collect();
		to_json(HeadsReport { zone: BlockReport { number: 9, hash: H256::repeat_byte(9) }, heads })
	});
	method("mailbox_lanes", |zone, _| {
		let open = || zone.messages.iter().map(|(_, report)| report).filter(|report| !report.stage.is_end());
		let lane = |report: &MessageReport| OutboundReport {
			lane: report.lane.clone(),
			sent: 1,
			acknowledged: 0,
			in_flight: 1,
		};
		let in_lanes = open().map(|report| report.value).sum();
		to_json(LanesReport { outbound: open().map(lane).collect(), inbound: Vec::new(), in_lanes })
	});
	method("mailbox_sent", |zone, params| {
		let block: H256 = read(&params, 0);
		let sent = zone.messages.iter().filter(|(_, report)| report.sent.is_some_and(|sent| sent.hash == block));
		let report = |(unit, report): &(UnitHash, MessageReport)| {
			let MessageReport { id, lane, sequence, initiator, value, to, .. } = report.clone();
			SentReport { id, lane, sequence, initiator, value, to, unit: Some(*unit) }
		};
		to_json(sent.map(report).collect::<Vec<_>>())
	});
	method("mailbox_message", |zone, params| match zone.message(&read(&params, 0)) {
		Some(report) => to_json(report),
		None => Err(ErrorObjectOwned::owned(ERROR_UNKNOWN, "there is no such message", None::<()>)),
	});
	method("mailbox_prove", |_, params| match params.get(1) == Some(&json!("credited")) {
		true => to_json(Bytes(vec![0xc4])),
		false => Err(ErrorObjectOwned::owned(ERROR_NOT_YET, "not yet", None::<()>)),
	});
	module
		.register_subscription("mailbox_watchMessage", "mailbox_messageStage", "mailbox_unwatchMessage", watch_message)
		.unwrap();
	module
}

async fn watch_message(
	params: Params<'static>,
	pending: PendingSubscriptionSink,
	zone: SharedZone,
	_: Extensions,
) -> SubscriptionResult {
	let (id,): (Bytes,) = params.parse().unwrap();
	let sink = pending.accept().await?;
	let look = || zone.lock().unwrap().message(&id);
	let mut told = look();
	loop {
		tokio::select! {
			() = sink.closed() => return Ok(()),
			() = tokio::time::sleep(PACE) => {},
		}
		let now = look();
		if now != told {
			sink.send(SubscriptionMessage::from_json(&now)?).await?;
			told = now;
		}
	}
}
