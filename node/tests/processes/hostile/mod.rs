//! A hostile peer among real nodes: it offers blocks that are not final, announces them, and sends garbage over the
//! PBFT protocol at full speed.
//!
//! ```text
//! alice, bob, charlie     three of four members: each is needed for a quorum
//! victim                  a full node that knows only the hostile peer
//! hostile peer            in this process: the SDK's network, the protocols run by hand; it has the development
//!                         keys, so it can sign as any member; Dave runs only here
//! ```
//!
//! Each way of misbehaving has its own network identity, since the nodes ban it at the end.

mod announcing;
mod assault;
mod empty_extrinsics;
mod scene;
mod syncing;
mod talking;

use crate::{
	peer::watching::pace,
	support::{load::Load, turn, LogsOnFailure, UP_TIMEOUT},
};
use scene::{start_victim, Scene, SEED};
use std::time::{Duration, Instant};

/// Duration of the measurement of the pace before the attack.
const PACE_WINDOW: Duration = Duration::from_secs(15);

#[test]
fn a_hostile_peer_gets_nothing_in_and_stops_nothing() {
	let _turn = turn::alone();
	let started = Instant::now();
	// In the thread of the test: the nodes end with the thread that started them.
	let mut scene = Scene::start();
	let (mut victim, _victim_folder) = start_victim();
	let _logs = (LogsOnFailure::of(scene.network()), LogsOnFailure::of(&victim));
	crate::support::block_on(async {
		scene.come_up().await;
		victim.wait_for_height(0, UP_TIMEOUT).await.unwrap();
		let mut load = Load::start(scene.network(), SEED);
		let before = pace(scene.client(), PACE_WINDOW).await;
		println!("pace       before the attack: {before:.1} blocks in 10 s; memory of the members: {}", scene.memory());

		syncing::refuses_uncertified_blocks(&scene, &victim.nodes()[0]).await;
		announcing::refuses_uncertified_announcements(&scene).await;
		talking::lets_no_stranger_in(&scene).await;
		talking::cuts_off_members_that_misbehave(&scene).await;
		assault::keeps_its_pace(&scene, before).await;
		syncing::still_follows_honest_nodes(&scene, &victim.nodes()[0]).await;

		load.stop().await;
		println!("load       {}", load.summary());
		scene.ensure_running();
		victim.nodes_mut()[0].ensure_running().unwrap();
		println!("memory     of the members at the end: {}", scene.memory());
	});
	println!("all        in {:.0} s", started.elapsed().as_secs_f32());
}
