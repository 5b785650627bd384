// Every view with the data of a real network: what it shows, how it looks, and that the keyboard reaches it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { TopClient } from '@top/sdk';
import {
	accessible,
	allChecked,
	connect,
	developmentAccount,
	launch,
	open,
	picture,
	servePage,
	show,
	untilLive,
	valuesOf,
	type Served,
} from './harness.js';
import { MAIN, NODE, onMain, onShard } from './networks.js';

const ALICE = developmentAccount('//Alice').account;
const name = MAIN === undefined ? 'shard' : 'main';

let browser: Browser;
let served: Served;
let page: Page;
let errors: string[];
let client: TopClient;

before(async () => {
	[browser, served, client] = await Promise.all([launch(), servePage(NODE, name), connect(NODE)]);
	({ page, errors } = await open(browser, served.address));
	await untilLive(page);
});

after(async () => {
	await browser.close();
	served.stop();
	client.close();
	assert.deepEqual(errors, [], 'the console has no errors');
});

async function checkLooks(view: string): Promise<void> {
	await picture(page, `${name}-${view}`);
	await accessible(page, view);
}

test('the overview shows a ledger that grows, with proven values', async () => {
	const newest = page.locator('.figure', { hasText: 'Newest block' }).locator('.figure-value');
	const first = await newest.textContent();
	await page.waitForFunction(
		(old) => document.querySelector('.figure-value')?.textContent !== old,
		first,
	);
	await page.locator('.figure', { hasText: 'A block every' }).locator('.value[data-checked=proof]').waitFor();
	await page.waitForFunction(() => !document.body.textContent?.includes('–'));
	await page.waitForTimeout(4_000);
	await checkLooks('overview');
});

test('blocks stream, and can be held', async () => {
	await show(page, `#/${name}/blocks`, 'block-list');
	const rows = page.getByTestId('block-list').locator('.list-row');
	await page.getByTestId('hold').click();
	const held = await rows.first().locator('a').textContent();
	await page.waitForTimeout(3_500);
	assert.equal(await rows.first().locator('a').textContent(), held);
	await page.getByTestId('hold').click();
	await page.waitForFunction((old) => document.querySelector('.list-row a')?.textContent !== old, held);
	assert.match(await valuesOf(page, 'certificate'), /member/);
	await checkLooks('blocks');
});

test('a block shows the certificate that was checked', async () => {
	await show(page, `#/${name}/block/1`, 'block-header');
	const header = page.getByTestId('block-header');
	assert.match((await header.textContent()) ?? '', /members signed/);
	assert.equal(await header.locator('[data-checked=none]').count(), 0);
	await checkLooks('block');
});

test('a search finds a number, a hash and an account, and says what it does not find', async () => {
	const hash = (await client.request('chain_getBlockHash', [2])) as string;
	for (const [text, testid, words] of [
		['2', 'block-header', hash],
		[hash, 'block-header', hash],
		[ALICE, 'balance', 'TOP'],
	] as const) {
		await page.keyboard.press('/');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		await page.getByTestId(testid).getByText(words).first().waitFor();
		// A hash may lead to the block that is shown already: the search has ended when its text is gone.
		await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-testid=search]')?.value === '');
	}
	await page.getByTestId('search').fill(`0x${'12'.repeat(32)}`);
	await page.getByTestId('search').press('Enter');
	await page.getByTestId('search-said').getByText('Nothing found').waitFor();
	await page.getByTestId('search').fill('');
});

test('a late answer takes nothing from the next search', async () => {
	const search = page.getByTestId('search');
	await search.fill(ALICE);
	await search.press('Enter');
	await search.fill('the next');
	await page.waitForTimeout(1_500);
	assert.equal(await search.inputValue(), 'the next');
	await search.fill('');
});

