//! The five messages, and what makes one fit to reach the core: `Signed<M>` → `Verified<M>`.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use crate::Rules;
use codec::{Decode, Encode};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use std::sync::Arc;
use tp_pbft::{
	BlockHash, CertificateError, CheckSignature, Committee, Domain, Epoch, Height, MemberIndex, MessageKind,
	PbftSignature, PreparedCertificate, Slot, View,
};

/// A block as the core sees it: a name and opaque bytes. Whoever makes one has checked that the bytes hash to the name.
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
	/// The view.
	pub view: View,
	/// The block.
	pub proposal: Proposal,
	/// For view > 0: what allows it.
	pub new_view: Option<Box<Signed<NewView>>>,
}

/// First vote: the block was executed and is valid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Prepare {
	/// The view.
	pub view: View,
	/// The block.
	pub hash: BlockHash,
}

/// Second vote: the block is prepared. A quorum of these signatures is the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Commit {
	/// The view.
	pub view: View,
	/// The block.
	pub hash: BlockHash,
}

/// Asks for a new view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ViewChange {
	/// The new view.
	pub view: View,
	/// The highest prepared certificate that the sender has for this height.
	pub prepared: Option<PreparedCertificate>,
}

/// Opens a new view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NewView {
	/// The new view.
	pub view: View,
	/// q view changes for it, by ascending sender.
	pub view_changes: Vec<Signed<ViewChange>>,
	/// The block that follows from them; `None` if any valid block will do.
	pub block: Option<BlockHash>,
}

/// Any of the five.
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

/// What can be signed: it knows its slot's kind and view, and its payload hash.
pub trait Payload {
	/// Which of the five.
	fn kind(&self) -> MessageKind;
	/// The view that it is for.
	fn view(&self) -> View;
	/// What is signed for the slot.
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
		self.prepared.using_encoded(blake2_256).into()
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

/// A message as it came: somebody claims that a member said it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Signed<M> {
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// The height that it is for.
	pub height: Height,
	/// Who is said to have signed.
	pub sender: MemberIndex,
	/// What was said.
	pub message: M,
	/// The signature over the slot and the payload hash.
	pub signature: PbftSignature,
}

/// A message whose form, membership and signatures (its own and all nested ones) were checked against the committee
/// of its height. Only [`Signed::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<M>(Signed<M>);

impl<M> Verified<M> {
	/// The message with its signature.
	pub fn signed(&self) -> &Signed<M> {
		&self.0
	}

	/// The message with its signature.
	pub fn into_signed(self) -> Signed<M> {
		self.0
	}
}

