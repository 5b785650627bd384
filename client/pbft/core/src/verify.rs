//! Verification at the door: `Signed<M>` → `Verified<M>`.
//!
//! Invariant: all that a `Verified` message contains was checked against the committee of its height, nested messages
//! and certificates included. The replica counts nested messages as if they had come alone. So an unchecked nested
//! signature would be a forged vote there.

use crate::{
	message::{Message, NewView, Payload, Signed, ViewChange},
	rules::Rules,
};
use tp_pbft::{CertificateError, CheckSignature, Committee, Domain, Epoch, Height, MemberIndex};

/// A message whose form, membership and signatures, nested ones included, were checked. Only [`Signed::verify`] makes
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<M>(Signed<M>);

impl<M> Verified<M> {
	/// Returns the message with its signature.
	pub fn signed(&self) -> &Signed<M> {
		&self.0
	}

	/// Returns the message with its signature.
	pub fn into_signed(self) -> Signed<M> {
		self.0
	}
}

/// Why a message does not reach the core.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
	/// The message is for another height.
	#[error("the message is for height {0}")]
	WrongHeight(Height),
	/// The message is for another epoch.
	#[error("the message is for epoch {0}")]
	WrongEpoch(Epoch),
	/// The named sender is not a member.
	#[error("the sender {0} is not a member of the committee")]
	NotAMember(MemberIndex),
	/// A signature is not valid.
	#[error("the signature of member {0} is not valid")]
	BadSignature(MemberIndex),
	/// A nested certificate is not valid.
	#[error("a nested prepared certificate is not valid: {0}")]
	BadCertificate(#[from] CertificateError),
	/// The parts of the message contradict each other.
	#[error("the message is malformed: {0}")]
	Malformed(&'static str),
}

impl MessageError {
	/// Whether no correct member sends such a message. False for another height or epoch: its sender may be ahead or
	/// lag.
	pub fn is_senders_fault(&self) -> bool {
		!matches!(self, Self::WrongHeight(_) | Self::WrongEpoch(_))
	}
}

impl<M: Payload> Signed<M> {
	/// Checks height, epoch, membership and the outer signature. Cheap checks come first.
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
	/// Checks all that does not depend on the replica's state.
	pub fn verify(
		self,
		domain: &Domain,
		committee: &Committee,
		height: Height,
		check: &impl CheckSignature,
	) -> Result<Verified<Message>, MessageError> {
		self.verify_by(&Rules::SOUND, domain, committee, height, check)
	}

	/// Verifies by other rules. For the simulator only.
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
					// The sender of both must be one member. Whether it is the primary of the view is not known here;
					// the replica checks it, because it holds the order of primaries.
					if new_view.message.view != view || new_view.sender != self.sender {
						return Err(MessageError::Malformed("its new view is for another view or by another primary"));
					}
					if new_view.message.block.is_some_and(|block| block != pre_prepare.proposal.hash) {
						return Err(MessageError::Malformed("its block is not the block that its new view names"));
					}
					new_view.verify_envelope(domain, committee, height, check)?;
					verify_new_view(&new_view.message, rules, domain, committee, height, check)?;
				},
				_ => return Err(MessageError::Malformed("a proposal needs a new view in every view except view 0")),
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
		return Err(MessageError::Malformed("view 0 needs no view change"));
	}
	let Some(prepared) = &view_change.prepared else { return Ok(()) };
	// A certificate of the requested view or a later one cannot exist yet; it would win rule 3 by its view alone.
	if prepared.view >= view_change.view {
		return Err(MessageError::Malformed("its certificate is of a view that had not begun"));
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
		return Err(MessageError::Malformed("it has fewer view changes than a quorum"));
	}
	// The order makes the senders distinct: a repeated view change must not count twice towards the quorum.
	if !new_view.view_changes.windows(2).all(|pair| pair[0].sender < pair[1].sender) {
		return Err(MessageError::Malformed("its view changes are not ordered by sender, or one is repeated"));
	}
	for view_change in &new_view.view_changes {
		if view_change.message.view != new_view.view {
			return Err(MessageError::Malformed("one of its view changes is for another view"));
		}
		view_change.verify_envelope(domain, committee, height, check)?;
		verify_view_change(&view_change.message, domain, committee, height, check)?;
	}
	// Rule 3 is computed again and not taken from the primary: a replica that trusted `block` could be led away from a
	// committed block.
	if new_view.block != (rules.block_of)(&new_view.view_changes) {
		return Err(MessageError::Malformed("its block does not follow from its view changes"));
	}
	Ok(())
}

#[cfg(test)]
mod tests;
