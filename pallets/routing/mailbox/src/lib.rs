#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod accounts;
pub mod config_preludes;
mod derived;
mod errors;
#[cfg(test)]
mod mock;
mod relay;
mod remote;
mod reports;
mod store;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
mod units;
mod value;
pub mod weights;

pub use accounts::{Begun, RoutedAccounts};
pub use derived::{Derivation, NoteDerived};
pub use pallet::*;
pub use value::OutsideAccounts;
pub use weights::{RelayedSize, WeightInfo};

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::mailbox";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use codec::FullCodec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Balanced, Inspect},
			Contains, PalletInfo, StorageVersion,
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_inherents::MakeFatalError;
	use tp_beacon::Anchors;
	use tp_core::{AccountId, Balance, ChainTag};
	use tp_mailbox::{
		bounds::MAX_MESSAGE_WEIGHT, Bounce, Home, InboundLane, KnownLevels, Lane, Ledger, OutboundLane, Outbox, Reason,
		Receive, Relayed, RemoteTransfers, Sequence, INHERENT_IDENTIFIER,
	};
	use tp_quota::QuotaMeter;

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Messages fix the account id. The block number is free; the turns of sources count by its lower 32 bits.
	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		/// The ledger, with its tables.
		///
		/// Plug in what genesis or the zone's registry says. There is no default.
		#[pallet::no_default]
		type Ledger: Get<Ledger>;

		/// The held headers of neighbours.
		///
		/// Plug in `pallet-beacon`. There is no default.
		#[pallet::no_default]
		type Anchors: Anchors + 'static;

		/// The balances of accounts. Their issuance counts what is in lanes.
		///
		/// Plug in `pallet-balances`. There is no default.
		#[pallet::no_default]
		type Currency: Balanced<AccountId> + Inspect<AccountId, Balance = Balance>;

		/// Executes messages that are no payments.
		///
		/// Plug in the pallet that takes reports or calls of other ledgers. `()` (the default) refuses them all.
		type Receiver: Receive;

		/// The places to which users may send.
		///
		/// Plug in the registry of zones. `Everything` (the default) lets users open lanes to zones that do not exist, where they
		/// stay open.
		type Homes: Contains<Home>;

		/// The meter of use. It charges payments of `pallet-balances` that turn out to lead to other ledgers.
		///
		/// Plug in `pallet-quota`. `()` (the default) charges nothing.
		type Meter: QuotaMeter;

		/// The accounts that calls derive from their senders. Calls that derive those of other ledgers fail.
		///
		/// Plug in the runtime's pure proxies and multisigs, and [`NoteDerived`] into its call filter. `()` (the default) knows
		/// none.
		#[pallet::no_default_bounds]
		type Derivation: Derivation<Self::RuntimeCall> + FullCodec + TypeInfo + 'static;

		/// The weight of the messages that a block takes in at most, in picoseconds. At least that of the heaviest message.
		///
		/// The default is 400 ms, a fifth of a block of 2 s.
		type MaxInboundWeight: Get<u64>;

		/// The weights of calls and hooks.
		///
		/// Plug in [`weights::SubstrateWeight<Runtime>`](crate::weights::SubstrateWeight) (the default), which estimates.
		/// `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The lanes that begin here. A lane has the peaks of its messages, at most 64.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type OutboundLanes<T> = StorageMap<_, Blake2_128Concat, Lane, OutboundLane, ValueQuery>;

	/// The lanes with messages in flight, ascending, at most `MAX_OPEN_LANES`. The outbox root commits to them.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type OpenLanes<T> = StorageValue<_, Vec<Lane>, ValueQuery>;

	/// The lanes that opened or closed in this block, in this order. Empty between blocks.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type OpenedOrClosed<T> = StorageValue<_, Vec<Lane>, ValueQuery>;

	/// Sums over the open lanes.
	#[pallet::storage]
	pub type OutboxSums<T> = StorageValue<_, Outbox, ValueQuery>;

	/// The outbox root of the newest block.
	#[pallet::storage]
	pub type OutboxRoot<T> = StorageValue<_, H256, ValueQuery>;

	/// The lanes that lead here, with their cursors.
	#[pallet::storage]
	pub type InboundLanes<T> = CountedStorageMap<_, Blake2_128Concat, Lane, InboundLane>;

	/// The lanes that lead here, ascending, at most `MAX_INBOUND_LANES`. The inbox root commits to them.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type InboundList<T> = StorageValue<_, Vec<Lane>, ValueQuery>;

	/// The inbound lanes that are new in this block, or were removed, in this order. Empty between blocks.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type NewOrRemoved<T> = StorageValue<_, Vec<Lane>, ValueQuery>;

	/// The ledgers that users send from to here, ascending. They take turns if the inbox is full.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type UserSources<T> = StorageValue<_, Vec<ChainTag>, ValueQuery>;

	/// The number of messages that are known to wait for this ledger.
	#[pallet::storage]
	pub type Waiting<T> = StorageValue<_, u64, ValueQuery>;

	/// The inbox root of the newest block.
	#[pallet::storage]
	pub type InboxRoot<T> = StorageValue<_, H256, ValueQuery>;

	/// The newest known load of the ledgers that own destinations, by place. At most one for each table of a zone.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type Levels<T> = StorageMap<_, Blake2_128Concat, Home, KnownLevels, ValueQuery>;

	/// The value in lanes, bounces included. It is issued, and belongs to no account.
	#[pallet::storage]
	pub type InLanes<T> = StorageValue<_, Balance, ValueQuery>;

	/// Values that returned for accounts that could not take them. An entry costs its account a life and a message.
	#[pallet::storage]
	pub type Kept<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// The number of messages that accounts started in this block. Empty between blocks.
	#[pallet::storage]
	pub type Started<T: Config> = StorageMap<_, Twox64Concat, T::AccountId, u32, ValueQuery>;

	/// The payment that the extrinsic which runs has begun to an account of another ledger. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type BegunPayment<T> = StorageValue<_, Begun>;

	/// What the call that runs derives from its sender. Empty between blocks.
	#[pallet::storage]
	#[pallet::unbounded]
	#[pallet::whitelist_storage]
	pub type Deriving<T: Config> = StorageValue<_, T::Derivation>;

	/// Whether this block changed what the outbox root commits to. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type OutboxChanged<T> = StorageValue<_, ()>;

	/// Whether this block changed what the inbox root commits to. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type InboxChanged<T> = StorageValue<_, ()>;

	/// Whether this block has taken what routers brought. Empty between blocks.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type RelayTaken<T> = StorageValue<_, ()>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A message is on its way.
		Sent {
			/// The lane.
			lane: Lane,
			/// The place in the lane.
			sequence: Sequence,
			/// The account that started the chain of messages.
			initiator: AccountId,
			/// The value that left with it.
			value: Balance,
		},
		/// A message was delivered.
		Delivered {
			/// The lane.
			lane: Lane,
			/// The place in the lane.
			sequence: Sequence,
		},
		/// A message was not delivered, and its value returns.
		Bounced {
			/// The lane.
			lane: Lane,
			/// The place in the lane.
			sequence: Sequence,
			/// Why.
			reason: Reason,
		},
		/// A bounce was taken.
		Refunded {
			/// The lane of the bounce.
			lane: Lane,
			/// The place in the lane.
			sequence: Sequence,
		},
		/// A value returned to the account that sent it.
		Returned {
			/// The account.
			account: AccountId,
			/// The value.
			value: Balance,
			/// The message that was not delivered, if its destination says which.
			bounce: Option<Bounce>,
			/// Whether it is credited. Otherwise it is kept for the account.
			credited: bool,
		},
		/// A message cannot be delivered, and there is no room for its bounce: its lane waits.
		Waits {
			/// The lane.
			lane: Lane,
			/// The place in the lane.
			sequence: Sequence,
		},
		/// A destination has taken messages.
		Confirmed {
			/// The lane.
			lane: Lane,
			/// The place of the first of them.
			first: Sequence,
			/// The place after the last.
			end: Sequence,
			/// Their value.
			value: Balance,
		},
		/// An account has taken what was kept for it.
		Claimed {
			/// The account.
			account: AccountId,
			/// The value.
			value: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The block has taken what routers brought already.
		RelayedBefore,
		/// The relay has no part.
		EmptyRelay,
		/// The relay is below too many headers.
		TooManyHeaders,
		/// The relay has too many acknowledgements.
		TooManyAcknowledgements,
		/// The relay has more messages than a block takes in.
		TooManyMessages,
		/// The relay has more bytes than a block takes in.
		TooManyBytes,
		/// The header below which something is proved is not held.
		AnchorNotHeld,
		/// A head is not in the header above it.
		NoHead,
		/// A ledger vouches for another that is not its neighbour.
		Stranger,
		/// A proof is longer than any that is needed.
		ProofTooLong,
		/// The proof leads to another ledger than the lane's source.
		OtherSource,
		/// The proof leads to a ledger where the lane does not end.
		OtherDestination,
		/// The lane is not in the outbox of its source, or with another count.
		NoLane,
		/// The cursor is not in the inbox of its ledger.
		NoCursor,
		/// A packet has more messages than a lane has in flight.
		PacketTooLarge,
		/// The messages are not in the lane.
		NoMessages,
		/// The accounts of the lane's destination are not in this ledger.
		NotHere,
		/// All messages of a packet were taken.
		AlreadyTaken,
		/// Messages before those of a packet are missing.
		Gap,
		/// The block has two packets of one lane.
		LaneTwice,
		/// Too many lanes lead here.
		TooManyInboundLanes,
		/// The acknowledged lane is another ledger's.
		OtherLane,
		/// The cursor is known, and so is the load of its ledger.
		AcknowledgedBefore,
		/// The destination states that it took more than was sent.
		NotSent,
		/// A message is too long.
		MessageTooLong,
		/// The chain of messages has crossed too many ledgers.
		TooManyHops,
		/// The weight or the budget of a message is out of range.
		BadWeight,
		/// The messages of a delivery exceed its budget, or are too many.
		BudgetExceeded,
		/// The lane has too many messages on their way: send when some have arrived.
		LaneFull,
		/// The messages on their way fill the lane: send when some have arrived.
		LaneBytes,
		/// The other ledger is loaded: send later.
		DestinationBusy,
		/// This ledger has many messages on their way: send one a block.
		OneAtATime,
		/// This ledger has too many messages on their way: send later.
		OutboxFull,
		/// Messages to too many parts of other ledgers are on their way: send later.
		TooManyOpenLanes,
		/// There is nothing to send.
		NoValue,
		/// The account lives in this ledger: pay it by an ordinary transfer.
		NotRemote,
		/// There is no such zone.
		UnknownDestination,
		/// Nothing is kept for the account.
		NothingKept,
		/// The account cannot take what is kept for it: it does not exist, and the value is too small to create it.
		CannotCredit,
		/// The account lives in another ledger: from here it can be paid, and nothing else. A pure proxy has another account in the
		/// next block; a multisig works where its account lives.
		Elsewhere,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Returns the weight of `on_finalize` too, for the lanes that there are at the beginning of the block.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::mailbox(|mailbox| mailbox.begin_block());
			T::WeightInfo::block(OutboxSums::<T>::get().open_lanes, InboundLanes::<T>::count())
		}

		/// Commits to lanes, cursors, heads and load in the header.
		fn on_finalize(_: BlockNumberFor<T>) {
			// Taken in any case, so that the state does not keep them.
			RelayTaken::<T>::kill();
			BegunPayment::<T>::kill();
			Deriving::<T>::kill();
			Self::mailbox(|mailbox| mailbox.begin_block());
			frame_system::Pallet::<T>::deposit_log(Self::commitments().item());
		}

		fn integrity_test() {
			// Inherents are created and executed in the order of pallets: headers first, then what is proved below them.
			let anchors = T::PalletInfo::index::<T::Anchors>();
			assert!(
				anchors.is_none_or(|anchors| Some(anchors) < T::PalletInfo::index::<Self>()),
				"the pallet of `Anchors` must have a lower index than pallet-mailbox"
			);
			assert!(
				T::MaxInboundWeight::get() >= MAX_MESSAGE_WEIGHT,
				"a block must have room for the heaviest message: `MaxInboundWeight` is too small"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Takes messages of other ledgers and acknowledgements, proved below held headers. Only the author can call it, once a
		/// block, and only with parts that can all be taken.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::relay(RelayedSize::of(relayed, T::MaxInboundWeight::get())), DispatchClass::Mandatory))]
		pub fn relay(origin: OriginFor<T>, relayed: Vec<Relayed>) -> DispatchResult {
			ensure_none(origin)?;
			ensure!(!RelayTaken::<T>::exists(), Error::<T>::RelayedBefore);
			ensure!(!relayed.is_empty(), Error::<T>::EmptyRelay);
			RelayTaken::<T>::put(());
			Self::take_relayed(relayed)
		}

		/// Pays an account of another ledger: of a zone, or of the main chain.
		///
		/// What cannot be credited there returns. A sender that would keep less than the existential deposit ends.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::transfer())]
		pub fn transfer(
			origin: OriginFor<T>,
			home: Home,
			to: AccountId,
			#[pallet::compact] value: Balance,
		) -> DispatchResult {
			let from = ensure_signed(origin)?;
			<Self as RemoteTransfers>::transfer(&from, home, &to, value)?;
			Ok(())
		}

		/// Credits an account with what returned while it could not take it. Anyone can call it.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			let value = Kept::<T>::get(&account);
			ensure!(value > 0, Error::<T>::NothingKept);
			ensure!(Self::credit_or_keep(&account, 0), Error::<T>::CannotCredit);
			Self::deposit_event(Event::Claimed { account, value });
			Ok(())
		}
	}

	#[pallet::inherent]
	impl<T: Config> ProvideInherent for Pallet<T> {
		type Call = Call<T>;
		type Error = MakeFatalError<()>;
		const INHERENT_IDENTIFIER: InherentIdentifier = INHERENT_IDENTIFIER;

		/// Accepts every call: the call itself verifies all of it.
		fn check_inherent(_: &Self::Call, _: &InherentData) -> Result<(), Self::Error> {
			Ok(())
		}

		/// Returns what a block can take of all that its author was brought.
		fn create_inherent(data: &InherentData) -> Option<Self::Call> {
			match data.get_data::<Vec<Relayed>>(&INHERENT_IDENTIFIER) {
				Ok(relayed) => {
					let relayed = Self::choose(relayed.unwrap_or_default());
					(!relayed.is_empty()).then_some(Call::relay { relayed })
				},
				Err(error) => {
					log::error!(target: LOG_TARGET, "cannot decode what routers brought: {error:?}");
					None
				},
			}
		}

		fn is_inherent(call: &Self::Call) -> bool {
			matches!(call, Call::relay { .. })
		}
	}
}
