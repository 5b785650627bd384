//! The turns of the tests at the machine. Tests wait for timers most of the time, so two of them can run beside each
//! other; a test that measures, or whose nodes log a warning when they get no processor time, runs alone.

use std::{
	fs,
	sync::{Condvar, Mutex, MutexGuard, PoisonError},
	thread,
	time::Instant,
};

/// How many tests run beside each other at most.
const PLACES: u32 = 2;

/// The free places, and the number of tests that wait for all of them.
struct Machine {
	free: u32,
	waiting_for_all: u32,
}

static MACHINE: Mutex<Machine> = Mutex::new(Machine { free: PLACES, waiting_for_all: 0 });
static FREED: Condvar = Condvar::new();

/// The right to use the machine, until it is dropped. Take it first, so that it is dropped after the nodes.
#[must_use = "the turn ends when it is dropped"]
pub struct Turn {
	places: u32,
	since: Instant,
	/// Times of the processors when the turn began.
	processors: Processors,
}

impl Turn {
	fn of(places: u32) -> Self {
		Self { places, since: Instant::now(), processors: Processors::now() }
	}
}

/// What all processors of the machine have done since it started, in ticks of the kernel's clock.
struct Processors {
	idle: u64,
	all: u64,
}

impl Processors {
	/// Reads the first line of `/proc/stat`: the name, then user, nice, system, idle, iowait, irq, softirq, steal, and two that
	/// are part of the first ones.
	fn now() -> Self {
		let stat = fs::read_to_string("/proc/stat").expect("Linux tells what its processors do; qed");
		let line = stat.lines().next().unwrap_or_default();
		let ticks: Vec<u64> = line.split_whitespace().skip(1).take(8).flat_map(str::parse).collect();
		Self { idle: ticks.iter().skip(3).take(2).sum(), all: ticks.iter().sum() }
	}

	/// Returns the percentage of the time from `before` on in which the processors were busy.
	fn busy_since(&self, before: &Self) -> u64 {
		let (idle, all) = (self.idle.saturating_sub(before.idle), self.all.saturating_sub(before.all));
		all.saturating_sub(idle).saturating_mul(100) / all.max(1)
	}
}

/// Waits until no other test runs.
pub fn alone() -> Turn {
	let mut machine = lock();
	machine.waiting_for_all += 1;
	machine = FREED.wait_while(machine, |machine| machine.free < PLACES).unwrap_or_else(PoisonError::into_inner);
	machine.waiting_for_all -= 1;
	machine.free = 0;
	Turn::of(PLACES)
}

/// Waits until at most one other test runs, which runs beside others as well. Tests that run alone go first: they would
/// never find the machine free otherwise.
pub fn beside_another() -> Turn {
	let mut machine = FREED
		.wait_while(lock(), |machine| machine.free == 0 || machine.waiting_for_all > 0)
		.unwrap_or_else(PoisonError::into_inner);
	machine.free -= 1;
	Turn::of(1)
}

/// A poisoned lock means that another test failed; it has ended.
fn lock() -> MutexGuard<'static, Machine> {
	MACHINE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Turn {
	fn drop(&mut self) {
		let (test, took) = (thread::current(), self.since.elapsed());
		let busy = Processors::now().busy_since(&self.processors);
		let name = test.name().unwrap_or("a test");
		println!("{} of {PLACES} places for {took:.0?}, processors {busy} % busy: {name}", self.places);
		lock().free += self.places;
		FREED.notify_all();
	}
}
