//! The carrying of messages and cursors, inside the zone, to the main chain, and with the routers of other zones.

use crate::{
	anchors::ZoneAnchor,
	carry,
	io::{Answer, Output, Question, Relay},
	limits::{ASK_AGAIN_MS, RELAY_ITEMS},
	router::Router,
	view::View,
};
use std::collections::BTreeMap;
use tp_beacon::SignedHeader;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{
	bounds::{BLOCK_BYTES, BLOCK_MESSAGES},
	Acknowledgement, HeadPath, HeadStep, Home, Lane, Ledger, Packet, Sequence,
};

/// What is carried to one ledger.
#[derive(Default)]
struct Load {
	packets: Vec<Packet>,
	acknowledgements: Vec<Acknowledgement>,
}

/// What waits for a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
	/// Lanes to it, each with its cursor and the number of messages that are proved.
	pub messages: Vec<(Lane, Sequence, Sequence)>,
	/// Lanes from it, each with a cursor that it does not know.
	pub cursors: Vec<(Lane, Sequence)>,
}

impl Waiting {
	/// Tells whether nothing waits.
	pub fn is_empty(&self) -> bool {
		self.messages.is_empty() && self.cursors.is_empty()
	}
}

impl Load {
	fn is_empty(&self) -> bool {
		self.packets.is_empty() && self.acknowledgements.is_empty()
	}
}

impl Router {
	/// Carries what is this router's duty now.
	pub(crate) fn carry(&mut self) -> Vec<Output> {
		let Some(anchor) = self.anchors.newest().cloned() else { return Vec::new() };
		let mut loads: BTreeMap<ChainTag, Load> = BTreeMap::new();
		self.carry_lanes(&anchor, &mut loads);
		let mut outputs: Vec<Output> = loads
			.into_iter()
			.filter(|(_, load)| !load.is_empty())
			.map(|(to, load)| relay(self.zone, to, &anchor, load))
			.collect();
		outputs.extend(self.ask(&anchor).into_iter().map(Output::Ask));
		outputs
	}

	/// Carries messages and cursors of the lanes of all ledgers that are not fully acknowledged.
	fn carry_lanes(&mut self, anchor: &ZoneAnchor, loads: &mut BTreeMap<ChainTag, Load>) {
		let (place, now_ms, number) = (self.place, self.now_ms, anchor.anchor().height);
		// What is below the header is looked up once, not for each of many lanes.
		let owners: Vec<(Ledger, Option<&View>)> =
			anchor.heads().iter().map(|head| (head.ledger, self.views.get(&head.ledger.chain))).collect();
		for (chain, source) in &self.views {
			let takes_cursors = anchor.takes_cursors(*chain);
			for claim in carry::lanes(source, anchor) {
				let (lane, count) = (claim.lane, claim.count);
				let Some((Ledger { chain: to, .. }, view)) =
					owners.iter().find(|(ledger, _)| ledger.owns(&lane.destination))
				else {
					continue;
				};
				let cursor = view.map_or(0, |view| view.cursor(&lane));
				if let Some(first) = self.messages.due(place, &lane, (cursor, count), number, now_ms) {
					let packets = &mut loads.entry(*to).or_default().packets;
					let room = packets.len() < RELAY_ITEMS;
					if let Some(packet) = room.then(|| carry::packet(source, anchor, &lane, first)).flatten() {
						self.messages.note(lane, packet.first + packet.messages.len() as u64, now_ms);
						packets.push(packet);
					}
				}
				// A shard that has ended has old cursors of lanes that moved on: the owner's count.
				let Some(view) = view.filter(|_| takes_cursors && cursor > 0) else { continue };
				let taken = carry::cursor(view, anchor, &lane);
				let known = source.acknowledged(&lane);
				if self.cursors.due(place, &lane, (known, taken), number, now_ms).is_none() {
					continue;
				}
				let acknowledgements = &mut loads.entry(*chain).or_default().acknowledgements;
				let room = acknowledgements.len() < RELAY_ITEMS;
				if let Some(proof) = room.then(|| carry::acknowledgement(view, anchor, &lane)).flatten() {
					self.cursors.note(lane, taken, now_ms);
					acknowledgements.push(proof);
				}
			}
		}
	}

