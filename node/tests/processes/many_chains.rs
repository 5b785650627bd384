//! Four nodes that run a main chain, a zone and two shards each, in one process: every ledger is final, pays its residents, and
//! pays those of the other shard and of the main chain through the zone. A node that was killed comes back on all of them.

mod main_chain;

use crate::{
	receipts_across::receipts_are_proved,
	support::{
		assert_no_panic, binary, block_on, port_options, print_complaints, processes_naming, top_node, turn,
		LogsOnFailure, UP_TIMEOUT,
	},
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::MultiAddress;
use std::{
	fs,
	net::TcpListener,
	path::Path,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodeLedger, NodePorts, DEV_NAMES, LIST_FILE};
use top_node::{
	chain_spec::{network_chain, Preset},
	shards::balances_in,
	transaction::{ChainParams, TransferBuilder},
	LOG_TARGETS,
};
use top_sdk::{
	reports::{ReasonCode, UnitStatus},
	AccountId, Client, Keypair, RpcClient, UnitBuilder, UnitHash, TOP,
};
use tp_core::{ChainTag, TableRange};
use tp_mailbox::Home;
use tp_routing::MailboxReport;

const NODES: u16 = 4;
const SHARDS: u16 = 2;
/// How long payments between shards may take, with a node down and four nodes on two processors.
const ARRIVED: Duration = Duration::from_secs(60);
/// How long a node may take to come back on a ledger.
const BACK: Duration = Duration::from_secs(30);
/// How long a node may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Returns a network of validators with shards.
fn network(folder: &Path) -> LocalNetwork {
	let names = DEV_NAMES.iter().take(usize::from(NODES));
	LocalNetwork::prepare(NetworkParams {
		base_path: folder.to_owned(),
		chain: network_chain(Preset::Local.raw_spec().unwrap()),
		nodes: names.map(|name| ((*name).to_owned(), NodeKind::Validator(name))).collect(),
		ports: NodePorts::free_with_shards(NODES, SHARDS).unwrap(),
		shards: SHARDS,
		binary: binary(),
		extra_args: Vec::new(),
	})
	.unwrap()
}

/// Returns two development keys whose accounts live in a shard.
fn residents(shard: u16) -> [Keypair; 2] {
	let tables = TableRange::of_shard(shard, SHARDS).unwrap();
	let accounts: Vec<AccountId> = balances_in(tables).into_iter().map(|(account, _)| account).collect();
	let keys = Sr25519Keyring::well_known().filter(|key| accounts.contains(&key.to_account_id()));
	let keys = keys.take(2).map(|key| Keypair::from_uri(&key.to_seed()).unwrap());
	keys.collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("too few accounts live in shard {shard}"))
}

/// Returns the heights of the ledgers at the first nodes.
async fn heights(network: &LocalNetwork, nodes: usize) -> Vec<(NodeLedger, u32)> {
	let mut heights = Vec::new();
	for ledger in network.nodes()[..nodes].iter().flat_map(|node| node.ledgers()) {
		heights.push((ledger, ledger.rpc().await.unwrap().finalized_height().await.unwrap()));
	}
	heights
}

