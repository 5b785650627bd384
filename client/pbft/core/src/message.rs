//! The five messages of the protocol, and what their signatures cover.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, Encode};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use std::sync::Arc;
use tp_pbft::{
	view_change_payload, BlockHash, Epoch, Height, MemberIndex, MessageKind, PbftSignature, PreparedCertificate, Slot,
	View,
};

/// A block as the core sees it: a name and opaque bytes. The driver must have checked that the bytes hash to the name.
#[derive(Clone, Debug, Eq, Encode, Decode)]
pub struct Proposal {
	/// The block's hash.
	pub hash: BlockHash,
	/// Header and body, encoded.
	pub bytes: Arc<Vec<u8>>,
}

impl PartialEq for Proposal {
	fn eq(&self, other: &Self) -> bool {
		self.hash == other.hash
	}
}

/// The primary's proposal for a view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PrePrepare {
	/// The view of the proposal.
	pub view: View,
	/// The proposed block.
	pub proposal: Proposal,
	/// The new view that allows the proposal, in views above 0.
	pub new_view: Option<Box<Signed<NewView>>>,
}

/// First vote: the sender has executed the block and found it valid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Prepare {
	/// The view of the vote.
	pub view: View,
	/// The block of the vote.
	pub hash: BlockHash,
}

/// Second vote: the block is prepared. A quorum of these signatures is the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Commit {
	/// The view of the vote.
	pub view: View,
	/// The block of the vote.
	pub hash: BlockHash,
}

/// Requests a new view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ViewChange {
	/// The requested view.
	pub view: View,
	/// The highest prepared certificate of the sender for this height.
	pub prepared: Option<PreparedCertificate>,
}

/// Opens a new view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NewView {
	/// The view that opens.
	pub view: View,
	/// q view changes for the view, by ascending sender.
	pub view_changes: Vec<Signed<ViewChange>>,
	/// The block that follows from the view changes (rule 3); `None` if any valid block may be proposed.
	pub block: Option<BlockHash>,
}

/// One of the five messages.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Message {
	/// See [`PrePrepare`].
	PrePrepare(PrePrepare),
	/// See [`Prepare`].
	Prepare(Prepare),
	/// See [`Commit`].
	Commit(Commit),
	/// See [`ViewChange`].
	ViewChange(ViewChange),
	/// See [`NewView`].
	NewView(NewView),
}

/// A message that can be signed. Kind and view name its slot, the payload is what is signed for the slot.
pub trait Payload {
	/// Returns the kind of the message.
	fn kind(&self) -> MessageKind;
	/// Returns the view of the message.
	fn view(&self) -> View;
	/// Returns the hash that is signed for the slot.
	fn payload(&self) -> H256;
}

impl Payload for ViewChange {
	fn kind(&self) -> MessageKind {
		MessageKind::ViewChange
	}
	fn view(&self) -> View {
		self.view
	}
	fn payload(&self) -> H256 {
		self.prepared.using_encoded(view_change_payload)
	}
}

impl Payload for NewView {
	fn kind(&self) -> MessageKind {
		MessageKind::NewView
	}
	fn view(&self) -> View {
		self.view
	}
	fn payload(&self) -> H256 {
		(&self.view_changes, &self.block).using_encoded(blake2_256).into()
	}
}

impl Payload for Message {
	fn kind(&self) -> MessageKind {
		match self {
			Message::PrePrepare(_) => MessageKind::PrePrepare,
			Message::Prepare(_) => MessageKind::Prepare,
			Message::Commit(_) => MessageKind::Commit,
			Message::ViewChange(_) => MessageKind::ViewChange,
			Message::NewView(_) => MessageKind::NewView,
		}
	}

	fn view(&self) -> View {
		match self {
			Message::PrePrepare(PrePrepare { view, .. })
			| Message::Prepare(Prepare { view, .. })
			| Message::Commit(Commit { view, .. }) => *view,
			Message::ViewChange(view_change) => view_change.view(),
			Message::NewView(new_view) => new_view.view(),
		}
	}

	fn payload(&self) -> H256 {
		match self {
			Message::PrePrepare(PrePrepare { proposal: Proposal { hash, .. }, .. })
			| Message::Prepare(Prepare { hash, .. })
			| Message::Commit(Commit { hash, .. }) => *hash,
			Message::ViewChange(view_change) => view_change.payload(),
			Message::NewView(new_view) => new_view.payload(),
		}
	}
}

/// A message as received. Nothing proves yet that the named member sent it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Signed<M> {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The height of the message.
	pub height: Height,
	/// The member that the message names as its sender.
	pub sender: MemberIndex,
	/// The message.
	pub message: M,
	/// The sender's signature over slot and payload.
	pub signature: PbftSignature,
}

impl<M> Signed<M> {
	/// Returns the same message in another type. The caller must keep slot and payload, so that the signature stays
	/// valid.
	pub(crate) fn map<N>(self, wrap: impl FnOnce(M) -> N) -> Signed<N> {
		let Self { epoch, height, sender, message, signature } = self;
		Signed { epoch, height, sender, message: wrap(message), signature }
	}
}

impl<M: Payload> Signed<M> {
	/// Returns the slot that the sender signed for.
	pub fn slot(&self) -> Slot {
		Slot { epoch: self.epoch, height: self.height, view: self.message.view(), kind: self.message.kind() }
	}
}

impl NewView {
	/// Rule 3: returns the block of the prepared certificate with the highest view, or `None` if no view change has
	/// one.
	///
	/// Why the highest: a block that was committed in view v has q Commits, and their correct senders hold a
	/// certificate of view v. Any q view changes include one of these members. A certificate of a higher view is for
	/// the same block, because its correct voters were bound by the same rule. One of a lower view may be for another
	/// block, which was never committed.
	///
	/// Two certificates of one view name the same block unless more than f members are faulty; the first one counts
	/// then. Fragile: a comparison with `>=`, or by another key, breaks agreement. `tc-pbft-sim` has a seed that shows
	/// it.
	pub fn block_of(view_changes: &[Signed<ViewChange>]) -> Option<BlockHash> {
		let mut best: Option<&PreparedCertificate> = None;
		for prepared in view_changes.iter().filter_map(|signed| signed.message.prepared.as_ref()) {
			if best.is_none_or(|best| prepared.view > best.view) {
				best = Some(prepared);
			}
		}
		best.map(|prepared| prepared.hash)
	}
}
