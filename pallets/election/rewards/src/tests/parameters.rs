//! Validity and origin of parameters.

use super::*;
use sp_runtime::DispatchError::BadOrigin;

#[test]
fn the_defaults_have_the_expected_figures() {
	on_ledger(|| {
		let parameters = CurrentParameters::<Test>::get();
		assert_eq!(parameters, Parameters::default());
		assert_eq!(parameters.yearly_rate, Perbill::from_percent(8));
		assert_eq!(parameters.floor, Perbill::from_percent(2));
		let Split { validators, routers, voters, governance, archives, edges } = parameters.split;
		assert_eq!([validators, routers, voters, governance, archives, edges], [60, 10, 20, 4, 4, 2]);
		assert_eq!(Reserve::<Test>::get(), RESERVE);
		assert_eq!(ReserveTotal::<Test>::get(), RESERVE);
		assert_eq!(RESERVE * 100, TOTAL_SUPPLY * 38);
	});
}

#[test]
fn the_administrator_sets_parameters() {
	on_ledger(|| {
		let split = Split { validators: 50, routers: 20, ..Parameters::default().split };
		let parameters = Parameters { split, max_epoch_ms: LONGEST_EPOCH_MS, ..Parameters::default() };
		assert_ok!(Rewards::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(CurrentParameters::<Test>::get(), parameters);
		assert!(has_event(Event::ParametersSet { parameters }));
	});
}

#[test]
fn other_origins_cannot_set_parameters() {
	on_ledger(|| {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(Rewards::set_parameters(origin, Parameters::default()), BadOrigin);
		}
	});
}

#[test]
fn invalid_parameters_are_refused_with_their_errors() {
	on_ledger(|| {
		let good = Parameters::default();
		let split = |validators, edges| Parameters { split: Split { validators, edges, ..good.split }, ..good };
		let cases = [
			(split(61, 2), Error::<Test>::BadSplit),
			(split(60, 1), Error::BadSplit),
			// The sum is 356 percent, which is 100 in eight bits.
			(split(255, 63), Error::BadSplit),
			(Parameters { max_epoch_ms: 0, ..good }, Error::BadEpochTime),
			(Parameters { max_epoch_ms: LONGEST_EPOCH_MS + 1, ..good }, Error::BadEpochTime),
		];
		for (parameters, error) in cases {
			assert_noop!(Rewards::set_parameters(RuntimeOrigin::root(), parameters), error);
		}
	});
}

#[test]
#[should_panic = "the genesis parameters of rewards are not valid: Split"]
fn a_genesis_with_invalid_parameters_is_refused() {
	let split = Split { validators: 0, ..Parameters::default().split };
	build(GenesisConfig { parameters: Parameters { split, ..Default::default() }, ..Default::default() });
}

#[test]
fn points_follow_the_parameters() {
	on_ledger(|| {
		let only_proposals = Parameters { points_per_proposal: u32::MAX, ..Parameters::default() };
		assert_ok!(Rewards::set_parameters(RuntimeOrigin::root(), only_proposals));
		let author = MemberActivity { authored: 1, ..Default::default() };
		report(SHARD, [(1, author), (2, signed(u32::MAX))]);
		end_epoch_after(EPOCH_MS);
		assert_eq!(claimable(1), claimable(2));
	});
}
