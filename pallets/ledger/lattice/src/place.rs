//! The place of a ledger among the shards of its zone, as its genesis says it.

use crate::{Config, Pallet, Place};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{marker::PhantomData, ops::RangeInclusive};
use frame_support::traits::{Contains, Get};
use scale_info::TypeInfo;
use tp_core::{AccountId, ChainTag, TableRange};

/// The place of a ledger among the shards of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ShardPlace {
	/// The zone.
	pub zone: u16,
	/// The number of the shard, counted over the whole life of the zone.
	pub incarnation: u32,
	/// The tables of the shard.
	pub tables: TableRange,
}

impl ShardPlace {
	/// The place of a ledger whose genesis names none: the only shard of zone 0.
	pub const ONLY: Self = Self { zone: 0, incarnation: 0, tables: TableRange::ALL };

	/// Returns the place of a ledger.
	pub fn of<T: Config>() -> Self {
		Place::<T>::get().unwrap_or(Self::ONLY)
	}
}

/// The tables that the genesis gives to the ledger. For [`Config::Tables`].
pub struct GenesisTables<T>(PhantomData<T>);

impl<T: Config> Get<RangeInclusive<u8>> for GenesisTables<T> {
	fn get() -> RangeInclusive<u8> {
		ShardPlace::of::<T>().tables.into()
	}
}

/// The tag that the genesis gives to the ledger, which must be a shard. For [`Config::Chain`] and that of
/// `pallet-committee`.
pub struct GenesisChain<T>(PhantomData<T>);

impl<T: Config> Get<ChainTag> for GenesisChain<T> {
	fn get() -> ChainTag {
		let ShardPlace { zone, incarnation, .. } = ShardPlace::of::<T>();
		ChainTag::Shard { zone, incarnation }
	}
}

/// The accounts that live in the tables of the ledger. For `pallet_quota::Config::Residents`.
pub struct Residents<T>(PhantomData<T>);

impl<T: Config> Contains<AccountId> for Residents<T> {
	fn contains(account: &AccountId) -> bool {
		Pallet::<T>::is_resident(account)
	}
}
