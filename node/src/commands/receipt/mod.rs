//! `top-node receipt …`: fetches receipts, and checks them without a node.

mod anchor;
mod command;
mod fetch;
mod file;
mod statement;
#[cfg(test)]
mod tests;
mod verify;

pub use command::ReceiptCommand;
