//! Random histories through both lanes, and through both executors.

use super::*;
use frame_support::traits::ReservableCurrency;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	sync::Arc,
};
use tp_lattice::{decode_batch, lattice_host, HashedBatch, KnownVerdicts, Mark, Reason, VerdictsExt};

const ACCOUNTS: u32 = 200;
/// The transfers of the comparison of the lanes.
const TRANSFERS: usize = 100_000;

/// One payment of a history.
#[derive(Clone, Copy)]
struct Payment {
	from: u32,
	to: u32,
	how: How,
}

#[derive(Clone, Copy)]
enum How {
	Transfer(Balance),
	KeepAlive(Balance),
	All,
}

impl Payment {
	fn operation(self) -> Operation {
		let dest = id(self.to);
		match self.how {
			How::Transfer(amount) => Operation::Transfer { dest, amount },
			How::KeepAlive(amount) => Operation::TransferKeepAlive { dest, amount },
			How::All => Operation::TransferAll { dest },
		}
	}

	/// Runs the payment as an extrinsic: the nonce first, then the call. Returns whether it succeeded.
	fn dispatch(self) -> bool {
		let (origin, dest) = (RuntimeOrigin::signed(id(self.from)), id(self.to));
		System::inc_account_nonce(id(self.from));
		let done = match self.how {
			How::Transfer(amount) => Balances::transfer_allow_death(origin, dest, amount),
			How::KeepAlive(amount) => Balances::transfer_keep_alive(origin, dest, amount),
			How::All => Balances::transfer_all(origin, dest, false),
		};
		done.is_ok()
	}
}

/// Returns the payments of a block: one from each payer, one to each payee, none to a payer. No payment depends on
/// another of its block, so the order of extrinsics makes no difference.
fn payments(rng: &mut ChaCha8Rng) -> Vec<Payment> {
	let mut everyone: Vec<u32> = (0..ACCOUNTS).collect();
	everyone.shuffle(rng);
	let (payers, payees) = everyone.split_at(ACCOUNTS as usize / 2);
	let mut payees: Vec<u32> = payees.iter().copied().chain(ACCOUNTS..ACCOUNTS + 5).collect();
	payees.shuffle(rng);
	let amount = |rng: &mut ChaCha8Rng| match rng.gen_range(0..10) {
		0 => rng.gen_range(0..2_000),
		1 => rng.gen_range(0..1_000_000),
		_ => rng.gen_range(0..20_000),
	};
	let payment = |(from, to): (&u32, &u32)| Payment {
		from: *from,
		to: *to,
		how: match rng.gen_range(0..12) {
			0 => How::All,
			1..=4 => How::KeepAlive(amount(rng)),
			_ => How::Transfer(amount(rng)),
		},
	};
	payers.iter().zip(&payees).map(payment).collect()
}

/// Returns the accounts, without the fields that only one lane writes.
fn accounts() -> BTreeMap<[u8; 32], [u128; 6]> {
	frame_system::Account::<Test>::iter()
		.map(|(id, info)| {
			let data = info.data;
			let counts = [info.nonce, info.consumers, info.providers].map(u128::from);
			(id.into(), [counts[0], counts[1], counts[2], data.free, data.reserved, data.frozen])
		})
		.collect()
}

#[test]
fn both_lanes_lead_to_the_same_accounts() {
	let prepare = || {
		let mut ledger = ledger(ACCOUNTS, 2_000_000);
		ledger.execute_with(|| {
			for account in (0..ACCOUNTS).step_by(7) {
				Balances::reserve(&id(account), 5_000).unwrap();
			}
		});
		ledger
	};
	let (mut units, mut extrinsics) = (prepare(), prepare());
	let mut rng = ChaCha8Rng::seed_from_u64(11);
	let (mut done, mut applied, mut died) = (0, 0, 0);
	while done < TRANSFERS {
		let payments: Vec<Payment> = units.execute_with(|| {
			// An account that does not exist has no nonce, in either lane.
			payments(&mut rng).into_iter().filter(|payment| System::account_exists(&id(payment.from))).collect()
		});
		done += payments.len();
		let (before, ok, after): (usize, BTreeSet<u32>, _) = units.execute_with(|| {
			let before = accounts().len();
			open();
			// A refused unit takes no height; a failed extrinsic takes a nonce.
			let made: Vec<Unit> =
				payments.iter().map(|payment| unsigned_next(payment.from, payment.operation())).collect();
			let batch = Batch::new(made).unwrap();
			let outcome = apply_known(&batch);
			let of: HashMap<_, _> = payments.iter().map(|payment| (id(payment.from), payment.from)).collect();
			let ok = (0u32..).zip(batch.units()).filter(|(at, _)| outcome.mark(*at) == Mark::APPLIED);
			let ok = ok.map(|(_, unit)| of[&unit.body.account]).collect();
			close();
			(before, ok, accounts())
		});
		let other = extrinsics.execute_with(|| {
			open();
			for payment in &payments {
				let nonce = System::account_nonce(id(payment.from));
				let succeeded = payment.dispatch();
				assert_eq!(succeeded, ok.contains(&payment.from), "from {} to {}", payment.from, payment.to);
				if !succeeded {
					frame_system::Account::<Test>::mutate(id(payment.from), |account| account.nonce = nonce);
				}
			}
			close();
			accounts()
		});
		applied += ok.len();
		died += before.saturating_sub(after.len());
		assert!(after == other, "the accounts differ after {done} transfers");
	}
	println!("{done} transfers, {applied} applied");
	assert!(applied > TRANSFERS / 2 && applied < done && died > 0, "{applied} of {done} applied, {died} deaths");
}