/// Waits until every ledger of a node has more blocks than another node's before.
async fn catches_up(network: &mut LocalNetwork, node: usize, before: &[(NodeLedger, u32)]) {
	let deadline = Instant::now() + BACK;
	let ledgers: Vec<NodeLedger> = network.nodes()[node].ledgers().collect();
	for ledger in ledgers {
		let newest = before.iter().filter(|(of, _)| of.chain == ledger.chain).map(|(_, height)| *height).max();
		loop {
			network.nodes_mut()[node].ensure_running().unwrap();
			let height = match ledger.rpc().await {
				Ok(client) => client.finalized_height().await.ok(),
				Err(_) => None,
			};
			if height > newest {
				break;
			}
			assert!(Instant::now() < deadline, "{} is at {height:?} of {newest:?}", ledger.chain);
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}
}

/// Pays a resident and a stranger by units, and checks that a unit of a stranger is refused by name.
async fn pay_and_refuse(network: &LocalNetwork, shard: u16) {
	let ledger = network.nodes()[usize::from(shard)].ledgers().nth(usize::from(shard) + 2).unwrap();
	let client = Client::connect(&ledger.rpc_url()).await.unwrap();
	let ([from, to], [stranger, _]) = (residents(shard), residents(1 - shard));
	let receipt = client.pay(&from, &to, TOP).await.unwrap().finalized().await.unwrap();
	assert!(client.verify(&receipt).await.is_ok(), "the receipt of {}", ledger.chain);

	let unit = UnitBuilder::new().transfer(&to, TOP).at(0, UnitHash::repeat_byte(1)).sign(&stranger, client.domain());
	let report = client.submit(&[unit.unwrap()]).await.unwrap().remove(0);
	assert_eq!(report.status, UnitStatus::Invalid);
	assert_eq!(report.reason.unwrap().code, ReasonCode::Elsewhere);

	let home = Routed::connect(network, u32::from(1 - shard)).await;
	let before = home.account(&stranger.account()).await.unwrap().free;
	let since = Instant::now();
	let receipt = client.pay(&from, &stranger, TOP).await.unwrap().finalized().await.unwrap();
	assert!(client.verify(&receipt).await.is_ok(), "the receipt of {}", ledger.chain);
	loop {
		let free = home.account(&stranger.account()).await.unwrap().free;
		if free == before + TOP {
			println!("a unit of {} pays an account of the other shard within {:.2?}", ledger.chain, since.elapsed());
			return;
		}
		assert_eq!(free, before, "the account of the other shard is credited once");
		assert!(since.elapsed() < ARRIVED, "the account of the other shard is not credited");
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
}

/// Sends an extrinsic of another shard's account, which is refused in words.
async fn refuse_stranger(ledger: &NodeLedger, shard: u16) {
	let node = ledger.rpc().await.unwrap();
	let ([to, _], [stranger, _]) = (residents(shard), residents(1 - shard));
	let builder = TransferBuilder::immortal(ChainParams::fetch(&node).await.unwrap());
	let call = pallet_balances::Call::transfer_keep_alive { dest: MultiAddress::Id(to.account()), value: TOP };
	let extrinsic = builder.sign(&stranger, 0, top_shard_runtime::RuntimeCall::Balances(call));
	let refused = node.submit(&extrinsic).await.unwrap_err().to_string();
	let TableRange { first, last } = TableRange::of_shard(1 - shard, SHARDS).unwrap();
	let home = format!("shard 0/{}, whose tables are {:02x} to {:02x}", 1 - shard, first.0, last.0);
	assert!(refused.contains(&home), "{refused}");
}

/// Payments between two residents of two shards, one of each.
struct Routed {
	residents: [Keypair; 2],
	nodes: [RpcClient; 2],
	/// The nonces of both, their balances at first, and how many payments of 1 TOP each has sent.
	nonces: [u32; 2],
	begun: [u128; 2],
	sent: [u128; 2],
	since: Instant,
}

impl Routed {
	async fn new(network: &LocalNetwork) -> Self {
		let nodes = [Self::connect(network, 0).await, Self::connect(network, 1).await];
		let residents = [0, 1].map(|shard| residents(shard)[0].clone());
		let (mut nonces, mut begun) = ([0; 2], [0; 2]);
		for shard in 0..2 {
			let account = residents[shard].account();
			nonces[shard] = nodes[shard].next_nonce(&account).await.unwrap();
			begun[shard] = nodes[shard].account(&account).await.unwrap().free;
		}
		Self { residents, nodes, nonces, begun, sent: [0; 2], since: Instant::now() }
	}

	async fn connect(network: &LocalNetwork, shard: u32) -> RpcClient {
		let chain = ChainTag::Shard { zone: 0, incarnation: shard };
		let node = &network.nodes()[usize::try_from(shard).unwrap()];
		let ledger = node.ledgers().find(|ledger| ledger.chain == chain).unwrap();
		ledger.rpc().await.unwrap()
	}

	/// Sends payments in both directions at once, three more in one: equal sums would change no balance.
	async fn pay_both_ways(&mut self, network: &LocalNetwork, payments: u32) {
		assert_eq!(network.nodes().len(), usize::from(NODES));
		self.since = Instant::now();
		for shard in 0..2 {
			let builder = TransferBuilder::immortal(ChainParams::fetch(&self.nodes[shard]).await.unwrap());
			let to = self.residents[1 - shard].account();
			// Wallets pay by balances, which route; the mailbox's own call names the zone.
			let call = match shard {
				0 => top_shard_runtime::RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
					dest: MultiAddress::Id(to),
					value: TOP,
				}),
				_ => top_shard_runtime::RuntimeCall::Mailbox(pallet_mailbox::Call::transfer {
					home: Home::Zone(0),
					to,
					value: TOP,
				}),
			};
			for _ in 0..payments + if shard == 0 { 3 } else { 0 } {
				let extrinsic = builder.sign(&self.residents[shard], self.nonces[shard], &call);
				self.nodes[shard].submit(&extrinsic).await.unwrap();
				self.nonces[shard] += 1;
				self.sent[shard] += 1;
			}
		}
	}

	/// Waits until all payments have arrived, each once, and nothing is on its way any more.
	async fn arrive(&self, when: &str) {
		let deadline = Instant::now() + ARRIVED;
		let mut credited = None;
		loop {
			let (mut balances, mut in_flight) = (Vec::new(), 0);
			for shard in 0..2 {
				balances.push(self.nodes[shard].account(&self.residents[shard].account()).await.unwrap().free);
				let report: MailboxReport =
					self.nodes[shard].runtime_call("MailboxApi_mailbox", (), None).await.unwrap();
				in_flight += report.outbox.len();
			}
			let expected =
				[0, 1].map(|shard| self.begun[shard] + (self.sent[1 - shard] * TOP) - self.sent[shard] * TOP);
			if balances == expected && credited.is_none() {
				credited = Some(self.since.elapsed());
			}
			if let (Some(credited), 0) = (credited, in_flight) {
				assert_eq!(balances, expected, "what has arrived stays as it is");
				let confirmed = self.since.elapsed();
				println!(
					"payments between shards {when}: credited after {credited:.2?}, confirmed after {confirmed:.2?}"
				);
				return;
			}
			assert!(Instant::now() < deadline, "{when}: {balances:?} of {expected:?}, {in_flight} lanes are open");
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}
}

#[test]
fn four_ledgers_on_four_nodes_pay_each_other_and_come_back() {
	let _turn = turn::alone();
	let folder = tempfile::tempdir().unwrap();
	let mut network = network(folder.path());
	let _logs = LogsOnFailure::of(&network);
	let started = Instant::now();
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		println!("all ledgers are final on all nodes after {:.1?}", started.elapsed());
		let list = fs::read_to_string(folder.path().join(LIST_FILE)).unwrap();
		let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
		assert_eq!(list.len(), usize::from(NODES * (2 + SHARDS)), "{list:#?}");
		assert!(list.iter().all(|entry| entry["pid"].is_i64()), "{list:#?}");
		assert_eq!(processes_naming(folder.path()).len(), usize::from(NODES), "one process a node");

		for shard in 0..SHARDS {
			pay_and_refuse(&network, shard).await;
			let ledger = network.nodes()[usize::from(shard)].ledgers().nth(usize::from(shard) + 2).unwrap();
			refuse_stranger(&ledger, shard).await;
		}

		let mut routed = Routed::new(&network).await;
		routed.pay_both_ways(&network, 10).await;
		routed.arrive("between four nodes").await;
		// Two other residents: the payments both ways go on by their own nonces.
		let ([_, from], [_, to]) = (residents(0), residents(1));
		receipts_are_proved(&network, folder.path(), &from, &to.account()).await;
		main_chain::pay_both_ways(&network, SHARDS, 1).await;

		// Three of four are a quorum on every ledger.
		let last = usize::from(NODES) - 1;
		routed.pay_both_ways(&network, 10).await;
		network.nodes_mut()[last].kill().unwrap();
		routed.pay_both_ways(&network, 10).await;
		routed.arrive("while a node is down").await;
		let before = heights(&network, last).await;
		network.nodes_mut()[last].start().unwrap();
		let back = Instant::now();
		catches_up(&mut network, last, &before).await;
		println!("the killed node follows all ledgers again after {:.1?}", back.elapsed());
		routed.pay_both_ways(&network, 10).await;
		routed.arrive("when it is back").await;
		main_chain::pay_both_ways(&network, SHARDS, 2).await;
		println!(
			"{:?}",
			heights(&network, last + 1).await.iter().map(|(ledger, at)| (ledger.chain, *at)).collect::<Vec<_>>()
		);
	});
	for node in network.nodes_mut() {
		let stopping = Instant::now();
		node.stop(STOP_TIMEOUT).unwrap();
		println!("{} stopped within {:.1?}", node.name(), stopping.elapsed());
	}
	assert_no_panic(&network);
	print_complaints(&network);
	// The other nodes lose their connections to the killed one, and nothing else.
	let log = fs::read_to_string(network.nodes()[0].log_file()).unwrap();
	for name in ["[main]", "[zone 0]", "[shard 0/0]", "[shard 0/1]"] {
		assert!(log.contains(name), "no line of {name}");
	}
	assert!(network.nodes()[0].complaints(LOG_TARGETS).unwrap().iter().all(|line| !line.contains(" ERROR ")));
}

