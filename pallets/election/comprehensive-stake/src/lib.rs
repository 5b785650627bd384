//! Nodes and what they are worth: keys, deposits, votes, reputation, and what becomes of them when a node leaves or is
//! punished.
//!
//! ```text
//! register, set_keys ──proof of possession──▶ Node ◀── note_seat, on_participation (reputation)
//! vote, move, withdraw ──▶ Pool of the node ──────┤
//!                                                 ├──▶ Nodes: keys_at, may_stand, assets ──▶ the draw of committees
//! Punish::slash ──▶ reputation, seats (at once)   └──▶ Voters: weights ──▶ dividends
//!              └──▶ Slashes ──delay──▶ on_epoch_end: deposit and pool burned, the reporter paid
//! ```
//!
//! **Keys.** Whoever registers keys shows that it has them, by the proof that `author_rotateKeysWithOwner` gives for the
//! controller's account: a proof is worth nothing to another account. Keys count from the next epoch but one on, and
//! are remembered, so that nobody else registers them, while somebody can be punished for them.
//!
//! **Deposits** are on hold on the controller's account.
//!
//! **Votes** are on hold on an account of this pallet, and a vote is shares of its node's [`Pool`]. So a slash of all votes
//! is one step, of which the burned and the rewarded part are exact and final; with tokens on hold at the holders', it
//! would be as many steps as there are votes, and the reporter's part open until the last of them. Tokens that are in a
//! pool are not in the holder's account, so they cannot be voted with twice.
//!
//! **Weights.** Assets count what votes are worth now. Dividends are shared by what they were worth when they were cast,
//! moved or settled last: such a weight changes for one holder at a time, and whoever pays dividends hears of it
//! before. After a slash anybody may settle a vote ([`Call::settle_vote`]), which brings its weight down to what is left.
//!
//! **Slashes** wait, and can be cancelled while they do. Neither the deposit nor a vote leaves the node meanwhile, and no
//! new vote comes in. Reputation and seats are lost at once, and for good: cancelling gives back the money only.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod answers;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod genesis;
mod keys;
#[cfg(test)]
mod mock;
mod nodes;
mod parameters;
mod pool;
mod reputation;
mod slashes;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod votes;
pub mod weights;

