//! Payments to a zone and from it, block by block, with the invariants of every pallet after each block. The zone and its shard are
//! those of the primitives: a mailbox in memory, and headers that one key certifies.

use super::{extension, on_preset};
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Inspect, IntegrityTest},
};
use migration_fixtures::Author;
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Header as _, Digest};
use top_main_runtime::{genesis::*, *};
use tp_beacon::{Authority, NamedHeader, Registration, SignedHeader, Update, UPDATE_CALL};
use tp_core::{ChainTag, TOP};
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, cursor_claims, lane_claims, Acknowledgement, Anchor, Arrival, Bounce, Claims,
	Commitments, Destination, Draft, Head, HeadPath, HeadStep, Home, Host, Initiator, Lane, LaneLog, Ledger, Limits,
	Mailbox as LedgerMailbox, MemoryStore, Message, Packet, Payload, Range, Reason, Relayed, SendAll, Store as _,
	TableRange,
};
use tp_pbft::{Certificate, Committee as PbftCommittee, Domain, Member, MessageKind, Slot};

const ZONE: ChainTag = ChainTag::Zone(0);
const SHARD: Ledger = Ledger { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, tables: Some(TableRange::ALL) };
/// The genesis of the zone.
const GENESIS: H256 = H256::repeat_byte(8);
/// The time of a block, in milliseconds.
const BLOCK_MS: u64 = 500;

fn zone_key() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[8; 32])
}

/// Returns the zone as authors register it.
fn registration() -> Registration {
	let vrf = sr25519::Pair::from_seed(&[9; 32]).public().into();
	let members = vec![Member { key: zone_key().public().into(), vrf, weight: 1 }];
	let ledger = Ledger { chain: ZONE, tables: None };
	Registration { ledger, genesis: GENESIS, authority: Authority::Itself, epoch: 0, first: 1, members }
}

fn account(key: Sr25519Keyring) -> AccountId {
	key.to_account_id()
}

/// The main chain, whose author is Alice.
struct Main {
	author: Author,
	head: Header,
	committee: PbftCommittee,
	now: u64,
}

impl Main {
	fn new() -> Self {
		let head = Header::new(0, H256::zero(), H256::zero(), H256::zero(), Digest::default());
		let author = Author { chain: ChainTag::Main, genesis: head.hash() };
		Self { author, head, committee: Committee::committee(), now: 1_000_000 }
	}

	/// Adds a block with calls that come after its own inherents.
	fn block(&mut self, calls: impl FnOnce()) {
		let committee = Committee::committee();
		Executive::initialize_block(&self.author.header(&self.head, &committee));
		self.now += BLOCK_MS;
		let mut inherents: Vec<RuntimeCall> = vec![pallet_timestamp::Call::set { now: self.now }.into()];
		if *self.head.number() > 0 {
			let certificate = self.author.certificate(&self.head, &self.committee);
			inherents.push(pallet_committee::Call::note_parent { certificate }.into());
		}
		for inherent in inherents {
			assert_ok!(Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(inherent)).unwrap());
		}
		calls();
		self.head = Executive::finalize_block();
		self.committee = committee;
		try_state().unwrap();
	}

	fn commitments(&self) -> Commitments {
		Commitments::find(&self.head.digest).expect("every header says what its lanes are")
	}

	/// Returns the head as a zone includes it.
	fn included(&self) -> Head {
		let (height, hash, commitments) = (*self.head.number(), self.head.hash(), self.commitments());
		Head { ledger: configs::Own::get(), height, hash, commitments }
	}
}

/// Credits every value but 1, which it refuses.
#[derive(Default)]
struct Purse(u128);

impl Host for Purse {
	fn deliver(&mut self, _: &Arrival, message: &Message, _: &mut SendAll) -> Result<(), Reason> {
		if message.value == 1 {
			return Err(Reason::NoAccount);
		}
		self.0 += message.value;
		Ok(())
	}

	fn refund(&mut self, _: &AccountId, value: u128, _: Option<Bounce>) {
		self.0 += value;
	}
}

/// A shard and its zone.
#[derive(Default)]
struct Zone {
	mailbox: MemoryStore,
	purse: Purse,
	sent: Vec<(Lane, Message)>,
	number: u32,
}

