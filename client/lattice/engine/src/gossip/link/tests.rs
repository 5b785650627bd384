use super::*;
use crate::tests::memory::{pay, HEAD};
use rand::{rngs::SmallRng, seq::SliceRandom, Rng, SeedableRng};
use std::collections::BTreeSet;
use tp_lattice::Operation;

/// The units of a pool, and the hashes of ended ones.
#[derive(Default)]
struct Units {
	by_hash: HashMap<UnitHash, Arc<PooledUnit>>,
	ended: BTreeSet<UnitHash>,
}

impl Units {
	fn add(&mut self, amount: u128) -> UnitHash {
		let unit = Arc::new(PooledUnit::new(pay(1, 0, HEAD, 2, amount)));
		self.by_hash.insert(unit.hash, unit.clone());
		unit.hash
	}

	fn find(&self, hashes: &[UnitHash]) -> Vec<Option<Arc<PooledUnit>>> {
		hashes.iter().map(|hash| self.by_hash.get(hash).filter(|_| !self.ended.contains(hash)).cloned()).collect()
	}
}

/// A link, with a unit to be pushed any number of times.
struct Scene {
	link: Link,
	units: Units,
	unit: UnitHash,
	now: Instant,
}

fn scene() -> Scene {
	let mut units = Units::default();
	let unit = units.add(1);
	Scene { link: Link::new(0), units, unit, now: Instant::now() }
}

impl Scene {
	fn push(&mut self, units: usize, is_urgent: bool) {
		(0..units).for_each(|_| self.link.push(self.unit, is_urgent));
	}

	fn next(&mut self) -> Option<Batch> {
		self.link.next_batch(self.now, |hashes| self.units.find(hashes))
	}

	/// Returns the sizes of all batches that can be sent now.
	fn batches(&mut self) -> Vec<usize> {
		std::iter::from_fn(|| self.next()).map(|batch| batch.units.len()).collect()
	}

	fn answer(&mut self, sequence: u64, answer: Answer, units: usize, windows: [u32; 2]) -> Result<bool, FalseAnswer> {
		self.link.acknowledged(self.now, sequence, &vec![answer; units], windows)
	}
}

#[test]
fn urgent_units_go_first_in_small_messages_and_each_kind_has_its_window() {
	let mut scene = scene();
	scene.push(1_500, false);
	scene.push(40, true);
	assert_eq!(scene.batches(), [16, 16, 8, 1_024]);
	scene.push(300, true);
	assert_eq!(scene.batches().iter().sum::<usize>(), FIRST_WINDOWS[URGENT] - 40, "other units do not take their room");
	assert_eq!(scene.answer(3, Answer::Taken, 1_024, [256, 100]), Ok(true));
	assert_eq!(
		scene.batches(),
		[16, 16, 16, 16, 16, 4],
		"urgent ones take the room of others, as much as the peer says"
	);
	assert_eq!(scene.answer(0, Answer::Taken, 16, [256, 400]), Ok(true));
	assert_eq!(scene.batches(), [400 - 84]);
}

#[test]
fn few_units_wait_for_an_answer_or_for_more() {
	let mut scene = scene();
	for is_urgent in [true, false] {
		scene.push(3, is_urgent);
		assert_eq!(scene.batches(), [3], "at once if the peer owes no answer");
	}
	scene.push(WORTHWHILE - 1, false);
	scene.push(1, true);
	assert_eq!(scene.batches(), [1], "urgent ones do not wait");
	scene.push(1, false);
	assert_eq!(scene.batches(), [WORTHWHILE]);
	scene.push(5, false);
	assert_eq!(scene.batches(), [0; 0]);
	for (sequence, units) in [(1, 3), (3, WORTHWHILE)] {
		assert_eq!(scene.answer(sequence, Answer::Taken, units, [256, 1_024]), Ok(true));
	}
	assert_eq!(scene.batches(), [5]);
}

#[test]
fn answers_of_another_number_are_false_and_answers_to_no_batch_have_no_effect() {
	let mut scene = scene();
	scene.link = Link::new(u64::MAX);
	scene.push(3, false);
	assert_eq!(scene.next().unwrap().sequence, u64::MAX);
	assert_eq!(scene.answer(0, Answer::Taken, 3, [9; 2]), Ok(false), "of an earlier connection");
	for units in [0, 2, 4] {
		assert_eq!(scene.answer(u64::MAX, Answer::Taken, units, [9; 2]), Err(FalseAnswer), "{units} answers");
	}
	assert_eq!(scene.answer(u64::MAX, Answer::Over, 3, [9; 2]), Ok(true));
	assert_eq!(scene.answer(u64::MAX, Answer::Over, 3, [9; 2]), Ok(false), "twice");
	scene.push(1, false);
	assert_eq!(scene.next().unwrap().sequence, 0);
}

#[test]
fn windows_have_bounds() {
	let mut scene = scene();
	scene.push(1, false);
	scene.batches();
	scene.answer(0, Answer::Taken, 1, [0, 0]).unwrap();
	scene.push(40_000, false);
	assert_eq!(scene.batches(), [1], "a peer that takes none could as well not answer");
	scene.answer(1, Answer::Taken, 1, [u32::MAX; 2]).unwrap();
	assert_eq!(scene.batches().iter().sum::<usize>(), MAX_WINDOW);
}

