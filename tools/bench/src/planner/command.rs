//! The command: arguments, table, JSON.

use crate::planner::{
	figures::Figures,
	network::{Machine, Network},
	projection::{project, Projection, ASSUMPTIONS},
};
use anyhow::Context;
use serde::Serialize;
use std::{fmt::Write, fs, path::PathBuf};

/// Numbers of shards that are always shown.
const SHOWN: [u32; 3] = [64, 256, 1_024];
/// The resources that are shown of each network.
const LIMITS: usize = 4;

/// Projects a network of many shards from measured figures, and says what saturates first.
#[derive(Clone, Debug, clap::Args)]
pub struct PlanCommand {
	/// Number of shards. Networks of 64, 256 and 1,024 are shown beside it.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=65_536))]
	pub shards: u32,
	/// Number of nodes. Default: as many as the committees have seats.
	#[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
	pub nodes: Option<u32>,
	/// Share of payments that lead to other shards, in percent.
	#[arg(long, value_name = "PERCENT", default_value_t = 30, value_parser = clap::value_parser!(u8).range(..=100))]
	pub remote: u8,
	/// Shards of a zone.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=256))]
	pub shards_per_zone: u32,
	/// Members of the committee of a shard.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_024))]
	pub shard_committee: u32,
	/// Members of the committee of a zone.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_024))]
	pub zone_committee: u32,
	/// Members of the committee of the main chain.
	#[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=1_024))]
	pub main_committee: u32,
	/// Processors of a node.
	#[arg(long, default_value_t = 16.0)]
	pub cores: f64,
	/// Megabits a second that a node sends.
	#[arg(long, default_value_t = 1_000.0)]
	pub megabits: f64,
	/// Memory of a node, in gigabytes.
	#[arg(long, default_value_t = 64.0)]
	pub gigabytes: f64,
	/// The JSON lines of `bench network --json`: a run with `--remote 0`, and one with more.
	#[arg(long, value_name = "FILE")]
	pub figures: PathBuf,
	/// Print one JSON object instead of tables.
	#[arg(long)]
	pub json: bool,
}

/// The printed result.
#[derive(Debug, Serialize)]
struct Plan {
	figures: Figures,
	machine: Machine,
	projections: Vec<Projection>,
	assumptions: [&'static str; ASSUMPTIONS.len()],
}

impl PlanCommand {
	/// Prints the projections.
	///
	/// # Errors
	/// If the figures cannot be read, or the nodes cannot fill the committees.
	pub fn run(&self) -> anyhow::Result<()> {
		let plan = self.plan()?;
		match self.json {
			true => println!("{}", serde_json::to_string(&plan).context("a plan is plain data; qed")?),
			false => print!("{}", plan.text()),
		}
		Ok(())
	}

	fn plan(&self) -> anyhow::Result<Plan> {
		let shown = self.figures.display().to_string();
		let text = fs::read_to_string(&self.figures)
			.with_context(|| format!("cannot read {shown}; write it by `bench network --json > {shown}`"))?;
		let figures = Figures::read(&text, &shown).with_context(|| format!("cannot use {shown}"))?;
		let machine = Machine { cores: self.cores, megabits: self.megabits, gigabytes: self.gigabytes };
		let mut sizes: Vec<u32> = SHOWN.iter().copied().chain([self.shards]).collect();
		sizes.sort_unstable();
		sizes.dedup();
		let mut projections = Vec::new();
		for shards in sizes {
			let mut network = self.network(shards);
			// The named nodes are those of the named shards. Other sizes have as many nodes a shard.
			if let Some(nodes) = self.nodes {
				let scaled = u64::from(nodes) * u64::from(shards) / u64::from(self.shards);
				network.nodes = u32::try_from(scaled).unwrap_or(u32::MAX);
			}
			match project(&figures, &network, &machine) {
				Ok(projection) => projections.push(projection),
				Err(error) if shards == self.shards => return Err(error.into()),
				// Fewer shards with fewer nodes may have too few for one zone and the main chain.
				Err(_) => {},
			}
		}
		Ok(Plan { figures, machine, projections, assumptions: ASSUMPTIONS })
	}

