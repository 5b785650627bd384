//! The engine's status, for RPC.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tp_pbft::{BlockHash, Epoch, Height, MemberIndex, View};

/// Where the engine stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineStatus {
	/// The height that is being decided.
	pub height: Height,
	/// The parent of that height: the newest final block.
	pub parent: BlockHash,
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// The current view.
	pub view: View,
	/// The primary of the view.
	pub primary: Option<MemberIndex>,
	/// This node's place in the committee, if it is a member.
	pub member: Option<MemberIndex>,
	/// Number of members, n.
	pub committee_size: usize,
	/// Number of votes that decide, q.
	pub quorum: usize,
	/// Number of peers with an open substream.
	pub peers: usize,
}

/// Reads the engine's status.
#[derive(Clone, Debug)]
pub struct StatusHandle(watch::Receiver<EngineStatus>);

impl StatusHandle {
	/// Returns the engine's sender and a handle.
	pub fn new() -> (watch::Sender<EngineStatus>, Self) {
		let (sender, receiver) = watch::channel(EngineStatus::default());
		(sender, Self(receiver))
	}

	/// Returns the current status.
	pub fn read(&self) -> EngineStatus {
		self.0.borrow().clone()
	}
}
