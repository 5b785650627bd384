//! The state of a router, and its step.

use crate::{
	anchors::Anchors,
	audit::Audit,
	duties::{Duties, Place},
	evidence::Evidences,
	io::{Effects, Executed, Input, Output, ZoneBlock},
	latency::Latency,
	neighbour::Neighbour,
	view::View,
};
use std::collections::BTreeMap;
use tp_beacon::{CertifiedHeader, SignedHeader};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::Ledger;

/// A router of a zone.
#[derive(Clone, Debug)]
pub struct Router {
	pub(crate) zone: u16,
	pub(crate) place: Place,
	pub(crate) now_ms: u64,
	/// The shards of the zone.
	pub(crate) audits: BTreeMap<ChainTag, Audit>,
	/// The main chain and the sibling zones.
	pub(crate) neighbours: BTreeMap<ChainTag, Neighbour>,
	/// Evidence of forks.
	pub(crate) evidences: Evidences,
	/// The ledgers of which this router runs a full node: the shards, the main chain and the zone.
	pub(crate) views: BTreeMap<ChainTag, View>,
	pub(crate) anchors: Anchors,
	/// Messages, by their lanes.
	pub(crate) messages: Duties,
	/// Cursors, by their lanes.
	pub(crate) cursors: Duties,
	/// When the routers of other zones were asked last, and below which of their headers.
	pub(crate) asked: BTreeMap<u16, (BlockNumber, u64)>,
	latency: Latency,
}

impl Router {
	/// Returns a router of a zone that knows nothing yet.
	pub fn new(zone: u16, place: Place) -> Self {
		Self {
			zone,
			place,
			now_ms: 0,
			audits: BTreeMap::new(),
			neighbours: BTreeMap::new(),
			evidences: Evidences::default(),
			views: BTreeMap::new(),
			anchors: Anchors::default(),
			messages: Duties::default(),
			cursors: Duties::default(),
			asked: BTreeMap::new(),
			latency: Latency::default(),
		}
	}

	/// Begins to audit a shard of the zone from a sealed head on, of which the router's node has the state.
	pub fn add_shard(&mut self, ledger: Ledger, sealed: BlockNumber) {
		self.audits.insert(ledger.chain, Audit::new(ledger.chain, sealed));
		self.views.entry(ledger.chain).or_insert_with(|| View::new(ledger));
	}

	/// Ends the audit of a shard that ended. Its messages are served until [`Self::forget`].
	pub fn end_audit(&mut self, shard: ChainTag) {
		self.audits.remove(&shard);
		self.evidences.forget(shard);
	}

	/// Forgets a ledger of which nothing is in flight.
	pub fn forget(&mut self, chain: ChainTag) {
		self.end_audit(chain);
		self.views.remove(&chain);
		self.messages.forget(chain);
		self.cursors.forget(chain);
	}

	/// Tells whether zone blocks are offered evidence of forks.
	pub fn has_evidence(&self) -> bool {
		self.evidences.offered().next().is_some()
	}

	/// Handles an event.
	pub fn step(&mut self, input: Input) -> Vec<Output> {
		match input {
			Input::Tick { now_ms } => {
				self.now_ms = self.now_ms.max(now_ms);
				self.carry()
			},
			Input::Certified(header, signed) => self.on_certified(&header, signed),
			Input::Executed(block) => self.on_executed(block),
			Input::Passed { chain, number, hash } => {
				if let Some(audit) = self.audits.get_mut(&chain) {
					audit.note_passed(number, hash);
				}
				Vec::new()
			},
			Input::Imported(block) => self.on_imported(block),
			Input::Build => vec![Output::Propose(self.build())],
			Input::Check { id, body } => vec![Output::Checked { id, verdict: self.check(&body) }],
			Input::Heard { lane, end } => {
				self.messages.note(lane, end, self.now_ms);
				Vec::new()
			},
			Input::Asked(question) => self.answer(&question),
			Input::Answered(answer) => self.on_answer(answer),
		}
	}

	/// Returns the tag of the zone's own ledger.
	pub(crate) fn chain(&self) -> ChainTag {
		ChainTag::Zone(self.zone)
	}

	fn on_certified(&mut self, header: &CertifiedHeader, signed: SignedHeader) -> Vec<Output> {
		let chain = header.chain();
		let Some(audit) = self.audits.get_mut(&chain) else {
			if self.is_neighbour(chain) {
				self.neighbours.entry(chain).or_default().note(header, signed);
			}
			return Vec::new();
		};
		let Some(conflict) = audit.note_certified(header, signed) else {
			return Vec::new();
		};
		if !self.evidences.note(chain, &conflict) {
			return Vec::new();
		}
		vec![Output::Forked(conflict)]
	}

	fn is_neighbour(&self, chain: ChainTag) -> bool {
		match chain {
			ChainTag::Main => true,
			ChainTag::Zone(zone) => zone != self.zone,
			ChainTag::Shard { .. } => false,
		}
	}

	fn on_executed(&mut self, block: Executed) -> Vec<Output> {
		let Executed { ledger, number, hash, .. } = block;
		let chain = ledger.chain;
		let is_invalid = self.audits.get_mut(&chain).is_some_and(|audit| audit.note_executed(&block));
		let Some(effects) = &block.effects else {
			return if is_invalid { vec![Output::InvalidShardBlock { chain, number, hash }] } else { Vec::new() };
		};
		self.views.entry(chain).or_insert_with(|| View::new(ledger)).note(&block, effects);
		self.measure(effects)
	}

	fn measure(&mut self, effects: &Effects) -> Vec<Output> {
		for (sent, _) in &effects.sent {
			self.latency.note_sent(sent.lane, sent.sequence, self.now_ms);
		}
		let arrived = effects.trees.inbox().iter().filter_map(|claim| {
			let arrivals = self.latency.note_cursor(&claim.lane, claim.taken.messages, self.now_ms)?;
			let (messages, latency_ms) = (arrivals.messages, arrivals.latency_ms);
			Some(Output::Arrived { lane: claim.lane, messages, latency_ms })
		});
		arrived.collect()
	}

	fn on_imported(&mut self, block: ZoneBlock) -> Vec<Output> {
		let number = block.signed.header.number;
		for head in block.heads.all() {
			let chain = head.ledger.chain;
			if let Some(audit) = self.audits.get_mut(&chain) {
				audit.seal(head.height);
			}
			if let Some(view) = self.views.get_mut(&chain) {
				view.include(head.height);
			}
			if self.is_neighbour(chain) {
				self.neighbours.entry(chain).or_default().include(head.height, self.now_ms);
			}
		}
		for conflict in &block.conflicts {
			self.evidences.end(conflict.chain);
			if let Some(audit) = self.audits.get_mut(&conflict.chain).filter(|_| conflict.freezes) {
				audit.freeze();
			}
		}
		let sealed =
			|shard: ChainTag| block.heads.all().iter().find(|head| head.ledger.chain == shard).map(|head| head.height);
		self.evidences.pass(number, sealed);
		if let Some(own) = self.views.get_mut(&ChainTag::Zone(self.zone)) {
			own.include(number);
		}
		self.anchors.note(ChainTag::Zone(self.zone), block);
		self.carry()
	}
}
