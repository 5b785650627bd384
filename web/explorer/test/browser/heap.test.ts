// The page's memory over an hour of 5,000 transfers a second on 64 shards, while a reader goes from view to view. The hour is
// replayed at ten times its speed; TOP_HEAP_MINUTES is how much of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, openFlood, servePage, show } from './harness.js';

/** Chain time runs this many times as fast. */
const SPEED = 10;
/** By then all that the page keeps is there: 600 blocks and 480 samples a ledger. */
const FILLED_MIN = 10;
const MINUTES = Number(process.env['TOP_HEAP_MINUTES'] ?? 60);
const MOST_GROWTH = 0.05;
const VIEWS: [path: string, testid: string][] = [
	['#/shard-3/blocks', 'block-list'],
	['#/shard-3/committee', 'members'],
	['#/shard-40/blocks', 'block-list'],
	['#/settings', 'settings'],
	['#/', 'overview'],
];

test(`the heap does not grow from minute ${FILLED_MIN} to ${MINUTES}`, { timeout: (MINUTES / SPEED + 3) * 60_000 }, async () => {
	const [browser, served] = await Promise.all([launch(), servePage('ws://127.0.0.1:1')]);
	try {
		const { page } = await openFlood(browser, served.address, SPEED);
		await page.getByTestId('ledger-shard-63').waitFor();
		const session = await page.context().newCDPSession(page);
		const began = Date.now();
		const used = async () => {
			// Two rounds: the first one ends what waits for its finalizers.
			for (let round = 0; round < 2; round++) await session.send('HeapProfiler.collectGarbage');
			return (await session.send('Runtime.getHeapUsage')).usedSize;
		};
		/** Goes through all views until a minute of chain time, and returns the heap there. */
		const until = async (minute: number) => {
			while (Date.now() - began < (minute * 60_000) / SPEED) {
				for (const [path, testid] of VIEWS) {
					await show(page, path, testid);
					await page.waitForTimeout(800);
				}
			}
			return used();
		};
		const first = await until(FILLED_MIN);
		const last = await until(MINUTES);
		const growth = last / first - 1;
		console.log(`heap: ${(first / 1e6).toFixed(2)} MB in minute ${FILLED_MIN}, ${(last / 1e6).toFixed(2)} MB in minute ${MINUTES}: ${(100 * growth).toFixed(1)} %`);
		assert.ok(growth <= MOST_GROWTH, `the heap grew by ${(100 * growth).toFixed(1)} %`);
	} finally {
		await browser.close();
		served.stop();
	}
});
