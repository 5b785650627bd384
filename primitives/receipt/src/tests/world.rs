//! A zone of two shards whose headers, states and certificates are real. One message goes from the first shard to the second.

use crate::{
	Anchors, Crediting, Level, MessageReceipt, Origin, ProvenMessage, ReceiptError, Sealing, Sending, TrustedCommittee,
};
use codec::Encode;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::BlakeTwo256, Digest, DigestItem, MultiSignature, StateVersion};
use sp_state_machine::{prove_read, InMemoryBackend};
use std::collections::BTreeMap;
use tp_beacon::{NamedHeader, SignedHeader};
use tp_core::{merkle, AccountId, Balance, BlockNumber, ChainTag, Header};
use tp_lattice::{Batch, BlockRecord, Mark, Operation, Outcome, Receipts, TableBlock, TableHead, Unit, UnitBody};
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, cursor_claims, lane_claims, outbound_key, Acknowledgement, Claims, Class, Commitments,
	Destination, Draft, Head, HeadPath, HeadStep, Home, InboundLane, Lane, LaneLog, Ledger, Mailbox, MemoryStore,
	Packet, Payload, Range, Store, TableId, TableRange, Tally,
};
use tp_pbft::{
	check_signature, Certificate, ConsensusLog, Domain, Epoch, Member, MessageKind, PbftPair, PbftSignature, Slot,
	VrfPair,
};

pub const ZONE: ChainTag = ChainTag::Zone(0);
pub const SOURCE: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
pub const OTHER: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };

/// The amount of the unit.
pub const AMOUNT: Balance = 700;

fn tables(chain: ChainTag) -> Option<TableRange> {
	match chain {
		SOURCE => Some(TableRange { first: TableId(0), last: TableId(127) }),
		OTHER => Some(TableRange { first: TableId(128), last: TableId(255) }),
		_ => None,
	}
}

/// Returns an account of a shard.
pub fn resident(chain: ChainTag) -> AccountId {
	let tables = tables(chain).unwrap();
	let accounts = (0..).map(|number: u32| AccountId::new(sp_crypto_hashing::blake2_256(&number.to_le_bytes())));
	accounts.into_iter().find(|account| tables.contains(TableId::of(account))).unwrap()
}

/// Returns the lane of the message.
pub fn lane() -> Lane {
	let destination = Destination::of(Home::Zone(0), &resident(OTHER));
	Lane { source: SOURCE, destination, class: Class::User }
}

fn keys(chain: ChainTag, epoch: Epoch) -> Vec<PbftPair> {
	let seed = |member: u8| sp_crypto_hashing::blake2_256(&(chain, epoch, member).encode());
	(0..4).map(|member| PbftPair::from_seed(&seed(member))).collect()
}

fn members(chain: ChainTag, epoch: Epoch) -> Vec<Member> {
	let vrf = VrfPair::from_seed(&[1; 32]).public();
	keys(chain, epoch).iter().map(|pair| Member { key: pair.public(), vrf: vrf.clone(), weight: 1 }).collect()
}

fn domain(chain: ChainTag) -> Domain {
	Domain { chain, genesis: H256(sp_crypto_hashing::blake2_256(&chain.encode())) }
}

/// Returns the committee of an epoch as a verifier trusts it.
pub fn trusted(chain: ChainTag, epoch: Epoch) -> TrustedCommittee {
	TrustedCommittee { domain: domain(chain), epoch, first: 0, members: members(chain, epoch) }
}

/// Returns anchors of some ledgers, of their first epoch.
pub fn anchors(chains: &[ChainTag]) -> Anchors {
	let mut anchors = Anchors::default();
	chains.iter().for_each(|chain| anchors.trust(trusted(*chain, 0)));
	anchors
}

/// Signs a header by the committee of an epoch.
pub fn sign(chain: ChainTag, epoch: Epoch, header: Header) -> NamedHeader {
	let slot = Slot { epoch, height: header.number, view: 0, kind: MessageKind::Commit };
	let payload = slot.signing_payload(&domain(chain), &header.hash());
	let votes: Vec<(u16, PbftSignature)> =
		(0..3).map(|at| (at, keys(chain, epoch)[usize::from(at)].sign(&payload))).collect();
	let certificate = Certificate::from_votes(slot, header.hash(), 4, votes);
	NamedHeader { chain, signed: SignedHeader { header, certificate } }
}

