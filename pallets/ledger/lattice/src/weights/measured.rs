//! What `scripts/weights.sh` measured of `pallet_lattice`: run it, and change nothing by hand.
//!
//! 2026-11-29, AMD EPYC; wasm: Compiled; 10 steps, 5 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Lattice::LastBlock` (r:0 w:1)
	// Proof: `Lattice::LastBlock` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn block() -> Weight {
		// 8_295 ns at least.
		Weight::from_parts(10_771_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Lattice::LastBlock` (r:1 w:1)
	// Proof: `Lattice::LastBlock` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Lattice::SigningDomain` (r:1 w:0)
	// Proof: `Lattice::SigningDomain` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1024 w:1024)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Lattice::TableHeads` (r:250 w:250)
	// Proof: `Lattice::TableHeads` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	// Measured for `u` from 0 to 512.
	fn apply_units(u: u32) -> Weight {
		// 40_134 ns at least.
		Weight::from_parts(820_491_868, 0)
			.saturating_add(Weight::from_parts(64_462_976, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads_writes(80, 76))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(u.into())))
	}
	// Storage: `Lattice::LastBlock` (r:1 w:1)
	// Proof: `Lattice::LastBlock` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Lattice::SigningDomain` (r:1 w:0)
	// Proof: `Lattice::SigningDomain` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1088 w:1088)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Lattice::TableHeads` (r:253 w:253)
	// Proof: `Lattice::TableHeads` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	// Measured for `o` from 64 to 1024.
	fn apply_operations(o: u32) -> Weight {
		// 3_632_809 ns at least.
		Weight::from_parts(4_068_082_112, 0)
			.saturating_add(Weight::from_parts(10_774_344, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads_writes(206, 202))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(o.into())))
	}
	// Storage: `Lattice::LastBlock` (r:1 w:1)
	// Proof: `Lattice::LastBlock` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Lattice::SigningDomain` (r:1 w:0)
	// Proof: `Lattice::SigningDomain` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(105), added: 600, mode: `MaxEncodedLen`)
	// Storage: `Quota::LentPercent` (r:1 w:0)
	// Proof: `Quota::LentPercent` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:512 w:0)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(284), added: 2759, mode: `MaxEncodedLen`)
	// Storage: `Lattice::TableHeads` (r:214 w:214)
	// Proof: `Lattice::TableHeads` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	// Measured for `w` from 0 to 512.
	fn apply_wrong(w: u32) -> Weight {
		// 26_840 ns at least.
		Weight::from_parts(27_452_000, 0)
			.saturating_add(Weight::from_parts(203_622_981, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads_writes(41, 37))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(w.into())))
	}
}
