import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerView, Update } from '../../src/shared/model.js';
import { gathered } from '../../src/worker/gather.js';

const view = (id: string, hasUnits: boolean) => ({ type: 'ledger', ledger: { id, hasUnits } as LedgerView }) as const;
const blocks = (id: string, number: number) => ({ type: 'blocks', id, blocks: [{ number }] }) as unknown as Update;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('updates of a moment come as one, in their order, and none is lost', async () => {
	const passed: Update[][] = [];
	const tell = gathered((updates) => passed.push(updates));
	for (let number = 0; number < 5; number++) tell(blocks('a', number));
	await pause(20);
	assert.equal(passed.length, 1);
	for (let number = 5; number < 40; number++) {
		tell(blocks(number % 2 === 0 ? 'a' : 'b', number));
		await pause(5);
	}
	await pause(150);
	const numbers = passed.flat().map((update) => (update.type === 'blocks' ? update.blocks[0]?.number : -1));
	assert.deepEqual(numbers, Array.from({ length: 40 }, (_, at) => at));
	assert.ok(passed.length < 20, `${passed.length} messages for 40 updates`);
});

test('what a later view of the same ledger replaces is left out', async () => {
	const passed: Update[][] = [];
	const tell = gathered((updates) => passed.push(updates));
	tell(view('a', false));
	tell(blocks('a', 1));
	tell(view('b', true));
	tell(view('a', true));
	await pause(20);
	assert.deepEqual(passed, [[blocks('a', 1), view('b', true), view('a', true)]]);
	tell(view('a', true));
	tell({ type: 'removed', id: 'a' });
	tell(view('a', false));
	await pause(150);
	assert.deepEqual(passed[1], [{ type: 'removed', id: 'a' }, view('a', false)]);
});
