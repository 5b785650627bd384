//! `mailbox_*`: lanes, and messages from their block to their confirmation.

mod api;
mod report;
mod server;
mod watch;

pub use api::MailboxApiServer;
pub use server::Mailbox;
