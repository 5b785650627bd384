//! What others may know of the engine.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tp_pbft::{BlockHash, Epoch, Height, MemberIndex, View};

/// Where the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineStatus {
	/// The height that is being decided.
	pub height: Height,
	/// Its parent: the newest final block.
	pub parent: BlockHash,
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Present view.
	pub view: View,
	/// Who proposes in it.
	pub primary: Option<MemberIndex>,
	/// Our place in the committee, if we are a member.
	pub member: Option<MemberIndex>,
	/// n.
	pub committee_size: usize,
	/// q.
	pub quorum: usize,
	/// Peers with an open substream, members or not.
	pub peers: usize,
}

/// Reads the engine's status.
#[derive(Clone, Debug)]
pub struct StatusHandle(watch::Receiver<EngineStatus>);

impl StatusHandle {
	/// A handle, and where the engine writes.
	pub fn new() -> (watch::Sender<EngineStatus>, Self) {
		let (sender, receiver) = watch::channel(EngineStatus::default());
		(sender, Self(receiver))
	}

	/// The status now.
	pub fn read(&self) -> EngineStatus {
		self.0.borrow().clone()
	}
}
