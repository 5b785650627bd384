// The page of a node with several ledgers: all at one look, moving between them, and payments across shards. A worker of the
// test stands in for the ledgers, so this needs no network.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessible, launch, openWithWorker, picture, servePage, show, type Served } from './harness.js';

let browser: Browser;
let served: Served;
let page: Page;
let errors: string[];

before(async () => {
	[browser, served] = await Promise.all([launch(), servePage('ws://127.0.0.1:1')]);
	({ page, errors } = await openWithWorker(browser, served.address, 'zone-worker'));
	await page.getByTestId('network').waitFor();
});

after(async () => {
	await browser.close();
	served.stop();
	assert.deepEqual(errors, [], 'the console has no errors');
});

test('the overview shows all ledgers at one look', async () => {
	const rows = page.getByTestId('network').locator('tbody tr');
	assert.deepEqual(await rows.locator('th').allTextContents(), ['Local Testnet', 'Zone 0', 'Shard 0/0', 'Shard 0/1']);
	await page.waitForFunction(() => document.querySelector('[data-testid=network-shard-0-1]')?.textContent?.includes('20.0'));
	const shard = page.getByTestId('network-shard-0-1');
	assert.match((await shard.textContent()) ?? '', /128 to 255.*20 %, 5 %.*3 with 1\.5 TOP/s);
	// What the zone and the mailbox say is unchecked, the heads are not.
	assert.equal(await page.getByTestId('sealed-shard-0-1').locator('[data-checked=none]').count(), 1);
	const captured = page.getByTestId('network-shard-0-0').getByTestId('status');
	assert.equal(await captured.textContent(), 'invalid block');
	assert.match((await captured.getAttribute('title')) ?? '', /certified block [\d\s]+, which is not valid/);
	assert.equal(await shard.getByTestId('status').textContent(), 'live');
	assert.equal(await page.getByTestId('lanes-shard-0-1').locator('[data-checked=none]').count(), 1);
	assert.equal(await shard.locator('[data-checked=certificate]').first().isVisible(), true);
	await picture(page, 'zone-overview');
	await accessible(page, 'the overview of a zone');
});

test('the switch leads to another ledger, by the keyboard too', async () => {
	await page.getByTestId('network-shard-0-0').locator('th a').click();
	await page.getByTestId('block-list').waitFor();
	const ledger = page.getByTestId('ledger-switch');
	assert.equal(await ledger.inputValue(), 'shard-0-0');
	await ledger.focus();
	await page.keyboard.press('ArrowDown');
	await page.waitForFunction(() => location.hash === '#/shard-0-1/blocks');
	await ledger.selectOption('main');
	await page.waitForFunction(() => location.hash === '#/main/blocks');
	await show(page, '#/main/committee', 'ledger-switch');
	await ledger.selectOption('zone-0');
	await page.waitForFunction(() => location.hash === '#/zone-0/committee');
	await show(page, '#/shard-0-0/blocks', 'block-list');
	await picture(page, 'zone-blocks');
	await accessible(page, 'the blocks of a shard');
});

test('an account is drawn among the accounts that it pays, with its table and the messages of its ledger', async () => {
	await show(page, '#/shard-0-0/account/5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', 'lattice');
	await page.locator('[data-lattice][data-units="40"] canvas').waitFor();
	// A click on a disc opens its unit: the newest unit of the account itself is in the first row.
	assert.ok(await isPainted(page), 'the drawing has colours');
	await picture(page, 'zone-account');
	await accessible(page, 'an account');
	await page.getByRole('link', { name: 'Table 42' }).click();
	await page.getByTestId('table-head').locator('[data-checked=proof]').first().waitFor();
	assert.ok((await page.getByTestId('table-blocks').locator('tbody tr').count()) > 0);
	await picture(page, 'zone-table');
	await accessible(page, 'a table');
	await show(page, '#/shard-0-0/messages', 'message-row');
	assert.equal(await page.getByTestId('message-row').count(), 5);
	assert.equal(await page.getByTestId('messages').locator('[data-checked=proof], [data-checked=certificate]').count(), 0);
	await picture(page, 'zone-messages');
	await show(page, '#/main/nodes', 'draws');
	await picture(page, 'zone-nodes');
	await accessible(page, 'nodes and draws');
	await show(page, '#/shard-0-0/messages', 'message-row');
	await accessible(page, 'messages');
});

/** Returns whether the drawing of the account has pixels in the colour of its chain. */
const isPainted = (of: Page) =>
	of.locator('[data-lattice] canvas').evaluate((element) => {
		const canvas = element as HTMLCanvasElement;
		const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
		let painted = 0;
		for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 0) painted += 1;
		return painted > 2_000;
	});

/** Lets the payment, which the worker holds at its first level, go on. */
const passOn = () => page.evaluate(() => new BroadcastChannel('payments').postMessage('go on'));

async function pay(amount: string): Promise<void> {
	await page.locator('#pay-dest').fill('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty');
	await page.locator('#pay-amount').fill(amount);
	await page.getByTestId('pay-send').click();
}

test('a payment to another shard shows its line from final to credited', async () => {
	await show(page, '#/wallet', 'accounts');
	await page.getByTestId('development-keys').click();
	await page.getByTestId('accounts').getByText('Alice', { exact: true }).click();
	// An account of a zone is in one of its shards: the others are not offered.
	await page.locator('#pay-ledger').waitFor();
	await page.waitForFunction(() => document.querySelectorAll('#pay-ledger option').length === 2);
	await page.locator('#pay-ledger').selectOption('shard-0-0');
	await pay('1.5');
	const sending = page.getByTestId('sending');
	await page.getByTestId('route').getByText('shard 0/1').waitFor();
	const states = () => page.locator('[data-testid^=level-]').evaluateAll((levels) => levels.map((level) => level.getAttribute('data-state')));
	await sending.and(page.locator('[data-level=final]')).waitFor();
	assert.deepEqual(await states(), ['done', 'now', 'later']);
	// The next payment could follow now.
	assert.equal(await page.getByTestId('pay-send').isEnabled(), true);
	await picture(page, 'zone-payment-final');
	await passOn();
	await sending.and(page.locator('[data-level=credited]')).waitFor();
	assert.deepEqual(await states(), ['done', 'done', 'done']);
	assert.equal(await page.getByTestId('level-final').locator('[data-checked=proof]').count(), 1);
	assert.equal(await page.getByTestId('level-sealed').locator('[data-checked=proof]').count(), 1);
	assert.equal(await page.getByTestId('level-credited').locator('[data-checked=none]').count(), 1);
	assert.match((await sending.textContent()) ?? '', /sealed by the zone after.*credited to the recipient after/s);
	await picture(page, 'zone-payment');
	await accessible(page, 'a payment across shards');
});

test('a payment that comes back breaks its line at the last level', async () => {
	await pay('2000');
	await page.getByTestId('sending').and(page.locator('[data-level=final]')).waitFor();
	await passOn();
	await page.getByTestId('refusal').getByText('came back').waitFor();
	const levels = page.locator('[data-testid^=level-]');
	assert.deepEqual(await levels.evaluateAll((all) => all.map((level) => level.getAttribute('data-state'))), ['done', 'done', 'broken']);
	assert.equal(await page.getByTestId('sending').getAttribute('data-step'), 'failed');
	await picture(page, 'zone-payment-returned');
});
