//! A main chain of pallet-comprehensive-stake, pallet-shard-assignment and pallet-committee alone.
//!
//! It has no quotas, no unit lane, no proofs of computing power and no rewards. Account ids have 20 bytes and block numbers
//! 64 bits. So it proves that another chain can compose these three pallets with its own types:
//!
//! ```text
//! register ──▶ Stake ──Nodes──▶ Assignment ──Election──▶ Committee ──▶ votes
//!                ▲                  │    ▲                   │
//!                └─ OnParticipation ┘    └── epoch_ended ────┘
//! ```

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod runtime;
#[cfg(test)]
mod tests;
