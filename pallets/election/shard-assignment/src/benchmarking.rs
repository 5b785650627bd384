//! Benchmarks of the weights. `scripts/weights.sh` runs them.
//!
//! A runtime cannot draw tickets, because it has no randomness for the proof. So the tickets here were drawn over other
//! data. The last check refuses them, which costs as much as to accept them.

use crate::{
	types::{length, Candidate, Deal, Step},
	*,
};
use alloc::vec::Vec;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, Hashable};
use sp_core::{crypto::UncheckedFrom, ed25519, sr25519, sr25519::vrf::VrfSignature, H256};
use tp_core::ChainTag;
use tp_pbft::{EpochActivity, Member, PbftId, VrfId, MAX_MEMBERS};
use tp_sortition::{Key, Role, Ticket};
use tp_stake::{Election, EpochClock, NodeKeys, Seat};

/// Registers nodes for the benchmarks.
pub trait BenchmarkHelper<AccountId> {
	/// Registers a node with all roles and these keys, and returns its account, which differs for each index.
	///
	/// The keys must be valid, and the node must be able to stand, in the present epoch.
	fn register(index: u32, keys: NodeKeys) -> AccountId;
}

/// The helper of the mock runtime, on the registry of the testkit.
#[cfg(test)]
pub struct TestHelper;

#[cfg(test)]
impl BenchmarkHelper<u64> for TestHelper {
	fn register(index: u32, keys: NodeKeys) -> u64 {
		let node = u64::from(index) + 1_000;
		pallet_testkit::Registry::register(&node, pallet_testkit::Registered::new(keys));
		node
	}
}

/// A VRF key.
const KEY: [u8; 32] = [
	0x74, 0x68, 0x61, 0xeb, 0x3a, 0x4f, 0xb6, 0x4c, 0x91, 0x2b, 0x68, 0xcb, 0xc7, 0xaa, 0x12, 0xb1, 0x0a, 0x1f, 0xf1,
	0x63, 0x6f, 0x79, 0x88, 0x9e, 0x19, 0xb5, 0x12, 0xaa, 0x7d, 0xe0, 0xa4, 0x4d,
];
/// Pre-output and proof that it drew for routers in epoch 0 over randomness of zeros. They are valid for that alone.
const DRAWN: [u8; 96] = [
	0xec, 0xd0, 0x49, 0x60, 0x11, 0xca, 0x58, 0x87, 0xe6, 0x28, 0x14, 0xd1, 0x1e, 0xa4, 0x74, 0x5d, 0x7e, 0x27, 0xba,
	0x1d, 0x20, 0xcd, 0x70, 0x7c, 0xaf, 0x98, 0xce, 0x82, 0x15, 0x76, 0x35, 0x4a, 0xbb, 0x66, 0xd5, 0x95, 0x8f, 0xf0,
	0x34, 0xca, 0xd3, 0x69, 0x0f, 0xb9, 0x09, 0x09, 0xfc, 0x4f, 0x33, 0x0c, 0x98, 0x61, 0xf2, 0x5a, 0x8e, 0xbe, 0x74,
	0x8f, 0x58, 0x2f, 0x7d, 0x27, 0x76, 0x0c, 0x13, 0x2c, 0x43, 0xcb, 0x5d, 0xf1, 0x2c, 0x9b, 0xb8, 0x90, 0x81, 0x8c,
	0xd0, 0x8b, 0x35, 0xba, 0xc8, 0xe3, 0x49, 0x88, 0x20, 0x85, 0xa5, 0x48, 0xde, 0xe9, 0x5b, 0xc0, 0xae, 0x18, 0xca,
	0x0e,
];

fn vrf_key() -> VrfId {
	VrfId::from(sr25519::Public::unchecked_from(KEY))
}

fn drawn() -> Result<VrfSignature, BenchmarkError> {
	VrfSignature::decode(&mut &DRAWN[..]).map_err(|_| BenchmarkError::Stop("the bytes are a VRF signature"))
}

/// A ledger that no runtime registers.
fn other() -> ChainTag {
	ChainTag::Zone(u16::MAX)
}

