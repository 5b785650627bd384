//! Messages between peers: batches of units, and the answers to them.

use codec::{Compact, Decode, DecodeAll, Encode};
use tc_lattice_pool::{DropReason, Status};
use tp_lattice::{Reason, Unit};

/// Largest message that the network accepts.
pub(super) const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;
/// Bytes of units at which a message is sent.
pub(super) const MESSAGE_BYTES: usize = 256 * 1024;
/// Units in one message, at most.
pub(super) const MAX_UNITS: usize = 1_024;

/// Bytes of a unit, at least.
const MIN_UNIT_BYTES: usize = 128;

/// The kinds of messages, by their first byte.
const UNITS: u8 = 0;
const ANSWERS: u8 = 1;

/// What a peer did with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Answer {
	/// Its pool has the unit.
	#[codec(index = 0)]
	Taken,
	/// The unit has ended.
	#[codec(index = 1)]
	Over,
	/// Its pool does not have the unit, and may have it later.
	#[codec(index = 2)]
	Later,
}

impl From<&Status> for Answer {
	fn from(status: &Status) -> Self {
		match status {
			Status::Ready | Status::Future => Self::Taken,
			Status::Final { .. } | Status::Usurped => Self::Over,
			// The sender would be charged for it each time.
			Status::Dropped(DropReason::TooLarge)
			| Status::Invalid(
				Reason::Empty | Reason::Signature | Reason::Elsewhere | Reason::Height | Reason::Expired,
				_,
			) => Self::Over,
			// This node's chain may be a block behind.
			Status::Invalid(..) | Status::Dropped(_) => Self::Later,
		}
	}
}

/// A message of a peer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
	/// Units, under a number of the sender.
	Units {
		/// The number.
		sequence: u64,
		/// From 1 to [`MAX_UNITS`] units.
		units: Vec<Unit>,
	},
	/// The answers for a batch, in the order of its units.
	Answers {
		/// The number of the batch.
		sequence: u64,
		/// An answer for each unit.
		answers: Vec<Answer>,
		/// The units that the peer may have sent without an answer from now on: urgent ones, and others.
		windows: [u32; 2],
	},
}

/// Encodes units.
pub(super) fn write_units<'a>(sequence: u64, units: impl ExactSizeIterator<Item = &'a Unit>) -> Vec<u8> {
	let mut message = (UNITS, sequence, Compact(u32::try_from(units.len()).unwrap_or(u32::MAX))).encode();
	units.for_each(|unit| unit.encode_to(&mut message));
	message
}

/// Encodes answers.
pub(super) fn write_answers(sequence: u64, answers: &[Answer], windows: [u32; 2]) -> Vec<u8> {
	(ANSWERS, sequence, answers, windows).encode()
}

/// Returns the number of a message of units and how many it has, without a look at the units. `None` for other messages, and for
/// a message that is too short.
pub(super) fn units_in(mut message: &[u8]) -> Option<(u64, usize)> {
	let (kind, sequence, Compact(count)) = <(u8, u64, Compact<u32>)>::decode(&mut message).ok()?;
	let count = usize::try_from(count).ok()?;
	let fits = (1..=MAX_UNITS).contains(&count) && message.len() >= count * MIN_UNIT_BYTES;
	(kind == UNITS && fits).then_some((sequence, count))
}

/// Decodes a message, or returns `None` if it is malformed. Checks numbers before it allocates.
pub(super) fn read(mut message: &[u8]) -> Option<Message> {
	let (kind, sequence) = <(u8, u64)>::decode(&mut message).ok()?;
	let Compact(count) = Compact::<u32>::decode(&mut &message[..]).ok()?;
	if !(1..=MAX_UNITS).contains(&(count as usize)) {
		return None;
	}
	match kind {
		UNITS => Some(Message::Units { sequence, units: Vec::decode_all(&mut message).ok()? }),
		ANSWERS => {
			let (answers, windows) = DecodeAll::decode_all(&mut message).ok()?;
			Some(Message::Answers { sequence, answers, windows })
		},
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::H256;
	use tp_lattice::UnitBody;

	#[test]
	fn only_written_messages_are_read() {
		let unit = |height| Unit {
			body: UnitBody {
				account: [7; 32].into(),
				height,
				parent: H256::zero(),
				valid_until: 0,
				operations: Default::default(),
			},
			signature: sp_core::ed25519::Signature::default().into(),
		};
		let units: Vec<Unit> = (0..).map(unit).take(MAX_UNITS).collect();
		let message = write_units(7, units.iter());
		assert_eq!(read(&message), Some(Message::Units { sequence: 7, units: units.clone() }));
		assert_eq!(units_in(&message), Some((7, MAX_UNITS)));
		assert!(message.len() as u64 <= MAX_MESSAGE_BYTES);
		let longer: Vec<Unit> = (0..).map(unit).take(MAX_UNITS + 1).collect();
		let answers = vec![Answer::Taken, Answer::Over, Answer::Later];
		let answered = write_answers(7, &answers, [3, 4]);
		assert_eq!(read(&answered), Some(Message::Answers { sequence: 7, answers, windows: [3, 4] }));
		assert_eq!((units_in(&answered), units_in(&write_units(7, longer.iter()))), (None, None));
		for written in [message, answered] {
			assert_eq!(read(&written[..written.len() - 1]), None);
			assert_eq!(read(&[&written[..], &[0]].concat()), None);
			assert_eq!(read(&[&[2], &written[1..]].concat()), None, "another kind");
		}
		assert_eq!(read(&write_units(7, longer.iter())), None);
		assert_eq!(read(&write_units(7, [].iter())), None);
		assert_eq!(read(&write_answers(7, &[], [3, 4])), None);
		assert_eq!(read(&write_answers(7, &[Answer::Taken; MAX_UNITS + 1], [3, 4])), None);
		assert_eq!(units_in(&(UNITS, 7_u64, Compact(1_u32), [0_u8; 100]).encode()), None, "too short");
		assert_eq!(read(&(UNITS, 7_u64, Compact(u32::MAX)).encode()), None);
		assert_eq!(read(&(ANSWERS, 7_u64, Compact(1_u32), 3_u8, [3_u32, 4]).encode()), None, "no such answer");
		assert_eq!(read(&[]), None);
	}
}
