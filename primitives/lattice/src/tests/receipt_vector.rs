//! `vectors/receipt.json`: valid and invalid receipts, for implementations in other languages. `TOP_WRITE_VECTORS=1` writes
//! the file; without it, the test checks the file.

use super::{
	receipts::{certificate, committee, keys, pbft_domain},
	*,
};
use codec::{DecodeAll, Encode};
use serde_json::{json, Value};
use sp_core::{bytes::to_hex, crypto::Ss58Codec};
use sp_runtime::{Digest, DigestItem};
use std::{env, fs};
use tp_core::Header;
use tp_pbft::{check_signature, Committee, PbftPair, SignerBitmap, ENGINE_ID};

/// Relative to the package's folder, in which cargo runs tests.
const FILE: &str = "vectors/receipt.json";
/// A height whose compact form takes four bytes.
const NUMBER: u32 = 70_000;
/// The number of accounts without a key. With these the tables' trees have up to six leaves.
const ACCOUNTS: u32 = 600;

fn hex(value: &impl Encode) -> String {
	to_hex(&value.encode(), false)
}

/// Returns units of which one has a real signature. Receipts do not depend on the other signatures.
fn units(store: &mut Store) -> (Vec<Unit>, UnitHash) {
	let payer = ed25519_pair(1);
	let account = AccountId::from(payer.public().0);
	store.insert(account.clone(), alive(10_000));
	let body = body(account, 0, FIRST, vec![pay(3, 2_500)]);
	let signature = MultiSignature::Ed25519(payer.sign(&body.signing_payload(&domain())));
	let signed = Unit { body, signature };
	assert!(signed.is_signed(&domain()));
	let hash = signed.hash();
	let mut units: Vec<_> =
		(0..ACCOUNTS).map(|number| next(store, number, vec![pay((number * 7) % ACCOUNTS, 100)])).collect();
	// Refused, since the balance is too low.
	units[17] = next(store, 17, vec![pay(1, 1_000_000)]);
	units.push(signed);
	(units, hash)
}

struct Block {
	receipts: Vec<Receipt>,
	refused: Unit,
	signed: UnitHash,
}

fn block() -> Block {
	let mut store = funded((0..ACCOUNTS).map(|number| (number, 10_000)));
	let (units, signed) = units(&mut store);
	let refused = units[17].clone();
	let batch = Batch::new(units).unwrap();
	let context = Context { number: NUMBER, ..context() };
	let outcome = apply_units(&batch, &|_, _| true, &mut store, &context);
	let previous = |table: TableId| TableHead { height: u32::from(table.0) * 300, hash: H256::repeat_byte(table.0) };
	let record = BlockRecord::new(outcome, previous);
	let lattice = record.outcome.digest(&record.heads(NUMBER)).item();
	let header = Header {
		parent_hash: H256::repeat_byte(0xa1),
		number: NUMBER,
		state_root: H256::repeat_byte(0xa2),
		extrinsics_root: H256::repeat_byte(0xa3),
		// Verification ignores the other items.
		digest: Digest { logs: vec![DigestItem::PreRuntime(ENGINE_ID, vec![1, 2, 3]), lattice] },
	};
	let certificate = certificate(&header, &keys(0));
	let receipts = Receipts::new(batch, record, header, certificate).unwrap();
	let receipts = (0..receipts.outcome().units).filter_map(|index| receipts.receipt(index)).collect();
	Block { receipts, refused, signed }
}

fn verify(receipt: &Receipt) -> Result<(), ReceiptError> {
	receipt.verify(&pbft_domain(), &committee(&keys(0)), check_signature)
}

/// Returns what `pbft_committee` answers.
fn committee_report(committee: &Committee) -> Value {
	let member =
		|member: &tp_pbft::Member| json!({ "key": hex(&member.key), "vrf": hex(&member.vrf), "weight": member.weight });
	json!({
		"epoch": committee.epoch,
		"quorum": committee.quorum(),
		"members": committee.members.iter().map(member).collect::<Vec<_>>(),
		"seed": hex(&committee.seed),
		"primaries": committee.primaries(),
		"domain": hex(&pbft_domain()),
	})
}

fn good(what: &str, receipt: &Receipt) -> Value {
	verify(receipt).unwrap();
	assert_eq!(&Receipt::decode_all(&mut &receipt.encode()[..]).unwrap(), receipt);
	json!({
		"what": what,
		"receipt": hex(receipt),
		"unitHash": hex(&receipt.unit.hash()),
		"account": receipt.unit.body.account.to_ss58check(),
		"block": { "number": NUMBER, "hash": hex(&receipt.header.hash()) },
	})
}

