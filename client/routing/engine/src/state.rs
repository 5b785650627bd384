//! A router with what it has read of its ledgers. No part of it waits: the tasks around it read, and call it.

use crate::{
	access::{Beside, Followed, Lacking, SEAL_MS},
	carrying::Load,
	drawn_news::{DrawnNews, Taken},
	log_targets::LOG_TARGET,
	naming::{Chosen, Naming},
	progress::Progress,
	tries::Tries,
};
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	sync::Arc,
};
use tc_routing_core::{Executed, Input, Output, Place, Relay, Router, Waiting, ZoneBlock, ZoneBody};
use tp_beacon::{
	bounds::MAX_HANDOVER, Authority, Beacon, BeaconError, Conflict, MemoryStore, NamedHeader, Registration, SealedHead,
	SignedHeader, Update,
};
use tp_core::{BlockNumber, ChainTag, Hash, Header};
use tp_mailbox::{Claims, Commitments, Destination, Ledger, Relayed};
use tp_pbft::{check_signature, find_next_committee, Committee, Epoch};
use tp_routing::{BeaconReport, MailboxReport};

/// The zone can include the last blocks of epochs and each of this height, if a shard's blocks are passed.
const NAMED_EACH: BlockNumber = 64;

/// What a ledger could take from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offer {
	waiting: Waiting,
	/// Epochs of the zone that have ended, and that the ledger does not know to have ended.
	handovers: Vec<Epoch>,
	/// The heads that a zone could include.
	heads: Vec<(ChainTag, BlockNumber)>,
	/// Drawn committees that it does not know, and a zone header below which it learns some.
	committees: Taken,
	/// The ledgers that it could register, and forks.
	others: usize,
	/// What a shard is to learn of its own sealing.
	seal: Option<OfferedSeal>,
}

/// That a shard is to learn of its own sealing. What it knows identifies it: a seal that the runtime refuses is offered once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OfferedSeal {
	/// The newest head that it knows to be sealed.
	known: BlockNumber,
	/// Whether the shard takes no units until it knows more.
	is_urgent: bool,
}

impl Offer {
	/// Returns what is worth a block at once.
	pub fn urgent(self) -> Self {
		Self { seal: self.seal.filter(|seal| seal.is_urgent), ..self }
	}
}

/// A router of a zone over what its nodes have executed.
pub(crate) struct State {
	zone: u16,
	/// The zone as the main chain registers it.
	pub(crate) own: Registration,
	pub(crate) router: Router,
	/// Checks the headers of shards and of the main chain. Their nodes have checked them as well; only a beacon makes the type that
	/// says so.
	beacon: MemoryStore,
	progress: BTreeMap<ChainTag, Progress>,
	/// The height of each shard and of the main chain that the newest zone block includes.
	sealed: BTreeMap<ChainTag, BlockNumber>,
	/// What the included header of the main chain says.
	main_said: Option<Commitments>,
	/// The last heights of epochs of the main chain that no zone block includes yet.
	main_lasts: BTreeSet<BlockNumber>,
	/// The shards that the zone is to follow, and whether it follows them already.
	pub(crate) registrations: BTreeMap<ChainTag, (Registration, bool)>,
	/// The ledgers that zone blocks name.
	pub(crate) naming: Naming,
	/// The shards that this node's zone blocks tried to register.
	tries: Tries,
	/// The zone that this node's blocks of the main chain tried to register.
	tries_of_main: Tries,
	/// The last headers of the zone's newest epochs, for ledgers that have not followed for a while.
	lasts: VecDeque<SignedHeader>,
	/// What the zone and its shards lack of drawn committees.
	pub(crate) drawn: BTreeMap<ChainTag, DrawnNews>,
}

