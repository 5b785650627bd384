//! What each resource allows, and which one is the first to saturate.

use crate::planner::{
	figures::Figures,
	network::{Machine, Network},
};
use serde::Serialize;
use tp_mailbox::bounds::{
	BLOCK_BYTES, BLOCK_MESSAGES, LANE_MESSAGES, MAX_INBOUND_LANES, MAX_OPEN_LANES, MAX_RELAYED_BYTES,
};

/// Blocks a second of shards and zones under load, by their pace of 100 ms.
const BLOCKS_PER_SECOND: f64 = 10.0;
/// Blocks a second of the main chain, by its pace of 500 ms.
const MAIN_BLOCKS_PER_SECOND: f64 = 2.0;
/// Processor time of one ed25519 signature in a batch of a certificate.
const SIGNATURE_US: f64 = 30.0;
/// Bytes of a vote on the wire, with the overhead of its frame.
const VOTE_BYTES: f64 = 220.0;
/// Bytes of a message in a relay: an account, a value and a payload, with its part of the proofs if its lane brings one.
const MESSAGE_BYTES: f64 = 160.0;
/// Bytes of the proofs of one lane in a relay: of the range, of the lane and of the head, with trees of thousands of leaves.
const LANE_PROOF_BYTES: f64 = 1_600.0;
/// Tables of a zone.
const TABLES: f64 = 256.0;
/// Seconds for which a lane has messages in flight: from the debit until the source knows the cursor.
const IN_FLIGHT_SECONDS: f64 = 1.0;
/// The share of a resource that is used at most. The rest is for peaks, and for nodes that catch up.
const USED: f64 = 0.7;

/// What a projection assumes.
pub const ASSUMPTIONS: [&str; 12] = [
	"a payment costs a node what it cost in the measured network, whose nodes have all roles; a larger committee verifies larger certificates, which are counted apart",
	"the audit of a router costs what a validator of the shard pays for it: it executes every block of every shard of its zone",
	"payments are spread equally over accounts, tables and shards, and those between shards over all other shards",
	"a router sits in the committee of one zone, and in no shard of it; a validator sits in as many shards as the seats need",
	"every node follows the main chain",
	"shards and zones make 10 blocks a second, the main chain 2; each zone block has a head of each of its shards, each main block one of each zone",
	"a signature of a certificate takes 30 µs, and a certificate has those of a quorum",
	"each member sends its two votes a block to all others: 220 bytes each",
	"a message takes 160 bytes in a relay, and each lane that it comes by 1,600 bytes of proofs",
	"a lane is open for one second: the time until its source knows the cursor",
	"a node uses 70 % of its processors, of its bandwidth and of its memory",
	"the main chain has beside the zones' heads what an idle ledger costs; elections and referenda are rare",
];

/// What one resource allows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
	/// The resource.
	pub resource: &'static str,
	/// Payments a second that it allows each shard. `None` if no load reaches it; 0 if the network does not fit it.
	pub payments_per_second: Option<f64>,
	/// Its use at the rate that the network reaches, of 1.
	pub used: f64,
}

/// A projected network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Projection {
	/// The network.
	pub network: Network,
	/// The number of zones.
	pub zones: u32,
	/// Committees of shards that a validator sits in.
	pub seats_of_validator: f64,
	/// What saturates first.
	pub saturates_first: &'static str,
	/// Payments a second of each shard at that point.
	pub payments_per_second_of_shard: f64,
	/// Payments a second of the network at that point.
	pub payments_per_second: f64,
	/// All resources, the first to saturate first.
	pub limits: Vec<Limit>,
}

/// A use that grows with the rate of a shard: `fixed + rate × slope`, of a capacity.
struct Use {
	resource: &'static str,
	fixed: f64,
	slope: f64,
	capacity: f64,
}

