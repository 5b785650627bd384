//! Byzantine members, one behaviour per file. Each runs a correct replica, and its behaviour decides what is sent
//! instead of that replica's messages, and in addition.
//!
//! A byzantine member signs with its own key only. Otherwise it can do anything: send different messages to different
//! members, stay silent, replay and invent messages. Byzantine members cooperate through the shared [`Adversary`].

mod adversary;
mod ahead_of_clocks;
mod behaviour;
mod careless_voter;
mod equivocating_primary;
mod equivocating_votes;
mod forger;
mod hides_commits;
mod lying_view_change;
mod silent;
mod twins;
mod withholder;
mod wrong_bodies;

pub use adversary::{Adversary, Context};
pub use behaviour::Behaviour;

use crate::network::NodeId;

/// The kinds of behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Sends nothing, or not everything.
	Silent,
	/// As primary, proposes different blocks to different replicas.
	EquivocatingPrimary,
	/// Votes differently to different replicas.
	EquivocatingVotes,
	/// Votes without checking, and proposes invalid blocks.
	CarelessVoter,
	/// Sends stale and forged certificates, votes and new views.
	Forger,
	/// Sends Commit to one member only, hides its prepared certificate, shows an old one, requests absurd views.
	LyingViewChange,
	/// Runs twice with one key.
	Twins,
	/// Proposes and changes views correctly, but withholds its votes and blocks.
	Withholder,
	/// Proposes blocks that are ahead of some replicas' clocks, and sends nothing after its Prepare.
	AheadOfClocks,
	/// Serves other bodies than its blocks have, or none.
	WrongBodies,
	/// Forks heights across views, by two processes that sign nothing twice.
	HidesCommits,
	/// The same, but its processes pass on what they do not send.
	ForksOpenly,
}

impl Kind {
	/// All kinds of which up to f members are drawn. [`crate::Scenario::with_hidden_commits`] has more members of the kinds that are
	/// left.
	pub const ALL: [Kind; 10] = [
		Kind::Silent,
		Kind::EquivocatingPrimary,
		Kind::EquivocatingVotes,
		Kind::CarelessVoter,
		Kind::Forger,
		Kind::LyingViewChange,
		Kind::Twins,
		Kind::Withholder,
		Kind::AheadOfClocks,
		Kind::WrongBodies,
	];

	/// Returns the name for reports.
	pub fn name(self) -> &'static str {
		match self {
			Kind::Silent => "silent",
			Kind::EquivocatingPrimary => "equivocating primary",
			Kind::EquivocatingVotes => "equivocating votes",
			Kind::CarelessVoter => "votes without checking",
			Kind::Forger => "stale and forged certificates",
			Kind::LyingViewChange => "false view changes",
			Kind::Twins => "twins",
			Kind::Withholder => "withholds votes and blocks",
			Kind::AheadOfClocks => "blocks ahead of clocks",
			Kind::WrongBodies => "wrong bodies",
			Kind::HidesCommits => "hides Commits",
			Kind::ForksOpenly => "hides Commits, and passes them on",
		}
	}

	/// Returns a new behaviour of this kind for a node.
	pub fn behaviour(self, node: NodeId) -> Box<dyn Behaviour> {
		match self {
			Kind::Silent => Box::new(silent::Silent::new(node)),
			Kind::EquivocatingPrimary => Box::<equivocating_primary::EquivocatingPrimary>::default(),
			Kind::EquivocatingVotes => Box::new(equivocating_votes::EquivocatingVotes),
			Kind::CarelessVoter => Box::new(careless_voter::CarelessVoter),
			Kind::Forger => Box::<forger::Forger>::default(),
			Kind::LyingViewChange => Box::<lying_view_change::LyingViewChange>::default(),
			Kind::Twins => Box::new(twins::Twin::new(node)),
			Kind::Withholder => Box::new(withholder::Withholder),
			Kind::AheadOfClocks => Box::new(ahead_of_clocks::AheadOfClocks),
			Kind::WrongBodies => Box::new(wrong_bodies::WrongBodies),
			Kind::HidesCommits => Box::new(hides_commits::HidesCommits::new(node, false)),
			Kind::ForksOpenly => Box::new(hides_commits::HidesCommits::new(node, true)),
		}
	}
}
