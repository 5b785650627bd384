//! Who sits in which ledger's committee: tickets, the draw at an epoch's end, rotation, and the record of it all.
//!
//! ```text
//!          epoch e                            │ epoch e+1                  │ epoch e+2
//! randomness(e) ──VRF──▶ tickets ──┐          │                            │
//!                                  ├──draw────┼─▶ decided: they sync ──────┼─▶ in force: they vote
//! stakes, reputation, power ───────┘          │   less who is removed      │
//! ```
//!
//! During an epoch each node that wants to serve hands in one ticket for each role it wants. In the epoch's last block
//! `pallet-committee` asks for the next committee, and then all is done at once (`election.rs`): what was decided one epoch
//! ago comes into force, without those who were removed since; the tickets decide the committees of the epoch after it, of
//! every ledger; the header names what came into force; what nobody can be punished for any more is forgotten. So the
//! incoming know one epoch ahead, and have the state before they vote.
//!
//! The rules of the draw are in `draw.rs`, those of who makes room in `rotation.rs`. Too few candidates never stop a ledger:
//! its members stay, an event says so, and the next draw makes up for it.
//!
//! Who hands in late has seen the tickets of others. All that it can do with this is to keep its own back.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod committees;
mod draw;
mod election;
mod ledgers;
#[cfg(test)]
mod mock;
mod participation;
mod rotation;
#[cfg(test)]
mod tests;
mod tickets;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{
	role_of, HeldTicket, HeldTickets, LedgerParams, RetiredLedger, SeatedNodes, Seats, MAX_HISTORY, MAX_LEDGERS,
	MAX_SEATS, MAX_TICKETS,
};
pub use weights::WeightInfo;

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::shard-assignment";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{ConstU64, StorageVersion},
	};
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use sp_core::H256;
	use tp_core::{AccountId, ChainTag};
	use tp_pbft::{Epoch, Member, MAX_MEMBERS};
	use tp_sortition::{Role, Ticket};
	use tp_stake::{ComputingPower, EpochClock, Nodes, OnParticipation, Seat};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// For how many epochs committees are kept if the genesis does not say: 72 h of epochs of 6 h, as long as a deposit
	/// stays locked.
	const DEFAULT_HISTORY: Epoch = 12;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId, Hash = H256> {
		/// Where this ledger stands.
		type Clock: EpochClock;

		/// What is known of nodes.
		type Nodes: Nodes;

		/// What nodes proved to compute.
		type Power: ComputingPower;

		/// Who hears what members did.
		type OnParticipation: OnParticipation;

		/// Who adds and removes ledgers.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;

		/// Makes nodes to measure with.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// The ledgers whose committees are drawn.
	#[pallet::storage]
	pub type Ledgers<T> = CountedStorageMap<_, Blake2_128Concat, ChainTag, LedgerParams>;

	/// Ledgers that were removed and whose members can still be punished.
	#[pallet::storage]
	pub type Retired<T> = CountedStorageMap<_, Blake2_128Concat, ChainTag, RetiredLedger>;

	/// How many seats all ledgers of a role should have together.
	#[pallet::storage]
	pub type RoleSeats<T> = StorageMap<_, Twox64Concat, Role, u32, ValueQuery>;

	/// The committees of ledgers, by epoch: of the next epoch, of the present, and of as many before it as `History` says.
	/// Light clients are shown these by storage proofs.
	#[pallet::storage]
	pub type Committees<T> = StorageDoubleMap<_, Blake2_128Concat, ChainTag, Blake2_128Concat, Epoch, Seats>;

	/// The tickets of the present epoch.
	#[pallet::storage]
	pub type Tickets<T> = StorageMap<_, Twox64Concat, Role, HeldTickets, ValueQuery>;

	/// Who has a seat of a role in the next epoch, as the last draw decided. They need no ticket. Those whom root has named
	/// since are not in it.
	#[pallet::storage]
	pub type Seated<T> = StorageMap<_, Twox64Concat, Role, SeatedNodes, ValueQuery>;

	/// The last epoch for which a ledger reported what its members did.
	#[pallet::storage]
	pub type Reported<T> = StorageMap<_, Blake2_128Concat, ChainTag, Epoch>;

	/// For how many epochs before the present one committees are kept.
	#[pallet::storage]
	pub type History<T> = StorageValue<_, Epoch, ValueQuery, ConstU64<DEFAULT_HISTORY>>;

	/// Whether a node may sit in a zone's committee and in one of that zone's shards at once.
	#[pallet::storage]
	pub type AllowBoth<T> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A committee was decided.
		Drawn {
			/// The ledger.
			chain: ChainTag,
			/// The epoch in which it will vote.
			epoch: Epoch,
			/// How many of its members are new.
			incoming: u32,
			/// How many members of the epoch before are not in it.
			outgoing: u32,
		},
		/// There were less candidates than seats to be filled: members stay who would have gone, or seats stay free.
		TooFewCandidates {
			/// The ledger.
			chain: ChainTag,
			/// The epoch of the committee.
			epoch: Epoch,
			/// How many could have come.
			wanted: u32,
			/// How many came.
			found: u32,
		},
		/// A node was removed before the committee for which it had been drawn came into force.
		SeatLost {
			/// The ledger.
			chain: ChainTag,
			/// The epoch of the committee.
			epoch: Epoch,
			/// The node.
			node: AccountId,
		},
		/// From the next draw on there are seats of another ledger.
		LedgerRegistered {
			/// The ledger.
			chain: ChainTag,
			/// Its seats and its genesis.
			params: LedgerParams,
		},
		/// From the next draw on a ledger has another number of seats.
		SeatsSet {
			/// The ledger.
			chain: ChainTag,
			/// How many.
			seats: u32,
		},
		/// No committees of a ledger are drawn any more.
		LedgerRemoved {
			/// The ledger.
			chain: ChainTag,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The ticket is not of the present epoch.
		WrongEpoch,
		/// Nobody is drawn for this role: all who qualify serve.
		RoleNotDrawn,
		/// No ledger has seats for this role.
		NoLedgerOfRole,
		/// There is no such node, or its keys do not count yet.
		KeysDoNotCount,
		/// The node does not offer this role with the deposit that it takes, or leaves, or is out of the draw for a while.
		MayNotStand,
		/// The node has a seat of this role in the next epoch, and cannot be drawn for another.
		AlreadySeated,
		/// The node has handed in its ticket for this role and epoch.
		AlreadySubmitted,
		/// There are as many tickets of higher stake as can be held.
		TooManyTickets,
		/// The node did not draw this ticket.
		BadTicket,
		/// The ledger is registered.
		LedgerExists,
		/// The ledger was removed, and its members can still be punished. It cannot come back before that is over.
		LedgerRetired,
		/// The ledger is not registered.
		NoSuchLedger,
		/// Routers sit in the committees of the main chain and of zones, validators in those of shards.
		WrongRole,
		/// A committee has 1 to `MAX_MEMBERS` seats.
		SeatsOutOfRange,
		/// There are at most `MAX_LEDGERS` ledgers, with those that were removed not long ago.
		TooManyLedgers,
		/// All ledgers together have at most `MAX_SEATS` seats.
		TooManySeats,
		/// What members of the main chain did is counted here, and reported by nobody.
		CountedHere,
		/// The epoch has not begun.
		EpochNotOver,
		/// No committee of that ledger and epoch is kept.
		UnknownCommittee,
		/// What members did in this epoch, or in a later one, has been reported.
		AlreadyReported,
		/// A node is reported that has no seat in that committee, or one twice.
		NotSeated,
	}

	/// What the pallet begins with. Its place in the genesis is after that of the nodes, to which it tells who has a seat.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The ledgers.
		pub ledgers: Vec<(ChainTag, LedgerParams)>,
		/// The main chain's committee of the first two epochs, with the nodes whose members it has: the same members as
		/// those in the genesis of `pallet-committee`.
		pub committee: Vec<(AccountId, Member)>,
		/// Whether a node may sit in a zone's committee and in one of that zone's shards at once. For networks of a few
		/// nodes that guard nothing.
		pub allow_both: bool,
		/// For how many epochs before the present one committees are kept: as long as evidence counts.
		pub history: Epoch,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				ledgers: Vec::new(),
				committee: Vec::new(),
				allow_both: false,
				history: DEFAULT_HISTORY,
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				(1..=MAX_HISTORY).contains(&self.history),
				"the genesis keeps committees for {} epochs, not for 1 to {MAX_HISTORY}",
				self.history,
			);
			AllowBoth::<T>::put(self.allow_both);
			History::<T>::put(self.history);
			for (chain, params) in &self.ledgers {
				if let Err(error) = Pallet::<T>::add_ledger(*chain, *params) {
					panic!("ledger {chain:?} of the genesis cannot be registered: {error:?}");
				}
			}
			if !self.committee.is_empty() {
				Pallet::<T>::found(&self.committee);
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let roles = Role::ALL.into_iter().filter(|role| role.is_drawn()).count();
			let tickets = MAX_TICKETS.saturating_mul(types::count(roles));
			let worst = T::WeightInfo::draw(tickets, MAX_SEATS + MAX_MEMBERS, MAX_LEDGERS);
			assert!(
				worst.all_lte(block / 4),
				"the draw ({worst:?}) leaves three quarters of a block ({block:?}) to others"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Hands in a node's ticket for a role, drawn over the randomness of the present epoch. One for each node, role and
		/// epoch.
		///
		/// It needs no signature and costs nothing: only the node's VRF key can have made it.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::submit_ticket(), DispatchClass::Operational, Pays::No))]
		#[pallet::authorize(|_source, ticket| Pallet::<T>::authorize_ticket(ticket))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_ticket())]
		pub fn submit_ticket(origin: OriginFor<T>, ticket: Ticket) -> DispatchResult {
			ensure_authorized(origin)?;
			let held = Self::check_ticket(&ticket)?;
			Self::hold(ticket.role, held)
		}

		/// Adds a ledger. Its first committee is drawn at the end of the present epoch, and votes in the epoch after the
		/// next.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::register_ledger(), DispatchClass::Operational))]
		pub fn register_ledger(origin: OriginFor<T>, chain: ChainTag, params: LedgerParams) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::add_ledger(chain, params)?;
			Self::deposit_event(Event::LedgerRegistered { chain, params });
			Ok(())
		}

		/// Gives a ledger another number of seats from the next draw on. If they are less, the longest-serving go.
		#[pallet::call_index(2)]
		#[pallet::weight((T::WeightInfo::set_seats(), DispatchClass::Operational))]
		pub fn set_seats(origin: OriginFor<T>, chain: ChainTag, seats: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::resize_ledger(chain, seats)?;
			Self::deposit_event(Event::SeatsSet { chain, seats });
			Ok(())
		}

		/// Removes a ledger: the present epoch is the last in which it has a committee. Of the main chain it means that
		/// its members stay, and root names others.
		#[pallet::call_index(3)]
		#[pallet::weight((T::WeightInfo::remove_ledger(), DispatchClass::Operational))]
		pub fn remove_ledger(origin: OriginFor<T>, chain: ChainTag) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::retire_ledger(chain)?;
			Self::deposit_event(Event::LedgerRemoved { chain });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Records the main chain's first committee, for two epochs.
		fn found(committee: &[(AccountId, Member)]) {
			assert!(Ledgers::<T>::contains_key(ChainTag::Main), "a genesis with a committee registers the main chain");
			assert!(
				committee.len() <= types::length(MAX_MEMBERS),
				"the genesis committee has more than {MAX_MEMBERS} members"
			);
			let seat = |(node, member): &(AccountId, Member)| Seat {
				node: Some(node.clone()),
				member: member.clone(),
				since: 0,
			};
			let seats: Vec<Seat> = committee.iter().map(seat).collect();
			let mut nodes: Vec<AccountId> = committee.iter().map(|(node, _)| node.clone()).collect();
			nodes.sort();
			nodes.dedup();
			assert!(nodes.len() == seats.len(), "a node has two seats in the genesis committee");
			Self::record(ChainTag::Main, 0, &seats);
			Self::record(ChainTag::Main, 1, &seats);
			Seated::<T>::insert(role_of(ChainTag::Main), SeatedNodes::truncate_from(nodes));
		}
	}
}
