//! The ledgers for which the main chain draws a node: it runs them, and no others, from the time at which the main chain names its seat until
//! an epoch after its last one there.

use crate::shards::Zone;
use futures::{FutureExt, StreamExt};
use sp_keystore::{Keystore, KeystorePtr};
use std::{collections::BTreeSet, time::Duration};
use tc_chains::ChainsHandle;
use tc_routing::{reads::Ledgers, AccessError, LedgerAccess, RouterHandle};
use tp_core::ChainTag;
use tp_pbft::{Committee, Epoch, PbftId, PBFT_KEY_TYPE};

/// How often the main chain is looked for, and at.
const PAUSE: Duration = Duration::from_millis(200);

/// Follows the main chain, and says which ledgers of the zone this node runs. Ends when the main chain does.
pub async fn follow(router: RouterHandle, keystore: KeystorePtr, zone: Zone, handle: ChainsHandle) {
	let main = loop {
		let found = router.ledgers().all().find(|ledger| ledger.chain() == ChainTag::Main).cloned();
		match found {
			Some(main) => break main,
			None => tokio::time::sleep(PAUSE).await,
		}
	};
	let mut imported = main.imported();
	let chains = zone.chains();
	let mut before = None;
	loop {
		let (router, main, keystore) = (router.clone(), main.clone(), keystore.clone());
		let (all, last) = (chains.clone(), before.clone());
		let read = tokio::task::spawn_blocking(move || {
			let running = router.ledgers();
			let seats = Seats { main: &*main, keys: own_keys(&*keystore), running: &running, before: last.as_ref() };
			seats.wanted(&all)
		});
		match read.await {
			Ok(Ok(now)) if before.as_ref() != Some(&now) => {
				announce(&now);
				handle.want(now.clone());
				before = Some(now);
			},
			Ok(Ok(_)) => {},
			Ok(Err(error)) => log::warn!("The committees of this block are not known: {error}"),
			Err(_) => return log::error!("The committees cannot be followed: see the panic above"),
		}
		if imported.next().await.is_none() {
			return;
		}
		// One look for all blocks that have come, and not for each while the chain syncs.
		tokio::time::sleep(PAUSE).await;
		while imported.next().now_or_never().flatten().is_some() {}
	}
}

/// Says which ledgers run from now on.
fn announce(chains: &BTreeSet<ChainTag>) {
	let names: Vec<String> = chains.iter().map(ToString::to_string).collect();
	match names.is_empty() {
		true => log::info!("This node is drawn for no zone or shard: it runs the main chain alone"),
		false => log::info!("This node is drawn, and runs beside the main chain: {}", names.join(", ")),
	}
}

/// Returns the vote keys of this node.
fn own_keys(keystore: &dyn Keystore) -> BTreeSet<PbftId> {
	keystore.ed25519_public_keys(PBFT_KEY_TYPE).into_iter().map(PbftId::from).collect()
}

/// What decides which ledgers a node runs.
struct Seats<'a> {
	/// The node's main chain.
	main: &'a dyn LedgerAccess,
	/// The vote keys of the node.
	keys: BTreeSet<PbftId>,
	/// The ledgers that run here.
	running: &'a Ledgers,
	/// What this node was to run before. `None` after its start.
	before: Option<&'a BTreeSet<ChainTag>>,
}

impl Seats<'_> {
	/// Returns the ledgers that the node runs: a router executes all shards of its zone.
	fn wanted(&self, chains: &BTreeSet<ChainTag>) -> Result<BTreeSet<ChainTag>, AccessError> {
		let in_force = self.main.in_force(self.main.newest())?;
		if self.wants(Zone::TAG, in_force)? {
			return Ok(chains.clone());
		}
		let mut wanted = BTreeSet::new();
		for chain in chains.iter().copied().filter(|chain| *chain != Zone::TAG) {
			if self.wants(chain, in_force)? {
				wanted.insert(chain);
			}
		}
		Ok(wanted)
	}

	fn wants(&self, chain: ChainTag, in_force: Epoch) -> Result<bool, AccessError> {
		// A ledger that cannot be read counts as a ledger that starts.
		let running = self.running.get(chain).ok();
		let committee = running.and_then(|ledger| ledger.committee(ledger.newest().saturating_add(1)).ok());
		let is_member = |committee: &Committee| committee.members.iter().any(|member| self.keys.contains(&member.key));
		if committee.as_ref().is_some_and(is_member) {
			return Ok(true);
		}
		let Some(last_seat) = self.main.last_seat(chain, &self.keys)? else { return Ok(false) };
		let starts = self.before.is_none_or(|before| before.contains(&chain));
		Ok(is_wanted(last_seat, in_force, committee.map(|committee| committee.epoch), starts))
	}
}

/// Whether a node runs a ledger, by the last epoch of its seats there, the one in force on the main chain, and the present one of the ledger,
/// if it runs here. Otherwise `starts` tells whether it is about to.
///
/// The main chain goes on while a ledger stands, and then its old committee has to decide its blocks: it stays until the ledger itself has
/// gone on.
fn is_wanted(last_seat: Epoch, in_force: Epoch, ledger: Option<Epoch>, starts: bool) -> bool {
	let left = last_seat.saturating_add(1);
	left >= in_force || ledger.map_or(starts, |epoch| epoch <= left)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain_spec::Preset;

	#[test]
	fn a_node_stays_until_its_ledger_has_gone_on() {
		// It is drawn for the next epoch, has a seat, or has just left one.
		for last in [4, 5, 6] {
			assert!(is_wanted(last, 5, None, false));
		}
		// It left long ago, and so did the ledger.
		assert!(!is_wanted(2, 5, Some(5), true));
		assert!(!is_wanted(2, 5, Some(4), true));
		// The ledger stands where the node has its seat, or one epoch later.
		assert!(is_wanted(2, 5, Some(2), true) && is_wanted(2, 5, Some(3), true));
		// After a start of the node, the ledger tells when it runs.
		assert!(is_wanted(2, 5, None, true) && !is_wanted(2, 5, None, false));
	}

	#[test]
	fn only_drawn_committees_are_assigned() {
		let zone = |preset: Preset| Zone::of(&preset.raw_spec().unwrap(), 2).unwrap().ensure_drawn();
		zone(Preset::Drawn).unwrap();
		let error = zone(Preset::Local).unwrap_err().to_string();
		assert!(error.contains("--ledgers all"), "{error}");
	}
}
