//! Verifies a stored receipt without a network: `example-verify-receipt FOLDER`.
//!
//! FOLDER has `receipt.scale`, the receipt, and `committee.json`, the trusted committee. `example-pay` writes both.

use codec::DecodeAll;
use std::{env, error::Error, fs, path::Path};
use top_sdk::{Operation, Receipt, Verifier, TOP};

fn main() -> Result<(), Box<dyn Error>> {
	let folder = env::args().nth(1).ok_or("usage: example-verify-receipt FOLDER")?;
	let folder = Path::new(&folder);
	let verifier = Verifier::from_json(&fs::read_to_string(folder.join("committee.json"))?)?;
	let receipt = Receipt::decode_all(&mut &fs::read(folder.join("receipt.scale"))?[..])?;

	let proved = verifier.verify(&receipt)?;

	// The receipt proves the unit as it is. Compare sender, recipient and amount with what you expect.
	println!("block {} is final and has unit {:?}", proved.number, proved.unit);
	println!("sender {}", receipt.unit.body.account);
	for operation in &proved.operations {
		match operation {
			Operation::Transfer { dest, amount } | Operation::TransferKeepAlive { dest, amount } => {
				println!("paid {dest} {}.{:06} TOP", amount / TOP, amount % TOP)
			},
			other => println!("{other:?}"),
		}
	}
	Ok(())
}
