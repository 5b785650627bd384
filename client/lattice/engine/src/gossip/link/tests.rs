use super::*;
use crate::tests::memory::{pay, HEAD};
use rand::{rngs::SmallRng, seq::SliceRandom, Rng, SeedableRng};
use std::collections::{BTreeSet, HashMap};
use tp_lattice::{Operation, UnitHash};

const NEVER: fn(&PooledUnit) -> bool = |_| false;

fn unit(amount: u128) -> Arc<PooledUnit> {
	Arc::new(PooledUnit::new(pay(1, 0, HEAD, 2, amount)))
}

fn push(link: &mut Link, units: usize, is_urgent: bool, now: Instant) {
	let one = unit(1);
	(0..units).for_each(|_| link.push(Queued::new(one.clone(), is_urgent, now)));
}

/// Returns the sizes of all batches that can be sent now.
fn batches(link: &mut Link, now: Instant) -> Vec<usize> {
	std::iter::from_fn(|| link.next_batch(now, NEVER)).map(|batch| batch.units.len()).collect()
}

#[test]
fn urgent_units_go_first_in_small_messages_and_each_kind_has_its_window() {
	let now = Instant::now();
	let mut link = Link::new();
	push(&mut link, 1_500, false, now);
	push(&mut link, 40, true, now);
	assert_eq!(batches(&mut link, now), [16, 16, 8, 1_024]);
	push(&mut link, 300, true, now);
	assert_eq!(batches(&mut link, now).iter().sum::<usize>(), FIRST_WINDOWS[0] - 40, "others do not take their room");
	assert_eq!(link.acknowledged(now, 3, &[Answer::Taken; 1_024], [256, 100]), Ok(()));
	assert_eq!(batches(&mut link, now), [100], "the peer says how many it takes");
}

#[test]
fn few_units_wait_for_an_answer_or_for_more() {
	let now = Instant::now();
	let mut link = Link::new();
	for is_urgent in [true, false] {
		push(&mut link, 3, is_urgent, now);
		assert_eq!(batches(&mut link, now), [3], "at once if the peer owes no answer");
	}
	push(&mut link, WORTHWHILE - 1, false, now);
	push(&mut link, 1, true, now);
	assert_eq!(batches(&mut link, now), [1], "urgent ones do not wait");
	push(&mut link, 1, false, now);
	assert_eq!(batches(&mut link, now), [WORTHWHILE]);
	push(&mut link, 5, false, now);
	assert_eq!(batches(&mut link, now), [0; 0]);
	for (sequence, units) in [(1, 3), (3, WORTHWHILE)] {
		link.acknowledged(now, sequence, &vec![Answer::Taken; units], [256, 1_024]).unwrap();
	}
	assert_eq!(batches(&mut link, now), [5]);
}

#[test]
fn answers_to_no_batch_are_false() {
	let now = Instant::now();
	let mut link = Link::new();
	push(&mut link, 3, false, now);
	assert_eq!(link.unanswered_since(), None);
	assert_eq!(link.next_batch(now, NEVER).unwrap().sequence, 0);
	assert_eq!(link.unanswered_since(), Some(now));
	for (sequence, answers) in [(1, 3), (0, 2), (0, 3)] {
		let answered = link.acknowledged(now, sequence, &vec![Answer::Taken; answers], [9, 9]);
		assert_eq!(answered, Err(FalseAnswer), "{answers} answers for batch {sequence}");
	}
	let mut link = Link::new();
	push(&mut link, 3, false, now);
	link.next_batch(now, NEVER).unwrap();
	assert_eq!(link.acknowledged(now, 0, &[Answer::Over; 3], [9, 9]), Ok(()));
	assert_eq!(link.acknowledged(now, 0, &[Answer::Over; 3], [9, 9]), Err(FalseAnswer), "twice");
}

