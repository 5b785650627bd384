//! Ledgers in memory, whose blocks tests make: a mailbox, a beacon and a committee of one key.

// The tests of the RPC include this file by its path.
#[path = "ledger/access.rs"]
mod access;
#[path = "ledger/committees.rs"]
pub mod committees;

use super::{AccessError, LedgerAccess, Taken, SEATS_BEFORE};
use codec::Encode;
use committees::{members_of, pair_of, Drawn};
use parking_lot::Mutex;
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_inherents::InherentData;
use sp_runtime::{traits::BlakeTwo256, Digest, OpaqueExtrinsic, StateVersion};
use sp_state_machine::InMemoryBackend;
use std::{collections::BTreeMap, sync::Arc};
use tp_beacon::{Beacon, NamedHeader, SignedHeader, Store as _, Unsealed, Update};
use tp_core::{AccountId, Block, BlockNumber, ChainTag, Hash, Header};
use tp_lattice::Receipts;
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, cursor_claims, lane_claims, outbound_key, root_of, Arrival, Bounce, Commitments,
	Destination, Draft, Event, Host, Lane, Ledger, Limits, Mailbox, Message, Reason, Relayed, SendAll, Sequence,
	Store as _, TableId, TableRange,
};
use tp_pbft::{check_signature, Certificate, Committee, ConsensusLog, Domain, Epoch, Member, MessageKind, Slot};
use tp_routing::{BeaconReport, CommitteesReport, MailboxReport};

pub const ZONE: ChainTag = ChainTag::Zone(0);

/// Returns one of two shards: each has half of the tables.
pub fn shard(incarnation: u32) -> ChainTag {
	ChainTag::Shard { zone: 0, incarnation }
}

/// Returns a table of a shard.
pub fn table(incarnation: u32) -> Destination {
	Destination::Table { zone: 0, table: TableId(if incarnation == 1 { 7 } else { 200 }) }
}

fn tables(chain: ChainTag) -> Option<TableRange> {
	match chain {
		ChainTag::Shard { incarnation: 1, .. } => Some(TableRange { first: TableId(0), last: TableId(127) }),
		ChainTag::Shard { .. } => Some(TableRange { first: TableId(128), last: TableId(255) }),
		_ => None,
	}
}

/// The blocks whose states a node keeps beside the newest one.
const KEPT: BlockNumber = 256;

/// The value that no ledger of these tests can credit.
pub const BAD: u128 = 666;

/// The values that arrived.
#[derive(Default)]
struct Purse(Vec<u128>);

impl Host for Purse {
	fn deliver(&mut self, _: &Arrival, message: &Message, _: &mut SendAll) -> Result<(), Reason> {
		if message.value == BAD {
			return Err(Reason::NoAccount);
		}
		self.0.push(message.value);
		Ok(())
	}

	fn refund(&mut self, _: &AccountId, value: u128, _: Option<Bounce>) {
		self.0.push(value);
	}
}

type Reports = (MailboxReport, BeaconReport);

struct State {
	ledger: Ledger,
	epoch: Epoch,
	headers: Vec<SignedHeader>,
	reports: Vec<Reports>,
	mailbox: tp_mailbox::MemoryStore,
	beacon: tp_beacon::MemoryStore,
	purse: Purse,
	/// What accounts send in the next block.
	asked: Vec<(AccountId, Draft)>,
	/// The mailbox after each block.
	mailboxes: Vec<tp_mailbox::MemoryStore>,
	/// The entries of the state after each block.
	states: Vec<BTreeMap<Vec<u8>, Vec<u8>>>,
	/// What it knows of drawn committees after each block, if its committees are drawn.
	drawn: Option<Drawn>,
	committees: Vec<CommitteesReport>,
	genesis_header: Header,
	/// The units of the next block.
	units: Option<UnitBlock>,
	/// The units of the blocks that have some.
	receipts: BTreeMap<BlockNumber, Receipts>,
	/// The first block whose state is kept.
	pruned_to: BlockNumber,
	/// What the zone has not sealed, and the time of a block.
	unsealed: Unsealed,
	step_ms: u64,
	/// A block after the newest one, which the committee certified and the node found invalid.
	invalid: Option<SignedHeader>,
	/// The evidence of forks in the blocks that have some.
	evidence: BTreeMap<BlockNumber, Vec<[NamedHeader; 2]>>,
	/// How many headers were read.
	headers_read: usize,
	/// How many mailboxes were read.
	mailboxes_read: usize,
	/// How many messages were read.
	messages_read: usize,
	bodies: BTreeMap<(Lane, Sequence), Message>,
	ends_epoch: bool,
}

