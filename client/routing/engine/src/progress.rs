//! How far a router has read a ledger.

use crate::access::Lacking;
use std::{collections::BTreeMap, sync::Arc};
use tc_routing_core::{Effects, Trees};
use tp_beacon::Unsealed;
use tp_core::{BlockNumber, ChainTag, Hash};
use tp_mailbox::{Confirmed, Lane, LaneClaim, Ledger, Message, Mountain, Sent, Sequence};
use tp_pbft::Epoch;
use tp_routing::{BeaconReport, MailboxReport};

/// How far a ledger is read.
pub(crate) struct Progress {
	pub ledger: Ledger,
	/// The next block.
	pub next: BlockNumber,
	/// The claims of the last block.
	pub trees: Arc<Trees>,
	/// The messages of each lane that the router has.
	pub known: BTreeMap<Lane, Sequence>,
	/// Whether the ledger follows the zone.
	pub follows_zone: bool,
	/// The newest epoch of the zone that the ledger knows.
	pub zone_epoch: Epoch,
	/// The height of the zone's header that the ledger holds.
	pub zone_height: BlockNumber,
	/// What the zone has not sealed of the ledger, if it is a shard.
	pub unsealed: Unsealed,
	/// The first block whose header the beacon can check.
	pub checked_from: BlockNumber,
	/// The hash of the last block.
	pub newest: Hash,
}

impl Progress {
	/// Returns that of a ledger of which the next block is to be read, and of which nothing is known.
	pub fn new(ledger: Ledger, next: BlockNumber, genesis: Hash) -> Self {
		let (trees, known) = (Arc::default(), BTreeMap::new());
		// A shard follows its zone from its genesis on. The main chain registers zones.
		let follows_zone = ledger.chain != ChainTag::Main;
		Self {
			ledger,
			next,
			trees,
			known,
			follows_zone,
			zone_epoch: 0,
			zone_height: 0,
			unsealed: Unsealed::default(),
			checked_from: 1,
			newest: genesis,
		}
	}

	/// Notes what the ledger knows of its zone after a block.
	pub fn note_zone(&mut self, zone: ChainTag, neighbours: &BeaconReport) {
		let found = neighbours.followed.iter().find(|(followed, _)| *followed == zone);
		self.follows_zone |= found.is_some();
		self.zone_epoch = found.map_or(self.zone_epoch, |(_, epoch)| *epoch);
		let held = neighbours.heads.iter().find(|head| head.ledger.chain == zone);
		self.zone_height = held.map_or(self.zone_height, |head| head.height);
	}

	/// Returns the messages that are lacking after a block.
	pub fn lacking(&self, report: &MailboxReport) -> Vec<Lacking> {
		let lanes = report.outbox.iter().zip(&report.acknowledged);
		let lacking = lanes.map(|(claim, acknowledged)| Lacking {
			lane: claim.lane,
			first: self.known.get(&claim.lane).copied(),
			acknowledged: *acknowledged,
			end: claim.count,
		});
		lacking.filter(|lacking| lacking.first.is_none_or(|first| first < lacking.end)).collect()
	}

	/// Returns the effects of the next block.
	pub fn effects(
		&mut self,
		mailbox: MailboxReport,
		begun: Vec<(Lane, Mountain)>,
		messages: Vec<(Lane, Sequence, Message)>,
	) -> Effects {
		let MailboxReport { ledger, outbox, acknowledged, inbox } = mailbox;
		self.ledger = ledger;
		for (lane, base) in &begun {
			self.known.entry(*lane).or_insert(base.count());
		}
		let mut sent = Vec::new();
		for (lane, sequence, message) in messages {
			let known = self.known.entry(lane).or_default();
			if *known == sequence {
				*known += 1;
				sent.push((Sent { lane, sequence, leaf: message.leaf(&lane, sequence) }, message));
			}
		}
		let is_open = |lane: &Lane| outbox.iter().any(|claim| claim.lane == *lane);
		// A lane that left the outbox root is acknowledged whole.
		let closed = self.trees.outbox().iter().filter(|claim| !is_open(&claim.lane));
		let closed: Vec<Confirmed> = closed.map(|claim| confirmed(claim, claim.count)).collect();
		let open = outbox.iter().zip(acknowledged).map(|(claim, end)| confirmed(claim, end));
		let confirmed = open.chain(closed).collect();
		self.trees = self.trees.next(outbox.clone(), inbox).into();
		Effects { trace: Default::default(), begun, sent, confirmed, trees: self.trees.clone() }
	}
}

/// The router needs the end alone.
fn confirmed(claim: &LaneClaim, end: Sequence) -> Confirmed {
	Confirmed { lane: claim.lane, first: 0, end, value: 0 }
}
