//! Which crate may depend on which, as the design fixes it, checked over `cargo metadata`:
//!
//! ```text
//! tp-* ◀── pallet-* ◀── top-*-runtime ◀─┐
//!   ▲                                   ├── top-node
//!   └──── tc-* ◀────────────────────────┘
//! ```
//!
//! [`Graph`] is what the rules need to know of a workspace; [`violations`] is the rules. The tests break each rule on a
//! made-up graph, then check this workspace. [`weakened_consensus`] looks at sources: who names the broken rules that
//! exist for the simulator.

mod graph;
mod rules;
mod sources;

pub use graph::{Dependency, Graph, Package};
pub use rules::violations;
pub use sources::weakened_consensus;

#[cfg(test)]
mod tests;
