//! Messages with many view changes, on the wire: each certificate is sent once.
//!
//! A new view of 128 members carries 86 view changes, and most of them show the same prepared certificate of some 6 KB.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, Encode};
use tc_pbft_core::{Message, Signed, ViewChange};
use tp_pbft::{PreparedCertificate, MAX_MEMBERS};

/// View changes in all messages together: those of a new view, and one more of each member.
const MAX_VIEW_CHANGES: usize = 2 * MAX_MEMBERS as usize;
/// Bytes of all certificates, each counted as often as it is shown. A few bytes on the wire must not become much memory.
const MAX_EXPANDED_BYTES: usize = 4 * 1024 * 1024;

/// Messages whose view changes name their certificates by position.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Compact {
	/// The messages, in which no view change shows a certificate.
	messages: Vec<Signed<Message>>,
	/// The certificates.
	certificates: Vec<PreparedCertificate>,
	/// For each view change, in the order of the messages: 0 if it shows none, or the position of its certificate from 1.
	shown: Vec<u16>,
}

/// Returns the view changes within a message, in their order.
fn view_changes(message: &mut Message) -> Vec<&mut ViewChange> {
	match message {
		Message::ViewChange(view_change) => vec![view_change],
		Message::NewView(new_view) => new_view.view_changes.iter_mut().map(|signed| &mut signed.message).collect(),
		Message::PrePrepare(proposed) => match &mut proposed.new_view {
			Some(new_view) => new_view.message.view_changes.iter_mut().map(|signed| &mut signed.message).collect(),
			None => Vec::new(),
		},
		Message::Prepare(_) | Message::Commit(_) => Vec::new(),
	}
}

impl Compact {
	/// Takes the certificates out of messages.
	pub fn new(mut messages: Vec<Signed<Message>>) -> Self {
		let (mut certificates, mut shown) = (Vec::new(), Vec::new());
		for view_change in messages.iter_mut().flat_map(|signed| view_changes(&mut signed.message)) {
			let position = view_change.prepared.take().map(|certificate| {
				let known = certificates.iter().position(|known| *known == certificate);
				known.unwrap_or_else(|| {
					certificates.push(certificate);
					certificates.len() - 1
				})
			});
			let position = position.and_then(|position| u16::try_from(position + 1).ok());
			shown.push(position.unwrap_or_default());
		}
		Self { messages, certificates, shown }
	}

	/// Puts the certificates back, so that the signatures are valid again. `None` if the parts do not fit, or the result
	/// would be larger than any message of a correct member.
	pub fn expand(self) -> Option<Vec<Signed<Message>>> {
		let Self { mut messages, certificates, shown } = self;
		let view_changes: Vec<_> = messages.iter_mut().flat_map(|signed| view_changes(&mut signed.message)).collect();
		if view_changes.len() > MAX_VIEW_CHANGES || view_changes.len() != shown.len() {
			return None;
		}
		let sizes: Vec<_> = certificates.iter().map(Encode::encoded_size).collect();
		let mut bytes = 0;
		for (view_change, position) in view_changes.into_iter().zip(shown) {
			if view_change.prepared.is_some() {
				return None;
			}
			let Some(position) = usize::from(position).checked_sub(1) else { continue };
			bytes += sizes.get(position)?;
			if bytes > MAX_EXPANDED_BYTES {
				return None;
			}
			view_change.prepared = Some(certificates[position].clone());
		}
		Some(messages)
	}
}

#[cfg(test)]
mod tests;
