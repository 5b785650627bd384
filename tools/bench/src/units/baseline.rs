//! The extrinsic lane of the same chain: signed transfers over the same RPC.

use crate::{
	accounting::{memory, Memory},
	blocks::BlockTimes,
	idle,
	ledgers::Ledgers,
	load::{Load, LoadParams},
	session::Connected,
	units::{
		accounts::Accounts,
		args::UnitsBench,
		lane::{Lane, LaneReport},
		submit::Refusals,
		text::grouped,
		window::Window,
	},
};
use anyhow::Context;
use codec::{DecodeAll, Encode};
use std::time::Duration;
use top_local_network::{LocalNetwork, Node};
use tp_core::Block;

/// The bits of an extrinsic's first byte that give its type, and their value for a signed one. The others are the
/// version of the format.
const TYPE_MASK: u8 = 0b1100_0000;
const SIGNED_TYPE: u8 = 0b1000_0000;

/// How long a network is left alone before its memory is read.
pub const STEADY_AFTER: Duration = Duration::from_secs(3);

/// Number of transfers that wait in the pools. It fills the next blocks; each pool looks through all waiting transfers
/// at every block, so a larger number only costs processor time.
pub const IN_FLIGHT: u32 = 1_500;

/// Returns the memory of each validator.
///
/// # Errors
/// If one does not run.
pub fn steady(network: &LocalNetwork) -> anyhow::Result<Vec<Memory>> {
	let pids = network.nodes().iter().filter_map(Node::pid);
	pids.map(memory).collect()
}

/// Measures the lane: light load, then full load.
///
/// # Errors
/// If the network fails, or a transfer does not become final.
pub async fn measure(
	bench: &UnitsBench,
	ledgers: &dyn Ledgers,
	transfers: u32,
	network: &mut LocalNetwork,
	up: &Connected,
	accounts: &Accounts,
) -> anyhow::Result<LaneReport> {
	let clients = &up.clients;
	let first = clients.first().context("there is at least one validator; qed")?;
	let sign = ledgers.transfers(first.block_hash(0).await?, &first.runtime_version(None).await?)?;

	tokio::time::sleep(STEADY_AFTER).await;
	let steady = steady(network)?;

	eprintln!("Light load: {} transfers, one at a time …", bench.samples);
	let destination = accounts.ids.first().context("there are accounts; qed")?;
	let latency = idle::latencies(clients, &sign, &accounts.payer, destination, bench.samples).await?;

	eprintln!("Signing {} transfers …", grouped(transfers.into()));
	let count = usize::try_from(transfers)?;
	let sending = usize::try_from(bench.sending())?;
	let senders = &accounts.ids[..sending];
	let load = Load::prepare(LoadParams {
		nodes: network.nodes(),
		sign,
		senders: accounts.keys[..sending].to_vec(),
		amount: bench.shape.amount.into(),
		in_flight: IN_FLIGHT,
		signed: count,
		total: Some(count),
	})
	.await?;
	eprintln!("Full load …");
	let mut blocks = BlockTimes::follow(first).await?;
	let window = Window::begin(first, network.nodes()).await?;
	let loaded = blocks.record_while(load.start().finish(), |_| {}).await?;
	let used = window.end(senders, transfers.into(), network.nodes()).await?;

	eprintln!("Counting …");
	let mut block_units = Vec::new();
	for height in used.blocks.0 + 1..=used.blocks.1 {
		let block = first.block(first.block_hash(height).await?).await?.block;
		block_units.push(signed_in(&block)?);
	}
	Ok(LaneReport::new(Lane {
		accounts: bench.accounts,
		validators: bench.validators,
		ops_per_unit: 1,
		store: bench.store,
		latency,
		loaded_latency: loaded.latency,
		all: None,
		block_units,
		block_intervals: blocks.intervals(),
		used,
		// The node gives no reasons for programs.
		refusals: Refusals::from([("pool".to_owned(), loaded.refused)]),
		steady,
		startup: up.startup,
		floor: None,
		open_loop: Vec::new(),
	}))
}

/// Counts the signed extrinsics of a block.
fn signed_in(block: &Block) -> anyhow::Result<u32> {
	let mut signed = 0;
	for extrinsic in &block.extrinsics {
		signed += u32::from(is_signed(&extrinsic.encode())?);
	}
	Ok(signed)
}

/// Whether an encoded extrinsic is signed: behind its length, the type is in the first byte.
fn is_signed(extrinsic: &[u8]) -> anyhow::Result<bool> {
	let bytes = Vec::<u8>::decode_all(&mut &extrinsic[..]).context("an extrinsic of the chain does not decode")?;
	let first = bytes.first().context("an extrinsic of the chain is empty")?;
	Ok(first & TYPE_MASK == SIGNED_TYPE)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn extrinsics_are_signed_by_their_first_byte() {
		for (first, expected) in [(0x84_u8, true), (0x04, false), (0x05, false), (0x45, false)] {
			assert_eq!(is_signed(&vec![first, 0, 0].encode()).unwrap(), expected, "{first:#x}");
		}
		assert!(is_signed(&[]).is_err() && is_signed(&[0]).is_err());
	}
}