/// Why a message does not reach the core. All but `WrongHeight` and `WrongEpoch` are its sender's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
	/// It is for another height than the committee.
	#[error("the message is for height {0}")]
	WrongHeight(Height),
	/// It is by another committee.
	#[error("the message is for epoch {0}")]
	WrongEpoch(Epoch),
	/// The sender is no member.
	#[error("sender {0} is no member of the committee")]
	NotAMember(MemberIndex),
	/// The signature is wrong.
	#[error("the signature of member {0} is wrong")]
	BadSignature(MemberIndex),
	/// A certificate inside is wrong.
	#[error("a prepared certificate inside is wrong: {0}")]
	BadCertificate(#[from] CertificateError),
	/// Its parts do not fit together.
	#[error("malformed: {0}")]
	Malformed(&'static str),
}

impl<M> Signed<M> {
	/// The same with the message in another wrapping. The caller keeps slot and payload, so the signature still fits.
	pub(crate) fn map<N>(self, wrap: impl FnOnce(M) -> N) -> Signed<N> {
		let Self { epoch, height, sender, message, signature } = self;
		Signed { epoch, height, sender, message: wrap(message), signature }
	}
}

impl<M: Payload> Signed<M> {
	/// What the sender signed for.
	pub fn slot(&self) -> Slot {
		Slot { epoch: self.epoch, height: self.height, view: self.message.view(), kind: self.message.kind() }
	}

	/// Checks epoch, height, membership and the outer signature.
	fn verify_envelope(
		&self,
		domain: &Domain,
		committee: &Committee,
		height: Height,
		check: &impl CheckSignature,
	) -> Result<(), MessageError> {
		if self.height != height {
			return Err(MessageError::WrongHeight(self.height));
		}
		if self.epoch != committee.epoch {
			return Err(MessageError::WrongEpoch(self.epoch));
		}
		let member = committee.member(self.sender).ok_or(MessageError::NotAMember(self.sender))?;
		let signed = self.slot().signing_payload(domain, &self.message.payload());
		check(&member.key, &signed, &self.signature).then_some(()).ok_or(MessageError::BadSignature(self.sender))
	}
}

impl Signed<Message> {
	/// Checks all that can be checked without the replica's state.
	pub fn verify(
		self,
		domain: &Domain,
		committee: &Committee,
		height: Height,
		check: &impl CheckSignature,
	) -> Result<Verified<Message>, MessageError> {
		self.verify_by(&Rules::SOUND, domain, committee, height, check)
	}

	/// As [`Self::verify`], for the simulator, which alone has other rules.
	#[doc(hidden)]
	pub fn verify_by(
		self,
		rules: &Rules,
		domain: &Domain,
		committee: &Committee,
		height: Height,
		check: &impl CheckSignature,
	) -> Result<Verified<Message>, MessageError> {
		self.verify_envelope(domain, committee, height, check)?;
		match &self.message {
			Message::PrePrepare(pre_prepare) => match (&pre_prepare.new_view, pre_prepare.view) {
				(None, 0) => {},
				(Some(new_view), view) if view > 0 => {
					if new_view.message.view != view || new_view.sender != self.sender {
						return Err(MessageError::Malformed("the new view is for another view or by another primary"));
					}
					if new_view.message.block.is_some_and(|block| block != pre_prepare.proposal.hash) {
						return Err(MessageError::Malformed("the proposal is not the block that the new view names"));
					}
					new_view.verify_envelope(domain, committee, height, check)?;
					verify_new_view(&new_view.message, rules, domain, committee, height, check)?;
				},
				_ => return Err(MessageError::Malformed("a new view belongs to every view but the first")),
			},
			Message::Prepare(_) | Message::Commit(_) => {},
			Message::ViewChange(view_change) => verify_view_change(view_change, domain, committee, height, check)?,
			Message::NewView(new_view) => verify_new_view(new_view, rules, domain, committee, height, check)?,
		}
		Ok(Verified(self))
	}
}

fn verify_view_change(
	view_change: &ViewChange,
	domain: &Domain,
	committee: &Committee,
	height: Height,
	check: &impl CheckSignature,
) -> Result<(), MessageError> {
	if view_change.view == 0 {
		return Err(MessageError::Malformed("nobody changes to view 0"));
	}
	let Some(prepared) = &view_change.prepared else { return Ok(()) };
	if prepared.view >= view_change.view {
		return Err(MessageError::Malformed("prepared in a view that had not begun"));
	}
	Ok(prepared.verify(domain, committee, height, &prepared.hash, check)?)
}

fn verify_new_view(
	new_view: &NewView,
	rules: &Rules,
	domain: &Domain,
	committee: &Committee,
	height: Height,
	check: &impl CheckSignature,
) -> Result<(), MessageError> {
	if new_view.view_changes.len() < (rules.quorum)(committee) {
		return Err(MessageError::Malformed("too few view changes"));
	}
	if !new_view.view_changes.windows(2).all(|pair| pair[0].sender < pair[1].sender) {
		return Err(MessageError::Malformed("view changes out of order or repeated"));
	}
	for view_change in &new_view.view_changes {
		if view_change.message.view != new_view.view {
			return Err(MessageError::Malformed("a view change is for another view"));
		}
		view_change.verify_envelope(domain, committee, height, check)?;
		verify_view_change(&view_change.message, domain, committee, height, check)?;
	}
	if new_view.block != (rules.block_of)(&new_view.view_changes) {
		return Err(MessageError::Malformed("the block does not follow from the view changes"));
	}
	Ok(())
}

impl NewView {
	/// Rule 3: the block of the prepared certificate with the highest view; `None` if nobody has one. Two certificates
	/// of one view name the same block, or more than f members are faulty; then the first of them is taken.
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

#[cfg(test)]
mod tests;
