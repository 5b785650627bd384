// The wallet at a node with a zone and shards, under traffic: payments in every direction with their receipts, by development keys
// and by an extension; a used up quota; an operator and a holder.

import { signerFromSeed, type TopNetwork } from '@top/sdk';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessible, developmentAccount, picture, type Served } from './harness.js';
import { NETWORK, onNetwork } from './networks.js';
import { beginScene, type Scene } from './traffic.js';
import { ended, openWithExtension, pay, reached, registerAndVote, useDevelopmentKey } from './wallet-steps.js';

const [ALICE, BOB] = [developmentAccount('//Alice'), developmentAccount('//Bob')];
const [DAVE, EVE] = [developmentAccount('//Dave'), developmentAccount('//Eve')];
/** Where no node listens. */
const NOWHERE = 'ws://127.0.0.1:1';

let browser: Browser, served: Served, network: TopNetwork, scene: Scene;
let page: Page;

before(async () => {
	if (NETWORK === undefined) return;
	scene = await beginScene(NETWORK);
	({ browser, served, network, page } = scene);
	for (const id of ['main', 'zone-0', 'shard-0-0', 'shard-0-1']) await page.getByTestId(`network-${id}`).locator('[data-status=live]').waitFor();
});

after(async () => {
	if (NETWORK === undefined) return;
	const paid = await scene.end();
	assert.ok(paid > 20, `${paid} payments went on beside the tests`);
});

const freeOf = async (address: string) => (await network.account(address))?.free ?? 0n;

/** Returns the free balance on the main chain, by a proof. */
async function freeOnMain(address: string): Promise<bigint> {
	const main = await (await network.client('main')).ledger();
	for await (const _ of main.heads()) break;
	return (await main.account(address)).value?.balances.free ?? 0n;
}

/** Waits until a balance has grown by an amount. The traffic changes the balances of others. */
async function grown(read: () => Promise<bigint>, before: bigint, by: bigint): Promise<void> {
	for (let attempt = 0; attempt < 60 && (await read()) < before + by; attempt++) await page.waitForTimeout(500);
	assert.equal(await read(), before + by);
}

/** Saves the receipt that a button offers. */
async function saved(button: string | RegExp): Promise<Buffer> {
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('sending').getByText(button).click()]);
	return readFile(await download.path());
}

const isProved = (level: string) => page.getByTestId('pay').getByTestId(`level-${level}`).locator('[data-checked=proof]').waitFor();
const receipts: Record<string, Buffer> = {};

test('a payment within a shard is final and sealed', onNetwork, async () => {
	await useDevelopmentKey(page, 'Alice');
	await page.waitForFunction(() => document.querySelectorAll('#pay-ledger option').length === 2);
	const before = await freeOf(EVE.account);
	await pay(page, EVE.account, '1.25', { on: 'shard-0-1' });
	await reached(page, 'sealed');
	await isProved('final');
	assert.equal(await freeOf(EVE.account), before + 1_250_000n);
	receipts['unit'] = await saved('Save the receipt');
	await picture(page, 'network-pay-within');
	await accessible(page, 'a payment within a shard');
});

test('a payment to the other shard is credited, and each level is proved', onNetwork, async () => {
	const before = await freeOf(BOB.account);
	await pay(page, BOB.account, '1.5', { on: 'shard-0-1', home: 'zone 0' });
	await page.getByTestId('route').getByText('shard 0/0').waitFor();
	await reached(page, 'credited');
	for (const level of ['final', 'sealed', 'credited']) await isProved(level);
	assert.ok((await freeOf(BOB.account)) >= before + 1_500_000n);
	receipts['credited'] = await saved(/Save the receipt “credited”/);
	await picture(page, 'network-pay-between');
	await page.getByTestId('sending').locator('a[href*="/unit/"]').click();
	await page.locator('[data-testid=message][data-stage=credited], [data-testid=message][data-stage=confirmed]').waitFor({ timeout: 60_000 });
	await picture(page, 'network-unit-between');
	await accessible(page, 'a unit that paid another shard');
});

