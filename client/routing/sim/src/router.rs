//! Routers: their nodes execute blocks of other ledgers, and what their cores put out goes over the network.

use crate::{
	nodes::Node,
	queue::{Event, RouterId},
	scenario::{Time, Weakness},
	world::{is_shard_of, World},
};
use rand::Rng;
use tc_routing_core::{Answer, Input, Output, Question, Relay};
use tp_beacon::SignedHeader;
use tp_core::ChainTag;

/// How long a relay is held back at most.
const WITHHELD_MS: Time = 3_000;
/// The number of relays that the adversary remembers.
const REMEMBERED: usize = 16;

impl World {
	/// Returns a router.
	pub(crate) fn node(&mut self, (zone, index): RouterId) -> &mut Node {
		let nodes = &mut self.zones.get_mut(&zone).expect("routers have a zone; qed").nodes;
		&mut nodes[usize::from(index)]
	}

	/// Schedules what follows from a new block: nodes execute it, and other zones learn of its header.
	pub(crate) fn pass_on(&mut self, chain: ChainTag, signed: &SignedHeader) {
		for id in self.router_ids() {
			let (zone, _) = id;
			let executes = chain == ChainTag::Main || chain == ChainTag::Zone(zone) || is_shard_of(chain, zone);
			let slow = if self.happens(20) { self.rng.gen_range(0..2_000) } else { 0 };
			let at = self.now + self.delay() + slow;
			if executes {
				let busy = self.node(id).busy_until.entry(chain).or_default();
				*busy = at.max(*busy + 1);
				let at = *busy;
				self.queue.push(at, Event::Execute(id, chain));
			} else if matches!(chain, ChainTag::Zone(_)) && !self.happens(self.scenario.loss_permille) {
				self.queue.push(at, Event::Header(id, chain, Box::new(signed.clone())));
			}
		}
	}

	/// A router's node executes the next block of a ledger.
	pub(crate) fn execute(&mut self, id: RouterId, chain: ChainTag) {
		let number = self.node(id).executed.get(&chain).map_or(1, |number| number + 1);
		let of = &self.chains[&chain];
		if of.ended_at.is_some_and(|end| number > end) {
			return;
		}
		let block = of.blocks[&number].clone();
		let mut executed = block.executed;
		if self.scenario.weakness == Some(Weakness::Unaudited) {
			executed.effects = Some(block.claimed);
		}
		let imported = self.zones.get(&id.0).filter(|_| chain == ChainTag::Zone(id.0));
		let imported = imported.map(|zone| zone.blocks[&number].clone());
		let directory = std::mem::take(&mut self.directory);
		let (zone, index) = id;
		let beacon = &self.chains[&ChainTag::Zone(zone)].state.beacon;
		let node = &mut self.zones.get_mut(&zone).expect("routers have a zone; qed").nodes[usize::from(index)];
		node.executed.insert(chain, number);
		let mut outputs = Vec::new();
		if imported.is_none() {
			outputs.extend(node.certify(chain, &block.signed, &directory));
		}
		outputs.extend(node.core.step(Input::Executed(executed)));
		if let Some(block) = imported {
			node.follow_zone(beacon);
			outputs.extend(node.core.step(Input::Imported(block)));
		}
		self.directory = directory;
		self.carry_out(id, outputs);
	}

	/// A router learns of a header of a neighbour, or of a second one at some height.
	pub(crate) fn on_header(&mut self, id: RouterId, chain: ChainTag, signed: &SignedHeader) {
		let directory = std::mem::take(&mut self.directory);
		let outputs = self.node(id).certify(chain, signed, &directory);
		self.directory = directory;
		self.carry_out(id, outputs);
	}

	/// Time passes for a router.
	pub(crate) fn tick(&mut self, id: RouterId) {
		let now_ms = self.now;
		let outputs = self.node(id).core.step(Input::Tick { now_ms });
		self.carry_out(id, outputs);
	}

	/// Carries out what a router's core puts out.
	pub(crate) fn carry_out(&mut self, id: RouterId, outputs: Vec<Output>) {
		let (zone, index) = id;
		let is_idle = self.node(id).is_faulty;
		for output in outputs {
			match output {
				Output::Relay(_) | Output::Ask(_) | Output::Answer(_) if is_idle => {},
				Output::Relay(relay) => self.relay(id, relay),
				Output::Ask(question) => self.ask(question),
				Output::Answer(answer) => self.send_answer(answer),
				Output::InvalidShardBlock { chain, .. } => {
					self.stats.invalid_blocks += 1;
					self.schedule_heal(chain);
				},
				Output::Forked([first, _]) => {
					let number = first.signed.header.number;
					self.trace.note([self.now, 5, u64::from(number), u64::from(index)], || {
						format!("{:>8} router {zone}/{index} has evidence of a fork at {number}", self.now)
					});
				},
				Output::BadAnswer { error, .. } => {
					self.stats.bad_answers += 1;
					self.trace.note([self.now, 8, u64::from(zone), u64::from(index)], || {
						format!("{:>8} router {zone}/{index} refuses an answer: {error}", self.now)
					});
				},
				Output::Arrived { messages, latency_ms, .. } if index == 0 => {
					self.stats.measured += messages;
					self.stats.latency_ms += messages * latency_ms;
				},
				Output::Arrived { .. } | Output::Propose(_) | Output::Checked { .. } => {},
			}
		}
	}

