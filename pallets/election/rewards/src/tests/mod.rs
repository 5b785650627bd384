//! What the pallet promises, seen from outside.

mod claims;
mod dues;
mod history;
mod issue;
mod parameters;
mod pools;
mod random;
mod voters;
mod weights;
