#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod candidates;
mod committees;
mod deal;
mod election;
mod ledgers;
pub mod migrations;
#[cfg(test)]
mod mock;
mod participation;
mod reports;
mod rotation;
mod seats;
#[cfg(test)]
mod tests;
mod tickets;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use deal::IsDealing;
pub use pallet::*;
pub use reports::{LEAST_CERTIFIED, MAX_WAITING_REPORTS};
pub use types::{
	role_of, Candidate, Deal, FirstCommittee, LedgerParams, Openings, Page, PageSummary, Pages, RetiredLedger,
	SeatOfNode, Seats, Step, MAX_CANDIDATES, MAX_HISTORY, MAX_LEDGERS, MAX_PAGES, MAX_SEATS, PAGE, SEATS_PER_BLOCK,
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
		traits::{ConstU64, PalletInfo, StorageVersion},
	};
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use sp_core::H256;
	use tp_core::ChainTag;
	use tp_pbft::{Epoch, EpochActivity, Member, MAX_MEMBERS};
	use tp_sortition::{Key, Role, Ticket};
	use tp_stake::{ComputingPower, EpochClock, Nodes, OnParticipation, Seat};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(3);

	/// Default number of epochs for which committees are kept: 72 h of epochs of 6 h, as long as a deposit stays
	/// locked.
	const DEFAULT_HISTORY: Epoch = 12;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Default configurations, for [`derive_impl`](frame_support::derive_impl).
	pub mod config_preludes {
		use super::*;
		use frame_support::derive_impl;

		/// A main chain governed by root, without computing power and without receivers of participation. A runtime adds
		/// clock and nodes.
		pub struct MainChainDefaultConfig<T>(PhantomData<T>);

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
		impl<T> frame_system::DefaultConfig for MainChainDefaultConfig<T> {}

		#[frame_support::register_default_impl(MainChainDefaultConfig)]
		impl<T: frame_system::Config> DefaultConfig for MainChainDefaultConfig<T> {
			type Power = ();
			type OnParticipation = ();
			type AdminOrigin = frame_system::EnsureRoot<T::AccountId>;
			type WeightInfo = weights::SubstrateWeight<T>;
		}
	}

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Position of this ledger within its epochs, and the randomness of the draw.
		///
		/// Plug in `pallet-committee`. There is no default.
		#[pallet::no_default]
		type Clock: EpochClock;

		/// The node registry: keys, assets, reputation and standing of nodes. It is notified of each seat.
		///
		/// Plug in `pallet-comprehensive-stake`. There is no default: without nodes no committee can be drawn. The
		/// pallet must come before this one in the runtime, because the genesis of this pallet notifies it.
		#[pallet::no_default]
		type Nodes: Nodes<Self::AccountId>;

		/// Read access to the proved computing power of nodes, a factor of their stake.
		///
		/// Plug in `pallet-computing-power`. `()` gives every node the minimum: assets and reputation alone decide.
		type Power: ComputingPower<Self::AccountId>;

		/// Notified of participation each epoch.
		///
		/// Plug in `pallet-comprehensive-stake` (reputation) and `pallet-rewards`, as a pair in this order. `()`
		/// ignores it.
		type OnParticipation: OnParticipation<Self::AccountId>;

		/// The origin that registers, changes and removes ledgers.
		///
		/// Plug in root, or root and a council: all but root change seats by a quarter in an epoch, and cannot remove the main
		/// chain. `()` is not an origin. The default is root.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the pallet.
		///
		/// Plug in weights measured on your machines. The default is [`weights::SubstrateWeight`].
		type WeightInfo: WeightInfo;

		/// Registers nodes for benchmarks. There is no default.
		#[cfg(feature = "runtime-benchmarks")]
		#[pallet::no_default]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// The ledgers whose committees are drawn.
	#[pallet::storage]
	pub type Ledgers<T> = CountedStorageMap<_, Blake2_128Concat, ChainTag, LedgerParams>;

	/// Removed ledgers whose members can still be punished.
	#[pallet::storage]
	pub type Retired<T> = CountedStorageMap<_, Blake2_128Concat, ChainTag, RetiredLedger>;

	/// The seats with which an epoch began, of ledgers whose seats a council has changed in that epoch.
	#[pallet::storage]
	pub type SeatsBefore<T> = StorageMap<_, Blake2_128Concat, ChainTag, (Epoch, u32)>;

	/// Target number of seats of all ledgers of a role together.
	#[pallet::storage]
	pub type RoleSeats<T> = StorageMap<_, Twox64Concat, Role, u32, ValueQuery>;

	/// The committees of ledgers by epoch: the next epoch, the present one, and `History` epochs before it.
	///
	/// Light clients verify them by storage proofs, so the layout is a wire format.
	#[pallet::storage]
	pub type Committees<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, ChainTag, Blake2_128Concat, Epoch, Seats<T::AccountId>>;

	/// The newest epoch whose committees have come into force. Those of this epoch and of earlier ones do not change any more, so light
	/// clients and other ledgers verify it beside [`Committees`]. Its key is a wire format as well.
	#[pallet::storage]
	pub type InForce<T> = StorageValue<_, Epoch, ValueQuery>;

	/// The candidates of the present epoch, in pages by role and number.
	#[pallet::storage]
	pub type CandidatePages<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Role, Twox64Concat, u32, Page<T::AccountId>, ValueQuery>;

	/// What is known of the pages of a role without reading them.
	#[pallet::storage]
	pub type Summaries<T: Config> = StorageMap<_, Twox64Concat, Role, Pages<T::AccountId>, ValueQuery>;

	/// The candidates by node, while tickets are open.
	#[pallet::storage]
	pub type Ticketed<T: Config> = StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, T::AccountId, ()>;

	/// Number of seats of all ledgers of a role that the next draw opens, as far as they are known.
	#[pallet::storage]
	pub type OpenSeats<T> = StorageMap<_, Twox64Concat, Role, u32, ValueQuery>;

	/// The last key of the draw before, with the number of its candidates. There is none if the list was not full.
	#[pallet::storage]
	pub type LastKey<T> = StorageMap<_, Twox64Concat, Role, (Key, u32)>;

	/// The seats of nodes by role, as the newest draw decided them. Nodes with a seat in the next epoch need no ticket.
	///
	/// A node has at most one entry a role. Entries of past epochs have no effect.
	#[pallet::storage]
	pub type Seated<T: Config> = StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, T::AccountId, SeatOfNode>;

	/// The deal that the next blocks continue.
	#[pallet::storage]
	pub type PendingDeal<T> = StorageValue<_, Deal>;

	/// The openings of ledgers in the pending deal.
	#[pallet::storage]
	pub type Planned<T> = StorageMap<_, Blake2_128Concat, ChainTag, Openings>;

	/// The last epoch whose participation a ledger reported.
	#[pallet::storage]
	pub type Reported<T> = StorageMap<_, Blake2_128Concat, ChainTag, Epoch>;

	/// The reports of other ledgers that wait for a block, by number.
	#[pallet::storage]
	pub type WaitingReports<T> = StorageMap<_, Twox64Concat, u32, (ChainTag, EpochActivity)>;

	/// The number of the first report that waits, and the number after the last.
	#[pallet::storage]
	pub type WaitingRange<T> = StorageValue<_, (u32, u32), ValueQuery>;

	/// Number of epochs before the present one for which committees are kept.
	#[pallet::storage]
	pub type History<T> = StorageValue<_, Epoch, ValueQuery, ConstU64<DEFAULT_HISTORY>>;

	/// Whether a node may sit in a zone's committee and in one of that zone's shards at the same time.
	#[pallet::storage]
	pub type AllowBoth<T> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A committee was drawn.
		Drawn {
			/// The ledger.
			chain: ChainTag,
			/// The epoch in which it will vote.
			epoch: Epoch,
			/// Number of new members.
			incoming: u32,
			/// Number of members of the epoch before that are not in it.
			outgoing: u32,
		},
		/// There were fewer candidates than openings. Members stay that would have left, or seats stay vacant.
		TooFewCandidates {
			/// The ledger.
			chain: ChainTag,
			/// The epoch of the committee.
			epoch: Epoch,
			/// Number of openings.
			wanted: u32,
			/// Number of newcomers.
			found: u32,
		},
		/// A node was removed before the committee for which it was drawn came into force.
		SeatLost {
			/// The ledger.
			chain: ChainTag,
			/// The epoch of the committee.
			epoch: Epoch,
			/// The node.
			node: T::AccountId,
		},
		/// A ledger was registered. The next draw includes its seats.
		LedgerRegistered {
			/// The ledger.
			chain: ChainTag,
			/// Its seats, role and genesis hash.
			params: LedgerParams,
		},
		/// The number of a ledger's seats was changed from the next draw on.
		SeatsSet {
			/// The ledger.
			chain: ChainTag,
			/// The new number.
			seats: u32,
		},
		/// A ledger has reported the participation of its committee.
		ParticipationNoted {
			/// The ledger.
			chain: ChainTag,
			/// The epoch.
			epoch: Epoch,
		},
		/// The report of a ledger is not taken.
		ReportRefused {
			/// The ledger.
			chain: ChainTag,
			/// The epoch.
			epoch: Epoch,
			/// Why.
			error: DispatchError,
		},
		/// A ledger was removed. No more committees are drawn for it.
		LedgerRemoved {
			/// The ledger.
			chain: ChainTag,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The ticket is not of the present epoch.
		WrongEpoch,
		/// There is no draw for this role: all qualified nodes serve.
		RoleNotDrawn,
		/// No ledger has seats for this role.
		NoLedgerOfRole,
		/// The node does not exist, or its keys are not valid yet.
		KeysDoNotCount,
		/// The node does not offer this role with the required deposit, or leaves, or is excluded from the draw.
		MayNotStand,
		/// The node has a seat of this role in the next epoch and cannot be drawn for another.
		AlreadySeated,
		/// The node has already submitted its ticket for this role and epoch.
		AlreadySubmitted,
		/// The list of candidates is full of smaller keys.
		NoCandidate,
		/// The node weighs nothing in this draw: its stake counts from the epoch after the next.
		NoStake,
		/// The tickets of this epoch are closed.
		TicketsClosed,
		/// The seats of the epoch before are still being dealt. Tickets open in some blocks.
		DealPending,
		/// The node did not draw this ticket.
		BadTicket,
		/// The ledger is already registered.
		LedgerExists,
		/// The ledger was removed and its members can still be punished. It cannot be registered again before that
		/// ends.
		LedgerRetired,
		/// The ledger is not registered.
		NoSuchLedger,
		/// The role does not match: routers serve the main chain and zones, validators serve shards.
		WrongRole,
		/// A committee has 1 to `MAX_MEMBERS` seats.
		SeatsOutOfRange,
		/// There are at most `MAX_LEDGERS` ledgers, including recently removed ones.
		TooManyLedgers,
		/// All ledgers together have at most `MAX_SEATS` seats.
		TooManySeats,
		/// The participation of the main chain is counted here and cannot be reported.
		CountedHere,
		/// The epoch has not begun yet.
		EpochNotOver,
		/// No committee of that ledger and epoch is kept.
		UnknownCommittee,
		/// The participation in this epoch, or in a later one, was already reported.
		AlreadyReported,
		/// The report names a node without a seat in that committee, or names a node twice.
		NotSeated,
		/// A council may not set fewer seats: a committee of fewer bears no fault. A referendum may.
		TooFewSeats,
		/// A council may change the seats of a ledger by a quarter in an epoch: a referendum by more.
		SeatsChangeTooMuch,
		/// A council cannot remove the main chain.
		MainChainStays,
		/// Too many reports of other ledgers wait.
		TooManyReports,
		/// The report does not fit the committee, or contradicts itself.
		BadActivity,
		/// The epoch had too few blocks to say anything about the members.
		ShortEpoch,
	}

	/// Genesis of the pallet. It must be built after the genesis of the node registry, which it notifies of seats.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The ledgers.
		pub ledgers: Vec<(ChainTag, LedgerParams)>,
		/// The main chain's committee of the first two epochs, with the node of each member. The members must be those
		/// of the genesis of `pallet-committee`.
		pub committee: Vec<(T::AccountId, Member)>,
		/// The committees of other ledgers in the first two epochs, with the node of each member. The genesis of each ledger names the same
		/// members.
		pub first_committees: Vec<FirstCommittee<T::AccountId>>,
		/// Whether a node may sit in a zone's committee and in one of that zone's shards at the same time. Only for
		/// test networks of a few nodes: the zone would audit itself.
		pub allow_both: bool,
		/// Number of epochs before the present one for which committees are kept: at least as long as evidence counts.
		pub history: Epoch,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				ledgers: Vec::new(),
				committee: Vec::new(),
				first_committees: Vec::new(),
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
			let of_main = Some((&ChainTag::Main, &self.committee)).filter(|(_, members)| !members.is_empty());
			let others = self.first_committees.iter().map(|(chain, members)| (chain, members));
			for (chain, committee) in of_main.into_iter().chain(others) {
				Pallet::<T>::record_genesis_committee(*chain, committee);
			}
			if !self.ledgers.is_empty() {
				Role::ALL.into_iter().filter(|role| role.is_drawn()).for_each(|role| {
					Pallet::<T>::count_open_seats(role, 1);
				});
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Continues the pending deal. In the first block of an epoch, `pallet-committee` has advanced the epoch already.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::continue_deal().saturating_add(Self::apply_report())
		}

		fn integrity_test() {
			let block = <T as frame_system::Config>::BlockWeights::get().max_block;
			let worst = T::WeightInfo::next_committees(MAX_SEATS + MAX_MEMBERS, MAX_LEDGERS);
			assert!(
				worst.all_lte(block / 4),
				"the end of an epoch ({worst:?}) leaves three quarters of a block ({block:?}) to others"
			);
			let worst = Self::deal_weight(SEATS_PER_BLOCK).saturating_add(T::WeightInfo::order_candidates());
			assert!(
				worst.all_lte(block / 4),
				"a block of a deal ({worst:?}) leaves three quarters of a block ({block:?}) to others"
			);
			let worst = Self::report_weight();
			assert!(
				worst.all_lte(block / 4),
				"a report of another ledger ({worst:?}) leaves three quarters of a block ({block:?}) to others"
			);
			assert!(
				Role::ALL.is_sorted() && Role::Router < Role::Validator,
				"routers are drawn before validators, which respect the routers' seats"
			);
			assert!(ChainTag::Main < ChainTag::Zone(0), "the main chain is the first ledger of a draw");
			type Pallets<T> = <T as frame_system::Config>::PalletInfo;
			let (nodes, own) = (Pallets::<T>::index::<T::Nodes>(), Pallets::<T>::index::<Self>());
			assert!(nodes < own, "the genesis of the node registry is built first: it has the lower pallet index");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Submits a node's ticket for a role, drawn over the randomness of the present epoch. A node submits one
		/// ticket for each role and epoch.
		///
		/// The call needs no signature and no fee: only the node's VRF key can create the ticket.
		#[pallet::call_index(0)]
		// A bare transaction has no extension whose weight would contain the authorization.
		#[pallet::weight((
			T::WeightInfo::submit_ticket().saturating_add(T::WeightInfo::authorize_submit_ticket()),
			DispatchClass::Operational,
			Pays::No
		))]
		#[pallet::authorize(|_source, ticket| Pallet::<T>::authorize_ticket(ticket))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_ticket())]
		pub fn submit_ticket(origin: OriginFor<T>, ticket: Ticket<T::AccountId>) -> DispatchResult {
			// The validation of a bare or a general transaction authorized the call, which checks again.
			ensure_none(origin.clone()).or_else(|_| ensure_authorized(origin))?;
			let (candidate, place) = Self::check_ticket(&ticket)?;
			Self::enlist(ticket.role, candidate, place);
			Ok(())
		}

		/// Registers a ledger. Its first committee is drawn by the tickets of the present epoch and votes in the epoch
		/// after the next.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::register_ledger(), DispatchClass::Operational))]
		pub fn register_ledger(origin: OriginFor<T>, chain: ChainTag, params: LedgerParams) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			if !is_root {
				Self::check_first_seats(params.seats)?;
			}
			Self::add_ledger(chain, params)?;
			Self::ledgers_changed(chain);
			Self::deposit_event(Event::LedgerRegistered { chain, params });
			Ok(())
		}

		/// Changes the number of a ledger's seats from the next draw on. If there are fewer, the longest-serving
		/// members leave, at most a quarter of the committee an epoch. A council changes it by a quarter in an epoch, and not below 4.
		#[pallet::call_index(2)]
		#[pallet::weight((
			T::WeightInfo::set_seats().saturating_add(T::DbWeight::get().reads_writes(2, 1)),
			DispatchClass::Operational
		))]
		pub fn set_seats(origin: OriginFor<T>, chain: ChainTag, seats: u32) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			if is_root {
				SeatsBefore::<T>::remove(chain);
			} else {
				Self::check_seats_step(chain, seats)?;
			}
			Self::resize_ledger(chain, seats)?;
			Self::ledgers_changed(chain);
			Self::deposit_event(Event::SeatsSet { chain, seats });
			Ok(())
		}

		/// Removes a ledger. The present epoch is the last in which it has a committee. If root removes the main chain,
		/// its members stay and root names others. A council cannot remove it.
		#[pallet::call_index(3)]
		#[pallet::weight((
			T::WeightInfo::remove_ledger().saturating_add(T::DbWeight::get().writes(2)),
			DispatchClass::Operational
		))]
		pub fn remove_ledger(origin: OriginFor<T>, chain: ChainTag) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(is_root || chain != ChainTag::Main, Error::<T>::MainChainStays);
			Self::retire_ledger(chain)?;
			Self::ledgers_changed(chain);
			Self::deposit_event(Event::LedgerRemoved { chain });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Records the first committee of a ledger, for two epochs.
		fn record_genesis_committee(chain: ChainTag, committee: &[(T::AccountId, Member)]) {
			assert!(Ledgers::<T>::contains_key(chain), "a genesis with a committee of {chain:?} registers that ledger");
			assert!(
				(1..=types::length(MAX_MEMBERS)).contains(&committee.len()),
				"a genesis committee has 1 to {MAX_MEMBERS} members"
			);
			assert!(!Committees::<T>::contains_key(chain, 0), "the genesis names one committee of {chain:?}");
			let seat = |(node, member): &(T::AccountId, Member)| Seat {
				node: Some(node.clone()),
				member: member.clone(),
				since: 0,
			};
			let seats: Vec<Seat<T::AccountId>> = committee.iter().map(seat).collect();
			let mut nodes: Vec<T::AccountId> = committee.iter().map(|(node, _)| node.clone()).collect();
			nodes.sort();
			nodes.dedup();
			assert!(nodes.len() == seats.len(), "a node has two seats in the genesis committee");
			let is_free = |node: &T::AccountId| !Seated::<T>::contains_key(role_of(chain), node);
			assert!(nodes.iter().all(is_free), "a node has seats of one role in two genesis committees");
			Self::record(chain, 0, &seats);
			Self::record(chain, 1, &seats);
		}
	}
}
