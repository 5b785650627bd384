//! The figures of past epochs.

use super::*;

#[test]
fn an_epochs_figures_add_up() {
	on_ledger(|| {
		for _ in 0..3 {
			report(SHARD, [(1, signed(1))]);
			end_epoch_after(EPOCH_MS);
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(1), vec![]));
		}
		let history = history();
		assert_eq!(history.iter().map(|rewards| rewards.epoch).collect::<Vec<_>>(), [0, 1, 2]);
		let mut issued = 0;
		for rewards in history {
			issued += rewards.paid;
			assert_eq!(rewards.issued, issued);
			assert_eq!(rewards.issued, rewards.claimable + rewards.claimed + rewards.burned);
			assert_eq!(rewards.reserve, RESERVE - DEPOSIT - issued);
			assert!(rewards.paid <= rewards.budget);
			// The treasury is paid, and the node has claimed the epochs before.
			assert_eq!(rewards.claimable, rewards.budget * 60 / 100);
		}
	});
}

#[test]
fn old_epochs_are_overwritten() {
	on_ledger(|| {
		let epochs = u64::from(HISTORY_EPOCHS) + 5;
		for _ in 0..epochs {
			end_epoch_after(1_000);
		}
		let history = history();
		let kept: Vec<_> = history.iter().map(|rewards| rewards.epoch).collect();
		assert_eq!(kept, (5..epochs).collect::<Vec<_>>());
		assert_eq!(History::<Test>::iter().count(), HISTORY_EPOCHS as usize);
	});
}
