//! Clients behind bad connections: a proxy with seeded faults, and callers that pay over it and do what errors advise.
//!
//! Nothing here knows the node behind the proxy: tests put it in front of a model of a node and of real ones.

mod caller;
mod proxy;
mod random;

pub use caller::{pay_each, Told};
pub use proxy::{text_frame, Counts, Faults, Proxy, Tamper};
pub use random::Random;
