//! Formats that other programs make and read.

use super::*;
use codec::{Decode, DecodeAll, Encode};
use sp_core::Pair;

#[test]
fn bodies_units_and_domains_are_encoded_and_hashed_as_specified() {
	let body = UnitBody {
		account: id(1),
		height: 2,
		parent: H256::repeat_byte(3),
		valid_until: 4,
		operations: vec![pay(5, 6)].try_into().unwrap(),
	};
	let mut bytes = id(1).encode();
	bytes.extend(2u32.to_le_bytes());
	bytes.extend([3; 32]);
	bytes.extend(4u32.to_le_bytes());
	bytes.extend([1 << 2, 0]);
	bytes.extend(id(5).encode());
	bytes.extend(6u128.to_le_bytes());
	assert_eq!(body.encode(), bytes);
	assert_eq!(body.hash().0, sp_crypto_hashing::blake2_256(&bytes));
	let domain = domain();
	assert_eq!(domain.0 .0, sp_crypto_hashing::blake2_256(&[&[1; 32][..], &[0, 0]].concat()));
	let signed = [b"TOP-UNIT-1".as_slice(), domain.0.as_bytes(), &bytes].concat();
	assert_eq!(body.signing_payload(&domain), sp_crypto_hashing::blake2_256(&signed));
}

#[test]
fn both_schemes_sign_bare_and_as_wallets_sign_bytes() {
	let domain = domain();
	let (ed25519, sr25519) = (ed25519_pair(1), sr25519_pair(2));
	let of = |account: AccountId| body(account, 0, H256::zero(), vec![pay(1, 1)]);
	let wallets_bytes = |body: &UnitBody| [b"<Bytes>", &body.signing_payload(&domain)[..], b"</Bytes>"].concat();
	let body = of(ed25519.public().0.into());
	let bare: MultiSignature = ed25519.sign(&body.signing_payload(&domain)).into();
	let wrapped: MultiSignature = ed25519.sign(&wallets_bytes(&body)).into();
	for signature in [bare, wrapped] {
		let unit = Unit { body: body.clone(), signature };
		assert!(unit.is_signed(&domain));
		assert!(!unit.is_signed(&Domain::new(&H256::repeat_byte(1), 1)), "another zone");
		let mut other = unit.clone();
		other.body.height += 1;
		assert!(!other.is_signed(&domain));
	}
	let body = of(sr25519.public().0.into());
	for message in [body.signing_payload(&domain).to_vec(), wallets_bytes(&body)] {
		let unit = Unit { body: body.clone(), signature: sr25519.sign(&message).into() };
		assert!(unit.is_signed(&domain));
		assert_eq!(unit.signature_kind(), Some(SignatureKind::Sr25519));
	}
	let ecdsa = sp_core::ecdsa::Pair::from_seed(&[3; 32]);
	let account = sp_crypto_hashing::blake2_256(ecdsa.public().as_ref()).into();
	let body = of(account);
	let unit = Unit { signature: ecdsa.sign(&body.signing_payload(&domain)).into(), body };
	assert!(!unit.is_signed(&domain), "not one of the schemes");
}

#[test]
fn a_batch_decodes_in_canonical_order_only() {
	let store = funded((0..50).map(|number| (number, 10_000)));
	let units: Vec<Unit> = (0..50).map(|account| next(&store, account, vec![pay(1, 1)])).collect();
	let batch = Batch::new(units).unwrap();
	let tables: Vec<_> = batch.units().iter().map(|unit| TableId::of(&unit.body.account)).collect();
	assert!(tables.is_sorted());
	assert_eq!(Batch::decode_all(&mut &batch.encode()[..]), Ok(batch.clone()));
	let mut swapped = batch.clone().into_units();
	swapped.swap(10, 30);
	assert!(Batch::decode(&mut &swapped.encode()[..]).is_err());
	let twice = vec![batch.units()[0].clone(); 2];
	assert!(Batch::decode(&mut &twice.encode()[..]).is_err());
	assert!(Batch::decode(&mut &[0xfe, 0xff, 0xff, 0xff][..]).is_err(), "a count without units");
}

#[test]
fn too_many_operations_do_not_decode() {
	let unit = unsigned(1, 0, H256::zero(), vec![pay(2, 1); 16]);
	assert!(Unit::decode(&mut &unit.encode()[..]).is_ok());
	let UnitBody { account, height, parent, valid_until, .. } = unit.body;
	let more = (account, height, parent, valid_until, vec![pay(2, 1); 17], unit.signature);
	assert!(Unit::decode(&mut &more.encode()[..]).is_err());
}

#[test]
fn reasons_keep_their_numbers() {
	for (reason, number) in
		[(Reason::Empty, 1), (Reason::Quota, 9), (Reason::Unsupported, 15), (Reason::OutboxFull, 18)]
	{
		assert_eq!((reason.encode(), Mark(Some(reason)).code()), (vec![number], number));
	}
	assert_eq!(Mark::APPLIED.code(), 0);
}

#[test]
fn a_head_depends_on_the_previous_head_and_on_all_effects_of_the_block() {
	let head = TableHead { height: 7, hash: H256::repeat_byte(7) };
	let (units, credits) = (H256::repeat_byte(1), H256::repeat_byte(2));
	let next = head.next(10, &units, &credits);
	let bytes = [&[7; 32][..], &10u32.to_le_bytes(), &[1; 32], &[2; 32]].concat();
	assert_eq!((next.height, next.hash.0), (8, sp_crypto_hashing::blake2_256(&bytes)));
}
