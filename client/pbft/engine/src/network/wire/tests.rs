use super::*;
use tp_pbft::{BlockHash, PbftSignature};

#[test]
fn a_notification_is_read_to_its_last_byte() {
	let signature = PbftSignature::from(sp_core::ed25519::Signature::default());
	let vote = Message::Prepare(tc_pbft_core::Prepare { view: 0, hash: BlockHash::zero() });
	let wire = Wire::Message(Signed { epoch: 0, height: 1, sender: 0, message: vote, signature });
	let bytes = wire.encode();
	assert_eq!(Wire::from_bytes(&bytes), Some(wire));
	assert_eq!(Wire::from_bytes(&bytes[..bytes.len() - 1]), None);
	assert_eq!(Wire::from_bytes(&[bytes, vec![0]].concat()), None);
}
