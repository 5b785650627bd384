//! Prints each change of an account on a shard: `example-watch-account URL ADDRESS [CHANGES]`.
//!
//! The program ends after the given number of changes, and runs until Ctrl-C without it.

use std::{env, error::Error, time::Duration};
use top_sdk::{AccountId, Client};

/// A shard makes a block every 100 ms under load.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let mut arguments = env::args().skip(1);
	let usage = "usage: example-watch-account URL ADDRESS [CHANGES]";
	let url = arguments.next().ok_or(usage)?;
	let account: AccountId = arguments.next().ok_or(usage)?.parse()?;
	let changes = arguments.next().map(|number| number.parse()).transpose()?.unwrap_or(usize::MAX);
	let top = Client::connect(&url).await?;

	let mut seen = None;
	let mut count = 0;
	while count < changes {
		// `None` is an account that does not exist yet. Every reported state is final.
		let state = top.account(&account).await?.map(|report| (report.height, report.received, report.free));
		if state != seen {
			if let Some((height, received, free)) = state {
				println!("{account}: {height} units sent, {received} credits received, {free} free");
			}
			seen = state;
			count += 1;
		}
		tokio::time::sleep(POLL_INTERVAL).await;
	}
	Ok(())
}
