//! The processor time of a signature's verification: batches of several sizes, schemes and forms, beside single
//! verification and beside the batches of the schemes' own libraries.
//!
//! ```sh
//! cargo run --release -p tp-lattice --example signatures
//! ```

use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use rustix::time::{clock_gettime, ClockId};
use sp_core::{crypto::ByteArray, ed25519, sr25519, Pair, H256};
use sp_runtime::MultiSignature;
use tp_core::AccountId;
use tp_lattice::{verify_signatures, Domain, KnownSigners, Operation, Unit, UnitBody};

/// Sizes of the batches.
const SIZES: [usize; 4] = [16, 64, 128, 256];
/// Accounts that sign in turn.
const ACCOUNTS: usize = 4_096;
/// Measured batches of each size, at least, and signatures in all.
const MIN_BATCHES: usize = 31;
const SIGNATURES: usize = 4_096;

/// What the units of a row are like.
#[derive(Clone, Copy)]
enum Row {
	Ed25519,
	Sr25519,
	/// Sr25519 over the wrapped payload.
	Wrapped,
	/// Both schemes and both forms.
	Mixed,
	/// Sr25519, with one wrong signature in a batch.
	OneWrong,
	/// Sr25519, all wrong.
	AllWrong,
}

const ROWS: [(&str, Row); 6] = [
	("ed25519", Row::Ed25519),
	("sr25519", Row::Sr25519),
	("sr25519, wrapped", Row::Wrapped),
	("mixed", Row::Mixed),
	("sr25519, 1 wrong", Row::OneWrong),
	("sr25519, all wrong", Row::AllWrong),
];

fn main() {
	let domain = Domain(H256::repeat_byte(1));
	println!("µs of processor time for each signature, median");
	println!("{:<34}{:>8}{:>8}{:>8}{:>8}", "batch of", SIZES[0], SIZES[1], SIZES[2], SIZES[3]);
	for (name, row) in ROWS {
		let units = units(row, &domain);
		let known = KnownSigners::default();
		print(&format!("{name}: alone"), &units, row, |units| {
			units.iter().filter(|unit| unit.is_signed(&domain)).count()
		});
		if matches!(row, Row::Ed25519 | Row::Sr25519) {
			print(&format!("{name}: library"), &units, row, |units| library(units, &domain));
		}
		print(&format!("{name}: new accounts"), &units, row, |units| right(verify_signatures(&domain, units)));
		// Knows all accounts before it is measured.
		known.verify(&domain, &units);
		print(&format!("{name}: known accounts"), &units, row, |units| right(known.verify(&domain, units)));
	}
}

fn right(verdicts: Vec<bool>) -> usize {
	verdicts.into_iter().filter(|verdict| *verdict).count()
}

fn print(name: &str, units: &[Unit], row: Row, verify: impl Fn(&[Unit]) -> usize) {
	let times: Vec<_> = SIZES.into_iter().map(|size| format!("{:>8.2}", measure(units, size, row, &verify))).collect();
	println!("{name:<34}{}", times.concat());
}

/// Returns the median time of a signature in batches of a size, in microseconds.
fn measure(units: &[Unit], size: usize, row: Row, verify: impl Fn(&[Unit]) -> usize) -> f64 {
	let batches = MIN_BATCHES.max(SIGNATURES / size);
	let mut times: Vec<_> = (0..batches)
		.map(|batch| {
			let from = batch * size % (units.len() - size + 1);
			let mut batch = units[from..from + size].to_vec();
			let expected = match row {
				Row::OneWrong => {
					batch[size / 3].body.height ^= 1;
					size - 1
				},
				Row::AllWrong => {
					batch.iter_mut().for_each(|unit| unit.body.height ^= 1);
					0
				},
				_ => size,
			};
			let before = now();
			let right = verify(&batch);
			let took = now() - before;
			assert_eq!(right, expected, "the verdicts are wrong");
			took / size as f64
		})
		.collect();
	times.sort_by(f64::total_cmp);
	times[times.len() / 2]
}

/// Returns the processor time of this thread, in microseconds.
fn now() -> f64 {
	let time = clock_gettime(ClockId::ThreadCPUTime);
	time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

fn units(row: Row, domain: &Domain) -> Vec<Unit> {
	let mut random = StdRng::seed_from_u64(1);
	let mut units: Vec<_> = (0..ACCOUNTS)
		.map(|number| {
			let (is_ed25519, is_wrapped) = match row {
				Row::Ed25519 => (true, false),
				Row::Wrapped => (false, true),
				Row::Mixed => (number % 2 == 0, number % 4 < 2),
				Row::Sr25519 | Row::OneWrong | Row::AllWrong => (false, false),
			};
			unit(random.gen(), is_ed25519, is_wrapped, domain)
		})
		.collect();
	units.shuffle(&mut random);
	units
}

fn unit(seed: [u8; 32], is_ed25519: bool, is_wrapped: bool, domain: &Domain) -> Unit {
	let (ed25519, sr25519) = (ed25519::Pair::from_seed(&seed), sr25519::Pair::from_seed(&seed));
	let account = if is_ed25519 { ed25519.public().0 } else { sr25519.public().0 };
	let operation = Operation::TransferKeepAlive { dest: AccountId::new(seed), amount: 1 };
	let body = UnitBody {
		account: account.into(),
		height: 7,
		parent: H256(seed),
		valid_until: 0,
		operations: vec![operation].try_into().expect("one operation is few enough; qed"),
	};
	let payload = body.signing_payload(domain);
	let message = if is_wrapped { [b"<Bytes>", &payload[..], b"</Bytes>"].concat() } else { payload.to_vec() };
	let signature = if is_ed25519 { ed25519.sign(&message).into() } else { sr25519.sign(&message).into() };
	Unit { body, signature }
}

/// Verifies bare units of one scheme by the batch of the scheme's own library.
fn library(units: &[Unit], domain: &Domain) -> usize {
	let context = schnorrkel::signing_context(b"substrate");
	let mut ed25519 = ed25519_zebra::batch::Verifier::new();
	let (mut keys, mut signatures, mut transcripts) = (Vec::new(), Vec::new(), Vec::new());
	for unit in units {
		let (payload, account): (_, &[u8; 32]) = (unit.body.signing_payload(domain), unit.body.account.as_ref());
		match &unit.signature {
			MultiSignature::Ed25519(signature) => {
				let signature = ed25519_zebra::Signature::from_bytes(&signature.0);
				ed25519.queue((ed25519_zebra::VerificationKeyBytes::from(*account), signature, &payload[..]));
			},
			MultiSignature::Sr25519(signature) => {
				keys.push(schnorrkel::PublicKey::from_bytes(account).expect("a key is a point; qed"));
				let signature = schnorrkel::Signature::from_bytes(signature.as_slice());
				signatures.push(signature.expect("a signature is well-formed; qed"));
				transcripts.push(context.bytes(&payload));
			},
			_ => {},
		}
	}
	let is_right = match keys.is_empty() {
		true => ed25519.verify(rand::thread_rng()).is_ok(),
		false => schnorrkel::verify_batch(transcripts, &signatures, &keys, false).is_ok(),
	};
	if is_right {
		units.len()
	} else {
		0
	}
}
