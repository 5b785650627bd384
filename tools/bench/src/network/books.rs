//! The books of shards: what accounts and lanes hold, before a load and after it.

use crate::network::{accounts::Residents, outcome::Outcome, watch::Routes};
use anyhow::{bail, ensure, Context};
use codec::Decode;
use jsonrpsee::rpc_params;
use sp_core::storage::{StorageChangeSet, StorageKey};
use sp_crypto_hashing::twox_128;
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use top_sdk::{AccountInfo, RpcClient};
use tp_core::{AccountId, Balance, Hash};
use tp_lattice::storage::{account_of_key, account_prefix};

/// Values of one query.
const PAGE: usize = 1_000;
/// Pause between looks whether lanes are empty.
const PAUSE: Duration = Duration::from_millis(200);

/// The books of one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
	/// The balance of each account, with what it has reserved.
	pub balances: HashMap<AccountId, Balance>,
	/// What is in lanes, bounces included.
	pub in_lanes: Balance,
	/// What returned for accounts that could not take it.
	pub kept: Balance,
	/// The total issuance.
	pub issued: Balance,
}

impl Books {
	/// Reads the newest final state of a shard.
	///
	/// # Errors
	/// If the node does not answer, or a value does not decode.
	pub async fn read(client: &RpcClient) -> anyhow::Result<Self> {
		let at = client.finalized_head().await?;
		let mut books = Self {
			in_lanes: in_lanes(client, at).await?,
			issued: client.storage(&item("Balances", "TotalIssuance"), Some(at)).await?.unwrap_or_default(),
			..Self::default()
		};
		for (_, value) in entries(client, &item("Mailbox", "Kept"), at).await? {
			books.kept += Balance::decode(&mut &value[..]).context("a kept value does not decode")?;
		}
		for (key, value) in entries(client, &account_prefix(), at).await? {
			let id = account_of_key(&key).context("a key of the accounts names no account")?;
			let account = AccountInfo::decode(&mut &value[..]).context("an account does not decode")?;
			books.balances.insert(id, account.free + account.reserved);
		}
		Ok(books)
	}

	/// Returns the sum of what is in accounts, in lanes, and kept.
	pub fn sum(&self) -> Balance {
		self.balances.values().sum::<Balance>() + self.in_lanes + self.kept
	}
}

/// Reads the books of all shards.
///
/// # Errors
/// As [`Books::read`].
pub async fn read_all(routes: &Routes) -> anyhow::Result<Vec<Books>> {
	let mut all = Vec::new();
	for shard in &routes.shards {
		let ledger = shard.first().context("a network has nodes; qed")?;
		all.push(Books::read(&ledger.rpc().await?).await?);
	}
	Ok(all)
}

/// Waits until nothing is in lanes, then reads the books of all shards. Without payments on their way, their states are of one moment.
///
/// # Errors
/// If something is in lanes for longer than `patience`, or a node does not answer.
pub async fn settled(routes: &Routes, patience: Duration) -> anyhow::Result<Vec<Books>> {
	let deadline = Instant::now() + patience;
	for shard in &routes.shards {
		let ledger = shard.first().context("a network has nodes; qed")?;
		let client = ledger.rpc().await?;
		loop {
			let value = in_lanes(&client, client.finalized_head().await?).await?;
			if value == 0 {
				break;
			}
			if Instant::now() > deadline {
				bail!("{value} are in lanes of {} after {} s", ledger.chain, patience.as_secs());
			}
			tokio::time::sleep(PAUSE).await;
		}
	}
	read_all(routes).await
}

/// Checks books after a load against those before it: the same sum, which is what is issued, and each account with what it paid and was
/// paid, each payment once.
///
/// # Errors
/// If something is missing or too much. The error says where.
pub fn check(before: &[Books], after: &[Books], shards: &[Residents], outcome: &Outcome) -> anyhow::Result<()> {
	let sums = |books: &[Books]| -> (Balance, Balance) {
		(books.iter().map(Books::sum).sum(), books.iter().map(|books| books.issued).sum())
	};
	let ((held, issued), (held_now, issued_now)) = (sums(before), sums(after));
	ensure!(held == issued, "accounts and lanes held {held} of {issued} issued before the load");
	ensure!(
		(held_now, issued_now) == (held, issued),
		"accounts and lanes hold {held_now} of {issued_now} issued, and {held} of {issued} before the load"
	);
	let mut expected: Vec<HashMap<AccountId, Balance>> = before.iter().map(|books| books.balances.clone()).collect();
	for entry in outcome.paid() {
		let payment = &entry.payment;
		let (from, to) = (usize::from(payment.planned.from), usize::from(payment.planned.to));
		let id = |shard: usize, place: usize| &shards[shard].accounts[place].id;
		*expected[from].get_mut(id(from, payment.sender)).context("a sender has an account")? -= payment.amount;
		*expected[to].entry(id(to, payment.receiver).clone()).or_default() += payment.amount;
	}
	for ((residents, expected), after) in shards.iter().zip(&expected).zip(after) {
		for account in &residents.accounts {
			let (found, expected) = (after.balances.get(&account.id), expected.get(&account.id));
			ensure!(found == expected, "{} of {} has {found:?}, not {expected:?}", account.id, residents.chain);
		}
	}
	Ok(())
}

async fn in_lanes(client: &RpcClient, at: Hash) -> anyhow::Result<Balance> {
	Ok(client.storage(&item("Mailbox", "InLanes"), Some(at)).await?.unwrap_or_default())
}

/// Returns the entries of a map.
async fn entries(client: &RpcClient, prefix: &[u8], at: Hash) -> anyhow::Result<Vec<(Vec<u8>, Vec<u8>)>> {
	let mut entries = Vec::new();
	let keys: Vec<StorageKey> = client.keys(prefix, at).await?;
	for keys in keys.chunks(PAGE) {
		let sets: Vec<StorageChangeSet<Hash>> = client.request("state_queryStorageAt", rpc_params![keys, at]).await?;
		let found = sets.into_iter().flat_map(|set| set.changes);
		entries.extend(found.filter_map(|(key, value)| Some((key.0, value?.0))));
	}
	Ok(entries)
}

/// Returns the key of a value, or the prefix of a map.
fn item(pallet: &str, name: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(name.as_bytes())].concat()
}