	/// Returns what waits for a ledger below the newest zone header, whose duty it ever is.
	pub fn waiting(&self, to: ChainTag) -> Waiting {
		let mut waiting = Waiting::default();
		let (Some(anchor), Some(own)) = (self.anchors.newest(), self.views.get(&to)) else { return waiting };
		for source in self.views.values() {
			for claim in carry::lanes(source, anchor) {
				let cursor = own.cursor(&claim.lane);
				if claim.count > cursor && anchor.owner(&claim.lane.destination) == Some(to) {
					waiting.messages.push((claim.lane, cursor, claim.count));
				}
			}
		}
		if anchor.takes_cursors(to) {
			for claim in carry::lanes(own, anchor) {
				let owner = anchor.owner(&claim.lane.destination).and_then(|owner| self.views.get(&owner));
				let taken = owner.map_or(0, |owner| carry::cursor(owner, anchor, &claim.lane));
				if taken > own.acknowledged(&claim.lane) {
					waiting.cursors.push((claim.lane, taken));
				}
			}
		}
		waiting
	}

	/// Returns what a block of a ledger can take of all that waits for it, with proofs: for a node that makes blocks of it, and
	/// awaits no other router. `None` if there is nothing.
	pub fn load(&self, to: ChainTag) -> Option<Relay> {
		let anchor = self.anchors.newest()?;
		let own = self.views.get(&to)?;
		let Waiting { mut messages, cursors } = self.waiting(to);
		let mut load = Load::default();
		for (lane, _) in cursors.into_iter().take(RELAY_ITEMS) {
			let owner = anchor.owner(&lane.destination).and_then(|owner| self.views.get(&owner));
			load.acknowledgements.extend(owner.and_then(|owner| carry::acknowledgement(owner, anchor, &lane)));
		}
		// Other lanes come first below each header: all have their turn, however many wait.
		let first = (anchor.anchor().height as usize).checked_rem(messages.len()).unwrap_or_default();
		messages.rotate_left(first);
		let (mut count, mut bytes) = (0, 0);
		for (lane, cursor, _) in messages.into_iter().take(RELAY_ITEMS) {
			let source = self.views.get(&lane.source)?;
			debug_assert_eq!(cursor, own.cursor(&lane));
			let Some(packet) = carry::packet(source, anchor, &lane, cursor) else { continue };
			count += packet.messages.len();
			bytes += codec::Encode::encoded_size(&packet);
			if !load.packets.is_empty() && (count > BLOCK_MESSAGES || bytes > BLOCK_BYTES) {
				break;
			}
			load.packets.push(packet);
		}
		(!load.is_empty()).then(|| relay_of(self.zone, to, anchor, load))
	}

	/// Returns the newest zone header.
	pub fn newest_zone_header(&self) -> Option<&SignedHeader> {
		self.anchors.newest().map(|anchor| anchor.signed())
	}

	/// Returns the head of a ledger that a zone header of a height includes, with its path. `None` if the router does not keep the header.
	pub fn head_below(&self, number: BlockNumber, chain: ChainTag) -> Option<HeadStep> {
		self.anchors.get(number)?.path(chain)?.0.pop()
	}

	/// Returns the questions to other zones: one when a newer header of theirs is included, and again after a while.
	fn ask(&mut self, anchor: &ZoneAnchor) -> Vec<Question> {
		let mut questions = Vec::new();
		for head in anchor.heads() {
			let ChainTag::Zone(zone) = head.ledger.chain else { continue };
			let (number, now_ms) = (head.height, self.now_ms);
			let asked = self.asked.get(&zone).copied();
			if asked.is_some_and(|(at, ms)| at == number && now_ms.saturating_sub(ms) < ASK_AGAIN_MS) {
				continue;
			}
			self.asked.insert(zone, (number, now_ms));
			questions.push(self.question(zone, number, anchor));
		}
		questions
	}

	fn question(&self, zone: u16, number: BlockNumber, anchor: &ZoneAnchor) -> Question {
		let shards = || self.views.values().filter(|view| is_of_zone(view.ledger().chain, self.zone));
		let is_here = |view: &View, lane: &Lane| anchor.owner(&lane.destination) == Some(view.ledger().chain);
		let cursors = shards().flat_map(|view| view.cursors().filter(|(lane, _)| is_here(view, lane)));
		let cursors = cursors.filter(|(lane, _)| is_of_zone(lane.source, zone));
		let logs =
			shards().flat_map(|view| view.logs()).filter(|log| log.lane().destination.home() == Home::Zone(zone));
		Question {
			from: self.zone,
			zone,
			number,
			cursors: cursors.map(|(lane, cursor)| (*lane, *cursor)).collect(),
			acknowledged: logs.map(|log| (*log.lane(), log.first())).collect(),
		}
	}

