//! What `scripts/weights.sh` measured of `pallet_quota`: run it, and change nothing by hand.
//!
//! 2026-11-29, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Quota::LentPercent` (r:1 w:1)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn block() -> Weight {
		// 5_230 ns at least.
		Weight::from_parts(5_821_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:1 w:1)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	fn lock() -> Weight {
		// 103_853 ns at least.
		Weight::from_parts(147_465_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	// Storage: `Quota::Quotas` (r:1 w:1)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:0)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	fn unlock() -> Weight {
		// 111_538 ns at least.
		Weight::from_parts(113_422_000, 0).saturating_add(T::DbWeight::get().reads_writes(7, 3))
	}
	// Storage: `Quota::Rules` (r:0 w:1)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	fn set_rules() -> Weight {
		// 10_991 ns at least.
		Weight::from_parts(11_732_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:1 w:2)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Lives::Tombstones` (r:1 w:0)
	// Proof: `Lives::Tombstones` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn sponsor() -> Weight {
		// 156_873 ns at least.
		Weight::from_parts(159_748_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 7))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:1 w:1)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn unsponsor() -> Weight {
		// 60_393 ns at least.
		Weight::from_parts(68_277_000, 0).saturating_add(T::DbWeight::get().reads_writes(5, 4))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:1 w:1)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	fn withdraw_sponsorship() -> Weight {
		// 100_507 ns at least.
		Weight::from_parts(114_724_000, 0).saturating_add(T::DbWeight::get().reads_writes(5, 4))
	}
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:1 w:2)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Lives::Tombstones` (r:1 w:0)
	// Proof: `Lives::Tombstones` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn invite() -> Weight {
		// 264_864 ns at least.
		Weight::from_parts(323_083_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 7))
	}
	// Storage: `Quota::Quotas` (r:1 w:1)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:0)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn charge() -> Weight {
		// 46_777 ns at least.
		Weight::from_parts(52_047_000, 0).saturating_add(T::DbWeight::get().reads_writes(5, 1))
	}
}
