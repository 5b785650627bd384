//! Watches under load: they leave nothing behind, stay within their bounds, and never miss an end in silence.

// The numbers of the tests are small.
#![allow(clippy::cast_possible_truncation)]

use super::*;
use std::time::{Duration, Instant};

impl Watchers {
	/// Returns the number of registrations, and checks that all counts say the same.
	fn registrations(&self) -> usize {
		let registry = self.0.lock();
		assert_eq!(registry.by_unit.values().map(BTreeMap::len).sum::<usize>(), registry.units);
		assert_eq!(registry.by_watcher.values().sum::<usize>(), registry.units);
		registry.units
	}
}

fn hashes(count: u64) -> Vec<UnitHash> {
	(0..count).map(UnitHash::from_low_u64_be).collect()
}

#[tokio::test]
async fn a_watch_receives_the_statuses_of_its_units_until_their_end() {
	let watchers = Arc::new(Watchers::default());
	let [one, two] = [1, 2].map(UnitHash::repeat_byte);
	let mut both = watchers.watch(1, vec![one, two]).unwrap();
	let mut second = watchers.watch(2, vec![two]).unwrap();
	watchers.notify([(&one, &Status::Ready), (&two, &Status::Usurped)]);
	assert_eq!(both.next().await, Ok(Some((one, Status::Ready))));
	assert_eq!(both.next().await, Ok(Some((two, Status::Usurped))));
	assert_eq!(second.next().await, Ok(Some((two, Status::Usurped))));
	assert_eq!(second.next().await, Ok(None), "all its units have an end");
	assert_eq!(watchers.registrations(), 1);
	drop(both);
	assert_eq!(watchers.registrations(), 0, "a dropped watch leaves nothing");
	assert!(watchers.0.lock().by_unit.is_empty());
}

#[tokio::test]
async fn a_unit_is_registered_once_for_each_watch() {
	let watchers = Arc::new(Watchers::default());
	let unit = UnitHash::repeat_byte(1);
	let mut watch = watchers.watch(1, vec![unit; 1_000]).unwrap();
	assert_eq!((watchers.registrations(), watch.units()), (1, &[unit][..]));
	watchers.notify([(&unit, &Status::Ready)]);
	watchers.notify([(&unit, &Status::Usurped)]);
	assert_eq!(watch.next().await, Ok(Some((unit, Status::Ready))));
	assert_eq!(watch.next().await, Ok(Some((unit, Status::Usurped))));
	assert_eq!(watch.next().await, Ok(None));
}

#[test]
fn watches_of_one_connection_and_of_the_node_are_bounded() {
	let watchers = Arc::new(Watchers::default());
	let units = hashes(1_000);
	let watch = |watcher| watchers.watch(watcher, units.clone());
	let of_one: Vec<_> = (0..32).map(|_| watch(1).unwrap()).collect();
	assert_eq!(watch(1).err(), Some(WatchError::ConnectionFull));
	let mut others = Vec::new();
	let full = (2..).find_map(|watcher| match watch(watcher) {
		Ok(watch) => {
			others.push(watch);
			None
		},
		Err(error) => Some(error),
	});
	assert_eq!(full, Some(WatchError::NodeFull));
	assert_eq!(watchers.registrations(), MAX_WATCHED / 1_000 * 1_000);
	drop(others);
	assert_eq!(watchers.registrations(), 32_000);
	drop(of_one);
	assert_eq!((watchers.registrations(), watchers.0.lock().by_watcher.len()), (0, 0));
	watch(1).unwrap();
}

#[test]
fn removing_watches_of_the_same_units_takes_time_in_proportion() {
	let watchers = Arc::new(Watchers::default());
	let units = hashes(100);
	let removed = |count: usize| {
		let watches: Vec<_> = (0..count).map(|watcher| watchers.watch(watcher, units.clone()).unwrap()).collect();
		let begin = Instant::now();
		drop(watches);
		begin.elapsed()
	};
	removed(100);
	let (few, many) = (removed(200), removed(2_000));
	println!("200 watches of the same units: {few:?}, 2000: {many:?}");
	assert!(many < few * 40 + Duration::from_millis(20), "{many:?} for ten times the watches that took {few:?}");
	assert_eq!(watchers.registrations(), 0);
}

#[tokio::test]
async fn a_watch_that_is_read_too_slowly_is_told_and_goes_on() {
	let watchers = Arc::new(Watchers::default());
	let [one, two] = [1, 2].map(UnitHash::repeat_byte);
	let mut watch = watchers.watch(1, vec![one, two]).unwrap();
	for _ in 0..100 {
		watchers.notify([(&one, &Status::Ready), (&two, &Status::Future)]);
	}
	watchers.notify([(&one, &Status::Usurped)]);
	assert!(watch.inbox.statuses.lock().waiting.len() <= 2 * BACKLOG);
	assert_eq!(watch.next().await, Err(Lagged));
	watchers.notify([(&two, &Status::Ready)]);
	assert_eq!(watch.next().await, Ok(Some((two, Status::Ready))), "it is registered still");
	watchers.notify([(&two, &Status::Usurped)]);
	assert_eq!(watch.next().await, Ok(Some((two, Status::Usurped))));
	assert_eq!(watch.next().await, Ok(None), "both have ended");
}

#[tokio::test]
async fn a_unit_that_is_sent_again_is_watched_again() {
	let watchers = Arc::new(Watchers::default());
	let unit = UnitHash::repeat_byte(1);
	let mut watch = watchers.watch(1, vec![unit]).unwrap();
	watchers.notify([(&unit, &Status::Usurped)]);
	watch.renew(unit).unwrap();
	watch.renew(unit).unwrap();
	assert_eq!(watchers.registrations(), 1);
	watchers.notify([(&unit, &Status::Ready)]);
	assert_eq!(watch.next().await, Ok(Some((unit, Status::Usurped))));
	assert_eq!(watch.next().await, Ok(Some((unit, Status::Ready))));
}

#[tokio::test]
async fn the_statuses_of_a_block_are_seen_together() {
	let watchers = Arc::new(Watchers::default());
	let [one, two, three] = [1, 2, 3].map(UnitHash::repeat_byte);
	let mut watch = watchers.watch(1, vec![one, two, three]).unwrap();
	let inbox = watch.inbox.clone();
	assert!(inbox.push(one, Status::Ready, false), "the first one since");
	assert!(!inbox.push(two, Status::Usurped, true));
	assert_eq!(watch.try_next(), None, "there may be more of the block");
	inbox.publish();
	assert_eq!(watch.next().await, Ok(Some((one, Status::Ready))));
	assert!(inbox.push(three, Status::Usurped, true));
	assert_eq!(watch.try_next(), Some((two, Status::Usurped)));
	assert_eq!(watch.try_next(), None, "that is the next block's");
	inbox.publish();
	assert_eq!(watch.try_next(), Some((three, Status::Usurped)));
	assert_eq!(inbox.statuses.lock().open, 1);
}
