// A node that lies, is not there, stands still, or is of another ledger: nothing forged is shown without a mark.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { developmentAccount, forged, forgedWithoutMark, launch, onlyMarked, open, picture, servePage, show, unmarked, untilLive, type Served } from './harness.js';
import { MAIN, NODE, onShard } from './networks.js';
import { Proxy, type Lie } from './proxy.js';

const ALICE = developmentAccount('//Alice').account;
const name = MAIN === undefined ? 'shard' : 'main';

/** How long a view may take to show what it is told. */
const SEEN_MS = 900;
const VIEWS: [path: string, testid: string][] = [
	['#/', 'overview'],
	[`#/${name}/blocks`, 'block-list'],
	[`#/${name}/block/1`, 'block-header'],
	[`#/${name}/account/${ALICE}`, 'balance'],
	[`#/${name}/committee`, 'members'],
	...(MAIN === undefined
		? ([[`#/${name}/table/222`, 'table-head']] as [string, string][])
		: ([[`#/${name}/nodes`, 'node-table']] as [string, string][])),
];

let browser: Browser;
let proxy: Proxy;
let served: Served;
let page: Page;

before(async () => {
	[browser, proxy] = await Promise.all([launch(), Proxy.start(NODE)]);
	// The server of the page asks before the proxy lies: the reader trusts that machine.
	served = await servePage(proxy.address, name);
});

after(async () => {
	await browser.close();
	served.stop();
	await proxy.close();
});

afterEach(async () => {
	proxy.lie = undefined;
	proxy.stalls = false;
	await page.context().close();
});

/** Opens the page while the node is honest, and lets it lie from then on. */
async function openThen(lie: Lie): Promise<void> {
	({ page } = await open(browser, served.address));
	await untilLive(page);
	proxy.lie = lie;
}

const spoil = (hex: string) => `${hex.slice(0, -6)}${hex.slice(-6) === '123456' ? '654321' : '123456'}`;

test('a forged balance is not shown', async () => {
	const forged = 'ffffffffffffff00';
	const forge = (proof: string) => `${proof.slice(0, 60)}${forged}${proof.slice(60 + forged.length)}`;
	await openThen((method, result) => {
		// From the store of accounts, on a ledger with one.
		if (method === 'lattice_accountProof') return { ...(result as object), proof: forge((result as { proof: string }).proof) };
		if (method !== 'state_getReadProof') return result;
		const { at, proof } = result as { at: string; proof: string[] };
		return { at, proof: proof.map((node) => (node.length > 200 ? forge(node) : node)) };
	});
	await page.evaluate((to) => (location.hash = to), `#/${name}/account/${ALICE}`);
	await page.getByTestId('problem').getByText('does not verify').waitFor();
	assert.equal(await page.getByTestId('balance').count(), 0);
	await picture(page, `${name}-lie-balance`);
});

test('a withheld proof is an error, and no zero', async () => {
	await openThen((method, result) => (method === 'state_getReadProof' ? { ...(result as object), proof: [] } : result));
	await page.evaluate((to) => (location.hash = to), `#/${name}/account/${ALICE}`);
	await page.getByTestId('problem').waitFor();
	assert.equal(await page.getByTestId('balance').count(), 0);
});

test('a forged body is not shown', async () => {
	await openThen((method, result) => {
		if (method !== 'chain_getBlock') return result;
		const { block, justifications } = result as { block: { extrinsics: string[] }; justifications: unknown };
		return { block: { ...block, extrinsics: block.extrinsics.map(spoil) }, justifications };
	});
	await page.evaluate((to) => (location.hash = to), `#/${name}/block/1`);
	await page.getByTestId('problem').getByText('does not verify').waitFor();
	assert.equal(await page.getByTestId('block-header').count(), 0);
});

test('a forged header is not shown', async () => {
	await openThen((method, result) => {
		if (method !== 'chain_getBlock') return result;
		const { block, justifications } = result as { block: { header: { stateRoot: string } }; justifications: unknown };
		return { block: { ...block, header: { ...block.header, stateRoot: spoil(block.header.stateRoot) } }, justifications };
	});
	await page.evaluate((to) => (location.hash = to), `#/${name}/block/1`);
	await page.getByTestId('problem').waitFor();
	assert.equal(await page.getByTestId('block-header').count(), 0);
});

test('a forged certificate ends the ledger, and its block is not shown', async () => {
	let forged = 0;
	await openThen((method, result) => {
		if (!method.includes('certificateImported') && method !== 'pbft_certificateImported') return result;
		const certificate = result as { encoded: string; height: number };
		forged = certificate.height;
		return { ...certificate, encoded: spoil(certificate.encoded) };
	});
	await page.locator('[data-status=refused]').waitFor();
	await page.getByTestId('connection-problem').waitFor();
	assert.ok(forged > 0);
	const shown = await page.locator('.figure-value').first().textContent();
	assert.ok(Number(shown?.replace(/\D/g, '')) < forged, `block ${forged} is shown as ${shown}`);
	await picture(page, `${name}-lie-certificate`);
});

