//! Pays an account wherever in the zone it lives, and follows the payment: `example-pay-across-shards [URL [TO]]`.
//!
//! URL is a node of any ledger of the network: `top-node local-network --shards 2 --base-path FOLDER` starts one.

use std::{env, error::Error, time::Instant};
use top_sdk::{AccountId, Keypair, Network, TOP};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let mut arguments = env::args().skip(1);
	let url = arguments.next().unwrap_or("ws://127.0.0.1:9944".into());
	let network = Network::connect(&url).await?;
	let alice = Keypair::from_uri("//Alice")?;
	let to: AccountId = match arguments.next() {
		Some(address) => address.parse()?,
		None => Keypair::from_uri("//Bob")?.account(),
	};
	for (name, account) in [("payer", &alice.account()), ("recipient", &to)] {
		match network.locate(account).await? {
			Some(place) => println!("the {name} lives in {}, table {}", place.chain, place.table),
			None => println!("the {name} lives in the only ledger of this node"),
		}
	}

	let began = Instant::now();
	let mut payment = match network.pay(&alice, &to, 5 * TOP).await {
		Ok(payment) => payment,
		// The connection broke after the payment was signed. The same unit again is not a second payment; `pay` is.
		Err(error) if error.may_still_apply() => network.send(error.units()[0].clone()).await?,
		Err(error) => return Err(error.into()),
	};
	// The first stage is `Final`: the unit cannot be undone. The others are what the node says about zone and recipient.
	while let Some(report) = payment.next().await? {
		println!("{:?} after {} ms", report.stage, began.elapsed().as_millis());
	}
	payment.credited().await?;
	println!("the recipient has the value of unit {:?}", payment.hash());
	Ok(())
}
