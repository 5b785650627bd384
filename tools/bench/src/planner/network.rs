//! The network that is projected, and the machine of a node.

use serde::Serialize;

/// Sizes of a network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Network {
	/// Number of shards.
	pub shards: u32,
	/// Number of shards of a zone.
	pub shards_per_zone: u32,
	/// Number of nodes.
	pub nodes: u32,
	/// Members of the committee of a shard.
	pub shard_committee: u32,
	/// Members of the committee of a zone: routers, which audit all shards of the zone.
	pub zone_committee: u32,
	/// Members of the committee of the main chain.
	pub main_committee: u32,
	/// Share of the payments that lead to other shards.
	pub remote: f64,
}

impl Network {
	/// Returns the number of zones.
	pub fn zones(&self) -> u32 {
		self.shards.div_ceil(self.shards_per_zone.max(1))
	}

	/// Returns the seats of routers and of validators. Routers sit in the zones and in the main chain.
	pub fn seats(&self) -> (u32, u32) {
		(self.zones() * self.zone_committee + self.main_committee, self.shards * self.shard_committee)
	}

	/// Returns how many committees of shards a node sits in, on the average: at least one, and none if no node is left beside the
	/// routers. A router sits in one zone, and in none of its shards.
	pub fn seats_of_validator(&self) -> Option<f64> {
		let (routers, validators) = self.seats();
		let left = self.nodes.checked_sub(routers).filter(|left| *left >= self.shard_committee)?;
		Some((f64::from(validators) / f64::from(left)).max(1.0))
	}
}

/// The machine of a node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Machine {
	/// Processors.
	pub cores: f64,
	/// Megabits a second that it sends.
	pub megabits: f64,
	/// Memory, in gigabytes.
	pub gigabytes: f64,
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// Returns a network of the production's committees.
	pub fn network(shards: u32, nodes: u32) -> Network {
		Network {
			shards,
			shards_per_zone: 64,
			nodes,
			shard_committee: 64,
			zone_committee: 64,
			main_committee: 128,
			remote: 0.5,
		}
	}

	#[test]
	fn nodes_share_the_seats() {
		assert_eq!((network(64, 9_000).zones(), network(65, 9_000).zones(), network(1_024, 9_000).zones()), (1, 2, 16));
		assert_eq!(network(64, 9_000).seats(), (192, 4_096));
		assert_eq!(network(64, 192 + 1_024).seats_of_validator(), Some(4.0));
		assert_eq!(network(64, 192 + 8_192).seats_of_validator(), Some(1.0), "a seat is at least one");
		assert_eq!(network(64, 200).seats_of_validator(), None, "eight are no committee");
	}
}
