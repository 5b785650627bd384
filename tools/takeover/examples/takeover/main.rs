//! `make takeover`: a quarter of all stake in several shapes, over a thousand draws of the pallets' own code, beside the
//! exact distribution. Prints one JSON object, and fails if a shape gets more than its bounds.
//!
//! Four ledgers have 32 seats each, and about 250 nodes stand. Everything but the number of draws (`DRAWS`) is fixed, and
//! each shape has its own seed, so every run prints the same.

mod network;
mod runtime;
mod shapes;

use runtime::Runtime;
use serde_json::{json, Value};
use std::{process::ExitCode, thread};
use top_takeover::Cost;
use tp_sortition::most_candidates;

/// Draws of each shape.
const DRAWS: u32 = 1_000;
/// The deposits of all honest nodes in the costs, in TOP, and the least deposit of a router.
const HONEST: f64 = 372e6;
const LEAST: f64 = 1e6;

fn main() -> ExitCode {
	let draws = std::env::var("DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(DRAWS);
	let shapes = shapes::all();
	let only = std::env::args().nth(1);
	let chosen = shapes.iter().filter(|shape| only.as_ref().is_none_or(|only| shape.name.contains(only)));
	let played: Vec<_> = thread::scope(|scope| {
		let threads: Vec<_> =
			chosen.map(|shape| scope.spawn(move || (shape.act, shapes::play(shape, draws)))).collect();
		threads.into_iter().map(|thread| thread.join().expect("a simulation does not panic")).collect()
	});
	let faults: Vec<String> = played.iter().flat_map(|(act, outcome)| outcome.faults(*act)).collect();
	let outcomes: Vec<_> = played.iter().map(|(_, outcome)| outcome).collect();
	let costs: Vec<Cost> = [32, 64, 128].map(|seats| Cost::of(seats, HONEST, LEAST)).to_vec();
	let report =
		json!({ "shapes": outcomes, "costs": costs, "tenThousandNodes": ten_thousand_nodes(), "faults": faults });
	println!("{report:#}");
	if faults.is_empty() {
		ExitCode::SUCCESS
	} else {
		ExitCode::FAILURE
	}
}

/// Returns what an epoch costs on the chain when 10,000 nodes stand and the largest number of seats is there.
fn ten_thousand_nodes() -> Value {
	use codec::MaxEncodedLen;
	use pallet_shard_assignment::{weights::SubstrateWeight, Candidate, WeightInfo, MAX_SEATS, SEATS_PER_BLOCK};
	type Weights = SubstrateWeight<Runtime>;
	/// A bare transaction: its length, version and call, and in it node, epoch, role, pre-output and proof.
	const TICKET_BYTES: u32 = 2 + 1 + 2 + 32 + 8 + 1 + 32 + 64;
	let candidates = most_candidates(MAX_SEATS / 4);
	// Nodes whose key is below half as much again as the last one.
	let tickets = candidates + candidates / 2;
	let of_ticket = Weights::submit_ticket() + Weights::authorize_submit_ticket();
	let blocks = (candidates + 2 * MAX_SEATS).div_ceil(SEATS_PER_BLOCK);
	let of_deal =
		Weights::deal(SEATS_PER_BLOCK).ref_time() * u64::from(blocks) + Weights::order_candidates().ref_time();
	json!({
		"candidates": candidates,
		"tickets": tickets,
		"bytesOfTickets": tickets * TICKET_BYTES,
		"bytesIfAllSent": 10_000 * TICKET_BYTES,
		"bytesOfList": candidates as usize * Candidate::<tp_core::AccountId>::max_encoded_len(),
		"secondsOfTickets": of_ticket.ref_time() as f64 * f64::from(tickets) / 1e12,
		"blocksOfDeal": blocks,
		"secondsOfDeal": of_deal as f64 / 1e12,
	})
}