impl Zone {
	fn pay(&mut self, to: &AccountId, value: u128) {
		let payload = Payload::Pay(to.clone()).encode();
		let draft = Draft { destination: Destination::Main, value, payload, weight: MIN_MESSAGE_WEIGHT, budget: 0 };
		let from = account(Sr25519Keyring::Dave);
		let (sent, message) = LedgerMailbox::new(SHARD, &mut self.mailbox).send(&from, draft).unwrap();
		self.sent.push((sent.lane, message));
	}

	/// Takes what the main chain has sent, below a zone header that includes its head.
	fn take(&mut self, main: &Main, messages: &[(Lane, Message)]) {
		let (heads, anchor) = self.heads(main);
		let outbox = Claims::new(Mailbox::outbox());
		let step = heads.find(|head| head.ledger.chain == ChainTag::Main);
		let step = step.map(|(head, path)| HeadStep { head, path }).unwrap();
		let mut proven = Vec::new();
		for claim in outbox.all() {
			let (claim, path) = outbox.find(|other| other.lane == claim.lane).unwrap();
			let mut log = LaneLog::new(claim.lane);
			let of_lane = messages.iter().filter(|(lane, _)| *lane == claim.lane);
			of_lane.for_each(|(_, message)| log.push(message.clone()));
			let (messages, range) = log.prove(Range { first: 0, end: claim.count }, claim.count).unwrap();
			let head = HeadPath(vec![step.clone()]);
			proven.push(Packet { first: 0, messages, range, claim, path, head }.verify(&anchor).unwrap());
		}
		let limits = Limits { messages: 100, bytes: 1 << 20, weight: u64::MAX };
		let mut mailbox = LedgerMailbox::new(SHARD, &mut self.mailbox);
		for event in mailbox.take(&mut self.purse, &proven, limits, 1) {
			if let tp_mailbox::Event::Sent(sent, message) = event {
				self.sent.push((sent.lane, message));
			}
		}
	}

	/// Returns the heads that the zone includes, and its next header as others hold it.
	fn heads(&mut self, main: &Main) -> (Claims<Head>, Anchor) {
		let commitments = LedgerMailbox::new(SHARD, &mut self.mailbox).commitments(1, H256::zero());
		let of_shard = Head { ledger: SHARD, height: 1, hash: H256::zero(), commitments };
		let heads = Claims::new(vec![main.included(), of_shard]);
		let commitments = Commitments { heads: heads.root(), ..Commitments::default() };
		let ledger = registration().ledger;
		(heads, Anchor { ledger, height: self.number + 1, commitments })
	}

	/// Makes a zone block. Returns its header, and what is proved below it for the main chain.
	fn block(&mut self, main: &Main) -> (NamedHeader, Relayed) {
		let (heads, anchor) = self.heads(main);
		self.number = anchor.height;
		let digest = Digest { logs: vec![anchor.commitments.item()] };
		let header = Header::new(self.number, H256::zero(), H256::zero(), H256::zero(), digest);
		let slot = Slot { epoch: 0, height: self.number, view: 0, kind: MessageKind::Commit };
		let hash = header.hash();
		let message = slot.signing_payload(&Domain { chain: ZONE, genesis: GENESIS }, &hash);
		let certificate = Certificate::from_votes(slot, hash, 1, vec![(0, zone_key().sign(&message).into())]);
		let named = NamedHeader { chain: ZONE, signed: SignedHeader { header, certificate } };

		let step = heads.find(|head| head.ledger == SHARD).map(|(head, path)| HeadStep { head, path }).unwrap();
		let head = HeadPath(vec![step]);
		let outbox = Claims::new(lane_claims(&self.mailbox).collect());
		let packets = (0..outbox.all().len()).map(|index| {
			let (claim, path) = outbox.at(index).unwrap();
			let mut log = LaneLog::new(claim.lane);
			let of_lane = self.sent.iter().filter(|(lane, _)| *lane == claim.lane);
			of_lane.for_each(|(_, message)| log.push(message.clone()));
			let first = self.mailbox.outbound(&claim.lane).acknowledged.messages;
			let (messages, range) = log.prove(Range { first, end: claim.count }, claim.count).unwrap();
			Packet { first, messages, range, claim, path, head: head.clone() }
		});
		let inbox = Claims::new(cursor_claims(&self.mailbox).collect());
		let acknowledgements = (0..inbox.all().len()).map(|index| {
			let (claim, path) = inbox.at(index).unwrap();
			Acknowledgement { claim, path, head: head.clone() }
		});
		let (packets, acknowledgements) = (packets.collect(), acknowledgements.collect());
		(named, Relayed { chain: ZONE, height: self.number, packets, acknowledgements })
	}

