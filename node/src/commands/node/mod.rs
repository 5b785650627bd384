//! `top-node node …`: registers a running node, shows its status, lets it leave; votes for a node and claims rewards.

mod command;
mod controller;
mod info;
mod register;
mod status;
mod votes;

pub use command::NodeCommand;
