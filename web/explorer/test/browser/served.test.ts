// The page as a node serves it (`--ui-port`): it finds the node's ledger and committee, and runs under the headers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, open, untilLive } from './harness.js';
import { SERVED } from './networks.js';

const onServed = { skip: SERVED === undefined ? 'no node of the network serves the page' : false };

test('the page of a node shows its blocks, checked', onServed, async () => {
	const browser = await launch();
	try {
		const { page, errors } = await open(browser, String(SERVED));
		await untilLive(page);
		const newest = page.locator('.figure', { hasText: 'Newest block' }).locator('.figure-value');
		const first = await newest.textContent();
		await page.waitForFunction((old) => document.querySelector('.figure-value')?.textContent !== old, first);
		await page.locator('[data-checked=certificate], [data-checked=proof]').first().waitFor();
		await page.locator('.figure', { hasText: 'A block every' }).locator('.value[data-checked=proof]').waitFor();
		// What the policy of the page forbids is an error of the console.
		assert.deepEqual(errors, []);
	} finally {
		await browser.close();
	}
});

test('the page of a node comes compressed, and a second visit asks for what changed', onServed, async () => {
	const first = await fetch(new URL('worker.js', SERVED), { headers: { 'accept-encoding': 'gzip' } });
	assert.equal(first.headers.get('content-encoding'), 'gzip');
	assert.match(first.headers.get('content-security-policy') ?? '', /default-src 'none'/);
	const headers = { 'accept-encoding': 'gzip', 'if-none-match': first.headers.get('etag') ?? '' };
	assert.equal((await fetch(new URL('worker.js', SERVED), { headers })).status, 304);
	const config = (await (await fetch(new URL('config.json', SERVED))).json()) as { ledgers: { anchor?: unknown }[] };
	assert.ok(config.ledgers[0]?.anchor !== undefined, 'the node names a committee');
});
