//! Attacks over every interface, while an ordinary user pays from time to time, and measures the latency.
//!
//! ```text
//! user       one unit every 300 ms, from its submission until it is final
//! one        one account floods: its chain at full speed, and heights far ahead
//! poor       many accounts with almost no balance, each with some units
//! gaps       many accounts whose units wait for a missing one
//! garbage    bytes that are no unit, invalid units and repeated units, over RPC
//! gossip     the same over the network, until the nodes ban each peer
//! ```

mod answers;
mod flood;
mod garbage;
mod gossip;
pub mod setting;
pub mod user;

use crate::{
	peer::watching::{MemoryWatch, LOG_OPTION},
	support::{block_on, turn},
	units::{accounts::chain_spec, books::Books, figures::Figures, scene::Scene, size},
};
use serde_json::json;
use setting::{BALANCE, GOSSIPS, POOR_BALANCE, USER, VALIDATORS};
use std::time::Duration;
use top_node::chain_spec::Preset;
use user::User;

const FIRST_POOR: u32 = 100;
const FIRST_GAPPED: u32 = 100_000;
/// How long the user measures before the attacks.
const BEFORE: Duration = Duration::from_secs(6);
/// Maximum memory growth of a validator during all attacks, in MiB: a full pool takes some 200 MiB.
const MAX_GROWTH_MIB: u64 = 700;

#[test]
#[ignore = "measures against the clock: run it on a machine that does nothing else, by `make units`"]
fn no_attack_is_in_an_ordinary_users_way() {
	let _turn = turn::alone();
	let poor = FIRST_POOR..FIRST_POOR + size(5_000, 50_000);
	let gapped = FIRST_GAPPED..FIRST_GAPPED + size(1_000, 10_000);
	let funded = [(0..GOSSIPS.end, BALANCE), (poor.clone(), POOR_BALANCE), (gapped.clone(), BALANCE / 100)];
	let spec = chain_spec(Preset::ShardLocal, &funded, json!({}));
	let mut scene = Scene::start_with(spec, 4, 0, &[LOG_OPTION]);
	let mut figures = Figures::of("attacks");
	block_on(async {
		scene.come_up().await;
		let memory: Vec<_> = scene.nodes().iter().map(MemoryWatch::start).collect();
		let user = User::start(&scene, USER);
		tokio::time::sleep(BEFORE).await;
		user.tell("user alone", &mut figures);

		let answers = flood::by_one(&scene).await;
		figures.add("one account floods", format!("{} units: {answers}", answers.count()));
		user.tell("  user meanwhile", &mut figures);

		let answers = flood::by_the_poor(&scene, poor).await;
		figures.add("the poor flood", format!("{} units: {answers}", answers.count()));
		user.tell("  user meanwhile", &mut figures);

		let answers = flood::with_gaps(&scene, gapped).await;
		figures.add("gaps of many accounts", format!("{} units: {answers}", answers.count()));
		user.tell("  user meanwhile", &mut figures);

		garbage::is_refused_by_name(&scene, &mut figures).await;
		user.tell("  user meanwhile", &mut figures);

		gossip::cuts_off(&scene, &mut figures).await;
		user.tell("  user meanwhile", &mut figures);

		figures.add("units of the user, all final", user.stop().await);
		for (node, memory) in scene.nodes().iter().zip(&memory) {
			let (before, peak) = memory.figures();
			let now = crate::peer::watching::resident_mib(node);
			figures
				.add(format!("memory of {}", node.name()), format!("{before} MiB before, {peak} at most, {now} after"));
			assert!(peak < before + MAX_GROWTH_MIB, "{} grew from {before} to {peak} MiB", node.name());
		}
		let newest = scene.level(VALIDATORS).await;
		let rpc = scene.rpc(0).await;
		Books::read(&rpc, Some(rpc.block_hash(newest).await.unwrap())).await.assert_balanced();
	});
	scene.assert_sound();
	figures.print();
}