#[test]
fn a_unit_without_room_is_sent_again_after_a_pause_that_doubles() {
	let mut scene = scene();
	scene.push(1, true);
	for (sequence, seconds) in (0..).zip([1, 2, 4, 8, 16, 16]) {
		assert_eq!(scene.batches(), [1]);
		scene.answer(sequence, Answer::Later, 1, [9; 2]).unwrap();
		scene.link.retry(scene.now + Duration::from_secs(seconds) - Duration::from_millis(1));
		assert_eq!(scene.batches(), [0; 0], "before {seconds} s");
		scene.now += Duration::from_secs(seconds);
		scene.link.retry(scene.now);
	}
	// A unit that has ended meanwhile is forgotten.
	scene.batches();
	scene.answer(6, Answer::Later, 1, [9; 2]).unwrap();
	scene.units.ended.insert(scene.unit);
	scene.link.retry(scene.now + PAUSE * 16);
	assert_eq!((scene.batches(), scene.link.kept()), (vec![], 0));
}

#[test]
fn a_peer_that_does_not_answer_counts_as_full() {
	let mut scene = scene();
	scene.push(1_024, false);
	assert_eq!(scene.batches(), [1_024]);
	assert!(!scene.link.expire(scene.now + ANSWER_TIMEOUT));
	scene.now += ANSWER_TIMEOUT + PAUSE;
	assert!(scene.link.expire(scene.now) && !scene.link.expire(scene.now));
	assert_eq!(scene.answer(0, Answer::Taken, 1_024, [9; 2]), Ok(false), "its answer comes too late");
	scene.now += PAUSE;
	(0..1_024 / MAX_RETRIED).for_each(|_| scene.link.retry(scene.now));
	assert_eq!(scene.batches(), [1_024], "the window is free again");
}

#[test]
fn what_is_left_out_is_told_once_there_is_room() {
	let mut scene = scene();
	scene.push(MAX_WAITING, false);
	assert!(!scene.link.take_gap());
	scene.push(1, false);
	assert!(!scene.link.take_gap(), "there is no room yet");
	scene.units.ended.insert(scene.unit);
	assert_eq!(scene.batches(), [0; 0], "ended units are not sent");
	assert!(scene.link.take_gap() && !scene.link.take_gap());
	scene.units.ended.clear();
	scene.push(5, false);
	scene.link.note_gap();
	scene.link.forget_waiting();
	assert_eq!((scene.batches(), scene.link.take_gap()), (vec![], false));
}

fn is_urgent(unit: &PooledUnit) -> bool {
	matches!(unit.unit.body.operations[0], Operation::Transfer { amount, .. } if amount % 2 == 0)
}

/// A peer with little room, which answers in any order, some time later or not at all, and often has no room.
#[test]
fn every_unit_reaches_a_peer_with_little_room() {
	for seed in 0..50 {
		let mut random = SmallRng::seed_from_u64(seed);
		let mut now = Instant::now();
		let mut link = Link::new(random.gen());
		let mut units = Units::default();
		let mut left: Vec<_> = (0..600).map(|amount| units.add(amount)).collect();
		let all = left.clone();
		let (mut open, mut windows, mut taken) = (Vec::new(), FIRST_WINDOWS, BTreeSet::new());
		for step in 0.. {
			assert!(step < 10_000, "seed {seed}: {} of 600 have come", taken.len());
			if left.is_empty() && taken.union(&units.ended).count() == 600 {
				break;
			}
			for _ in 0..random.gen_range(0..20).min(left.len()) {
				let hash = left.pop().unwrap();
				link.push(hash, is_urgent(&units.by_hash[&hash]));
			}
			if random.gen_bool(0.05) {
				units.ended.insert(*all.choose(&mut random).unwrap());
			}
			let before = [link.lanes[URGENT].open, link.lanes[BULK].open];
			open.extend(std::iter::from_fn(|| link.next_batch(now, |hashes| units.find(hashes))));
			for lane in [URGENT, BULK] {
				let in_flight = link.lanes[lane].open;
				assert!(in_flight <= before[lane].max(windows[lane]), "seed {seed}: {in_flight} of {windows:?}");
			}
			while !open.is_empty() && random.gen_bool(0.6) {
				let batch = open.swap_remove(random.gen_range(0..open.len()));
				let answer = |unit: &Arc<PooledUnit>| match random.gen_range(0..10) {
					0..=2 => Answer::Later,
					_ if units.ended.contains(&unit.hash) => Answer::Over,
					_ => {
						taken.insert(unit.hash);
						Answer::Taken
					},
				};
				let answers: Vec<_> = batch.units.iter().map(answer).collect();
				let told = [random.gen_range(1..30), random.gen_range(1..60)];
				// Some answers are lost.
				if random.gen_bool(0.9) && link.acknowledged(now, batch.sequence, &answers, told).unwrap() {
					windows = told.map(|units| usize::try_from(units).unwrap());
				}
			}
			now += Duration::from_millis(random.gen_range(0..500));
			link.expire(now);
			link.retry(now);
		}
		let open: usize = link.open.values().map(|open| open.units.len()).sum();
		assert_eq!(open, link.lanes.iter().map(|lane| lane.open).sum::<usize>(), "seed {seed}");
	}
}
