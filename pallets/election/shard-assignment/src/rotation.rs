//! Rotation: the members of a committee that leave at a draw. Pure arithmetic over the seats.
//!
//! Of n members, at most ⌊n/4⌋ (at least one) leave by rotation, longest-serving first. Members that want to leave go
//! before them. Together at most f = ⌊(n−1)/3⌋ (at least one) leave.
//!
//! **Invariant:** with four members or more, a quorum that knows the state stays, because n − f is the quorum. Smaller
//! committees cannot change without losing it.
//!
//! A member leaves only if a newcomer takes its seat. Removed members, and members beyond the target number of seats,
//! leave in any case and are not part of n. A committee never becomes empty: without newcomers, a committee of removed
//! members stays as it is.

use alloc::{collections::BTreeSet, vec::Vec};
use tp_stake::Seat;

/// Standing of a member at a draw. The order is the order in which members leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
	/// Must leave.
	Removed,
	/// Wants to leave, or should.
	Leaves,
	/// Stays until its turn.
	Serves,
}

/// Reason for which a seat can be taken. The order is the order in which seats are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
	/// The seat is vacant.
	Free,
	/// Its member wants to leave.
	Leaver,
	/// Its member is among the longest-serving.
	Rotation,
}

/// Plan for one committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation<AccountId> {
	in_force: Vec<Seat<AccountId>>,
	/// Indices of the members that leave in any case.
	gone: BTreeSet<usize>,
	/// Indices of the members that leave for a newcomer, in this order.
	going: Vec<usize>,
	openings: Vec<Opening>,
}

impl<AccountId> Rotation<AccountId> {
	/// Plans the rotation of a committee with a target of `target` seats.
	///
	/// `ties` are the indices of all members. Among members that serve equally long, earlier ones in `ties` leave
	/// first.
	pub fn plan(in_force: Vec<(Seat<AccountId>, Standing)>, target: usize, ties: Vec<usize>) -> Self {
		let (in_force, standings): (Vec<Seat<AccountId>>, Vec<Standing>) = in_force.into_iter().unzip();
		let (mut gone, mut order): (Vec<usize>, Vec<usize>) =
			ties.into_iter().partition(|at| standings[*at] == Standing::Removed);
		// The sort is stable, so ties keep their order.
		order.sort_by_key(|at| (standings[*at], in_force[*at].since));
		// Members beyond the target leave without a newcomer, in the same order.
		let rest = order.split_off(order.len().saturating_sub(target));
		gone.extend(order);

		let max = max_changes(rest.len());
		let mut going: Vec<usize> =
			rest.iter().copied().filter(|at| standings[*at] == Standing::Leaves).take(max).collect();
		let leaving = going.len();
		let turns = max_turns(rest.len()).min(max - leaving);
		going.extend(rest.iter().copied().filter(|at| standings[*at] == Standing::Serves).take(turns));

		let mut openings = Vec::new();
		openings.resize(target.saturating_sub(rest.len()), Opening::Free);
		openings.resize(openings.len() + leaving, Opening::Leaver);
		openings.resize(openings.len() + going.len() - leaving, Opening::Rotation);
		Self { in_force, gone: gone.into_iter().collect(), going, openings }
	}

	/// Returns the present committee.
	pub fn in_force(&self) -> &[Seat<AccountId>] {
		&self.in_force
	}

	/// Returns the seats that newcomers can take.
	pub fn openings(&self) -> &[Opening] {
		&self.openings
	}

	/// Returns the committee with at most as many newcomers as there are openings. Staying members keep their order.
	pub fn finish(self, incoming: Vec<Seat<AccountId>>) -> Vec<Seat<AccountId>> {
		// Newcomers fill vacant seats first. Only the others replace a member.
		let free = self.openings.len() - self.going.len();
		let mut gone = self.gone;
		gone.extend(self.going.into_iter().take(incoming.len().saturating_sub(free)));
		if incoming.is_empty() && gone.len() == self.in_force.len() {
			return self.in_force;
		}
		let stay = self.in_force.into_iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, seat)| seat);
		stay.chain(incoming).collect()
	}
}

/// Returns the maximum number of n members that leave by their own will and by rotation: f, at least one.
pub fn max_changes(members: usize) -> usize {
	(members.saturating_sub(1) / 3).max(1)
}

/// Returns the maximum number of n members that leave by rotation.
pub fn max_turns(members: usize) -> usize {
	(members / 4).max(1)
}
