//! The inputs and outputs of a step.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use crate::{
	inventory::Inventory,
	message::{Message, NewView, Proposal, Signed, ViewChange},
	verify::Verified,
};
use codec::{Decode, Encode};
use tp_pbft::{
	BlockHash, Certificate, Committee, Evidence, Height, MemberIndex, Pace, PreparedCertificate, Slot, View,
};

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
		/// Milliseconds since this node saw the proposal of the parent, for the least time between blocks. 0 if it saw none.
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
	/// [`Output::BuildProposal`] failed for a reason of this node. It is requested again after a pause.
	BuildFailed {
		/// The height of the request.
		height: Height,
		/// The view of the request.
		view: View,
	},
	/// The result of [`Output::CheckProposal`]. The driver must give one for each request: the core requests no second
	/// check of a block meanwhile.
	ProposalChecked {
		/// The checked block.
		hash: BlockHash,
		/// What the check has shown.
		verdict: Verdict,
	},
	/// The result of [`Output::FetchBlock`].
	BlockFetched(Proposal),
	/// A timer ran out.
	Timer(Timer),
	/// A link to a member came up. The member may have missed earlier messages.
	MemberConnected(MemberIndex),
	/// A member asks for messages that it lacks. The driver knows by the link which member asks.
	Asked(MemberIndex, Inventory),
}

/// What a check of a proposal has shown. The driver keeps and logs the reason; the core does not depend on it.
///
/// Fragile: [`Verdict::Invalid`] is remembered. A driver that gives it for a cause that may pass, or that other replicas do
/// not share, makes this replica refuse a valid block. With f silent members the height then never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// The block may be voted for.
	Valid,
	/// The block and its parent's state alone show that the block is not valid. Every replica finds the same, at any time.
	Invalid,
	/// Nothing is known: this node's database, clock or runtime failed, or the block is ahead of this node's clock. The
	/// block is checked again after a pause.
	Unknown,
}

/// An output: an action for the driver. The outputs of a step are carried out in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
	/// Rule 5: write the record to the vote log, and sync it before any output that follows.
	Persist(Record),
	/// Send to every other member.
	Broadcast(Signed<Message>),
	/// Send to one member.
	Send(MemberIndex, Signed<Message>),
	/// Ask these members for messages that this replica lacks.
	Ask(Vec<MemberIndex>, Inventory),
	/// Pass on messages of other members to a member that lacks them, in this order.
	PassOn(MemberIndex, Vec<Signed<Message>>),
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
		/// Whether the block's time is compared with this node's clock. That is done at the first proposal only: q Prepares
		/// prove that the block was timely.
		timed: bool,
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
	/// A member signed two messages that no correct member signs both.
	Report(Evidence),
	/// A second process votes with this replica's key: this message of the current height is signed by the key, and the
	/// replica did not send it. The replica casts no more votes at the height. Given once per height.
	OwnKeyUsed(Slot),
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
	/// Messages of other members may be missing: ask for them.
	Ask,
	/// A build or a check failed for a reason of this node: try it again.
	Retry,
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