impl State {
	/// Returns a router whose node has the zone's ledger up to the block before `next`.
	///
	/// `own` is the zone from its genesis on, `lasts` are the last headers of its newest epochs, and `neighbours` those after that block.
	pub fn new(
		zone: u16,
		next: BlockNumber,
		own: Registration,
		neighbours: &BeaconReport,
		lasts: Vec<SignedHeader>,
	) -> Self {
		// Each node carries to the ledgers whose blocks it makes, so no other router is awaited.
		let router = Router::new(zone, Place { index: 0, of: 1 });
		let (ledger, genesis) = (own.ledger, own.genesis);
		let mut state = Self {
			zone,
			own,
			router,
			beacon: MemoryStore::default(),
			progress: BTreeMap::from([(ledger.chain, Progress::new(ledger, next, genesis))]),
			sealed: BTreeMap::new(),
			main_said: None,
			main_lasts: BTreeSet::new(),
			registrations: BTreeMap::new(),
			naming: Naming::default(),
			tries: Tries::default(),
			tries_of_main: Tries::default(),
			lasts: VecDeque::new(),
			drawn: BTreeMap::new(),
		};
		state.note_neighbours(neighbours);
		lasts.into_iter().for_each(|last| state.note_last(last));
		state
	}

	/// Returns the tag of the zone's own ledger.
	pub fn zone(&self) -> ChainTag {
		ChainTag::Zone(self.zone)
	}

	/// Returns the ledger that owns a destination, if it is followed.
	pub fn owner(&self, destination: &Destination) -> Option<Ledger> {
		self.progress.values().map(|progress| progress.ledger).find(|ledger| ledger.owns(destination))
	}

	/// Returns the next block to read of a ledger, if it is followed.
	pub fn next(&self, chain: ChainTag) -> Option<BlockNumber> {
		self.progress.get(&chain).map(|progress| progress.next)
	}

	/// Returns the newest block that is read of a ledger, if it is followed.
	pub fn newest(&self, chain: ChainTag) -> Option<(BlockNumber, Hash)> {
		self.progress.get(&chain).map(|progress| (progress.next.saturating_sub(1), progress.newest))
	}

	/// Returns the newest block of the zone in an epoch. If the epoch has ended, it is the last but one: only ledgers that know the next
	/// committee take the last one.
	pub fn newest_of_zone(&self, epoch: Epoch) -> Option<BlockNumber> {
		match self.lasts.iter().find(|last| last.certificate.epoch == epoch) {
			Some(last) => last.header.number.checked_sub(1),
			None => self.next(self.zone())?.checked_sub(1),
		}
	}

	/// Returns the height of a shard or of the main chain that the newest zone block includes: 0 if it includes none.
	pub fn sealed(&self, chain: ChainTag) -> BlockNumber {
		self.sealed.get(&chain).copied().unwrap_or_default()
	}

	/// Begins to follow a shard from its sealed block on, of whose successor `committee` decides.
	///
	/// # Errors
	/// If it is followed already.
	pub fn start_shard(&mut self, registration: Registration, committee: Committee) -> Result<(), BeaconError> {
		let ledger = registration.ledger;
		let sealed = self.sealed(ledger.chain);
		let (epoch, first, members) = (committee.epoch, sealed + 1, committee.members);
		// This node has executed the block in which the shard names its next committee.
		let authority = Authority::Itself;
		let from = Registration { epoch, first, members, authority, ..registration.clone() };
		Beacon::new(&mut self.beacon).register(from)?;
		self.router.add_shard(ledger, sealed);
		// The sealed block itself is read again, because messages are proved below it.
		let progress = Progress { checked_from: first, ..Progress::new(ledger, sealed.max(1), registration.genesis) };
		self.progress.insert(ledger.chain, progress);
		self.registrations.insert(ledger.chain, (registration, sealed > 0));
		Ok(())
	}

	/// Begins to follow the main chain from its included block on, of whose successor `committee` decides.
	///
	/// # Errors
	/// If it is followed already.
	pub fn start_main(&mut self, genesis: Hash, committee: Committee) -> Result<(), BeaconError> {
		let ledger = Ledger { chain: ChainTag::Main, tables: None };
		let included = self.sealed(ledger.chain);
		let (authority, first) = (Authority::Itself, included + 1);
		let Committee { epoch, members, .. } = committee;
		let registration = Registration { ledger, genesis, authority, epoch, first, members };
		Beacon::new(&mut self.beacon).register(registration)?;
		// The included block itself is read again, because messages are proved below it.
		let progress = Progress { checked_from: first, ..Progress::new(ledger, included.max(1), genesis) };
		self.progress.insert(ledger.chain, progress);
		self.main_lasts.clear();
		Ok(())
	}

