//! Forged relays, and captured committees.

use crate::{
	bank::Order,
	committees::{header, Electorate},
	queue::Event,
	requests::{account, Kind, Request},
	scenario::Weakness,
	world::World,
};
use codec::Encode;
use rand::{seq::SliceRandom, Rng};
use tc_routing_core::Relay;
use tp_beacon::SignedHeader;
use tp_core::{AccountId, ChainTag};
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, root_of, Claims, Class, Commitments, Destination, Draft, Head, HeadPath, HeadStep,
	Home, Initiator, Lane, LaneClaim, LaneLog, Ledger, Message, Mountain, Packet, Range, Store as _,
};

/// What a captured committee mints.
const MINTED: u128 = 50_000_000;
/// The ledger number of committees that the adversary makes up.
const STRANGERS: u16 = 200;

impl World {
	/// Sends something forged to the receiver of a relay.
	pub(crate) fn forge(&mut self, relay: &Relay) {
		let forged = match self.rng.gen_range(0..6) {
			0 => self.spoiled(relay),
			1 => self.seen_relays.front().cloned().map(|old| Relay { to: relay.to, ..old }),
			2 => self.with_certificate(relay, |forger, header| {
				Some(Electorate { ledger: STRANGERS, ..forger.clone() }.certify_by_quorum(header))
			}),
			3 => self.with_certificate(relay, |forger, header| Some(forger.certify(header, 2))),
			// Members of an epoch that the receiver knows to have ended: the adversary has bought their keys.
			_ => self.with_certificate(relay, |forger, header| {
				let retired = Electorate { epoch: forger.epoch.checked_sub(1)?, ..forger.clone() };
				Some(retired.certify_by_quorum(header))
			}),
		};
		let Some(forged) = forged else { return };
		self.stats.forged += 1;
		let at = self.now + self.delay();
		self.queue.push(at, Event::Deliver(Box::new(forged)));
	}

	/// A relay with one changed value.
	fn spoiled(&mut self, relay: &Relay) -> Option<Relay> {
		let mut relay = relay.clone();
		let packet = relay.packets.choose_mut(&mut self.rng)?;
		let bit = self.rng.gen_range(0..8);
		match self.rng.gen_range(0..5) {
			0 => packet.messages[0].value += MINTED,
			1 => packet.first += 1,
			2 => packet.claim.count += 1,
			3 => packet.claim.root.0[bit] ^= 1,
			_ => packet.head.0.iter_mut().for_each(|step| step.head.height += 1),
		}
		Some(relay)
	}

	/// A relay of a message that does not exist, below a header that does not exist. `certify` makes the header's certificate
	/// with the committee of the zone that the receiver believes in.
	fn with_certificate(
		&self,
		relay: &Relay,
		certify: impl Fn(&Electorate, tp_core::Header) -> Option<SignedHeader>,
	) -> Option<Relay> {
		let zone = ChainTag::Zone(relay.zone);
		let receiver = self.chains.get(&relay.to)?;
		let source = tp_beacon::Store::source(&receiver.state.beacon, zone)?;
		let epoch = source.spans.last()?.epoch;
		let electorate = Electorate { epoch, ..self.chains[&zone].electorate.clone() };
		let (packet, commitments) = self.minting_packet(relay)?;
		let number = source.newest().map_or(1, |newest| newest.number + 1);
		let anchor = certify(&electorate, header(number, Default::default(), commitments, None))?;
		Some(Relay { anchor, packets: vec![packet], acknowledgements: Vec::new(), ..relay.clone() })
	}

