//! Upgrades, payments of the treasury and urgent calls, from the proposal to the enactment.

use super::*;
use frame_support::traits::{schedule::DispatchTime, Bounded, PollStatus, Polling};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::ReferendumInfo;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::traits::{Dispatchable, Hash as _};
use top_main_runtime::configs::TreasuryAccount;
use top_runtime_common::origins::Origin;
use tp_core::{TOP, TOTAL_SUPPLY};

/// The seven who hold more than half of all tokens, and are also the council.
pub fn voters() -> impl Iterator<Item = Sr25519Keyring> {
	Sr25519Keyring::well_known().take(7)
}

/// Returns a vote of an account with all it has.
pub fn aye(voter: Sr25519Keyring, poll_index: u32) -> (Sr25519Keyring, RuntimeCall) {
	let balance = Balances::total_balance_of(voter);
	let vote = AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::Locked1x }, balance };
	(voter, pallet_conviction_voting::Call::vote { poll_index, vote }.into())
}

/// Reads balances by names.
pub trait NamedBalances {
	fn total_balance_of(who: Sr25519Keyring) -> Balance;
}

impl NamedBalances for Balances {
	fn total_balance_of(who: Sr25519Keyring) -> Balance {
		<Self as frame_support::traits::fungible::Inspect<AccountId>>::total_balance(&who.to_account_id())
	}
}

/// Proposes a call, and places the decision deposit. Returns the number of the referendum.
pub fn propose(chain: &mut Chain, origin: OriginCaller, call: RuntimeCall) -> u32 {
	let index = pallet_referenda::ReferendumCount::<Runtime>::get();
	let proposal = Bounded::Inline(call.encode().try_into().expect("a short call"));
	let submit = pallet_referenda::Call::submit {
		proposal_origin: Box::new(origin),
		proposal,
		enactment_moment: DispatchTime::After(0),
	};
	chain.succeed([(Sr25519Keyring::Eve, submit.into())]);
	chain.succeed([(Sr25519Keyring::Eve, pallet_referenda::Call::place_decision_deposit { index }.into())]);
	index
}

fn root() -> OriginCaller {
	OriginCaller::system(frame_system::RawOrigin::Root)
}

fn info(index: u32) -> pallet_referenda::ReferendumInfoOf<Runtime, ()> {
	pallet_referenda::ReferendumInfoFor::<Runtime>::get(index).unwrap()
}

fn is_approved(index: u32) -> bool {
	matches!(info(index), ReferendumInfo::Approved(..))
}

/// Passes a call by a referendum of root with the spans of production: two hours, a day, and a day.
fn pass_by_root(chain: &mut Chain, call: RuntimeCall) {
	let index = propose(chain, root(), call);
	chain.succeed(voters().map(|voter| aye(voter, index)).collect::<Vec<_>>());
	chain.wait(HOUR_MS);
	assert!(
		matches!(info(index), ReferendumInfo::Ongoing(status) if status.deciding.is_none()),
		"two hours are not over"
	);
	chain.wait(HOUR_MS);
	assert!(matches!(info(index), ReferendumInfo::Ongoing(status) if status.deciding.is_some()), "it is being decided");
	chain.wait(23 * HOUR_MS);
	assert!(!is_approved(index), "a day is not over");
	chain.wait(2 * HOUR_MS);
	assert!(is_approved(index));
}

#[test]
fn a_runtime_upgrade_passes_by_referendum_without_a_sudo_key() {
	on_chain(PRODUCTION, |chain| {
		let code = vec![7; 1_000];
		let code_hash = sp_runtime::traits::BlakeTwo256::hash(&code);
		pass_by_root(chain, frame_system::Call::authorize_upgrade { code_hash }.into());
		assert!(System::authorized_upgrade().is_none(), "the enactment comes a day later");
		chain.wait(22 * HOUR_MS);
		assert!(System::authorized_upgrade().is_none());
		chain.wait(2 * HOUR_MS);
		assert!(System::authorized_upgrade().is_some());

		// Anybody applies what is authorized, and nothing else.
		let apply =
			|code: &[u8]| RuntimeCall::from(frame_system::Call::apply_authorized_upgrade { code: code.to_vec() });
		let refused = chain.block(SECOND_MS, [(Sr25519Keyring::Ferdie, apply(&[8; 1_000]))]);
		assert_eq!(refused, [Err(frame_system::Error::<Runtime>::Unauthorized.into())]);
		chain.succeed([(Sr25519Keyring::Ferdie, apply(&code))]);
		assert_eq!(frame_support::storage::unhashed::get_raw(CODE), Some(code));
		assert!(has_event(|event| matches!(event, RuntimeEvent::System(frame_system::Event::CodeUpdated { .. }))));
	});
}

