//! The unit lane against the extrinsic lane, the host against the runtime, and the pallet's own rules.

mod lanes;
mod rules;
