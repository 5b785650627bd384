//! The rules of the core, one by one.

use super::*;
use crate::core::{State, FIRST_PAUSE, LONGEST_PAUSE, STABLE_AFTER, STOP_LIMIT};

/// Takes an input at a time in seconds.
fn at(chains: &mut Chains<&'static str>, time: u64, input: Input<&'static str>) -> Vec<Output<&'static str>> {
	chains.step(seconds(time), input)
}

/// Returns chains of which the main chain and some shards run since the time 0.
fn running(shards: u32) -> Chains<&'static str> {
	let mut chains = Chains::default();
	let wanted = with_shards(0..shards);
	let starts: Vec<_> = wanted.iter().map(|chain| Output::Start(*chain)).collect();
	assert_eq!(at(&mut chains, 0, Input::Want(wanted.clone())), starts);
	for chain in wanted {
		assert_eq!(at(&mut chains, 0, Input::Started(chain)), []);
	}
	chains
}

#[test]
fn the_main_chain_runs_without_being_wanted() {
	let mut chains = Chains::<&str>::default();
	assert_eq!(chains.step(seconds(0), Input::Want(BTreeSet::new())), [Output::Start(MAIN)]);
	assert_eq!(chains.step(seconds(0), Input::Want(BTreeSet::new())), []);
}

#[test]
fn chains_start_and_stop_as_they_are_wanted() {
	let mut chains = running(2);
	let only_second = BTreeSet::from([MAIN, shard(1)]);
	assert_eq!(at(&mut chains, 1, Input::Want(only_second)), [Output::Stop(shard(0))]);
	// It is wanted again before it has stopped.
	assert_eq!(at(&mut chains, 2, Input::Want(with_shards(0..2))), []);
	assert_eq!(at(&mut chains, 3, Input::Stopped(shard(0))), [Output::Start(shard(0))]);
	// Its start goes on although it is wanted no more; its end is awaited.
	assert_eq!(at(&mut chains, 4, Input::Want(with_shards([]))), [Output::Stop(shard(0)), Output::Stop(shard(1))]);
	assert_eq!(at(&mut chains, 5, Input::Started(shard(0))), []);
	assert_eq!(at(&mut chains, 6, Input::Stopped(shard(0))), []);
	// It ended before it learned that it is to stop.
	assert_eq!(at(&mut chains, 6, Input::Ended(shard(1), "fault")), []);
	assert_eq!((chains.state(shard(0)), chains.state(shard(1))), (None, None));
	assert_eq!(chains.next_tick(), None);
}

#[test]
fn pauses_double_up_to_a_minute_and_begin_anew_after_a_minute_of_work() {
	let mut chains = running(1);
	let mut now = seconds(1);
	let mut pauses = Vec::new();
	for _ in 0..8 {
		let outputs = chains.step(now, Input::Ended(shard(0), "fault"));
		let [Output::Report { chain, reason: "fault", pause }] = outputs[..] else { panic!("{outputs:?}") };
		assert_eq!((chain, chains.next_tick()), (shard(0), Some(now + pause)));
		pauses.push(pause.as_secs());
		assert_eq!(chains.step(now + pause - Duration::from_millis(1), Input::Tick), []);
		now += pause;
		assert_eq!(chains.step(now, Input::Tick), [Output::Start(shard(0))]);
	}
	assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
	assert_eq!(chains.step(now, Input::Started(shard(0))), []);
	let soon = now + STABLE_AFTER - Duration::from_millis(1);
	let outputs = chains.step(soon, Input::Ended(shard(0), "fault"));
	assert_eq!(outputs, [Output::Report { chain: shard(0), reason: "fault", pause: LONGEST_PAUSE }]);
	now = soon + LONGEST_PAUSE;
	assert_eq!(chains.step(now, Input::Tick), [Output::Start(shard(0))]);
	assert_eq!(chains.step(now, Input::Started(shard(0))), []);
	let outputs = chains.step(now + STABLE_AFTER, Input::Ended(shard(0), "fault"));
	assert_eq!(outputs, [Output::Report { chain: shard(0), reason: "fault", pause: FIRST_PAUSE }]);
}

#[test]
fn a_chain_that_waits_and_is_wanted_no_more_is_forgotten() {
	let mut chains = running(1);
	at(&mut chains, 1, Input::Ended(shard(0), "fault"));
	assert!(matches!(chains.state(shard(0)), Some(State::Waiting { .. })));
	assert_eq!(at(&mut chains, 1, Input::Want(with_shards([]))), []);
	assert_eq!(at(&mut chains, 9, Input::Tick), []);
	assert_eq!(chains.state(shard(0)), None);
}

#[test]
fn the_end_of_the_main_chain_is_the_end_of_the_node() {
	let mut chains = running(2);
	let stops = [Output::Stop(shard(0)), Output::Stop(shard(1))];
	assert_eq!(at(&mut chains, 1, Input::Ended(MAIN, "disk")), stops);
	assert_eq!(at(&mut chains, 2, Input::Stopped(shard(0))), []);
	assert_eq!(at(&mut chains, 2, Input::Stopped(shard(1))), [Output::EndNode(Some("disk"))]);
	assert_eq!(at(&mut chains, 3, Input::Want(with_shards(0..2))), []);
	assert_eq!(chains.next_tick(), None);
}

#[test]
fn a_node_that_stops_stops_the_main_chain_last() {
	let mut chains = running(2);
	at(&mut chains, 1, Input::Ended(shard(1), "fault"));
	assert_eq!(at(&mut chains, 1, Input::Stop), [Output::Stop(shard(0))]);
	assert_eq!(at(&mut chains, 1, Input::Stop), []);
	assert_eq!(at(&mut chains, 2, Input::Stopped(shard(0))), [Output::Stop(MAIN)]);
	assert_eq!(at(&mut chains, 3, Input::Stopped(MAIN)), [Output::EndNode(None)]);
}

#[test]
fn chains_that_hang_do_not_keep_the_node() {
	let mut chains = running(1);
	at(&mut chains, 10, Input::Stop);
	assert_eq!(chains.next_tick(), Some(seconds(10) + STOP_LIMIT));
	assert_eq!(chains.step(seconds(10) + STOP_LIMIT, Input::Tick), [Output::Stop(MAIN)]);
	assert_eq!(chains.step(seconds(10) + 2 * STOP_LIMIT, Input::Tick), [Output::EndNode(None)]);
	assert_eq!(at(&mut chains, 99, Input::Stopped(MAIN)), []);
}
