//! The inputs and outputs of a step.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use crate::{
	message::{Message, NewView, Proposal, Signed, ViewChange},
	verify::Verified,
};
use codec::{Decode, Encode};
use tp_pbft::{BlockHash, Certificate, Committee, Evidence, Height, MemberIndex, Pace, PreparedCertificate, View};

/// An input: an event that the replica handles.
#[derive(Clone, Debug)]
pub enum Input {
	/// The parent is imported, or the replica starts: this height begins, and the one before ends.
	StartHeight {
		/// The height.
		height: Height,
		/// The committee of the height.
		committee: Committee,
		/// This replica's place in the committee. `None`: it casts no votes and only takes certificates.
		me: Option<MemberIndex>,
		/// The pace of the ledger.
		pace: Pace,
		/// Milliseconds since the import of the parent, for the least time between blocks. 0 unless the node has just
		/// started.
		since_parent_ms: u64,
	},
	/// A member's verified message for this height.
	Message(Verified<Message>),
	/// A certificate for this height, verified against its committee, with its block if that came along.
	Certificate(Certificate, Option<Proposal>),
	/// There are transactions to include.
	WorkPending,
	/// The result of [`Output::BuildProposal`].
	ProposalBuilt {
		/// The height of the request.
		height: Height,
		/// The view of the request.
		view: View,
		/// The built block.
		proposal: Proposal,
	},
	/// The result of [`Output::CheckProposal`].
	ProposalChecked {
		/// The checked block.
		hash: BlockHash,
		/// Whether the block may be voted for.
		verdict: Result<(), RejectedProposal>,
	},
	/// The result of [`Output::FetchBlock`].
	BlockFetched(Proposal),
	/// A timer ran out.
	Timer(Timer),
	/// A link to a member came up. The member may have missed earlier messages.
	MemberConnected(MemberIndex),
}

/// A proposal must not be voted for. The driver keeps and logs the reason; the core does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proposal must not be voted for")]
pub struct RejectedProposal;

/// An output: an action for the driver. The outputs of a step are carried out in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
	/// Rule 5: write the record to the vote log, and sync it before any output that follows.
	Persist(Record),
	/// Send to every other member.
	Broadcast(Signed<Message>),
	/// Send to one member.
	Send(MemberIndex, Signed<Message>),
	/// Build a block on the parent.
	BuildProposal {
		/// The height of the block.
		height: Height,
		/// The view in which the block is proposed.
		view: View,
	},
	/// Execute a block on the parent's state and compare its header (rule 4).
	CheckProposal {
		/// The block to check.
		proposal: Proposal,
		/// The view and author that the header must name. `None` if the block was prepared in an earlier view (rule 6).
		authorship: Option<(View, MemberIndex)>,
	},
	/// Fetch a block by its hash from one of these members, whose signatures claim that they have it. Requested once
	/// per block; the driver tries the members in turn until the height ends.
	FetchBlock {
		/// The hash of the block.
		hash: BlockHash,
		/// The members to ask, in this order.
		from: Vec<MemberIndex>,
	},
	/// Start or restart a timer.
	SetTimer {
		/// The timer.
		timer: Timer,
		/// Milliseconds from now.
		after_ms: u64,
	},
	/// Stop a timer.
	CancelTimer(Timer),
	/// The block is final: import it with its certificate. Given once per height.
	Commit {
		/// The final block.
		proposal: Proposal,
		/// The certificate of the block.
		certificate: Certificate,
	},
	/// A member signed two conflicting messages.
	Report(Evidence),
	/// A view began. For metrics and logs.
	ViewStarted {
		/// The view that began.
		view: View,
		/// The primary of the view.
		primary: MemberIndex,
	},
}

/// The timers of a height. Setting a timer again replaces it; all end with the height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
	/// An empty block is due.
	Idle,
	/// The least time between blocks has passed.
	Pace,
	/// The view did not commit in time.
	View(View),
	/// Messages may have been lost: send them again.
	Resend,
}

/// An entry of the vote log. It binds the replica after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Record {
	/// The replica proposed: it proposes no other block in this view.
	Proposed {
		/// The height of the proposal.
		height: Height,
		/// The view of the proposal.
		view: View,
		/// The block, which is proposed again after a restart.
		proposal: Proposal,
		/// The new view that allows the proposal, in views above 0.
		new_view: Option<Signed<NewView>>,
	},
	/// The replica sent Prepare: it prepares no other block in this view.
	Prepared {
		/// The height of the vote.
		height: Height,
		/// The view of the vote.
		view: View,
		/// The block of the vote.
		hash: BlockHash,
	},
	/// The replica sent Commit. The record holds the certificate that allowed it, which every later view change must
	/// show, and the block, so that it can be proposed again.
	Committed {
		/// The height of the vote.
		height: Height,
		/// The prepared certificate. Its view and hash are those of the vote.
		prepared: PreparedCertificate,
		/// The block of the vote.
		proposal: Proposal,
	},
	/// The replica requested a view: it casts no vote in a lower one.
	ViewChanged(Signed<ViewChange>),
}

impl Record {
	/// Returns the height of the record. Records of imported heights can be dropped.
	pub fn height(&self) -> Height {
		match self {
			Record::Proposed { height, .. } | Record::Prepared { height, .. } | Record::Committed { height, .. } => {
				*height
			},
			Record::ViewChanged(signed) => signed.height,
		}
	}
}