test('an account shows its balance and its quota, by proofs', async () => {
	await show(page, `#/${name}/account/${ALICE}`, 'quota');
	await allChecked(page, 'balance');
	const report = (await client.request('system_accountNextIndex', [ALICE])) as number;
	assert.equal(await page.getByTestId('balance').locator('.figure', { hasText: 'Sent' }).locator('.value[data-checked=proof]').textContent(), String(report));
	await page.getByTestId('quota').getByText('used').first().waitFor();
	await checkLooks('account');
});

test('an account that does not exist is proven not to', async () => {
	const stranger = developmentAccount('//Stranger//here').account;
	await show(page, `#/${name}/account/${stranger}`, 'empty');
	await page.locator('[data-checked=proof]', { hasText: 'no entry' }).waitFor();
});

test('the committee shows members, primaries and votes', async () => {
	await show(page, `#/${name}/committee`, 'members');
	const { members } = (await client.request('pbft_committee')) as { members: unknown[] };
	assert.equal(await page.getByTestId('members').locator('tbody tr').count(), members.length);
	await page.getByTestId('members').getByText('next primary').waitFor();
	await allChecked(page, 'members');
	await page.waitForTimeout(1_500);
	await checkLooks('committee');
});

test('what the page computes is what the node computes', onShard, async () => {
	const ledger = await client.ledger(await client.committeeReport((await client.request('chain_getBlockHash', [0])) as string));
	for await (const _ of ledger.heads()) break;
	const { value: state, checked } = await ledger.account(ALICE);
	const report = await client.account(ALICE);
	assert.equal(checked, 'proof');
	assert.equal(state?.balances.free, report?.free);
	assert.equal(state?.head, report?.head);
	assert.equal(state?.quota.share.bytes, report?.quota?.share.bytes);
	assert.equal(state?.quota.used.bytes, report?.quota?.used.bytes);
});

test('primaries and members agree with what the node reports', async () => {
	const genesis = (await client.request('chain_getBlockHash', [0])) as string;
	const ledger = await client.ledger(await client.committeeReport(genesis));
	for await (const _ of ledger.heads({ past: 3 })) break;
	const { value } = await ledger.committee();
	const report = (await client.request('pbft_committee', [value.at.hash])) as {
		primaries: number[];
		members: { key: string }[];
		epoch: number;
	};
	assert.deepEqual(value.primaries, report.primaries);
	assert.deepEqual(value.committee.members.map(({ key }) => key), report.members.map(({ key }) => key));
	assert.equal(Number(value.committee.epoch), report.epoch);
});

test('the nodes of the main chain are listed', onMain, async () => {
	await show(page, '#/main/nodes', 'node-table');
	await allChecked(page, 'node-table');
	await checkLooks('nodes');
});

test('connections and receipts have their views', async () => {
	await show(page, '#/settings', 'settings');
	await checkLooks('settings');
	await show(page, '#/receipt', 'receipt');
	await checkLooks('receipt');
	await show(page, '#/wallet', 'wallet');
	await checkLooks('wallet-empty');
});

test('the keyboard alone goes from the head to a block', async () => {
	await page.evaluate(() => (location.hash = '#/'));
	await page.getByTestId('overview').waitFor();
	await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
	const seen: string[] = [];
	for (let step = 0; step < 40; step++) {
		await page.keyboard.press('Tab');
		const focused = await page.evaluate(() => {
			const { activeElement } = document;
			const outline = activeElement === null ? '' : getComputedStyle(activeElement).outlineStyle;
			return { text: activeElement?.textContent?.trim() ?? '', href: activeElement?.getAttribute('href') ?? '', outline };
		});
		seen.push(focused.text);
		assert.notEqual(focused.outline, 'none', `the focus on "${focused.text}" can be seen`);
		if (focused.href.includes('/block/')) {
			await page.keyboard.press('Enter');
			await page.getByTestId('block-header').waitFor();
			return;
		}
	}
	assert.fail(`no block within 40 steps: ${seen.join(' | ')}`);
});
