//! A look at a replica, for RPC and metrics.

use super::{state::Phase, Replica};
use tp_pbft::{BlockHash, Epoch, Height, MemberIndex, MessageKind, View};

/// Where a replica stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
	/// The height that runs; 0 before the first.
	pub height: Height,
	/// Epoch of its committee.
	pub epoch: Epoch,
	/// The view that it is in, or asks for.
	pub view: View,
	/// What it does there.
	pub phase: Phase,
	/// The view's primary; `None` without a committee.
	pub primary: Option<MemberIndex>,
	/// Our place in the committee; `None`: we only watch.
	pub me: Option<MemberIndex>,
	/// Votes that decide.
	pub quorum: usize,
	/// The proposal that it goes by in this view.
	pub proposal: Option<BlockHash>,
	/// The highest view in which it knows a block to be prepared, and the block.
	pub prepared: Option<(View, BlockHash)>,
	/// What came from each member, by index.
	pub members: Vec<MemberStatus>,
}

/// What came from a member in the present view. Our own messages count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberStatus {
	/// Its Prepare.
	pub prepare: bool,
	/// Its Commit.
	pub commit: bool,
	/// The highest view that it asked for at this height.
	pub asked: Option<View>,
}

impl Replica {
	/// Where it stands.
	pub fn status(&self) -> Status {
		let state = &self.state;
		let size = MemberIndex::try_from(state.committee.size()).unwrap_or(MemberIndex::MAX);
		Status {
			height: state.height,
			epoch: state.committee.epoch,
			view: state.view,
			phase: state.phase,
			primary: state.primary(state.view),
			me: state.me,
			quorum: state.quorum,
			proposal: state.accepted.as_ref().map(|accepted| accepted.proposal.hash),
			prepared: state.prepared.as_ref().map(|(certificate, _)| (certificate.view, certificate.hash)),
			members: (0..size)
				.map(|member| MemberStatus {
					prepare: state.votes.has(state.view, MessageKind::Prepare, member),
					commit: state.votes.has(state.view, MessageKind::Commit, member),
					asked: state.view_changes.asked(member),
				})
				.collect(),
		}
	}
}
