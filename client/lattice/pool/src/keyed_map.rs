//! Maps with keys that others choose.

use std::collections::HashMap;

/// Map with keys that others choose, at least in part. The hasher is seeded at random, so a sender cannot make keys
/// collide. The order is random too, so iterating over the map would make the pool's answers differ between runs.
pub(crate) type KeyedMap<Key, Value> = HashMap<Key, Value, foldhash::quality::RandomState>;
