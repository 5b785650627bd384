//! What the main chain has to do with zones: it follows their headers, and sends messages to them.

/// Configures `pallet-beacon` and `pallet-mailbox` for the `Runtime` of the calling crate, a main chain with these pallets under their usual
/// names.
///
/// Root registers zones, since what a zone vouches for is issued here. On networks whose nodes derive their zones, as the genesis says,
/// authors do. Users pay the zones that are registered.
#[macro_export]
macro_rules! messages_of_zones {
	() => {
		frame_support::parameter_types! {
			pub const Own: tp_mailbox::Ledger = tp_mailbox::Ledger { chain: tp_core::ChainTag::Main, tables: None };
		}

		/// The ledgers that authors register: zones, on networks that derive them.
		pub struct DerivedZones;

		impl frame_support::traits::Contains<tp_core::ChainTag> for DerivedZones {
			fn contains(chain: &tp_core::ChainTag) -> bool {
				matches!(chain, tp_core::ChainTag::Zone(_)) && pallet_beacon::AuthorsMayRegister::<Runtime>::get()
			}
		}

		#[frame_support::derive_impl(pallet_beacon::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_beacon::Config for Runtime {
			type AuthorsRegister = DerivedZones;
			type Drawn = ShardAssignment;
		}

		/// The places to which users may send: the zones that are registered.
		pub struct RegisteredZones;

		impl frame_support::traits::Contains<tp_mailbox::Home> for RegisteredZones {
			fn contains(home: &tp_mailbox::Home) -> bool {
				match home {
					tp_mailbox::Home::Main => false,
					tp_mailbox::Home::Zone(zone) => {
						pallet_beacon::Sources::<Runtime>::contains_key(tp_core::ChainTag::Zone(*zone))
					},
				}
			}
		}

		/// Takes what zones and shards report of their committees.
		pub struct LedgerReports;

		impl tp_mailbox::Receive for LedgerReports {
			fn receive(
				arrival: &tp_mailbox::Arrival,
				message: &tp_mailbox::Message,
				_: &mut tp_mailbox::SendAll,
			) -> Result<(), tp_mailbox::Reason> {
				use codec::DecodeAll;
				// On this lane the ledger itself sends, and no account of it.
				if arrival.lane.class != tp_mailbox::Class::System {
					return Err(tp_mailbox::Reason::Unreadable);
				}
				let report = tp_stake::LedgerMessage::decode_all(&mut &message.payload[..]);
				let tp_stake::LedgerMessage::Participation(activity) =
					report.map_err(|_| tp_mailbox::Reason::Unreadable)?;
				ShardAssignment::take_report(arrival.lane.source, activity).map_err(|_| tp_mailbox::Reason::Failed)
			}
		}

		#[frame_support::derive_impl(pallet_mailbox::config_preludes::LedgerDefaultConfig<Runtime>)]
		impl pallet_mailbox::Config for Runtime {
			type Ledger = Own;
			type Currency = Balances;
			type Anchors = Beacon;
			type Homes = RegisteredZones;
			type Receiver = LedgerReports;
		}
	};
}
