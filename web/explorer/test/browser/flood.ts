// Stands in for the worker in the test of the page under load: 64 shards with ten blocks and about 78 transfers a second each.

import { expose } from 'comlink';
import type { BlockLine, LedgerView, Update } from '../../src/shared/model.js';

const SHARDS = 64;
const TICK_MS = 100;
const PER_BLOCK = 8;

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
	};
}

function blockOf(number: number): BlockLine {
	return {
		number,
		hash: `0x${number.toString(16).padStart(64, '0')}`,
		parent: `0x${(number - 1).toString(16).padStart(64, '0')}`,
		author: number % 4,
		view: number % 97 === 0 ? 1 : 0,
		epoch: 1n,
		signers: [0, 1, 2],
		transfers: PER_BLOCK + (number % 5) - 2,
		arrivedAt: Date.now(),
		checked: 'certificate',
	};
}

expose({
	start(_config: unknown, _stored: unknown, tell: (update: Update) => void) {
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