/// Makes the header's digest of the units of a block, and their receipts once it is certified.
pub struct UnitBlock {
	pub batch: tp_lattice::Batch,
	pub record: tp_lattice::BlockRecord,
}

/// A ledger with its node.
pub struct TestLedger(Mutex<State>);

impl TestLedger {
	pub fn new(chain: ChainTag) -> Arc<Self> {
		Self::with(chain, None)
	}

	/// Returns a ledger whose committees the main chain draws, or a main chain that draws them.
	pub fn drawn(chain: ChainTag) -> Arc<Self> {
		Self::with(chain, Some(Drawn::default()))
	}

	fn with(chain: ChainTag, drawn: Option<Drawn>) -> Arc<Self> {
		let mut state = State {
			ledger: Ledger { chain, tables: tables(chain) },
			epoch: 0,
			headers: Vec::new(),
			reports: Vec::new(),
			mailbox: Default::default(),
			beacon: Default::default(),
			purse: Purse::default(),
			asked: Vec::new(),
			mailboxes: Vec::new(),
			states: Vec::new(),
			drawn,
			committees: Vec::new(),
			genesis_header: empty_header(),
			units: None,
			receipts: BTreeMap::new(),
			pruned_to: 0,
			unsealed: Unsealed::default(),
			step_ms: 0,
			invalid: None,
			evidence: BTreeMap::new(),
			headers_read: 0,
			mailboxes_read: 0,
			messages_read: 0,
			bodies: BTreeMap::new(),
			ends_epoch: false,
		};
		let genesis = state.report();
		state.reports.push(genesis);
		state.genesis_header.extrinsics_root = state.genesis();
		state.genesis_header.state_root = state.root();
		state.keep();
		Arc::new(Self(Mutex::new(state)))
	}

	/// Begins to follow another ledger, as a genesis says.
	pub fn follows(&self, other: &Self) {
		let Committee { epoch, members, .. } = other.committee(1).unwrap();
		let genesis = other.genesis();
		let ledger = other.0.lock().ledger;
		let is_drawn = other.0.lock().drawn.is_some() && ledger.chain != ChainTag::Main;
		let authority = if is_drawn { tp_beacon::Authority::MainChain } else { tp_beacon::Authority::Itself };
		let registration = tp_beacon::Registration { ledger, genesis, authority, epoch, first: 1, members };
		Beacon::new(&mut self.0.lock().beacon).register(registration).unwrap();
	}

	/// Sends a value in the next block.
	pub fn send(&self, destination: Destination, value: u128) {
		self.ask(&AccountId::new([3; 32]), destination, value, vec![1]);
	}

	/// Sends a message of an account in the next block.
	pub fn ask(&self, from: &AccountId, destination: Destination, value: u128, payload: Vec<u8>) {
		let draft = Draft { destination, weight: MIN_MESSAGE_WEIGHT, budget: 0, value, payload };
		self.0.lock().asked.push((from.clone(), draft));
	}

	/// Includes units in the next block.
	pub fn include(&self, units: UnitBlock) {
		self.0.lock().units = Some(units);
	}

	/// Forgets the states of the blocks before one.
	pub fn prune(&self, before: BlockNumber) {
		self.0.lock().pruned_to = before;
	}

	/// Returns the present epoch.
	pub fn epoch(&self) -> Epoch {
		self.0.lock().epoch
	}

	/// Returns how many headers, mailboxes and messages were read since the last call.
	pub fn take_reads(&self) -> [usize; 3] {
		let mut state = self.0.lock();
		let State { headers_read, mailboxes_read, messages_read, .. } = &mut *state;
		[headers_read, mailboxes_read, messages_read].map(std::mem::take)
	}

	/// Sets the time of each block. Without it time stands still.
	pub fn set_step(&self, milliseconds: u64) {
		self.0.lock().step_ms = milliseconds;
	}

	/// Has the committee certify a next block that is not valid: the node does not take it. Returns its height.
	pub fn certify_invalid(&self) -> BlockNumber {
		let header = Header { number: self.newest() + 1, parent_hash: self.newest_hash(), ..empty_header() };
		let number = header.number;
		let certificate =
			Certificate { hash: header.hash(), ..self.header(self.newest()).unwrap().unwrap().certificate };
		self.0.lock().invalid = Some(SignedHeader { header, certificate });
		number
	}

	/// Ends the epoch with the next block.
	pub fn end_epoch(&self) {
		self.0.lock().ends_epoch = true;
	}

