//! What goes into a step and what comes out of it.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use crate::{Message, NewView, Proposal, Signed, Verified, ViewChange};
use codec::{Decode, Encode};
use tp_pbft::{BlockHash, Certificate, Committee, Evidence, Height, MemberIndex, Pace, PreparedCertificate, View};

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
	/// The parent is imported (or the replica starts): this height begins. Ends whatever ran before.
	StartHeight {
		/// The height.
		height: Height,
		/// Its committee.
		committee: Committee,
		/// Our place in it; `None`: we only watch, and take certificates.
		me: Option<MemberIndex>,
		/// The ledger's pace.
		pace: Pace,
		/// Milliseconds since the parent was imported, for the least time between blocks: 0 unless just started.
		since_parent_ms: u64,
	},
	/// A member's message for this height.
	Message(Verified<Message>),
	/// A certificate for this height from anywhere, verified against its committee; with the block if it came along.
	Certificate(Certificate, Option<Proposal>),
	/// There are transactions to include.
	WorkPending,
	/// The answer to [`Output::BuildProposal`].
	ProposalBuilt {
		/// As asked.
		height: Height,
		/// As asked.
		view: View,
		/// The block.
		proposal: Proposal,
	},
	/// The answer to [`Output::CheckProposal`].
	ProposalChecked {
		/// The block.
		hash: BlockHash,
		/// Whether it may be voted for.
		verdict: Result<(), RejectedProposal>,
	},
	/// The answer to [`Output::FetchBlock`].
	BlockFetched(Proposal),
	/// A timer ran out.
	Timer(Timer),
	/// A link to a member came up: it may have missed what we said.
	MemberConnected(MemberIndex),
}

/// Why a proposal must not be voted for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RejectedProposal(pub String);

/// What to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
	/// Rule 5: write to the vote log and sync it before anything that follows.
	Persist(Record),
	/// Send to every other member.
	Broadcast(Signed<Message>),
	/// Send to one member.
	Send(MemberIndex, Signed<Message>),
	/// Build a block on the parent.
	BuildProposal {
		/// The height.
		height: Height,
		/// The view in which it will be proposed.
		view: View,
	},
	/// Execute a block on the parent's state and compare its header (rule 4). `author` and `view` are what its digest
	/// must name unless it was prepared in an earlier view (rule 6), when `view` is `None`.
	CheckProposal {
		/// The block.
		proposal: Proposal,
		/// The view and author that the header must name.
		authorship: Option<(View, MemberIndex)>,
	},
	/// Get a block by its hash from one of these members, who have signed that they have it. Asked once a block; the
	/// driver tries them in turn until the height ends.
	FetchBlock {
		/// The block.
		hash: BlockHash,
		/// Who should have it.
		from: Vec<MemberIndex>,
	},
	/// (Re)start a timer.
	SetTimer {
		/// Which one.
		timer: Timer,
		/// When it runs out, from now.
		after_ms: u64,
	},
	/// Stop a timer.
	CancelTimer(Timer),
	/// The block is final: import it with its certificate. Once a height.
	Commit {
		/// The block.
		proposal: Proposal,
		/// Its certificate.
		certificate: Certificate,
	},
	/// Somebody signed a contradiction.
	Report(Evidence),
	/// For metrics and logs: a view began.
	ViewStarted {
		/// The view.
		view: View,
		/// Its primary.
		primary: MemberIndex,
	},
}

/// Timers of a height. Setting one again replaces it; all end with the height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
	/// An empty block is due.
	Idle,
	/// The least time between blocks is over.
	Pace,
	/// The view has not committed in time.
	View(View),
	/// Say again what may have been lost.
	Resend,
}

/// A line of the vote log. What stands in it binds the replica after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Record {
	/// We proposed: never another block in this view.
	Proposed {
		/// The height.
		height: Height,
		/// The view.
		view: View,
		/// The block, to be proposed again after a restart.
		proposal: Proposal,
		/// For view > 0.
		new_view: Option<Signed<NewView>>,
	},
	/// We voted Prepare.
	Prepared {
		/// The height.
		height: Height,
		/// The view.
		view: View,
		/// The block.
		hash: BlockHash,
	},
	/// We voted Commit: with the certificate that allowed it and the block, so that it can be proposed again.
	Committed {
		/// The height.
		height: Height,
		/// The prepared certificate: view and hash of the vote.
		prepared: PreparedCertificate,
		/// The block.
		proposal: Proposal,
	},
	/// We asked for a view: no vote below it any more.
	ViewChanged(Signed<ViewChange>),
}

impl Record {
	/// The height it is about. Records of imported heights can be dropped.
	pub fn height(&self) -> Height {
		match self {
			Record::Proposed { height, .. } | Record::Prepared { height, .. } | Record::Committed { height, .. } => {
				*height
			},
			Record::ViewChanged(signed) => signed.height,
		}
	}
}
