//! Which crate may depend on which, as the design fixes it, checked over `cargo metadata`:
//!
//! ```text
//! tp-* ◀── pallet-* ◀── top-*-runtime ◀─┐
//!   ▲                                   ├── top-node
//!   └──── tc-* ◀────────────────────────┘
//! ```
//!
//! [`Graph`] is what the rules need to know of a workspace; [`violations`] is the rules. The tests break each rule on a
//! made-up graph, then check this workspace.

mod graph;
mod rules;

pub use graph::{Dependency, Graph, Package};
pub use rules::violations;

#[cfg(test)]
mod tests;
