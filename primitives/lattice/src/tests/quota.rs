//! Units are charged to the quota of their account.

use super::*;
use tp_quota::DAY_MS;

#[test]
fn a_unit_beyond_the_share_is_refused_until_it_regrows() {
	let mut store = funded([(1, 1_000_000), (2, 1_000_000)]);
	let unit = next(&store, 1, vec![pay(2, 1)]);
	let cost = context().cost(&unit).compute;
	let rules = QuotaRules {
		free: Usage { compute: 2 * cost, bytes: 10_000, state: 1_000 },
		lent_percent: 100,
		block_free: Usage::MAX,
		..Default::default()
	};
	let at = |now| Context { quota: Some(rules), now, ..context() };
	let mut step = |now| {
		let unit = next(&store, 1, vec![pay(2, 1)]);
		apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, &mut store, &at(now)).mark(0)
	};
	let now = 10 * DAY_MS;
	assert_eq!([step(now), step(now)], [Mark::APPLIED; 2]);
	assert_eq!(step(now), Mark(Some(Reason::Quota)));
	assert_eq!(step(now + DAY_MS / 2 - 1), Mark(Some(Reason::Quota)));
	assert_eq!(step(now + DAY_MS / 2), Mark::APPLIED);
}
