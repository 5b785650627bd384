//! Keys and units.

use sp_core::{ed25519, sr25519, Pair, H256};
use top_sdk::*;
use tp_lattice::MAX_OPERATIONS;

fn domain() -> Domain {
	Domain::new(&H256::repeat_byte(1), 3)
}

#[test]
fn keys_of_both_schemes_sign_units_of_their_accounts() {
	let sr25519 = Keypair::from_uri("//Alice").unwrap();
	let ed25519 = Keypair::ed25519_from_uri("//Alice").unwrap();
	assert_ne!(sr25519.account(), ed25519.account());
	for key in [sr25519, ed25519, Keypair::generate().0] {
		let unit = UnitBuilder::new().transfer(&key, 1).at(0, H256::zero()).sign(&key, &domain()).unwrap();
		assert_eq!(unit.body.account, key.account());
		assert!(unit.is_signed(&domain()));
		assert!(!unit.is_signed(&Domain::default()));
	}
}

#[test]
fn phrases_seeds_and_paths_make_keys() {
	let (key, phrase) = Keypair::generate();
	assert_eq!(Keypair::from_uri(&phrase).unwrap().account(), key.account());
	let seed = "0x0101010101010101010101010101010101010101010101010101010101010101";
	let expected = ed25519::Pair::from_seed(&[1; 32]).public().0;
	assert_eq!(Keypair::ed25519_from_uri(seed).unwrap().account(), AccountId::new(expected));
	let error = Keypair::from_uri("not a phrase at all").unwrap_err();
	assert!(error.to_string().contains("12 to 24 words"), "{error}");
	assert!(!format!("{key:?}").contains(&phrase));
}

#[test]
fn a_unit_has_the_operations_and_position_of_its_builder() {
	let (alice, bob) = (Keypair::from_uri("//Alice").unwrap(), AccountId::new([2; 32]));
	let first = UnitBuilder::new()
		.transfer(&bob, 1)
		.transfer_keep_alive(&bob, 2)
		.transfer_all(&bob)
		.remote(ChainTag::Main, vec![3])
		.unwrap()
		.service(vec![4])
		.unwrap()
		.valid_until(5)
		.at(6, H256::repeat_byte(7))
		.sign(&alice, &domain())
		.unwrap();
	let body = &first.body;
	assert_eq!((body.height, body.parent, body.valid_until), (6, H256::repeat_byte(7), 5));
	let expected = [
		Operation::Transfer { dest: bob.clone(), amount: 1 },
		Operation::TransferKeepAlive { dest: bob.clone(), amount: 2 },
		Operation::TransferAll { dest: bob.clone() },
		Operation::Remote { chain: ChainTag::Main, payload: vec![3].try_into().unwrap() },
		Operation::Service(vec![4].try_into().unwrap()),
	];
	assert_eq!(body.operations.to_vec(), expected);
	let second = UnitBuilder::new().transfer(&bob, 1).after(&first).sign(&alice, &domain()).unwrap();
	assert_eq!((second.body.height, second.body.parent), (7, first.hash()));
}

#[test]
fn invalid_units_are_not_built() {
	let account = AccountId::new([1; 32]);
	let of = |operations| {
		(0..operations).fold(UnitBuilder::new().at(0, H256::zero()), |builder, _| builder.transfer(&account, 1))
	};
	let build = |builder: UnitBuilder| builder.build(account.clone()).map(|unit| unit.body().operations.len());
	assert_eq!(build(of(0)), Err(UnitError::Empty));
	assert_eq!(build(of(MAX_OPERATIONS)), Ok(16));
	assert_eq!(build(of(MAX_OPERATIONS + 1)), Err(UnitError::TooManyOperations(17)));
	assert_eq!(build(UnitBuilder::new().transfer(&account, 1)), Err(UnitError::NoPlace));
	assert!(UnitBuilder::new().service(vec![0; 1_024]).is_ok());
	assert_eq!(UnitBuilder::new().service(vec![0; 1_025]).unwrap_err(), UnitError::TooManyBytes(1_025));
	assert!(matches!(
		of(1).build(account.clone()).unwrap().sign(&Keypair::from_uri("//Bob").unwrap(), &domain()),
		Err(UnitError::OtherAccount { expected, .. }) if expected == account
	));
}

#[test]
fn external_signatures_are_attached_if_they_verify() {
	let pair = sr25519::Pair::from_seed(&[1; 32]);
	let unit = UnitBuilder::new().transfer_all(&AccountId::new([2; 32])).at(1, H256::zero());
	let unit = unit.build(pair.public().0.into()).unwrap();
	let payload = unit.payload(&domain());
	let wrapped = [b"<Bytes>", payload.as_bytes(), b"</Bytes>"].concat();
	for message in [payload.as_bytes(), &wrapped] {
		let signed = unit.clone().with_signature(pair.sign(message).into(), &domain()).unwrap();
		assert_eq!((signed.hash(), &signed.body), (unit.hash(), unit.body()));
	}
	let other = pair.sign(unit.hash().as_bytes());
	assert_eq!(unit.clone().with_signature(other.into(), &domain()), Err(UnitError::Signature));
	let other_domain = unit.clone().with_signature(pair.sign(payload.as_bytes()).into(), &Domain::default());
	assert_eq!(other_domain, Err(UnitError::Signature));
}
