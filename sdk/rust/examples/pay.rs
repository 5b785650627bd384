//! Pays, and proves it: `cargo run --release -p top-sdk --example pay [URL]`.

use codec::Encode;
use std::{env, error::Error};
use top_sdk::{Client, Keypair, TOP};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let url = env::args().nth(1).unwrap_or("ws://127.0.0.1:9944".into());
	let top = Client::connect(&url).await?;
	let verifier = top.verifier().await?;
	let (alice, bob) = (Keypair::from_uri("//Alice")?, Keypair::from_uri("//Bob")?);

	let receipt = top.pay(&alice, &bob, 5 * TOP).await?.finalized().await?;
	let proved = verifier.verify(&receipt)?;

	println!("{:?} paid {} in block {}", proved.unit, bob.account(), proved.number);
	println!("receipt of {} bytes, verified", receipt.encoded_size());
	Ok(())
}
