//! Bounds of what the store keeps.

const MIB: u64 = 1 << 20;

/// How much the store keeps. The default is what a node uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Span of chain time in milliseconds of which old versions can be read: 10 minutes.
	pub history_ms: u64,
	/// Number of the newest versions that can be read however old they are, as far as they have room: those whose states the
	/// SDK's database keeps.
	pub history_versions: usize,
	/// Bytes of the log that hold old versions which no view pins.
	pub history_bytes: u64,
	/// Bytes of the log that hold old versions at all. Views on older ones end with an error.
	pub pinned_bytes: u64,
	/// Bytes of old values that are kept in memory as well, so that readers of the newest versions do not wait for the disk.
	pub memory_bytes: u64,
	/// Bytes of later commits for which a record stays. The SDK's database syncs its own log every 64 MiB, and has up to 16 MiB
	/// of commits in memory. A power cut can set it back by both, and it is brought forward from these records. A record has
	/// the changes of accounts too, both ways, which the database does not write: some seven times its bytes at most.
	pub retain_bytes: u64,
	/// Bytes of the log within which each table is written once. They bound what a start reads again.
	pub rolling_bytes: u64,
	/// Size at which a segment of the log is closed.
	pub segment_bytes: u64,
	/// Number of blocks whose changes wait to be committed. A height has few proposals.
	pub pending_blocks: usize,
	/// Bytes of changes that wait to be committed.
	pub pending_bytes: usize,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			history_ms: 10 * 60 * 1000,
			history_versions: 256,
			history_bytes: 1024 * MIB,
			pinned_bytes: 4096 * MIB,
			memory_bytes: 8 * MIB,
			retain_bytes: 640 * MIB,
			rolling_bytes: 256 * MIB,
			segment_bytes: 32 * MIB,
			pending_blocks: 16,
			pending_bytes: 256 << 20,
		}
	}
}
