//! The modules of a Rust crate: what each defines, imports and names. Macros are not expanded: what one defines has no
//! file here.

mod reader;
mod tree;

pub use reader::parse;
pub use tree::{Crate, Module, Name, Target};
