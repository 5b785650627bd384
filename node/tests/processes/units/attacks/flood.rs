//! Floods of units with valid signatures.

use super::{
	answers::Answers,
	setting::{FLOODER, VALIDATORS},
};
use crate::units::{
	accounts::{account, payers, Payer},
	scene::Scene,
	size,
};
use futures::future::join_all;
use std::{ops::Range, time::Duration};
use top_sdk::{Client, Domain, Unit, UnitBuilder, UnitHash};

/// Units of one call.
const BATCH: usize = 500;
/// Concurrent calls at each validator.
const CONNECTIONS: usize = 2;
/// Minimum duration of a flood, so that the user makes enough payments.
const LEAST: Duration = Duration::from_secs(6);
/// Amount of a flood's unit.
const AMOUNT: u128 = 1_000;
/// An amount that no account has.
const TOO_MUCH: u128 = 1 << 100;

/// Sends units to the validators, each to one of them; repeats them until the minimum duration.
async fn pour(scene: &Scene, units: &[Unit], everywhere: bool) -> Answers {
	let started = tokio::time::Instant::now();
	let mut connections = Vec::new();
	for lane in 0..VALIDATORS * CONNECTIONS {
		connections.push((lane, scene.client(lane % VALIDATORS).await));
	}
	let count = connections.len();
	let lanes = connections.into_iter().map(|(lane, client)| async move {
		let mut answers = Answers::default();
		loop {
			for (index, batch) in units.chunks(BATCH).enumerate() {
				if everywhere || index % count == lane {
					send(&client, batch, &mut answers).await;
				}
			}
			if started.elapsed() >= LEAST {
				return answers;
			}
		}
	});
	let mut all = Answers::default();
	join_all(lanes).await.into_iter().for_each(|answers| all.merge(answers));
	all
}

async fn send(client: &Client, batch: &[Unit], answers: &mut Answers) {
	match client.submit(batch).await {
		Ok(reports) => {
			assert_eq!(reports.len(), batch.len(), "each unit is answered");
			reports.iter().for_each(|report| answers.add(report));
		},
		// The node refused the whole call.
		Err(error) => match error.cause() {
			top_sdk::Error::Refused { message, .. } => assert!(message.contains("verify"), "{message}"),
			error => panic!("{error}"),
		},
	}
}

/// One account sends its chain, as long as the nodes take it, and units far ahead, to all validators at once.
pub async fn by_one(scene: &Scene) -> Answers {
	let mut payer = Payer::of_genesis(FLOODER);
	let dest = account(FLOODER + 1);
	let chain = size(20_000, 60_000);
	let mut units = Vec::new();
	for number in 0..chain {
		let ahead = UnitBuilder::new().transfer(&dest, AMOUNT);
		units.push(payer.pay(&dest, AMOUNT, &scene.domain));
		if number % 10 == 0 {
			units.push(payer.sign_at(payer.height + 100_000, UnitHash::repeat_byte(1), ahead, &scene.domain));
		}
	}
	let answers = pour(scene, &units, true).await;
	// A unit of the chain whose place is taken or past is refused for that reason.
	answers.assert_are(
		&["ready", "accountFull", "gapTooFar"],
		&["future", "final", "conflict", "duplicateHeight", "height", "parent", "usurped", "overloaded"],
	);
	answers
}

/// Many accounts with almost no balance pay what they have, and more.
pub async fn by_the_poor(scene: &Scene, numbers: Range<u32>) -> Answers {
	let each = size(3, 5);
	let mut units = Vec::new();
	for mut payer in payers(numbers.clone()) {
		let dest = account(numbers.start);
		for _ in 0..each {
			units.push(payer.pay(&dest, AMOUNT, &scene.domain));
		}
		units.push(payer.pay(&dest, TOO_MUCH, &scene.domain));
	}
	let answers = pour(scene, &units, false).await;
	answers.assert_are(
		&["ready", "balance"],
		&["future", "final", "height", "parent", "conflict", "poolFull", "replaced", "overloaded", "accountFull"],
	);
	answers
}

/// Many accounts whose units wait for a missing one: more of each account than may wait.
pub async fn with_gaps(scene: &Scene, numbers: Range<u32>) -> Answers {
	let each = 70;
	let mut units = Vec::new();
	for payer in payers(numbers) {
		units.extend(gap(&payer, each, &scene.domain));
	}
	let answers = pour(scene, &units, false).await;
	answers.assert_are(
		&["future", "accountFull", "gapTooFar"],
		&["duplicateHeight", "poolFull", "replaced", "overloaded"],
	);
	answers
}

fn gap(payer: &Payer, each: u32, domain: &Domain) -> Vec<Unit> {
	let unit = || UnitBuilder::new().transfer(&payer.id, AMOUNT);
	let mut units: Vec<Unit> =
		(1..=each).map(|ahead| payer.sign_at(payer.height + ahead, UnitHash::repeat_byte(2), unit(), domain)).collect();
	units.push(payer.sign_at(payer.height + 300, UnitHash::repeat_byte(3), unit(), domain));
	units
}