impl Use {
	/// Returns the rate at which the capacity is used.
	fn rate(&self) -> Option<f64> {
		match self.capacity - self.fixed {
			left if left < 0.0 => Some(0.0),
			left => (self.slope > 0.0).then(|| left / self.slope),
		}
	}

	fn limit(&self, rate: f64) -> Limit {
		let used = (self.fixed + rate * self.slope) / self.capacity;
		let rounded = |value: f64| (value * 10.0).round() / 10.0;
		Limit {
			resource: self.resource,
			payments_per_second: self.rate().map(rounded),
			used: (used * 1_000.0).round() / 1_000.0,
		}
	}
}

/// Projects a network.
///
/// # Errors
/// If its nodes cannot fill its committees.
pub fn project(figures: &Figures, network: &Network, machine: &Machine) -> Result<Projection, TooFewNodes> {
	let seats = network.seats_of_validator().ok_or(TooFewNodes { needed: least_nodes(network) })?;
	let uses = uses(figures, network, machine, seats);
	let rate = uses.iter().filter_map(Use::rate).fold(f64::INFINITY, f64::min);
	let mut uses: Vec<&Use> = uses.iter().collect();
	uses.sort_by(|one, other| order(one).total_cmp(&order(other)));
	let limits: Vec<Limit> = uses.iter().map(|used| used.limit(rate)).collect();
	Ok(Projection {
		network: *network,
		zones: network.zones(),
		seats_of_validator: (seats * 100.0).round() / 100.0,
		saturates_first: limits.first().map_or("nothing", |limit| limit.resource),
		payments_per_second_of_shard: rate.floor(),
		payments_per_second: (rate * f64::from(network.shards)).floor(),
		limits,
	})
}

/// The nodes of a network cannot fill its committees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the committees need {needed} nodes at least: name more by --nodes, or smaller committees")]
pub struct TooFewNodes {
	/// The least number of nodes.
	pub needed: u32,
}

/// Returns the least number of nodes that can fill all committees: validators can sit in every shard.
fn least_nodes(network: &Network) -> u32 {
	network.seats().0 + network.shard_committee
}

fn order(used: &Use) -> f64 {
	used.rate().unwrap_or(f64::INFINITY)
}

