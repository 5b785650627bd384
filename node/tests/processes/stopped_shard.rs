//! A ledger without a quorum, while all others go on. The links between the four nodes of the one ledger are cut, and no others.
//!
//! A shard: the lanes that lead to it fill to their bound, senders are refused by name, and nothing is lost. When it goes on, all that was
//! sent arrives once. A zone: its shards take no units after half a minute, and waiting ones apply when the zone seals again.
//! `TOP_SHARDS_FULL=1` keeps them cut for ten minutes:
//! `TOP_SHARDS_FULL=1 cargo test --release --workspace --test processes stopped_shard:: -- --ignored --nocapture`.

use crate::{
	shards_under_kills::network,
	support::{
		assert_no_panic, block_on, print_complaints, severed::Severed, top_node, turn, LogsOnFailure, Outcome,
		UP_TIMEOUT,
	},
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Ferdie};
use std::time::{Duration, Instant};
use top_bench::network::{residents, settled, Books, Resident, Residents, Routes};
use top_local_network::{LocalNetwork, NodeLedger};
use top_sdk::{
	reports::{ReasonCode, UnitStatus},
	AccountId, Client, Error, RpcClient, Submission, UnitBuilder, TOP,
};
use tp_beacon::bounds::MAX_UNSEALED_MS;
use tp_core::{Balance, ChainTag};
use tp_lattice::MAX_OPERATIONS;
use tp_mailbox::bounds::{LANE_MESSAGES, OUTBOX_MANY};
use tp_routing::MailboxReport;

const SHARDS: u16 = 2;
const SOURCE: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
const STOPPED: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };
/// The environment variable for the full size.
const FULL: &str = "TOP_SHARDS_FULL";
/// How long the shard stands still after its lanes are full.
const FULL_STOP: Duration = Duration::from_secs(600);
const SHORT_STOP: Duration = Duration::from_secs(20);
/// No block for so long: the shard stands still.
const STILL: Duration = Duration::from_secs(10);
/// How long all may take to arrive once the links are back. Connections that lost all packets for minutes are opened again.
const ARRIVED: Duration = Duration::from_secs(120);
/// How long a shard takes units without its zone.
const MAX_UNSEALED: Duration = Duration::from_millis(MAX_UNSEALED_MS);

fn ledgers(network: &LocalNetwork, chain: ChainTag) -> impl Iterator<Item = NodeLedger> + '_ {
	network.nodes().iter().flat_map(|node| node.ledgers()).filter(move |ledger| ledger.chain == chain)
}

/// Waits until no node has a new block of the stopped shard for a while.
async fn stands_still(network: &LocalNetwork) {
	let mut newest = (0, Instant::now());
	let deadline = Instant::now() + ARRIVED;
	while newest.1.elapsed() < STILL {
		for ledger in ledgers(network, STOPPED) {
			let height = ledger.rpc().await.unwrap().finalized_height().await.unwrap();
			if height > newest.0 {
				newest = (height, Instant::now());
			}
		}
		assert!(Instant::now() < deadline, "the shard goes on without links");
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
}

/// Returns how many messages of a shard are on their way.
async fn on_their_way(client: &RpcClient) -> u64 {
	let report: MailboxReport = client.runtime_call("MailboxApi_mailbox", (), None).await.unwrap();
	report.outbox.iter().zip(report.acknowledged).map(|(claim, acknowledged)| claim.count - acknowledged).sum()
}

/// Pays an account by units of as many payments as one takes, of one sender after the other, until a unit is refused. Returns the number of
/// payments that are final, and the reason.
async fn fill(client: &Client, senders: &mut impl Iterator<Item = Resident>, to: &AccountId) -> (u64, ReasonCode) {
	let mut paid = 0;
	loop {
		let Resident { key, nonce, head, .. } = senders.next().expect("there are more senders than lanes take");
		let payments = (0..MAX_OPERATIONS).fold(UnitBuilder::new(), |unit, _| unit.transfer(to, TOP));
		let unit = payments.at(nonce, head).sign(&key, client.domain()).unwrap();
		match client.send(unit).await {
			Ok(submission) => {
				submission.finalized().await.unwrap();
				paid += u64::from(MAX_OPERATIONS);
			},
			Err(Error::Unit { reason, .. }) => return (paid, reason.expect("a refusal has a reason").code),
			Err(error) => panic!("{error}"),
		}
	}
}

/// Pays 1 TOP by the command. Returns what it says.
fn pay(from: Sr25519Keyring, to: Sr25519Keyring, home: &str, url: &str) -> Outcome {
	let (from, to) = (from.to_seed(), to.to_seed());
	let arguments = ["--from", &from, "--to", &to, "--amount", "1", "--ledger", home, "--url", url];
	top_node(["tx", "transfer"].into_iter().chain(arguments))
}

async fn free(client: &RpcClient, account: &AccountId) -> Balance {
	client.account(account).await.unwrap().free
}

/// Runs a test on a network whose ledgers are up, with accounts of each shard.
fn on_network(accounts: usize, test: impl AsyncFnOnce(&LocalNetwork, &[Residents])) {
	let _turn = turn::alone();
	let folder = tempfile::tempdir().unwrap();
	let residents = residents(SHARDS, accounts).unwrap();
	let mut network = network(folder.path(), &residents);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		test(&network, &residents).await;
	});
	assert_no_panic(&network);
	print_complaints(&network);
}

