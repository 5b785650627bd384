//! Tests of receipts across ledgers, over a zone of two shards in memory.

mod mutations;
mod rules;
mod vectors;
mod world;