#[test]
fn a_unit_without_room_is_sent_again_after_a_pause_that_doubles() {
	let mut now = Instant::now();
	let mut link = Link::new();
	push(&mut link, 1, true, now);
	for (sequence, seconds) in (0..).zip([1, 2, 4, 8, 16, 16]) {
		assert_eq!(batches(&mut link, now), [1]);
		link.acknowledged(now, sequence, &[Answer::Later], [9, 9]).unwrap();
		link.retry(now + Duration::from_secs(seconds) - Duration::from_millis(1), NEVER);
		assert_eq!(batches(&mut link, now), [0; 0], "before {seconds} s");
		now += Duration::from_secs(seconds);
		link.retry(now, NEVER);
	}
	// A unit that has ended meanwhile is forgotten.
	batches(&mut link, now);
	link.acknowledged(now, 6, &[Answer::Later], [9, 9]).unwrap();
	link.retry(now + PAUSE * 16, |_| true);
	assert_eq!(batches(&mut link, now + PAUSE * 16), [0; 0]);
}

#[test]
fn what_is_left_out_is_told_once_there_is_room() {
	let now = Instant::now();
	let mut link = Link::new();
	push(&mut link, MAX_WAITING, false, now);
	assert!(!link.take_gap());
	push(&mut link, 1, false, now);
	assert!(!link.take_gap(), "there is no room yet");
	// Ended units are not sent after a long wait.
	assert!(link.next_batch(now + PAUSE, |_| true).is_none());
	assert!(link.take_gap() && !link.take_gap());
	push(&mut link, 5, false, now);
	link.forget_waiting();
	assert_eq!(batches(&mut link, now), [0; 0]);
}

fn is_urgent(unit: &PooledUnit) -> bool {
	matches!(unit.unit.body.operations[0], Operation::Transfer { amount, .. } if amount % 2 == 0)
}

/// A peer with a queue of some units, which answers in any order, some time later, and often has no room.
#[test]
fn every_unit_reaches_a_peer_with_little_room() {
	for seed in 0..50 {
		let mut random = SmallRng::seed_from_u64(seed);
		let mut now = Instant::now();
		let mut link = Link::new();
		let units: Vec<_> = (0..600).map(unit).collect();
		let (mut left, mut ended) = (units.clone(), BTreeSet::new());
		let (mut open, mut windows, mut taken) = (Vec::new(), FIRST_WINDOWS, HashMap::<UnitHash, u32>::new());
		// By kind; an even amount is urgent.
		let mut in_flight = [0; 2];
		let kind = |unit: &PooledUnit| usize::from(!is_urgent(unit));
		for step in 0.. {
			assert!(step < 10_000, "seed {seed}: {} of 600 have come", taken.len());
			if taken.len() + ended.len() >= 600 && left.is_empty() {
				break;
			}
			for _ in 0..random.gen_range(0..20).min(left.len()) {
				let unit = left.pop().unwrap();
				link.push(Queued::new(unit.clone(), is_urgent(&unit), now));
			}
			if random.gen_bool(0.05) {
				let unit = units.choose(&mut random).unwrap().hash;
				if !taken.contains_key(&unit) {
					ended.insert(unit);
				}
			}
			let is_over = |unit: &PooledUnit| ended.contains(&unit.hash);
			let before = in_flight;
			while let Some(batch) = link.next_batch(now, is_over) {
				in_flight[kind(&batch.units[0])] += batch.units.len();
				open.push(batch);
			}
			for kind in 0..2 {
				assert!(
					in_flight[kind] <= before[kind].max(windows[kind]),
					"seed {seed}: {in_flight:?} of {windows:?}"
				);
			}
			while !open.is_empty() && random.gen_bool(0.6) {
				let batch = open.swap_remove(random.gen_range(0..open.len()));
				let answer = |unit: &Arc<PooledUnit>| match random.gen_range(0..10) {
					0..=2 => Answer::Later,
					_ if ended.contains(&unit.hash) => Answer::Over,
					_ => {
						*taken.entry(unit.hash).or_default() += 1;
						Answer::Taken
					},
				};
				let answers: Vec<_> = batch.units.iter().map(answer).collect();
				windows = [random.gen_range(1..30), random.gen_range(1..60)];
				in_flight[kind(&batch.units[0])] -= batch.units.len();
				link.acknowledged(now, batch.sequence, &answers, windows.map(|units| u32::try_from(units).unwrap()))
					.unwrap();
			}
			now += Duration::from_millis(random.gen_range(0..500));
			link.retry(now, is_over);
		}
		assert!(taken.values().all(|times| *times == 1), "seed {seed}: none is taken twice");
	}
}