test('what the node says of itself is shown with a mark', async () => {
	await openThen((method, result) => (method === 'system_version' ? '99.88.77-forged' : result));
	await page.getByText('99.88.77-forged').waitFor();
	await onlyMarked(page, '99.88.77-forged');
});

test('what waits in the pool is shown with a mark', onShard, async () => {
	await openThen((method, result) => {
		if (method === 'lattice_info') return { ...(result as object), computePerUnit: '1', computePerOperation: '1' };
		if (method !== 'lattice_account') return result;
		const account = result as { next: object };
		return { ...account, free: '987654321000000', next: { ...account.next, pending: 4_711 } };
	});
	await show(page, `#/${name}/account/${ALICE}`, 'balance');
	await page.getByText('4\u202f711').waitFor();
	await onlyMarked(page, '4711');
	assert.ok(!(await page.textContent('body'))?.replaceAll('\u202f', '').includes('987654321'));
});

test('a node that is down is named, and comes back by itself', async () => {
	({ page } = await open(browser, served.address));
	await untilLive(page);
	await proxy.close();
	await page.locator('[data-status=down]').waitFor();
	await page.getByTestId('connection-problem').getByText('does not answer').waitFor();
	await picture(page, `${name}-down`);
	await proxy.open();
	await untilLive(page);
});

test('a node of another ledger is refused', async () => {
	({ page } = await open(browser, served.address));
	await untilLive(page);
	proxy.lie = (method, result, params) =>
		method === 'chain_getBlockHash' && params[0] === 0 ? `0x${'ab'.repeat(32)}` : result;
	await proxy.close();
	await proxy.open();
	await page.locator('[data-status=wrongChain]').waitFor();
	await page.getByTestId('connection-problem').getByText('another ledger').first().waitFor();
	await picture(page, `${name}-wrong-chain`);
});

test('a ledger that stands still says for how long', async () => {
	({ page } = await open(browser, served.address));
	await untilLive(page);
	await page.locator('.figure', { hasText: 'A block every' }).locator('.value[data-checked=proof]').waitFor();
	proxy.stalls = true;
	await page.locator('[data-status=stale]').waitFor({ timeout: 30_000 });
	assert.match((await page.getByTestId('status').first().textContent()) ?? '', /last block \d+ s ago/);
	await picture(page, `${name}-stale`);
});

test('without a trusted committee everything is marked', async () => {
	({ page } = await open(browser, 'about:blank'));
	const config = { ledgers: [{ id: name, name, endpoints: [proxy.address] }] };
	await page.route('**/config.json', (route) => route.fulfill({ json: config }));
	await page.goto(served.address);
	await untilLive(page);
	await page.getByTestId('unanchored').waitFor();
	for (const [path, testid] of VIEWS) {
		await show(page, path, testid);
		await page.waitForTimeout(SEEN_MS);
		assert.equal(await page.locator('main [data-checked=proof], main [data-checked=certificate]').count(), 0, path);
		assert.deepEqual(await unmarked(page), [], path);
	}
	await show(page, `#/${name}/account/${ALICE}`, 'balance');
	await picture(page, `${name}-unanchored`);
});

test('nothing that a node forges is shown without a mark, method by method', { timeout: 600_000 }, async () => {
	({ page } = await open(browser, served.address));
	await untilLive(page);
	for (const [path, testid] of VIEWS) await show(page, path, testid);
	const methods = [...proxy.used].filter((method) => !/^(chain|pbft|lattice)_(un)?subscribe|^$/.test(method));
	assert.ok(methods.length > 12, methods.join());
	await page.context().close();
	let seen = 0;
	for (const method of methods) {
		proxy.lie = (of, result) => (of === method ? forged(result) : result);
		({ page } = await open(browser, served.address));
		for (const [path] of [['#/'], ...VIEWS]) {
			await page.evaluate((to) => (location.hash = to as string), path);
			await page.waitForTimeout(SEEN_MS);
			assert.deepEqual(await forgedWithoutMark(page), [], `${method} at ${path}`);
			seen += (await page.locator('main').textContent())?.replaceAll('\u202f', '').match(/87654321|c0ffee|FORGED/g)?.length ?? 0;
		}
		if (method !== methods[methods.length - 1]) await page.context().close();
	}
	// Some of it is shown, with its mark: the test would notice if all of it were lost on the way.
	assert.ok(seen > 0);
});
