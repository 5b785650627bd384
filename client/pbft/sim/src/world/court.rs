//! What the records of correct replicas prove: the certificates of their chains, and the view changes that they kept, with the
//! certificates that these show.
//!
//! It runs at the end of every run, on the records of all correct replicas together. So a correct member that could be accused
//! by what any two of them know is found in any seed.

use super::World;
use crate::{keys, network::NodeId};
use std::collections::BTreeSet;
use tc_pbft_core::{double_votes, KeptViewChanges};
use tp_pbft::{Certificate, Committee, Evidence, PreparedCertificate, QuorumCertificate, VoteKind};

impl World {
	/// Keeps the view changes of the height that ends, as an engine does on its disk.
	pub(super) fn keep_view_changes(&mut self, at: NodeId) {
		let node = &mut self.nodes[at];
		let kept = node.replica.kept_view_changes();
		if !kept.is_empty() {
			let known = node.kept.entry(node.height).or_default();
			kept.iter().for_each(|signed| known.note(signed));
		}
	}

	/// Compares the records of all correct replicas. Notes who is accused, and that the evidence verifies.
	pub(super) fn hold_court(&mut self) {
		let correct: Vec<NodeId> = (0..self.nodes.len()).filter(|at| self.is_correct(*at)).collect();
		for at in &correct {
			self.keep_view_changes(*at);
		}
		let nodes = || correct.iter().map(|at| &self.nodes[*at]);
		let mut accused = BTreeSet::new();
		let mut found: Vec<(Committee, Evidence)> = Vec::new();
		let heights = nodes().map(|node| node.chain.len()).max().unwrap_or_default();
		for height in (1..).take(heights) {
			let committee = self.scenario.election.committee(height, &Default::default());
			// Each record once: most replicas have the same ones.
			let mut commits: Vec<&Certificate> = Vec::new();
			let mut prepares: Vec<&PreparedCertificate> = Vec::new();
			for node in nodes() {
				add_new(&mut commits, node.final_block(height).map(|block| &block.certificate));
				add_new(&mut prepares, node.kept.get(&height).into_iter().flat_map(KeptViewChanges::certificates));
			}
			let kept = nodes().filter_map(|node| node.kept.get(&height));
			let hidden = kept.flat_map(|kept| commits.iter().flat_map(|commit| kept.hidden_in(&committee, commit)));
			let hidden = hidden.map(Evidence::from);
			let doubled = doubles(&committee, &commits).chain(doubles(&committee, &prepares));
			// One of each form is enough.
			let new = hidden.chain(doubled).filter(|evidence| {
				let is_hidden = matches!(evidence, Evidence::HiddenCommit(_));
				accused.insert((height, evidence.member(), is_hidden))
			});
			found.extend(new.map(|evidence| (committee.clone(), evidence)));
		}
		for height in self.checks.forked().clone() {
			let members: BTreeSet<_> =
				accused.iter().filter(|(at, ..)| *at == height).map(|(_, member, _)| *member).collect();
			let needed = (self.scenario.election.members(height).len() - 1) / 3 + 1;
			if members.len() < needed {
				self.checks.violated(format!("evidence: the fork of {height} proves only {members:?} guilty"));
			}
		}
		for (committee, evidence) in found {
			let members = self.scenario.election.members(evidence.slot().height);
			let accused = members[usize::from(evidence.member())];
			debug_assert_eq!(committee.index_of(&keys::key(accused)), Some(evidence.member()));
			self.checks.on_evidence(accused, &evidence, &committee);
			self.stats.hiders += u64::from(matches!(evidence, Evidence::HiddenCommit(_)));
		}
	}
}

/// Adds what is not there yet.
fn add_new<'a, T: PartialEq>(all: &mut Vec<&'a T>, more: impl IntoIterator<Item = &'a T>) {
	for one in more {
		if !all.contains(&one) {
			all.push(one);
		}
	}
}

/// Returns the evidence against all who signed two of these certificates for two blocks of one slot.
fn doubles<'a, K: VoteKind>(
	committee: &'a Committee,
	certificates: &'a [&'a QuorumCertificate<K>],
) -> impl Iterator<Item = Evidence> + 'a {
	let pairs = certificates
		.iter()
		.enumerate()
		.flat_map(move |(at, one)| certificates[at + 1..].iter().map(move |other| (*one, *other)));
	pairs.flat_map(move |(one, other)| double_votes(committee, one, other)).map(Evidence::from)
}
