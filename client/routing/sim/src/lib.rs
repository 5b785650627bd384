#![doc = include_str!("../README.md")]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

mod act;
mod adversary;
pub mod bank;
pub mod chain;
pub mod checks;
pub mod committees;
pub mod nodes;
mod queue;
pub mod requests;
mod reshaping;
mod router;
pub mod scenario;
pub mod state;
pub mod stats;
mod traffic;
pub mod world;
mod zone;

pub use checks::Violation;
pub use scenario::{Scenario, Story, Weakness};
pub use stats::Stats;
pub use world::{Outcome, World};
