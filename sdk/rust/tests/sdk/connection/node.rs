//! The JSON-RPC of the test node.

use super::{chain::Chain, ledger::Ledger};
use codec::{DecodeAll, Encode};
use jsonrpsee::{
	core::SubscriptionResult,
	server::{Server, ServerHandle},
	types::{ErrorObjectOwned, Params},
	Methods, PendingSubscriptionSink, RpcModule, SubscriptionMessage, SubscriptionSink,
};
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use std::{
	net::SocketAddr,
	sync::{Arc, Mutex},
	time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};
use top_sdk::{
	reports::{
		AccountReport, InfoReport, NextReport, UnitDetails, UnitReport, UnitStatus, WatchOptions, ERROR_UNKNOWN_UNIT,
	},
	AccountId, Domain, Hash, Unit, UnitHash,
};
use tp_lattice::MAX_VALIDITY;

/// Time between blocks.
pub const PACE: Duration = Duration::from_millis(4);
/// Blocks of a tick, at most: each takes one unit.
const BLOCKS_A_TICK: usize = 16;
/// Connections, at most: a stalled one stays.
const MAX_CONNECTIONS: u32 = 100_000;

/// A running node. It stops when dropped.
pub struct TestNode {
	pub ledger: Arc<Mutex<Ledger>>,
	pub address: SocketAddr,
	_server: ServerHandle,
	_blocks: Background,
}

/// A task that ends when this is dropped.
pub struct Background(pub JoinHandle<()>);

impl Drop for Background {
	fn drop(&mut self) {
		self.0.abort();
	}
}

/// What the methods share.
struct Shared {
	ledger: Arc<Mutex<Ledger>>,
	height: watch::Receiver<u32>,
}

/// Returns the domain of the test node's units.
pub fn domain(salt: u8) -> Domain {
	Domain(H256::repeat_byte(salt))
}

impl TestNode {
	/// Starts a node. The salt distinguishes ledgers.
	pub async fn start(salt: u8, epoch_length: u32, accounts: impl IntoIterator<Item = (AccountId, u128)>) -> Self {
		let ledger = Ledger::new(domain(salt), Chain::new(salt, epoch_length));
		Self::start_with(ledger, accounts, RpcModule::new(())).await
	}

	/// Starts a node with further methods.
	pub async fn start_with(
		mut ledger: Ledger,
		accounts: impl IntoIterator<Item = (AccountId, u128)>,
		methods: impl Into<Methods>,
	) -> Self {
		for (account, free) in accounts {
			let head = H256(*account.as_ref());
			ledger.accounts.insert(account, super::ledger::Holder { height: 5, head, free });
		}
		let ledger = Arc::new(Mutex::new(ledger));
		let (told, height) = watch::channel(0);
		let maker = ledger.clone();
		let blocks = tokio::spawn(async move {
			loop {
				tokio::time::sleep(PACE).await;
				let newest = {
					let mut ledger = maker.lock().unwrap();
					for _ in 0..BLOCKS_A_TICK {
						if !ledger.make_block() {
							break;
						}
					}
					ledger.chain.newest()
				};
				told.send_replace(newest);
			}
		});
		let server = Server::builder().max_connections(MAX_CONNECTIONS).build("127.0.0.1:0").await.unwrap();
		let address = server.local_addr().unwrap();
		let mut module = module(Shared { ledger: ledger.clone(), height });
		module.merge(methods).unwrap();
		Self { ledger, address, _server: server.start(module), _blocks: Background(blocks) }
	}

	/// Returns its URL.
	pub fn url(&self) -> String {
		format!("ws://{}", self.address)
	}
}

pub type Answer = Result<Value, ErrorObjectOwned>;

fn method(
	module: &mut RpcModule<Shared>,
	name: &'static str,
	answer: impl Fn(&mut Ledger, Vec<Value>) -> Answer + Clone + Send + Sync + 'static,
) {
	module
		.register_method(name, move |params, shared, _| {
			answer(&mut shared.ledger.lock().unwrap(), params.parse().unwrap_or_default())
		})
		.unwrap();
}