	/// Returns the values that arrived.
	pub fn arrived(&self) -> Vec<u128> {
		self.0.lock().purse.0.clone()
	}

	/// Returns the number of messages that are not acknowledged.
	pub fn in_flight(&self) -> u64 {
		self.0.lock().mailbox.outbox().messages
	}

	/// Makes a block of inherent data. Fails as a runtime would if a part cannot be taken.
	pub fn make(&self, data: &InherentData) {
		self.0.lock().make(data);
	}

	/// Makes a block of what it can take of inherent data. Others may have brought it for an older block.
	pub fn make_of(&self, data: &InherentData) {
		let update = data.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap().unwrap_or_default();
		let relayed = data.get_data(&tp_mailbox::INHERENT_IDENTIFIER).unwrap().unwrap_or_default();
		let (update, relayed) = self.0.lock().choose(update, relayed);
		let mut chosen = InherentData::new();
		chosen.put_data(tp_beacon::INHERENT_IDENTIFIER, &update).unwrap();
		chosen.put_data(tp_mailbox::INHERENT_IDENTIFIER, &relayed).unwrap();
		self.make(&chosen);
	}

	/// Returns the hash of the newest block.
	pub fn newest_hash(&self) -> Hash {
		let newest = self.0.lock().headers.last().map(|signed| signed.header.hash());
		newest.unwrap_or_else(|| self.genesis())
	}

	/// Signs with the key of the committee.
	pub fn sign(&self, payload: &[u8]) -> tp_pbft::PbftSignature {
		let state = self.0.lock();
		state.pair(state.epoch).sign(payload).into()
	}

	/// Returns a proposal with news of ledgers.
	pub fn proposal(&self, update: &Update) -> Block {
		let call = (5u8, tp_beacon::UPDATE_CALL, update).encode();
		let header = Header { number: self.newest() + 1, ..empty_header() };
		Block { header, extrinsics: vec![OpaqueExtrinsic::from_blob(call)] }
	}
}

impl State {
	fn chain(&self) -> ChainTag {
		self.ledger.chain
	}

	fn genesis(&self) -> Hash {
		H256(sp_crypto_hashing::blake2_256(&self.chain().encode()))
	}

	/// Returns the entries of the state after a block whose state is kept.
	fn state_at(&self, number: BlockNumber) -> Result<&BTreeMap<Vec<u8>, Vec<u8>>, AccessError> {
		self.mailbox_at(number).map(|_| &self.states[at(number)])
	}

	/// Returns the mailbox after a block whose state is kept.
	fn mailbox_at(&self, number: BlockNumber) -> Result<&tp_mailbox::MemoryStore, AccessError> {
		let kept = self.mailboxes.get(at(number)).filter(|_| number >= self.pruned_to);
		kept.ok_or_else(|| AccessError { chain: self.chain(), source: "there is no such state".into() })
	}

	/// Returns the key of the committee of an epoch.
	fn pair(&self, epoch: Epoch) -> ed25519::Pair {
		match self.drawn {
			Some(_) => pair_of(self.chain(), epoch),
			None => ed25519::Pair::from_seed(&self.genesis().0),
		}
	}

	fn members(&self, epoch: Epoch) -> Vec<Member> {
		if self.drawn.is_some() {
			return members_of(self.chain(), epoch);
		}
		let vrf = sr25519::Public::from_raw([1; 32]).into();
		vec![Member { key: self.pair(epoch).public().into(), vrf, weight: 1 }]
	}

	/// Returns the state's entries.
	fn entries(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
		let lanes = self.mailbox.outbound_lanes().map(|(lane, state)| (outbound_key(lane), state.encode()));
		let is_main = self.chain() == ChainTag::Main;
		let drawn = self.drawn.as_ref().filter(|_| is_main).map(|drawn| drawn.state([ZONE, shard(1), shard(2)]));
		lanes.chain(drawn.into_iter().flatten()).collect()
	}

	fn root(&self) -> Hash {
		*trie(self.entries()).root()
	}

	/// Keeps what is read of a block later.
	fn keep(&mut self) {
		self.mailboxes.push(self.mailbox.clone());
		self.states.push(self.entries());
		let report = self.drawn.as_ref().map(|drawn| drawn.report(self.epoch, &self.beacon));
		self.committees.push(report.unwrap_or_default());
	}