/// Returns the uses of all resources.
fn uses(figures: &Figures, network: &Network, machine: &Machine, seats: f64) -> Vec<Use> {
	let remote = network.remote;
	let quorum = |members: u32| f64::from(members - members.saturating_sub(1) / 3);
	let mix = |local: f64, remote_cost: f64| (1.0 - remote) * local + remote * remote_cost;
	// What a shard's payments cost each member of its committee, and each router of its zone.
	let (us, bytes) = (mix(figures.local_us, figures.remote_us), mix(figures.local_bytes, figures.remote_bytes));
	let idle_us = figures.idle_ledger_ms * 1_000.0;
	let shards_of_zone = f64::from(network.shards.min(network.shards_per_zone));
	let (shards, zones) = (f64::from(network.shards), f64::from(network.zones()));

	let certificate = |members: u32, per_second: f64| quorum(members) * SIGNATURE_US * per_second;
	let votes = |members: u32, per_second: f64| f64::from(members.saturating_sub(1)) * 2.0 * VOTE_BYTES * per_second;
	let of_shard = certificate(network.shard_committee, BLOCKS_PER_SECOND);
	let of_zone = certificate(network.zone_committee, BLOCKS_PER_SECOND);
	let of_main = certificate(network.main_committee, MAIN_BLOCKS_PER_SECOND);
	// A shard takes in the headers of its zone.
	let validator_us = idle_us + of_main + seats * (idle_us + of_shard + of_zone);
	// A router checks the certificates of its shards, in their chains and once more in the zone's blocks.
	let router_us = 2.0 * idle_us + of_main + of_zone + shards_of_zone * (idle_us + 2.0 * of_shard);
	let main_us = idle_us + of_main + zones * certificate(network.zone_committee, MAIN_BLOCKS_PER_SECOND);

	let processors = machine.cores * 1_000_000.0 * USED;
	let wire = machine.megabits * 1_000_000.0 / 8.0 * USED;
	let memory = machine.gigabytes * 1_000.0 * USED;

	// Messages that a shard takes in, and the lanes by which they come: at most one of each source to each of its tables.
	let tables_of_shard = TABLES / shards_of_zone;
	let lanes_in = (shards - 1.0).max(0.0) * tables_of_shard;
	let lanes_out = (zones * TABLES - tables_of_shard).max(0.0);
	// As many lanes bring messages as there are messages in a block, up to all lanes.
	let of_lanes = lanes_in * (MESSAGE_BYTES + LANE_PROOF_BYTES);
	let (proofs, proofs_of_message) = match of_lanes > MAX_RELAYED_BYTES as f64 {
		true => (0.0, LANE_PROOF_BYTES),
		false if remote > 0.0 => (lanes_in * LANE_PROOF_BYTES, 0.0),
		false => (0.0, 0.0),
	};
	vec![
		Use { resource: "processors of a validator", fixed: validator_us, slope: seats * us, capacity: processors },
		Use { resource: "processors of a router", fixed: router_us, slope: shards_of_zone * us, capacity: processors },
		Use { resource: "processors of a member of the main chain", fixed: main_us, slope: 0.0, capacity: processors },
		Use {
			resource: "bandwidth of a validator",
			fixed: seats * votes(network.shard_committee, BLOCKS_PER_SECOND),
			slope: seats * bytes,
			capacity: wire,
		},
		Use {
			resource: "bandwidth of a router",
			fixed: votes(network.zone_committee, BLOCKS_PER_SECOND),
			slope: shards_of_zone * bytes,
			capacity: wire,
		},
		Use {
			resource: "memory of a router",
			fixed: (shards_of_zone + 2.0) * figures.ledger_mb,
			slope: 0.0,
			capacity: memory,
		},
		Use {
			resource: "memory of a validator",
			fixed: (seats + 1.0) * figures.ledger_mb,
			slope: 0.0,
			capacity: memory,
		},
		Use {
			resource: "messages in a block of a shard",
			fixed: 0.0,
			slope: remote / BLOCKS_PER_SECOND,
			capacity: (BLOCK_MESSAGES as f64).min(BLOCK_BYTES as f64 / MESSAGE_BYTES),
		},
		Use {
			resource: "bytes of relays in a block of a shard",
			fixed: proofs,
			slope: remote * (MESSAGE_BYTES + proofs_of_message) / BLOCKS_PER_SECOND,
			capacity: MAX_RELAYED_BYTES as f64,
		},
		Use {
			resource: "open lanes of a shard",
			fixed: 0.0,
			// A lane has several messages only if there are more messages than lanes.
			slope: if lanes_out > MAX_OPEN_LANES as f64 { remote * IN_FLIGHT_SECONDS } else { 0.0 },
			capacity: MAX_OPEN_LANES as f64,
		},
		Use {
			resource: "messages in flight of a lane",
			fixed: 0.0,
			slope: if lanes_out > 0.0 { remote * IN_FLIGHT_SECONDS / lanes_out } else { 0.0 },
			capacity: LANE_MESSAGES as f64,
		},
		Use {
			resource: "lanes that lead to a shard",
			fixed: if remote > 0.0 { lanes_in } else { 0.0 },
			slope: 0.0,
			capacity: MAX_INBOUND_LANES as f64,
		},
	]
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::planner::{figures::tests::round, network::tests::network};

	const MACHINE: Machine = Machine { cores: 16.0, megabits: 1_000.0, gigabytes: 64.0 };

	fn limit<'a>(projection: &'a Projection, resource: &str) -> &'a Limit {
		projection.limits.iter().find(|limit| limit.resource == resource).unwrap_or_else(|| panic!("{resource}"))
	}

	#[test]
	fn a_router_that_audits_a_whole_zone_saturates_first() {
		let projection = project(&round(), &network(64, 20_000), &MACHINE).unwrap();
		assert_eq!(projection.saturates_first, "processors of a router");
		// 43 of 64, and 86 of 128, sign for 30 µs: 12.9 ms a second of a shard or zone, 5.16 of the main chain. With 64 shards, 1 ms
		// each when idle, their certificates twice: 1,715.2, and with zone and main chain 1,735.26 of 11,200 ms. The rest is for
		// 64 payments of 175 µs each.
		let expected = (11_200_000.0 - (2_000.0 + 5_160.0 + 12_900.0 + 64.0 * 26_800.0)) / (64.0 * 175.0);
		assert_eq!(projection.payments_per_second_of_shard, f64::floor(expected));
		assert_eq!(projection.payments_per_second, (expected * 64.0).floor());
		assert_eq!(limit(&projection, "processors of a router").used, 1.0);
		assert!(projection.limits.iter().all(|limit| limit.used <= 1.0), "{projection:#?}");
		assert!(projection.limits.is_sorted_by_key(|limit| limit.payments_per_second.unwrap_or(f64::INFINITY)));
	}

	#[test]
	fn few_nodes_sit_in_many_shards() {
		let few = project(&round(), &network(64, 192 + 64), &MACHINE).unwrap();
		assert_eq!(few.seats_of_validator, 64.0);
		let many = project(&round(), &network(64, 192 + 4_096), &MACHINE).unwrap();
		assert_eq!(many.seats_of_validator, 1.0);
		let of = |projection| limit(projection, "processors of a validator").payments_per_second.unwrap();
		assert!(of(&many) > 60.0 * of(&few), "{} and {}", of(&many), of(&few));
		assert_eq!(project(&round(), &network(64, 255), &MACHINE), Err(TooFewNodes { needed: 256 }));
	}

	#[test]
	fn the_bounds_of_lanes_depend_on_the_shards() {
		let used =
			|shards, resource| limit(&project(&round(), &network(shards, 200_000), &MACHINE).unwrap(), resource).used;
		let lanes = "lanes that lead to a shard";
		assert_eq!((used(64, lanes), used(1_024, lanes)), (0.062, 0.999), "63 × 4 and 1,023 × 4 of 4,096");
		let larger = project(&round(), &network(2_048, 400_000), &MACHINE).unwrap();
		assert_eq!((larger.saturates_first, larger.payments_per_second), (lanes, 0.0));
		// Two zones have 512 tables, which 2,048 open lanes reach at any rate; 16 have 4,096.
		let open = |shards| {
			limit(&project(&round(), &network(shards, 200_000), &MACHINE).unwrap(), "open lanes of a shard").clone()
		};
		assert_eq!(open(128).payments_per_second, None);
		assert_eq!(open(1_024).payments_per_second, Some(4_096.0));
	}

	#[test]
	fn without_payments_between_shards_no_message_is_in_the_way() {
		let local = Network { remote: 0.0, ..network(64, 20_000) };
		let projection = project(&round(), &local, &MACHINE).unwrap();
		for resource in
			["messages in a block of a shard", "bytes of relays in a block of a shard", "open lanes of a shard"]
		{
			assert_eq!(limit(&projection, resource).payments_per_second, None, "{resource}");
		}
		let mixed = project(&round(), &network(64, 20_000), &MACHINE).unwrap();
		assert!(projection.payments_per_second > mixed.payments_per_second);
	}

	#[test]
	fn a_machine_too_small_for_a_zone_does_not_fit() {
		let small = Machine { gigabytes: 4.0, ..MACHINE };
		let projection = project(&round(), &network(64, 20_000), &small).unwrap();
		assert_eq!((projection.saturates_first, projection.payments_per_second), ("memory of a router", 0.0));
	}
}
