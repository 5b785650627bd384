// Ledgers that are down, of another chain, stand still or lie, a tab that slept, and an account with a long chain: the page with its
// own worker, in front of models of ledgers, so this needs no network.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { FakeNetwork, LONG_ACCOUNT, type FakeLedger } from '../fakes/network.js';
import { launch, open, picture, servePage, show, type Served } from './harness.js';

/** Units of the account with a long chain, and rows that a list draws of it at most. */
const [UNITS, MOST_ROWS] = [10_000, 80];
/** Blocks that a ledger makes while the tab sleeps. */
const SLEPT = 20;
const IDS = ['main', 'zone-0', 'shard-0-0', 'shard-0-1'];

let browser: Browser;
let served: Served;
let network: FakeNetwork;
let page: Page;
let errors: string[];

before(async () => {
	[browser, served, network] = await Promise.all([launch(), servePage('ws://127.0.0.1:1'), FakeNetwork.start(UNITS)]);
});

after(async () => {
	await browser.close();
	served.stop();
	await network.stop();
});

beforeEach(async () => {
	({ page, errors } = await open(browser, 'about:blank'));
	await page.route('**/config.json', (route) => route.fulfill({ json: network.config }));
	await page.goto(served.address);
	for (const id of IDS) await status(id, 'live').waitFor();
});

afterEach(async () => {
	for (const { server } of network.ledgers) server.lie = (_, result) => result;
	await page.context().close();
	assert.deepEqual(errors, [], 'the console has no errors');
});

const status = (id: string, wanted: string) => page.getByTestId(`network-${id}`).locator(`[data-status=${wanted}]`);
const shard = (): FakeLedger => network.ledgers[3] as FakeLedger;
const problem = () => page.getByTestId('ledger-shard-0-1').getByTestId('connection-problem');

test('a node with four ledgers is found by one address, and all are checked', async () => {
	for (const id of IDS) await page.getByTestId(`network-${id}`).locator('[data-checked=certificate]').first().waitFor();
	assert.equal(await page.getByTestId('unanchored').count(), 0);
});

test('a ledger whose node is down is named, says what helps, and comes back by itself', async () => {
	shard().server.node.setDown(true);
	await status('shard-0-1', 'down').waitFor();
	await problem().getByText('does not answer').waitFor();
	assert.equal(await status('shard-0-0', 'live').count(), 1, 'the others go on');
	await picture(page, 'fault-down');
	shard().server.node.setDown(false);
	await status('shard-0-1', 'live').waitFor();
});

test('a node of another chain is refused', async () => {
	const { node } = shard().server;
	const { genesis } = node;
	node.genesis = `0x${'ab'.repeat(32)}`;
	node.setDown(true);
	node.setDown(false);
	await status('shard-0-1', 'wrongChain').waitFor();
	await problem().getByText('another ledger').first().waitFor();
	await picture(page, 'fault-wrong-chain');
	node.genesis = genesis;
	await problem().getByRole('button').click();
	await status('shard-0-1', 'live').waitFor();
});

test('a head whose certificate is forged is taken back, and the ledger says that its data is refused', async () => {
	const { server } = shard();
	server.lie = ({ method }, result) => {
		const { encoded } = (result ?? {}) as { encoded?: string };
		return method === 'pbft_certificate' && encoded !== undefined ? { encoded: `${encoded.slice(0, -6)}123456` } : result;
	};
	// Without the committees of before, whose certificates it has verified.
	await page.evaluate(() => localStorage.clear());
	await page.reload();
	await status('shard-0-1', 'refused').waitFor();
	await problem().getByText('does not verify').waitFor();
	assert.equal(await page.getByTestId('network-shard-0-1').locator('a[href*="/block/"]').count(), await sealedLinks());
	await picture(page, 'fault-refused');
});

/** Links to blocks that the zone has committed, as it says. */
const sealedLinks = () => page.getByTestId('sealed-shard-0-1').locator('a').count();

test('a ledger that stands still says for how long', async () => {
	// A block that comes has a time of arrival.
	shard().server.append(1);
	await status('shard-0-1', 'stale').waitFor();
	assert.match((await status('shard-0-1', 'stale').textContent()) ?? '', /last block \d+ s ago/);
	await picture(page, 'fault-stale');
});

test('a tab that slept catches up, without a gap', async () => {
	await show(page, '#/shard-0-1/blocks', 'block-list');
	const { server } = shard();
	const session = await page.context().newCDPSession(page);
	await session.send('Page.setWebLifecycleState', { state: 'frozen' });
	for (let block = 0; block < SLEPT; block++) server.append(1);
	await session.send('Page.setWebLifecycleState', { state: 'active' });
	const newest = () => page.locator('.list-row a').first().textContent();
	await page.waitForFunction((least) => Number(document.querySelector('.list-row a')?.textContent?.replace(/\D/g, '')) >= least, server.chain.newest);
	assert.equal(Number((await newest())?.replace(/\D/g, '')), server.chain.newest);
	const numbers = (await page.locator('.list-row a').allTextContents()).map((text) => Number(text.replace(/\D/g, '')));
	numbers.forEach((number, at) => at > 0 && assert.equal(number, (numbers[at - 1] as number) - 1));
});

test(`an account with ${UNITS} units shows them by and by, all of them linked to its proven head`, async () => {
	await show(page, `#/shard-0-0/account/${LONG_ACCOUNT}`, 'chain-list');
	assert.match((await page.getByTestId('balance').textContent()) ?? '', /10\u202f?000/);
	const list = page.getByTestId('chain-list');
	const sizes: number[] = [];
	for (let turn = 0; turn < 5; turn++) {
		const size = Number(await list.locator('.list-row').first().getAttribute('aria-setsize'));
		sizes.push(size);
		assert.ok((await list.locator('.list-row').count()) <= MOST_ROWS, 'a list draws the rows in sight');
		assert.equal(await list.locator('.chain-row[data-checked=none]').count(), 0);
		await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
		await page.waitForFunction(
			(before) => Number(document.querySelector('[data-testid=chain-list] .list-row')?.getAttribute('aria-setsize')) > before,
			size,
		);
	}
	console.log(`units in the list: ${sizes.join(', ')}`);
	await picture(page, 'account-of-10000-units');
});
