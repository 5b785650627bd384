//! The node of a ledger in memory.

use super::{
	at,
	committees::{addresses_of, members_of},
	trie, AccessError, LedgerAccess, Reports, Taken, TestLedger, SEATS_BEFORE,
};
use codec::Decode;
use futures::{stream::BoxStream, StreamExt};
use sp_state_machine::prove_read;
use std::collections::BTreeSet;
use tp_beacon::{committee_key, in_force_key, NamedHeader, SignedHeader, Unsealed, Update};
use tp_core::{Balance, BlockNumber, ChainTag, Hash, Header};
use tp_lattice::{Receipt, Unit};
use tp_mailbox::{outbound_key, InboundLane, Lane, Ledger, Message, OutboundLane, Relayed, Sequence, Store as _};
use tp_pbft::{Committee, Epoch, NodeAddresses, PbftId};
use tp_routing::{BeaconReport, CommitteesReport, MailboxReport};

impl TestLedger {
	fn reports(&self, number: BlockNumber) -> Result<Reports, AccessError> {
		let state = self.0.lock();
		let reports = state.reports.get(at(number)).filter(|_| number >= state.pruned_to).cloned();
		drop(state);
		reports.ok_or_else(|| AccessError { chain: self.chain(), source: "there is no such block".into() })
	}
}

impl LedgerAccess for TestLedger {
	fn chain(&self) -> ChainTag {
		self.0.lock().chain()
	}

	fn genesis(&self) -> Hash {
		self.0.lock().genesis()
	}

	fn newest(&self) -> BlockNumber {
		BlockNumber::try_from(self.0.lock().headers.len()).unwrap()
	}

	fn header(&self, number: BlockNumber) -> Result<Option<SignedHeader>, AccessError> {
		self.0.lock().headers_read += 1;
		Ok(at(number).checked_sub(1).and_then(|place| self.0.lock().headers.get(place).cloned()))
	}

	fn invalid(&self) -> Option<SignedHeader> {
		self.0.lock().invalid.clone()
	}

	fn mailbox(&self, number: BlockNumber) -> Result<MailboxReport, AccessError> {
		self.0.lock().mailboxes_read += 1;
		self.reports(number).map(|(mailbox, _)| mailbox)
	}

	fn neighbours(&self, number: BlockNumber) -> Result<BeaconReport, AccessError> {
		self.reports(number).map(|(_, neighbours)| neighbours)
	}

	fn unsealed(&self, _: BlockNumber) -> Result<Unsealed, AccessError> {
		Ok(self.0.lock().unsealed.clone())
	}

	fn committee(&self, number: BlockNumber) -> Result<Committee, AccessError> {
		let state = self.0.lock();
		let ends = |signed: &&SignedHeader| tp_pbft::find_next_committee(&signed.header.digest).is_some();
		let epoch = state.headers.iter().take(at(number) - 1).filter(ends).count() as Epoch;
		Ok(Committee { epoch, members: state.members(epoch), seed: [0; 32] })
	}

	fn committees(&self, number: BlockNumber) -> Result<CommitteesReport, AccessError> {
		let state = self.0.lock();
		state.state_at(number)?;
		Ok(state.committees[at(number)].clone())
	}

	fn in_force(&self, number: BlockNumber) -> Result<Epoch, AccessError> {
		let state = self.0.lock();
		let found = state.state_at(number)?.get(&in_force_key());
		Ok(found.map_or(0, |value| Epoch::decode(&mut &value[..]).unwrap()))
	}

	fn prove_committee(&self, number: BlockNumber, of: (ChainTag, Epoch)) -> Result<Option<Vec<Vec<u8>>>, AccessError> {
		let state = self.0.lock();
		let entries = state.state_at(number)?;
		let key = committee_key(of.0, of.1);
		let proof =
			entries.contains_key(&key).then(|| prove_read(trie(entries.clone()), [key, in_force_key()]).unwrap());
		Ok(proof.map(|proof| proof.into_iter_nodes().collect()))
	}

