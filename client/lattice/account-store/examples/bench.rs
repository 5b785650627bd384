//! Measures the account store, and prints JSON: `bench [ACCOUNTS [KEYS_PER_BLOCK [BLOCKS [VALUE_BYTES]]]]`.
//!
//! Memory is what the kernel counts as resident (`VmRSS`), before the accounts and after, so the allocator's part is included.
//! The allocator is the node's.
//! Times are processor times of one thread by the kernel's accounting, so that a busy machine counts less; the sum is given
//! as wall-clock time too. They are medians of the blocks: other processes take the caches away at times. `maintain` runs
//! behind the commits in a node; here it runs between blocks, and is given apart. Files are in a temporary folder on the disk
//! of `TMPDIR`.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::{
	error::Error,
	fs,
	ops::Add,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_account_store::{Block, DiskFolder, Limits, Store, StoreBuilder};
use tp_account_store::{bits_after, AccountKey, KEY_BYTES};

/// The allocator of the node: how much memory an account takes depends on it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CHAIN: [u8; 32] = [1; 32];
/// Bytes of an encoded account: its nonce and references, its balances, its place in the lattice and its quota.
const VALUE_BYTES: usize = 236;
/// Blocks between two runs of `maintain`, as many as a second has.
const BLOCKS_PER_SECOND: usize = 5;