test('a shard pays the main chain, and the main chain pays a shard', onNetwork, async () => {
	await useDevelopmentKey(page, 'Alice');
	const onMain = await freeOnMain(BOB.account);
	await pay(page, BOB.account, '2.5', { on: 'shard-0-1', home: 'main' });
	await reached(page, 'credited');
	await grown(() => freeOnMain(BOB.account), onMain, 2_500_000n);
	for (const level of ['sealed', 'credited']) await isProved(level);
	receipts['main'] = await saved(/Save the receipt “credited”/);
	await picture(page, 'network-pay-main');

	const inShard = await freeOf(EVE.account);
	await pay(page, EVE.account, '3.5', { on: 'main', home: 'zone 0' });
	await reached(page, 'credited');
	await grown(() => freeOf(EVE.account), inShard, 3_500_000n);
	await picture(page, 'network-pay-from-main');
});

test('receipts of every kind are verified with all endpoints cut', onNetwork, async () => {
	const config = await (await fetch(new URL('config.json', served.address))).json();
	const offline = await page.context().newPage();
	for (const ledger of (config as { ledgers: { endpoints: string[] }[] }).ledgers) ledger.endpoints = [NOWHERE];
	await offline.route('**/config.json', (route) => route.fulfill({ json: config }));
	await offline.goto(`${served.address}/#/receipt`);
	await offline.getByTestId('receipt').waitFor();
	await page.context().setOffline(true);
	try {
		const check = async (buffer: Buffer, verdict: string) => {
			await offline.getByTestId('receipt-file').setInputFiles({ name: 'receipt.scale', mimeType: '', buffer });
			await offline.getByTestId(`verdict-${verdict}`).waitFor();
			return (await offline.getByTestId('verdict').textContent()) ?? '';
		};
		assert.match(await check(receipts['unit'] as Buffer, 'valid'), /1\.25/);
		assert.match(await check(receipts['credited'] as Buffer, 'valid'), /has taken this payment.*1\.5.*Taken by.*shard 0\/0/s);
		await picture(offline, 'network-receipt-credited');
		await accessible(offline, 'a receipt across ledgers');
		assert.match(await check(receipts['main'] as Buffer, 'valid'), /has taken this payment.*2\.5.*Taken by.*main/s);
		const changed = Buffer.from(receipts['credited'] as Buffer);
		// In the last certificate. The signature of the unit is no part of what a receipt proves.
		const place = changed.length - 20;
		changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
		await check(changed, 'invalid');
		await picture(offline, 'network-receipt-invalid');
	} finally {
		await page.context().setOffline(false);
		await offline.close();
	}
});

test('an extension signs units and transactions by the standard interface', onNetwork, async () => {
	const extended = await openWithExtension(browser, served, EVE, 'Eve of the extension');
	assert.equal(await extended.getByTestId('development-warning').count(), 0);
	await extended.waitForFunction(() => document.querySelectorAll('#pay-ledger option').length === 2);
	const before = await freeOnMain(BOB.account);
	await pay(extended, DAVE.account, '0.75', { on: 'shard-0-1' });
	await ended(extended, 'pay', 'final');
	await pay(extended, BOB.account, '0.5', { on: 'main' });
	await ended(extended, 'pay', 'final');
	assert.equal(await freeOnMain(BOB.account), before + 500_000n);
	await extended.context().close();
});

test('refusals say why in words: the balance, and a quota that is used up', onNetwork, async () => {
	await useDevelopmentKey(page, 'Alice');
	await pay(page, BOB.account, '99999999999', { on: 'shard-0-1', home: 'zone 0' });
	await ended(page, 'pay', 'failed');
	assert.match((await page.getByTestId('refusal').textContent()) ?? '', /balance/i);
	await picture(page, 'network-refusal');
	// A new account begins with its free share used, which regrows slowly with a small balance: its first payment has to wait.
	const newcomer = signerFromSeed(new Uint8Array(randomBytes(32)));
	await (await network.pay(ALICE, newcomer.account, 110_000n)).credited();
	const extended = await openWithExtension(browser, served, newcomer, 'Newcomer');
	await extended.getByTestId('holdings').getByText('0 payments left now').waitFor();
	await extended.getByTestId('holdings').getByText('full again in').waitFor();
	const { chain } = (await network.locate(newcomer.account)) ?? { chain: '' };
	await pay(extended, DAVE.account, '0.005', { on: chain.replace(/[^a-z0-9]+/g, '-') });
	await ended(extended, 'pay', 'failed');
	assert.match((await extended.getByTestId('refusal').textContent()) ?? '', /quota.*accepted from/s);
	await picture(extended, 'network-quota-used-up');
	await extended.context().close();
});

test('an operator registers a node, a holder votes and claims', onNetwork, async () => {
	await registerAndVote(page, 'network');
});
