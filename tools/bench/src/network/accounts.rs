//! The accounts that pay and are paid.

use crate::units::{genesis_head_in, keypair, Scheme};
use anyhow::Context;
use std::fmt;
use top_sdk::{Keypair, UnitHash};
use tp_core::{AccountId, ChainTag, Nonce, TableId, TableRange};

/// The zone of all shards.
pub const ZONE: u16 = 0;

/// An account, and the end of its chain as its owner knows it.
#[derive(Clone)]
pub struct Resident {
	/// Its key.
	pub key: Keypair,
	/// The account.
	pub id: AccountId,
	/// The nonce of its next unit or extrinsic.
	pub nonce: Nonce,
	/// The parent of its next unit.
	pub head: UnitHash,
}

/// The accounts of a shard.
#[derive(Clone)]
pub struct Residents {
	/// The shard.
	pub chain: ChainTag,
	/// Its accounts.
	pub accounts: Vec<Resident>,
}

impl fmt::Debug for Residents {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		write!(formatter, "{} accounts of {}", self.accounts.len(), self.chain)
	}
}

/// Returns the tag of a shard.
pub fn shard(index: u16) -> ChainTag {
	ChainTag::Shard { zone: ZONE, incarnation: index.into() }
}

/// Derives `count` accounts of each of a zone's shards, at the begin of their chains in the genesis.
///
/// # Errors
/// If a zone cannot have that many shards.
pub fn residents(shards: u16, count: usize) -> anyhow::Result<Vec<Residents>> {
	let tables: Vec<TableRange> = (0..shards)
		.map(|index| TableRange::of_shard(index, shards).context("a zone has at most 256 shards"))
		.collect::<anyhow::Result<_>>()?;
	let mut all: Vec<Residents> =
		(0..shards).map(|index| Residents { chain: shard(index), accounts: Vec::new() }).collect();
	for number in 0.. {
		if all.iter().all(|residents| residents.accounts.len() == count) {
			break;
		}
		let key = keypair(Scheme::Sr25519, number);
		let id = key.account();
		let home = tables.iter().position(|tables| tables.contains(TableId::of(&id)));
		let Some(residents) = home.and_then(|home| all.get_mut(home)) else { continue };
		if residents.accounts.len() < count {
			let head = genesis_head_in(residents.chain, &id);
			residents.accounts.push(Resident { key, id, nonce: 0, head });
		}
	}
	Ok(all)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_account_lives_in_its_shard() {
		for shards in [1, 2, 4] {
			let all = residents(shards, 5).unwrap();
			assert_eq!(all.len(), usize::from(shards));
			for (index, residents) in (0..).zip(&all) {
				let tables = TableRange::of_shard(index, shards).unwrap();
				assert_eq!(residents.chain, shard(index));
				assert!(residents.accounts.iter().all(|account| tables.contains(TableId::of(&account.id))));
				assert_eq!(residents.accounts.len(), 5);
			}
		}
		assert!(residents(257, 1).is_err());
	}
}
