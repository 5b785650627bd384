//! The codes of `InvalidTransaction::Custom` by which a runtime refuses a transaction, with their words.
//!
//! A runtime can return a code alone. Nodes add the words to the error that a sender reads. A code never changes its
//! meaning, and no two pallets share one.

/// The transaction has a tip.
pub const TIP_REFUSED: u8 = 1;
/// The sender has used its share. `QuotaApi::accepted_at` returns when the transaction will be accepted.
pub const QUOTA_USED: u8 = 2;
/// The sender lives in another shard of the zone.
pub const ELSEWHERE: u8 = 3;

/// A reason to refuse a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
	/// Its code.
	pub code: u8,
	/// What is wrong, and what helps. No parentheses, and at most [`MAX_WORDS`] bytes: clients drop or cut them.
	pub words: &'static str,
}

/// The length of a refusal's words at most, in bytes. `@polkadot/api` shows 255 bytes of an error's data, and the node adds
/// the time.
pub const MAX_WORDS: usize = 160;

/// All refusals by code.
pub const REFUSALS: [Refusal; 3] = [
	Refusal { code: TIP_REFUSED, words: "transactions are free here and a tip is refused: sign again with a tip of 0" },
	Refusal {
		code: QUOTA_USED,
		words: "the account has used its share of the ledger, which regrows with time: send it later, or lock stake for a larger share",
	},
	Refusal {
		code: ELSEWHERE,
		words: "the account lives in another shard of the zone: ask zone_locate where, and send it to an endpoint of that shard",
	},
];

/// Returns the words of a code.
pub fn words(code: u8) -> Option<&'static str> {
	REFUSALS.iter().find(|refusal| refusal.code == code).map(|refusal| refusal.words)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_code_occurs_once_and_its_words_survive_clients() {
		for (at, refusal) in REFUSALS.iter().enumerate() {
			assert!(REFUSALS[..at].iter().all(|other| other.code != refusal.code), "{} occurs twice", refusal.code);
			assert!(refusal.words.len() <= MAX_WORDS, "{}", refusal.words);
			assert!(!refusal.words.contains(['(', ')', '"']), "{}", refusal.words);
			assert_eq!(words(refusal.code), Some(refusal.words));
		}
		assert_eq!(words(0), None);
	}
}
