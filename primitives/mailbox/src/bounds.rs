//! The bounds of messages. What exceeds one is refused before it is accepted; nothing is dropped afterwards.

/// The length of an encoded message at most, in bytes. It fits a call with a small contract, and 64 of them fill a block.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;

/// The number of ledgers that a chain of messages crosses at most after its first message. It ends circles that a budget
/// would let run for long.
pub const MAX_HOPS: u8 = 16;

/// The number of messages that the delivery of one message sends at most. It bounds the work of one delivery.
pub const MAX_CHILDREN: usize = 16;

/// The least weight of a message, in picoseconds: what the cheapest delivery costs. No message is so light that a budget
/// buys very many of them.
pub const MIN_MESSAGE_WEIGHT: u64 = 50_000_000;

/// The largest weight of a message, in picoseconds. Every ledger keeps more than this for inbound messages in each block,
/// so no message is too heavy to be delivered.
pub const MAX_MESSAGE_WEIGHT: u64 = 10_000_000_000;

/// The largest budget of a message, in picoseconds: 16 of the heaviest messages.
pub const MAX_BUDGET: u64 = 16 * MAX_MESSAGE_WEIGHT;

/// The number of messages of a lane in flight at most. About half of what a block takes in, so that one lane cannot fill
/// the blocks of a ledger that was stopped.
pub const LANE_MESSAGES: u64 = 1_024;

/// The bytes of a lane in flight at most. As much as a block takes in.
pub const LANE_BYTES: u64 = 1024 * 1024;

/// The number of messages that a block takes in at most. At 50 µs each that is 100 ms, the time between blocks of a shard.
pub const BLOCK_MESSAGES: usize = 2_000;

/// The bytes of messages that a block takes in at most. With proofs they are sent to a whole committee within a block's time.
pub const BLOCK_BYTES: usize = 1024 * 1024;

/// The number of system messages that a block takes in at most, before all others. Few are sent; the bound leaves room
/// for others if a captured source sends many.
pub const BLOCK_SYSTEM_MESSAGES: usize = 256;

/// From this many messages in the outbox on, an initiator sends one message a block. An outbox of this size takes more
/// than a block of each of its destinations.
pub const OUTBOX_MANY: u64 = 2_048;

/// From this many messages in the outbox on, a shard asks for a split.
pub const OUTBOX_SPLIT: u64 = 4_096;

/// From this many messages in the outbox on, users send none. The rest is for messages that deliveries send, and for the
/// system's.
pub const OUTBOX_USERS: u64 = 8_000;

/// From this many messages in the outbox on, deliveries send none, and are refused with a bounce. The rest is for the
/// system's messages.
pub const OUTBOX_DELIVERIES: u64 = OUTBOX_FULL - LANE_MESSAGES;

/// From this many messages in the outbox on, none are sent. Bounces are counted apart.
pub const OUTBOX_FULL: u64 = 16_384;

/// The number of bounces in the outbox at most. They have their own room: a bounce is always taken by its destination,
/// so two ledgers with full outboxes cannot wait for each other.
pub const OUTBOX_BOUNCES: u64 = 16_384;

/// The number of lanes with messages in flight at most. The outbox root hashes them all in every block that sends or
/// prunes, which takes about 1 ms.
pub const MAX_OPEN_LANES: usize = 2_048;

/// The number of those lanes that only bounces may open: the tables of two zones.
pub const BOUNCE_LANES: usize = 512;

/// The number of lanes that a ledger takes in at most. Those of 1,024 sources in three classes, with room for a table each.
/// The inbox root hashes them all in every block that takes messages in.
pub const MAX_INBOUND_LANES: usize = 4_096;

/// The number of messages that wait for a ledger when its inbox counts as full: those of eight blocks.
pub const INBOX_FULL: u64 = 8 * BLOCK_MESSAGES as u64;

/// The load up to which a destination slows no source down, in percent.
pub const FREE_LOAD: u8 = 25;

/// The number of messages that a lane may have in flight towards a full destination, if it is the source's turn.
pub const FLOOR_MESSAGES: u64 = 16;

/// The number of blocks of a full destination that a source's turn lasts: about the time that a head needs to reach it.
pub const FLOOR_TURN: u32 = 32;

/// The number of steps from a held header to a source's head at most: a sibling zone, and the shard in it.
pub const MAX_HEAD_STEPS: usize = 2;

/// The number of peaks of a mountain range at most: one for each bit of its count.
pub const MAX_PEAKS: u32 = u64::BITS;

/// The number of siblings of a Merkle path at most. Trees have at most 2^16 leaves.
pub const MAX_SIBLINGS: usize = 16;

/// The number of held headers below which a block takes packets and acknowledgements at most: a ledger has few neighbours, and
/// holds 32 headers of each.
pub const MAX_RELAYED: usize = 64;

/// The number of acknowledgements that a block takes at most. Each notes the load of up to 256 tables.
pub const MAX_RELAYED_ACKNOWLEDGEMENTS: usize = 256;

/// The encoded bytes of what a block takes from routers at most: messages, and as much again for proofs.
pub const MAX_RELAYED_BYTES: usize = 2 * BLOCK_BYTES;
