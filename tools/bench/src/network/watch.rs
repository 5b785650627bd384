//! Follows the blocks of shards and of their zone. All that a load wants to know is in their bodies, so no state is read.

use crate::network::accounts::{shard, ZONE};
use anyhow::Context;
use codec::DecodeAll;
use sp_crypto_hashing::blake2_256;
use std::{
	convert::Infallible,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;
use top_local_network::{Node, NodeLedger};
use top_sdk::{ConnectOptions, RpcClient};
use tp_beacon::find_update;
use tp_core::{Balance, Block, BlockNumber, ChainTag, Hash};
use tp_lattice::{decode_batch, find_batch};
use tp_mailbox::Relayed;

/// `mailbox.relay`: the indices of pallet and call.
pub const RELAY_CALL: [u8; 2] = [9, 0];
/// The first bytes of extrinsics without a sender.
const BARE: [u8; 2] = [4, 5];
/// Pause before another node is followed.
const PAUSE: Duration = Duration::from_millis(200);

/// Where the ledgers of a network are served.
#[derive(Clone, Debug)]
pub struct Routes {
	/// Each shard, at each node.
	pub shards: Vec<Vec<NodeLedger>>,
	/// The zone, at each node.
	pub zone: Vec<NodeLedger>,
}

impl Routes {
	/// Returns those of nodes that run `shards` shards each.
	pub fn of(nodes: &[Node], shards: u16) -> Self {
		let at_nodes = |chain: ChainTag| {
			nodes.iter().filter_map(|node| node.ledgers().find(|ledger| ledger.chain == chain)).collect::<Vec<_>>()
		};
		Self { shards: (0..shards).map(|index| at_nodes(shard(index))).collect(), zone: at_nodes(ChainTag::Zone(ZONE)) }
	}
}

/// What a block reports of payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
	/// A block of a shard.
	Shard {
		/// The shard.
		shard: u16,
		/// The height.
		number: BlockNumber,
		/// The hashes of its units, and of its extrinsics.
		paid: Vec<Hash>,
		/// The values of the messages that it took.
		arrived: Vec<Balance>,
	},
	/// A block of the zone, with the heights of shards that it includes.
	Zone(Vec<(u16, BlockNumber)>),
}

/// What a block reports, and when its header came.
#[derive(Clone, Debug)]
pub struct Seen {
	/// When.
	pub at: Instant,
	/// What.
	pub reported: Reported,
}

/// Follows a ledger from the block `next` on, at the first of its nodes that answers. Ends when the receiver is dropped.
pub async fn follow(at: Vec<NodeLedger>, first: usize, mut next: BlockNumber, seen: mpsc::Sender<Seen>) {
	for ledger in at.iter().cycle().skip(first) {
		if seen.is_closed() {
			return;
		}
		let Err(error) = follow_at(ledger, &mut next, &seen).await;
		log::debug!("{} at {}: {error:#}", ledger.chain, ledger.rpc_url());
		tokio::time::sleep(PAUSE).await;
	}
}

async fn follow_at(
	ledger: &NodeLedger,
	next: &mut BlockNumber,
	seen: &mpsc::Sender<Seen>,
) -> anyhow::Result<Infallible> {
	let client = RpcClient::connect_with(&ledger.rpc_url(), ConnectOptions::without_reconnecting()).await?;
	let mut headers = client.finalized_headers().await?;
	loop {
		let header = headers.next().await.context("the node ended the subscription to final headers")??;
		let at = Instant::now();
		// The node does not send every header.
		while *next <= header.number {
			let block = client.block(client.block_hash(*next).await?).await?.block;
			seen.send(Seen { at, reported: reported(ledger.chain, &block)? })
				.await
				.context("the receiver was dropped")?;
			*next += 1;
		}
	}
}

