//! The committees that the main chain draws for the zone and its shards: what a block of these ledgers can take of them.
//!
//! ```text
//! main chain: epoch e + 1 begins ──▶ zone: head, then announcements ──▶ zone ends epoch e
//!                                      └──▶ shard: zone header, then announcements ──▶ handover of the zone ──▶ shard ends epoch e
//! ```
//!
//! All of it is proved below headers that the receiver holds, so the runtime decides. This module finds what a ledger lacks, and
//! reads the proofs from the node of the main chain.

use crate::{
	access::{AccessError, LedgerAccess},
	drawn_news::DrawnNews,
	log_targets::LOG_TARGET,
	shared::Shared,
};
use std::{collections::BTreeSet, sync::Arc};
use tp_beacon::{
	bounds::{MAX_HANDOVER, MAX_UPDATE_ANNOUNCEMENTS},
	Announcement, Authority,
};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Claims, HeadPath, HeadStep};
use tp_pbft::Epoch;

/// A held header, and the way from it to a head of the main chain.
struct Held {
	by: ChainTag,
	height: BlockNumber,
	path: HeadPath,
	/// The height of the main chain's head.
	main: BlockNumber,
}

/// The nodes of the main chain and of the zone.
struct Nodes<'a> {
	main: &'a dyn LedgerAccess,
	zone: &'a dyn LedgerAccess,
}

/// Finds what the zone and its shards lack after the newest blocks that are read. The caller is the one thread that reads.
pub(crate) fn refresh(shared: &Shared, ledgers: &[Arc<dyn LedgerAccess>]) {
	if shared.authority == Authority::Itself {
		return;
	}
	let find = |chain| ledgers.iter().find(|ledger| ledger.chain() == chain);
	let (Some(main), Some(zone)) = (find(ChainTag::Main), find(ChainTag::Zone(shared.zone))) else { return };
	let nodes = Nodes { main: &**main, zone: &**zone };
	for ledger in ledgers.iter().filter(|ledger| ledger.chain() != ChainTag::Main) {
		let chain = ledger.chain();
		match nodes.refresh(shared, &**ledger) {
			Ok(true) => shared.news.notify_waiters(),
			Ok(false) => {},
			Err(error) => {
				let what = format!("Its next committees cannot be proved by this node: {error}");
				shared.complain(chain, "committees", &what);
			},
		}
	}
}

impl Nodes<'_> {
	/// Finds what a ledger lacks. Returns whether a block can take something of it.
	fn refresh(&self, shared: &Shared, ledger: &dyn LedgerAccess) -> Result<bool, AccessError> {
		let chain = ledger.chain();
		let found = shared.with_state(|state| {
			let next = state.next(state.zone())?;
			Some((state.newest(chain)?, next, state.drawn.get(&chain).cloned().unwrap_or_default()))
		});
		let Some(((number, hash), zone_next, before)) = found.flatten() else { return Ok(false) };
		let at = (hash, zone_next);
		if before.at == at {
			return Ok(false);
		}
		let known = if before.at.0 == hash { before.known } else { ledger.committees(number)? };
		let mut lacking = DrawnNews { at, known, ..DrawnNews::default() };
		let newest = self.main.in_force(self.main.newest())?;
		if lacking.needs(chain).iter().any(|(_, known)| *known < newest) {
			self.find(shared, ledger, number, newest, &mut lacking)?;
		}
		let has_news = !lacking.announcements.is_empty() || lacking.header.is_some();
		shared.with_state(|state| state.drawn.insert(chain, lacking));
		Ok(has_news)
	}

	fn find(
		&self,
		shared: &Shared,
		ledger: &dyn LedgerAccess,
		number: BlockNumber,
		newest: Epoch,
		lacking: &mut DrawnNews,
	) -> Result<(), AccessError> {
		let chain = ledger.chain();
		if matches!(chain, ChainTag::Zone(_)) {
			let main = shared.with_state(|state| state.sealed(ChainTag::Main)).unwrap_or_default();
			if main > 0 {
				let held = Held { by: ChainTag::Main, height: main, path: HeadPath::default(), main };
				lacking.announcements = self.announcements(held, &lacking.needs(chain))?.1;
			}
			return Ok(());
		}
		let neighbours = ledger.neighbours(number)?;
		let zone = self.zone.chain();
		let holds = neighbours.heads.iter().find(|head| head.ledger.chain == zone).map_or(0, |head| head.height);
		// A ledger without messages holds an old header, and the states below that may be pruned. It takes a later header then.
		let below = self.below_zone(holds).and_then(|held| {
			let Some(held) = held else { return Ok((0, Vec::new())) };
			self.announcements(held, &lacking.needs(chain))
		});
		let (held_epoch, announcements) = below.unwrap_or_else(|error| {
			log::debug!(target: LOG_TARGET, "Nothing is proved below block {holds} of {zone:?} for {chain:?}: {error}");
			(0, Vec::new())
		});
		lacking.announcements = announcements;
		if held_epoch >= newest {
			return Ok(());
		}
		// A later header of the same epoch of the zone, or the last but one of it.
		let epoch = neighbours.followed.iter().find(|(followed, _)| *followed == zone).map_or(0, |(_, epoch)| *epoch);
		let candidate =
			shared.with_state(|state| state.newest_of_zone(epoch)).flatten().filter(|number| *number > holds);
		let Some(candidate) = candidate else { return Ok(()) };
		let Some(held) = self.below_zone(candidate)? else { return Ok(()) };
		if self.main.in_force(held.main)? > held_epoch {
			lacking.header = self.zone.header(candidate)?;
		}
		Ok(())
	}

	/// Returns a header of the zone, with the way to the main chain's head in it.
	fn below_zone(&self, number: BlockNumber) -> Result<Option<Held>, AccessError> {
		if number == 0 {
			return Ok(None);
		}
		let heads = Claims::new(self.zone.neighbours(number)?.heads);
		let Some((head, path)) = heads.find(|head| head.ledger.chain == ChainTag::Main) else { return Ok(None) };
		let main = head.height;
		let path = HeadPath(vec![HeadStep { head, path }]);
		Ok(Some(Held { by: self.zone.chain(), height: number, path, main }))
	}

	/// Returns the epoch in force below a held header, and announcements of later committees than the known ones.
	fn announcements(
		&self,
		held: Held,
		known: &[(ChainTag, Epoch)],
	) -> Result<(Epoch, Vec<Announcement>), AccessError> {
		let Held { by, height, path, main } = held;
		let in_force = self.main.in_force(main)?;
		let Some(header) = self.main.bare_header(main)? else { return Ok((in_force, Vec::new())) };
		let later = |(chain, known): &(ChainTag, Epoch)| {
			let chain = *chain;
			(known.saturating_add(1)..=in_force).take(MAX_HANDOVER).map(move |epoch| (epoch, chain))
		};
		let mut lacking: Vec<(Epoch, ChainTag)> = known.iter().flat_map(later).collect();
		lacking.sort_unstable();
		lacking.truncate(MAX_UPDATE_ANNOUNCEMENTS);
		let (mut announcements, mut missing) = (Vec::new(), BTreeSet::new());
		for (epoch, chain) in lacking {
			// Epochs are followed one by one: none after a committee that the main chain does not keep any more.
			if missing.contains(&chain) {
				continue;
			}
			match self.main.prove_committee(main, (chain, epoch))? {
				Some(proof) => {
					let (path, header) = (path.clone(), header.clone());
					announcements.push(Announcement { chain, epoch, by, height, path, header, proof });
				},
				None => drop(missing.insert(chain)),
			}
		}
		Ok((in_force, announcements))
	}
}
