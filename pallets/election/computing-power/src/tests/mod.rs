//! Tests, on blocks with a clock and nodes that they control.

mod commitments;
mod duties;
mod forgetting;
mod parameters;
mod pools;
mod reveals;
mod weights;
