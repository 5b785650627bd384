// A smoke run in Firefox: the page connects, checks what the node says, draws, and pays.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ARTEFACTS, developmentAccount, DESKTOP, PHONE, servePage } from './harness.js';
import { Firefox } from './firefox.js';
import { NETWORK, NODE, SHARD } from './networks.js';

const name = SHARD === undefined ? 'main' : 'shard';
const BOB = developmentAccount('//Bob').account;

test('Firefox shows a ledger by proofs, its views, and a payment', { timeout: 240_000 }, async () => {
	mkdirSync(ARTEFACTS, { recursive: true });
	const firefox = await Firefox.start();
	const served = await servePage(NODE, name);
	const has = (selector: string) => firefox.until(`document.querySelector(${JSON.stringify(selector)})`);
	try {
		await firefox.resize(DESKTOP.width, DESKTOP.height);
		await firefox.goTo(served.address);
		await has('[data-status=live]');
		await has('[data-checked=proof]');
		if (NETWORK !== undefined) await firefox.until('document.querySelectorAll("[data-testid=network] [data-status=live]").length === 4');
		await firefox.picture(join(ARTEFACTS, 'firefox-overview.png'));

		// The drawing of the blocks has pixels.
		await firefox.until(`[...document.querySelectorAll('[data-river] canvas')].some((canvas) =>
			canvas.width > 0 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))`);
		await firefox.evaluate(`(location.hash = '#/${name}/committee')`);
		await has('[data-testid=members] tbody tr[data-checked=proof]');
		await firefox.evaluate(`(location.hash = '#/${name}/account/${BOB}')`);
		await has('[data-testid=balance] [data-checked=proof]');
		await firefox.picture(join(ARTEFACTS, 'firefox-account.png'));

		await firefox.evaluate(`(location.hash = '#/wallet')`);
		await firefox.click('[data-testid=development-keys]');
		await firefox.until(`document.querySelector('[data-testid=accounts]').textContent.includes('Alice')`);
		await has('[data-testid=pay-send]');
		await firefox.click('#pay-dest');
		await firefox.type(BOB);
		await firefox.click('#pay-amount');
		await firefox.type('1.5');
		await firefox.click('[data-testid=pay-send]');
		await has('[data-testid=sending][data-step=final], [data-testid=sending][data-step=failed]');
		const step = await firefox.evaluate<string>(`document.querySelector('[data-testid=sending]').dataset.step`);
		assert.equal(step, 'final', await firefox.evaluate<string>(`document.querySelector('[data-testid=sending]').textContent`));
		await firefox.resize(PHONE.width, PHONE.height);
		const width = await firefox.evaluate<number>('document.documentElement.scrollWidth');
		assert.ok(width <= PHONE.width, `the page is ${width} wide on a phone`);
		await firefox.picture(join(ARTEFACTS, 'firefox-wallet-phone.png'));
	} finally {
		await firefox.stop();
		served.stop();
	}
});