	/// Brings a relay to its ledger, over a bad network.
	fn relay(&mut self, id: RouterId, mut relay: Relay) {
		if self.scenario.weakness == Some(Weakness::Once) {
			let carried = &mut self.carried;
			relay.packets.retain(|packet| carried.insert((packet.claim.lane, packet.first)));
		}
		let number = relay.anchor.header.number;
		let items = (relay.packets.len() * 1_000 + relay.acknowledgements.len()) as u64;
		self.trace.note([self.now, u64::from(id.1), u64::from(number), items], || {
			let Relay { to, packets, acknowledgements, .. } = &relay;
			let (zone, index) = id;
			let carries = format!("{} packets and {} cursors", packets.len(), acknowledgements.len());
			format!("{:>8} router {zone}/{index} carries {carries} to {to:?} below {number}", self.now)
		});
		self.let_others_hear(id, &relay);
		if self.happens(self.scenario.forged_permille) {
			self.forge(&relay);
		}
		if self.scenario.forged_permille > 0 && !self.is_calm() {
			self.seen_relays.push_back(relay.clone());
			if self.seen_relays.len() > REMEMBERED {
				self.seen_relays.pop_front();
			}
		}
		if self.happens(self.scenario.loss_permille) {
			self.stats.lost += 1;
			return;
		}
		if self.happens(self.scenario.repeat_permille) {
			self.stats.duplicated += 1;
			let at = self.now + self.delay();
			self.queue.push(at, Event::Deliver(Box::new(relay.clone())));
		}
		let mut at = self.now + self.delay();
		if self.happens(self.scenario.withheld_permille) {
			self.stats.withheld += 1;
			at += self.rng.gen_range(0..WITHHELD_MS);
		}
		self.queue.push(at, Event::Deliver(Box::new(relay)));
	}

	/// In a part of the runs the other routers notice what one of them relays.
	fn let_others_hear(&mut self, (zone, from): RouterId, relay: &Relay) {
		if self.scenario.seed.is_multiple_of(3) {
			return;
		}
		for index in (0..self.scenario.routers).filter(|index| *index != from) {
			for packet in &relay.packets {
				let (lane, end) = (packet.claim.lane, packet.first + packet.messages.len() as u64);
				self.node((zone, index)).core.step(Input::Heard { lane, end });
			}
		}
	}

	/// A relay arrives.
	pub(crate) fn deliver(&mut self, relay: Relay) {
		let to = relay.to;
		let at = self.chains.keys().position(|chain| *chain == to);
		let (now, ledgers) = (self.now, self.chains.len());
		let is_withheld =
			self.scenario.withheld.iter().any(|withheld| {
				at == Some(withheld.ledger % ledgers) && (withheld.from..withheld.until).contains(&now)
			});
		let Some(chain) = self.chains.get_mut(&to).filter(|chain| chain.ended_at.is_none()) else { return };
		if is_withheld || !chain.is_up {
			self.stats.lost += 1;
			return;
		}
		chain.relays.push_back(relay);
	}

	/// Asks a router of another zone.
	fn ask(&mut self, question: Question) {
		let index = self.rng.gen_range(0..self.scenario.routers);
		let at = self.now + self.delay();
		if !self.happens(self.scenario.loss_permille) {
			self.queue.push(at, Event::Asked((question.zone, index), Box::new(question)));
		}
	}

	/// A question arrives.
	pub(crate) fn on_question(&mut self, id: RouterId, question: Question) {
		self.trace.note([self.now, 9, u64::from(question.number), u64::from(id.1)], || {
			let Question { from, number, cursors, acknowledged, .. } = &question;
			format!("{:>8} zone {from} asks router {id:?} below {number}: {cursors:?} {acknowledged:?}", self.now)
		});
		let outputs = self.node(id).core.step(Input::Asked(question));
		self.carry_out(id, outputs);
	}

	/// Sends an answer to a router of the zone that asked. The network may change it.
	fn send_answer(&mut self, mut answer: Answer) {
		let index = self.rng.gen_range(0..self.scenario.routers);
		let at = self.now + self.delay();
		if self.happens(self.scenario.forged_permille) {
			if let Some(packet) = answer.packets.first_mut() {
				self.stats.spoiled_answers += 1;
				packet.messages[0].value += 1;
			}
		}
		if !self.happens(self.scenario.loss_permille) {
			self.queue.push(at, Event::Answered((answer.to, index), Box::new(answer)));
		}
	}

	/// An answer arrives.
	pub(crate) fn on_answer(&mut self, id: RouterId, answer: Answer) {
		self.trace.note([self.now, 10, u64::from(answer.number), u64::from(id.1)], || {
			let Answer { zone, number, packets, acknowledgements, .. } = &answer;
			let has = format!("{} packets and {} cursors", packets.len(), acknowledgements.len());
			format!("{:>8} zone {zone} answers router {id:?} below {number}: {has}", self.now)
		});
		let outputs = self.node(id).core.step(Input::Answered(answer));
		self.carry_out(id, outputs);
	}
}
