//! Test doubles that the mock runtimes of the pallets share. A dev-dependency alone: nothing here is for production.
//!
//! | module | replaces | double |
//! |---|---|---|
//! | [`clock`] | `pallet-timestamp`, `pallet-committee` | [`ManualClock`], [`BlockClock`] |
//! | [`registry`] | `pallet-comprehensive-stake`, `pallet-computing-power` | [`Registry`] |
//! | [`candidates`] | `pallet-shard-assignment`: its list | [`CandidateList`] |
//! | [`committees`] | `pallet-shard-assignment` as others read it | [`CommitteeTable`] |
//! | [`council`] | the council of a runtime | [`RootOrCouncil`] |
//! | [`logs`] | receivers of notifications | [`ParticipationLog`], [`ElectionLog`], [`VotesChangeLog`], [`SlashLog`] |
//! | [`mod@keys`] | a node's keystore | [`keys()`], [`pairs`], [`proof`] |
//! | [`blocks`] | `frame-executive` | [`open_block`], [`close_block`], [`events`] |
//! | [`ledger`] | the committee's replicas | [`Ledger`] |
//! | [`transactions`] | the transaction pool and the block's author | [`validate`], [`apply`] |
//!
//! The doubles implement the traits of `tp-stake` for every account id type. Most of them keep their state in
//! thread-local variables, in SCALE encoding, so a failed call does not roll it back. [`genesis`] resets all of it and
//! must start each test: with one test thread, tests share these variables.

mod accounts;
pub mod blocks;
pub mod candidates;
pub mod clock;
pub mod committees;
pub mod council;
pub mod keys;
pub mod ledger;
pub mod logs;
pub mod registry;
#[cfg(test)]
mod tests;
pub mod transactions;

pub use accounts::account;
pub use blocks::{close_block, events, has_event, open_block};
pub use candidates::CandidateList;
pub use clock::{
	BlockClock, BlockMs, CurrentEpoch, EpochLength, LastHeight, ManualClock, Now, RandomnessSalt, SeedSalt, GENESIS_MS,
};
pub use committees::{genesis_hash_of, CommitteeTable};
pub use council::{Council, RootOrCouncil};
pub use keys::{keys, member, pairs, proof};
pub use ledger::{Ledger, LedgerRuntime, GENESIS_HASH};
pub use logs::{ElectionLog, ParticipationLog, Slash, SlashLog, VotesChangeLog};
pub use registry::{Registered, Registry, ASSETS};
pub use transactions::{apply, authorized, validate};

use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::BuildStorage;

/// Builds a ledger from a genesis, with a keystore, and resets all doubles.
pub fn genesis(config: impl BuildStorage) -> TestExternalities {
	reset();
	let mut ledger = TestExternalities::from(config.build_storage().expect("the genesis is valid"));
	ledger.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	ledger
}

/// Resets all doubles.
pub fn reset() {
	clock::reset();
	registry::reset();
	candidates::reset();
	committees::reset();
	logs::reset();
}
