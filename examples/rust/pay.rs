//! Pays on a shard, verifies the receipt and stores it: `example-pay [URL [FOLDER]]`.
//!
//! `example-verify-receipt FOLDER` verifies the stored files later, without a network.

use codec::Encode;
use std::{env, error::Error, fs, path::Path};
use top_sdk::{Client, Keypair, Verifier, TOP};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let mut arguments = env::args().skip(1);
	let url = arguments.next().unwrap_or("ws://127.0.0.1:9944".into());
	let top = Client::connect(&url).await?;
	let (alice, bob) = (Keypair::from_uri("//Alice")?, Keypair::from_uri("//Bob")?);

	let payment = match top.pay(&alice, &bob, 5 * TOP).await {
		Ok(payment) => payment,
		// The connection broke after the payment was signed. The same unit again is not a second payment; `pay` is.
		Err(error) if error.may_still_apply() => top.send(error.units()[0].clone()).await?,
		Err(error) => return Err(error.into()),
	};
	let unit = payment.hash();
	// `finalized` waits for the receipt. Blocks are final when they are imported, so this takes well under a second.
	let receipt = payment.finalized().await?;

	// The committee of the receipt's block is the trust anchor. Here the node names it: trust your own node only. To trust
	// no node, begin with a committee that you know, and `follow` the ledger from there.
	let committee = top.committee(Some(receipt.header.parent_hash)).await?;
	let proved = Verifier::from_report(&committee)?.verify_unit(&receipt, unit)?;
	println!("unit {:?} paid {} in block {}", proved.unit, bob.account(), proved.number);
	println!("the receipt has {} bytes and is valid", receipt.encoded_size());

	if let Some(folder) = arguments.next() {
		let folder = Path::new(&folder);
		fs::write(folder.join("receipt.scale"), receipt.encode())?;
		fs::write(folder.join("committee.json"), serde_json::to_vec_pretty(&committee)?)?;
		println!("stored receipt.scale and committee.json in {}", folder.display());
	}
	Ok(())
}
