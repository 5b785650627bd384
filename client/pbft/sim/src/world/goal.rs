//! What the correct replicas must reach after the faults.

use crate::time::Time;
use tp_pbft::Height;

/// What must be reached, and by when.
pub(super) struct Progress {
	/// The height that all correct replicas must reach.
	pub(super) goal: Height,
	/// The height that all of them have reached.
	pub(super) lowest: Height,
	/// When all must have reached the next one.
	pub(super) deadline: Time,
}
