//! What the records of correct replicas prove: the certificates of their chains, and the view changes that they kept, with the
//! certificates that these show.
//!
//! It runs at the end of every run, on the records of all correct replicas together. So a correct member that could be accused
//! by what any two of them know is found in any seed.

use super::World;
use crate::{keys, network::NodeId};
use std::collections::BTreeSet;
use tc_pbft_core::{double_votes, KeptViewChanges};
use tp_pbft::{Committee, Evidence, Height, PreparedCertificate};

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
		let mut accused = BTreeSet::new();
		let mut found: Vec<(Committee, Evidence)> = Vec::new();
		let kept_at = |at: &NodeId, height: Height| -> Vec<&PreparedCertificate> {
			self.nodes[*at].kept.get(&height).map(KeptViewChanges::certificates).unwrap_or_default()
		};
		let chains = || correct.iter().map(|at| &self.nodes[*at].chain);
		for (height, block) in chains().flat_map(|chain| (1..).zip(chain)) {
			let committee = self.scenario.election.committee(height, &Default::default());
			for at in &correct {
				let node = &self.nodes[*at];
				let kept = node.kept.get(&height).into_iter();
				let hidden = kept.flat_map(|kept| kept.hidden_in(&committee, &block.certificate)).map(Evidence::from);
				let other = node.final_block(height).into_iter();
				let doubled = other.flat_map(|other| double_votes(&committee, &block.certificate, &other.certificate));
				let doubled = doubled.map(Evidence::from);
				let prepared = kept_at(at, height);
				let doubled = doubled.chain(correct.iter().flat_map(|other| {
					let others = kept_at(other, height);
					let pairs =
						prepared.iter().flat_map(move |one| others.clone().into_iter().map(move |other| (*one, other)));
					pairs.flat_map(|(one, other)| double_votes(&committee, one, other)).map(Evidence::from)
				}));
				// One of each form is enough.
				let new = hidden.chain(doubled).filter(|evidence| {
					let is_hidden = matches!(evidence, Evidence::HiddenCommit(_));
					accused.insert((height, evidence.member(), is_hidden))
				});
				found.extend(new.map(|evidence| (committee.clone(), evidence)));
			}
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
