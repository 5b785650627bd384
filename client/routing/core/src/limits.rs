//! The bounds and times of a router.

/// The number of blocks that a shard may be ahead of its sealed head before it is slowed down completely. At the pace of a
/// shard they take 1.6 s, which routers need in the worst case to execute them and to agree.
pub const MAX_UNAUDITED: u32 = 16;

/// The number of blocks above the included head of a ledger of which a router keeps headers and results at most. A shard that is slowed
/// down stays below; more come from a faulty one, and from the main chain while the zone stands.
pub const MAX_AHEAD: u32 = 1_024;

/// The number of zone blocks that are offered evidence of a fork at most. Each router of the largest committee makes four of them.
pub const EVIDENCE_BLOCKS: u32 = 256;

/// The number of zone headers below which a router can prove something. Headers that another zone or the main chain includes
/// are a few blocks old.
pub const KEPT_ANCHORS: usize = 32;

/// The number of messages in a packet at most: a quarter of a block, so that several lanes share one.
pub const PACKET_MESSAGES: u64 = 512;

/// The bytes of the messages in a packet at most, unless the first message is longer.
pub const PACKET_BYTES: usize = 256 * 1024;

/// The number of packets, or of acknowledgements, that one relay has at most.
pub const RELAY_ITEMS: usize = 256;

/// Milliseconds that a router waits for each router whose duty a lane is before it. A relay reaches the others in that
/// time.
pub const RELAY_STEP_MS: u64 = 200;

/// Milliseconds after which a router relays again what it or another one has relayed, if the destination has not taken it.
pub const RELAY_AGAIN_MS: u64 = 2_000;

/// Milliseconds between two questions to the routers of another zone, unless a newer header of it is included.
pub const ASK_AGAIN_MS: u64 = 2_000;

/// Milliseconds that a head of a sibling zone is the included one at least. Answers are proved below it. An answer that
/// comes after a newer head is included proves nothing: two busy zones that name each other in every block would never talk.
pub const SIBLING_MS: u64 = 500;

/// The number of lanes whose latency is measured at one time.
pub const MEASURED_LANES: usize = 4_096;

/// The number of headers of a neighbour that wait to be included at most: the ends of as many epochs, days of them.
pub const PENDING_HEADERS: usize = 64;