/// A ledger with its mailbox and its headers.
pub struct TestLedger {
	ledger: Ledger,
	pub mailbox: MemoryStore,
	pub headers: Vec<Header>,
	pub logs: BTreeMap<Lane, LaneLog>,
}

impl TestLedger {
	pub fn new(chain: ChainTag) -> Self {
		let ledger = Ledger { chain, tables: tables(chain) };
		let mut new = Self { ledger, mailbox: MemoryStore::default(), headers: Vec::new(), logs: BTreeMap::new() };
		new.block(&[], Vec::new());
		new
	}

	fn state(&self) -> InMemoryBackend<BlakeTwo256> {
		let lanes = self.mailbox.outbound_lanes().map(|(lane, state)| (outbound_key(lane), state.encode()));
		let others = (0u8..20).map(|number| (vec![number; 20], vec![number; 40]));
		InMemoryBackend::from((lanes.chain(others).collect::<BTreeMap<_, _>>(), StateVersion::V0))
	}

	/// Proves the state of a lane after the newest block.
	pub fn prove(&self, lane: &Lane) -> Vec<Vec<u8>> {
		prove_read(self.state(), [outbound_key(lane)]).unwrap().into_iter_nodes().collect()
	}

	/// Appends a header with these heads and further items. Returns its height.
	pub fn block(&mut self, heads: &[Head], items: Vec<DigestItem>) -> BlockNumber {
		let commitments = Commitments {
			outbox: tp_mailbox::root_of(lane_claims(&self.mailbox)),
			inbox: tp_mailbox::root_of(cursor_claims(&self.mailbox)),
			heads: tp_mailbox::root_of(heads.iter().copied()),
			..Commitments::default()
		};
		let number = BlockNumber::try_from(self.headers.len()).unwrap();
		let state = self.state();
		let header = Header {
			parent_hash: self.headers.last().map(Header::hash).unwrap_or_default(),
			number,
			state_root: *state.root(),
			extrinsics_root: H256::zero(),
			digest: Digest { logs: [vec![commitments.item()], items].concat() },
		};
		self.headers.push(header);
		number
	}

	/// Returns the newest head.
	pub fn head(&self) -> Head {
		let header = self.headers.last().unwrap();
		let commitments = Commitments::find(&header.digest).unwrap();
		Head { ledger: self.ledger, height: header.number, hash: header.hash(), commitments }
	}

	/// Sends a payment.
	pub fn pay(&mut self, from: &AccountId, to: &AccountId, value: Balance) {
		let payload = Payload::Pay(to.clone()).encode();
		let destination = Destination::of(Home::Zone(0), to);
		let draft = Draft { destination, value, payload, weight: MIN_MESSAGE_WEIGHT, budget: 0 };
		let (sent, message) = Mailbox::new(self.ledger, &mut self.mailbox).send(from, draft).unwrap();
		self.logs.entry(sent.lane).or_insert_with(|| LaneLog::new(sent.lane)).push(message);
	}

	/// Proves a message below the newest header.
	pub fn packet(&self, lane: &Lane, sequence: u64) -> Packet {
		let claims = Claims::new(lane_claims(&self.mailbox).collect());
		let (claim, path) = claims.find(|claim| claim.lane == *lane).unwrap();
		let (messages, range) =
			self.logs[lane].prove(Range { first: sequence, end: sequence + 1 }, claim.count).unwrap();
		Packet { first: sequence, messages, range, claim, path, head: HeadPath::default() }
	}

	/// Takes the messages of a lane.
	pub fn take(&mut self, lane: &Lane, messages: u64) {
		let taken = Tally { messages, bytes: 100, value: 9 };
		self.mailbox.set_inbound(lane, Some(InboundLane { taken, known: messages }));
	}

	/// Proves the cursor of a lane below the newest header.
	pub fn cursor(&self, lane: &Lane, head: HeadPath) -> Acknowledgement {
		let claims = Claims::new(cursor_claims(&self.mailbox).collect());
		let (claim, path) = claims.find(|claim| claim.lane == *lane).unwrap();
		Acknowledgement { claim, path, head }
	}
}

