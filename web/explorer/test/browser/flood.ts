// Stands in for the worker in the test of the page under load: 64 shards with 5,000 transfers a second, each of them with ten blocks, which
// plays what was recorded of a real one.

import { expose } from 'comlink';
import { gathered } from '../../src/worker/gather.js';
import type { CommitteeView, LedgerView, Result, Update } from '../../src/shared/model.js';
import { played } from '../recording/multiply.js';
import type { RecordedShard } from '../recording/shards.js';

const [SHARDS, TRANSFERS, BLOCKS] = [64, 5_000, 10];
/** What the test gives: the recorded shards, and how much faster than the clock they are played. */
const { RECORDED, SPEED } = globalThis as unknown as { RECORDED: RecordedShard[]; SPEED: number };
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
			invalid: undefined,
			inFlight: BigInt(index % 7),
			inLanes: BigInt(index) * 1_500_000n,
			lanes: [],
			load: { inbox: index % 50, outbox: index % 20 },
		},
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
			const { id } = ledgerOf(shard);
			tell({ type: 'ledger', ledger: ledgerOf(shard) });
			const blocks = played(RECORDED[shard % RECORDED.length] as RecordedShard, shard, { blocks: BLOCKS, transfers: TRANSFERS / SHARDS });
			// By the time that is due and not by pauses: timers are late, and what is late is made up for.
			let due = Date.now();
			const play = () => {
				while (due <= Date.now()) {
					const { block, sample, pauseMs } = blocks.next().value;
					tell({ type: 'blocks', id, blocks: [block] });
					if (sample !== undefined) tell({ type: 'sample', id, sample });
					due += pauseMs / SPEED;
				}
				setTimeout(play, due - Date.now());
			};
			play();
		}
	},
});