#[test]
#[ignore = "drops packets, and needs root: make soak, or cargo test --test processes stopped_shard:: -- --ignored"]
fn lanes_to_a_stopped_shard_fill_and_lose_nothing() {
	let stop = if std::env::var_os(FULL).is_some() { FULL_STOP } else { SHORT_STOP };
	let senders = usize::try_from(OUTBOX_MANY / u64::from(MAX_OPERATIONS)).unwrap() + 8;
	on_network(senders, async |network, residents| {
		let routes = Routes::of(network.nodes(), SHARDS);
		let source = ledgers(network, SOURCE).next().unwrap();
		let main = ledgers(network, ChainTag::Main).next().unwrap();
		let client = Client::connect(&source.rpc_url()).await.unwrap();
		let payees = [Alice, Charlie, Dave].map(|key| key.to_account_id());
		let before = settled(&routes, ARRIVED).await.unwrap();

		let ports: Vec<u16> = ledgers(network, STOPPED).map(|ledger| ledger.ports.p2p).collect();
		let severed = Severed::ports(&ports);
		stands_still(network).await;
		let since = Instant::now();

		let mut senders = residents[0].accounts.iter().cloned();
		assert_eq!(fill(&client, &mut senders, &payees[0]).await, (LANE_MESSAGES, ReasonCode::LaneFull));
		assert_eq!(fill(&client, &mut senders, &payees[1]).await, (LANE_MESSAGES, ReasonCode::LaneFull));
		assert_eq!(on_their_way(client.rpc()).await, OUTBOX_MANY);
		println!("{OUTBOX_MANY} payments are final at their source {:.1?} after the stop", since.elapsed());
		assert_eq!(fill(&client, &mut senders, &payees[2]).await, (0, ReasonCode::OutboxFull));
		// An extrinsic has room in the third lane, and none in the first.
		pay(Bob, Dave, "zone-0", &source.rpc_url()).assert_success();
		let refused = pay(Bob, Alice, "zone-0", &source.rpc_url());
		assert!(refused.code != Some(0) && refused.stderr.contains("LaneFull"), "{refused:?}");

		// All others go on, for as long as the shard stands.
		let mut rounds = 0u32;
		let main_client = main.rpc().await.unwrap();
		while rounds == 0 || since.elapsed() < stop {
			let ferdie = Ferdie.to_account_id();
			let at_main = free(&main_client, &ferdie).await;
			let at_home = free(client.rpc(), &ferdie).await;
			pay(Bob, Ferdie, "zone-0", &source.rpc_url()).assert_success();
			pay(Bob, Ferdie, "main", &source.rpc_url()).assert_success();
			let deadline = Instant::now() + ARRIVED;
			while free(&main_client, &ferdie).await != at_main + TOP
				|| free(client.rpc(), &ferdie).await != at_home + TOP
			{
				assert!(Instant::now() < deadline, "a payment to another ledger waits for the stopped shard");
				tokio::time::sleep(Duration::from_millis(200)).await;
			}
			rounds += 1;
			tokio::time::sleep(Duration::from_secs(5)).await;
		}
		println!("others paid each other {rounds} times meanwhile");
		assert_eq!(on_their_way(client.rpc()).await, OUTBOX_MANY + 1, "nothing of it has arrived, and nothing is lost");

		drop(severed);
		let back = Instant::now();
		let after = settled(&routes, ARRIVED).await.unwrap();
		println!(
			"all has arrived {:.1?} after the links are back, {:.1?} after the stop",
			back.elapsed(),
			since.elapsed()
		);
		let sent = [LANE_MESSAGES, LANE_MESSAGES, 1];
		for (payee, sent) in payees.iter().zip(sent) {
			let credited = after[1].balances[payee] - before[1].balances[payee];
			assert_eq!(credited, Balance::from(sent) * TOP, "each payment to {payee} arrives once");
		}
		let sum = |books: &[Books]| books.iter().map(Books::sum).sum::<Balance>();
		let to_main = Balance::from(rounds) * TOP;
		assert_eq!(sum(&after) + to_main, sum(&before), "the total is the same");
		assert_eq!(after.iter().map(|books| books.issued).sum::<Balance>(), sum(&after));

		// New payments arrive as before.
		pay(Bob, Alice, "zone-0", &source.rpc_url()).assert_success();
		settled(&routes, ARRIVED).await.unwrap();
	});
}

