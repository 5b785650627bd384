//! The transaction extension that charges the sender of an extrinsic.
//!
//! Wallets need not know of quotas: they sign the extension that takes fees and a tip, under its standard name and in its
//! standard form. Without fees a tip would be the only price, and would favour the rich, so it must be 0.

use crate::{Config, NoStateLeft, Pallet, Payer, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::marker::PhantomData;
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
	traits::Get,
	weights::Weight,
	DebugNoBound,
};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{
		DispatchInfoOf, DispatchOriginOf, Dispatchable, PostDispatchInfoOf, TransactionExtension, ValidateResult,
	},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError, ValidTransaction,
	},
	DispatchResult,
};
use tp_core::Balance;
use tp_quota::{Charge as QuotaCharge, Quota, QuotaMeter, QuotaStore, Usage, LINK_STATE, WHOLE_PART};

pub use tp_core::refusal::{QUOTA_USED, TIP_REFUSED};

/// Charges an extrinsic to its sender's quota: its weight, the base weight of every extrinsic, and its length.
#[derive(Encode, Decode, DecodeWithMemTracking, Clone, PartialEq, Eq, DebugNoBound, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct ChargeQuota<T>(#[codec(compact)] Balance, #[codec(skip)] PhantomData<T>);

impl<T> ChargeQuota<T> {
	/// Returns the extension with a tip, which must be 0.
	pub fn from(tip: Balance) -> Self {
		Self(tip, PhantomData)
	}
}

/// A charge that was validated.
#[derive(Clone, Debug)]
pub struct Charge<AccountId> {
	who: AccountId,
	/// The quota after the charge.
	quota: Quota,
	charge: QuotaCharge,
}

/// The result of a charge.
#[derive(Clone, Debug)]
pub enum Charged<AccountId> {
	/// An account was charged.
	To {
		/// The account.
		who: AccountId,
		/// What it was charged.
		charge: QuotaCharge,
	},
	/// Nothing was charged, and this much of the extension's own weight was not needed.
	Nothing(Weight),
}

impl<T: Config> Pallet<T> {
	/// Returns when the share of an extrinsic's sender allows it, and as many others before it that cost the same, as
	/// [`Self::regrows_at`] does.
	pub fn accepted_at(who: &T::AccountId, info: &DispatchInfo, length: usize, before: u32) -> Option<u64> {
		let cost = ChargeQuota::<T>::cost(info.class, info.total_weight(), length);
		Self::regrows_at(who, cost.map(|cost| cost.saturating_mul(u64::from(before).saturating_add(1))))
	}
}

impl<T: Config> ChargeQuota<T> {
	/// Returns what an extrinsic of a weight and a length uses.
	fn cost(class: DispatchClass, weight: Weight, length: usize) -> Usage {
		let base = T::BlockWeights::get().get(class).base_extrinsic;
		let bytes = u64::try_from(length).unwrap_or(u64::MAX);
		Usage { compute: weight.saturating_add(base).ref_time(), bytes, state: LINK_STATE }
	}
}

/// The priority of use that stake covers. The duties of nodes (evidence, tickets and proofs) have a quarter of the largest
/// priority and more, so that no sender can buy a place before them.
const STAKED: TransactionPriority = 1 << 32;

/// Returns the priority of a signed transaction: stake before the free share, and the smallest used part of a share first.
/// Neither a call's class nor its size counts.
fn priority(is_staked: bool, used_part: u32) -> TransactionPriority {
	let kind = if is_staked { STAKED } else { 0 };
	kind + TransactionPriority::from(WHOLE_PART.saturating_sub(used_part))
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for ChargeQuota<T>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	const IDENTIFIER: &'static str = "ChargeTransactionPayment";
	type Implicit = ();
	type Val = Option<Charge<T::AccountId>>;
	type Pre = Charged<T::AccountId>;

	fn weight(&self, _: &T::RuntimeCall) -> Weight {
		T::WeightInfo::charge()
	}

	/// Checks the share only. The pool validates on the state of the parent, where the free use of the next block is
	/// not known.
	fn validate(
		&self,
		origin: DispatchOriginOf<T::RuntimeCall>,
		_: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		length: usize,
		(): (),
		_: &impl Encode,
		_: TransactionSource,
	) -> ValidateResult<Self::Val, T::RuntimeCall> {
		if self.0 != 0 {
			return Err(InvalidTransaction::Custom(TIP_REFUSED).into());
		}
		let Ok(who) = frame_system::ensure_signed(origin.clone()) else {
			return Ok((ValidTransaction::default(), None, origin));
		};
		let cost = Self::cost(info.class, info.total_weight(), length);
		let mut quota = T::Store::quota(&who).ok_or(InvalidTransaction::Payment)?;
		let (now, balance, rules) = (Pallet::<T>::now(), Pallet::<T>::balance(&who), Pallet::<T>::rules_of(&who));
		let charged = quota.charge(now, balance, cost, &rules);
		let charge = charged.map_err(|_| InvalidTransaction::Custom(QUOTA_USED))?;
		let is_staked = charge.free == Usage::default();
		let used = quota.used_at(now, balance, &rules);
		let priority = priority(is_staked, rules.shares(quota.locked).used_part(&used, is_staked));
		let valid = ValidTransaction { priority, ..Default::default() };
		Ok((valid, Some(Charge { who, quota, charge }), origin))
	}

	/// Charges the sender. An extrinsic beyond the block's free use waits for the next block.
	fn prepare(
		self,
		charge: Self::Val,
		_: &DispatchOriginOf<T::RuntimeCall>,
		call: &T::RuntimeCall,
		_: &DispatchInfoOf<T::RuntimeCall>,
		_: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		let Some(Charge { who, quota, charge }) = charge else {
			return Ok(Charged::Nothing(self.weight(call)));
		};
		if !Pallet::<T>::use_free(charge.free) {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		T::Store::set_quota(&who, quota);
		Payer::<T>::put(&who);
		Ok(Charged::To { who, charge })
	}

	fn post_dispatch_details(
		charged: Self::Pre,
		info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		length: usize,
		_: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		let (who, charge) = match charged {
			Charged::To { who, charge } => (who, charge),
			Charged::Nothing(unused) => return Ok(unused),
		};
		Payer::<T>::kill();
		NoStateLeft::<T>::kill();
		let actual = post_info.calc_actual_weight(info);
		// The call may have ended the account.
		if let Some(mut quota) = T::Store::quota(&who).filter(|_| actual != info.total_weight()) {
			let cost = Self::cost(info.class, actual, length);
			let unused = quota.refund(&charge, cost, &Pallet::<T>::current_rules());
			T::Store::set_quota(&who, quota);
			Pallet::<T>::give_back_free(unused);
		}
		Ok(Weight::zero())
	}
}
