//! Tests, with real keys and tickets.

mod draw;
mod election;
mod frequency;
mod genesis;
mod ledgers;
mod participation;
mod pool;
mod rotation;
mod several;
mod tickets;
mod turmoil;
mod weights;
