//! The accounts that send, and the begin of their chains.

use crate::units::args::Scheme;
use anyhow::{ensure, Context};
use sp_core::{ed25519, sr25519, Pair};
use std::thread;
use top_sdk::{Client, Keypair, UnitHash};
use tp_core::{AccountId, ChainTag};
use tp_lattice::{AccountData, Life};

/// The first bytes of secret keys: the keys protect nothing.
const SEED_PREFIX: &[u8; 20] = b"TOP bench, no secret";

/// Index of the payer under light load: the same with any number of accounts.
const PAYER: u32 = u32::MAX;

/// All accounts: the accounts of the load, and the payer under light load.
pub struct Accounts {
	/// Keys of the load's accounts.
	pub keys: Vec<Keypair>,
	/// Their ids.
	pub ids: Vec<AccountId>,
	/// Key of the account that pays under light load.
	pub payer: Keypair,
}

impl Accounts {
	/// Derives `count` accounts for the load, on all processors.
	///
	/// # Errors
	/// If a thread fails.
	pub fn derive(scheme: Scheme, count: u32) -> anyhow::Result<Self> {
		let keys = in_parallel((0..count).collect(), |index| Ok(keypair(scheme, index)))?;
		let ids = keys.iter().map(Keypair::account).collect();
		Ok(Self { keys, ids, payer: keypair(scheme, PAYER) })
	}

	/// Returns the number of accounts of the load.
	pub fn len(&self) -> usize {
		self.keys.len()
	}

	/// Whether the load has no accounts.
	pub fn is_empty(&self) -> bool {
		self.keys.is_empty()
	}

	/// Returns all ids, the payer's last.
	pub fn funded(&self) -> Vec<AccountId> {
		self.ids.iter().cloned().chain([self.payer.account()]).collect()
	}

	/// Checks that the ledger begins chains as this crate assumes. Otherwise no unit would apply.
	///
	/// # Errors
	/// If it does not.
	pub async fn check(&self, client: &Client) -> anyhow::Result<()> {
		let id = self.payer.account();
		let account = client.account(&id).await?.with_context(|| format!("the genesis has no account {id}"))?;
		ensure!(
			(account.height, account.head) == (0, genesis_head(&id)),
			"the chain of an account of the genesis begins with {:?} at {}, not as this program assumes",
			account.head,
			account.height
		);
		Ok(())
	}
}

/// Returns the first head of the chain of an account of the genesis of a shard that runs alone.
pub fn genesis_head(id: &AccountId) -> UnitHash {
	genesis_head_in(ChainTag::Shard { zone: 0, incarnation: 0 }, id)
}

/// Returns the first head of the chain of an account of the genesis of a shard.
pub fn genesis_head_in(shard: ChainTag, id: &AccountId) -> UnitHash {
	let mut data = AccountData::default();
	data.begin_by_extrinsic(&Life { id, nonce: 0, chain: Some(shard) }, 0, 0);
	data.unit_head
}

/// Returns the key of the account with an index.
pub fn keypair(scheme: Scheme, index: u32) -> Keypair {
	let seed = seed(index);
	match scheme {
		Scheme::Sr25519 => sr25519::Pair::from_seed(&seed).into(),
		Scheme::Ed25519 => ed25519::Pair::from_seed(&seed).into(),
	}
}

/// Returns the seed of an account's key.
pub fn seed(index: u32) -> [u8; 32] {
	let mut seed = [0; 32];
	seed[..SEED_PREFIX.len()].copy_from_slice(SEED_PREFIX);
	seed[28..].copy_from_slice(&index.to_le_bytes());
	seed
}

/// Maps items on all processors; keeps their order.
///
/// # Errors
/// If `map` fails for an item, or a thread panics.
pub fn in_parallel<T: Send, R: Send>(
	items: Vec<T>,
	map: impl Fn(T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
	let threads = thread::available_parallelism().map_or(1, usize::from);
	let share = items.len().div_ceil(threads).max(1);
	let mut items = items.into_iter();
	thread::scope(|scope| {
		let map = &map;
		let parts: Vec<_> = (0..threads)
			.map(|_| {
				let part: Vec<T> = items.by_ref().take(share).collect();
				scope.spawn(move || part.into_iter().map(map).collect::<anyhow::Result<Vec<R>>>())
			})
			.collect();
		let mut all = Vec::new();
		for part in parts {
			all.extend(part.join().map_err(|_| anyhow::anyhow!("a thread of the load generator panicked"))??);
		}
		Ok(all)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeSet;

	#[test]
	fn accounts_are_distinct_and_always_the_same() {
		for scheme in [Scheme::Sr25519, Scheme::Ed25519] {
			let [accounts, again] = [(); 2].map(|()| Accounts::derive(scheme, 300).unwrap());
			let distinct: BTreeSet<_> = accounts.funded().into_iter().collect();
			assert_eq!(distinct.len(), 301);
			assert_eq!(accounts.funded(), again.funded());
		}
	}

	#[test]
	fn mapping_in_parallel_keeps_the_order() {
		assert_eq!(in_parallel((0..7).collect(), |item: i32| Ok(item * 2)).unwrap(), [0, 2, 4, 6, 8, 10, 12]);
		assert!(in_parallel(vec![1, 2], |item: i32| if item > 1 { anyhow::bail!("no") } else { Ok(item) }).is_err());
	}
}
