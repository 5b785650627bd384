//! Zone 0 and its shards, which a node runs beside its main chain: their specifications, derived from the main chain.
//!
//! Every node derives the same ones from the same main chain, so none is ever sent. A shard has an equal part of the zone's
//! tables, and the balances that the accounts in its tables have in the genesis of the main chain. Zone and shards have the committee
//! of a main chain whose committee is fixed, for ever. A main chain that draws committees names the first one of each, and the
//! ledgers learn the later ones from it.

use crate::chain_spec::{ChainSpec, Preset};
use anyhow::{bail, Context};
use codec::Decode;
use frame_support::storage::{storage_prefix, StoragePrefixedMap};
use pallet_beacon::{AuthorsMayRegister, Neighbour};
use pallet_committee::{CommitteeRecord, CurrentCommittee};
use sc_chain_spec::{construct_genesis_block, json_merge, ChainSpec as _, ChainType};
use serde_json::{json, Value};
use sp_core::storage::Storage;
use sp_runtime::{
	traits::{BlakeTwo256, Block as _},
	BuildStorage,
};
use std::collections::BTreeSet;
use tc_routing::RouterHandle;
use top_local_network::{shard_offset, MAX_SHARDS, ZONE_OFFSET};
use top_main_runtime::Runtime;
use top_runtime_common::{
	currency::EXISTENTIAL_DEPOSIT,
	development::{alice, balances},
};
use top_sdk::AccountInfo;
use tp_beacon::{committee_key, Authority, Registration};
use tp_core::{AccountId, Balance, Block, ChainTag, Hash, TableId, TableRange};
use tp_lattice::storage::{account_of_key, account_prefix};
use tp_mailbox::Ledger;
use tp_pbft::Member;
use tp_stake::Seat;

/// The zone. The main chain registers no others yet.
const ZONE: u16 = 0;

/// Which ledgers of a zone a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LedgersOfNode {
	/// All.
	All,
	/// Those for which the main chain draws it.
	Assigned,
}

impl std::fmt::Display for LedgersOfNode {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str(match self {
			Self::All => "all",
			Self::Assigned => "assigned",
		})
	}
}

/// What the shards of a zone take over from the main chain.
#[derive(Clone, Debug)]
pub struct Zone {
	main_id: String,
	main_name: String,
	chain_type: ChainType,
	committees: Committees,
	/// The free balances of its genesis.
	balances: Vec<(AccountId, Balance)>,
	shards: u16,
}

/// The first committees of the main chain, of the zone, and of its shards.
#[derive(Clone, Debug)]
struct Committees {
	main: Vec<Member>,
	zone: Vec<Member>,
	shards: Vec<Vec<Member>>,
	/// Whether the main chain draws the later ones.
	drawn: bool,
}

impl Zone {
	/// Reads the specification of a main chain.
	///
	/// # Errors
	/// If it is that of a shard, its committee is drawn and those of the zone and of this number of shards are not, it registers no zones,
	/// or it is not for development.
	pub fn of(main: &dyn sc_chain_spec::ChainSpec, shards: u16) -> anyhow::Result<Self> {
		let id = main.id();
		if main.chain_type() == ChainType::Live {
			bail!("--shards is for development, and {id:?} is a live chain");
		}
		let genesis = main.as_storage_builder().build_storage().map_err(|error| anyhow::anyhow!(error))?;
		let has_units = genesis.top.contains_key(&unit_domain_key());
		if has_units {
			bail!("--shards runs shards beside a main chain, and {id:?} is a shard itself");
		}
		let nodes = pallet_comprehensive_stake::Nodes::<Runtime>::final_prefix();
		let drawn = match genesis.top.keys().any(|key| key.starts_with(&nodes)) {
			true => Some(drawn_committees(&genesis, id, shards)?),
			false => None,
		};
		if !genesis.top.contains_key(AuthorsMayRegister::<Runtime>::hashed_key().as_slice()) {
			bail!(
				"--shards runs a zone that the main chain registers, and the genesis of {id:?} does not let authors register zones; use a \
				 chain of this version, such as dev or local, and another folder for it"
			);
		}
		let main_committee =
			committee_of(&genesis).with_context(|| format!("{id:?} is no main chain that shards can follow"))?;
		let committees = Committees::new(main_committee, shards, drawn);
		let (main_name, chain_type) = (main.name().into(), main.chain_type());
		Ok(Self { main_id: id.into(), main_name, chain_type, committees, balances: balances_of(&genesis)?, shards })
	}

