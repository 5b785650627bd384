//! The extrinsic lane of the same chain: signed transfers over the same RPC.

use super::{
	accounts::Accounts,
	report::{Lane, LaneReport},
	table::grouped,
	window::Window,
	UnitsBench,
};
use crate::{
	bench::{
		blocks::BlockTimes,
		idle,
		load::{Load, LoadParams},
	},
	client::{ChainParams, RpcClient, TransferBuilder},
	network::LocalNetwork,
};
use anyhow::Context;
use codec::{DecodeAll, Encode};
use top_shard_runtime::UncheckedExtrinsic;
use tp_core::Block;

/// Transfers that wait in the pools at a time. Enough to fill the next blocks; each pool looks through all that wait at
/// every block, so that more only costs processor time.
pub const IN_FLIGHT: u32 = 1_500;

/// Measures it: light load, then full load.
pub async fn measure(
	bench: &UnitsBench,
	transfers: u32,
	network: &mut LocalNetwork,
	clients: &[RpcClient],
	accounts: &Accounts,
) -> anyhow::Result<LaneReport> {
	let first = clients.first().context("there is at least one validator; qed")?;
	let builder = TransferBuilder::immortal(ChainParams::fetch(first).await?);

	eprintln!("Light load: {} transfers, one at a time …", bench.samples);
	let destination = accounts.ids.first().context("there are accounts; qed")?;
	let latency = idle::latencies(clients, &builder, &accounts.payer, destination, bench.samples).await?;

	eprintln!("Signing {} transfers …", grouped(transfers.into()));
	let count = usize::try_from(transfers)?;
	let load = Load::prepare(LoadParams {
		nodes: network.nodes(),
		builder,
		senders: accounts.keys.clone(),
		in_flight: IN_FLIGHT,
		signed: count,
		total: Some(count),
	})
	.await?;
	eprintln!("Full load …");
	let mut blocks = BlockTimes::follow(first).await?;
	let window = Window::begin(first, network.nodes()).await?;
	let loaded_latency = blocks.record_while(load.start().finish(), |_| {}).await?;
	let used = window.end(&accounts.ids, transfers.into(), network.nodes()).await?;

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
		loaded_latency,
		block_units,
		block_intervals: blocks.intervals(),
		used,
	}))
}

/// Signed extrinsics of a block.
fn signed_in(block: &Block) -> anyhow::Result<u32> {
	let mut signed = 0;
	for extrinsic in &block.extrinsics {
		let extrinsic = UncheckedExtrinsic::decode_all(&mut &extrinsic.encode()[..]);
		signed += u32::from(extrinsic.context("an extrinsic of the chain does not decode")?.is_signed());
	}
	Ok(signed)
}
