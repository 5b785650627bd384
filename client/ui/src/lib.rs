//! Serves the files of a page, the explorer, over HTTP/1.1.
//!
//! ```text
//! listen ──▶ serve: bounds of connections ──▶ Site: one answer a request ──▶ files, which the binary contains
//!                                                       └──▶ /config.json: the ledgers, at the host that the page came from
//! ```
//!
//! A request names one of the given files, or `/config.json`, or there is no such file. No name leads to a disk, so no request
//! can leave a folder. The page finds its views by the fragment of its address, which browsers do not send: an unknown path is
//! an error, not another view.
//!
//! The crate knows no page and no node: the caller gives the files, and the ledgers as they change.

mod config;
mod listen;
mod server;
mod site;

#[cfg(test)]
mod tests;

pub use config::{Ledger, Rpc};
pub use listen::{listen, ListenError};
pub use server::serve;
pub use site::{File, Site};
