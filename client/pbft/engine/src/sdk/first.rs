//! With what a node begins, kept in the auxiliary store. The committee of the genesis: no header names it, and the state of the genesis
//! is gone later; a node that begins by warp sync has that state at its first start alone. And the block of the first state.

use super::{
	certified::{read_certificate, read_committee},
	client::{LedgerBackend, LedgerClient},
};
use crate::error::LedgerError;
use codec::{Decode, DecodeAll, Encode};
use sc_client_api::{AuxStore, Backend};
use tp_pbft::{Epoch, Height, Member};

/// Key of its members.
const MEMBERS_KEY: &[u8] = b"pbft-first-committee";
/// Key of its epoch.
const EPOCH_KEY: &[u8] = b"pbft-first-epoch";

/// Key of the height of the first state.
const STATE_KEY: &[u8] = b"pbft-first-state";

/// Returns what is kept beside the block with whose state a node begins.
pub fn state_entry(height: Height) -> (Vec<u8>, Vec<u8>) {
	(STATE_KEY.to_vec(), height.encode())
}

/// Returns the height of the block with whose state the node began: 0 if it has executed all blocks.
///
/// # Errors
/// If the database fails.
pub fn first_state<C: LedgerClient>(client: &C) -> Result<Height, sp_blockchain::Error> {
	Ok(decoded(AuxStore::get_aux(client, STATE_KEY)?).unwrap_or_default())
}

/// Keeps the committee. Returns its members, or `None` for a database of before, whose first states are gone: only the first epoch
/// is not known then.
pub fn keep<C: LedgerClient, BE: LedgerBackend>(client: &C, backend: &BE) -> Result<Option<Vec<Member>>, LedgerError> {
	if let Some(members) = decoded(Backend::get_aux(backend, MEMBERS_KEY)?) {
		return Ok(Some(members));
	}
	let Ok((committee, _)) = read_committee(client, client.info().genesis_hash) else { return Ok(None) };
	let (members, epoch) = (committee.members.encode(), committee.epoch.encode());
	Backend::insert_aux(backend, &[(MEMBERS_KEY, &members[..]), (EPOCH_KEY, &epoch[..])], &[])?;
	Ok(Some(committee.members))
}

/// Returns the committee, if it was kept.
pub fn read<C: LedgerClient>(client: &C) -> Result<Option<(Epoch, Vec<Member>)>, LedgerError> {
	let Some(members) = decoded(AuxStore::get_aux(client, MEMBERS_KEY)?) else { return Ok(None) };
	let kept = decoded(AuxStore::get_aux(client, EPOCH_KEY)?);
	Ok(kept.map_or_else(|| first_epoch(client), |epoch| Ok(Some(epoch)))?.map(|epoch| (epoch, members)))
}

/// Returns the first epoch by the first block. A database of before has the members alone.
fn first_epoch<C: LedgerClient>(client: &C) -> Result<Option<Epoch>, LedgerError> {
	let Some(first) = client.hash(1)? else {
		return Ok(read_committee(client, client.info().genesis_hash).ok().map(|(committee, _)| committee.epoch));
	};
	Ok(read_certificate(client, first)?.map(|certificate| certificate.epoch))
}

fn decoded<V: Decode>(kept: Option<Vec<u8>>) -> Option<V> {
	kept.and_then(|bytes| V::decode_all(&mut &bytes[..]).ok())
}
