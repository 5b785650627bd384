//! What a replica tells another member of the messages that it holds, so that this member passes on what it lacks.

use codec::{Decode, Encode};
use tp_pbft::{Epoch, Height, MemberIndex, SignerBitmap, View};

/// The messages that a replica holds of its height. It is not signed, because it proves nothing: it only asks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Inventory {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The height of the replica.
	pub height: Height,
	/// The view of the replica, or the view that it requested.
	pub view: View,
	/// Whether it has accepted the proposal of the view.
	pub proposal: bool,
	/// The members whose Prepare of the view it holds.
	pub prepares: SignerBitmap,
	/// The members whose Commit of the view it holds.
	pub commits: SignerBitmap,
	/// The highest view that each member requested, by member; 0 for none. Members beyond its end requested none.
	pub requested: Vec<View>,
}

impl Inventory {
	/// Returns the question of a process that listens: for all that others hold of a height.
	pub fn of_listener(epoch: Epoch, height: Height) -> Self {
		let none = SignerBitmap::default;
		Self { epoch, height, view: 0, proposal: false, prepares: none(), commits: none(), requested: Vec::new() }
	}

	/// Whether a process asks that listens. A replica that votes names the requests of all members.
	pub fn is_of_listener(&self) -> bool {
		*self == Self::of_listener(self.epoch, self.height)
	}

	/// Returns the highest view that a member requested, as far as the replica knows.
	pub fn requested(&self, member: MemberIndex) -> View {
		self.requested.get(usize::from(member)).copied().unwrap_or_default()
	}
}