#[test]
fn the_treasury_pays_by_referendum() {
	on_chain(PRODUCTION, |chain| {
		assert_eq!(<Runtime as pallet_rewards::Config>::Treasury::get(), Treasury::account_id(), "rewards pay to it");
		let treasury = TreasuryAccount::get();
		let fund = pallet_balances::Call::transfer_keep_alive { dest: treasury.clone().into(), value: 1_000 * TOP };
		chain.succeed([(Sr25519Keyring::Alice, fund.into())]);
		let paid = Sr25519Keyring::One;
		let spend = pallet_treasury::Call::spend {
			asset_kind: Box::new(()),
			amount: 700 * TOP,
			beneficiary: Box::new(paid.to_account_id().into()),
			valid_from: None,
		};
		pass_by_root(chain, spend.into());
		assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 0);
		chain.wait(25 * HOUR_MS);
		assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 1);

		let (before, held) = (Balances::total_balance_of(paid), Balances::free_balance(&treasury));
		let payout = || RuntimeCall::from(pallet_treasury::Call::payout { index: 0 });
		chain.succeed([(Sr25519Keyring::Ferdie, payout())]);
		assert_eq!(Balances::total_balance_of(paid), before + 700 * TOP);
		assert_eq!(Balances::free_balance(&treasury), held - 700 * TOP);
		let again = chain.block(SECOND_MS, [(Sr25519Keyring::Ferdie, payout())]);
		assert_eq!(again, [Err(pallet_treasury::Error::<Runtime>::AlreadyAttempted.into())]);
	});
}

#[test]
fn a_spend_that_is_not_paid_out_in_time_expires() {
	on_chain(GOVERNED, |chain| {
		let spend = pallet_treasury::Call::spend {
			asset_kind: Box::new(()),
			amount: TOP,
			beneficiary: Box::new(Sr25519Keyring::One.to_account_id().into()),
			valid_from: None,
		};
		assert_ok!(RuntimeCall::from(spend).dispatch(RuntimeOrigin::root()).map(drop).map_err(|error| error.error));
		// Thirty days of two seconds.
		chain.wait(60 * SECOND_MS);
		let late = chain.block(SECOND_MS, [(Sr25519Keyring::Bob, pallet_treasury::Call::payout { index: 0 }.into())]);
		assert_eq!(late, [Err(pallet_treasury::Error::<Runtime>::SpendExpired.into())]);
	});
}

#[test]
fn days_of_a_referendum_are_seconds_in_a_network_for_development() {
	on_chain(GOVERNED, |chain| {
		let remark = frame_system::Call::remark { remark: vec![1] };
		let index = propose(chain, root(), remark.into());
		chain.succeed(voters().map(|voter| aye(voter, index)).collect::<Vec<_>>());
		let before = chain.now;
		let mut enacted = false;
		while !enacted {
			chain.block(SECOND_MS, []);
			enacted = has_event(|event| {
				matches!(event, RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { id: Some(_), .. }))
			});
			assert!(chain.now < before + 15 * SECOND_MS, "it takes seconds");
		}
		assert!(is_approved(index));
	});
}

#[test]
fn a_referendum_without_support_is_rejected_after_four_weeks() {
	on_chain(PRODUCTION, |chain| {
		let remark = frame_system::Call::remark { remark: vec![1] };
		let index = propose(chain, root(), remark.into());
		// A voter with a fortieth of all tokens: less than a twentieth supports it.
		let balance = TOTAL_SUPPLY / 40;
		let vote = AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::Locked6x }, balance };
		chain.succeed([(Sr25519Keyring::Bob, pallet_conviction_voting::Call::vote { poll_index: index, vote }.into())]);
		chain.wait(3 * HOUR_MS);
		// The scheduler visits each slot: a month without blocks would take it some blocks.
		for _ in 0..27 {
			chain.wait(DAY_MS);
		}
		assert!(<Referenda as Polling<_>>::as_ongoing(index).is_some());
		for _ in 0..2 {
			chain.wait(DAY_MS);
		}
		assert!(matches!(info(index), ReferendumInfo::Rejected(..)));
		let ended =
			<Referenda as Polling<_>>::access_poll(index, |status| matches!(status, PollStatus::Completed(_, false)));
		assert!(ended);
	});
}

