//! What an epoch costs the main chain with 10,000 nodes, by the encodings and the weights of the runtime.

use codec::Encode;
use frame_support::{dispatch::GetDispatchInfo, weights::constants::WEIGHT_REF_TIME_PER_MILLIS};
use pallet_computing_power::REVEALS_PER_BLOCK;
use pallet_shard_assignment::{WeightInfo, MAX_SEATS, SEATS_PER_BLOCK};
use sp_core::{crypto::VrfSecret, sr25519, Pair, H256};
use top_main_runtime::{genesis::LOCAL, *};
use tp_power::{Commitment, Reveal, SegmentProof, MAX_PATH, SEGMENTS_SHOWN};
use tp_sortition::{most_candidates, ticket_data, Role, Ticket};

/// Nodes that stand in one of the two drawn roles.
const NODES: u64 = 10_000;
/// Epochs of a year.
const EPOCHS: u64 = 365 * 4;

/// The cost of one kind of transaction in an epoch.
struct Cost {
	what: &'static str,
	count: u64,
	bytes: u64,
	milliseconds: u64,
}

impl Cost {
	fn of(what: &'static str, count: u64, call: impl Into<RuntimeCall>) -> Self {
		let transaction = UncheckedExtrinsic::new_bare(call.into());
		let bytes = u64::try_from(transaction.encoded_size()).unwrap() * count;
		let weight = transaction.get_dispatch_info().total_weight().ref_time() * count;
		Self { what, count, bytes, milliseconds: weight / WEIGHT_REF_TIME_PER_MILLIS }
	}
}

fn reveal() -> Reveal {
	let path = vec![H256::zero(); MAX_PATH];
	let segment = SegmentProof { start: H256::zero(), end: H256::zero(), start_path: path.clone(), end_path: path };
	Reveal { node: [1; 32].into(), epoch: 1, segments: vec![segment; SEGMENTS_SHOWN as usize] }
}

#[test]
fn an_epoch_of_ten_thousand_nodes_takes_a_small_part_of_the_chain() {
	super::on_preset(LOCAL, || {
		let signature = || sp_core::ed25519::Signature::default().into();
		// All seats that the chain deals, half of each role. A quarter of them is open in an epoch.
		let candidates = 2 * u64::from(most_candidates(MAX_SEATS / 2 / 4));
		let node: AccountId = [1; 32].into();
		let vrf = sr25519::Pair::from_seed(&[1; 32]).vrf_sign(&ticket_data(&[1; 32], 1, Role::Router));
		let ticket = Ticket { node: node.clone(), epoch: 1, role: Role::Router, vrf };
		let commitment = Commitment { node, epoch: 1, lanes: 8_000, root: H256::zero() };
		let reveals = |what, count| {
			let call = pallet_computing_power::Call::reveal { reveal: reveal(), signature: signature() };
			Cost::of(what, count, call)
		};
		// A node whose key is above the expected last one by half sends no ticket.
		let submit = pallet_shard_assignment::Call::submit_ticket { ticket };
		let commit = pallet_computing_power::Call::commit { commitment, signature: signature() };
		let of_candidates = reveals("reveals of candidates", candidates);
		let of_all = reveals("(reveals of all nodes)", NODES);
		type Weights = <Runtime as pallet_shard_assignment::Config>::WeightInfo;
		let deal = Weights::deal(u32::try_from(candidates).unwrap() + 2 * MAX_SEATS)
			.saturating_add(Weights::order_candidates().saturating_mul(2));
		let deal =
			Cost { what: "deal", count: 1, bytes: 0, milliseconds: deal.ref_time() / WEIGHT_REF_TIME_PER_MILLIS };
		let costs = [
			Cost::of("tickets", candidates * 3 / 2, submit),
			Cost::of("commitments", NODES, commit),
			of_candidates,
			deal,
			of_all,
		];
		println!("an epoch of {NODES} nodes, {candidates} candidates");
		for Cost { what, count, bytes, milliseconds } in &costs {
			println!("{what:<24}{count:>8}{:>10} KB{milliseconds:>8} ms of weight", bytes / 1_000);
		}
		let [tickets, commitments, reveals, deal, of_all] = costs;
		let bytes = tickets.bytes + commitments.bytes + reveals.bytes;
		let year = bytes * EPOCHS / 1_000_000_000;
		println!(
			"{year} GB a year; {} GB if all revealed",
			(bytes - reveals.bytes + of_all.bytes) * EPOCHS / 1_000_000_000
		);
		assert!(year < 20, "{year} GB a year");
		assert!(reveals.bytes * 10 < of_all.bytes && reveals.milliseconds * 10 < of_all.milliseconds);
		let blocks = candidates.div_ceil(REVEALS_PER_BLOCK.into());
		println!(
			"the reveals take {blocks} blocks, the deal {}",
			(candidates + 2 * u64::from(MAX_SEATS)).div_ceil(SEATS_PER_BLOCK.into())
		);
		// The main chain has 600 closing blocks.
		assert!(blocks <= 100, "{blocks} blocks");
		assert!(deal.milliseconds < 2_000, "a deal takes less than a whole block's weight, over some blocks");
	});
}
