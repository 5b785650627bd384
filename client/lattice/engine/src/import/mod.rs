//! The lane's part in the import of blocks.

mod observer;

pub use observer::LatticeObserver;