/// Returns what a block reports.
fn reported(chain: ChainTag, block: &Block) -> anyhow::Result<Reported> {
	let bodies = || block.extrinsics.iter().map(|extrinsic| extrinsic.inner());
	let ChainTag::Shard { incarnation, .. } = chain else {
		let update = find_update(bodies()).context("the news of a zone block do not decode")?;
		let head = |named: &tp_beacon::NamedHeader| match named.chain {
			ChainTag::Shard { incarnation, .. } => Some((u16::try_from(incarnation).ok()?, named.signed.header.number)),
			_ => None,
		};
		return Ok(Reported::Zone(update.headers.iter().filter_map(head).collect()));
	};
	let mut paid: Vec<Hash> = bodies().map(|body| blake2_256(body).into()).collect();
	if let Some(batch) = find_batch(bodies()) {
		let units = decode_batch(batch).context("the batch of a block does not decode")?.into_units();
		paid.extend(units.iter().map(top_sdk::Unit::hash));
	}
	let mut arrived = Vec::new();
	for relayed in bodies().filter_map(relay).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
		let messages = relayed.packets.into_iter().flat_map(|packet| packet.messages);
		arrived.extend(messages.map(|message| message.value));
	}
	Ok(Reported::Shard { shard: u16::try_from(incarnation)?, number: block.header.number, paid, arrived })
}

/// Returns what routers brought, if an extrinsic has that.
fn relay(body: &[u8]) -> Option<Result<Vec<Relayed>, codec::Error>> {
	let (version, call) = body.split_first()?;
	let mut argument = BARE.contains(version).then(|| call.strip_prefix(&RELAY_CALL))??;
	Some(Vec::<Relayed>::decode_all(&mut argument))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use sp_runtime::{
		traits::{Block as _, Header as _},
		OpaqueExtrinsic,
	};
	use top_sdk::{Domain, UnitBuilder, UnitHash};
	use tp_core::{merkle::MerklePath, Header};
	use tp_lattice::{Batch, APPLY_CALL};
	use tp_mailbox::{Class, Destination, HeadPath, Home, Initiator, Lane, LaneClaim, Message, Packet, RangeProof};

	fn block(extrinsics: Vec<Vec<u8>>) -> Block {
		let header = Header::new(7, Hash::zero(), Hash::zero(), Hash::zero(), Default::default());
		Block::new(header, extrinsics.into_iter().map(OpaqueExtrinsic::from_blob).collect())
	}

	fn packet(values: &[Balance]) -> Packet {
		let id = crate::genesis::sender(0).account();
		let initiator = Initiator { home: Home::Zone(0), account: id.clone() };
		let message = |value: &Balance| Message {
			initiator: initiator.clone(),
			hop: 0,
			weight: 1,
			budget: 0,
			value: *value,
			payload: vec![],
		};
		let destination = Destination::of(Home::Zone(0), &id);
		let lane = Lane { source: shard(1), destination, class: Class::User };
		Packet {
			first: 3,
			messages: values.iter().map(message).collect(),
			range: RangeProof::default(),
			claim: LaneClaim { lane, root: Hash::zero(), count: 9 },
			path: MerklePath { siblings: vec![], leaves: 1, index: 0 },
			head: HeadPath::default(),
		}
	}

	#[test]
	fn a_block_of_a_shard_reports_what_it_paid_and_what_arrived() {
		let key = crate::genesis::sender(0);
		let unit = UnitBuilder::new().transfer(&key, 1).at(0, UnitHash::zero()).sign(&key, &Domain::default()).unwrap();
		let batch = Batch::new(vec![unit.clone()]).unwrap();
		let relayed = |packets| Relayed { chain: ChainTag::Zone(0), height: 1, packets, acknowledgements: vec![] };
		let relay = (5u8, RELAY_CALL, vec![relayed(vec![packet(&[5, 6]), packet(&[7])]), relayed(vec![])]).encode();
		let signed = vec![0x84, 1, 2, 3];
		let block = block(vec![(5u8, APPLY_CALL, batch.encode()).encode(), relay, signed.clone()]);
		let Reported::Shard { shard, number, paid, arrived } = reported(super::shard(2), &block).unwrap() else {
			panic!()
		};
		assert_eq!((shard, number, arrived), (2, 7, vec![5, 6, 7]));
		assert!(paid.contains(&unit.hash()) && paid.contains(&blake2_256(&signed).into()));
	}

	#[test]
	fn a_block_without_payments_reports_nothing() {
		let report = |chain| super::reported(chain, &block(vec![vec![4, 1, 0, 7], vec![]])).unwrap();
		assert_eq!(report(ChainTag::Zone(0)), Reported::Zone(vec![]));
		assert!(matches!(report(shard(0)), Reported::Shard { arrived, .. } if arrived.is_empty()));
		assert!(super::reported(shard(0), &block(vec![(5u8, RELAY_CALL, 9u8).encode()])).is_err());
	}
}