	/// Passes a block of a shard or of the main chain that is far behind the newest one, whose state may be pruned. Messages that it
	/// sent are read with a later block, and nothing is proved from it.
	///
	/// Last headers of epochs are followed one by one. A shard's node has executed the block, and the zone can include some of them: else
	/// a shard that is far ahead would have no block to include.
	pub fn pass(&mut self, chain: ChainTag, signed: &SignedHeader) -> Vec<Output> {
		let Some(progress) = self.progress.get_mut(&chain) else { return Vec::new() };
		let (number, hash) = (signed.header.number, signed.header.hash());
		progress.next = number + 1;
		let is_last = find_next_committee(&signed.header.digest).is_some();
		let is_named = is_last || (chain != ChainTag::Main && number.is_multiple_of(NAMED_EACH));
		let mut outputs = Vec::new();
		if is_named && number >= progress.checked_from {
			outputs.extend(self.certify(chain, signed));
		}
		outputs.extend(self.router.step(Input::Passed { chain, number, hash }));
		outputs
	}

	/// Returns how many epochs of the main chain wait to be included.
	pub fn waiting_epochs(&self) -> usize {
		self.main_lasts.len()
	}

	/// Ends to follow a ledger whose node has stopped.
	pub fn stop(&mut self, chain: ChainTag) {
		self.progress.remove(&chain);
		self.registrations.remove(&chain);
		self.drawn.remove(&chain);
		self.router.forget(chain);
		// A ledger that was not followed yet is not in the beacon.
		Beacon::new(&mut self.beacon).remove(chain).unwrap_or_default();
	}

	/// Returns the messages that the router lacks after a block.
	pub fn lacking(&self, chain: ChainTag, report: &MailboxReport) -> Vec<Lacking> {
		self.progress.get(&chain).map(|progress| progress.lacking(report)).unwrap_or_default()
	}

	/// Takes in the next block of a ledger, with what the router lacked.
	pub fn take(&mut self, chain: ChainTag, block: Followed, beside: Beside) -> Vec<Output> {
		let Followed { signed, mailbox, neighbours, unsealed } = block;
		let Beside { begun, messages, evidence } = beside;
		let Some(progress) = self.progress.get_mut(&chain) else { return Vec::new() };
		let (number, hash) = (signed.header.number, signed.header.hash());
		let effects = progress.effects(mailbox, begun, messages);
		(progress.next, progress.newest) = (number + 1, hash);
		let is_checked = number >= progress.checked_from;
		progress.note_zone(ChainTag::Zone(self.zone), &neighbours);
		progress.unsealed = unsealed;
		let ledger = progress.ledger;
		let mut outputs = Vec::new();
		// Also below the sealed block: the beacon follows epochs one by one.
		if chain != self.zone() && is_checked {
			outputs.extend(self.certify(chain, &signed));
		}
		let executed = Executed { ledger, number, hash, effects: Some(effects.into()) };
		outputs.extend(self.router.step(Input::Executed(executed)));
		if chain == self.zone() {
			outputs.extend(self.take_zone(signed, neighbours, &evidence));
		}
		outputs
	}

	/// Takes note of the next block of a shard, which is certified and not valid. Its header names a committee for nothing, so the beacon does
	/// not follow it. Returns nothing for a block that is known already.
	pub fn note_invalid(&mut self, chain: ChainTag, header: &Header) -> Vec<Output> {
		let is_next = |progress: &&Progress| progress.next == header.number;
		let Some(progress) = self.progress.get(&chain).filter(is_next) else { return Vec::new() };
		let executed = Executed { ledger: progress.ledger, number: header.number, hash: header.hash(), effects: None };
		self.router.step(Input::Executed(executed))
	}

	fn certify(&mut self, chain: ChainTag, signed: &SignedHeader) -> Vec<Output> {
		match Beacon::new(&mut self.beacon).certify(chain, signed, check_signature) {
			Ok(header) => {
				if chain == ChainTag::Main && header.is_last() {
					self.main_lasts.insert(header.number());
				}
				let outputs = self.router.step(Input::Certified(header.clone(), signed.clone()));
				// If the header is one of a fork, the router keeps the evidence.
				Beacon::new(&mut self.beacon).hold(header).map(drop).unwrap_or_default();
				outputs
			},
			Err(error) => {
				let number = signed.header.number;
				log::error!(target: LOG_TARGET, "Block {number} of {chain:?} is in this node's chain, and cannot be routed: {error}");
				Vec::new()
			},
		}
	}