	/// Checks that the main chain draws the committees.
	///
	/// # Errors
	/// If they are the same for ever.
	pub fn ensure_drawn(&self) -> anyhow::Result<()> {
		if !self.committees.drawn {
			bail!(
				"--ledgers assigned runs the ledgers for which the main chain draws this node, and {:?} keeps its committees for ever: \
				 use a chain that draws them, such as drawn, or --ledgers all",
				self.main_id
			);
		}
		Ok(())
	}

	/// The tag of its own ledger.
	pub const TAG: ChainTag = ChainTag::Zone(ZONE);

	/// Returns the router of the zone, without ledgers.
	pub fn router(&self) -> RouterHandle {
		if self.committees.drawn {
			RouterHandle::drawn(ZONE)
		} else {
			RouterHandle::new(ZONE)
		}
	}

	/// Returns the tags of its own ledger and of its shards.
	pub fn chains(&self) -> BTreeSet<ChainTag> {
		let shards = (0..self.shards).map(|shard| ChainTag::Shard { zone: ZONE, incarnation: shard.into() });
		[Self::TAG].into_iter().chain(shards).collect()
	}

	/// Returns the offset of the ports of one of its chains from those of the main chain.
	pub fn offset(&self, chain: ChainTag) -> Option<u16> {
		match chain {
			Self::TAG => Some(ZONE_OFFSET),
			_ => self.index(chain).map(shard_offset),
		}
	}

	/// Returns the number of a shard among those of the zone, from 0, if it is one of them.
	pub fn index(&self, chain: ChainTag) -> Option<u16> {
		match chain {
			ChainTag::Shard { zone: ZONE, incarnation } => {
				u16::try_from(incarnation).ok().filter(|shard| *shard < self.shards)
			},
			_ => None,
		}
	}

	/// Returns the specification of the zone's own ledger, given the genesis hash of the main chain, which the zone follows, and which the
	/// seed of its first height binds.
	///
	/// # Errors
	/// If this binary was built without the wasm runtimes.
	pub fn own_spec(&self, main_genesis: Hash) -> anyhow::Result<ChainSpec> {
		let preset = Preset::ZoneLocal;
		let changes = json!({
			"committee": { "members": self.committees.zone, "seed": main_genesis },
			"beacon": { "neighbours": [self.neighbour(ChainTag::Main, main_genesis)] },
		});
		let patch = self.committees.patch(preset.changed_patch(changes)?);
		let mut spec = preset
			.builder()?
			.with_id(&format!("{}_zone_{ZONE}", self.main_id))
			.with_name(&format!("{} {}", self.main_name, Self::TAG))
			.with_chain_type(self.chain_type.clone())
			.with_genesis_config_patch(patch.clone())
			.build();
		spec.set_storage(preset.genesis_state(patch)?);
		Ok(spec)
	}

	/// Returns the zone as the main chain registers it, given the genesis hash of the main chain.
	///
	/// # Errors
	/// If this binary was built without the wasm runtimes.
	pub fn registration(&self, main_genesis: Hash) -> anyhow::Result<Registration> {
		let storage = self.own_spec(main_genesis)?.build_storage().map_err(|error| anyhow::anyhow!(error))?;
		let version = top_zone_runtime::VERSION.state_version();
		let root = <BlakeTwo256 as sp_runtime::traits::Hash>::trie_root(storage.top.into_iter().collect(), version);
		let genesis = construct_genesis_block::<Block>(root, version).hash();
		let ledger = Ledger { chain: Self::TAG, tables: None };
		let authority = if self.committees.drawn { Authority::MainChain } else { Authority::Itself };
		Ok(Registration { ledger, genesis, authority, epoch: 0, first: 1, members: self.committees.zone.clone() })
	}