fn keys(index: u32) -> NodeKeys {
	NodeKeys {
		pbft: PbftId::from(ed25519::Public::unchecked_from((*b"pbft", index).blake2_256())),
		vrf: VrfId::from(sr25519::Public::unchecked_from((*b"pvrf", index).blake2_256())),
	}
}

fn params(chain: ChainTag, seats: u32) -> LedgerParams {
	LedgerParams { seats, role: role_of(chain), genesis_hash: H256::zero() }
}

/// Returns the key of a ticket.
fn key(draw: u64, stake: u128) -> Result<Key, BenchmarkError> {
	Key::new(draw, stake).ok_or(BenchmarkError::Stop("there is stake"))
}

/// Fills the list of a role with the maximum number of candidates.
fn fill_list<T: Config>(role: Role) -> Result<(), BenchmarkError> {
	OpenSeats::<T>::insert(role, MAX_SEATS);
	let candidate = |index: u32| Ok(Candidate { key: key(index.into(), 1)?, node: account("held", index, 0) });
	let candidates: Vec<_> = (0..MAX_CANDIDATES).map(candidate).collect::<Result<_, BenchmarkError>>()?;
	candidates.iter().for_each(|candidate| Ticketed::<T>::insert(role, &candidate.node, ()));
	Pallet::<T>::store_candidates(role, candidates);
	Ok(())
}

/// Returns a ticket that only its proof invalidates, while the list is full.
fn last_ticket<T: Config>() -> Result<Ticket<T::AccountId>, BenchmarkError> {
	RoleSeats::<T>::insert(Role::Router, 4);
	fill_list::<T>(Role::Router)?;
	let node = T::BenchmarkHelper::register(0, NodeKeys { vrf: vrf_key(), ..keys(0) });
	Ok(Ticket { node, epoch: T::Clock::epoch(), role: Role::Router, vrf: drawn()? })
}

