// The page at a node with a zone and shards, under traffic: it finds all ledgers by one address, checks them, and shows every view
// with their data.

import type { TopNetwork } from '@top/sdk';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { accessible, allChecked, developmentAccount, picture, show } from './harness.js';
import { NETWORK, onNetwork } from './networks.js';
import { beginScene, type Scene } from './traffic.js';

const CHARLIE = developmentAccount('//Charlie');
const LEDGERS = ['main', 'zone-0', 'shard-0-0', 'shard-0-1'];
/** How long a payment between shards may take on a busy machine. */
const ARRIVED_MS = 60_000;

let network: TopNetwork, scene: Scene;
let page: Page, errors: string[];

before(async () => {
	if (NETWORK === undefined) return;
	scene = await beginScene(NETWORK);
	({ network, page, errors } = scene);
});

after(async () => {
	if (NETWORK === undefined) return;
	const paid = await scene.end();
	assert.deepEqual(errors, [], 'the console has no errors');
	assert.ok(paid > 20, `${paid} payments went on beside the tests`);
});

async function looks(view: string): Promise<void> {
	await picture(page, `network-${view}`);
	await accessible(page, view);
}

test('the other ledgers of the node are found, and checked as the first', onNetwork, async () => {
	for (const id of LEDGERS) {
		const row = page.getByTestId(`network-${id}`);
		await row.locator('[data-status=live]').waitFor();
		await row.locator('[data-checked=certificate], [data-checked=proof]').first().waitFor();
	}
	assert.equal(await page.getByTestId('unanchored').count(), 0);
	for (const id of LEDGERS.slice(2)) await page.getByTestId(`sealed-${id}`).locator('a').waitFor();
	await show(page, '#/shard-0-1/committee', 'members');
	await allChecked(page, 'members');
});

test('the overview grows under traffic, with the load of all ledgers', onNetwork, async () => {
	await show(page, '#/', 'network-summary');
	const summary = page.getByTestId('network-summary');
	const busy = () => page.waitForFunction(() => {
		const figure = document.querySelector('[data-testid=network-summary] .figure-value')?.textContent ?? '';
		return Number(figure.replace(/[^\d.]/g, '')) > 0;
	});
	await busy().catch(async (error: unknown) => assert.fail(`${String(error)}: ${await summary.textContent()}`));
	assert.equal(await summary.locator('.figure', { hasText: 'Connected' }).locator('.figure-value').textContent(), 'all');
	await page.waitForTimeout(3_000);
	await looks('overview');
});

test('blocks of a shard show units and their certificates', onNetwork, async () => {
	await show(page, '#/shard-0-1/blocks', 'block-list');
	const busy = page.getByTestId('block-list').locator('.list-row', { has: page.locator('.blocks-row span:nth-child(3)', { hasText: /^[1-9]/ }) });
	await busy.first().waitFor();
	await looks('blocks');
	await page.getByTestId('hold').click();
	await busy.first().locator('a').first().click();
	await page.getByTestId('block-units').locator('[data-checked=proof]', { hasText: 'applied' }).first().waitFor();
	assert.match((await page.getByTestId('block-header').textContent()) ?? '', /members signed/);
	await looks('block');
	await page.getByTestId('block-units').locator('a[href*="/unit/"]').first().click();
	await page.getByTestId('unit-status').locator('[data-checked=proof]').first().waitFor();
	await looks('unit');
});

test('blocks of the main chain and of the zone have their views', onNetwork, async () => {
	for (const id of ['main', 'zone-0']) {
		await show(page, `#/${id}/blocks`, 'block-list');
		await show(page, `#/${id}/block/1`, 'block-header');
		await allChecked(page, 'block-header');
	}
	await looks('block-of-zone');
});

test('an account is drawn as a lattice that grows', onNetwork, async () => {
	await show(page, `#/shard-0-1/account/${CHARLIE.account}`, 'lattice');
	await page.locator('[data-lattice][data-newest]').waitFor();
	const first = await page.locator('[data-lattice]').getAttribute('data-newest');
	await page.waitForFunction((old) => document.querySelector('[data-lattice]')?.getAttribute('data-newest') !== old, first);
	await allChecked(page, 'balance');
	await page.getByTestId('chain-list').locator('[data-checked=proof]').first().waitFor();
	await looks('account');
	await page.getByRole('link', { name: /^Table \d+$/ }).click();
	await page.getByTestId('table-head').locator('[data-checked=proof]').first().waitFor();
	await page.getByTestId('table-blocks').locator('tbody tr[data-checked=proof]').first().waitFor();
	await looks('table');
});

test('messages show their lanes and how far they have come', onNetwork, async () => {
	await show(page, '#/shard-0-0/messages', 'messages');
	await page.getByTestId('message-row').first().waitFor({ timeout: ARRIVED_MS });
	await page.getByTestId('message-row').getByText(/^(credited|confirmed)$/).first().waitFor({ timeout: ARRIVED_MS });
	await page.getByTestId('lanes-out').locator('tbody tr').first().waitFor();
	await looks('messages');
});

test('committees, nodes, connections, receipts and the empty wallet have their views', onNetwork, async () => {
	for (const id of ['main', 'zone-0', 'shard-0-0']) {
		await show(page, `#/${id}/committee`, 'members');
		assert.equal(await page.getByTestId('members').locator('tbody tr').count(), 4);
		await allChecked(page, 'members');
	}
	await page.waitForTimeout(1_000);
	await looks('committee');
	await show(page, '#/main/nodes', 'draws');
	await looks('nodes');
	await show(page, '#/settings', 'settings');
	const link = page.getByRole('link', { name: 'Polkadot.js Apps' }).first();
	assert.match((await link.getAttribute('href')) ?? '', /^https:\/\/polkadot\.js\.org\/apps\/\?rpc=ws%3A%2F%2F127\.0\.0\.1%3A\d+#\/explorer$/);
	await looks('settings');
	await show(page, '#/receipt', 'receipt');
	await looks('receipt');
	await show(page, '#/wallet', 'wallet');
	await looks('wallet-empty');
});

test('a tab that slept catches up, and pays by the newest state', onNetwork, async () => {
	await show(page, '#/shard-0-1/blocks', 'block-list');
	const session = await page.context().newCDPSession(page);
	const newest = async () => Number((await page.locator('.list-row a').first().textContent())?.replace(/\D/g, ''));
	const client = await network.client('shard 0/1');
	const head = async () => Number(((await client.request('chain_getHeader')) as { number: string }).number);
	const before = await newest();
	await session.send('Page.setWebLifecycleState', { state: 'frozen' });
	while ((await head()) < before + 20) await new Promise((resolve) => setTimeout(resolve, 250));
	await session.send('Page.setWebLifecycleState', { state: 'active' });
	const wanted = await head();
	await page.waitForFunction((least) => Number(document.querySelector('.list-row a')?.textContent?.replace(/\D/g, '')) >= least, wanted);
	await page.locator('[data-status=live]').first().waitFor();
	// No block is missing from the list.
	const numbers = (await page.locator('.list-row a').allTextContents()).map((text) => Number(text.replace(/\D/g, '')));
	numbers.forEach((number, at) => at > 0 && assert.equal(number, (numbers[at - 1] as number) - 1));
});
