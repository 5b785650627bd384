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
		// 7_213 ns at least.
		Weight::from_parts(7_835_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn lock() -> Weight {
		// 119_533 ns at least.
		Weight::from_parts(122_348_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:0)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn unlock() -> Weight {
		// 131_876 ns at least.
		Weight::from_parts(135_903_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 2))
	}
	// Storage: `Quota::Rules` (r:0 w:1)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	fn set_rules() -> Weight {
		// 15_068 ns at least.
		Weight::from_parts(15_739_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Lives::Tombstones` (r:1 w:0)
	// Proof: `Lives::Tombstones` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn sponsor() -> Weight {
		// 182_761 ns at least.
		Weight::from_parts(200_414_000, 0).saturating_add(T::DbWeight::get().reads_writes(9, 5))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn unsponsor() -> Weight {
		// 69_509 ns at least.
		Weight::from_parts(71_082_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn withdraw_sponsorship() -> Weight {
		// 119_694 ns at least.
		Weight::from_parts(132_888_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Lives::Tombstones` (r:1 w:0)
	// Proof: `Lives::Tombstones` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsorships` (r:1 w:1)
	// Proof: `Quota::Sponsorships` (`max_values`: None, `max_size`: Some(136), added: 2611, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	// Storage: `Quota::Sponsored` (r:1 w:1)
	// Proof: `Quota::Sponsored` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn invite() -> Weight {
		// 292_646 ns at least.
		Weight::from_parts(301_262_000, 0).saturating_add(T::DbWeight::get().reads_writes(9, 5))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn charge() -> Weight {
		// 58_460 ns at least.
		Weight::from_parts(65_482_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 1))
	}
}