/// Registers ledgers with these numbers of seats, all taken in the next epoch. No other ledger remains.
fn seat_ledgers<T: Config>(seats: impl IntoIterator<Item = u32>) -> Result<(), BenchmarkError> {
	assert!(Ledgers::<T>::clear(MAX_LEDGERS, None).maybe_cursor.is_none());
	for role in Role::ALL {
		RoleSeats::<T>::remove(role);
	}
	let epoch = T::Clock::epoch();
	let mut index = 0;
	let mut next = || {
		index += 1;
		let keys = keys(index);
		(T::BenchmarkHelper::register(index, keys.clone()), keys)
	};
	for (incarnation, count) in (0..).zip(seats) {
		let chain = ChainTag::Shard { zone: 0, incarnation };
		Pallet::<T>::add_ledger(chain, params(chain, count)).map_err(|_| "there is room for a ledger")?;
		let seat = |_| {
			let (node, NodeKeys { pbft: key, vrf }) = next();
			Seat { node: Some(node), member: Member { key, vrf, weight: 1 }, since: 0 }
		};
		let seats: Vec<Seat<T::AccountId>> = (0..count).map(seat).collect();
		Committees::<T>::insert(chain, epoch + 1, Seats::truncate_from(seats));
	}
	Ok(())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn submit_ticket() -> Result<(), BenchmarkError> {
		let ticket = last_ticket::<T>()?;
		let candidate = Candidate { key: key(0, u128::MAX)?, node: ticket.node.clone() };

		#[block]
		{
			assert!(matches!(Pallet::<T>::check_ticket(&ticket), Err(Error::BadTicket)));
			let place = Pallet::<T>::place_of(ticket.role, &candidate).ok_or("its key is the smallest")?;
			Pallet::<T>::enlist(ticket.role, candidate, place);
		}

		assert!(Ticketed::<T>::contains_key(Role::Router, &ticket.node));
		Ok(())
	}

	#[benchmark]
	fn authorize_submit_ticket() -> Result<(), BenchmarkError> {
		let ticket = last_ticket::<T>()?;

		#[block]
		{
			assert!(Pallet::<T>::authorize_ticket(&ticket).is_err());
		}

		Ok(())
	}

	#[benchmark]
	fn register_ledger() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let chain = other();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, chain, params(chain, 4));

		assert!(Ledgers::<T>::contains_key(chain));
		Ok(())
	}

	#[benchmark]
	fn set_seats() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let chain = other();
		Pallet::<T>::add_ledger(chain, params(chain, 4)).map_err(|_| "there is room for a ledger")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, chain, 7);

		assert_eq!(Ledgers::<T>::get(chain), Some(params(chain, 7)));
		Ok(())
	}

	#[benchmark]
	fn remove_ledger() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let chain = other();
		Pallet::<T>::add_ledger(chain, params(chain, 4)).map_err(|_| "there is room for a ledger")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, chain);

		assert!(Retired::<T>::contains_key(chain));
		Ok(())
	}

	/// Ends an epoch with `s` seats on eight ledgers, and `l` more ledgers of one seat each. All seats are taken.
	#[benchmark]
	fn next_committees(s: Linear<8, 960>, l: Linear<1, 55>) -> Result<(), BenchmarkError> {
		let epoch = T::Clock::epoch();
		seat_ledgers::<T>((0..8).map(|large| (s + large) / 8).chain((0..l).map(|_| 1)))?;

		#[block]
		{
			Pallet::<T>::next_committee(epoch + 1, &[], None);
		}

		assert!(PendingDeal::<T>::exists());
		Ok(())
	}

	/// Looks up `n` members: half of them for the plan of a committee, half for its seats.
	#[benchmark]
	fn deal(n: Linear<2, SEATS_PER_BLOCK>) -> Result<(), BenchmarkError> {
		let ended = T::Clock::epoch();
		let seats = n / 2;
		seat_ledgers::<T>([seats])?;
		let chain = ChainTag::Shard { zone: 0, incarnation: 0 };
		let (seed, role) = (Default::default(), Role::Validator);
		let at_step = |step| Deal { ended, seed, role, unfilled: 0, step };

		#[block]
		{
			PendingDeal::<T>::put(at_step(Step::Plan { after: None }));
			Pallet::<T>::continue_deal();
			PendingDeal::<T>::put(at_step(Step::Seat { after: None }));
			Pallet::<T>::finish_deal();
		}

		assert_eq!(Committees::<T>::get(chain, ended + 2).map(|seats| seats.len()), Some(length(seats)));
		Ok(())
	}

	#[benchmark]
	fn order_candidates() -> Result<(), BenchmarkError> {
		let (ended, seed, role) = (T::Clock::epoch(), Default::default(), Role::Validator);
		fill_list::<T>(role)?;
		for incarnation in 0..MAX_LEDGERS {
			let free = MAX_SEATS / MAX_LEDGERS;
			let chain = ChainTag::Shard { zone: 0, incarnation };
			Planned::<T>::insert(chain, Openings { free, ..Default::default() });
		}
		let ordering = Deal { ended, seed, role, unfilled: 0, step: Step::Order };

		#[block]
		{
			Pallet::<T>::order_candidates(&ordering);
		}

		assert_eq!(Pallet::<T>::candidates(role).len(), length(MAX_CANDIDATES));
		Ok(())
	}

	#[benchmark]
	fn epoch_ended(n: Linear<1, MAX_MEMBERS>) {
		let members: Vec<Member> = (0..n)
			.map(|index| {
				let NodeKeys { pbft: key, vrf } = keys(index);
				Member { key, vrf, weight: 1 }
			})
			.collect();
		let activity = EpochActivity::new(T::Clock::epoch(), members.len());

		#[block]
		{
			Pallet::<T>::epoch_ended(&activity, &members);
		}
	}

	impl_benchmark_test_suite!(
		Pallet,
		pallet_testkit::genesis(crate::mock::RuntimeGenesisConfig::default()),
		crate::mock::Test
	);
}

#[test]
fn the_proof_is_valid_for_its_own_data_alone() {
	let ticket = Ticket { node: 0u64, epoch: 0, role: Role::Router, vrf: drawn().expect("it decodes; qed") };
	assert!(ticket.verify(&vrf_key(), &[0; 32]).is_some());
	assert!(ticket.verify(&vrf_key(), &[1; 32]).is_none());
}