	/// Returns the specification of a shard, given the genesis hashes of the main chain and of the zone.
	///
	/// # Errors
	/// If there is no such shard, or this binary was built without the wasm runtimes.
	pub fn spec(&self, shard: u16, main_genesis: Hash, zone_genesis: Hash) -> anyhow::Result<ChainSpec> {
		let tables = TableRange::of_shard(shard, self.shards).context("the zone has no such shard")?;
		let is_resident = |(account, _): &&(AccountId, Balance)| tables.contains(TableId::of(account));
		let balances: Vec<_> = self.balances.iter().filter(is_resident).collect();
		// Alice is a stranger in all shards but her own.
		let sudo = balances_in(tables).first().map_or_else(alice, |(account, _)| account.clone());
		let changes = json!({
			"balances": { "balances": balances },
			"committee": { "members": self.committees.shards.get(usize::from(shard)).context("the shard has no committee")? },
			"beacon": { "neighbours": [self.neighbour(Self::TAG, zone_genesis)] },
			"lattice": { "mainGenesis": main_genesis, "zone": ZONE, "incarnation": shard, "tables": tables },
			"sudo": { "key": sudo },
		});
		let preset = Preset::ShardLocal;
		let patch = self.committees.patch(preset.changed_patch(changes)?);
		let chain = ChainTag::Shard { zone: ZONE, incarnation: shard.into() };
		// The tables are part of the id: a node with another number of shards has other databases.
		let TableRange { first, last } = tables;
		let id = format!("{}_shard_{ZONE}_{shard}_{:02x}{:02x}", self.main_id, first.0, last.0);
		let mut spec = preset
			.builder()?
			.with_id(&id)
			.with_name(&format!("{} {chain}", self.main_name))
			.with_chain_type(self.chain_type.clone())
			.with_genesis_config_patch(patch.clone())
			.build();
		spec.set_storage(preset.genesis_state(patch)?);
		Ok(spec)
	}

	/// Returns the main chain as the zone follows it from its genesis on, or the zone as its shards do.
	fn neighbour(&self, chain: ChainTag, genesis: Hash) -> Neighbour {
		let Committees { main, zone, drawn, .. } = &self.committees;
		let is_main = chain == ChainTag::Main;
		let members = if is_main { main.clone() } else { zone.clone() };
		Neighbour { chain, tables: None, genesis, epoch: 0, first: 1, members, elects_itself: is_main || !drawn }
	}
}

impl Committees {
	/// Returns the first committees: the drawn ones of the zone and then of the shards, or else that of the main chain for all.
	fn new(main: Vec<Member>, shards: u16, drawn: Option<(Vec<Member>, Vec<Vec<Member>>)>) -> Self {
		match drawn {
			Some((zone, shards)) => Self { main, zone, shards, drawn: true },
			None => Self { zone: main.clone(), shards: vec![main.clone(); shards.into()], main, drawn: false },
		}
	}

	/// Returns the genesis of a zone or a shard with what it says of its committees.
	fn patch(&self, mut genesis: Value) -> Value {
		if self.drawn {
			// The members know that they are drawn for an epoch of the main chain by now.
			json_merge(&mut genesis, json!({ "beacon": { "drawn": true }, "committee": { "closingBlocks": 1 } }));
		}
		genesis
	}
}

/// Returns the first committees of the zone and of its shards, as the genesis of a main chain names them.
fn drawn_committees(genesis: &Storage, id: &str, shards: u16) -> anyhow::Result<(Vec<Member>, Vec<Vec<Member>>)> {
	let shard = |number: u16| ChainTag::Shard { zone: ZONE, incarnation: number.into() };
	let committee = |chain| {
		let seats = genesis.top.get(&committee_key(chain, 0))?;
		let seats = Vec::<Seat>::decode(&mut &seats[..]).ok()?;
		Some(seats.into_iter().map(|seat| seat.member).collect::<Vec<_>>())
	};
	let named = (0..MAX_SHARDS).take_while(|number| committee(shard(*number)).is_some()).count();
	let Some(zone) = committee(Zone::TAG) else {
		bail!(
			"--shards takes the committee of the main chain for the shards, and that of {id:?} is drawn again each epoch; use a \
			 chain with a fixed committee, such as dev or local, or drawn, which draws those of a zone and its shards too"
		);
	};
	if named != usize::from(shards) {
		bail!("{id:?} draws the committees of {named} shards; use --shards {named}");
	}
	Ok((zone, (0..shards).filter_map(|number| committee(shard(number))).collect()))
}

/// Returns the development accounts in some tables, with their balances.
pub fn balances_in(tables: TableRange) -> Vec<(AccountId, Balance)> {
	balances().into_iter().filter(|(account, _)| tables.contains(TableId::of(account))).collect()
}

