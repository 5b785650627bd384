//! A committee of four, of which one is the engine, and the others are peers whose messages a test writes.

use super::ledger::{block_on, proposal, TestLedger, VERSION};
use crate::{
	engine::{Engine, EngineParams},
	keys::hello,
	ledger::{HeightContext, Tip},
	network::{
		testing::{Sent, TestNetwork, TestNotifications},
		PbftNetwork, ProtocolNames, Wire,
	},
	status::StatusHandle,
};
use codec::Encode;
use futures::future::BoxFuture;
use sc_network::{
	service::traits::{Direction, NotificationEvent},
	PeerId,
};
use sp_core::{ed25519, sr25519, traits::SpawnNamed, Pair, H256};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystorePtr};
use std::{sync::Arc, time::Duration};
use tc_pbft_core::{
	Commit, Input, Inventory, Message, NewView, Output, Payload, PrePrepare, Prepare, Proposal, Replica, Signed,
	Signer, ViewChange,
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tp_core::ChainTag;
use tp_pbft::{
	check_signature, Certificate, Committee, Domain, Height, Member, MemberIndex, MessageKind, Pace, PbftConfig,
	PbftId, PbftSignature, PreparedCertificate, Slot, View, PBFT_KEY_TYPE, VRF_KEY_TYPE,
};

pub const SIZE: MemberIndex = 4;
/// The tip that the engine starts on, unless a test wants another.
pub const GENESIS: Tip = Tip { height: 0, hash: H256::repeat_byte(9) };
/// The timeout of view 0, and the idle interval.
pub const BASE_TIMEOUT: Duration = Duration::from_millis(1_000);

#[derive(Clone)]
struct TokioSpawner;

impl SpawnNamed for TokioSpawner {
	fn spawn_blocking(&self, _: &'static str, _: Option<&'static str>, future: BoxFuture<'static, ()>) {
		tokio::spawn(future);
	}
	fn spawn(&self, _: &'static str, _: Option<&'static str>, future: BoxFuture<'static, ()>) {
		tokio::spawn(future);
	}
}

fn seed(member: MemberIndex) -> [u8; 32] {
	[u8::try_from(member).expect("a small committee; qed") + 1; 32]
}

fn pair(member: MemberIndex) -> ed25519::Pair {
	ed25519::Pair::from_seed(&seed(member))
}

fn keystore(member: MemberIndex) -> KeystorePtr {
	let store = MemoryKeystore::new();
	let phrase = |seed: [u8; 32]| format!("0x{}", seed.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
	let phrase = phrase(seed(member));
	store.ed25519_generate_new(PBFT_KEY_TYPE, Some(&phrase)).expect("the seed is right; qed");
	store.sr25519_generate_new(VRF_KEY_TYPE, Some(&phrase)).expect("the seed is right; qed");
	Arc::new(store)
}

fn committee() -> Committee {
	let member = |member| Member {
		key: pair(member).public().into(),
		vrf: sr25519::Pair::from_seed(&seed(member)).public().into(),
		weight: 1,
	};
	Committee { epoch: 3, members: (0..SIZE).map(member).collect(), seed: [4; 32] }
}

pub fn domain() -> Domain {
	Domain { chain: ChainTag::Main, genesis: GENESIS.hash }
}

struct PairSigner(ed25519::Pair);

impl Signer for PairSigner {
	fn sign(&self, message: &[u8]) -> PbftSignature {
		self.0.sign(message).into()
	}
}

/// Returns what a correct member passes on to an asker, after it received some messages.
pub fn answer_of(
	member: MemberIndex,
	received: Vec<Signed<Message>>,
	asker: MemberIndex,
	question: Inventory,
) -> Vec<Signed<Message>> {
	let (committee, height) = (committee(), question.height);
	let mut replica = Replica::new(domain(), Box::new(PairSigner(pair(member))), Vec::new());
	let pace = Pace { block_interval_ms: 0, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
	let me = Some(member);
	replica.step(Input::StartHeight { height, committee: committee.clone(), me, pace, since_parent_ms: 0 });
	for message in received {
		let verified = message.verify(&domain(), &committee, height, &check_signature).expect("it is signed; qed");
		replica.step(Input::Message(verified));
	}
	let answer = replica.step(Input::Asked(asker, question)).into_iter();
	let passed_on = |output| match output {
		Output::PassOn(to, messages) if to == asker => Some(messages),
		_ => None,
	};
	answer.filter_map(passed_on).flatten().collect()
}

/// Signs a message of a member.
pub fn sign<M: Payload>(member: MemberIndex, height: Height, message: M) -> Signed<M> {
	let slot = Slot { epoch: 3, height, view: message.view(), kind: message.kind() };
	let signature = pair(member).sign(&slot.signing_payload(&domain(), &message.payload())).into();
	Signed { epoch: 3, height, sender: member, message, signature }
}

pub struct Fixture {
	pub ledger: Arc<TestLedger>,
	pub network: Arc<TestNetwork>,
	pub sent: Sent,
	events: mpsc::Sender<NotificationEvent>,
	/// The primaries by view. The engine is the last of them.
	pub order: Vec<MemberIndex>,
	/// The peer of each member. That of the engine's own place is a second process with its key.
	peers: Vec<PeerId>,
	_folder: Arc<TempDir>,
	_requests: async_channel::Sender<sc_network::request_responses::IncomingRequest>,
}

impl Fixture {
	/// Returns an engine on a tip, with open substreams to all members. It votes at once, by the operator's word.
	pub async fn open(tip: Tip) -> (Self, Engine) {
		Self::open_with(tip, Self::folder(), true).await
	}

	/// Returns an engine of a new process on a tip, with an empty vote log and open substreams to all members.
	pub async fn open_new(tip: Tip) -> (Self, Engine) {
		Self::open_with(tip, Self::folder(), false).await
	}

	pub fn folder() -> Arc<TempDir> {
		Arc::new(TempDir::new().expect("a temporary folder can be made; qed"))
	}

	pub async fn open_with(tip: Tip, folder: Arc<TempDir>, votes_lost: bool) -> (Self, Engine) {
		let base = u32::try_from(BASE_TIMEOUT.as_millis()).expect("it is short; qed");
		let pace = Pace { block_interval_ms: 0, idle_interval_ms: base, base_timeout_ms: base };
		let config = PbftConfig { chain: ChainTag::Main, pace };
		let committee = committee();
		let order = committee.primaries();
		let ledger = TestLedger::new(HeightContext { committee, config, extrinsics_version: VERSION }, domain(), tip);
		let network = TestNetwork::new();
		let (notifications, events, sent) = TestNotifications::open();
		let (requests, block_requests) = async_channel::bounded(1);
		let names = ProtocolNames::new(GENESIS.hash, None);
		let own = *order.last().expect("four members; qed");
		let engine = Engine::open(EngineParams {
			ledger: ledger.clone(),
			tip: ledger.tip.subscribe(),
			genesis: GENESIS.hash,
			keystore: keystore(own),
			vote_log: folder.path().join("votes"),
			votes_lost,
			verified: ledger.verified.clone(),
			network: PbftNetwork { names, notifications, block_requests, takes_part: true },
			dials_private: false,
			network_service: network.clone(),
			status: StatusHandle::new().0,
			spawner: Box::new(TokioSpawner),
			registry: None,
		})
		.await
		.expect("the vote log is new or whole; qed");
		let peers = (0..SIZE).map(|_| PeerId::random()).collect();
		let fixture = Self { ledger, network, sent, events, order, peers, _folder: folder, _requests: requests };
		for member in 0..SIZE {
			if member != own {
				fixture.connect(member).await;
			}
		}
		(fixture, engine)
	}

	/// Opens a member's substream.
	pub async fn connect(&self, member: MemberIndex) {
		self.connect_from(member, self.peer(member)).await;
	}

	/// Opens the substream of a peer that proves the key with a number, which need not be a member's.
	pub async fn connect_from(&self, member: MemberIndex, peer: PeerId) {
		let handshake = hello(&keystore(member), &GENESIS.hash, &peer);
		let opened = NotificationEvent::NotificationStreamOpened {
			peer,
			direction: Direction::Inbound,
			handshake,
			negotiated_fallback: None,
		};
		self.events.send(opened).await.expect("the engine runs; qed");
	}

	/// Returns a member's vote key.
	pub fn key(&self, member: MemberIndex) -> PbftId {
		pair(member).public().into()
	}

	/// Closes a member's substream.
	pub async fn disconnect(&self, member: MemberIndex) {
		let closed = NotificationEvent::NotificationStreamClosed { peer: self.peer(member) };
		self.events.send(closed).await.expect("the engine runs; qed");
	}

	/// Returns the questions that the engine asked the members at a height, in their order.
	pub fn questions(&self, height: Height) -> Vec<Inventory> {
		let sent = self.sent.lock();
		let question = |bytes: &[u8]| match Wire::from_bytes(bytes) {
			Some(Wire::Inventory(inventory)) if inventory.height == height => Some(inventory),
			_ => None,
		};
		sent.iter().filter_map(|(_, bytes)| question(bytes)).collect()
	}

	pub fn peer(&self, member: MemberIndex) -> PeerId {
		self.peers[usize::from(member)]
	}

	/// The engine's own place.
	pub fn own(&self) -> MemberIndex {
		self.order[usize::from(SIZE) - 1]
	}

	/// Sends bytes over a member's link.
	pub async fn send_bytes(&self, over: MemberIndex, bytes: Vec<u8>) {
		let received = NotificationEvent::NotificationReceived { peer: self.peer(over), notification: bytes };
		self.events.send(received).await.expect("the engine runs; qed");
	}

	/// Sends a message over its sender's link.
	pub async fn send(&self, signed: Signed<Message>) {
		self.send_over(signed.sender, signed).await;
	}

	/// Sends a message over a member's link.
	pub async fn send_over(&self, over: MemberIndex, signed: Signed<Message>) {
		self.send_bytes(over, Wire::Message(signed).encode()).await;
	}

	/// A block on a tip, and the message in which the primary of view 0 proposes it.
	pub fn proposal_on(&self, tip: &Tip) -> (Proposal, Signed<Message>) {
		let block = proposal(&block_on(tip, Vec::new()));
		let proposed = PrePrepare { view: 0, proposal: block.clone(), new_view: None };
		(block, sign(self.order[0], tip.height + 1, Message::PrePrepare(proposed)))
	}

	/// The proposal of a prepared block in a later view.
	pub fn proposed_again(&self, height: Height, block: &Proposal, view: View) -> Signed<Message> {
		let slot = Slot { epoch: 3, height, view: 0, kind: MessageKind::Prepare };
		let voters = &self.order[..3];
		let vote = |member: &MemberIndex| (*member, self.prepare(*member, height, 0, block).signature);
		let prepared =
			PreparedCertificate::from_votes(slot, block.hash, SIZE.into(), voters.iter().map(vote).collect());
		let mut senders = voters.to_vec();
		senders.sort_unstable();
		let view_change =
			|member: &MemberIndex| sign(*member, height, ViewChange { view, prepared: Some(prepared.clone()) });
		let view_changes: Vec<_> = senders.iter().map(view_change).collect();
		let primary = self.order[view as usize % self.order.len()];
		let new_view = sign(primary, height, NewView { view, view_changes, block: Some(block.hash) });
		let proposed = PrePrepare { view, proposal: block.clone(), new_view: Some(Box::new(new_view)) };
		sign(primary, height, Message::PrePrepare(proposed))
	}

	pub fn prepare(&self, member: MemberIndex, height: Height, view: View, block: &Proposal) -> Signed<Message> {
		sign(member, height, Message::Prepare(Prepare { view, hash: block.hash }))
	}

	pub fn commit(&self, member: MemberIndex, height: Height, view: View, block: &Proposal) -> Signed<Message> {
		sign(member, height, Message::Commit(Commit { view, hash: block.hash }))
	}

	/// Returns the certificate of the other members' votes for a block.
	pub fn certificate(&self, height: Height, block: &Proposal) -> Certificate {
		self.certificate_of(height, block, &self.order[..3])
	}

	/// Returns the certificate of some members' votes for a block.
	pub fn certificate_of(&self, height: Height, block: &Proposal, members: &[MemberIndex]) -> Certificate {
		let slot = Slot { epoch: 3, height, view: 0, kind: MessageKind::Commit };
		let vote = |member: &MemberIndex| (*member, self.commit(*member, height, 0, block).signature);
		Certificate::from_votes(slot, block.hash, SIZE.into(), members.iter().map(vote).collect())
	}

	/// Returns the kinds and views of the messages that the engine sent at a height.
	pub fn votes(&self, height: Height) -> Vec<(MessageKind, View)> {
		let sent = self.sent.lock();
		let message = |bytes: &[u8]| match Wire::from_bytes(bytes) {
			Some(Wire::Message(signed)) if signed.height == height => {
				Some((signed.message.kind(), signed.message.view()))
			},
			_ => None,
		};
		let mut votes: Vec<_> = sent.iter().filter_map(|(_, bytes)| message(bytes)).collect();
		votes.dedup();
		votes
	}

	/// Runs the engine for a time.
	pub async fn run_for(&self, running: &mut BoxFuture<'_, ()>, time: Duration) {
		tokio::select! {
			() = running => unreachable!("the engine runs until it is dropped"),
			() = tokio::time::sleep(time) => {},
		}
	}

	/// Runs the engine until a condition holds.
	pub async fn run_until(&self, running: &mut BoxFuture<'_, ()>, what: &str, mut holds: impl FnMut() -> bool) {
		let waits = async {
			while !holds() {
				tokio::time::sleep(Duration::from_millis(2)).await;
			}
		};
		tokio::select! {
			() = running => unreachable!("the engine runs until it is dropped"),
			() = waits => {},
			() = tokio::time::sleep(Duration::from_secs(10)) => panic!("in vain: {what}"),
		}
	}
}

/// Runs an engine. It must not end.
pub fn running(engine: Engine) -> BoxFuture<'static, ()> {
	Box::pin(async move {
		let ended = engine.run().await;
		panic!("the engine ended: {ended:?}");
	})
}
