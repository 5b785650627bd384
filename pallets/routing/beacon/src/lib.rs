#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

pub mod config_preludes;
mod errors;
#[cfg(test)]
mod mock;
mod own;
mod sealing;
mod store;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod update;
pub mod weights;

pub use pallet::*;
pub use sealing::Paused;
pub use types::Neighbour;
pub use weights::{UpdateSize, WeightInfo};

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::beacon";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use crate::store::Stored;
	use alloc::vec::Vec;
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{Contains, StorageVersion},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_inherents::MakeFatalError;
	use tp_beacon::{Beacon, BeaconError, Conflict, Source, Update, INHERENT_IDENTIFIER, UPDATE_CALL};
	use tp_core::{BlockNumber, ChainTag};
	use tp_mailbox::TableRange;
	use tp_pbft::{Epoch, Member};
	use tp_routing::BeaconReport;
	use tp_stake::{DrawnCommittees, OwnEpoch, ReportParticipation};

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Account id and block number are free. The headers of neighbours are [`tp_core::Header`].
	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// The origin that registers and removes neighbours, sets their tables, and announces committees without a proof.
		///
		/// Plug in `EnsureRoot<AccountId>` (the default) or the ledger's governance.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The ledgers that the author of a block may register. Nothing in the runtime proves a registration, so replicas must vote for
		/// those alone that they derive themselves.
		///
		/// Plug in the shards of a zone, whose routers run them; on a main chain zones, where [`AuthorsMayRegister`] is set. `Nothing`
		/// is the default: genesis and [`Config::AdminOrigin`] name all neighbours.
		type AuthorsRegister: Contains<ChainTag>;

		/// The epochs of this ledger itself, so that it takes its own later committees from the main chain.
		///
		/// Plug in `pallet-committee` on zones and shards, and this pallet as its `Election`. `()` (the default) takes none.
		type Own: OwnEpoch;

		/// Reports the activity of this ledger's drawn committees.
		///
		/// Plug in `pallet-mailbox` on zones and shards. `()` (the default) reports nothing.
		type Reports: ReportParticipation;

		/// The committees that this ledger draws for zones.
		///
		/// Plug in `pallet-shard-assignment` on the main chain, which needs no proof of what is in its own state. `()` (the default) has
		/// none: announcements and [`Config::AdminOrigin`] bring them.
		type Drawn: DrawnCommittees;

		/// The block's time in milliseconds, by which a shard takes no units while its zone does not seal it: [`Paused`].
		///
		/// Plug in the time of `pallet-timestamp` on shards. With `ConstU64<0>` (the default) time stands still, and nothing is late.
		type Now: Get<u64>;

		/// The weights of calls and hooks.
		///
		/// Plug in [`weights::SubstrateWeight<Runtime>`](crate::weights::SubstrateWeight) (the default), which estimates.
		/// `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The neighbours, with their newest headers. Each has at most `MAX_HELD` headers and `KEPT_EPOCHS` epochs.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type Sources<T> = StorageMap<_, Blake2_128Concat, ChainTag, Source>;

	/// The tags of all neighbours, ascending, at most `MAX_SOURCES`. A zone's header commits to their heads in this order.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type SourceList<T> = StorageValue<_, Vec<ChainTag>, ValueQuery>;

	/// The committees of neighbours by epoch, each of at most `MAX_MEMBERS` members. Under the ledger's own tag: its later ones, as far as
	/// they are announced.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type Committees<T> = StorageDoubleMap<_, Blake2_128Concat, ChainTag, Twox64Concat, Epoch, Vec<Member>>;

	/// Whether this network derives its ledgers, so that authors may register some. The genesis alone sets it: on networks for
	/// development, whose validators run a router. Where it is not set, [`Config::AdminOrigin`] registers.
	#[pallet::storage]
	pub type AuthorsMayRegister<T> = StorageValue<_, bool, ValueQuery>;

	/// Whether the main chain draws the committees of this ledger, so that its epochs follow those of the main chain. The genesis alone
	/// sets it. Where it is not set, time ends the epochs, and the members stay unless government names others.
	#[pallet::storage]
	pub type IsDrawn<T> = StorageValue<_, bool, ValueQuery>;

	/// The blocks of this ledger that its zone has not sealed, with their times. At most `MAX_MARKS`.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type Unsealed<T> = StorageValue<_, tp_beacon::Unsealed, ValueQuery>;

	/// Whether the next block takes no units: [`Paused`].
	#[pallet::storage]
	pub type IsPaused<T> = StorageValue<_, bool, ValueQuery>;

	/// Whether this block has taken an update. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type Updated<T> = StorageValue<_, ()>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The neighbours of the ledger.
		pub neighbours: Vec<Neighbour>,
		/// Whether authors may register the ledgers that the network derives.
		pub authors_register: bool,
		/// Whether the main chain draws the committees of this ledger.
		pub drawn: bool,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if self.authors_register {
				AuthorsMayRegister::<T>::put(true);
			}
			if self.drawn {
				IsDrawn::<T>::put(true);
			}
			for neighbour in self.neighbours.iter().cloned() {
				let chain = neighbour.chain;
				if let Err(error) = Pallet::<T>::beacon(|beacon| beacon.register(neighbour.into())) {
					panic!("the genesis names the neighbour {chain:?}, which is refused: {error}");
				}
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A header is the newest of its ledger.
		NewHead {
			/// The ledger.
			chain: ChainTag,
			/// The height.
			number: BlockNumber,
			/// The hash.
			hash: H256,
		},
		/// A committee certified two headers at one height.
		Conflicting {
			/// Both headers.
			conflict: Conflict,
		},
		/// No newer header of a ledger is taken.
		Frozen {
			/// The ledger.
			chain: ChainTag,
			/// The height of the conflict.
			number: BlockNumber,
		},
		/// The committee of a later epoch is known.
		Announced {
			/// The ledger.
			chain: ChainTag,
			/// The epoch.
			epoch: Epoch,
		},
		/// A ledger is followed from now on.
		Registered {
			/// The ledger.
			chain: ChainTag,
		},
		/// A ledger is not followed any more.
		Removed {
			/// The ledger.
			chain: ChainTag,
		},
		/// The zone has not sealed this ledger for too long: it takes no units.
		Paused {
			/// The newest sealed block.
			sealed: BlockNumber,
		},
		/// The zone has sealed this ledger again: it takes units.
		Resumed {
			/// The newest sealed block.
			sealed: BlockNumber,
		},
		/// The tables of a ledger changed.
		TablesSet {
			/// The ledger.
			chain: ChainTag,
			/// Its tables.
			tables: Option<TableRange>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The block has taken an update already.
		UpdatedBefore,
		/// The update has no part.
		EmptyUpdate,
		/// The update has too many headers.
		TooManyHeaders,
		/// The update has too many pairs of contradicting headers.
		TooManyConflicts,
		/// The update has too many announcements.
		TooManyAnnouncements,
		/// The update registers too many ledgers.
		TooManyRegistrations,
		/// The authors of this ledger register no such neighbours.
		AuthorsDoNotRegister,
		/// The ledger is no neighbour.
		UnknownSource,
		/// The ledger is a neighbour already.
		KnownSource,
		/// There are too many neighbours.
		TooManySources,
		/// The ledger certified two headers at one height, and is frozen.
		Frozen,
		/// The committee of the epoch is not known: a header that hands over to it is missing.
		UnknownEpoch,
		/// The height is before the first of the epoch.
		BeforeEpoch,
		/// The height is after the last of the epoch, whose committee has retired.
		AfterEpoch,
		/// The certificate has too few signers.
		NoQuorum,
		/// A signature of the certificate is invalid.
		BadSignature,
		/// The certificate is for another block.
		OtherBlock,
		/// The signers of the certificate do not fit its committee or its signatures.
		BadSigners,
		/// The header has no mailbox digest, or several.
		NoCommitments,
		/// A newer header is held.
		Stale,
		/// The header is held already.
		KnownHeader,
		/// A handover has last headers of epochs alone.
		NotLast,
		/// The header names a committee of another epoch than the next.
		OtherEpoch,
		/// A committee is empty or too large.
		BadCommittee,
		/// The main chain has not announced the committee that the header names.
		NotAnnounced,
		/// The header names another committee than the main chain.
		OtherCommittee,
		/// The announced epoch is not one of the next ones.
		OutOfReach,
		/// The main chain elects its committees itself.
		ElectsItself,
		/// The headers do not contradict each other.
		NoConflict,
		/// The committee is announced already.
		KnownCommittee,
		/// The header below which the announcement is proved is not held.
		AnchorNotHeld,
		/// The way to the main chain's head does not hold.
		BadHeadPath,
		/// The way leads to another header than that of the announcement.
		OtherHeader,
		/// The proof of the announcement is longer than any that is needed.
		ProofTooLong,
		/// The proof does not lead to the seats of the committee.
		NoSeats,
		/// The epoch has not begun on the main chain, or the proof does not show it.
		NotInForce,
		/// A ledger does not follow itself.
		OwnLedger,
		/// The head is not one of this ledger that its zone has sealed.
		NotSealed,
		/// The zone has sealed another block at that height than this ledger has.
		SealedOther,
		/// It is known that the zone has sealed that head.
		SealedBefore,
		/// Headers of this ledger prove no committees here: those of the main chain do, and for a shard those of its zone.
		ForeignAnnouncement,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Returns the weight of `on_finalize`.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::block()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Updated::<T>::kill();
			Self::note_block();
		}

		/// Checks the indices by which nodes find what a block includes of other ledgers.
		#[cfg(feature = "std")]
		fn integrity_test() {
			use codec::Encode;
			let call = Call::<T>::update { update: Update::default() }.encode();
			assert_eq!(call.first(), Some(&UPDATE_CALL[1]), "the index of `update` is fixed");
			assert_eq!(
				Unsealed::<T>::hashed_key().to_vec(),
				tp_beacon::unsealed_key(),
				"the pallet must be named `Beacon`"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Takes news of neighbours. Only the author can call it, once a block, and only with parts that are all valid and new.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::update(UpdateSize::of(update)), DispatchClass::Mandatory))]
		pub fn update(origin: OriginFor<T>, update: Update) -> DispatchResult {
			ensure_none(origin)?;
			ensure!(!Updated::<T>::exists(), Error::<T>::UpdatedBefore);
			ensure!(!update.is_empty(), Error::<T>::EmptyUpdate);
			Updated::<T>::put(());
			Self::take(update)
		}

		/// Begins to follow a ledger.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::register(), DispatchClass::Operational))]
		pub fn register(origin: OriginFor<T>, neighbour: Neighbour) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::follow(neighbour.into())
		}

		/// Ends to follow a ledger. Its tables have moved to others, and all of its lanes are acknowledged.
		#[pallet::call_index(2)]
		#[pallet::weight((T::WeightInfo::remove(), DispatchClass::Operational))]
		pub fn remove(origin: OriginFor<T>, chain: ChainTag) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::beacon(|beacon| beacon.remove(chain)).map_err(Error::<T>::from)?;
			Self::deposit_event(Event::Removed { chain });
			Ok(())
		}

		/// Sets the tables of a ledger. A shard that ends keeps none.
		#[pallet::call_index(3)]
		#[pallet::weight((T::WeightInfo::set_tables(), DispatchClass::Operational))]
		pub fn set_tables(origin: OriginFor<T>, chain: ChainTag, tables: Option<TableRange>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::beacon(|beacon| beacon.set_tables(chain, tables)).map_err(Error::<T>::from)?;
			Self::deposit_event(Event::TablesSet { chain, tables });
			Ok(())
		}

		/// Announces the committee of a later epoch without a proof, of a neighbour or of this ledger itself: where nothing proves it, or
		/// the proof is lost.
		#[pallet::call_index(4)]
		#[pallet::weight((T::WeightInfo::announce(), DispatchClass::Operational))]
		pub fn announce(origin: OriginFor<T>, chain: ChainTag, epoch: Epoch, members: Vec<Member>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::note_committee(chain, epoch, members)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Returns what the ledger follows, as routers read it.
		pub fn report() -> BeaconReport {
			let mut store = Stored::<T>(PhantomData);
			let heads = Beacon::new(&mut store).heads();
			let sources = SourceList::<T>::get().into_iter().filter_map(Sources::<T>::get);
			let (mut followed, mut frozen) = (Vec::new(), Vec::new());
			for source in sources {
				let chain = source.ledger.chain;
				followed.push((chain, source.spans.last().map_or(0, |span| span.epoch)));
				frozen.extend(source.frozen_at.map(|number| (chain, number)));
			}
			BeaconReport { heads, followed, frozen }
		}

		/// Changes the state by the rules of the beacon.
		pub(crate) fn beacon(
			change: impl FnOnce(&mut Beacon<'_, Stored<T>>) -> Result<(), BeaconError>,
		) -> Result<(), BeaconError> {
			change(&mut Beacon::new(&mut Stored::<T>(PhantomData)))
		}
	}

	#[pallet::inherent]
	impl<T: Config> ProvideInherent for Pallet<T> {
		type Call = Call<T>;
		type Error = MakeFatalError<()>;
		const INHERENT_IDENTIFIER: InherentIdentifier = INHERENT_IDENTIFIER;

		fn is_inherent(call: &Self::Call) -> bool {
			matches!(call, Call::update { .. })
		}

		/// Returns what a block can take of the news that its author was brought.
		fn create_inherent(data: &InherentData) -> Option<Self::Call> {
			match data.get_data::<Update>(&INHERENT_IDENTIFIER) {
				Ok(update) => {
					let update = Self::choose(update.unwrap_or_default());
					(!update.is_empty()).then_some(Call::update { update })
				},
				Err(error) => {
					log::error!(target: LOG_TARGET, "cannot decode the news of neighbours: {error:?}");
					None
				},
			}
		}

		/// Accepts every call: the call itself verifies all of it.
		fn check_inherent(_: &Self::Call, _: &InherentData) -> Result<(), Self::Error> {
			Ok(())
		}
	}
}
