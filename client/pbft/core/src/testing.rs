//! Fixtures of the unit tests: a cheap signature scheme, committees, blocks, and messages of any member.

use crate::{
	io::{Input, Output, Record, Verdict},
	message::{Commit, Message, NewView, Payload, PrePrepare, Prepare, Proposal, Signed, ViewChange},
	replica::Replica,
	signer::Signer,
	verify::Verified,
};
use sp_core::{ed25519, sr25519, H256};
use sp_crypto_hashing::blake2_256;
use std::sync::Arc;
use tp_core::ChainTag;
use tp_pbft::{
	BlockHash, Certificate, Committee, Domain, Height, Member, MemberIndex, MessageKind, Pace, PbftId, PbftSignature,
	PreparedCertificate, Slot, View,
};

pub const PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
pub const HEIGHT: Height = 5;

pub fn domain() -> Domain {
	Domain { chain: ChainTag::Main, genesis: H256::repeat_byte(9) }
}

pub fn key(member: MemberIndex) -> PbftId {
	let mut bytes = [1; 32];
	bytes[..2].copy_from_slice(&member.to_le_bytes());
	ed25519::Public::from_raw(bytes).into()
}

fn signature(key: &PbftId, message: &[u8]) -> PbftSignature {
	let mut bytes = [0; 64];
	let key: &[u8] = key.as_ref();
	bytes[..32].copy_from_slice(&blake2_256(&[key, message].concat()));
	ed25519::Signature::from_raw(bytes).into()
}

pub fn check(key: &PbftId, message: &[u8], found: &PbftSignature) -> bool {
	*found == signature(key, message)
}

pub struct TestSigner(pub MemberIndex);

impl Signer for TestSigner {
	fn sign(&self, message: &[u8]) -> PbftSignature {
		signature(&key(self.0), message)
	}
}

pub fn committee(size: MemberIndex) -> Committee {
	let vrf = sr25519::Public::from_raw([2; 32]);
	let members = (0..size).map(|member| Member { key: key(member), vrf: vrf.into(), weight: 1 }).collect();
	Committee { epoch: 3, members, seed: [4; 32] }
}

pub fn block(byte: u8) -> Proposal {
	Proposal { hash: BlockHash::repeat_byte(byte), bytes: Arc::new(vec![byte; 100]) }
}

pub fn slot(view: View, kind: MessageKind) -> Slot {
	Slot { epoch: 3, height: HEIGHT, view, kind }
}

/// Signs a message of a member at [`HEIGHT`].
pub fn sign<M: Payload>(member: MemberIndex, message: M) -> Signed<M> {
	let slot = slot(message.view(), message.kind());
	let signature = TestSigner(member).sign(&slot.signing_payload(&domain(), &message.payload()));
	Signed { epoch: 3, height: HEIGHT, sender: member, message, signature }
}

pub fn prepare(view: View, block: &Proposal) -> Message {
	Message::Prepare(Prepare { view, hash: block.hash })
}

pub fn commit(view: View, block: &Proposal) -> Message {
	Message::Commit(Commit { view, hash: block.hash })
}

pub fn view_change(view: View, prepared: Option<PreparedCertificate>) -> Message {
	Message::ViewChange(ViewChange { view, prepared })
}

/// Returns the certificate of these members' Prepares.
pub fn prepared(size: usize, view: View, block: &Proposal, members: &[MemberIndex]) -> PreparedCertificate {
	let votes = members.iter().map(|member| (*member, sign(*member, prepare(view, block)).signature)).collect();
	PreparedCertificate::from_votes(slot(view, MessageKind::Prepare), block.hash, size, votes)
}

/// Returns the certificate of these members' Commits.
pub fn certificate(size: usize, view: View, block: &Proposal, members: &[MemberIndex]) -> Certificate {
	let votes = members.iter().map(|member| (*member, sign(*member, commit(view, block)).signature)).collect();
	Certificate::from_votes(slot(view, MessageKind::Commit), block.hash, size, votes)
}

/// Returns the new view of a primary from the view changes of these members, each with its prepared certificate.
pub fn new_view(
	primary: MemberIndex,
	view: View,
	view_changes: &[(MemberIndex, Option<PreparedCertificate>)],
) -> Signed<NewView> {
	let view_changes: Vec<_> = view_changes
		.iter()
		.map(|(member, prepared)| sign(*member, ViewChange { view, prepared: prepared.clone() }))
		.collect();
	let block = NewView::block_of(&view_changes);
	sign(primary, NewView { view, view_changes, block })
}

pub fn pre_prepare(view: View, block: &Proposal, new_view: Option<Signed<NewView>>) -> Message {
	Message::PrePrepare(PrePrepare { view, proposal: block.clone(), new_view: new_view.map(Box::new) })
}

/// A replica of a committee at [`HEIGHT`], with the order of primaries.
pub struct Fixture {
	pub replica: Replica,
	pub committee: Committee,
	pub order: Vec<MemberIndex>,
}

impl Fixture {
	/// Starts the replica of the member that is primary of view `turn`, with a vote log.
	pub fn start(size: MemberIndex, turn: View, log: Vec<Record>) -> (Self, Vec<Output>) {
		let committee = committee(size);
		let order = committee.primaries();
		let me = order[turn as usize % order.len()];
		Self::start_as(size, Some(me), log)
	}

	pub fn start_as(size: MemberIndex, me: Option<MemberIndex>, log: Vec<Record>) -> (Self, Vec<Output>) {
		let committee = committee(size);
		let order = committee.primaries();
		let mut replica = Replica::new(domain(), Box::new(TestSigner(me.unwrap_or(999))), log);
		let outputs = replica.step(Input::StartHeight {
			height: HEIGHT,
			committee: committee.clone(),
			me,
			pace: PACE,
			since_parent_ms: 30,
		});
		(Self { replica, committee, order }, outputs)
	}

	/// Returns the primary of a view.
	pub fn primary(&self, view: View) -> MemberIndex {
		self.order[view as usize % self.order.len()]
	}

	pub fn verified(&self, signed: Signed<Message>) -> Verified<Message> {
		signed.verify(&domain(), &self.committee, HEIGHT, &check).expect("the messages of the tests are well formed")
	}

	/// Feeds a member's message to the replica.
	pub fn receive(&mut self, member: MemberIndex, message: Message) -> Vec<Output> {
		let verified = self.verified(sign(member, message));
		self.replica.step(Input::Message(verified))
	}

	pub fn checked(&mut self, block: &Proposal, valid: bool) -> Vec<Output> {
		self.verdict(block, if valid { Verdict::Valid } else { Verdict::Invalid })
	}

	pub fn verdict(&mut self, block: &Proposal, verdict: Verdict) -> Vec<Output> {
		self.replica.step(Input::ProposalChecked { hash: block.hash, verdict })
	}

	pub fn timer(&mut self, timer: crate::io::Timer) -> Vec<Output> {
		self.replica.step(Input::Timer(timer))
	}
}

/// Returns the messages that were broadcast.
pub fn broadcasts(outputs: &[Output]) -> Vec<&Message> {
	outputs
		.iter()
		.filter_map(|output| match output {
			Output::Broadcast(signed) => Some(&signed.message),
			_ => None,
		})
		.collect()
}

/// Returns the records that were written to the vote log.
pub fn records(outputs: &[Output]) -> Vec<Record> {
	outputs
		.iter()
		.filter_map(|output| match output {
			Output::Persist(record) => Some(record.clone()),
			_ => None,
		})
		.collect()
}