	/// Returns how much the next block takes.
	fn takes(&self, update: &Update, relayed: &[Relayed]) -> Taken {
		let (update, relayed) = self.choose(update.clone(), relayed.to_vec());
		let Update { announcements, handovers, .. } = &update;
		let is_urgent = !relayed.is_empty() || !announcements.is_empty() || !handovers.is_empty();
		let sealed = update.sealed.as_ref().map_or(0, |sealed| sealed.step.head.height);
		let bytes = if update.is_empty() && relayed.is_empty() { 0 } else { (update, relayed).encoded_size() };
		Taken { bytes, is_urgent, sealed }
	}

	/// Leaves out what the next block cannot take, as a runtime does.
	fn choose(&self, mut update: Update, mut relayed: Vec<Relayed>) -> (Update, Vec<Relayed>) {
		update.sealed = update.sealed.filter(|sealed| sealed.step.head.height > self.unsealed.sealed());
		let (mut beacon, mut mailbox) = (self.beacon.clone(), self.mailbox.clone());
		update.registrations.retain(|registration| Beacon::new(&mut beacon).register(registration.clone()).is_ok());
		let own = (self.chain(), self.epoch);
		update.announcements.retain(|announcement| {
			let Some(drawn) = self.drawn.as_ref().filter(|drawn| drawn.is_news(own, &beacon, announcement)) else {
				return false;
			};
			let Ok(members) = Beacon::new(&mut beacon).prove(announcement) else { return false };
			let (chain, epoch) = (announcement.chain, announcement.epoch);
			drawn.is_news(own, &beacon, announcement)
				&& (chain == own.0 || Beacon::new(&mut beacon).announce(chain, epoch, members).is_ok())
		});
		update.handovers.retain(|NamedHeader { chain, signed }| {
			Beacon::new(&mut beacon).follow(*chain, std::slice::from_ref(signed), check_signature).is_ok()
		});
		update.headers.retain(|NamedHeader { chain, signed }| {
			// A held header is no news.
			let before = beacon.clone();
			Beacon::new(&mut beacon).import(*chain, signed, check_signature).is_ok() && beacon != before
		});
		for Relayed { chain, height, packets, acknowledgements } in &mut relayed {
			let anchor = Beacon::new(&mut beacon).anchor(*chain, *height);
			packets.retain(|packet| {
				let proven = anchor.as_ref().and_then(|anchor| packet.clone().verify(anchor).ok());
				proven.is_some_and(|proven| Mailbox::new(self.ledger, &mut mailbox).check(&proven).is_ok())
			});
			acknowledgements.retain(|acknowledgement| {
				let cursor = anchor.as_ref().and_then(|anchor| acknowledgement.verify(anchor).ok());
				cursor.is_some_and(|cursor| Mailbox::new(self.ledger, &mut mailbox).acknowledge(&cursor).is_ok())
			});
		}
		relayed.retain(|part| !part.packets.is_empty() || !part.acknowledgements.is_empty());
		(update, relayed)
	}

	fn make(&mut self, data: &InherentData) {
		let number = BlockNumber::try_from(self.headers.len()).unwrap() + 1;
		Mailbox::new(self.ledger, &mut self.mailbox).begin_block();
		let update: Option<Update> = data.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap();
		let Update { registrations, announcements, handovers, headers, conflicts, sealed } = update.unwrap_or_default();
		let own = (self.chain(), self.epoch);
		let mut beacon = Beacon::new(&mut self.beacon);
		registrations.into_iter().for_each(|registration| beacon.register(registration).unwrap());
		if let Some(drawn) = &mut self.drawn {
			announcements.iter().for_each(|announcement| drawn.announce(own, &mut self.beacon, announcement));
			drawn.tell(ZONE, &mut self.beacon);
		} else {
			assert!(announcements.is_empty());
		}
		let mut beacon = Beacon::new(&mut self.beacon);
		for named in handovers {
			beacon.follow(named.chain, &[named.signed], check_signature).unwrap();
		}
		for named in headers {
			beacon.import(named.chain, &named.signed, check_signature).unwrap();
		}
		if let Some(sealed) = sealed {
			let (height, _) = beacon.sealed(own.0, &sealed).unwrap();
			self.unsealed.seal(height, number - 1);
		}
		self.unsealed.note(number, u64::from(number) * self.step_ms);
		if !conflicts.is_empty() {
			self.evidence.insert(number, conflicts);
		}
		let relayed: Option<Vec<Relayed>> = data.get_data(&tp_mailbox::INHERENT_IDENTIFIER).unwrap();
		let mut proven = Vec::new();
		for Relayed { chain, height, packets, acknowledgements } in relayed.unwrap_or_default() {
			let anchor = Beacon::new(&mut self.beacon).anchor(chain, height).unwrap();
			for acknowledgement in acknowledgements {
				let cursor = acknowledgement.verify(&anchor).unwrap();
				Mailbox::new(self.ledger, &mut self.mailbox).acknowledge(&cursor).unwrap();
			}
			proven.extend(packets.into_iter().map(|packet| packet.verify(&anchor).unwrap()));
		}
		let limits = Limits { messages: 1_000, bytes: 1 << 20, weight: u64::MAX };
		let mut mailbox = Mailbox::new(self.ledger, &mut self.mailbox);
		let events = mailbox.take(&mut self.purse, &proven, limits, number);
		for event in events {
			if let Event::Sent(sent, message) = event {
				self.bodies.insert((sent.lane, sent.sequence), message);
			}
		}
		for (from, draft) in std::mem::take(&mut self.asked) {
			let (sent, message) = mailbox.send(&from, draft).unwrap();
			self.bodies.insert((sent.lane, sent.sequence), message);
		}
		self.seal(number);
	}