/// Returns the key of the domain of units, which every shard has in its state.
fn unit_domain_key() -> Vec<u8> {
	storage_prefix(b"Lattice", b"SigningDomain").to_vec()
}

/// Returns the accounts of a genesis that can live in a shard with their free balances, in the order of their keys.
fn balances_of(genesis: &Storage) -> anyhow::Result<Vec<(AccountId, Balance)>> {
	let prefix = account_prefix();
	let accounts = genesis.top.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(&prefix));
	let balance = |(key, account): (&Vec<u8>, &Vec<u8>)| {
		let id = account_of_key(key).context("a key of its accounts names no account")?;
		let account =
			AccountInfo::decode(&mut &account[..]).with_context(|| format!("account {id} does not decode"))?;
		Ok((id, account.free))
	};
	let balances: anyhow::Result<Vec<_>> = accounts.map(balance).collect();
	// The deposits of nodes and the pots of the main chain's pallets stay there.
	Ok(balances?.into_iter().filter(|(_, free)| *free >= EXISTENTIAL_DEPOSIT).collect())
}

/// Returns the first committee of a genesis.
fn committee_of(genesis: &Storage) -> anyhow::Result<Vec<Member>> {
	let record = genesis.top.get(CurrentCommittee::<Runtime>::hashed_key().as_slice());
	let record = record.context("its genesis names no committee")?;
	let record = CommitteeRecord::decode(&mut &record[..]).context("its committee does not decode")?;
	Ok(record.members.into_inner())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeMap;
	use tp_core::TOTAL_SUPPLY;

	const MAIN_GENESIS: Hash = Hash::repeat_byte(7);
	const ZONE_GENESIS: Hash = Hash::repeat_byte(8);

	fn zone(preset: Preset, shards: u16) -> anyhow::Result<Zone> {
		Zone::of(&preset.raw_spec()?, shards)
	}

	#[test]
	fn two_nodes_derive_the_same_shards() {
		let specs = [(); 2].map(|()| {
			let spec = zone(Preset::Local, 2).unwrap().spec(1, MAIN_GENESIS, ZONE_GENESIS).unwrap();
			assert_eq!((spec.id(), spec.name()), ("top_local_shard_0_1_80ff", "TOP Local shard 0/1"));
			spec.build_storage().unwrap().top
		});
		assert_eq!(specs[0], specs[1]);
		let other =
			zone(Preset::Local, 2).unwrap().spec(1, Hash::zero(), ZONE_GENESIS).unwrap().build_storage().unwrap().top;
		assert_ne!(specs[0], other, "it is bound to the main chain");
	}

	#[test]
	fn the_shards_have_all_accounts_and_the_committee_of_the_main_chain() {
		for shards in [1, 2, 5] {
			let zone = zone(Preset::Local, shards).unwrap();
			let mut supply = 0;
			assert_eq!((zone.offset(Zone::TAG), zone.index(Zone::TAG)), (Some(1), None));
			let of_shards = zone.chains().into_iter().filter(|chain| *chain != Zone::TAG);
			for (index, chain) in of_shards.enumerate() {
				assert_eq!(zone.offset(chain), Some(shard_offset(u16::try_from(index).unwrap())));
				assert_eq!(zone.index(chain), u16::try_from(index).ok());
				let tables = TableRange::of_shard(zone.index(chain).unwrap(), shards).unwrap();
				let genesis =
					zone.spec(zone.index(chain).unwrap(), MAIN_GENESIS, ZONE_GENESIS).unwrap().build_storage().unwrap();
				let balances = balances_of(&genesis).unwrap();
				supply += balances.iter().map(|(_, balance)| balance).sum::<Balance>();
				assert!(balances.iter().all(|(account, _)| tables.contains(TableId::of(account))));
				let funded = |account: &AccountId| balances.iter().any(|(other, _)| other == account);
				assert!(balances_in(tables).iter().all(|(account, _)| funded(account)));
				assert_eq!(committee_of(&genesis).unwrap(), zone.committees.main);
				let main = Zone::of(&zone.spec(0, MAIN_GENESIS, ZONE_GENESIS).unwrap(), 1).unwrap_err().to_string();
				assert!(main.contains("is a shard itself"), "{main}");
			}
			assert_eq!(supply, TOTAL_SUPPLY);
			assert_eq!(zone.index(ChainTag::Main), None);
		}
	}

	#[test]
	fn an_only_shard_has_the_genesis_of_the_preset() {
		let zone = zone(Preset::Local, 1).unwrap();
		let preset = Preset::ShardLocal;
		// The accounts are those of the main chain: its treasury is one of them.
		let changes = json!({ "balances": { "balances": zone.balances } });
		let preset = preset.genesis_state(preset.changed_patch(changes).unwrap()).unwrap().top;
		let only = zone.spec(0, top_shard_runtime::genesis::NO_MAIN_CHAIN, ZONE_GENESIS).unwrap();
		let only = only.build_storage().unwrap().top;
		// A shard of a zone follows that zone. A shard that runs alone follows no ledger.
		let beacon = sp_crypto_hashing::twox_128(b"Beacon");
		let without = |genesis: BTreeMap<Vec<u8>, Vec<u8>>| -> BTreeMap<_, _> {
			genesis.into_iter().filter(|(key, _)| !key.starts_with(&beacon)).collect()
		};
		let message = "tables and incarnation add nothing to the genesis of a shard that has all";
		assert_eq!(without(only), without(preset), "{message}");
	}

	#[test]
	fn the_zone_follows_the_main_chain_that_registers_it() {
		let source = pallet_beacon::Sources::<top_zone_runtime::Runtime>::hashed_key_for(ChainTag::Main);
		let local = zone(Preset::Local, 2).unwrap();
		let genesis = local.own_spec(MAIN_GENESIS).unwrap().build_storage().unwrap().top;
		let source = tp_beacon::Source::decode(&mut &genesis[&source][..]).unwrap();
		assert_eq!((source.genesis, source.authority), (MAIN_GENESIS, tp_beacon::Authority::Itself));

		let changes = json!({ "beacon": { "authorsRegister": false } });
		let spec = Preset::Local.raw_spec_with("closed", changes).unwrap();
		let error = Zone::of(&spec, 2).unwrap_err().to_string();
		assert!(error.contains("does not let authors register zones"), "{error}");
	}

	#[test]
	fn a_main_chain_that_draws_committees_names_the_first_ones() {
		use top_zone_runtime::Runtime as ZoneRuntime;
		let drawn = zone(Preset::Drawn, 2).unwrap();
		let members = |numbers: [u16; 4]| numbers.map(|number| top_runtime_common::development::node_keys(number).pbft);
		let keys =
			|genesis: &Storage| committee_of(genesis).unwrap().into_iter().map(|member| member.key).collect::<Vec<_>>();
		let own = drawn.own_spec(MAIN_GENESIS).unwrap().build_storage().unwrap();
		assert_eq!(keys(&own), members([5, 6, 7, 8]));
		for (shard, numbers) in [(0, [1, 3, 5, 7]), (1, [2, 4, 6, 8])] {
			let genesis = drawn.spec(shard, MAIN_GENESIS, ZONE_GENESIS).unwrap().build_storage().unwrap();
			assert_eq!(keys(&genesis), members(numbers));
			let source = &genesis.top[&pallet_beacon::Sources::<ZoneRuntime>::hashed_key_for(Zone::TAG)];
			let source = tp_beacon::Source::decode(&mut &source[..]).unwrap();
			assert_eq!(source.authority, tp_beacon::Authority::MainChain);
		}
		let is_drawn = pallet_beacon::IsDrawn::<ZoneRuntime>::hashed_key().to_vec();
		assert!(own.top.contains_key(&is_drawn));
		let fixed = zone(Preset::Local, 2).unwrap().own_spec(MAIN_GENESIS).unwrap().build_storage().unwrap();
		assert!(!fixed.top.contains_key(&is_drawn));
	}

	#[test]
	fn chains_without_a_fixed_committee_are_refused() {
		for (preset, word) in [
			(Preset::Rotation, "drawn"),
			(Preset::Drawn, "use --shards 2"),
			(Preset::Production, "live"),
			(Preset::ShardDev, "shard itself"),
			(Preset::ShardLocal, "shard itself"),
		] {
			let error = zone(preset, 3).unwrap_err().to_string();
			assert!(error.contains(word), "{preset:?}: {error}");
		}
	}
}
