//! Which synced blocks are news to the subscribers of a node.
//!
//! The client sends no notification of a block that sync takes for a part of a long catch-up. Five blocks behind are enough,
//! which is half a second of a shard. Wallets and explorers would miss blocks after each pause. So a node that was up to date
//! reports the blocks that it missed, up to a number. A node that synchronizes from far behind stays silent.

use sp_consensus::BlockOrigin;

/// Blocks of one catch-up that are reported, at most: the states of this many are kept.
const MAX_REPORTED: u32 = 256;

/// The synced blocks that are still reported.
#[derive(Debug, Default)]
pub struct News {
	left: u32,
}

impl News {
	/// Returns the origin of the next block for the client, which reports it or not.
	pub fn origin(&mut self, origin: BlockOrigin) -> BlockOrigin {
		match origin {
			BlockOrigin::NetworkInitialSync if self.left > 0 => {
				self.left -= 1;
				BlockOrigin::NetworkBroadcast
			},
			BlockOrigin::NetworkBroadcast | BlockOrigin::ConsensusBroadcast | BlockOrigin::Own => {
				self.left = MAX_REPORTED;
				origin
			},
			_ => origin,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use BlockOrigin::{ConsensusBroadcast, File, NetworkBroadcast, NetworkInitialSync};

	#[test]
	fn node_that_was_up_to_date_reports_what_it_missed_and_a_new_one_does_not() {
		let mut news = News::default();
		assert_eq!(news.origin(NetworkInitialSync), NetworkInitialSync, "it was never up to date");
		assert_eq!(news.origin(File), File);
		assert_eq!(news.origin(NetworkInitialSync), NetworkInitialSync);
		assert_eq!(news.origin(ConsensusBroadcast), ConsensusBroadcast);
		for _ in 0..MAX_REPORTED {
			assert_eq!(news.origin(NetworkInitialSync), NetworkBroadcast);
		}
		assert_eq!(news.origin(NetworkInitialSync), NetworkInitialSync, "the number is bounded");
		assert_eq!(news.origin(NetworkBroadcast), NetworkBroadcast);
		assert_eq!(news.origin(NetworkInitialSync), NetworkBroadcast, "it is up to date again");
	}
}