	/// Learns what the main chain has taken.
	fn acknowledge(&mut self, main: &Main) {
		let (heads, anchor) = self.heads(main);
		let step = heads.find(|head| head.ledger.chain == ChainTag::Main);
		let head = HeadPath(step.map(|(head, path)| HeadStep { head, path }).into_iter().collect());
		let inbox = Claims::new(Mailbox::inbox());
		for index in 0..inbox.all().len() {
			let (claim, path) = inbox.at(index).unwrap();
			let cursor = Acknowledgement { claim, path, head: head.clone() }.verify(&anchor).unwrap();
			LedgerMailbox::new(SHARD, &mut self.mailbox).acknowledge(&cursor).unwrap();
		}
	}
}

/// Pays an account of the zone, as a transaction does.
fn pay(from: Sr25519Keyring, to: &AccountId, value: u128) {
	let call = pallet_mailbox::Call::transfer { home: Home::Zone(0), to: to.clone(), value };
	let nonce = System::account_nonce(account(from));
	let payload = SignedPayload::new(RuntimeCall::from(call.clone()), extension(nonce, 0)).unwrap();
	let signature = payload.using_encoded(|bytes| from.sign(bytes));
	let address = sp_runtime::MultiAddress::Id(account(from));
	let signed = UncheckedExtrinsic::new_signed(call.into(), address, signature.into(), extension(nonce, 0));
	assert_ok!(Executive::apply_extrinsic(signed).unwrap());
}

/// Returns the message of such a payment.
fn payment(from: Sr25519Keyring, to: &AccountId, value: u128) -> (Lane, Message) {
	let destination = Destination::of(Home::Zone(0), to);
	let lane = Lane { source: ChainTag::Main, destination, class: tp_mailbox::Class::User };
	let initiator = Initiator { home: Home::Main, account: account(from) };
	let payload = Payload::Pay(to.clone()).encode();
	(lane, Message { initiator, hop: 0, weight: MIN_MESSAGE_WEIGHT, budget: 0, value, payload })
}

fn update(update: Update) {
	assert_ok!(Beacon::update(RuntimeOrigin::none(), update));
}

#[test]
fn nodes_find_the_news_of_ledgers_in_a_block() {
	let call = RuntimeCall::Beacon(pallet_beacon::Call::update { update: Update::default() });
	assert_eq!(call.encode()[..2], UPDATE_CALL);
	on_preset(DEVELOPMENT, <AllPalletsWithSystem as IntegrityTest>::integrity_test);
}

