//! Payments between a shard and the main chain, by the command and in numbers.

use crate::support::top_node;
use codec::Encode;
use sp_keyring::Sr25519Keyring;
use std::time::{Duration, Instant};
use top_local_network::{LocalNetwork, NodeLedger};
use top_node::{
	shards::balances_in,
	transaction::{ChainParams, TransferBuilder},
};
use top_sdk::{AccountId, Keypair, RpcClient, TOP};
use tp_core::{ChainTag, TableId, TableRange};
use tp_mailbox::Home;
use tp_routing::{BeaconReport, MailboxReport};

const ZONE: ChainTag = ChainTag::Zone(0);
const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
/// How long payments may take, with four nodes on two processors.
const ARRIVED: Duration = Duration::from_secs(60);
/// Payments in one direction by extrinsics, and in the other: equal sums would change no balance.
const PAYMENTS: [u32; 2] = [10, 13];

/// A ledger with an account that is paid there.
struct Side {
	ledger: NodeLedger,
	client: RpcClient,
	payee: AccountId,
}

impl Side {
	async fn new(network: &LocalNetwork, node: usize, chain: ChainTag, payee: AccountId) -> Self {
		let ledger = network.nodes()[node].ledgers().find(|ledger| ledger.chain == chain).unwrap();
		let client = ledger.rpc().await.unwrap();
		Self { ledger, client, payee }
	}

	async fn balance(&self, account: &AccountId) -> u128 {
		self.client.account(account).await.unwrap().free
	}

	async fn open_lanes(&self) -> usize {
		let report: MailboxReport = self.client.runtime_call("MailboxApi_mailbox", (), None).await.unwrap();
		report.outbox.len()
	}

	/// Pays 1 TOP by the command to an account of another ledger.
	fn pay_by_command(&self, from: Sr25519Keyring, to: &AccountId, ledger: &str) -> String {
		let (from, to, url) = (from.to_seed(), to.to_string(), self.ledger.rpc_url());
		let arguments = ["--from", &from, "--to", &to, "--amount", "1", "--ledger", ledger, "--url", &url];
		let outcome = top_node(["tx", "transfer"].into_iter().chain(arguments));
		assert_eq!(outcome.code, Some(0), "{outcome:?}");
		outcome.stdout
	}

	/// Sends payments of 1 TOP.
	async fn pay(&self, from: &Keypair, count: u32, call: impl Encode) {
		let builder = TransferBuilder::immortal(ChainParams::fetch(&self.client).await.unwrap());
		let nonce = self.client.next_nonce(&from.account()).await.unwrap();
		for nonce in nonce..nonce + count {
			self.client.submit(&builder.sign(from, nonce, &call)).await.unwrap();
		}
	}
}

/// Returns an account in some tables that has no key and no balance.
fn unused(tables: TableRange, number: u8) -> AccountId {
	let mut ids = (0..=u8::MAX).map(|byte| {
		let mut id = [number; 32];
		id[31] = byte;
		AccountId::new(id)
	});
	ids.find(|id| tables.contains(TableId::of(id))).unwrap()
}

/// Returns the second development key whose account lives in some tables. It has an account on the main chain as well. The first one pays
/// between shards, and counts its nonces itself.
fn resident(tables: TableRange) -> Sr25519Keyring {
	let accounts = balances_in(tables);
	Sr25519Keyring::well_known()
		.filter(|key| accounts.iter().any(|(account, _)| *account == key.to_account_id()))
		.nth(1)
		.unwrap()
}

/// Waits until the main chain has registered the zone.
async fn is_registered(main: &Side) {
	let deadline = Instant::now() + ARRIVED;
	loop {
		let report: BeaconReport = main.client.runtime_call("BeaconApi_neighbours", (), None).await.unwrap();
		if report.followed.iter().any(|(chain, _)| *chain == ZONE) {
			return;
		}
		assert!(Instant::now() < deadline, "the main chain follows {:?}", report.followed);
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

/// Pays both ways at once between the main chain and the first of some shards, and waits until all has arrived once and nothing is on its
/// way. `round` tells rounds apart.
pub async fn pay_both_ways(network: &LocalNetwork, shards: u16, round: u8) {
	let tables = TableRange::of_shard(0, shards).unwrap();
	let key = resident(tables);
	let from = Keypair::from_uri(&key.to_seed()).unwrap();
	let main = Side::new(network, 1, ChainTag::Main, unused(tables, 2 * round)).await;
	let shard = Side::new(network, 0, SHARD, unused(tables, 2 * round + 1)).await;
	is_registered(&main).await;
	let begun = [main.balance(&from.account()).await, shard.balance(&from.account()).await];
	let since = Instant::now();

	let said = shard.pay_by_command(key, &main.payee, "main");
	assert!(said.contains("in the main chain"), "{said}");
	let said = main.pay_by_command(key, &shard.payee, "zone-0");
	assert!(said.contains("in the shards of zone 0"), "{said}");
	let [to_main, to_shard] = PAYMENTS;
	let call = pallet_mailbox::Call::transfer { home: Home::Main, to: main.payee.clone(), value: TOP };
	shard.pay(&from, to_main, top_shard_runtime::RuntimeCall::Mailbox(call)).await;
	let call = pallet_mailbox::Call::transfer { home: Home::Zone(0), to: shard.payee.clone(), value: TOP };
	main.pay(&from, to_shard, top_main_runtime::RuntimeCall::Mailbox(call)).await;

	let sums = [to_main + 1, to_shard + 1].map(|payments| u128::from(payments) * TOP);
	let expected = [sums[0], sums[1], begun[0] - sums[1], begun[1] - sums[0]];
	let deadline = Instant::now() + ARRIVED;
	let mut credited = None;
	loop {
		let balances = [
			main.balance(&main.payee).await,
			shard.balance(&shard.payee).await,
			main.balance(&from.account()).await,
			shard.balance(&from.account()).await,
		];
		let open = [main.open_lanes().await, shard.open_lanes().await];
		if balances == expected && credited.is_none() {
			credited = Some(since.elapsed());
		}
		if let (Some(credited), [0, 0]) = (credited, open) {
			assert_eq!(balances, expected, "what has arrived stays as it is");
			let confirmed = since.elapsed();
			println!("payments to the main chain and from it: credited after {credited:.2?}, confirmed after {confirmed:.2?}");
			return;
		}
		assert!(Instant::now() < deadline, "{balances:?} of {expected:?}, open lanes: {open:?}");
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
}
