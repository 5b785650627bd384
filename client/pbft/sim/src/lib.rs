#![doc = include_str!("../README.md")]

pub mod behaviours;
pub mod block;
pub mod checks;
pub mod crash;
pub mod keys;
pub mod network;
pub mod node;
pub mod scenario;
pub mod schedule;
pub mod stats;
pub mod time;
pub mod topology;
pub mod trace;
pub mod world;

pub use checks::Violation;
pub use scenario::{Intensity, Scenario};
pub use stats::Stats;
pub use world::{Outcome, World};
