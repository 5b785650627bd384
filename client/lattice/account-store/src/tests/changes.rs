use crate::changes::{count, find, for_each, next, ChangesBuilder};
use tp_account_store::{AccountKey, KEY_BYTES};

fn key(byte: u8) -> AccountKey {
	AccountKey([byte; KEY_BYTES])
}

fn sample() -> Vec<u8> {
	let mut builder = ChangesBuilder::default();
	builder.push(&key(2), Some(b"two"));
	builder.push(&key(4), None);
	builder.push(&key(6), Some(b""));
	builder.finish()
}

#[test]
fn accounts_are_found_and_followed() {
	let bytes = &sample()[..];
	assert_eq!(count(bytes).unwrap(), 3);
	assert_eq!(find(bytes, &key(2)).unwrap(), Some(Some(b"two".to_vec())));
	assert_eq!(find(bytes, &key(4)).unwrap(), Some(None));
	assert_eq!(find(bytes, &key(5)).unwrap(), None);
	assert_eq!(next(bytes, &[]).unwrap(), Some(key(2)));
	assert_eq!(next(bytes, &key(2).0).unwrap(), Some(key(4)));
	assert_eq!(next(bytes, &[2]).unwrap(), Some(key(2)), "a part of a key is below it");
	assert_eq!(next(bytes, &key(6).0).unwrap(), None);
}

#[test]
fn no_flipped_bit_changes_an_answer() {
	let whole = sample();
	let answers = |bytes: &[u8]| (2..=6).map(|byte| find(bytes, &key(byte))).collect::<Result<Vec<_>, _>>();
	let right = answers(&whole).unwrap();
	// The record's checksum covers the number of changes.
	for at in 0..whole.len() - 4 {
		for bit in 0..8 {
			let mut bytes = whole.clone();
			bytes[at] ^= 1 << bit;
			match answers(&bytes) {
				Ok(found) => assert_eq!(found, right, "byte {at}"),
				Err(error) => assert!(error.to_string().contains("damaged")),
			}
			assert!(for_each(&bytes, |_, _| {}).is_err() || answers(&bytes).unwrap() == right);
		}
	}
}