pub use genesis::{GenesisNode, GenesisVote};
pub use pallet::*;
pub use parameters::{InvalidParameters, LeastDeposits, Parameters, DAY_MS, LEAST_DAYS, MOST_DAYS};
pub use pool::{weigh, Pool, MAX_SHARES_PER_TOKEN};
pub use reputation::{LEAST_RAISE, LOSS, MOST_RAISE};
pub use slashes::{MAX_SLASHES_PER_EPOCH, REPORTER_PART};
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
			UnixTime,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Perbill;
	use tp_core::{AccountId, Balance};
	use tp_pbft::{Epoch, PbftId, VrfId};
	use tp_sortition::{Role, Roles};
	use tp_stake::{EpochClock, Leaving, NodeKeys, OnParticipation, OnVotesChange};

	/// The version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		/// Why balances are held.
		type RuntimeHoldReason: From<HoldReason>;
		/// Where deposits and votes are held.
		type Currency: Mutate<AccountId, Balance = Balance>
			+ MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;
		/// Names the account that holds all votes.
		#[pallet::constant]
		type PalletId: Get<PalletId>;
		/// The present epoch.
		type Clock: EpochClock;
		/// Hears of weights before they change.
		type OnVotesChange: OnVotesChange;
		/// The block's time.
		type Time: UnixTime;
		/// Who sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Who takes slashes back.
		type SlashCancelOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// What the pallet's work costs.
		type WeightInfo: WeightInfo;
	}

	/// Least amounts and delays.
	#[pallet::storage]
	pub type CurrentParameters<T> = StorageValue<_, Parameters, ValueQuery>;

	/// All nodes, by controller.
	#[pallet::storage]
	pub type Nodes<T> = StorageMap<_, Blake2_128Concat, AccountId, Node>;

	/// Whose vote key it is or was.
	#[pallet::storage]
	pub type PbftOwner<T> = StorageMap<_, Blake2_128Concat, PbftId, AccountId>;

	/// Whose VRF key it is or was.
	#[pallet::storage]
	pub type VrfOwner<T> = StorageMap<_, Blake2_128Concat, VrfId, AccountId>;

	/// The nodes that offer a role and do not leave.
	#[pallet::storage]
	pub type Offers<T> = StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, AccountId, ()>;

	/// The votes for nodes. A node without votes has none.
	#[pallet::storage]
	pub type Pools<T> = StorageMap<_, Blake2_128Concat, AccountId, Pool>;

	/// The same for nodes that are gone: apart, so that they are not in the way of whoever goes through the others.
	#[pallet::storage]
	pub type PastPools<T> = StorageMap<_, Blake2_128Concat, AccountId, Pool>;

	/// Votes, by holder and number.
	#[pallet::storage]
	pub type Votes<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, VoteId, Vote>;

	/// The weight of all votes of a holder for a node.
	#[pallet::storage]
	pub type Weights<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, Balance, ValueQuery>;

	/// The number of the next vote.
	#[pallet::storage]
	pub type NextVote<T> = StorageValue<_, VoteId, ValueQuery>;

	/// Slashes that wait. They apply in the order of their numbers.
	#[pallet::storage]
	pub type Slashes<T> = StorageMap<_, Twox64Concat, SlashId, PendingSlash>;

	/// Slashes of lower numbers have been applied or cancelled.
	#[pallet::storage]
	pub type FirstSlash<T> = StorageValue<_, SlashId, ValueQuery>;

	/// The number of the next slash.
	#[pallet::storage]
	pub type NextSlash<T> = StorageValue<_, SlashId, ValueQuery>;

	/// How many epochs are over, as far as participation goes.
	#[pallet::storage]
	pub type EpochsOver<T> = StorageValue<_, Epoch, ValueQuery>;

	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit of a node.
		Deposit,
		/// Votes for nodes.
		Vote,
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node registered.
		Registered { node: AccountId, roles: Roles, deposit: Balance },
		/// A node has other keys from an epoch on.
		KeysSet { node: AccountId, keys: NodeKeys, count_from: Epoch },
		/// A node is found elsewhere.
		NetworkIdSet { node: AccountId, network_id: NetworkId },
		/// A node gives another part of its rewards to its voters.
		DividendSet { node: AccountId, dividend: Perbill },
		/// A node has a larger deposit.
		DepositAdded { node: AccountId, amount: Balance },
		/// A node offers other roles.
		RolesSet { node: AccountId, roles: Roles },
		/// A node leaves.
		LeavingStarted { node: AccountId, leaving: Leaving },
		/// A node that was leaving stays.
		Returned { node: AccountId },
		/// A node is gone, and its controller has the deposit back.
		DepositWithdrawn { node: AccountId, amount: Balance },
		/// A holder voted for a node.
		Voted { holder: AccountId, vote: VoteId, node: AccountId, amount: Balance, days: u32 },
		/// A holder has a vote's tokens back.
		VoteWithdrawn { holder: AccountId, vote: VoteId, node: AccountId, amount: Balance },
		/// A vote is for another node.
		VoteMoved { holder: AccountId, vote: VoteId, from: AccountId, to: AccountId, amount: Balance },
		/// A vote weighs for dividends what it is worth. One that is worth nothing is gone.
		VoteSettled { holder: AccountId, vote: VoteId, node: AccountId, amount: Balance },
		/// There are other parameters.
		ParametersSet { parameters: Parameters },
		/// A node is to lose a part of its deposit and of the votes for it.
		SlashDeferred { slash: SlashId, node: AccountId, epoch: Epoch, part: Perbill, applies_at_end_of: Epoch },
		/// A slash was taken back.
		SlashCancelled { slash: SlashId, node: AccountId },
		/// A node lost this. What the reporter did not get was burned.
		Slashed { slash: SlashId, node: AccountId, deposit: Balance, votes: Balance, rewarded: Balance },
		/// A node loses its seats and is not drawn before an epoch.
		OutOfDraw { node: AccountId, until: Epoch },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is a node's controller already.
		AlreadyRegistered,
		/// There is no such node.
		NoSuchNode,
		/// A node offers at least one role, and none that does not exist.
		InvalidRoles,
		/// A node says where it is found.
		NoNetworkId,
		/// The proof does not show that the controller has both keys.
		WrongProof,
		/// Another node has or had one of the keys.
		KeysInUse,
		/// The node has these keys already.
		KeysUnchanged,
		/// The node changed its keys so often that no more can be remembered: wait some epochs.
		TooManyKeyChanges,
		/// The deposit is below what the roles take.
		DepositTooSmall,
		/// The account has less than that free: what it has locked or voted with does not count.
		NotEnoughFree,
		/// The amount is zero.
		NoAmount,
		/// The node leaves.
		NodeLeaving,
		/// The node does not leave.
		NotLeaving,
		/// The deposit is locked until the delay is over and nobody can be punished any more.
		DepositLocked,
		/// The deposit is free: withdraw it, and register anew.
		DepositFree,
		/// The node is to be slashed: nothing leaves it, and no vote comes in, until that is done or cancelled.
		SlashPending,
		/// The lock is too short.
		LockTooShort,
		/// The lock is too long.
		LockTooLong,
		/// The vote is below the least.
		VoteTooSmall,
		/// There is no such vote.
		NoSuchVote,
		/// The vote's lock is not over.
		VoteLocked,
		/// The vote is for this node.
		SameNode,
		/// All of it was slashed: such votes must be settled first.
		VotesWorthless,
		/// The vote weighs what it is worth.
		NothingToSettle,
		/// The holder's account cannot take so little: it must exist first.
		CannotReceive,
		/// There is no such slash, or it has been applied.
		NoSuchSlash,
		/// The least vote is below what an account must have to exist.
		LeastVoteTooSmall,
		/// A least deposit is below what an account must have to exist.
		LeastDepositTooSmall,
		/// A delay is longer than a year.
		DelayTooLong,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Least amounts and delays.
		pub parameters: Parameters,
		/// The first nodes. Their keys count from the first epoch on; nobody proves them.
		pub nodes: Vec<GenesisNode>,
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
			assert_eq!(Parameters::default().check(least), Ok(()), "the network's own parameters are sound");
			let block = T::BlockWeights::get().max_block;
			let worst = <Pallet<T> as OnParticipation>::weight(tp_pbft::MAX_MEMBERS);
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
		/// `keys` and `proof` are what `author_rotateKeysWithOwner` of the node gives for the bytes of the sender's
		/// account. The keys count from the next epoch but one on.
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

		/// Sets other keys of the sender's node, proved as in [`Self::register`]. Until they count, the present ones do.
		#[pallet::call_index(1)]
		// It may forget as many keys as a node that goes.
		#[pallet::weight(T::WeightInfo::set_keys().saturating_add(T::WeightInfo::withdraw_deposit()))]
		pub fn set_keys(origin: OriginFor<T>, keys: NodeKeys, proof: Vec<u8>) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_set_keys(controller, keys, &proof)
		}

		/// Says where the sender's node is found.
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

		/// Sets the part of its rewards that the sender's node gives to its voters.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_dividend())]
		pub fn set_dividend(origin: OriginFor<T>, dividend: Perbill) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::try_mutate_node(&node, |record| {
				record.dividend = dividend;
				Ok(())
			})?;
			Self::deposit_event(Event::DividendSet { node, dividend });
			Ok(())
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

		/// Has the sender's node leave: it gives up its seats and stands for none. Its deposit is free after a delay, and
		/// when nobody can be punished any more for the last epoch in which it sat.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_leave(node)
		}

		/// Has the sender's node stay after all, as long as its deposit is not free.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::return_to_service())]
		pub fn return_to_service(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_return(node)
		}

		/// Gives the sender the free deposit of its node, which is gone with that.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::withdraw_deposit())]
		pub fn withdraw_deposit(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_withdraw_deposit(node)
		}

		/// Locks tokens of the sender for some days as a vote for a node.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::vote().saturating_add(T::OnVotesChange::weight()))]
		pub fn vote(origin: OriginFor<T>, node: AccountId, amount: Balance, days: u32) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_vote(holder, node, amount, days)
		}

		/// Gives the sender the tokens of a vote whose lock is over, or whose node is gone.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::withdraw_vote().saturating_add(T::OnVotesChange::weight()))]
		pub fn withdraw_vote(origin: OriginFor<T>, vote: VoteId) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_withdraw_vote(holder, vote)
		}

		/// Makes a vote of the sender one for another node. Its lock stays as it is.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::move_vote().saturating_add(T::OnVotesChange::weight().saturating_mul(2)))]
		pub fn move_vote(origin: OriginFor<T>, vote: VoteId, node: AccountId) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::do_move_vote(holder, vote, node)
		}

		/// After a slash, lets a vote weigh for dividends what is left of it. Anybody can do that. A vote of which nothing is
		/// left is removed.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::settle_vote().saturating_add(T::OnVotesChange::weight()))]
		pub fn settle_vote(origin: OriginFor<T>, holder: AccountId, vote: VoteId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle_vote(holder, vote)
		}

		/// Sets least amounts and delays. What has begun goes on as it was: locks of deposits and slashes that wait.
		#[pallet::call_index(13)]
		#[pallet::weight((T::WeightInfo::set_parameters(), DispatchClass::Operational))]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			parameters.check(T::Currency::minimum_balance()).map_err(Error::<T>::from)?;
			CurrentParameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}

		/// Takes back a slash that waits. The node keeps its money, not its seats.
		#[pallet::call_index(14)]
		#[pallet::weight((T::WeightInfo::cancel_slash(), DispatchClass::Operational))]
		pub fn cancel_slash(origin: OriginFor<T>, slash: SlashId) -> DispatchResult {
			T::SlashCancelOrigin::ensure_origin(origin)?;
			ensure!(Self::do_cancel_slash(slash), Error::<T>::NoSuchSlash);
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
