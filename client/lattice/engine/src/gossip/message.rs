//! Messages: SCALE of a list of units.

use codec::{Compact, Decode, DecodeAll, Encode};
use tp_lattice::Unit;

/// Largest message that the network accepts.
pub(super) const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;
/// Bytes of units at which a message is sent.
pub(super) const MESSAGE_BYTES: usize = 256 * 1024;
/// Units in one message, at most.
pub(super) const MAX_UNITS: usize = 1_024;

/// Encodes a message.
pub(super) fn write<'a>(units: impl ExactSizeIterator<Item = &'a Unit>) -> Vec<u8> {
	let mut message = Compact(u32::try_from(units.len()).unwrap_or(u32::MAX)).encode();
	units.for_each(|unit| unit.encode_to(&mut message));
	message
}

/// Decodes a message, or returns `None` if it is malformed. Checks the number of units before it allocates.
pub(super) fn read(message: &[u8]) -> Option<Vec<Unit>> {
	let Compact(count) = Compact::<u32>::decode(&mut &message[..]).ok()?;
	((1..=MAX_UNITS).contains(&(count as usize))).then(|| Vec::<Unit>::decode_all(&mut &message[..]).ok())?
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
		let message = write(units.iter());
		assert_eq!(read(&message), Some(units.clone()));
		assert!(message.len() as u64 <= MAX_MESSAGE_BYTES);
		let longer: Vec<Unit> = (0..).map(unit).take(MAX_UNITS + 1).collect();
		assert_eq!(read(&write(longer.iter())), None);
		assert_eq!(read(&write([].iter())), None);
		assert_eq!(read(&message[..message.len() - 1]), None);
		assert_eq!(read(&[&message[..], &[0]].concat()), None);
		assert_eq!(read(&Compact(u32::MAX).encode()), None);
	}
}