	fn take_zone(
		&mut self,
		signed: SignedHeader,
		neighbours: BeaconReport,
		evidence: &[[NamedHeader; 2]],
	) -> Vec<Output> {
		self.note_neighbours(&neighbours);
		self.note_last(signed.clone());
		let Some(commitments) = Commitments::find(&signed.header.digest) else { return Vec::new() };
		let BeaconReport { heads, frozen, .. } = neighbours;
		let zero = Hash::zero();
		let conflict = |(chain, number)| Conflict { chain, number, first: zero, second: zero, freezes: true };
		// Evidence below the sealed head freezes nothing.
		let included = evidence.iter().map(|[first, second]| Conflict {
			chain: first.chain,
			number: first.signed.header.number,
			first: first.signed.header.hash(),
			second: second.signed.header.hash(),
			freezes: false,
		});
		let conflicts = frozen.into_iter().map(conflict).chain(included).collect();
		let heads = Arc::new(Claims::new(heads));
		self.router.step(Input::Imported(ZoneBlock { signed, commitments, heads, conflicts }))
	}

	/// Returns the news for the zone block that this node makes, and the main chain's cursors for the lanes of the zone itself.
	pub fn propose(&mut self) -> (Update, Vec<Relayed>) {
		let height = self.next(self.zone()).unwrap_or_default();
		self.naming.begin(height);
		let (update, relayed) = self.build();
		self.naming.note_own(height, &update.headers);
		let registrations = &self.registrations;
		let is_open = |chain| registrations.get(&chain).is_some_and(|(_, follows)| !follows);
		self.tries.note(height, &update.registrations, is_open);
		(update, relayed)
	}

	/// Returns the news for the next zone block, and the cursors.
	fn build(&mut self) -> (Update, Vec<Relayed>) {
		let body = self.router.step(Input::Build).into_iter().find_map(|output| match output {
			Output::Propose(body) => Some(body),
			_ => None,
		});
		let ZoneBody { heads, conflicts, acknowledgements, .. } = body.unwrap_or_default();
		let height = self.next(self.zone()).unwrap_or_default();
		let is_open = |chain| self.registrations.get(&chain).is_some_and(|(_, follows)| !follows);
		let (begun, followed): (Vec<_>, Vec<_>) = heads.into_iter().partition(|named| is_open(named.chain));
		// What found no quorum is alone in its next block, so that it holds nothing else up.
		let Chosen { mut heads, is_try } = self.naming.choose(height, followed);
		let is_due = |chain| !is_try && is_open(chain) && self.tries.is_due(chain, height);
		let due = self.registrations.iter().filter(|(chain, _)| is_due(**chain));
		let registrations: Vec<Registration> = due.map(|(_, (registration, _))| registration.clone()).collect();
		if registrations.iter().any(|registration| self.tries.is_retry(registration.ledger.chain)) {
			heads.clear();
		} else {
			// The zone takes heads of ledgers that it follows, and of ledgers that it registers in the same block.
			heads.extend(begun.into_iter().filter(|named| is_due(named.chain)));
			heads.sort_by_key(|named| named.chain);
		}
		let announcements = self.lacks(self.zone()).map(|news| news.announcements.clone()).unwrap_or_default();
		let update = Update { registrations, announcements, headers: heads, conflicts, ..Update::default() };
		// All are below the newest header of the main chain that the zone holds.
		let below = acknowledgements.first().map(|(height, _)| *height);
		let acknowledgements = acknowledgements.into_iter().map(|(_, acknowledgement)| acknowledgement).collect();
		let relayed = |height| Relayed { chain: ChainTag::Main, height, packets: Vec::new(), acknowledgements };
		(update, below.map(relayed).into_iter().collect())
	}