	/// Returns a network with a node for each seat.
	fn network(&self, shards: u32) -> Network {
		let network = Network {
			shards,
			shards_per_zone: self.shards_per_zone,
			nodes: 0,
			shard_committee: self.shard_committee,
			zone_committee: self.zone_committee,
			main_committee: self.main_committee,
			remote: f64::from(self.remote) / 100.0,
		};
		let (routers, validators) = network.seats();
		Network { nodes: routers + validators, ..network }
	}
}

impl Plan {
	fn text(&self) -> String {
		let mut text = String::new();
		let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string never fails; qed");
		let Figures { source, local_us, remote_us, idle_ledger_ms, local_bytes, remote_bytes, ledger_mb } =
			&self.figures;
		line(format!("Figures of {source}, for each node:"));
		line(format!("  a payment inside a shard     {local_us:.0} µs, {local_bytes:.0} bytes sent"));
		line(format!("  a payment between shards     {remote_us:.0} µs, {remote_bytes:.0} bytes sent"));
		line(format!("  a ledger                     {idle_ledger_ms:.1} ms a second when idle, {ledger_mb:.0} MB"));
		let Machine { cores, megabits, gigabytes } = self.machine;
		line(format!("A node has {cores} processors, {megabits} Mbit/s and {gigabytes} GB."));
		for projection in &self.projections {
			let Network { shards, nodes, remote, .. } = projection.network;
			line(format!(
				"\n{shards} shards in {} zones, {nodes} nodes, {:.0} % between shards: {} payments a second, {} a shard",
				projection.zones,
				remote * 100.0,
				projection.payments_per_second,
				projection.payments_per_second_of_shard,
			));
			line(format!("  saturates first: {}", projection.saturates_first));
			line(format!("  a validator sits in {} committees of shards", projection.seats_of_validator));
			for limit in projection.limits.iter().take(LIMITS) {
				let most = limit.payments_per_second.map_or("any load".into(), |most| format!("{most:.0} a shard"));
				line(format!("  {:42} {:>18}  used {:>5.1} %", limit.resource, most, limit.used * 100.0));
			}
		}
		line("\nAssumptions:".into());
		for assumption in self.assumptions {
			line(format!("- {assumption}"));
		}
		text
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use std::path::Path;

	#[derive(clap::Parser)]
	struct Cli {
		#[command(flatten)]
		command: PlanCommand,
	}

	fn plan_of(figures: &Path, arguments: &str) -> anyhow::Result<Plan> {
		let shown = format!("plan --figures {} {arguments}", figures.display());
		Cli::try_parse_from(shown.split_whitespace()).unwrap().command.plan()
	}

	fn plan(arguments: &str) -> anyhow::Result<Plan> {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("runs.json");
		let report = |remote, micros| serde_json::to_string(&crate::network::tests::report(2, remote, micros)).unwrap();
		fs::write(&path, format!("{}\n{}\n", report(0, 1_150), report(100, 1_550))).unwrap();
		plan_of(&path, arguments)
	}

	#[test]
	fn the_usual_sizes_are_shown_with_what_saturates_first() {
		let shown = |arguments: &str| {
			let plan = plan(arguments).unwrap();
			plan.projections.iter().map(|projection| projection.network.shards).collect::<Vec<_>>()
		};
		assert_eq!(shown(""), [64, 256, 1_024]);
		assert_eq!(shown("--shards 100"), [64, 100, 256, 1_024]);
		let text = plan("--shards 64 --nodes 5000").unwrap().text();
		for part in
			["64 shards", "256 shards", "1024 shards", "5000 nodes", "saturates first: ", "Assumptions:", "a ledger"]
		{
			assert!(text.contains(part), "{part}: {text}");
		}
		assert!(ASSUMPTIONS.iter().all(|assumption| text.contains(assumption)));
	}

	#[test]
	fn the_json_has_all_limits() {
		let json = serde_json::to_value(plan("--shards 64 --nodes 5000 --json").unwrap()).unwrap();
		let first = &json["projections"][0];
		assert_eq!((&first["network"]["nodes"], &first["zones"]), (&5_000.into(), &1.into()));
		assert_eq!(first["limits"][0]["resource"], first["saturates_first"]);
		assert!(first["limits"].as_array().unwrap().len() > 10, "{first}");
	}

	#[test]
	fn too_few_nodes_are_refused_with_the_number_that_is_needed() {
		let error = plan("--shards 64 --nodes 200").unwrap_err().to_string();
		assert!(error.contains("256") && error.contains("--nodes"), "{error}");
	}

	#[test]
	fn figures_come_from_a_file() {
		let figures = plan("").unwrap().figures;
		assert_eq!((figures.local_us, figures.remote_us), (100.0, 200.0));
		let error = plan_of(Path::new("/no/such/file"), "").unwrap_err().to_string();
		assert!(error.contains("cannot read") && error.contains("bench network --json"), "{error}");
		assert!(Cli::try_parse_from(["plan"]).is_err(), "no figures are built in");
	}
}