/// Returns the next unit of an account, whose signature counts as known.
fn unsigned_next(account: u32, operation: Operation) -> Unit {
	let state = System::account(id(account));
	let body = tp_lattice::UnitBody {
		account: id(account),
		height: state.nonce,
		parent: state.data.unit_head,
		valid_until: 0,
		operations: vec![operation].try_into().expect("one"),
	};
	Unit { body, signature: sp_core::ed25519::Signature::default().into() }
}

/// Verdicts by which all signatures are right.
struct AllRight;
impl KnownVerdicts for AllRight {
	fn verdict(&self, _: &Domain, _: &Unit) -> Option<bool> {
		Some(true)
	}
}

fn apply_known(batch: &Batch) -> tp_lattice::Outcome {
	sp_externalities::with_externalities(|mut state| {
		use sp_externalities::ExternalitiesExt;
		if state.extension::<VerdictsExt>().is_none() {
			state.register_extension(VerdictsExt(Arc::new(AllRight))).expect("it is new");
		}
	})
	.expect("within a ledger");
	Lattice::apply(RuntimeOrigin::none(), batch.encode()).unwrap();
	LastBlock::<Test>::get().unwrap().outcome
}

/// Verdicts of about half of the units, as of a pool that has not seen all.
struct HalfOfThem;
impl KnownVerdicts for HalfOfThem {
	fn verdict(&self, domain: &Domain, unit: &Unit) -> Option<bool> {
		unit.hash()[1].is_multiple_of(2).then(|| unit.is_signed(domain))
	}
}

/// Batches as the author of a block has them: put together from units in another order, with their hashes.
struct Carried;
impl KnownVerdicts for Carried {
	fn verdict(&self, _: &Domain, _: &Unit) -> Option<bool> {
		None
	}

	fn batch(&self, bytes: &[u8]) -> Option<Arc<HashedBatch>> {
		let units = decode_batch(bytes).ok()?.into_units();
		let batch = HashedBatch::new(units.iter().rev().map(|unit| (unit, unit.hash()))).unwrap();
		assert_eq!(batch.bytes(), bytes);
		Some(Arc::new(batch))
	}
}

/// Returns the host's verdicts on signatures.
fn verdicts(units: &[Unit]) -> Vec<u8> {
	let batch = Batch::new(units.to_vec()).unwrap();
	let verdicts = lattice_host::verify_units(domain().0, &batch.encode()).expect("it is a batch");
	let single: Vec<_> = batch.units().iter().map(|unit| u8::from(unit.is_signed(&domain()))).collect();
	assert_eq!(verdicts, single);
	verdicts
}

#[test]
fn host_runtime_and_known_verdicts_give_the_same_state() {
	let history = |seed: u64, ledger: &mut sp_io::TestExternalities| {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let (mut digests, mut forged) = (Vec::new(), 0);
		for _ in 0..12 {
			let payments = payments(&mut rng);
			digests.push(ledger.execute_with(|| {
				open();
				let mut units: Vec<Unit> =
					payments.iter().map(|payment| next(payment.from, vec![payment.operation()])).collect();
				for unit in &mut units {
					// The signature is for a body without an end, so it is wrong.
					if rng.gen_bool(0.1) {
						unit.body.valid_until = System::block_number() + 5;
					}
				}
				let (outcome, signed) = (apply(units.clone()), verdicts(&units));
				for (at, right) in (0u32..).zip(signed) {
					match outcome.mark(at) {
						Mark::APPLIED => assert_eq!(right, 1),
						Mark(Some(Reason::Signature)) => {
							assert_eq!(right, 0);
							forged += 1;
						},
						// The signature of a unit of a dead account is not verified.
						_ => {},
					}
				}
				close()
			}));
		}
		assert!(forged > 20, "{forged} forged units");
		(digests, ledger.execute_with(|| sp_io::storage::root(sp_runtime::StateVersion::V1)))
	};
	let by_host = history(3, &mut ledger(ACCOUNTS, 50_000));
	let mut with_verdicts = ledger(ACCOUNTS, 50_000);
	with_verdicts.register_extension(VerdictsExt(Arc::new(HalfOfThem)));
	assert_eq!(history(3, &mut with_verdicts), by_host);
	let mut carried = ledger(ACCOUNTS, 50_000);
	carried.register_extension(VerdictsExt(Arc::new(Carried)));
	assert_eq!(history(3, &mut carried), by_host);
	ByHost::set(false);
	assert_eq!(history(3, &mut ledger(ACCOUNTS, 50_000)), by_host);
}