/// Returns a field of the process's status in KiB, as bytes.
fn status(field: &str) -> Result<u64, Box<dyn Error>> {
	let status = fs::read_to_string("/proc/self/status")?;
	let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("the field is missing")?;
	Ok(line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// A span of processor time and wall-clock time of this thread.
#[derive(Clone, Copy, Default)]
struct Span {
	processor: Duration,
	wall: Duration,
}

/// Measures a span.
struct Clock {
	processor: u64,
	started: Instant,
}

/// Returns the nanoseconds that this thread has run.
fn processor_time() -> u64 {
	let run = fs::read_to_string("/proc/thread-self/schedstat").ok();
	run.and_then(|run| run.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

impl Clock {
	fn start() -> Self {
		Self { processor: processor_time(), started: Instant::now() }
	}

	fn stop(self) -> Span {
		let processor = Duration::from_nanos(processor_time().saturating_sub(self.processor));
		Span { processor, wall: self.started.elapsed() }
	}
}

impl Add for Span {
	type Output = Self;

	fn add(self, other: Self) -> Self {
		Self { processor: self.processor + other.processor, wall: self.wall + other.wall }
	}
}

/// What a block took.
#[derive(Clone, Copy, Default)]
struct OfBlock {
	read: Span,
	root: Span,
	commit: Span,
}

impl OfBlock {
	fn all(&self) -> Span {
		self.read + self.root + self.commit
	}
}

/// Returns the median of what the blocks took, in microseconds for each key.
fn median(blocks: &[OfBlock], keys: usize, part: impl Fn(&OfBlock) -> Duration) -> f64 {
	let mut parts: Vec<_> = blocks.iter().map(part).collect();
	parts.sort_unstable();
	parts.get(parts.len() / 2).map_or(0.0, |part| per(*part, keys))
}

/// Returns the key of an account. Keys are as evenly distributed as hashes are.
fn key(table: u8, index: usize) -> AccountKey {
	let mut key = [0; KEY_BYTES];
	ChaCha8Rng::seed_from_u64((index as u64) << 8 | u64::from(table)).fill_bytes(&mut key);
	key[0] = table;
	AccountKey(key)
}

fn per(duration: Duration, count: usize) -> f64 {
	(duration.as_secs_f64() * 1e9 / count as f64).round() / 1e3
}

fn main() -> Result<(), Box<dyn Error>> {
	let arguments = std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<Vec<usize>, _>>()?;
	let argument = |index: usize, default| arguments.get(index).copied().unwrap_or(default);
	let (accounts, keys, blocks) = (argument(0, 1_000_000), argument(1, 20_000), argument(2, 20));
	let value_bytes = argument(3, VALUE_BYTES);
	let folder = tempfile::tempdir()?;
	let mut random = ChaCha8Rng::seed_from_u64(1);

	let before = status("VmRSS")?;
	let started = Instant::now();
	let mut builder = StoreBuilder::default();
	let of_table = |table: u8| accounts / 256 + usize::from(usize::from(table) < accounts % 256);
	for table in 0..=u8::MAX {
		let mut all: Vec<_> = (0..of_table(table)).map(|index| key(table, index)).collect();
		all.sort_unstable();
		let values: Vec<u8> = (0..all.len() * value_bytes).map(|_| random.gen()).collect();
		let bits = bits_after(0, all.len() as u64);
		builder.set_table(table, bits, all.into_iter().zip(values.chunks(value_bytes)))?;
	}
	let store = builder.create(Arc::new(DiskFolder::open(folder.path())?), CHAIN, Limits::default(), 0, [0; 32], 0)?;
	let (built, after) = (started.elapsed(), status("VmRSS")?);

	let (mut spans, mut maintain) = (Vec::new(), Span::default());
	let (mut longest_commit, mut most) = (Duration::ZERO, 0);
	for block in 0..blocks {
		let mut touched: Vec<_> = (0..keys)
			.map(|_| {
				let table = random.gen();
				key(table, random.gen_range(0..of_table(table).max(1)))
			})
			.collect();
		let mut of_block = OfBlock::default();
		let clock = Clock::start();
		let view = store.view();
		let mut values = touched.iter().map(|key| view.get(key)).collect::<Result<Vec<_>, _>>()?;
		of_block.read = clock.stop();
		for value in values.iter_mut().flatten() {
			random.fill_bytes(&mut value[..8]);
		}
		let clock = Clock::start();
		let delta = touched.drain(..).zip(&values).map(|(key, value)| (key, value.as_deref())).collect();
		let new_root = store.root_with(&view, delta)?;
		of_block.root = clock.stop();
		drop(view);
		let clock = Clock::start();
		let time_ms = block as u64 * 200;
		store.commit(&Block { hash: [2; 32], root: new_root, time_ms, certificate: &[0; 300], other: &[0; 4096] })?;
		of_block.commit = clock.stop();
		longest_commit = longest_commit.max(of_block.commit.wall);
		spans.push(of_block);
		most = most.max(status("VmRSS")?);
		if block % BLOCKS_PER_SECOND == BLOCKS_PER_SECOND - 1 {
			let clock = Clock::start();
			store.maintain()?;
			maintain = maintain + clock.stop();
		}
	}
	let (size, steady) = (store.size(), status("VmRSS")?);
	let all = keys * blocks;

	let view = store.view();
	let clock = Clock::start();
	let iterated = view.accounts().take(100_000).collect::<Result<Vec<_>, _>>()?.len();
	let iterate = clock.stop();
	let clock = Clock::start();
	for _ in 0..1000 {
		let table = random.gen();
		view.prove(&key(table, random.gen_range(0..of_table(table).max(1))))?;
	}
	let prove = clock.stop();
	let head = store.head();
	drop(view);
	drop(store);

	let at = Instant::now();
	let (store, recovery) = Store::open(Arc::new(DiskFolder::open(folder.path())?), CHAIN, Limits::default())?;
	let open = at.elapsed();
	assert_eq!(store.head(), head, "a restart comes back at the same version");

	let report = json!({
		"accounts": size.accounts,
		"value_bytes": value_bytes,
		"keys_per_block": keys,
		"blocks": blocks,
		"create_s": built.as_secs_f64(),
		"memory_bytes_per_account": (after - before) as f64 / accounts as f64,
		"memory_bytes_per_account_at_the_end": steady.saturating_sub(before) as f64 / accounts as f64,
		"most_memory_bytes_per_account": most.saturating_sub(before) as f64 / accounts as f64,
		"table_bytes_per_account": size.table_bytes as f64 / accounts as f64,
		"history_in_memory_bytes": size.history_memory_bytes,
		"peak_bytes_per_account": status("VmHWM")? as f64 / accounts as f64,
		"microseconds_per_key": {
			"read": median(&spans, keys, |block| block.read.processor),
			"root": median(&spans, keys, |block| block.root.processor),
			"commit": median(&spans, keys, |block| block.commit.processor),
			"read_root_commit": median(&spans, keys, |block| block.all().processor),
			"read_root_commit_least": per(spans.iter().map(|block| block.all().processor).min().unwrap_or_default(), keys),
			"read_root_commit_wall_clock": median(&spans, keys, |block| block.all().wall),
			"maintain": per(maintain.processor, all),
			"iterate": per(iterate.processor, iterated),
			"prove": per(prove.processor, 1000),
		},
		"longest_commit_ms": longest_commit.as_secs_f64() * 1e3,
		"log_bytes_per_key": size.log_bytes as f64 / all as f64,
		"open_s": open.as_secs_f64(),
		"replayed_blocks": recovery.replayed,
	});
	println!("{}", serde_json::to_string_pretty(&report)?);
	Ok(())
}
