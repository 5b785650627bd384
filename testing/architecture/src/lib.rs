//! Rules of the repository that neither the compiler nor clippy knows. Each is tested on a made-up workspace that breaks
//! it, and applied to this one.
//!
//! Crates, over `cargo metadata` ([`Graph`], [`violations`]):
//!
//! ```text
//! tp-* ◀── pallet-* ◀── top-*-runtime ◀─┐
//!   ▲                                   ├── top-node
//!   └──── tc-* ◀────────────────────────┘
//! ```
//!
//! Sources:
//! - [`weakened_consensus`]: only the simulator names the broken rules that exist for it;
//! - [`FileGraph`]: no files of a crate or package import each other in a circle;
//! - [`repeats`]: places that repeat each other;
//! - [`mocks`], [`runtimes`]: lengths;
//! - [`broken_links`], [`broken_citations`]: links of the documents, and documents that comments cite.
//!
//! The program of the same name prints what the checks find in any checkout.

mod circles;
mod files;
mod graph;
mod lexer;
mod links;
mod modules;
mod repeats;
mod rules;
mod sizes;
mod sources;
mod untested;

pub use circles::{rust_files, typescript_files, Circle, FileGraph, Step};
pub use graph::{Dependency, Graph, Package};
pub use links::{broken_citations, broken_links};
pub use repeats::{repeats, Place, Repeat};
pub use rules::violations;
pub use sizes::{mocks, runtimes};
pub use sources::weakened_consensus;
pub use untested::tests_that_never_run;

#[cfg(test)]
mod tests;
