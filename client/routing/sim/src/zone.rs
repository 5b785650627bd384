//! Zone blocks: one router builds, the others vote, and a quorum decides.

use crate::{
	chain::Context,
	queue::RouterId,
	requests::{account, Kind, Request},
	world::{is_shard_of, World, IDLE_MS, INTERVAL_MS},
};
use sp_core::H256;
use std::sync::Arc;
use tc_pbft_sim::keys;
use tc_routing_core::{Effects, Input, NamedHeader, Output, Verdict, ZoneBlock, ZoneBody};
use tp_beacon::{Beacon, Conflict};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Claims, Home};

/// The time after which heads of sibling zones alone are worth a block.
const SIBLINGS_MS: u64 = 500;
/// A zone reports to the main chain once in this number of its blocks.
const REPORT_BLOCKS: BlockNumber = 20;

impl World {
	/// A zone may make a block.
	pub(crate) fn on_zone_slot(&mut self, zone: u16) {
		let chain = ChainTag::Zone(zone);
		self.queue.push(self.now + INTERVAL_MS, crate::queue::Event::Block(chain));
		let of = self.zones.get_mut(&zone).expect("it was created; qed");
		let author = u16::try_from(of.turn % of.nodes.len()).expect("a zone has few routers; qed");
		of.turn += 1;
		let has_changes = !of.changes.is_empty();
		let body = self.build((zone, author));
		let waited = self.now - self.chains[&chain].made_ms;
		let is_due = body.is_urgent()
			|| has_changes
			|| (!body.heads.is_empty() && waited >= SIBLINGS_MS)
			|| waited >= IDLE_MS
			|| self.chains[&chain].number == 0;
		if !is_due {
			return;
		}
		if !self.is_voted_for((zone, author), &body) || !self.make_zone_block(zone, body) {
			self.stats.outvoted += 1;
			return;
		}
		self.stats.zone_blocks += 1;
		self.forget_snapshots(zone);
		self.after_block(chain);
	}

	/// Returns the body that a router builds. A faulty one names the newest blocks of all shards, executed or not.
	fn build(&mut self, id: RouterId) -> ZoneBody {
		let outputs = self.node(id).core.step(Input::Build);
		let body = outputs.into_iter().find_map(|output| match output {
			Output::Propose(body) => Some(body),
			_ => None,
		});
		let mut body = body.expect("a router builds when it is asked; qed");
		if self.node(id).is_faulty {
			for head in &mut body.heads {
				let of = &self.chains[&head.chain];
				if let Some((_, newest)) = of.blocks.last_key_value().filter(|_| of.ended_at.is_none()) {
					*head = NamedHeader { chain: head.chain, signed: newest.signed.clone() };
				}
			}
		}
		body
	}

	/// Whether a quorum of routers votes for a body.
	fn is_voted_for(&mut self, (zone, author): RouterId, body: &ZoneBody) -> bool {
		let of = self.scenario.routers;
		let votes = (0..of).filter(|index| {
			let node = self.node((zone, *index));
			if *index == author || node.is_faulty {
				return true;
			}
			let outputs = node.core.step(Input::Check { id: H256::zero(), body: body.clone() });
			outputs.contains(&Output::Checked { id: H256::zero(), verdict: Verdict::Valid })
		});
		votes.count() >= usize::from(of - (of - 1) / 3)
	}

	/// Executes a body on the zone's state. Returns whether it is valid.
	fn make_zone_block(&mut self, zone: u16, body: ZoneBody) -> bool {
		let chain = ChainTag::Zone(zone);
		let mut of = self.chains.remove(&chain).expect("it was created; qed");
		let before = of.state.beacon.clone();
		let mut context = Context {
			directory: &self.directory,
			checks: &mut self.checks,
			stats: &mut self.stats,
			weakness: self.scenario.weakness,
		};
		let ZoneBody { heads, conflicts, acknowledgements, slow } = body;
		let is_valid = heads.iter().all(|NamedHeader { chain, signed }| of.hold(*chain, signed, &mut context).is_ok());
		if !is_valid {
			of.state.beacon = before;
			self.chains.insert(chain, of);
			return false;
		}
		of.made_ms = self.now;
		of.mailbox().begin_block();
		let mut forked = Vec::new();
		for [first, second] in &conflicts {
			let pair = [&first.signed, &second.signed];
			if let Ok(conflict) = Beacon::new(&mut of.state.beacon).report(first.chain, pair, keys::check) {
				context.stats.conflicts += 1;
				forked.push(conflict);
			}
		}
		let mut effects = Effects::default();
		for (height, acknowledgement) in acknowledgements {
			let anchor = Beacon::new(&mut of.state.beacon).anchor(ChainTag::Main, height);
			let cursor = anchor.and_then(|anchor| acknowledgement.verify(&anchor).ok());
			if let Some(Ok(confirmed)) = cursor.map(|cursor| of.mailbox().acknowledge(&cursor)) {
				effects.confirmed.push(confirmed);
			}
		}
		if (of.number + 1).is_multiple_of(REPORT_BLOCKS) {
			let to = account(0);
			let report = Request { from: to.clone(), home: Home::Main, to, value: 0, kind: Kind::System };
			of.request(report, &mut effects, context.stats);
		}
		self.chains.insert(chain, of);
		for (shard, chain) in self.chains.iter_mut().filter(|(shard, _)| is_shard_of(**shard, zone)) {
			chain.slow = slow.iter().find(|(of, _)| of == shard).map_or(0, |(_, slow)| *slow);
		}
		self.apply_changes(zone);
		self.finish_zone_block(zone, effects, forked.clone());
		for conflict in forked.into_iter().filter(|conflict| conflict.freezes) {
			self.schedule_heal(conflict.chain);
		}
		true
	}

	fn finish_zone_block(&mut self, zone: u16, effects: Effects, conflicts: Vec<Conflict>) {
		let mut of = self.chains.remove(&ChainTag::Zone(zone)).expect("it was created; qed");
		let heads = Arc::new(Claims::new(Beacon::new(&mut of.state.beacon).heads()));
		let mut context = Context {
			directory: &self.directory,
			checks: &mut self.checks,
			stats: &mut self.stats,
			weakness: self.scenario.weakness,
		};
		of.finish(heads.root(), effects, &mut context);
		let signed = of.blocks[&of.number].signed.clone();
		let commitments = tp_mailbox::Commitments::find(&signed.header.digest).expect("every header has them; qed");
		let block = ZoneBlock { signed, commitments, heads, conflicts };
		self.zones.get_mut(&zone).expect("it was created; qed").blocks.insert(of.number, block);
		self.chains.insert(ChainTag::Zone(zone), of);
	}

	/// Forgets the states of shards below their sealed heads: no shard goes on from them any more.
	fn forget_snapshots(&mut self, zone: u16) {
		let shards: Vec<ChainTag> = self.chains.keys().copied().filter(|chain| is_shard_of(*chain, zone)).collect();
		for shard in shards {
			let sealed = self.sealed(shard);
			if let Some(snapshots) = self.chains.get_mut(&shard).and_then(|chain| chain.snapshots.as_mut()) {
				*snapshots = snapshots.split_off(&sealed);
			}
		}
	}
}
