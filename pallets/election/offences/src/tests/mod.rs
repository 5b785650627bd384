//! What the pallet promises, seen from outside.

mod history;
mod pool;
mod reporters;
mod reports;
mod weights;
