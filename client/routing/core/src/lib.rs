#![doc = include_str!("../README.md")]

mod anchors;
mod audit;
mod body;
mod carry;
mod duties;
mod evidence;
mod io;
mod latency;
pub mod limits;
mod neighbour;
mod relay;
mod router;
mod trees;
mod view;

pub use audit::Audit;
pub use duties::Place;
pub use io::{
	Answer, BodyError, Effects, Executed, Input, NamedHeader, Output, Question, Relay, Verdict, ZoneBlock, ZoneBody,
};
pub use relay::Waiting;
pub use router::Router;
pub use trees::Trees;

#[cfg(test)]
mod tests;
