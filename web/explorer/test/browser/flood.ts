// Stands in for the worker in the test of the page under load: 64 shards with ten blocks and about 78 transfers a second each.

import { expose } from 'comlink';
import { gathered } from '../../src/worker/gather.js';
import type { BlockLine, CommitteeView, LedgerView, Result, Update } from '../../src/shared/model.js';

const SHARDS = 64;
/** A test of an hour replays it faster. */
const SPEED = (globalThis as { SPEED?: number }).SPEED ?? 1;
const TICK_MS = 100 / SPEED;
const PER_BLOCK = 8;
const MEMBERS = 64;

function ledgerOf(index: number): LedgerView {
	return {
		id: `shard-${index}`,
		name: `Shard 0/${index}`,
		tag: { type: 'Shard', value: { zone: 0, incarnation: index } },
		genesis: `0x${'00'.repeat(32)}`,
		connection: { type: 'live', endpoint: 'ws://127.0.0.1:1' },
		levels: ['final'],
		isAnchored: true,
		anchorSource: undefined,
		node: undefined,
		state: undefined,
		hasUnits: true,
		tables: { first: 4 * index, last: 4 * index + 3 },
		zone: {
			sealed: { number: 1_000, hash: `0x${'01'.repeat(32)}` },
			inFlight: BigInt(index % 7),
			inLanes: BigInt(index) * 1_500_000n,
			lanes: [],
			load: { inbox: index % 50, outbox: index % 20 },
		},
	};
}

function blockOf(number: number): BlockLine {
	return {
		number,
		hash: `0x${number.toString(16).padStart(64, '0')}`,
		parent: `0x${(number - 1).toString(16).padStart(64, '0')}`,
		author: number % MEMBERS,
		view: number % 97 === 0 ? 1 : 0,
		epoch: 1n,
		signers: Array.from({ length: MEMBERS }, (_, member) => member).filter((member) => (member + number) % 5 > 0),
		transfers: PER_BLOCK + (number % 5) - 2,
		arrivedAt: Date.now(),
		checked: 'certificate',
	};
}

/** Returns a committee of 64, with the seats of as many nodes. */
function committee(): Result<CommitteeView> {
	const keyOf = (member: number) => `0x${(member + 1).toString(16).padStart(2, '0').repeat(32)}`;
	const members = Array.from({ length: MEMBERS }, (_, at) => ({ key: keyOf(at), vrf: keyOf(at), weight: BigInt(1_000_000 + at) }));
	const counts = members.map((_, at) => ({ signed: 900 + at, authored: 15, turnsLost: at % 13 === 0 ? 1 : 0, extraSignatures: 0 }));
	const value: CommitteeView['state']['value'] = {
		at: { number: 1_000, hash: keyOf(0) },
		committee: { epoch: 7n, members },
		quorum: 43,
		primaries: members.map((_, at) => (at * 5) % MEMBERS),
		activity: { epoch: 7n, blocks: 1_000, certified: 1_000, members: counts },
		first: 1,
		last: undefined,
		epochMs: 21_600_000n,
		closingBlocks: 600,
		closesAt: BigInt(Date.now() + 9_000_000),
		pace: { blockInterval: 100, idleInterval: 3_000, baseTimeout: 1_000 },
		seats: undefined,
	};
	return { ok: true, value: { state: { value, checked: 'proof' }, engine: undefined } };
}

expose({
	committee,
	signers: () => ({ ok: true, value: {} }),
	start(_config: unknown, _stored: unknown, pass: (updates: Update[]) => void) {
		const tell = gathered(pass);
		for (let shard = 0; shard < SHARDS; shard++) {
			tell({ type: 'ledger', ledger: ledgerOf(shard) });
			let number = 1_000;
			setTimeout(() => {
				setInterval(() => {
					number += 1;
					const id = `shard-${shard}`;
					tell({ type: 'blocks', id, blocks: [blockOf(number)] });
					if (number % 10 !== 0) return;
					const [at, transfers] = [Date.now(), 10 * PER_BLOCK];
					const sample = { at, number, time: at, transfers, blocks: 10, span: 1_000, latency: 20, checked: 'proof' as const };
					tell({ type: 'sample', id, sample });
				}, TICK_MS);
			}, (shard * TICK_MS) / SHARDS);
		}
	},
});
