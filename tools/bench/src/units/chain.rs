//! The chain that is measured.

use crate::{
	genesis::{bench_chain, payer, BenchChain},
	ledgers::{Ledger, Ledgers},
	units::{
		accounts::Accounts,
		args::{AccountStore, Quotas, UnitsBench},
		genesis::{fund, Funds, Specs},
	},
};
use anyhow::{ensure, Context};
use serde_json::{json, Value};
use std::{fs, path::Path};
use top_local_network::Chain;
use tp_core::{AccountId, Balance, TOP};

/// Id of the chain that is measured.
const CHAIN_ID: &str = "top_bench_units";
/// Least balance of an account: far more than the existential deposit, and enough for its free share to regrow within a day.
const LEAST_BALANCE: Balance = 100 * TOP;
/// Balance that is locked for a number of units with a transfer each, by the shares of the preset. They suffice for more:
/// for 2,200 units, or for 780 extrinsics.
const STAKE_UNIT: Balance = 1_000 * TOP;
const UNITS_OF_STAKE: u64 = 500;
/// Free share of each resource if quotas are lifted, far more than any account uses here: a million seconds, a million
/// terabytes.
const FREE_SHARE: u64 = 1_000_000_000_000_000_000;

/// A chain, and its specification without accounts.
#[derive(Debug)]
pub struct UnitsChain {
	/// The chain.
	pub chain: Chain,
	/// Its specification with the runtime alone, for nodes whose database has the genesis.
	pub light: String,
}

/// Returns the chain of a shard that funds all accounts, and in which the senders have a share for all that they send. The
/// state without them is kept in a cache: the runtime takes seconds to build it.
///
/// # Errors
/// If the runtime refuses the genesis, or makes other accounts than this program knows.
pub fn units_chain(
	ledgers: &dyn Ledgers,
	bench: &UnitsBench,
	accounts: &Accounts,
	cache: &Path,
) -> anyhow::Result<UnitsChain> {
	let pattern = accounts.payer.account();
	let base = base_spec(ledgers, bench, &pattern, cache)?;
	// The payer of the light load comes first: it sends as well.
	let funded: Vec<_> = [pattern.clone()].into_iter().chain(accounts.ids.iter().cloned()).collect();
	let staked = match bench.quotas {
		Quotas::Preset => usize::try_from(bench.sending())? + 1,
		Quotas::Lifted => 0,
	};
	let Specs { full, light } = fund(&base, &pattern, &payer(), &funded, staked, funds(bench))?;
	let chain = Chain { id: CHAIN_ID.into(), raw_spec: Box::new(move || Ok(full)), node_secret: None };
	Ok(UnitsChain { chain, light })
}

/// Returns the raw specification with the pattern's account alone.
fn base_spec(ledgers: &dyn Ledgers, bench: &UnitsBench, pattern: &AccountId, cache: &Path) -> anyhow::Result<String> {
	let (changes, quotas) = match bench.quotas {
		Quotas::Preset => (json!({}), "preset"),
		Quotas::Lifted => (json!({ "quota": lifted() }), "lifted"),
	};
	let store = bench.store.name();
	let file = cache.join(format!("spec-{}-{quotas}-{store}-{pattern}.json", bench.validators));
	if let Ok(spec) = fs::read_to_string(&file) {
		return Ok(spec);
	}
	let chain = BenchChain {
		ledger: Ledger::Shard,
		id: CHAIN_ID,
		validators: bench.validators,
		accounts: std::slice::from_ref(pattern),
		changes,
	};
	let spec = (bench_chain(ledgers, chain)?.raw_spec)()?;
	let mut spec: Value = serde_json::from_str(&spec).context("the node's chain spec is not JSON")?;
	match spec.get_mut("accountStore") {
		Some(kept) => *kept = store.into(),
		None => ensure!(bench.store == AccountStore::Trie, "this node has no account store: use --store trie"),
	}
	let spec = spec.to_string();
	// Under another name first, so that an interrupted bench does not leave an incomplete file.
	let unfinished = file.with_extension("new");
	fs::create_dir_all(cache)
		.and_then(|()| fs::write(&unfinished, &spec))
		.and_then(|()| fs::rename(&unfinished, &file))
		.with_context(|| format!("cannot write {}", file.display()))?;
	Ok(spec)
}

/// Returns the balances with which each sender can send all its units.
fn funds(bench: &UnitsBench) -> Funds {
	let units = bench.units_of_one().max(u64::from(bench.samples));
	// Extrinsics cost more than units: each sender has as many as its share of them.
	let extrinsics = u64::from(bench.baseline_transfers).div_ceil(u64::from(bench.sending()));
	let transfers = (units * u64::from(bench.shape.ops_per_unit)).max(extrinsics);
	let stake = Balance::from(transfers.div_ceil(UNITS_OF_STAKE)) * STAKE_UNIT;
	let sent = Balance::from(units) * bench.shape.paid();
	Funds { free: LEAST_BALANCE + sent, stake }
}

/// Returns the rules of quotas that no account exhausts.
fn lifted() -> Value {
	let most = json!({ "compute": FREE_SHARE, "bytes": FREE_SHARE, "state": FREE_SHARE });
	json!({
		"rules": {
			"free": most,
			"perStakeUnit": { "compute": 0, "bytes": 0, "state": 0 },
			"stakeUnit": 0,
			"fullBalance": 0,
			"blockFree": 100,
			"sustained": most,
		},
	})
}
