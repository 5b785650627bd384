//! The status of a replica, for RPC and metrics.

use super::{machine::Replica, state::Phase};
use tp_pbft::{BlockHash, Epoch, Height, MemberIndex, MessageKind, View};

/// The status of a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
	/// The current height; 0 before the first.
	pub height: Height,
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The current view, or the requested one.
	pub view: View,
	/// The phase of the replica in the view.
	pub phase: Phase,
	/// The primary of the view; `None` without a committee.
	pub primary: Option<MemberIndex>,
	/// This replica's place in the committee; `None` if it casts no votes.
	pub me: Option<MemberIndex>,
	/// Number of votes that decide.
	pub quorum: usize,
	/// The accepted proposal of the view.
	pub proposal: Option<BlockHash>,
	/// The highest view in which this replica knows a prepared block, and the block.
	pub prepared: Option<(View, BlockHash)>,
	/// The messages of each member, by index.
	pub members: Vec<MemberStatus>,
}

/// The messages of a member in the current view. This replica's own messages count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberStatus {
	/// Whether its Prepare is known.
	pub prepare: bool,
	/// Whether its Commit is known.
	pub commit: bool,
	/// The highest view that it requested at this height.
	pub requested_view: Option<View>,
}

impl Replica {
	/// Returns the status.
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
					requested_view: state.view_changes.requested(member),
				})
				.collect(),
		}
	}
}
