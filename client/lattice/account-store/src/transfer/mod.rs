//! The accounts of one block on their way to another node: in parts, each of which is checked before it is taken.
//!
//! ```text
//! root in the header's state ─▶ outline: 256 table roots ─▶ part: shape of its table, some buckets, path to the table's root
//!                                                             └▶ more values of the part, by the hashes that it has
//! ```
//!
//! - [`TableExport`] cuts a table at a kept version into parts. Their number follows from the shape of the table alone, so both
//!   nodes know it.
//! - [`Importer`] decides who is asked for what, checks what comes, and puts the store together. It is a state machine: the
//!   caller has the network and the clock.
//!
//! A bucket has no largest size, since keys can be ground into it. So a part may have the values of its first accounts alone, and the
//! hashes of all others; these are asked for by their place.

mod export;
mod importer;
mod part;

pub use export::TableExport;
pub use importer::{Answer, Importer, Outlook, Refusal, Request, Taken, Want};
pub use part::{part_count, Fault, Outline, Part, PART_BITS};
