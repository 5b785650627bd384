//! Byzantine members. Each runs a replica of its own like everybody, and its behaviour decides what becomes of what
//! that replica says, and what else is said. One behaviour a file.
//!
//! They may sign with their own key only; everything else they can do: say different things to different members, keep
//! quiet, replay what they heard, invent. They conspire through the [`Cabal`].

mod cabal;
mod careless_voter;
mod equivocating_primary;
mod equivocating_votes;
mod forger;
mod lying_view_change;
mod silent;
mod twins;
mod withholder;

pub use cabal::{Cabal, Context};

use crate::{
	block::Block,
	keys::Identity,
	network::{NodeId, Packet},
};
use std::sync::Arc;
use tc_pbft_core::{Message, RejectedProposal, Signed};

/// Something to be sent, and to whom.
pub type Letter = (Identity, Packet);

/// What a byzantine member does. By default it does as it should.
pub trait Behaviour {
	/// Instead of what its replica says.
	fn outgoing(&mut self, _: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
		honest(to, message)
	}

	/// Whether it hears somebody at all.
	fn hears(&mut self, _: &mut Context, _from: Identity) -> bool {
		true
	}

	/// On top of what its replica does with a message that came, verified or not.
	fn incoming(&mut self, _: &mut Context, _: &Signed<Message>) -> Vec<Letter> {
		Vec::new()
	}

	/// Once a second.
	fn tick(&mut self, _: &mut Context) -> Vec<Letter> {
		Vec::new()
	}

	/// Whether it gives a block to who asks for it.
	fn serves(&mut self) -> bool {
		true
	}

	/// What it tells its replica of a block that it executed.
	fn check(&mut self, verdict: Result<(), RejectedProposal>) -> Result<(), RejectedProposal> {
		verdict
	}

	/// What it builds.
	fn build(&mut self, _: &mut Context, block: Block) -> Block {
		block
	}
}

/// To everybody the same.
fn honest(to: Vec<Identity>, message: Signed<Message>) -> Vec<Letter> {
	let message = Arc::new(message);
	to.into_iter().map(|identity| (identity, Packet::Message(message.clone()))).collect()
}

/// The behaviours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Says nothing, or not everything.
	Silent,
	/// As primary, proposes different blocks to different replicas.
	EquivocatingPrimary,
	/// Votes differently to different replicas.
	EquivocatingVotes,
	/// Votes for what it did not check, and proposes invalid blocks.
	CarelessVoter,
	/// Sends stale and forged certificates, votes and new views.
	Forger,
	/// Commits to one member only, hides its prepared certificate, claims an old one, asks for absurd views.
	LyingViewChange,
	/// Runs twice with one key.
	Twins,
	/// Proposes and changes views like everybody, but keeps its votes and its blocks.
	Withholder,
}

impl Kind {
	/// All of them.
	pub const ALL: [Kind; 8] = [
		Kind::Silent,
		Kind::EquivocatingPrimary,
		Kind::EquivocatingVotes,
		Kind::CarelessVoter,
		Kind::Forger,
		Kind::LyingViewChange,
		Kind::Twins,
		Kind::Withholder,
	];

	/// For people.
	pub fn name(self) -> &'static str {
		match self {
			Kind::Silent => "silent",
			Kind::EquivocatingPrimary => "equivocating primary",
			Kind::EquivocatingVotes => "equivocating votes",
			Kind::CarelessVoter => "votes for what it did not check",
			Kind::Forger => "stale and forged certificates",
			Kind::LyingViewChange => "lies in view changes",
			Kind::Twins => "twins",
			Kind::Withholder => "withholds votes and blocks",
		}
	}

	/// A new one for a node.
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
		}
	}
}
