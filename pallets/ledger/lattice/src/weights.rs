//! Weights of the pallet.
//!
//! Set by hand from costs measured on a 2.6 GHz server core: a signature verified with 63 others 15 µs, alone 40 µs, and
//! twice if it is wrong; an account read and written in the SDK's trie 12 and 50 µs.

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Both hooks.
	fn block() -> Weight;
	/// A batch of so many bytes, whatever is in it.
	fn apply(bytes: u32) -> Weight;
	/// A batch with so many units and credits, of which so many units were signed wrongly.
	fn applied(units: u32, credits: u32, wrong: u32) -> Weight;
	/// What a unit costs its account, and each of its operations, in picoseconds of reference time.
	fn unit() -> (u64, u64);
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// A signature among others.
const SIGNATURE: u64 = 15 * MICROSECOND;
/// A signature that is wrong, or stands among wrong ones: with the others first, then bare, then wrapped.
const WRONG_SIGNATURE: u64 = SIGNATURE + 80 * MICROSECOND;
/// How many signatures one that is wrong spoils.
const SPOILT: u32 = 64;
/// Reading and writing an account: a unit's own, or one that an operation pays.
const ACCOUNT: u64 = 62 * MICROSECOND;
/// What is done once a batch.
const BATCH: u64 = 50 * MICROSECOND;
/// Operations of a unit, at most.
const OPERATIONS: u64 = tp_lattice::MAX_OPERATIONS as u64;
/// The fewest bytes of a unit with that many: account, height, parent, end, operations that name no amount, signature.
const UNIT_BYTES: u64 = 32 + 4 + 32 + 4 + 1 + 33 * OPERATIONS + 65;
/// The most that a byte can cost: units with the most operations in the fewest bytes, all signed wrongly.
const BYTE: u64 = (WRONG_SIGNATURE + ACCOUNT + OPERATIONS * ACCOUNT).div_ceil(UNIT_BYTES);

impl WeightInfo for () {
	fn block() -> Weight {
		Weight::from_parts(20 * MICROSECOND, 0)
	}

	fn apply(bytes: u32) -> Weight {
		// A last unit may have begun.
		Weight::from_parts(BATCH + BYTE * (u64::from(bytes) + UNIT_BYTES), 0)
	}

	fn applied(units: u32, credits: u32, wrong: u32) -> Weight {
		let spoilt = u64::from(wrong.saturating_mul(SPOILT).min(units));
		let signatures = spoilt * WRONG_SIGNATURE + (u64::from(units) - spoilt) * SIGNATURE;
		let accounts = (u64::from(units) + u64::from(credits)) * ACCOUNT;
		Weight::from_parts(BATCH + signatures + accounts, 0)
	}

	fn unit() -> (u64, u64) {
		(SIGNATURE + ACCOUNT, ACCOUNT)
	}
}
