//! Tests, one file per subject.

mod records;
mod weights;