/// Returns the name of an error in the file.
fn name(error: &ReceiptError) -> &'static str {
	match error {
		ReceiptError::Certificate(_) => "certificate",
		ReceiptError::NoUnits => "noUnits",
		ReceiptError::NotInTable => "notInTable",
		ReceiptError::NotInBlock => "notInBlock",
	}
}

fn broken(what: &str, error: &str, receipt: &Receipt, change: impl FnOnce(&mut Receipt)) -> Value {
	let mut receipt = receipt.clone();
	change(&mut receipt);
	assert_eq!(name(&verify(&receipt).unwrap_err()), error, "{what}");
	json!({ "what": what, "error": error, "receipt": hex(&receipt) })
}

/// Certifies the changed header, so that only the change is wrong.
fn certify(receipt: &mut Receipt, keys: &[PbftPair]) {
	receipt.certificate = certificate(&receipt.header, keys);
}

fn all_good(block: &Block) -> Vec<Value> {
	let first = |matches: &dyn Fn(&MerklePath) -> bool| {
		block.receipts.iter().find(|receipt| matches(&receipt.unit_path)).unwrap()
	};
	let signed = block.receipts.iter().find(|receipt| receipt.unit.hash() == block.signed).unwrap();
	vec![
		good("a payment", signed),
		good("the only unit of its table", first(&|path| path.leaves == 1)),
		good("the first of several", first(&|path| path.leaves == 4 && path.index == 0)),
		good("the last of an odd number, whose node moves up", first(&|path| path.leaves == 5 && path.index == 4)),
		good("the one before it", first(&|path| path.leaves == 5 && path.index == 3)),
	]
}

fn all_broken(block: &Block) -> Vec<Value> {
	let receipt = block.receipts.iter().find(|receipt| receipt.unit_path.leaves == 3).unwrap();
	let more = pay(1, 1_000_000);
	vec![
		broken("another amount", "notInTable", receipt, |receipt| receipt.unit.body.operations[0] = more),
		broken("a unit that was refused", "notInTable", receipt, |receipt| receipt.unit = block.refused.clone()),
		broken("another place in the tree", "notInTable", receipt, |receipt| receipt.unit_path.index ^= 1),
		broken("a place that is not there", "notInTable", receipt, |receipt| receipt.unit_path.index = u32::MAX),
		broken("another table's history", "notInBlock", receipt, |receipt| receipt.table.previous.height += 1),
		broken("other credits", "notInBlock", receipt, |receipt| receipt.table.credits_root = H256::zero()),
		broken("no way to the block", "notInBlock", receipt, |receipt| receipt.table_path.siblings.clear()),
		broken("a header that was not certified", "certificate", receipt, |receipt| {
			receipt.header.state_root = H256::zero()
		}),
		broken("another height", "certificate", receipt, |receipt| receipt.certificate.height += 1),
		broken("another epoch", "certificate", receipt, |receipt| receipt.certificate.epoch += 1),
		broken("another view", "certificate", receipt, |receipt| receipt.certificate.view += 1),
		broken("signed by strangers", "certificate", receipt, |receipt| certify(receipt, &keys(1))),
		broken("a signature stands twice", "certificate", receipt, |receipt| {
			receipt.certificate.signatures[2] = receipt.certificate.signatures[1].clone();
		}),
		broken("a signature too few", "certificate", receipt, |receipt| {
			receipt.certificate.signatures.pop();
			receipt.certificate.signers = SignerBitmap(vec![0b011]);
		}),
		broken("fewer signatures than signers", "certificate", receipt, |receipt| {
			receipt.certificate.signatures.pop();
		}),
		broken("a signer beyond the committee", "certificate", receipt, |receipt| {
			receipt.certificate.signers = SignerBitmap(vec![0b1_0011]);
		}),
		broken("a block without units", "noUnits", receipt, |receipt| {
			receipt.header.digest.logs.pop();
			certify(receipt, &keys(0));
		}),
		broken("a digest that stands twice", "noUnits", receipt, |receipt| {
			let item = receipt.header.digest.logs[1].clone();
			receipt.header.digest.logs.push(item);
			certify(receipt, &keys(0));
		}),
	]
}

#[test]
fn receipts_equal_those_of_the_file() {
	let block = block();
	let vectors = json!({
		"domain": hex(&domain()),
		"committee": committee_report(&committee(&keys(0))),
		"receipts": all_good(&block),
		"broken": all_broken(&block),
	});
	let made = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
	if env::var_os("TOP_WRITE_VECTORS").is_some() {
		fs::write(FILE, &made).unwrap();
	}
	assert_eq!(made, fs::read_to_string(FILE).unwrap(), "the format has changed, or the file has");
}
