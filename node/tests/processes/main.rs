//! The node as processes: commands, networks, attacks and loads. One program, so that the node is linked into one.
//!
//! ```text
//! bad_input, local_network     the commands as a newcomer uses them
//! healthy, epoch, sync, warp_sync,
//! upgrade, chaos               four validators: clean logs, epochs, sync, a new runtime, kills
//! clocks                       clocks that are off, and a second process with a validator's keys
//! many_chains                  a main chain and two shards in each of four processes
//! receipts_across              receipts between the shards of these
//! shards_under_kills           payments in every direction between shards, while nodes are killed
//! stopped_shard                a shard or a zone without a quorum, while all others go on; needs root
//! links                        a link between two validators that is cut for good; needs root
//! rotation                     drawn committees over many epochs, and a member that signs twice
//! drawn                        drawn committees of a zone and its shards: a node changes its shard
//! hostile                      a hostile peer of the main chain
//! units                        the unit lane of a shard: load, double spends, floods, quotas, restarts
//! stores                       the same answers from a shard's trie and its account store
//! bench_units                  the bench and its report
//!
//! peer                         the hostile peer that the attacks run
//! support                      runs the binary, and networks of it; [`support::turn`] shares the machine out
//! ```

mod peer;
mod support;

mod bad_input;
mod bench_units;
mod chaos;
mod clocks;
mod drawn;
mod epoch;
mod healthy;
mod hostile;
mod links;
mod local_network;
mod many_chains;
mod receipts_across;
mod rotation;
mod shards_under_kills;
mod stopped_shard;
mod stores;
mod sync;
mod units;
mod upgrade;
mod warp_sync;