	/// Answers the routers of another zone below the header that their zone includes.
	pub(crate) fn answer(&self, question: &Question) -> Vec<Output> {
		let Question { from, zone, number, cursors, acknowledged } = question;
		let Some(anchor) = self.anchors.get(*number).filter(|_| *zone == self.zone) else { return Vec::new() };
		let at = |known: &[(Lane, u64)], lane: &Lane| {
			known.iter().find(|(known, _)| known == lane).map_or(0, |(_, sequence)| *sequence)
		};
		let shards = || self.views.values().filter(|view| is_of_zone(view.ledger().chain, self.zone));
		let mut packets = Vec::new();
		let mut acknowledgements = Vec::new();
		for view in shards() {
			let lanes = carry::lanes(view, anchor).iter().filter(|claim| {
				claim.lane.destination.home() == Home::Zone(*from) && claim.count > at(cursors, &claim.lane)
			});
			packets
				.extend(lanes.filter_map(|claim| carry::packet(view, anchor, &claim.lane, at(cursors, &claim.lane))));
			let news = carry::cursors(view, anchor).iter().filter(|claim| {
				is_of_zone(claim.lane.source, *from)
					&& anchor.owner(&claim.lane.destination) == Some(view.ledger().chain)
					&& claim.taken.messages > at(acknowledged, &claim.lane)
			});
			acknowledgements.extend(news.filter_map(|claim| carry::acknowledgement(view, anchor, &claim.lane)));
		}
		packets.truncate(RELAY_ITEMS);
		acknowledgements.truncate(RELAY_ITEMS);
		if packets.is_empty() && acknowledgements.is_empty() {
			return Vec::new();
		}
		let (zone, to, number) = (self.zone, *from, *number);
		vec![Output::Answer(Answer { zone, to, number, packets, acknowledgements })]
	}

	/// Passes on what the routers of another zone have proved, if it holds below a header of this zone.
	pub(crate) fn on_answer(&mut self, answer: Answer) -> Vec<Output> {
		let Answer { zone, to, number, packets, acknowledgements } = answer;
		let Some(anchor) = self.anchors.newest().cloned().filter(|_| to == self.zone) else { return Vec::new() };
		// A newer header of that zone may be included by now: then another answer follows.
		let step = anchor.path(ChainTag::Zone(zone)).and_then(|path| path.0.into_iter().next());
		let Some(step) = step.filter(|step| step.head.height == number) else { return Vec::new() };
		let mut loads: BTreeMap<ChainTag, Load> = BTreeMap::new();
		let mut bad = None;
		for packet in packets {
			let packet = Packet { head: below(&step, packet.head), ..packet };
			let lane = packet.claim.lane;
			match packet.clone().verify(anchor.anchor()) {
				Err(error) => bad = Some(error),
				Ok(proven) => {
					if let Some(to) = anchor.owner(&lane.destination) {
						self.messages.note(lane, proven.end(), self.now_ms);
						loads.entry(to).or_default().packets.push(packet);
					}
				},
			}
		}
		for acknowledgement in acknowledgements {
			let acknowledgement = Acknowledgement { head: below(&step, acknowledgement.head), ..acknowledgement };
			match acknowledgement.verify(anchor.anchor()) {
				Err(error) => bad = Some(error),
				Ok(cursor) if !anchor.takes_cursors(cursor.lane().source) => {},
				Ok(cursor) => {
					loads.entry(cursor.lane().source).or_default().acknowledgements.push(acknowledgement);
				},
			}
		}
		let mut outputs: Vec<Output> =
			loads.into_iter().map(|(to, load)| relay(self.zone, to, &anchor, load)).collect();
		outputs.extend(bad.map(|error| Output::BadAnswer { zone, error }));
		outputs
	}
}

fn relay(zone: u16, to: ChainTag, anchor: &ZoneAnchor, load: Load) -> Output {
	Output::Relay(relay_of(zone, to, anchor, load))
}

fn relay_of(zone: u16, to: ChainTag, anchor: &ZoneAnchor, load: Load) -> Relay {
	let Load { packets, acknowledgements } = load;
	Relay { to, zone, anchor: anchor.signed().clone(), packets, acknowledgements }
}

/// The way over another zone's header to what is proved below it.
fn below(step: &HeadStep, HeadPath(steps): HeadPath) -> HeadPath {
	HeadPath([vec![step.clone()], steps].concat())
}

fn is_of_zone(chain: ChainTag, of: u16) -> bool {
	matches!(chain, ChainTag::Shard { zone, .. } if zone == of)
}
