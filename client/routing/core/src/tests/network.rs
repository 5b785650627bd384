//! Blocks and headers of ledgers that tests put together.

use crate::{Effects, Executed, Input, Output, Place, Router, Trees, ZoneBlock};
use sp_core::{ed25519, sr25519, H256};
use sp_runtime::Digest;
use tp_beacon::{Authority, Beacon, CertifiedHeader, MemoryStore, Registration, SignedHeader};
use tp_core::{AccountId, BlockNumber, ChainTag, Header};
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, lane_claims, root_of, Claims, Class, Commitments, CursorClaim, Destination, Draft,
	Head, Lane, LaneClaim, Ledger, Mailbox, Message, Sent, TableId, TableRange, Tally,
};
use tp_pbft::{Certificate, ConsensusLog, Member, MessageKind, Slot};

pub const ZONE: ChainTag = ChainTag::Zone(0);

pub fn shard(incarnation: u32) -> Ledger {
	// Each shard has one table, that of its number.
	let table = TableId(u8::try_from(incarnation).expect("tests have few shards"));
	let tables = Some(TableRange { first: table, last: table });
	Ledger { chain: ChainTag::Shard { zone: 0, incarnation }, tables }
}

pub fn plain(chain: ChainTag) -> Ledger {
	Ledger { chain, tables: None }
}

/// Returns the destination that a shard owns.
pub fn table(incarnation: u8) -> Destination {
	Destination::Table { zone: 0, table: TableId(incarnation) }
}

fn members() -> Vec<Member> {
	let key = ed25519::Public::from_raw([1; 32]).into();
	vec![Member { key, vrf: sr25519::Public::from_raw([1; 32]).into(), weight: 1 }]
}

/// Returns a header. `salt` makes another one of it; `is_last` ends an epoch.
pub fn signed(number: BlockNumber, salt: u8, commitments: Commitments, is_last: bool) -> SignedHeader {
	let mut logs = vec![commitments.item()];
	logs.extend(is_last.then(|| ConsensusLog::NextCommittee { epoch: 1, members: members() }.to_item()));
	let (zero, parent_hash) = (H256::zero(), H256::repeat_byte(salt));
	let header = Header { parent_hash, number, state_root: zero, extrinsics_root: zero, digest: Digest { logs } };
	let slot = Slot { epoch: 0, height: number, view: 0, kind: MessageKind::Commit };
	let votes = vec![(0, ed25519::Signature::from_raw([0; 64]).into())];
	let certificate = Certificate::from_votes(slot, header.hash(), 1, votes);
	SignedHeader { header, certificate }
}

pub fn certified(chain: ChainTag, signed: &SignedHeader) -> CertifiedHeader {
	let mut store = MemoryStore::default();
	let mut beacon = Beacon::new(&mut store);
	let (ledger, genesis, authority) = (plain(chain), H256::zero(), Authority::Itself);
	let registration = Registration { ledger, genesis, authority, epoch: 0, first: 0, members: members() };
	beacon.register(registration).unwrap();
	beacon.certify(chain, signed, |_: &_, _: &[u8], _: &_| true).unwrap()
}

/// A ledger whose blocks tests make one by one.
pub struct Source {
	pub ledger: Ledger,
	pub number: BlockNumber,
	store: tp_mailbox::MemoryStore,
	sent: Vec<(Sent, Message)>,
	taken: Vec<CursorClaim>,
}

impl Source {
	pub fn new(ledger: Ledger) -> Self {
		Self { ledger, number: 0, store: Default::default(), sent: Vec::new(), taken: Vec::new() }
	}

	/// Sends a message in the next block.
	pub fn send(&mut self, destination: Destination) {
		let draft = Draft { destination, weight: MIN_MESSAGE_WEIGHT, budget: 0, value: 1, payload: vec![1, 2, 3] };
		self.sent.push(Mailbox::new(self.ledger, &mut self.store).send(&account(), draft).unwrap());
	}

	/// Takes messages of a lane in the next block.
	pub fn take(&mut self, lane: Lane, messages: u64) {
		self.taken.retain(|claim| claim.lane != lane);
		self.taken.push(CursorClaim { lane, taken: Tally { messages, ..Tally::default() } });
		self.taken.sort_by_key(|claim| claim.lane);
	}

	/// Makes a block, and has a router execute it. Returns its head.
	pub fn block(&mut self, router: &mut Router) -> (Head, Vec<Output>) {
		self.number += 1;
		let outbox: Vec<LaneClaim> = lane_claims(&self.store).collect();
		let commitments = Commitments {
			outbox: root_of(outbox.iter().copied()),
			inbox: root_of(self.taken.iter().copied()),
			..Commitments::default()
		};
		let signed = signed(self.number, 0, commitments, false);
		let (number, hash) = (self.number, signed.header.hash());
		let header = certified(self.ledger.chain, &signed);
		let mut outputs = router.step(Input::Certified(header, signed));
		let sent = std::mem::take(&mut self.sent);
		let trees = Trees::default().next(outbox, self.taken.clone()).into();
		let effects = Some(Effects { sent, trees, ..Effects::default() }.into());
		let ledger = self.ledger;
		outputs.extend(router.step(Input::Executed(Executed { ledger, number, hash, effects })));
		(Head { ledger, height: number, hash, commitments }, outputs)
	}
}

pub fn account() -> AccountId {
	AccountId::new([3; 32])
}

pub fn lane(from: Ledger, destination: Destination) -> Lane {
	Lane { source: from.chain, destination, class: Class::User }
}

/// Returns a zone block that includes some heads.
pub fn zone_block(number: BlockNumber, mut heads: Vec<Head>) -> ZoneBlock {
	heads.sort_by_key(|head| head.ledger.chain);
	let commitments = Commitments { heads: root_of(heads.iter().copied()), ..Commitments::default() };
	let signed = signed(number, 0, commitments, false);
	ZoneBlock { signed, commitments, heads: Claims::new(heads).into(), conflicts: Vec::new() }
}

/// Returns a router of a zone with two shards.
pub fn router(index: u16, of: u16) -> Router {
	let mut router = Router::new(0, Place { index, of });
	router.add_shard(shard(1), 0);
	router.add_shard(shard(2), 0);
	router
}

/// Returns a message's claim, for tests that name one.
pub fn claims_of(source: &Source) -> Claims<LaneClaim> {
	Claims::new(lane_claims(&source.store).collect())
}