/// Reads a parameter.
pub fn read<T: serde::de::DeserializeOwned>(params: &[Value], index: usize) -> T {
	serde_json::from_value(params.get(index).cloned().unwrap_or_default()).unwrap()
}

fn units_of(encoded: Vec<Bytes>) -> Vec<Unit> {
	encoded.iter().map(|unit| Unit::decode_all(&mut &unit[..]).unwrap()).collect()
}

pub fn to_json(value: impl serde::Serialize) -> Answer {
	Ok(serde_json::to_value(value).unwrap())
}

fn module(shared: Shared) -> RpcModule<Shared> {
	let mut module = RpcModule::new(shared);
	method(&mut module, "lattice_info", |ledger, _| {
		to_json(InfoReport {
			domain: ledger.domain.0,
			tables: ledger.tables.unwrap_or_default(),
			existential_deposit: 1,
			max_operations: 16,
			max_validity: MAX_VALIDITY,
			compute_per_unit: 1,
			compute_per_operation: 1,
			max_units_per_call: 1_000,
		})
	});
	method(&mut module, "lattice_account", |ledger, params| {
		let account: AccountId = read(&params, 0);
		let Some(now) = ledger.accounts.get(&account).cloned().filter(|_| ledger.is_own(&account)) else {
			return Ok(Value::Null);
		};
		let (next, pending) = ledger.next(&account);
		to_json(AccountReport {
			account,
			exists: true,
			height: now.height,
			head: now.head,
			free: now.free,
			reserved: 0,
			frozen: 0,
			spendable: now.free,
			received: 0,
			received_hash: H256::zero(),
			quota: None,
			next: NextReport { height: next.height, head: next.head, spendable: next.free, pending },
		})
	});
	method(&mut module, "lattice_submit", |ledger, params| {
		let units = units_of(read(&params, 0));
		to_json(units.into_iter().map(|unit| ledger.submit(unit)).collect::<Vec<_>>())
	});
	method(&mut module, "lattice_unit", |ledger, params| {
		let hash: UnitHash = read(&params, 0);
		let applied = ledger.indexed(&hash).map(|(_, unit)| unit.clone());
		let Some(unit) = applied.or_else(|| ledger.pool.values().find(|unit| unit.hash() == hash).cloned()) else {
			return Ok(Value::Null);
		};
		let report = ledger.status(&hash).unwrap();
		to_json(UnitDetails { report, unit: Bytes(unit.encode()), index: None })
	});
	method(&mut module, "lattice_units", |ledger, params| {
		let (account, before): (AccountId, Option<u32>) = (read(&params, 0), read(&params, 1));
		let mut found: Vec<_> = ledger.applied.iter().filter(|(hash, _)| ledger.indexed(hash).is_some()).collect();
		found.retain(|(_, (_, unit))| {
			unit.body.account == account && before.is_none_or(|before| unit.body.height < before)
		});
		found.sort_by_key(|(_, (_, unit))| std::cmp::Reverse(unit.body.height));
		let chained = |(hash, (number, unit)): &(&UnitHash, &(u32, Unit))| {
			let block = ledger.chain.headers[*number as usize].hash();
			json!({
				"hash": hash, "height": unit.body.height, "unit": Bytes(unit.encode()),
				"block": { "number": number, "hash": block }, "index": 0,
			})
		};
		Ok(found.iter().take(20).map(chained).collect())
	});
	method(&mut module, "lattice_prove", |ledger, params| match ledger.indexed(&read(&params, 0)) {
		Some(_) if params.len() > 1 => to_json(Bytes(params[1].to_string().into_bytes())),
		Some((number, unit)) => to_json(Bytes(ledger.chain.receipt(unit, *number).encode())),
		None => Err(ErrorObjectOwned::owned(ERROR_UNKNOWN_UNIT, "not final", None::<()>)),
	});
	chain_methods(&mut module);
	module
		.register_subscription(
			"lattice_submitAndWatch",
			"lattice_unitStatus",
			"lattice_unwatch",
			|params, pending, shared, _| watch_units(params, pending, shared),
		)
		.unwrap();
	module
}

