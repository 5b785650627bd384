//! Links that are broken for good, and differ from pair to pair.

use crate::{block::Election, keys::Identity, network::NodeId};
use rand::{seq::SliceRandom, Rng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// Broken links per thousand. In most runs there is none.
const BROKEN_PERMILLE: [u32; 6] = [0, 0, 0, 0, 150, 400];

/// Draws the broken links, each with its lower node first.
///
/// In each committee any two correct members stay connected, by their own link or over one other correct member. No
/// protocol gets further without such a way.
pub fn broken_links(
	rng: &mut ChaCha8Rng,
	nodes: &[Identity],
	correct: &[NodeId],
	election: &Election,
) -> BTreeSet<(NodeId, NodeId)> {
	let permille = *BROKEN_PERMILLE.choose(rng).expect("not empty; qed");
	let pairs = (0..nodes.len()).flat_map(|one| (one + 1..nodes.len()).map(move |other| (one, other)));
	let mut broken: BTreeSet<_> = pairs.filter(|_| rng.gen_range(0..1000) < permille).collect();
	let of_committee = |members: &Vec<Identity>| -> Vec<NodeId> {
		correct.iter().copied().filter(|node| members.contains(&nodes[*node])).collect()
	};
	let committees = election.epochs.iter().map(|(_, members)| of_committee(members));
	// Those outside a committee need a way to its blocks.
	for members in committees.chain([correct.to_vec()]) {
		for (at, one) in members.iter().enumerate() {
			for other in &members[at + 1..] {
				// A link that is kept only adds ways, so one pass is enough.
				if broken.contains(&(*one, *other)) && !is_bridged(&broken, &members, *one, *other) {
					broken.remove(&(*one, *other));
				}
			}
		}
	}
	broken
}

/// Whether some member has a link to both.
fn is_bridged(broken: &BTreeSet<(NodeId, NodeId)>, members: &[NodeId], one: NodeId, other: NodeId) -> bool {
	let is_up = |between: NodeId, end: NodeId| !broken.contains(&(between.min(end), between.max(end)));
	let mut between = members.iter().filter(|between| **between != one && **between != other);
	between.any(|between| is_up(*between, one) && is_up(*between, other))
}
