// The wallet on a real network: development keys, an extension, payments, receipts, refusals, nodes and votes.

import { encodeCall, signerFromSeed, transfer, type Ledger, type TopClient } from '@top/sdk';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessible, connect, developmentAccount, launch, open, picture, servePage, show, untilLive, type Served } from './harness.js';
import { MAIN, NODE, onMain, onShard } from './networks.js';
import { Proxy } from './proxy.js';
import { ended, openWithExtension, pay, registerAndVote, useDevelopmentKey } from './wallet-steps.js';

const BOB = developmentAccount('//Bob');
const DAVE = developmentAccount('//Dave');
const name = MAIN === undefined ? 'shard' : 'main';
/** Units that an account may have in the pool at once. */
const BATCH = 250;
/** Units of the account with a long chain. */
const LONG = Number(process.env['TOP_LONG_CHAIN'] ?? 500);

let browser: Browser;
let proxy: Proxy;
let served: Served;
let page: Page;
let client: TopClient;
let ledger: Ledger;

before(async () => {
	[browser, proxy, client] = await Promise.all([launch(), Proxy.start(NODE), connect(NODE)]);
	ledger = await client.ledger();
	served = await servePage(proxy.address, name);
	({ page } = await open(browser, served.address));
	await untilLive(page);
});

after(async () => {
	await browser.close();
	served.stop();
	client.close();
	await proxy.close();
});

/** Returns the free balance after the newest block. */
async function balanceOf(address: string): Promise<bigint> {
	for await (const _ of ledger.heads()) break;
	return (await ledger.account(address)).value?.balances.free ?? 0n;
}

test('a development key pays, and the page marks it as one', async () => {
	await useDevelopmentKey(page, 'Alice');
	await page.getByTestId('development-warning').waitFor();
	const before = await balanceOf(BOB.account);
	await pay(page, BOB.account, '1.5');
	await ended(page, 'pay', 'final');
	await page.getByTestId('level-final').locator('[data-checked=proof], [data-checked=certificate]').waitFor();
	assert.equal(await balanceOf(BOB.account), before + 1_500_000n);
	await picture(page, `${name}-wallet`);
	await accessible(page, 'wallet');
});

test('the unit of a payment has its view, with its block by proof', onShard, async () => {
	await page.getByTestId('sending').locator('a[href*="/unit/"]').click();
	const status = page.getByTestId('unit-status');
	await status.locator('[data-checked=proof]').first().waitFor();
	assert.match((await status.textContent()) ?? '', /In block/);
	await picture(page, 'shard-unit');
	await accessible(page, 'unit');
	await status.locator('a').click();
	await page.getByTestId('block-units').locator('.value[data-checked=proof]', { hasText: 'applied' }).waitFor();
	await picture(page, 'shard-block-units');
});

test('a receipt is verified in the browser, with all endpoints cut', onShard, async () => {
	await show(page, '#/wallet', 'pay');
	await pay(page, BOB.account, '2.25');
	await ended(page, 'pay', 'final');
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByTestId('sending').getByText('Save the receipt').click(),
	]);
	const receipt = await readFile(await download.path());
	await show(page, '#/receipt', 'receipt');
	await proxy.close();
	await page.context().setOffline(true);

	await page.getByTestId('receipt-file').setInputFiles({ name: 'receipt.scale', mimeType: '', buffer: receipt });
	await page.getByTestId('verdict-valid').waitFor();
	assert.match((await page.getByTestId('verdict').textContent()) ?? '', /2\.25/);
	await picture(page, 'shard-receipt-valid');

	const changed = Buffer.from(receipt);
	changed.writeUInt8(changed.readUInt8(80) ^ 1, 80);
	await page.getByTestId('receipt-file').setInputFiles({ name: 'changed.scale', mimeType: '', buffer: changed });
	await page.getByTestId('verdict-invalid').waitFor();
	await picture(page, 'shard-receipt-invalid');

	await page.getByTestId('receipt-file').setInputFiles({ name: 'none', mimeType: '', buffer: Buffer.from('nothing') });
	await page.getByTestId('verdict-none').waitFor();
	await page.context().setOffline(false);
	await proxy.open();
	await connectedAgain();
});

/** Waits until the page is connected again. */
async function connectedAgain(): Promise<void> {
	await show(page, '#/', 'overview');
	await untilLive(page);
}

test('a wallet extension pays by the standard interface', async () => {
	const extended = await openWithExtension(browser, served, DAVE, 'Dave of the extension');
	assert.equal(await extended.getByTestId('development-warning').count(), 0);
	const before = await balanceOf(BOB.account);
	await pay(extended, BOB.account, '0.75');
	await ended(extended, 'pay', 'final');
	assert.equal(await balanceOf(BOB.account), before + 750_000n);
	await extended.context().close();
});

test('a payment beyond the balance is refused in words', async () => {
	await useDevelopmentKey(page, 'Alice');
	await pay(page, BOB.account, '99999999999');
	await ended(page, 'pay', 'failed');
	const refusal = (await page.getByTestId('refusal').textContent()) ?? '';
	assert.match(refusal, /balance|funds|Token/i, refusal);
	await picture(page, `${name}-refusal`);
});

test('a quota that is used up is said in words', onShard, async () => {
	// A new account begins with its free share used, which regrows slowly with a small balance: its first payment has to wait.
	const newcomer = signerFromSeed(new Uint8Array(randomBytes(32)));
	const payment = await client.pay(BOB, newcomer.account, 110_000n);
	await payment.finalized();
	const extended = await openWithExtension(browser, served, newcomer, 'Newcomer');
	await extended.getByTestId('holdings').getByText('0 payments left now').waitFor();
	await extended.getByTestId('holdings').getByText('full again in').waitFor();
	await pay(extended, BOB.account, '0.005');
	await ended(extended, 'pay', 'failed');
	const refusal = (await extended.getByTestId('refusal').textContent()) ?? '';
	assert.match(refusal, /quota/);
	assert.match(refusal, /accepted from/);
	await picture(extended, 'shard-quota-used-up');
	await extended.context().close();
});

test('a long chain of units is scrolled without drawing it whole', onShard, async () => {
	const charlie = developmentAccount('//Charlie');
	// Stake for as many units as the test sends.
	for await (const status of ledger.transact(charlie, encodeCall('Quota.lock', { amount: 200_000_000_000n }))) {
		if (status.type === 'finalized') break;
	}
	const builder = await client.builder(charlie);
	for (let sent = 0; sent < LONG; sent += BATCH) {
		const units = [];
		for (let at = 0; at < BATCH; at++) units.push(await builder.next([transfer(BOB.account, 1n)]));
		await client.submitUntilFinal(units, { receipts: false });
	}
	await show(page, `#/shard/account/${charlie.account}`, 'chain-list');
	const list = page.getByTestId('chain-list');
	let seen = 0;
	for (let step = 0; seen < LONG && step < 1_000; step++) {
		await list.evaluate((element) => (element.scrollTop = element.scrollHeight));
		await page.waitForTimeout(150);
		const places = await list.locator('.list-row').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-posinset'))));
		assert.ok(places.length < 60, 'only the rows in sight are drawn');
		seen = Math.max(...places);
	}
	assert.ok(seen >= LONG, `${seen} units are listed`);
	// The oldest unit is still linked to the head that the state proves.
	await list.locator('.list-row').last().locator('[data-checked=proof]').first().waitFor();
	await picture(page, 'shard-long-chain');
});

test('an operator registers a node, a holder votes and claims', onMain, async () => {
	await registerAndVote(page, 'main');
});
