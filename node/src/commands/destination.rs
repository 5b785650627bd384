//! The ledger in which the destination of a transfer lives. An account id can have accounts in several ledgers.

use anyhow::{bail, ensure};
use sp_api::RuntimeApiInfo;
use std::{fmt, str::FromStr};
use top_sdk::RpcClient;
use tp_core::{AccountId, Block, ChainTag};
use tp_mailbox::{Destination, Home, Ledger};
use tp_routing::{BeaconReport, MailboxApi, MailboxReport};

/// A ledger as the operator names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedHome(pub Home);

impl FromStr for NamedHome {
	type Err = String;

	fn from_str(name: &str) -> Result<Self, String> {
		let zone = || name.strip_prefix("zone-").and_then(|number| number.parse().ok());
		match name {
			"main" => Ok(Self(Home::Main)),
			_ => zone().map(|zone| Self(Home::Zone(zone))).ok_or_else(|| {
				format!("no ledger {name:?}: write main for the main chain, or zone-0 for the shards of zone 0")
			}),
		}
	}
}

impl fmt::Display for NamedHome {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.0 {
			Home::Main => formatter.write_str("the main chain"),
			Home::Zone(zone) => write!(formatter, "the shards of zone {zone}"),
		}
	}
}

/// Returns where an account lives, if that is another ledger than the node's: in `named`, or else in the place of the node's ledger.
///
/// # Errors
/// If the node does not answer, or its ledger sends nothing there.
pub async fn home_elsewhere(
	client: &RpcClient,
	to: &AccountId,
	named: Option<NamedHome>,
) -> anyhow::Result<Option<Home>> {
	let version = client.runtime_version(None).await?;
	if version.api_version(&<dyn MailboxApi<Block> as RuntimeApiInfo>::ID).is_none() {
		ensure!(named.is_none(), "the ledger of this node sends nothing to others; leave out --ledger");
		return Ok(None);
	}
	let MailboxReport { ledger, .. } = client.runtime_call("MailboxApi_mailbox", (), None).await?;
	let home = named.map_or(ledger.home(), |named| named.0);
	if ledger.owns(&Destination::of(home, to)) {
		return Ok(None);
	}
	let BeaconReport { followed, .. } = client.runtime_call("BeaconApi_neighbours", (), None).await?;
	let followed: Vec<ChainTag> = followed.into_iter().map(|(chain, _)| chain).collect();
	ensure_reachable(&ledger, home, &followed)?;
	Ok(Some(home))
}

/// Checks that a ledger sends to a place, given the ledgers that it follows.
fn ensure_reachable(ledger: &Ledger, home: Home, followed: &[ChainTag]) -> anyhow::Result<()> {
	let place = NamedHome(home);
	match (ledger.chain, home) {
		(ChainTag::Main, Home::Zone(zone)) if !followed.contains(&ChainTag::Zone(zone)) => {
			let zones: Vec<String> = followed.iter().map(ToString::to_string).collect();
			let known = if zones.is_empty() { "no zone".into() } else { zones.join(", ") };
			bail!("the main chain cannot pay {place}: it has registered {known}")
		},
		(ChainTag::Zone(_), _) => bail!("{} has no accounts: use a node of a shard or of the main chain", ledger.chain),
		(ChainTag::Shard { zone, .. }, Home::Zone(other)) if other != zone => {
			bail!("{} cannot pay {place}: it pays those of its own zone, and the main chain", ledger.chain)
		},
		(ChainTag::Shard { zone, .. }, _) if !followed.contains(&ChainTag::Zone(zone)) => {
			bail!("{} cannot pay {place}: it runs without a zone, which carries payments", ledger.chain)
		},
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };
	const ZONE: ChainTag = ChainTag::Zone(0);

	#[test]
	fn ledgers_have_plain_names() {
		assert_eq!("main".parse(), Ok(NamedHome(Home::Main)));
		assert_eq!("zone-0".parse(), Ok(NamedHome(Home::Zone(0))));
		for wrong in ["", "zone", "zone-", "zone-x", "zone-70000", "shard-0", "Main"] {
			assert!(wrong.parse::<NamedHome>().unwrap_err().contains("write main"), "{wrong}");
		}
	}

	#[test]
	fn ledgers_that_are_not_reached_are_refused_in_words() {
		let refused = |chain, home, followed: &[ChainTag]| {
			let checked = ensure_reachable(&Ledger { chain, tables: None }, home, followed);
			checked.map_err(|error| error.to_string()).err()
		};
		let says = |chain, home, followed: &[ChainTag], words: &str| {
			let refusal = refused(chain, home, followed).expect("it is refused");
			assert!(refusal.contains(words), "{refusal}");
		};
		assert_eq!(refused(ChainTag::Main, Home::Zone(0), &[ZONE]), None);
		assert_eq!(refused(SHARD, Home::Main, &[ZONE]), None);
		assert_eq!(refused(SHARD, Home::Zone(0), &[ZONE]), None);
		says(ChainTag::Main, Home::Zone(0), &[], "it has registered no zone");
		says(ChainTag::Main, Home::Zone(1), &[ZONE], "it has registered zone 0");
		says(SHARD, Home::Main, &[], "without a zone");
		says(SHARD, Home::Zone(0), &[], "without a zone");
		says(SHARD, Home::Zone(1), &[ZONE], "its own zone");
		says(ZONE, Home::Main, &[], "has no accounts");
	}
}
