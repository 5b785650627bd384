//! The transaction extension that charges the sender of an extrinsic.
//!
//! Wallets need not know of quotas: they sign the extension that takes fees and a tip, under its standard name and in its
//! standard form. Without fees a tip would be the only price, and would favour the rich, so it must be 0.

use crate::{Config, Pallet, WeightInfo};
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
use tp_quota::{Quota, QuotaMeter, QuotaStore, Usage};

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
	cost: Usage,
	/// The part of the cost that no stake covers.
	free: Usage,
}

/// The result of a charge.
#[derive(Clone, Debug)]
pub enum Charged<AccountId> {
	/// An account was charged.
	To {
		/// The account.
		who: AccountId,
		/// The cost.
		cost: Usage,
		/// The part of the cost that no stake covers.
		free: Usage,
	},
	/// Nothing was charged, and this much of the extension's own weight was not needed.
	Nothing(Weight),
}

impl<T: Config> Pallet<T> {
	/// Returns when the share of an extrinsic's sender allows it, as [`Self::regrows_at`] does.
	pub fn accepted_at(who: &T::AccountId, info: &DispatchInfo, length: usize) -> Option<u64> {
		Self::regrows_at(who, ChargeQuota::<T>::cost(info.class, info.total_weight(), length))
	}
}

impl<T: Config> ChargeQuota<T> {
	/// Returns what an extrinsic of a weight and a length uses.
	fn cost(class: DispatchClass, weight: Weight, length: usize) -> Usage {
		let base = T::BlockWeights::get().get(class).base_extrinsic;
		let bytes = u64::try_from(length).unwrap_or(u64::MAX);
		Usage { compute: weight.saturating_add(base).ref_time(), bytes }
	}

	/// Returns how many such extrinsics fit into a block: smaller ones go first, and operational ones before others.
	fn priority(class: DispatchClass, cost: &Usage) -> TransactionPriority {
		let capacity = Pallet::<T>::capacity();
		let fit = (capacity.compute / cost.compute.max(1)).min(capacity.bytes / cost.bytes.max(1)).max(1);
		match class {
			DispatchClass::Operational => TransactionPriority::MAX / 2 + fit.min(TransactionPriority::MAX / 2),
			DispatchClass::Normal | DispatchClass::Mandatory => fit.min(TransactionPriority::MAX / 2),
		}
	}
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
		let free = quota
			.charge(Pallet::<T>::now(), cost, &Pallet::<T>::rules_of(&who))
			.map_err(|_| InvalidTransaction::Custom(QUOTA_USED))?;
		let priority = Self::priority(info.class, &cost);
		let valid = ValidTransaction { priority, ..Default::default() };
		Ok((valid, Some(Charge { who, quota, cost, free }), origin))
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
		let Some(Charge { who, quota, cost, free }) = charge else {
			return Ok(Charged::Nothing(self.weight(call)));
		};
		if !Pallet::<T>::use_free(free) {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		T::Store::set_quota(&who, quota);
		Ok(Charged::To { who, cost, free })
	}

	fn post_dispatch_details(
		charged: Self::Pre,
		info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		length: usize,
		_: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		let (who, cost, free) = match charged {
			Charged::To { who, cost, free } => (who, cost, free),
			Charged::Nothing(unused) => return Ok(unused),
		};
		let unused = cost.saturating_sub(Self::cost(info.class, post_info.calc_actual_weight(info), length));
		// The call may have ended the account. Stake was used first, so the free use is given back first.
		if let Some(mut quota) = T::Store::quota(&who).filter(|_| unused != Usage::default()) {
			quota.used = quota.used.saturating_sub(unused);
			T::Store::set_quota(&who, quota);
			Pallet::<T>::give_back_free(unused.min(free));
		}
		Ok(Weight::zero())
	}
}