/// Returns the way to a head among those of a header.
pub fn way(heads: &[Head], chain: ChainTag) -> HeadPath {
	let (head, path) = Claims::new(heads.to_vec()).find(|head| head.ledger.chain == chain).unwrap();
	HeadPath(vec![HeadStep { head, path }])
}

/// Returns a unit with its place in a block, as the header's digest and a function that makes the receipt.
fn unit_block(operations: Vec<Operation>, number: BlockNumber) -> (DigestItem, Batch, BlockRecord) {
	let account = resident(SOURCE);
	let body = UnitBody {
		account: account.clone(),
		height: 4,
		parent: H256::repeat_byte(4),
		valid_until: 0,
		operations: operations.try_into().unwrap(),
	};
	let unit = Unit { body, signature: MultiSignature::Sr25519(sr25519::Signature::default()) };
	let table = TableBlock {
		table: TableId::of(&account),
		units: 1,
		units_root: merkle::root(&[(unit.hash(), Mark::APPLIED.code()).encode()]),
		credits: 0,
		credits_root: H256::zero(),
	};
	let outcome = Outcome { units: 1, tables: vec![table], ..Outcome::default() };
	let record = BlockRecord::new(outcome, |_| TableHead::default());
	let digest = record.outcome.digest(&record.heads(number));
	(digest.item(), Batch::new(vec![unit]).unwrap(), record)
}

/// Makes the receipt of a payment by a unit. Its zone begins another epoch between the two headers of the receipt.
pub fn receipt(level: Level) -> MessageReceipt {
	receipt_of(level, Operation::Transfer { dest: resident(OTHER), amount: AMOUNT })
}

/// Makes a receipt of the message of [`AMOUNT`] for a unit with this operation.
pub fn receipt_of(level: Level, operation: Operation) -> MessageReceipt {
	let (from, to, lane) = (resident(SOURCE), resident(OTHER), lane());
	let (mut source, mut other, mut zone) = (TestLedger::new(SOURCE), TestLedger::new(OTHER), TestLedger::new(ZONE));
	// An older payment of the same amount, and others to other tables.
	source.pay(&from, &to, AMOUNT);
	(0..5u8).for_each(|number| source.pay(&from, &AccountId::new([number; 32]), 11));
	source.block(&[], Vec::new());
	let (parent, before) = (source.headers[1].clone(), source.prove(&lane));

	source.pay(&from, &to, AMOUNT);
	source.pay(&from, &to, 3);
	let (item, batch, record) = unit_block(vec![operation], 2);
	source.block(&[], vec![item]);
	let header = source.headers[2].clone();
	let signed = sign(SOURCE, 0, header.clone()).signed;
	let unit = Receipts::new(batch, record, header, signed.certificate).unwrap().receipt(0).unwrap();
	let sending = Sending { packet: source.packet(&lane, 1), parent, before };

	source.block(&[], Vec::new());
	source.block(&[], Vec::new());
	let heads = [source.head(), other.head()];
	zone.block(&heads, Vec::new());
	let by = sign(ZONE, 0, zone.headers[1].clone());
	let sealing = Sealing { links: source.headers[3..=4].to_vec(), head: way(&heads, SOURCE), by };

	let next = ConsensusLog::NextCommittee { epoch: 1, members: members(ZONE, 1) };
	zone.block(&heads, vec![next.to_item()]);
	let handover = sign(ZONE, 0, zone.headers[2].clone());
	other.take(&lane, 2);
	other.block(&[], Vec::new());
	let heads = [source.head(), other.head()];
	zone.block(&heads, Vec::new());
	let cursor = other.cursor(&lane, way(&heads, OTHER));
	let crediting = Crediting { cursor, by: sign(ZONE, 1, zone.headers[3].clone()) };
	MessageReceipt {
		origin: Origin::Unit(unit),
		sending,
		sealing: (level >= Level::Sealed).then_some(sealing),
		crediting: (level >= Level::Taken).then_some(crediting),
		handovers: if level == Level::Taken { vec![handover] } else { Vec::new() },
	}
}

/// Verifies a receipt by the first committees of both ledgers.
pub fn verify(receipt: &MessageReceipt) -> Result<ProvenMessage, ReceiptError> {
	receipt.verify(&anchors(&[SOURCE, ZONE]), check_signature)
}