/// Returns the transactions by which five of the seven members of the council decide a call.
fn decide(chain: &mut Chain, call: RuntimeCall) -> Vec<DispatchResult> {
	let proposal_hash = sp_runtime::traits::BlakeTwo256::hash_of(&call);
	let index = pallet_collective::ProposalCount::<Runtime, configs::CouncilInstance>::get();
	let length_bound = u32::try_from(call.encoded_size()).unwrap();
	let propose = pallet_collective::Call::propose { threshold: 5, proposal: Box::new(call), length_bound };
	chain.succeed([(Sr25519Keyring::Alice, propose.into())]);
	let vote = || RuntimeCall::from(pallet_collective::Call::vote { proposal: proposal_hash, index, approve: true });
	chain.succeed(voters().take(5).map(|member| (member, vote())).collect::<Vec<_>>());
	let proposal_weight_bound = top_runtime_common::limits::MAX_BLOCK_WEIGHT / 4;
	let close = pallet_collective::Call::close { proposal_hash, index, proposal_weight_bound, length_bound };
	chain.block(SECOND_MS, [(Sr25519Keyring::Bob, close.into())])
}

#[test]
fn what_the_council_calls_urgent_passes_within_hours() {
	on_chain(PRODUCTION, |chain| {
		let code_hash = sp_runtime::traits::BlakeTwo256::hash(b"a mend");
		let mend: RuntimeCall = frame_system::Call::authorize_upgrade { code_hash }.into();
		let call_hash = sp_runtime::traits::BlakeTwo256::hash_of(&mend);
		let dispatch = pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(mend.clone()) };
		let index = propose(chain, OriginCaller::Origins(Origin::WhitelistedCaller), dispatch.into());
		assert_eq!(decide(chain, pallet_whitelist::Call::whitelist_call { call_hash }.into()), [Ok(())]);
		assert!(pallet_whitelist::WhitelistedCall::<Runtime>::contains_key(call_hash));
		// The council alone does nothing: a referendum must pass.
		chain.wait(HOUR_MS);
		assert!(System::authorized_upgrade().is_none());
		chain.succeed(voters().map(|voter| aye(voter, index)).collect::<Vec<_>>());
		// The votes begin the confirmation in the next slot.
		chain.wait(10 * SECOND_MS);
		chain.wait(11 * MINUTE_MS);
		assert!(is_approved(index));
		chain.wait(11 * MINUTE_MS);
		assert!(System::authorized_upgrade().is_some());
	});
}

#[test]
fn an_urgent_referendum_without_the_council_does_nothing() {
	on_chain(PRODUCTION, |chain| {
		let code_hash = sp_runtime::traits::BlakeTwo256::hash(b"an attack");
		let attack: RuntimeCall = frame_system::Call::authorize_upgrade { code_hash }.into();
		let dispatch =
			pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(attack.clone()) };
		let index = propose(chain, OriginCaller::Origins(Origin::WhitelistedCaller), dispatch.into());
		chain.succeed(voters().map(|voter| aye(voter, index)).collect::<Vec<_>>());
		for _ in 0..4 {
			chain.wait(HOUR_MS);
		}
		assert!(is_approved(index));
		assert!(System::authorized_upgrade().is_none());
		// The same call by the track, without the whitelist, is not of root.
		let direct = propose(chain, OriginCaller::Origins(Origin::WhitelistedCaller), attack);
		chain.succeed(voters().map(|voter| aye(voter, direct)).collect::<Vec<_>>());
		for _ in 0..4 {
			chain.wait(HOUR_MS);
		}
		assert!(is_approved(direct) && System::authorized_upgrade().is_none());
	});
}

#[test]
fn origins_without_a_track_have_no_referendum() {
	on_chain(GOVERNED, |chain| {
		for origin in [
			OriginCaller::system(frame_system::RawOrigin::Signed(Sr25519Keyring::Alice.to_account_id())),
			OriginCaller::system(frame_system::RawOrigin::None),
			OriginCaller::Council(pallet_collective::RawOrigin::Members(7, 7)),
		] {
			let submit = pallet_referenda::Call::submit {
				proposal_origin: Box::new(origin),
				proposal: Bounded::Inline(Default::default()),
				enactment_moment: DispatchTime::After(0),
			};
			let refused = chain.block(SECOND_MS, [(Sr25519Keyring::Alice, submit.into())]);
			assert_eq!(refused, [Err(pallet_referenda::Error::<Runtime>::NoTrack.into())]);
		}
	});
}