/// Waits for a unit to be final, for a few seconds.
async fn is_final(submission: &mut Submission) -> bool {
	tokio::time::timeout(Duration::from_secs(5), async {
		while let Some(report) = submission.next().await.unwrap() {
			if report.status == UnitStatus::Final {
				return true;
			}
		}
		false
	})
	.await
	.unwrap_or_default()
}

#[test]
#[ignore = "drops packets, and needs root: make soak, or cargo test --test processes stopped_shard:: -- --ignored"]
fn units_wait_while_the_zone_seals_nothing() {
	on_network(120, async |network, residents| {
		let routes = Routes::of(network.nodes(), SHARDS);
		let before = settled(&routes, ARRIVED).await.unwrap();
		let source = ledgers(network, SOURCE).next().unwrap();
		let client = Client::connect(&source.rpc_url()).await.unwrap();
		let ferdie = Ferdie.to_account_id();
		let mut senders = residents[0].accounts.iter();
		let mut pay_next = async || {
			let Resident { key, nonce, head, .. } = senders.next().expect("there are enough senders");
			let unit = UnitBuilder::new().transfer(&ferdie, TOP).at(*nonce, *head).sign(key, client.domain()).unwrap();
			client.send(unit).await.unwrap()
		};
		assert!(is_final(&mut pay_next().await).await);

		let ports: Vec<u16> = ledgers(network, ChainTag::Zone(0)).map(|ledger| ledger.ports.p2p).collect();
		let (severed, since) = (Severed::ports(&ports), Instant::now());
		let mut paid = 1;
		let mut waiting = loop {
			let mut submission = pay_next().await;
			let mut is_paid = is_final(&mut submission).await;
			// A busy machine may be slow, long before the pause.
			while !is_paid && since.elapsed() < MAX_UNSEALED / 2 {
				is_paid = is_final(&mut submission).await;
			}
			if !is_paid {
				break submission;
			}
			paid += 1;
			assert!(since.elapsed() < 2 * MAX_UNSEALED, "the shard takes units without its zone");
			tokio::time::sleep(Duration::from_secs(1)).await;
		};
		let stopped = since.elapsed();
		println!("{paid} units are final, and the next one waits, {stopped:.1?} after the zone has stopped");
		// A block may have waited for some seconds when the zone stopped.
		assert!(stopped > MAX_UNSEALED / 2);
		// Its blocks go on: extrinsics are bounded by quotas.
		pay(Bob, Ferdie, "zone-0", &source.rpc_url()).assert_success();

		drop(severed);
		let back = Instant::now();
		while !is_final(&mut waiting).await {
			assert!(back.elapsed() < ARRIVED, "the unit waits although the zone is back");
		}
		println!("it is final {:.1?} after the links are back", back.elapsed());
		assert!(is_final(&mut pay_next().await).await);
		let after = settled(&routes, ARRIVED).await.unwrap();
		assert_eq!(after[0].balances[&ferdie] - before[0].balances[&ferdie], Balance::from(paid + 3u32) * TOP);
		for node in network.nodes() {
			let log = std::fs::read_to_string(node.log_file()).unwrap();
			for line in ["it takes no units until the zone does", "it takes units"] {
				assert!(log.contains(line), "{} says: {line}", node.name());
			}
		}
	});
}
