//! Frequency of draws against stakes: two thousand epochs with real tickets, beside a floating-point model of the rule.

use super::*;
use tp_core::Balance;

const NODES: u16 = 10;
const SEATS: u16 = 5;
const EPOCHS: u64 = 2_000;

/// Returns a node's assets as a multiple of the smallest.
fn multiple(node: u16) -> u16 {
	1 + node / 2
}

/// Simulates the rule and returns the share of each node in all draws.
///
/// The longest-serving member leaves. A node without a seat is drawn with a probability in proportion to its stake.
fn model(stakes: &[f64]) -> Vec<f64> {
	const ROUNDS: u32 = 400_000;
	let mut sitting: Vec<usize> = (0..usize::from(SEATS)).collect();
	let mut counts = vec![0u32; stakes.len()];
	let mut state = 88_172_645_463_325_252u64;
	for _ in 0..ROUNDS {
		// xorshift64
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		let others: Vec<usize> = (0..stakes.len()).filter(|node| !sitting.contains(node)).collect();
		let total: f64 = others.iter().map(|node| stakes[*node]).sum();
		let mut point = (state >> 11) as f64 / (1u64 << 53) as f64 * total;
		let hit = others.iter().copied().find(|node| {
			point -= stakes[*node];
			point < 0.0
		});
		let came = hit.unwrap_or(others[others.len() - 1]);
		sitting.remove(0);
		sitting.push(came);
		counts[came] += 1;
	}
	counts.into_iter().map(|count| f64::from(count) / f64::from(ROUNDS)).collect()
}

#[test]
fn nodes_are_drawn_as_often_as_their_stakes_say() {
	let mut came = vec![0u32; usize::from(NODES)];
	let stakes = on_network(&[(Main, SEATS.into())], SEATS, NODES, |network| {
		for node in 0..NODES {
			with(node, |known| known.assets = ASSETS * Balance::from(multiple(node)));
		}
		for epoch in 0..EPOCHS {
			network.epoch(0..NODES);
			let (before, after) = (nodes_of(Main, epoch + 1), nodes_of(Main, epoch + 2));
			let new: Vec<_> = after.iter().filter(|node| !before.contains(node)).collect();
			assert_eq!(new.len(), 1);
			came[usize::from(*new[0])] += 1;
		}
		(0..NODES).map(|node| known(node).assets as f64).collect::<Vec<f64>>()
	});

	let expected = model(&stakes);
	println!("node  stake  drawn  expected  sigma");
	for (node, (came, share)) in came.iter().zip(&expected).enumerate() {
		let mean = share * EPOCHS as f64;
		let sigma = (mean * (1.0 - share)).sqrt();
		let off = (f64::from(*came) - mean) / sigma;
		println!("{node:>4}  {:>5}  {came:>5}  {mean:>8.1}  {off:>+5.2}", multiple(u16::try_from(node).unwrap()));
		// A member cannot be drawn again, so the counts vary less than independent ones.
		assert!(off.abs() < 3.0, "node {node} is {off:.2} sigma off");
	}
	assert!(came[8] + came[9] > came[0] + came[1], "a node with five times the stake is drawn more often");
}
