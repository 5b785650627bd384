//! Who gets how much of an epoch's budget.

use crate::{types::part_of, *};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::BoundedVec;
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_sortition::Role;
use tp_stake::{Nodes, Voters};

/// The members of a committee that have points.
pub(crate) type Report = BoundedVec<(AccountId, Points), frame_support::traits::ConstU32<MAX_MEMBERS>>;

/// What is to be issued.
#[derive(Default)]
pub(crate) struct Division {
	/// For nodes and their voters: one due a node.
	pub dues: Vec<Due>,
	/// For the treasury.
	pub treasury: Balance,
}

impl Division {
	/// All of it.
	pub fn sum(&self) -> Balance {
		self.dues.iter().fold(self.treasury, |sum, due| sum.saturating_add(due.work).saturating_add(due.votes))
	}
}

/// What nodes get, by node: for their work, and for their voters.
#[derive(Default)]
struct Shares(BTreeMap<AccountId, (Balance, Balance)>);

impl Shares {
	fn add_work(&mut self, node: AccountId, amount: Balance) {
		let (work, _) = self.0.entry(node).or_default();
		*work = work.saturating_add(amount);
	}

	fn add_votes(&mut self, node: AccountId, amount: Balance) {
		let (_, votes) = self.0.entry(node).or_default();
		*votes = votes.saturating_add(amount);
	}

	/// Each committee gets the same, and its members share by points. What is a committee's without points is nobody's.
	fn add_committees<'a>(&mut self, pool: Balance, reports: impl Iterator<Item = &'a Report> + Clone) {
		let part = part_of(pool, 1, reports.clone().count() as u128);
		for report in reports {
			let sum: u128 = report.iter().map(|(_, points)| u128::from(*points)).sum();
			for (node, points) in report {
				self.add_work(node.clone(), part_of(part, (*points).into(), sum));
			}
		}
	}

	/// All get the same.
	fn add_equally(&mut self, pool: Balance, nodes: Vec<AccountId>) {
		let part = part_of(pool, 1, nodes.len() as u128);
		for node in nodes {
			self.add_work(node, part);
		}
	}

	/// Nodes get it for their voters, by the weight of the votes.
	fn add_voted(&mut self, pool: Balance, voted: Vec<(AccountId, Balance)>) {
		let sum = voted.iter().fold(0, |sum: Balance, (_, weight)| sum.saturating_add(*weight));
		for (node, weight) in voted {
			self.add_votes(node, part_of(pool, weight, sum));
		}
	}

	fn into_dues(self) -> Vec<Due> {
		let dues = self.0.into_iter().map(|(node, (work, votes))| Due { node, work, votes });
		dues.filter(|due| due.work > 0 || due.votes > 0).collect()
	}
}

impl<T: Config> Pallet<T> {
	/// Divides a budget. Its sum is the budget at most: pools that nobody is there for, and what rounding leaves over, are not
	/// in it.
	pub(crate) fn divide(budget: Balance, split: &Split, reports: &[(ChainTag, Report)], epoch: Epoch) -> Division {
		if budget == 0 {
			return Division::default();
		}
		let Split { validators, routers, voters, governance, archives, edges } = *split;
		let of_shards = |is_shard: bool| {
			let wanted = reports.iter().filter(move |(chain, _)| matches!(chain, ChainTag::Shard { .. }) == is_shard);
			wanted.map(|(_, report)| report)
		};
		let standing = |role| T::Nodes::standing(role, epoch, MAX_STANDING);
		let mut shares = Shares::default();
		shares.add_committees(Parameters::pool(budget, validators), of_shards(true));
		shares.add_committees(Parameters::pool(budget, routers), of_shards(false));
		shares.add_voted(Parameters::pool(budget, voters), T::Voters::voted(MAX_VOTED));
		shares.add_equally(Parameters::pool(budget, archives), standing(Role::Archive));
		shares.add_equally(Parameters::pool(budget, edges), standing(Role::Edge));
		Division { dues: shares.into_dues(), treasury: Parameters::pool(budget, governance) }
	}
}