	/// Returns what a block of a ledger on `at` could take from others. Empty if the router has not read `at`: what the ledger took
	/// in it would count as waiting.
	pub fn offer(&mut self, chain: ChainTag, at: Hash) -> Offer {
		let Some(progress) = self.progress.get(&chain).filter(|progress| progress.newest == at) else {
			return Offer::default();
		};
		if chain != self.zone() {
			if !progress.follows_zone {
				return Offer { others: self.registrations_of_main(progress.next).len(), ..Offer::default() };
			}
			let (handovers, waiting) = (self.handovers(chain, progress.zone_epoch), self.router.waiting(chain));
			let handovers = handovers.map(|last| last.certificate.epoch).collect();
			let offered = |_| {
				let unsealed = &progress.unsealed;
				OfferedSeal { known: unsealed.sealed(), is_urgent: unsealed.is_late() }
			};
			let seal = self.seal(chain).map(offered);
			return Offer { waiting, handovers, committees: self.taken(chain), seal, ..Offer::default() };
		}
		let (Update { registrations, headers, conflicts, .. }, _) = self.build();
		let heads = headers.iter().filter(|named| self.is_news(named));
		let heads = heads.map(|named| (named.chain, named.signed.header.number)).collect();
		let committees = self.taken(chain);
		Offer { heads, committees, others: registrations.len() + conflicts.len(), ..Offer::default() }
	}

	/// Returns what a ledger lacks of drawn committees after the newest block that is read.
	fn lacks(&self, chain: ChainTag) -> Option<&DrawnNews> {
		let (_, newest) = self.newest(chain)?;
		self.drawn.get(&chain).filter(|lacking| lacking.at.0 == newest)
	}

	/// Returns the newest epoch of the zone up to which a ledger can follow it.
	fn reach(&self, chain: ChainTag) -> Epoch {
		// The main chain has the committees in its own state.
		if self.own.authority == Authority::Itself || chain == ChainTag::Main {
			return Epoch::MAX;
		}
		self.lacks(chain).map_or(0, |lacking| lacking.reach(self.zone()))
	}

	/// Returns the height of a zone header that seals more of a shard than it knows, if a block of it waits for long. By the shard's own state: a
	/// header that comes without the head changes nothing.
	fn seal(&self, chain: ChainTag) -> Option<BlockNumber> {
		let progress = self.progress.get(&chain)?;
		let unsealed = &progress.unsealed;
		if !matches!(chain, ChainTag::Shard { .. }) || unsealed.age_ms() < SEAL_MS {
			return None;
		}
		let newest = self.router.newest_zone_header().filter(|signed| self.can_take(chain, signed));
		let newer = newest.map(|signed| signed.header.number).filter(|number| *number > progress.zone_height);
		let by = newer.unwrap_or(progress.zone_height);
		let head = self.router.head_below(by, chain)?.head.height;
		(head > unsealed.sealed()).then_some(by)
	}

	/// Whether a ledger knows the committees of a zone header: of its epoch, and of the next one if it is the last.
	fn can_take(&self, chain: ChainTag, signed: &SignedHeader) -> bool {
		let is_last = find_next_committee(&signed.header.digest).is_some();
		signed.certificate.epoch.saturating_add(Epoch::from(is_last)) <= self.reach(chain)
	}

	/// Returns what a zone header of a height seals of a shard, for its own block.
	fn sealed_head(&self, chain: ChainTag, height: BlockNumber) -> Option<Box<SealedHead>> {
		let is_shard = matches!(chain, ChainTag::Shard { .. });
		let step = self.router.head_below(height, chain).filter(|_| is_shard)?;
		Some(Box::new(SealedHead { by: self.zone(), height, step }))
	}

	/// Returns what a block of a ledger can take of drawn committees.
	fn taken(&self, chain: ChainTag) -> Taken {
		self.lacks(chain).map(DrawnNews::taken).unwrap_or_default()
	}

	/// Returns the last headers of the zone's epochs from one on, as far as a ledger can follow them.
	fn handovers(&self, chain: ChainTag, from: Epoch) -> impl Iterator<Item = &SignedHeader> {
		let epochs = from..self.reach(chain);
		self.lasts.iter().filter(move |last| epochs.contains(&last.certificate.epoch))
	}

	/// Whether a header is worth a zone block. Headers of the main chain that say what is known already wait for the next one: else the
	/// two would answer each other's blocks without an end.
	fn is_news(&self, named: &NamedHeader) -> bool {
		let digest = &named.signed.header.digest;
		let lanes = |said: &Commitments| (said.outbox, said.inbox);
		named.chain != ChainTag::Main
			|| find_next_committee(digest).is_some()
			|| self.main_said.as_ref().map(lanes) != Commitments::find(digest).as_ref().map(lanes)
	}

	/// Returns what a block of the main chain is to register: the zone, when it has blocks. Its second block says that other nodes have
	/// the first. Where too few of them run the zone, few blocks try.
	fn registrations_of_main(&self, height: BlockNumber) -> Vec<Registration> {
		let is_due = self.next(self.zone()) > Some(2) && self.tries_of_main.is_due(self.zone(), height);
		is_due.then(|| self.own.clone()).into_iter().collect()
	}