	/// The next message of a lane to a receiver, with a value that no ledger debited, and what a zone header would say.
	fn minting_packet(&self, relay: &Relay) -> Option<(Packet, Commitments)> {
		let receiver = &self.chains[&relay.to];
		let (destination, thief) = match (receiver.ledger.chain, receiver.ledger.tables) {
			(ChainTag::Main, _) => (Destination::Main, account(0)),
			(ChainTag::Shard { zone, .. }, Some(tables)) => {
				(Destination::Table { zone, table: tables.first }, account(0))
			},
			_ => return None,
		};
		let source = ChainTag::Shard { zone: relay.zone, incarnation: 0 };
		let lane = Lane { source, destination, class: Class::User };
		let cursor = receiver.state.mailbox.inbound(&lane).map_or(0, |lane| lane.taken.messages);
		let mut mountain = Mountain::default();
		(0..cursor).for_each(|at| mountain.push(sp_core::H256::from_low_u64_le(at)));
		let mut log = LaneLog::after(lane, mountain.clone());
		let minted = payment(destination, &thief);
		mountain.push(minted.leaf(&lane, cursor));
		log.push(minted);
		let (messages, range) = log.prove(Range { first: cursor, end: cursor + 1 }, cursor + 1)?;
		let claim = LaneClaim { lane, root: mountain.root(), count: cursor + 1 };
		let outbox = root_of([claim]);
		let commitments = Commitments { outbox, ..Commitments::default() };
		let ledger = Ledger { chain: source, tables: None };
		let head = Head { ledger, height: 1_000_000, hash: Default::default(), commitments };
		let (claim, path) = Claims::new(vec![claim]).find(|_| true)?;
		let (head, head_path) = Claims::new(vec![head]).find(|_| true)?;
		let commitments = Commitments { heads: root_of([head]), ..Commitments::default() };
		let head = HeadPath(vec![HeadStep { head, path: head_path }]);
		Some((Packet { first: cursor, messages, range, claim, path, head }, commitments))
	}

	/// The committee of a shard is captured. From now on its blocks are not valid: it mints tokens and sends them away.
	pub(crate) fn capture(&mut self, shard: ChainTag) {
		let receivers: Vec<(Home, AccountId)> = self.accounts.choose_multiple(&mut self.rng, 6).cloned().collect();
		let Some(of) = self.chains.get_mut(&shard).filter(|of| of.ended_at.is_none()) else { return };
		of.honest = Some(Box::new(of.state.clone()));
		let thief = account(0);
		*of.state.bank.balances.entry(thief.clone()).or_default() += MINTED;
		for (home, to) in receivers {
			of.requests.push_back(Request { from: thief.clone(), home, to, value: MINTED / 10, kind: Kind::Pay });
		}
		if self.scenario.weakness == Some(Weakness::Unsealed) {
			self.schedule_heal(shard);
		}
	}

	/// The committee of a shard certifies a second block at its newest height, or at the next.
	pub(crate) fn fork(&mut self, shard: ChainTag) {
		let ahead = self.rng.gen_bool(0.5);
		let of = &self.chains[&shard];
		let Some((number, newest)) = of.blocks.last_key_value().filter(|_| of.ended_at.is_none()) else { return };
		let (number, parent, epoch) = match ahead {
			true => (number + 1, of.hash, of.electorate.epoch),
			false => (*number, newest.signed.header.parent_hash, newest.signed.certificate.epoch),
		};
		let commitments = Commitments { outbox: sp_core::H256::repeat_byte(9), ..Commitments::default() };
		let electorate = Electorate { epoch, ..of.electorate.clone() };
		let other = electorate.certify_by_quorum(header(number, parent, commitments, None));
		let ChainTag::Shard { zone, .. } = shard else { return };
		for index in 0..self.scenario.routers {
			let at = self.now + self.delay();
			self.queue.push(at, Event::Header((zone, index), shard, Box::new(other.clone())));
		}
	}
}

fn payment(destination: Destination, to: &AccountId) -> Message {
	let payload = Order::Pay(to.clone()).encode();
	let draft = Draft { destination, weight: MIN_MESSAGE_WEIGHT, budget: 0, value: MINTED, payload };
	draft.by(Initiator { home: destination.home(), account: to.clone() })
}
