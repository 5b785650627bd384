// How long a reader waits for the first view, at a network that does nothing else. A benchmark: it measures against the clock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, open, servePage, type Served } from './harness.js';
import { NETWORK, NODE, SHARD } from './networks.js';

/** The newest block of a ledger in the overview, and its state: in the table of a network, or in the panel of a ledger. */
const NEWEST = '[data-testid^=network-] td:nth-child(3) a, .ledger .figure-value a';
const LIVE = '[data-testid^=network-] [data-status=live], .ledger [data-status=live]';
/** A reader who opens the page. Each has an empty cache and no stored committees. */
const READERS = 9;
const BOUND_MS = 1_500;
/** With shards: the main chain, the zone and two shards. */
const LEDGERS = NETWORK === undefined ? 1 : 4;
/** After its start, a network compiles and connects for some seconds. */
const QUIET_MS = 15_000;

let browser: Browser;
let served: Served;

before(async () => {
	[browser, served] = await Promise.all([launch(), servePage(NODE, SHARD === undefined ? 'main' : 'shard')]);
	await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
});

after(async () => {
	await browser.close();
	served.stop();
});

/** Returns the milliseconds from the start of a page until it has some elements. */
async function firstView(): Promise<{ shown: number; checked: number }> {
	const { page } = await open(browser, served.address);
	const whenThereAre = async (selector: string) => {
		const found = await page.waitForFunction(
			([each, least]) => document.querySelectorAll(each as string).length >= Number(least) && performance.now(),
			[selector, LEDGERS] as const,
		);
		return Math.round((await found.jsonValue()) as number);
	};
	const times = { shown: await whenThereAre(NEWEST), checked: await whenThereAre(LIVE) };
	await page.context().close();
	return times;
}

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] as number;

test(`the first view of all ledgers takes at most ${BOUND_MS} ms`, async () => {
	const shown: number[] = [];
	const checked: number[] = [];
	for (let reader = 0; reader < READERS; reader++) {
		const times = await firstView();
		shown.push(times.shown);
		checked.push(times.checked);
	}
	console.log(`first view of ${LEDGERS} ledgers after ${median(shown)} ms (${shown.join(', ')}), all checked after ${median(checked)} ms (${checked.join(', ')})`);
	assert.ok(median(shown) <= BOUND_MS, `${median(shown)} ms`);
});
