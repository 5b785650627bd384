#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod addresses;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod config_preludes;
mod genesis;
mod impl_nodes;
mod keys;
pub mod migrations;
#[cfg(test)]
mod mock;
mod nodes;
mod parameters;
mod pool;
mod reputation;
mod slashes;
mod snapshots;
mod staked;
#[cfg(test)]
mod tests;
mod timeline;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod votes;
pub mod weights;

pub use genesis::{GenesisNode, GenesisVote};
pub use pallet::*;
pub use parameters::{EvidenceEpochs, InvalidParameters, LeastDeposits, Parameters, DAY_MS, MAX_DAYS, MIN_DAYS};
pub use pool::{weigh, Pool, MAX_SHARES_PER_TOKEN};
pub use reputation::{LOSS, MAX_RAISE, MIN_RAISE};
pub use slashes::{MAX_SLASHES_PER_EPOCH, REPORTER_PART};
pub use staked::MAX_COUNTED_VOTES;
pub use timeline::{RoleAssets, Timeline};
pub use types::*;
pub use weights::WeightInfo;

/// Log target of the pallet.
pub(crate) const LOG_TARGET: &str = "runtime::comprehensive-stake";

// The macros generate items without docs.
#[allow(missing_docs)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use crate::nodes::Registration;
	use alloc::vec::Vec;
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Inspect, Mutate, MutateHold},
			PalletInfo, UnixTime,
		},
		PalletId,
	};
	use frame_system::{ensure_authorized, pallet_prelude::*};
	use sp_runtime::{traits::AccountIdConversion, Perbill};
	use tp_core::Balance;
	use tp_pbft::{Epoch, NodeAddresses, PbftId, Publication, VrfId};
	use tp_sortition::{Role, Roles};
	use tp_stake::{EpochClock, Leaving, NodeKeys, OnParticipation, OnVotesChange};

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config(with_default)]
	pub trait Config: frame_system::Config {
		/// The reason of holds. Plug in the runtime's `RuntimeHoldReason`.
		#[pallet::no_default_bounds]
		type RuntimeHoldReason: From<HoldReason>;

		/// The currency in which deposits and votes are held.
		///
		/// Plug in `pallet-balances`, with a lower index than this pallet: the genesis holds deposits of balances that exist.
		#[pallet::no_default]
		type Currency: Mutate<Self::AccountId, Balance = Balance>
			+ MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>
			+ 'static;

		/// The id from which the account of all votes is derived.
		///
		/// Plug in an id that no other pallet of the runtime has. The default is `top/vote`. The account id type must have at
		/// least 12 bytes, so that accounts of different pallets differ.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The clock of epochs. Plug in `pallet-committee`.
		#[pallet::no_default]
		type Clock: EpochClock;

		/// Notified before the weight of a vote changes.
		///
		/// Plug in `pallet-rewards`, which settles dividends. `()` (the default) ignores it: nodes pay no dividends.
		type OnVotesChange: OnVotesChange<Self::AccountId>;

		/// Whether the seats of a draw are being dealt.
		///
		/// Plug in `pallet_shard_assignment::IsDealing<Runtime>`. `ConstBool<false>` where no committee is drawn.
		#[pallet::no_default]
		type IsDealing: Get<bool>;

		/// The time of the block. Plug in `pallet-timestamp`.
		#[pallet::no_default]
		type Time: UnixTime;

		/// The origin that sets the parameters. Plug in `EnsureRoot<AccountId>` (the default), or root and a council: all but
		/// root set them within bounds.
		#[pallet::no_default_bounds]
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The origin that cancels slashes within their delay.
		///
		/// Plug in `EnsureRoot<AccountId>` (the default) or a body that decides within the delay.
		#[pallet::no_default_bounds]
		type SlashCancelOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and notifications.
		///
		/// Plug in [`weights::SubstrateWeight<Runtime>`](crate::weights::SubstrateWeight) (the default), or weights measured
		/// on the runtime. `()` is not implemented.
		type WeightInfo: WeightInfo;
	}

	/// The parameters: minimum amounts and delays.
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// The parameters with which an epoch began, while a council has changed them in that epoch.
	#[pallet::storage]
	pub type ParametersBefore<T> = StorageValue<_, (Epoch, Parameters)>;

	/// A longer time for evidence than that of the parameters, and the last epoch in which it is in force.
	#[pallet::storage]
	pub type LongerEvidence<T> = StorageValue<_, (Epoch, Epoch)>;

	/// All nodes, by controller.
	#[pallet::storage]
	pub type Nodes<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Node>;

	/// The node with a vote key. Past keys are kept while the node can be punished for them.
	#[pallet::storage]
	pub type PbftOwner<T: Config> = StorageMap<_, Blake2_128Concat, PbftId, T::AccountId>;

	/// The node with a VRF key. Past keys are kept as vote keys are.
	#[pallet::storage]
	pub type VrfOwner<T: Config> = StorageMap<_, Blake2_128Concat, VrfId, T::AccountId>;

	/// The addresses that nodes have published.
	#[pallet::storage]
	pub type Addresses<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, NodeAddresses>;

	/// The nodes that offer a role and are not leaving.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, T::AccountId, ()>;

	/// The standing of nodes that have changed it while a draw is in progress, at the close of its tickets.
	#[pallet::storage]
	pub type StandingAtClose<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, StandingOf>;

	/// The dividends that nodes have set, until the next change. They follow those of the nodes' records.
	#[pallet::storage]
	pub type NextDividends<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, NextDividend>;

	/// The votes for nodes. A node without votes has no pool.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Pool>;

	/// The votes for removed nodes. They are separate, so that iterations over [`Pools`] do not read them.
	#[pallet::storage]
	pub type PastPools<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Pool>;

	/// Votes, by holder and number.
	#[pallet::storage]
	pub type Votes<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, VoteId, Vote<T::AccountId>>;

	/// Votes that have left their nodes and whose tokens wait, by holder and number.
	#[pallet::storage]
	pub type LeavingVotes<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, VoteId, LeavingVote<T::AccountId>>;

	/// The slashes of nodes that were applied, for votes that had moved away before.
	#[pallet::storage]
	pub type AppliedSlashes<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Penalties<T::AccountId>, ValueQuery>;

	/// What nodes weigh in draws, over the last epochs.
	#[pallet::storage]
	pub type Weighed<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Timeline, ValueQuery>;

	/// What all nodes weigh in draws, over the last epochs.
	#[pallet::storage]
	pub type Fields<T> = StorageValue<_, Timeline, ValueQuery>;

	/// The weight of all votes of a holder for a node.
	#[pallet::storage]
	pub type Weights<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

	/// The number of the next vote.
	#[pallet::storage]
	pub type NextVote<T> = StorageValue<_, VoteId, ValueQuery>;

	/// Pending slashes. They apply in the order of their numbers.
	#[pallet::storage]
	pub type Slashes<T: Config> = StorageMap<_, Twox64Concat, SlashId, PendingSlash<T::AccountId>>;

	/// The lowest number that can be pending: slashes below it have been applied or cancelled.
	#[pallet::storage]
	pub type FirstSlash<T> = StorageValue<_, SlashId, ValueQuery>;

	/// The number of the next slash.
	#[pallet::storage]
	pub type NextSlash<T> = StorageValue<_, SlashId, ValueQuery>;

	/// The number of slashes of a node whose rest is not known yet.
	#[pallet::storage]
	pub type AwaitedRests<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// The number of epochs whose participation is complete.
	#[pallet::storage]
	pub type EpochsOver<T> = StorageValue<_, Epoch, ValueQuery>;

	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit of a node.
		Deposit,
		/// Votes for nodes.
		Vote,
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node registered.
		Registered { node: T::AccountId, roles: Roles, deposit: Balance },
		/// A node set keys that are valid from an epoch on.
		KeysSet { node: T::AccountId, keys: NodeKeys, count_from: Epoch },
		/// A node set its network id.
		NetworkIdSet { node: T::AccountId, network_id: NetworkId },
		/// A node set the part of its rewards that it gives to its voters from an epoch on.
		DividendSet { node: T::AccountId, dividend: Perbill, count_from: Epoch },
		/// A node added to its deposit.
		DepositAdded { node: T::AccountId, amount: Balance },
		/// A node set its roles.
		RolesSet { node: T::AccountId, roles: Roles },
		/// A node started to leave.
		LeavingStarted { node: T::AccountId, leaving: Leaving },
		/// A leaving node returned to service.
		Returned { node: T::AccountId },
		/// A node was removed, and its deposit returned to its controller.
		DepositWithdrawn { node: T::AccountId, amount: Balance },
		/// A holder voted for a node.
		Voted { holder: T::AccountId, vote: VoteId, node: T::AccountId, amount: Balance, days: u32 },
		/// A vote left its node. Its tokens can be withdrawn after an epoch, until which it can be punished.
		VoteLeaving { holder: T::AccountId, vote: VoteId, node: T::AccountId, amount: Balance, after_epoch: Epoch },
		/// A slash of a node was taken from a vote that had left it.
		PastVoteSlashed { node: T::AccountId, epoch: Epoch, amount: Balance, rewarded: Balance },
		/// A holder withdrew a vote.
		VoteWithdrawn { holder: T::AccountId, vote: VoteId, node: T::AccountId, amount: Balance },
		/// A holder moved a vote to another node.
		VoteMoved { holder: T::AccountId, vote: VoteId, from: T::AccountId, to: T::AccountId, amount: Balance },
		/// The weight of a vote was set to its value. A worthless vote was removed.
		VoteSettled { holder: T::AccountId, vote: VoteId, node: T::AccountId, amount: Balance },
		/// The parameters were set.
		ParametersSet { parameters: Parameters },
		/// A slash of a part of a node's deposit and votes was recorded.
		SlashDeferred { slash: SlashId, node: T::AccountId, epoch: Epoch, part: Perbill, applies_at_end_of: Epoch },
		/// A slash was cancelled.
		SlashCancelled { slash: SlashId, node: T::AccountId },
		/// A slash applied. The amounts were taken; all but the reporter's reward was burned.
		Slashed { slash: SlashId, node: T::AccountId, deposit: Balance, votes: Balance, rewarded: Balance },
		/// A node lost its seats and is excluded from the draw until an epoch.
		OutOfDraw { node: T::AccountId, until: Epoch },
		/// A node published addresses.
		AddressesPublished { node: T::AccountId },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account controls a node already.
		AlreadyRegistered,
		/// There is no such node.
		NoSuchNode,
		/// The roles are empty, or contain an unknown role.
		InvalidRoles,
		/// The network id is empty.
		NoNetworkId,
		/// The proof does not show that the controller has both keys.
		WrongProof,
		/// Another node has or had one of the keys.
		KeysInUse,
		/// One of the keys is a point of small order, for which every account can sign.
		WeakKeys,
		/// The keys are the node's newest ones already.
		KeysUnchanged,
		/// The node has the maximum number of past keys: wait some epochs.
		TooManyKeyChanges,
		/// The deposit is below the minimum of the roles.
		DepositTooSmall,
		/// The free balance of the account is too low. Amounts on hold or frozen do not count.
		NotEnoughFree,
		/// The amount is zero.
		NoAmount,
		/// The node is leaving.
		NodeLeaving,
		/// The node is not leaving.
		NotLeaving,
		/// The deposit is locked until the delay is over and evidence for the node's last seat does not count any more.
		DepositLocked,
		/// The deposit is free: withdraw it and register again.
		DepositFree,
		/// A slash of the node is pending, or its rest is not known yet: deposit and votes are locked, and new votes are refused.
		SlashPending,
		/// The lock is too short.
		LockTooShort,
		/// The lock is too long.
		LockTooLong,
		/// The vote is below the minimum.
		VoteTooSmall,
		/// There is no such vote.
		NoSuchVote,
		/// The vote's lock is not over.
		VoteLocked,
		/// The vote can still be punished for the node from which it came: wait some epochs.
		VotePunishable,
		/// The vote is for this node already.
		SameNode,
		/// The votes for the node are worthless after a slash. They must be settled first.
		VotesWorthless,
		/// The weight of the vote equals its value already.
		NothingToSettle,
		/// The amount is too small to create the holder's account, which must exist first.
		CannotReceive,
		/// No pending slash has this number.
		NoSuchSlash,
		/// The minimum vote is below the existential deposit.
		LeastVoteTooSmall,
		/// A minimum deposit is below the existential deposit.
		LeastDepositTooSmall,
		/// A delay is longer than a year.
		DelayTooLong,
		/// A parameter is below the least value that a council may set: a referendum may.
		BelowLeast,
		/// A parameter is above the greatest value that a council may set: a referendum may.
		AboveGreatest,
		/// A parameter would change by more than a council may change it in an epoch: a referendum may.
		StepTooLarge,
		/// The record has no address, or an address is not a host with a TCP port.
		WrongAddress,
		/// The vote key is not a valid one of a node.
		KeyNotValid,
		/// The time of the record is not that of the ledger: make the record again.
		WrongTime,
		/// The node has published within the last hour.
		PublishedTooSoon,
		/// The record is not signed by the vote key and by the network identity.
		WrongPublication,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The parameters: minimum amounts and delays.
		pub parameters: Parameters,
		/// The first nodes. Their keys are valid from the first epoch on, without a proof.
		pub nodes: Vec<GenesisNode<T::AccountId>>,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::initialize(self.parameters, &self.nodes);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let least = T::Currency::minimum_balance();
			assert_eq!(Parameters::default().check(least), Ok(()), "the default parameters are valid");
			let currency = T::PalletInfo::index::<T::Currency>();
			assert!(
				currency.is_none_or(|currency| Some(currency) < T::PalletInfo::index::<Self>()),
				"the pallet of `Currency` must have a lower index than pallet-comprehensive-stake: its genesis comes first"
			);
			// A shorter account id truncates pallet ids, so that pallets with different ids share an account.
			let account: Option<T::AccountId> = T::PalletId::get().try_into_account();
			assert!(account.is_some(), "the account id type is too short for the account of a pallet");
			let block = T::BlockWeights::get().max_block;
			let worst = <Pallet<T> as OnParticipation<T::AccountId>>::weight(tp_pbft::MAX_MEMBERS);
			assert!(
				worst.all_lte(block / 2),
				"the end of an epoch ({worst:?}) leaves half of a block ({block:?}) to others"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the sender as a node's controller, with a deposit from its free balance.
		///
		/// `author_rotateKeysWithOwner` of the node returns `keys` and `proof` for the bytes of the sender's account. The keys
		/// are valid from the epoch after the next.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			roles: Roles,
			keys: NodeKeys,
			proof: Vec<u8>,
			network_id: NetworkId,
			deposit: Balance,
			dividend: Perbill,
		) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			let registration = Registration { roles, keys, network_id, deposit, dividend };
			Self::do_register(controller, registration, &proof)
		}

		/// Sets the keys of the sender's node, with a proof as in [`Self::register`]. The present keys stay valid until the new
		/// ones are.
		#[pallet::call_index(1)]
		// It may remove as many keys as the removal of a node.
		#[pallet::weight(T::WeightInfo::set_keys().saturating_add(T::WeightInfo::withdraw_deposit()))]
		pub fn set_keys(origin: OriginFor<T>, keys: NodeKeys, proof: Vec<u8>) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_set_keys(controller, keys, &proof)
		}

		/// Sets the network id of the sender's node.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_network_id())]
		pub fn set_network_id(origin: OriginFor<T>, network_id: NetworkId) -> DispatchResult {
			let node = ensure_signed(origin)?;
			ensure!(!network_id.is_empty(), Error::<T>::NoNetworkId);
			Self::try_mutate_node(&node, |record| {
				record.network_id = network_id.clone();
				Ok(())
			})?;
			Self::deposit_event(Event::NetworkIdSet { node, network_id });
			Ok(())
		}

		/// Sets the part of its rewards that the sender's node gives to its voters, from the epoch after the next on.
		#[pallet::call_index(3)]
		// The settlement before the change, and the dividend that follows.
		#[pallet::weight(
			T::WeightInfo::set_dividend()
				.saturating_add(T::OnVotesChange::weight())
				.saturating_add(T::DbWeight::get().reads_writes(2, 1))
		)]
		pub fn set_dividend(origin: OriginFor<T>, dividend: Perbill) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_set_dividend(node, dividend)
		}

		/// Adds to the deposit of the sender's node.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::add_deposit())]
		pub fn add_deposit(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_add_deposit(node, amount)
		}

		/// Sets the roles that the sender's node offers. The deposit must suffice for them.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_roles())]
		pub fn set_roles(origin: OriginFor<T>, roles: Roles) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_set_roles(node, roles)
		}

		/// Starts the leaving of the sender's node: it gives up its seats and stands for none.
		///
		/// Its deposit is free after a delay, and when evidence for its last seat does not count any more.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_leave(node)
		}

		/// Returns the sender's leaving node to service, as long as its deposit is not free.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::return_to_service())]
		pub fn return_to_service(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_return(node)
		}

		/// Returns the free deposit of the sender's node, and removes the node.
		#[pallet::call_index(8)]
		#[pallet::weight(
			T::WeightInfo::withdraw_deposit()
				.saturating_add(T::OnVotesChange::weight())
				.saturating_add(T::DbWeight::get().writes(1))
		)]
		pub fn withdraw_deposit(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_withdraw_deposit(node)
		}

		/// Locks tokens of the sender for some days as a vote for a node.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::vote().saturating_add(T::OnVotesChange::weight()))]
		pub fn vote(origin: OriginFor<T>, node: T::AccountId, amount: Balance, days: u32) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_vote(holder, node, amount, days)
		}

		/// Returns the tokens of a vote of the sender whose lock is over.
		///
		/// If the node had a seat while the vote was with it, the vote leaves the node now, and a second call returns its
		/// tokens when it cannot be punished any more. While a draw is in progress, the node may get a seat: if it gets none,
		/// the second call returns the tokens from the epoch of those seats on.
		#[pallet::call_index(10)]
		// The settlement of a past takes the vote out and puts the rest back, before it leaves.
		#[pallet::weight(T::WeightInfo::withdraw_vote().saturating_add(T::OnVotesChange::weight().saturating_mul(3)))]
		pub fn withdraw_vote(origin: OriginFor<T>, vote: VoteId) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_withdraw_vote(holder, vote)
		}

		/// Moves a vote of the sender to another node. Its lock does not change.
		///
		/// If the node had a seat while the vote was with it, the vote stays punishable for that, and can move again when
		/// evidence for it does not count any more.
		#[pallet::call_index(11)]
		// The settlement of a past takes the vote out and puts the rest back, before it moves.
		#[pallet::weight(T::WeightInfo::move_vote().saturating_add(T::OnVotesChange::weight().saturating_mul(4)))]
		pub fn move_vote(origin: OriginFor<T>, vote: VoteId, node: T::AccountId) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_move_vote(holder, vote, node)
		}

		/// Sets the weight of a vote to its value after a slash, for dividends. Removes a worthless vote.
		///
		/// Any account may call it.
		#[pallet::call_index(12)]
		// The settlement of a past takes the vote out and puts the rest back, before its weight changes.
		#[pallet::weight(T::WeightInfo::settle_vote().saturating_add(T::OnVotesChange::weight().saturating_mul(3)))]
		pub fn settle_vote(origin: OriginFor<T>, holder: T::AccountId, vote: VoteId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle_vote(holder, vote)
		}

		/// Sets minimum amounts and delays. Running delays of deposits and slashes do not change. A shorter time for evidence is
		/// in force when the longer one is over for all epochs until now.
		///
		/// Root sets any valid parameters. A council sets them within bounds, and at most a step away in an epoch.
		#[pallet::call_index(13)]
		#[pallet::weight((
			T::WeightInfo::set_parameters().saturating_add(T::DbWeight::get().reads_writes(4, 2)),
			DispatchClass::Operational
		))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			let is_root = ensure_root(origin.clone()).is_ok();
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check(T::Currency::minimum_balance()).map_err(Error::<T>::from)?;
			Self::put_parameters(parameters, is_root)?;
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}

		/// Cancels a pending slash. The node keeps its deposit and votes, but not its seats. The rest of a slash has its own
		/// number and its own delay.
		#[pallet::call_index(14)]
		#[pallet::weight((T::WeightInfo::cancel_slash(), DispatchClass::Operational))]
		pub fn cancel_slash(origin: OriginFor<T>, slash: SlashId) -> DispatchResult {
			T::SlashCancelOrigin::ensure_origin(origin)?;
			ensure!(Self::do_cancel_slash(slash), Error::<T>::NoSuchSlash);
			Ok(())
		}

		/// Publishes the addresses of the node with a vote key, at most once an hour.
		///
		/// The call needs no signature of an account and no fee: vote key and network identity sign the record, and the node's
		/// deposit pays for it.
		#[pallet::call_index(15)]
		// Not measured: the call and its authorization each check two signatures, and do less than a registration besides.
		#[pallet::weight((
			T::WeightInfo::register().saturating_add(T::WeightInfo::register()),
			DispatchClass::Normal,
			Pays::No
		))]
		#[pallet::authorize(|_source, publication| Pallet::<T>::authorize_publication(publication))]
		#[pallet::weight_of_authorize(T::WeightInfo::register())]
		pub fn publish_addresses(origin: OriginFor<T>, publication: Publication) -> DispatchResult {
			// The validation of a bare or a general transaction authorized the call, which checks again.
			ensure_none(origin.clone()).or_else(|_| ensure_authorized(origin))?;
			let node = Self::check_publication(&publication)?;
			Addresses::<T>::insert(&node, publication.record);
			Self::deposit_event(Event::AddressesPublished { node });
			Ok(())
		}
	}

	impl<T> From<InvalidParameters> for Error<T> {
		fn from(invalid: InvalidParameters) -> Self {
			match invalid {
				InvalidParameters::LeastVoteTooSmall => Self::LeastVoteTooSmall,
				InvalidParameters::LeastDepositTooSmall => Self::LeastDepositTooSmall,
				InvalidParameters::DelayTooLong => Self::DelayTooLong,
			}
		}
	}
}
