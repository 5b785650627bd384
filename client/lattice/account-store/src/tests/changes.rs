use crate::changes::{count, find, for_each_in_table, next, ChangesBuilder};
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
	assert_eq!(find(bytes, 3, &key(2)).unwrap(), Some(Some(b"two".to_vec())));
	assert_eq!(find(bytes, 3, &key(4)).unwrap(), Some(None));
	assert_eq!(find(bytes, 3, &key(5)).unwrap(), None);
	assert_eq!(next(bytes, 3, &[]).unwrap(), Some(key(2)));
	assert_eq!(next(bytes, 3, &key(2).0).unwrap(), Some(key(4)));
	assert_eq!(next(bytes, 3, &[2]).unwrap(), Some(key(2)), "a part of a key is below it");
	assert_eq!(next(bytes, 3, &key(6).0).unwrap(), None);
}

#[test]
fn no_flipped_bit_changes_an_answer() {
	let whole = sample();
	let answers = |bytes: &[u8]| (2..=6).map(|byte| find(bytes, 3, &key(byte))).collect::<Result<Vec<_>, _>>();
	let all = |bytes: &[u8]| {
		let mut all = Vec::new();
		let mut tables = [2, 4, 6].iter();
		tables.try_for_each(|table| for_each_in_table(bytes, 3, *table, |key, value| all.push((key, value))))?;
		Ok::<_, std::io::Error>(all)
	};
	let right = answers(&whole).unwrap();
	let right_all = all(&whole).unwrap();
	assert_eq!(right_all, [(key(2), Some(b"two".to_vec())), (key(4), None), (key(6), Some(Vec::new()))]);
	for at in 0..whole.len() {
		for bit in 0..8 {
			let mut bytes = whole.clone();
			bytes[at] ^= 1 << bit;
			match answers(&bytes) {
				Ok(found) => assert_eq!(found, right, "byte {at}"),
				Err(error) => assert!(error.to_string().contains("damaged")),
			}
			assert!(all(&bytes).is_err() || all(&bytes).unwrap() == right_all, "byte {at}");
			let next = |bytes: &[u8]| (1..7).map(|byte| next(bytes, 3, &[byte])).collect::<Result<Vec<_>, _>>();
			assert!(next(&bytes).is_err() || next(&bytes).unwrap() == next(&whole).unwrap(), "byte {at}");
		}
	}
}