	fn members(&self, chain: ChainTag) -> Result<Vec<(PbftId, Option<NodeAddresses>)>, AccessError> {
		let newest = self.in_force(self.newest())?;
		let members = [newest, newest + 1].into_iter().flat_map(|epoch| members_of(chain, epoch));
		Ok(members.map(|member| (member.key.clone(), Some(addresses_of(&member.key)))).collect())
	}

	fn last_seat(&self, chain: ChainTag, keys: &BTreeSet<PbftId>) -> Result<Option<Epoch>, AccessError> {
		let newest = self.in_force(self.newest())?;
		let has_seat = |epoch: &Epoch| members_of(chain, *epoch).iter().any(|member| keys.contains(&member.key));
		Ok((newest.saturating_sub(SEATS_BEFORE)..=newest + 1).rev().find(has_seat))
	}

	fn takes(&self, parent: BlockNumber, update: &Update, relayed: &[Relayed]) -> Result<Taken, AccessError> {
		assert_eq!(parent, self.newest());
		Ok(self.0.lock().takes(update, relayed))
	}

	fn evidence(&self, number: BlockNumber) -> Result<Vec<[NamedHeader; 2]>, AccessError> {
		Ok(self.0.lock().evidence.get(&number).cloned().unwrap_or_default())
	}

	fn message(&self, lane: &Lane, sequence: Sequence) -> Result<Option<Message>, AccessError> {
		self.0.lock().messages_read += 1;
		Ok(self.0.lock().bodies.get(&(*lane, sequence)).cloned())
	}

	fn ledger(&self) -> Result<Ledger, AccessError> {
		Ok(self.0.lock().ledger)
	}

	fn endpoints(&self) -> Vec<String> {
		vec![format!("ws://127.0.0.1/{}", self.chain())]
	}

	fn bare_header(&self, number: BlockNumber) -> Result<Option<Header>, AccessError> {
		match number {
			0 => Ok(Some(self.0.lock().genesis_header.clone())),
			_ => Ok(self.header(number)?.map(|signed| signed.header)),
		}
	}

	fn number_of(&self, hash: Hash) -> Result<Option<BlockNumber>, AccessError> {
		let state = self.0.lock();
		let found = state.headers.iter().map(|signed| &signed.header).find(|header| header.hash() == hash);
		Ok(found.map(|header| header.number))
	}

	fn outbound(&self, number: BlockNumber, lane: &Lane) -> Result<OutboundLane, AccessError> {
		Ok(self.0.lock().mailbox_at(number)?.outbound(lane))
	}

	fn prove_outbound(&self, number: BlockNumber, lane: &Lane) -> Result<Vec<Vec<u8>>, AccessError> {
		let proof = prove_read(trie(self.0.lock().state_at(number)?.clone()), [outbound_key(lane)]).unwrap();
		Ok(proof.into_iter_nodes().collect())
	}

	fn inbound(&self, number: BlockNumber, lane: &Lane) -> Result<InboundLane, AccessError> {
		Ok(self.0.lock().mailbox_at(number)?.inbound(lane).unwrap_or_default())
	}

	fn in_lanes(&self, _: BlockNumber) -> Result<Balance, AccessError> {
		Ok(1_000)
	}

	fn units(&self, number: BlockNumber) -> Result<Vec<(u32, Unit)>, AccessError> {
		let state = self.0.lock();
		let Some(receipts) = state.receipts.get(&number) else { return Ok(Vec::new()) };
		Ok((0..).zip(receipts.batch().units().iter().cloned()).collect())
	}

	fn unit_receipt(&self, number: BlockNumber, index: u32) -> Result<Option<Receipt>, AccessError> {
		Ok(self.0.lock().receipts.get(&number).and_then(|receipts| receipts.receipt(index)))
	}

	fn imported(&self) -> BoxStream<'static, ()> {
		futures::stream::pending().boxed()
	}
}
