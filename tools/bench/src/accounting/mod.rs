//! What processes use, by the kernel's accounting and by the metrics of nodes.
//!
//! ```text
//! proc      texts of /proc: times of threads, bytes, memory, the loopback interface
//! threads   times of threads by group, beside that of the whole process: what ended in between is named as well
//! syncs     syncs of files, counted by the kernel's tracing
//! metrics   counters of nodes, by Prometheus
//! meter     all of it between two moments, with the names of the gaps
//! ```
//!
//! The kernel counts the whole process apart from its threads. So no thread hides: what no group has is reported as the
//! time of threads that ended.

mod meter;
mod metrics;
mod proc;
mod syncs;
mod threads;

#[cfg(test)]
pub use meter::NodeUse;
pub use meter::{Meter, Metered};
pub use metrics::Metrics;
pub use proc::{memory, thread_time, Memory};
pub use threads::GroupTimes;