#[test]
fn values_leave_for_a_zone_and_come_back_and_none_is_lost() {
	on_preset(DEVELOPMENT, || {
		let (mut main, mut zone) = (Main::new(), Zone::default());
		let (alice, bob, charlie) =
			(Sr25519Keyring::Alice, account(Sr25519Keyring::Bob), account(Sr25519Keyring::Charlie));
		let issued = Balances::total_issuance();
		main.block(|| {
			let to_nowhere =
				|| Mailbox::transfer(RuntimeOrigin::signed(account(alice)), Home::Zone(0), bob.clone(), TOP);
			assert_noop!(to_nowhere(), pallet_mailbox::Error::<Runtime>::UnknownDestination);
			let home = Mailbox::transfer(RuntimeOrigin::signed(account(alice)), Home::Main, bob.clone(), TOP);
			assert_eq!(home, Err(pallet_mailbox::Error::<Runtime>::NotRemote.into()));
			update(Update { registrations: vec![registration()], ..Update::default() });
		});
		assert_eq!(main.commitments(), Commitments::default(), "nothing is on its way");

		// The shard refuses the second payment.
		let before = Balances::balance(&account(alice));
		main.block(|| {
			pay(alice, &bob, 5 * TOP);
			pay(alice, &charlie, 1);
		});
		assert_eq!(Balances::balance(&account(alice)), before - 5 * TOP - 1);
		assert_eq!(Balances::total_issuance(), issued, "what is on its way is issued");
		assert_eq!(pallet_mailbox::InLanes::<Runtime>::get(), 5 * TOP + 1);
		main.block(|| ());
		zone.take(&main, &[payment(alice, &bob, 5 * TOP), payment(alice, &charlie, 1)]);
		assert_eq!(zone.purse.0, 5 * TOP);

		// The shard pays back, once more than can be credited.
		let nowhere = AccountId::new([77; 32]);
		zone.pay(&charlie, 2 * TOP);
		zone.pay(&nowhere, 3);
		let held = Balances::balance(&charlie);
		let (header, relayed) = zone.block(&main);
		main.block(|| {
			assert_noop!(
				Mailbox::relay(RuntimeOrigin::none(), vec![relayed.clone()]),
				pallet_mailbox::Error::<Runtime>::AnchorNotHeld
			);
			update(Update { headers: vec![header], ..Update::default() });
			assert_ok!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed]));
		});
		assert_eq!(Balances::balance(&charlie), held + 2 * TOP);
		assert_eq!(Balances::balance(&account(alice)), before - 5 * TOP, "what the shard refused has returned");
		// 3 came, and return in a lane.
		assert_eq!(Balances::total_issuance(), issued - 5 * TOP + 2 * TOP + 3);
		assert_eq!(pallet_mailbox::InLanes::<Runtime>::get(), 3);
		assert_eq!(Mailbox::outbox().len(), 1);

		// The shard takes the bounce, and learns that all has arrived.
		main.block(|| ());
		zone.acknowledge(&main);
		let bounce = {
			let destination = Destination::of(Home::Zone(0), &account(Sr25519Keyring::Dave));
			let lane = Lane { source: ChainTag::Main, destination, class: tp_mailbox::Class::Bounce };
			let lost = Lane { source: SHARD.chain, destination: Destination::Main, class: tp_mailbox::Class::User };
			let payload = Bounce { lane: lost, sequence: 1, reason: Reason::NoAccount }.encode();
			let initiator = Initiator { home: Home::Zone(0), account: account(Sr25519Keyring::Dave) };
			(lane, Message { initiator, hop: 0, weight: MIN_MESSAGE_WEIGHT, budget: 0, value: 3, payload })
		};
		zone.take(&main, &[bounce]);
		assert_eq!((zone.purse.0, zone.mailbox.outbox().messages), (5 * TOP + 3, 0));
		let (header, relayed) = zone.block(&main);
		main.block(|| {
			update(Update { headers: vec![header], ..Update::default() });
			let news =
				relayed.acknowledgements.into_iter().filter(|one| one.claim.lane.class == tp_mailbox::Class::Bounce);
			let relayed = Relayed { acknowledgements: news.collect(), packets: vec![], ..relayed };
			assert_ok!(Mailbox::relay(RuntimeOrigin::none(), vec![relayed]));
		});
		assert_eq!(Mailbox::outbox(), []);
		assert_eq!(Balances::total_issuance(), issued - 3 * TOP);
		assert_eq!(pallet_mailbox::InLanes::<Runtime>::get(), 0);
	});
}

#[test]
fn authors_register_zones_alone_and_where_the_genesis_lets_them() {
	for (preset, allows) in [
		(DEVELOPMENT, true),
		(LOCAL, true),
		(LOCAL_FAST, true),
		(GOVERNED, true),
		(ROTATION, false),
		(DRAWN, true),
		(PRODUCTION, false),
	] {
		on_preset(preset, || {
			System::set_block_number(1);
			let register = |chain: ChainTag| {
				let registration = Registration { ledger: Ledger { chain, ..registration().ledger }, ..registration() };
				let update = Update { registrations: vec![registration], ..Update::default() };
				Beacon::update(RuntimeOrigin::none(), update)
			};
			let refused = || pallet_beacon::Error::<Runtime>::AuthorsDoNotRegister;
			for other in [ChainTag::Main, SHARD.chain] {
				assert_noop!(register(other), refused());
			}
			if allows {
				assert_ok!(register(ZONE));
			} else {
				assert_noop!(register(ZONE), refused());
				let neighbour = pallet_beacon::Neighbour {
					chain: ZONE,
					tables: None,
					genesis: GENESIS,
					epoch: 0,
					first: 1,
					members: registration().members,
					elects_itself: false,
				};
				assert_ok!(Beacon::register(RuntimeOrigin::root(), neighbour));
			}
			assert_eq!(Beacon::report().followed, [(ZONE, 0)], "{preset}");
		});
	}
}