#[test]
fn shards_that_cannot_run_are_refused_before_the_start() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = format!("--base-path={}", folder.path().display());
	let run = |arguments: &[&str], ports: NodePorts| {
		let arguments = arguments.iter().map(|argument| (*argument).to_owned());
		top_node(arguments.chain([base.clone(), "--shards=2".into()]).chain(port_options(ports)))
	};
	let free = NodePorts::free_with_shards(1, SHARDS).unwrap()[0];
	run(&["--chain=shard-local"], free).assert_failure(&["--shards", "is a shard itself"]);
	run(&["--chain=rotation"], free).assert_failure(&["--shards", "drawn again"]);
	run(&["--chain=production"], free).assert_failure(&["--shards", "live chain"]);
	let second = free.of_shard(1).unwrap();
	let taken = TcpListener::bind(("127.0.0.1", second.p2p)).unwrap();
	run(&["--chain=local"], free).assert_failure(&["p2p", &second.p2p.to_string(), "in use"]);
	drop(taken);
	let mixed = NodePorts { p2p: free.rpc + 3, ..free };
	run(&["--chain=local"], mixed).assert_failure(&["RPC", "p2p", &(free.rpc + 3).to_string(), "both"]);
	assert!(!folder.path().join("chains/top_local/paritydb").exists(), "no database is touched");
	top_node(["local-network", "--preset=rotation", "--shards=2", &base]).assert_failure(&["--shards", "drawn again"]);
	top_node(["local-network", "--preset=drawn", "--shards=3", &base]).assert_failure(&["use --shards 2"]);
}
