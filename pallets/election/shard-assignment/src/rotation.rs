//! Rotation: the members of a committee that leave at a draw. Pure arithmetic over the seats.
//!
//! Of n members, at most ⌊n/4⌋ (at least one) change: absent members first, then members that want to leave, then the
//! longest-serving. Removed members, which contradicted themselves, go at once and are not part of n.
//!
//! **Invariant:** with four members or more, a quorum that knows the state stays, because n − ⌊n/4⌋ is at least the
//! quorum. Smaller committees cannot change without losing it.
//!
//! A member leaves only if a newcomer takes its seat. Otherwise attacks on the connections of honest members could shrink a
//! committee until few members are a quorum. If there are more members than seats, those beyond leave without a newcomer,
//! within the same number. A committee never becomes empty: without newcomers, a committee of removed members stays as it
//! is.

use alloc::{collections::BTreeSet, vec::Vec};
use tp_stake::Seat;

/// Standing of a member at a draw. The order is the order in which members leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
	/// Must leave at once.
	Removed,
	/// Was absent for too long.
	Absent,
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
	/// Its member is absent or wants to leave.
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

		let changes = max_changes(order.len());
		// Members beyond the target leave without a newcomer, in the same order.
		let beyond = order.len().saturating_sub(target).min(changes);
		let rest = order.split_off(beyond);
		gone.extend(order);
		let going: Vec<usize> = match rest.len() > target {
			true => Vec::new(),
			false => rest.iter().copied().take(changes - beyond).collect(),
		};

		let mut openings = Vec::new();
		openings.resize(target.saturating_sub(rest.len()), Opening::Free);
		openings.extend(going.iter().map(|at| match standings[*at] {
			Standing::Serves => Opening::Rotation,
			_ => Opening::Leaver,
		}));
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

/// Returns the maximum number of n members that change at a draw: ⌊n/4⌋, at least one.
pub fn max_changes(members: usize) -> usize {
	(members / 4).max(1)
}
