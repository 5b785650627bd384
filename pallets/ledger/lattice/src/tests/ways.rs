//! The ways to other shards, as a test sets them.

use frame_support::{parameter_types, traits::Get};
use sp_runtime::{DispatchError, Weight};
use tp_core::Balance;
use tp_lattice::{RemoteLanes, RemotePayment, Room};

parameter_types! {
	/// The room; `None` if the ledger runs alone.
	pub static Left: Option<Room> = None;
	/// The payments that left, in their order.
	pub static Gone: Vec<RemotePayment> = Vec::new();
	/// Whether they send, as the room says that they do.
	pub static Work: bool = true;
	/// Whether the ledger takes no units.
	pub static Shut: bool = false;
}

/// The weight of a message.
pub const MESSAGE: u64 = 1_000_000;

pub struct Ways;

impl Get<Balance> for Ways {
	fn get() -> Balance {
		Gone::get().iter().map(|payment| payment.amount).sum()
	}
}

impl Get<bool> for Ways {
	fn get() -> bool {
		Shut::get()
	}
}

impl RemoteLanes for Ways {
	fn room() -> Option<Room> {
		Left::get()
	}

	fn send(payment: &RemotePayment) -> Result<(), DispatchError> {
		if !Work::get() {
			return Err(DispatchError::Exhausted);
		}
		Gone::mutate(|gone| gone.push(payment.clone()));
		Ok(())
	}

	fn room_weight() -> Weight {
		Weight::from_parts(17, 0)
	}

	fn message_weight() -> Weight {
		Weight::from_parts(MESSAGE, 0)
	}

	fn max_messages() -> u32 {
		100
	}
}
