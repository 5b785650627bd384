//! Keys of small order.

use super::*;
use sp_core::ed25519::Public;

/// The encodings whose signatures need no secret, with and without the bit of the sign.
const SMALL: [&str; 7] = [
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

#[test]
fn every_account_can_sign_for_a_key_of_small_order_and_for_no_other() {
	// The identity, and zero: no secret is in it.
	let mut forged = [0; 64];
	forged[0] = 1;
	let forged = PbftSignature::from(sp_core::ed25519::Signature::from_raw(forged));
	for text in SMALL {
		let bytes: [u8; 32] = sp_core::bytes::from_hex(text).unwrap().try_into().unwrap();
		for sign in [0, 0x80] {
			let mut bytes = bytes;
			bytes[31] |= sign;
			let key = PbftId::from(Public::from_raw(bytes));
			assert!(is_small_order(&key), "{text}");
			assert!(check_signature(&key, b"any message", &forged), "{text}");
		}
	}
	for index in 0..20 {
		let key = pair(index).public();
		assert!(!is_small_order(&key) && !check_signature(&key, b"any message", &forged));
	}
}
