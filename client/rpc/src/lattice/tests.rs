//! The methods over a chain in memory, as a connection calls them.

#[path = "../../../lattice/engine/src/tests/memory.rs"]
// The tests of the unit lane use all of it.
#[allow(dead_code)]
mod memory;

mod accounts;
mod joined;
mod no_index;
mod proofs;
mod reads;
mod scene;
mod watches;

use tc_lattice::{ChainError, ChainView};