	fn seal(&mut self, number: BlockNumber) {
		let (epoch, is_main) = (self.epoch, self.chain() == ChainTag::Main);
		self.ends_epoch |= self.drawn.as_mut().is_some_and(|drawn| drawn.ends(epoch));
		let ends = std::mem::take(&mut self.ends_epoch);
		if let Some(drawn) = self.drawn.as_mut().filter(|_| ends && is_main) {
			drawn.in_force = epoch + 1;
		}
		let report = self.report();
		let commitments = Commitments {
			outbox: root_of(report.0.outbox.iter().copied()),
			inbox: root_of(report.0.inbox.iter().copied()),
			heads: root_of(report.1.heads.iter().copied()),
			..Commitments::default()
		};
		let mut header = Header {
			parent_hash: self.headers.last().map_or(self.genesis_header.hash(), |signed| signed.header.hash()),
			number,
			state_root: self.root(),
			digest: Digest { logs: vec![commitments.item()] },
			..empty_header()
		};
		let units = self.units.take();
		if let Some(UnitBlock { record, .. }) = &units {
			header.digest.push(record.outcome.digest(&record.heads(number)).item());
		}
		let slot = Slot { epoch, height: number, view: 0, kind: MessageKind::Commit };
		if ends {
			self.epoch += 1;
			let next = ConsensusLog::NextCommittee { epoch: self.epoch, members: self.members(self.epoch) };
			header.digest.push(next.to_item());
		}
		let domain = Domain { chain: self.chain(), genesis: self.genesis() };
		let signature = self.pair(epoch).sign(&slot.signing_payload(&domain, &header.hash())).into();
		let certificate = Certificate::from_votes(slot, header.hash(), 1, vec![(0, signature)]);
		if let Some(UnitBlock { batch, record }) = units {
			let receipts = Receipts::new(batch, record, header.clone(), certificate.clone()).unwrap();
			self.receipts.insert(number, receipts);
		}
		self.headers.push(SignedHeader { header, certificate });
		self.reports.push(report);
		self.keep();
		self.pruned_to = self.pruned_to.max(number.saturating_sub(KEPT));
	}

	fn report(&mut self) -> Reports {
		let outbox: Vec<_> = lane_claims(&self.mailbox).collect();
		let acknowledged =
			outbox.iter().map(|claim| self.mailbox.outbound(&claim.lane).acknowledged.messages).collect();
		let inbox = cursor_claims(&self.mailbox).collect();
		let heads = Beacon::new(&mut self.beacon).heads();
		let epoch_of =
			|chain| self.beacon.kept(chain).and_then(|source| source.spans.last()).map_or(0, |span| span.epoch);
		let followed = self.beacon.sources().into_iter().map(|chain| (chain, epoch_of(chain))).collect();
		let mailbox = MailboxReport { ledger: self.ledger, outbox, acknowledged, inbox };
		(mailbox, BeaconReport { heads, followed, frozen: Vec::new() })
	}
}

fn empty_header() -> Header {
	let zero = H256::zero();
	Header { parent_hash: zero, number: 0, state_root: zero, extrinsics_root: zero, digest: Digest::default() }
}

/// Returns a state as a runtime has it.
fn trie(entries: BTreeMap<Vec<u8>, Vec<u8>>) -> InMemoryBackend<BlakeTwo256> {
	InMemoryBackend::from((entries, StateVersion::V0))
}

fn at(number: BlockNumber) -> usize {
	usize::try_from(number).unwrap()
}