	/// Returns what the block of a shard or of the main chain takes that this node makes: news of the zone, and what is proved below
	/// it.
	pub fn load(&mut self, chain: ChainTag) -> Option<(Update, Option<Relay>)> {
		let progress = self.progress.get(&chain)?;
		if !progress.follows_zone {
			let height = progress.next;
			let registrations = self.registrations_of_main(height);
			let zone = self.zone();
			self.tries_of_main.note(height, &registrations, |chain| chain == zone);
			let update = Update { registrations, ..Update::default() };
			return (!update.is_empty()).then_some((update, None));
		}
		let zone = self.zone();
		let named = |signed: SignedHeader| NamedHeader { chain: zone, signed };
		let handovers: Vec<NamedHeader> = self.handovers(chain, progress.zone_epoch).cloned().map(named).collect();
		let relay = self.router.load(chain).filter(|relay| self.can_take(chain, &relay.anchor));
		let anchor = relay.as_ref().map(|relay| &relay.anchor);
		let is_handover = handovers.last().map(|last| &last.signed) == anchor;
		let lacking = self.lacks(chain);
		// The header is one of the epoch that a handover ends.
		let header = lacking.and_then(|lacking| lacking.header.as_ref()).filter(|_| handovers.is_empty());
		let seal = self.seal(chain).filter(|_| anchor.is_none() && header.is_none() && handovers.is_empty());
		let header = header.or_else(|| {
			let is_new = seal > Some(progress.zone_height);
			self.router.newest_zone_header().filter(|_| is_new)
		});
		let headers: Vec<_> = anchor.filter(|_| !is_handover).or(header).cloned().map(named).into_iter().collect();
		let announcements = lacking.map(|lacking| lacking.announcements.clone()).unwrap_or_default();
		let newest = headers.last().or(handovers.last()).map(|named| named.signed.header.number);
		let sealed = newest.or(seal).and_then(|height| self.sealed_head(chain, height));
		let update = Update { announcements, handovers, headers, sealed, ..Update::default() };
		(!update.is_empty() || relay.is_some()).then_some((update, relay))
	}

	/// Returns the newest block that is read of a ledger, if this router can carry to it: not if the ledger knows more of the zone, because
	/// the zone's node here is behind.
	pub fn carries(&self, chain: ChainTag) -> Option<(BlockNumber, Hash)> {
		let zone_height = self.progress.get(&chain)?.zone_height;
		self.newest(chain).filter(|_| self.next(self.zone()) > Some(zone_height))
	}

	/// Returns what a block of a ledger takes that another node makes, given what it could take. None if there is nothing, or the ledger
	/// does not follow the zone yet: registrations have no proof, so each node derives its own.
	pub fn carried(&mut self, chain: ChainTag, offer: &Offer) -> Option<Load> {
		let follows = self.progress.get(&chain).is_some_and(|progress| progress.follows_zone);
		if !follows || *offer == Offer::default() {
			return None;
		}
		let zone = self.zone();
		self.load(chain).map(|(update, relay)| Load::new(zone, update, relay)).filter(|load| !load.is_empty())
	}

	fn note_neighbours(&mut self, report: &BeaconReport) {
		for head in &report.heads {
			self.naming.include(head.ledger.chain, head.height);
			self.sealed.insert(head.ledger.chain, head.height);
			if head.ledger.chain == ChainTag::Main {
				self.main_said = Some(head.commitments);
				self.main_lasts = self.main_lasts.split_off(&(head.height + 1));
			}
		}
		for (chain, _) in &report.followed {
			if let Some((_, follows)) = self.registrations.get_mut(chain) {
				*follows = true;
			}
		}
	}

	/// Keeps the last header of an epoch of the zone.
	fn note_last(&mut self, signed: SignedHeader) {
		let is_newer = self.lasts.back().is_none_or(|newest| newest.certificate.epoch < signed.certificate.epoch);
		if is_newer && find_next_committee(&signed.header.digest).is_some() {
			self.lasts.push_back(signed);
			if self.lasts.len() > MAX_HANDOVER {
				self.lasts.pop_front();
			}
		}
	}
}
