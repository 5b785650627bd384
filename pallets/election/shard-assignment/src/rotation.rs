//! Who of a committee goes at a draw: pure arithmetic over its seats.
//!
//! Of n members at most ⌊n/4⌋ (at least one) make room, longest-serving first, and of those who want to leave so many that
//! at most f = ⌊(n−1)/3⌋ (at least one) go in all: a quorum that knows the state stays. Of four members and more, that is:
//! fewer cannot change without it. They go only if somebody comes. Whoever was removed goes in any case, and is no part of
//! n; but no committee becomes empty.

use alloc::{collections::BTreeSet, vec::Vec};
use tp_stake::Seat;

/// How a member stands at a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
	/// Has to go.
	Removed,
	/// Wants to go, or should.
	Leaves,
	/// Stays until its turn comes.
	Serves,
}

/// Why a seat can be taken. They are filled in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
	/// Nobody has it.
	Free,
	/// Its member wants to go.
	Leaver,
	/// Its member has served long.
	Rotation,
}

/// What becomes of one committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
	in_force: Vec<Seat>,
	/// Places of those who go in any case.
	gone: BTreeSet<usize>,
	/// Places of those who go for a newcomer, the first to go first.
	going: Vec<usize>,
	openings: Vec<Opening>,
}

impl Rotation {
	/// Plans for a committee that should have `target` seats. Of those who serve equally long, those who are named earlier
	/// in `ties`, which are the places of all members, go first.
	pub fn plan(in_force: Vec<(Seat, Standing)>, target: usize, ties: Vec<usize>) -> Self {
		let (in_force, standings): (Vec<Seat>, Vec<Standing>) = in_force.into_iter().unzip();
		let (mut gone, mut order): (Vec<usize>, Vec<usize>) =
			ties.into_iter().partition(|at| standings[*at] == Standing::Removed);
		// Stable: ties keep their order.
		order.sort_by_key(|at| (standings[*at], in_force[*at].since));
		let rest = order.split_off(order.len().saturating_sub(target));
		gone.extend(order);

		let most = most_changes(rest.len());
		let mut going: Vec<usize> =
			rest.iter().copied().filter(|at| standings[*at] == Standing::Leaves).take(most).collect();
		let leaving = going.len();
		let turns = most_turns(rest.len()).min(most - leaving);
		going.extend(rest.iter().copied().filter(|at| standings[*at] == Standing::Serves).take(turns));

		let mut openings = Vec::new();
		openings.resize(target.saturating_sub(rest.len()), Opening::Free);
		openings.resize(openings.len() + leaving, Opening::Leaver);
		openings.resize(openings.len() + going.len() - leaving, Opening::Rotation);
		Self { in_force, gone: gone.into_iter().collect(), going, openings }
	}

	/// The committee that it began with.
	pub fn in_force(&self) -> &[Seat] {
		&self.in_force
	}

	/// The seats that newcomers can take.
	pub fn openings(&self) -> &[Opening] {
		&self.openings
	}

	/// The committee with newcomers, at most as many as there are openings. Those who stay keep their order.
	pub fn finish(self, incoming: Vec<Seat>) -> Vec<Seat> {
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

/// How many of n members go at most, by their own will and by rotation: f, or one.
pub fn most_changes(members: usize) -> usize {
	(members.saturating_sub(1) / 3).max(1)
}

/// How many of n members go at most by rotation.
pub fn most_turns(members: usize) -> usize {
	(members / 4).max(1)
}
