//! How long a view lasts.

use tp_pbft::{Pace, View};

/// Longest timeout of a view. It is long enough for a slow network, and short enough that a committee resumes soon after
/// an outage.
pub const MAX_VIEW_TIMEOUT_MS: u64 = 60_000;

/// Returns the timeout of a view: the base timeout, doubled in each view, at most [`MAX_VIEW_TIMEOUT_MS`]. A base above
/// that bound is not doubled.
pub fn view_timeout_ms(pace: &Pace, view: View) -> u64 {
	let base = u64::from(pace.base_timeout_ms);
	// A shift by more than the doublings below the bound would overflow first.
	let doubled = base.checked_shl(view).filter(|doubled| doubled >> view == base);
	doubled.unwrap_or(u64::MAX).min(MAX_VIEW_TIMEOUT_MS.max(base))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_timeout_doubles_up_to_its_bound() {
		let pace = |base_timeout_ms| Pace { block_interval_ms: 0, idle_interval_ms: 0, base_timeout_ms };
		let of = |base, view| view_timeout_ms(&pace(base), view);
		assert_eq!([of(1_000, 0), of(1_000, 1), of(1_000, 5)], [1_000, 2_000, 32_000]);
		for view in [6, 31, 32, 63, 64, 65, View::MAX] {
			assert_eq!(of(1_000, view), MAX_VIEW_TIMEOUT_MS, "view {view}");
		}
		assert_eq!([of(90_000, 0), of(90_000, 7)], [90_000, 90_000]);
	}
}
