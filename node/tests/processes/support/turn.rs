//! The turns of the tests at the machine. Tests wait for timers most of the time, so two of them can run beside each
//! other; a test that measures, or whose nodes log a warning when they get no processor time, runs alone.

use std::{
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
}

impl Turn {
	fn of(places: u32) -> Self {
		Self { places, since: Instant::now() }
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
		println!("{} of {PLACES} places for {took:.0?}: {}", self.places, test.name().unwrap_or("a test"));
		lock().free += self.places;
		FREED.notify_all();
	}
}
