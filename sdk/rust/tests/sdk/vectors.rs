//! `primitives/lattice/vectors/units.json`: units with all derived values, for implementations in other languages.
//! `TOP_WRITE_VECTORS=1` rewrites the file; otherwise the test checks it.

use codec::{Decode, DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use sp_core::{crypto::Ss58Codec, ed25519, Bytes, Pair, H256};
use std::{env, fs, path::Path};
use tp_core::{AccountId, ChainTag, TOP};
use tp_lattice::{Domain, Operation, TableId, Unit, UnitBody, MAX_OPERATIONS};

/// Path from the package's folder, in which cargo runs tests.
const FILE: &str = "../../primitives/lattice/vectors/units.json";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
	main_genesis: H256,
	zone: u16,
	domain: H256,
	units: Vec<Vector>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
	name: String,
	/// Seed of the ed25519 key.
	seed: H256,
	/// The public key, which is also the account id.
	public_key: H256,
	address: String,
	table: u8,
	body: Body,
	body_scale: Bytes,
	hash: H256,
	signing_payload: H256,
	/// Signature over the signing payload.
	signature: Bytes,
	/// Signature over `<Bytes>`, the signing payload and `</Bytes>`.
	wrapped_signature: Bytes,
	/// SCALE of the unit with `signature`.
	unit_scale: Bytes,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
	account: H256,
	height: u32,
	parent: H256,
	valid_until: u32,
	operations: Vec<Named>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Named {
	Transfer { dest: H256, amount: String },
	TransferKeepAlive { dest: H256, amount: String },
	TransferAll { dest: H256 },
	Remote { chain: Chain, payload: Bytes },
	Service { data: Bytes },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Chain {
	Main,
	Zone { zone: u16 },
	Shard { zone: u16, incarnation: u32 },
}

fn bytes_of(account: &AccountId) -> H256 {
	H256(*account.as_ref())
}

impl From<&Operation> for Named {
	fn from(operation: &Operation) -> Self {
		match operation {
			Operation::Transfer { dest, amount } => Self::Transfer { dest: bytes_of(dest), amount: amount.to_string() },
			Operation::TransferKeepAlive { dest, amount } => {
				Self::TransferKeepAlive { dest: bytes_of(dest), amount: amount.to_string() }
			},
			Operation::TransferAll { dest } => Self::TransferAll { dest: bytes_of(dest) },
			Operation::Remote { chain, payload } => {
				let chain = match *chain {
					ChainTag::Main => Chain::Main,
					ChainTag::Zone(zone) => Chain::Zone { zone },
					ChainTag::Shard { zone, incarnation } => Chain::Shard { zone, incarnation },
				};
				Self::Remote { chain, payload: Bytes(payload.to_vec()) }
			},
			Operation::Service(data) => Self::Service { data: Bytes(data.to_vec()) },
		}
	}
}

fn vector(domain: &Domain, name: &str, seed: u8, height: u32, valid_until: u32, operations: Vec<Operation>) -> Vector {
	let (seed, parent) = (H256::repeat_byte(seed), H256::repeat_byte(0xf0 | seed));
	let pair = ed25519::Pair::from_seed(&seed.0);
	let account = AccountId::from(pair.public().0);
	let operations = operations.try_into().unwrap();
	let body = UnitBody { account: account.clone(), height, parent, valid_until, operations };
	let payload = body.signing_payload(domain);
	let signature = pair.sign(&payload);
	let wrapped = pair.sign(&[b"<Bytes>", &payload[..], b"</Bytes>"].concat());
	Vector {
		name: name.into(),
		seed,
		public_key: H256(pair.public().0),
		address: account.to_ss58check(),
		table: TableId::of(&account).0,
		body: Body {
			account: bytes_of(&account),
			height,
			parent,
			valid_until,
			operations: body.operations.iter().map(Into::into).collect(),
		},
		body_scale: Bytes(body.encode()),
		hash: body.hash(),
		signing_payload: H256(payload),
		signature: Bytes(signature.0.to_vec()),
		wrapped_signature: Bytes(wrapped.0.to_vec()),
		unit_scale: Bytes(Unit { body, signature: signature.into() }.encode()),
	}
}

fn vectors() -> Vectors {
	let (main_genesis, zone) = (H256::repeat_byte(0xaa), 7);
	let domain = Domain::new(&main_genesis, zone);
	let dest = |number: u8| AccountId::new([number; 32]);
	let transfer = |number: u8, amount| Operation::Transfer { dest: dest(number), amount };
	let sixteen = (1..=16).map(|number| transfer(number, u128::from(number) << (7 * number))).collect();
	let all_kinds = vec![
		transfer(0xd1, 1),
		Operation::TransferKeepAlive { dest: dest(0xd2), amount: 2 },
		Operation::TransferAll { dest: dest(0xd3) },
		Operation::Remote { chain: ChainTag::Zone(513), payload: vec![0xff; 64].try_into().unwrap() },
		Operation::Service(vec![].try_into().unwrap()),
	];
	let remote = |chain, payload: Vec<u8>| Operation::Remote { chain, payload: payload.try_into().unwrap() };
	let shard = ChainTag::Shard { zone: 2, incarnation: 0x01020304 };
	let units = vec![
		vector(&domain, "transfer", 1, 0, 0, vec![transfer(0xb0, 5 * TOP)]),
		vector(
			&domain,
			"transferKeepAlive, valid until a block",
			2,
			1,
			2_400,
			vec![Operation::TransferKeepAlive { dest: dest(0xb1), amount: u128::MAX }],
		),
		vector(&domain, "transferAll", 3, u32::MAX, 1, vec![Operation::TransferAll { dest: dest(0xb2) }]),
		vector(
			&domain,
			"remote, to each kind of ledger",
			4,
			300,
			u32::MAX,
			vec![remote(ChainTag::Main, vec![]), remote(ChainTag::Zone(9), vec![1, 2, 3]), remote(shard, vec![7; 100])],
		),
		vector(
			&domain,
			"service, of the most bytes",
			5,
			70_000,
			0,
			vec![Operation::Service(vec![0x5e; 1_024].try_into().unwrap())],
		),
		vector(&domain, "the most operations", 6, 2, 100_000, sixteen),
		vector(&domain, "every kind of operation", 7, 16_384, 0, all_kinds),
	];
	Vectors { main_genesis, zone, domain: domain.0, units }
}

#[test]
fn the_file_matches_this_implementation() {
	let vectors = vectors();
	check(&vectors);
	if env::var_os("TOP_WRITE_VECTORS").is_some() {
		let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
		fs::create_dir_all(Path::new(FILE).parent().unwrap()).unwrap();
		fs::write(FILE, text).unwrap();
	}
	let text = fs::read_to_string(FILE).unwrap();
	assert_eq!(serde_json::from_str::<Vectors>(&text).unwrap(), vectors);
}

/// Checks that all values of a vector follow from its bytes.
fn check(vectors: &Vectors) {
	let domain = Domain(vectors.domain);
	assert_eq!(domain, Domain::new(&vectors.main_genesis, vectors.zone));
	assert!(vectors.units.iter().any(|vector| vector.body.operations.len() == MAX_OPERATIONS as usize));
	for vector in &vectors.units {
		let unit = Unit::decode_all(&mut &vector.unit_scale[..]).unwrap();
		assert_eq!(unit.body, UnitBody::decode(&mut &vector.body_scale[..]).unwrap());
		assert_eq!((unit.hash(), TableId::of(&unit.body.account)), (vector.hash, TableId(vector.table)));
		assert_eq!(unit.body.signing_payload(&domain), vector.signing_payload.0);
		assert!(unit.is_signed(&domain), "{}", vector.name);
		let wrapped = ed25519::Signature::try_from(&vector.wrapped_signature[..]).unwrap();
		assert!(Unit { body: unit.body, signature: wrapped.into() }.is_signed(&domain), "{}", vector.name);
	}
}
