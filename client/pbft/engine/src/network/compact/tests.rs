use super::*;
use crate::network::Wire;
use sp_core::{crypto::UncheckedFrom, ed25519, H256};
use std::sync::Arc;
use tc_pbft_core::{NewView, PrePrepare, Proposal};
use tp_pbft::{MemberIndex, MessageKind, PbftSignature, Slot, View};

const SIZE: MemberIndex = 128;
const QUORUM: MemberIndex = 86;

fn signature(byte: u8) -> PbftSignature {
	ed25519::Signature::unchecked_from([byte; 64]).into()
}

fn certificate(view: View, first: MemberIndex) -> PreparedCertificate {
	let slot = Slot { epoch: 1, height: 2, view, kind: MessageKind::Prepare };
	let votes = (first..first + QUORUM).map(|member| (member, signature(1))).collect();
	PreparedCertificate::from_votes(slot, H256::repeat_byte(3), SIZE.into(), votes)
}

fn signed<M>(sender: MemberIndex, message: M) -> Signed<M> {
	Signed { epoch: 1, height: 2, sender, message, signature: signature(2) }
}

/// A proposal with a new view of a quorum, in which each member shows a certificate of `of`.
fn proposed(of: impl Fn(MemberIndex) -> Option<PreparedCertificate>) -> Signed<Message> {
	let view_change = |sender| signed(sender, ViewChange { view: 2, prepared: of(sender) });
	let new_view = NewView { view: 2, view_changes: (0..QUORUM).map(view_change).collect(), block: None };
	let proposal = Proposal { hash: H256::repeat_byte(3), bytes: Arc::new(vec![7; 100]) };
	let new_view = Some(Box::new(signed(5, new_view)));
	signed(5, Message::PrePrepare(PrePrepare { view: 2, proposal, new_view }))
}

#[test]
fn a_new_view_carries_each_certificate_once_and_comes_out_unchanged() {
	let message = proposed(|member| match member % 4 {
		0 => None,
		1 => Some(certificate(1, 7)),
		_ => Some(certificate(0, 0)),
	});
	let bytes = Wire::outgoing(&message, None);
	assert_eq!(Wire::from_bytes(&bytes), Some(Wire::Message(message.clone())));
	let plain = Wire::Message(message.clone()).encode().len();
	println!("{} bytes instead of {plain}", bytes.len());
	assert!(bytes.len() < 25_000 && plain > 300_000);

	let alone = signed(9, Message::ViewChange(ViewChange { view: 2, prepared: Some(certificate(0, 0)) }));
	let passed_on = Wire::from_bytes(&Wire::passed_on(vec![alone.clone(), message]));
	let Some(Wire::PassedOn(messages)) = passed_on else { panic!("{passed_on:?}") };
	assert_eq!(messages[0], alone);
	assert_eq!(messages.len(), 2);
}

#[test]
fn parts_that_do_not_fit_are_refused() {
	let message = proposed(|_| Some(certificate(0, 0)));
	let compact = || Compact::new(vec![message.clone()]);
	assert!(compact().expand().is_some());
	for shown in [vec![1; 85], vec![1; 87], vec![2; 86], Vec::new()] {
		assert_eq!(Compact { shown, ..compact() }.expand(), None);
	}
	assert_eq!(Compact { messages: vec![message.clone()], ..compact() }.expand(), None, "it shows some twice");
	let two = Compact { messages: [compact().messages, compact().messages].concat(), shown: vec![1; 172], ..compact() };
	let bytes = Wire::Compact { passed_on: false, messages: two.clone() }.encode();
	assert_eq!(Wire::from_bytes(&bytes), None, "two messages in place of one");
	assert!(two.expand().is_some());
}

/// A few bytes must not become gigabytes.
#[test]
fn what_comes_out_is_bounded() {
	let many = Compact::new(vec![proposed(|_| None); 4]);
	assert_eq!(many.expand(), None, "more view changes than members can send");
	let mut huge = certificate(0, 0);
	huge.signatures = vec![signature(1); 10_000];
	let compact = Compact::new(vec![proposed(|_| Some(huge.clone()))]);
	assert!(compact.encoded_size() < 1_000_000);
	assert_eq!(compact.expand(), None);
}