/// Submits units and sends the statuses of each until all have ended.
async fn watch_units(
	params: Params<'static>,
	pending: PendingSubscriptionSink,
	shared: Arc<Shared>,
) -> SubscriptionResult {
	let (units, options): (Vec<Bytes>, WatchOptions) = params.parse().unwrap();
	let sink = pending.accept().await?;
	let mut height = shared.height.clone();
	let mut open = Vec::new();
	for unit in units_of(units) {
		let hash = unit.hash();
		let report = shared.ledger.lock().unwrap().submit(unit);
		open.push((hash, Some(report), None));
	}
	while !open.is_empty() {
		let news = news_of(&mut open, &shared.ledger.lock().unwrap(), options);
		for report in &news {
			tell(&sink, report).await?;
		}
		tokio::select! {
			() = sink.closed() => return Ok(()),
			changed = height.changed() => changed?,
		}
	}
	Ok(())
}

/// A watched unit: its first report, and the status that was sent last.
type Watched = (UnitHash, Option<UnitReport>, Option<UnitStatus>);

fn news_of(open: &mut Vec<Watched>, ledger: &Ledger, options: WatchOptions) -> Vec<UnitReport> {
	let mut news = Vec::new();
	open.retain_mut(|(hash, first, told)| {
		let Some(mut report) = first.take().or_else(|| ledger.status(hash)) else { return true };
		if *told == Some(report.status) {
			return true;
		}
		*told = Some(report.status);
		if report.status == UnitStatus::Final && options.receipts {
			let (number, unit) = &ledger.applied[&*hash];
			report.receipt = Some(Bytes(ledger.chain.receipt(unit, *number).encode()));
		}
		let has_ended = report.status.is_end();
		news.push(report);
		!has_ended
	});
	news
}

async fn tell(sink: &SubscriptionSink, report: &UnitReport) -> Result<(), String> {
	let message = SubscriptionMessage::from_json(report).map_err(|error| error.to_string())?;
	sink.send(message).await.map_err(|error| error.to_string())
}

fn chain_methods(module: &mut RpcModule<Shared>) {
	method(module, "chain_getBlockHash", |ledger, params| {
		let number: Option<u32> = read(&params, 0);
		let number = number.unwrap_or(ledger.chain.newest());
		to_json(ledger.chain.headers.get(number as usize).map(|header| header.hash()))
	});
	method(module, "chain_getFinalizedHead", |ledger, _| to_json(ledger.chain.headers.last().unwrap().hash()));
	method(module, "chain_getHeader", |ledger, params| {
		let hash: Option<Hash> = read(&params, 0);
		let number = hash.map_or(Some(ledger.chain.newest()), |hash| ledger.chain.numbers.get(&hash).copied());
		to_json(number.map(|number| ledger.chain.headers[number as usize].clone()))
	});
	method(module, "pbft_certificate", |ledger, params| {
		let number = ledger.chain.numbers[&read::<Hash>(&params, 0)];
		let certificate = ledger.chain.certificate(number);
		Ok(json!({ "epoch": certificate.epoch, "encoded": Bytes(certificate.encode()) }))
	});
	method(module, "pbft_committee", |ledger, params| {
		let at: Option<Hash> = read(&params, 0);
		let at = at.map_or(ledger.chain.newest(), |hash| ledger.chain.numbers[&hash]);
		let committee = ledger.chain.committee(at + 1);
		let member = |member: &tp_pbft::Member| json!({ "key": Bytes(member.key.encode()), "vrf": Bytes(member.vrf.encode()), "weight": member.weight });
		Ok(json!({
			"epoch": committee.epoch,
			"members": committee.members.iter().map(member).collect::<Vec<_>>(),
			"seed": Bytes(committee.seed.to_vec()),
			"domain": Bytes(ledger.chain.domain.encode()),
		}))
	});
}
