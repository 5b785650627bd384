// The keyboard alone: it reaches all that can be clicked, in every view, with a visible focus, and it does what people come for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, openWithWorker, servePage, show, type Served } from './harness.js';
import { RECEIPT } from './zone-accounts.js';

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
/** Steps after which an element counts as out of reach. */
const MOST_STEPS = 300;
const VIEWS: [path: string, testid: string][] = [
	['#/', 'network'],
	['#/shard-0-0/blocks', 'hold'],
	[`#/shard-0-0/account/${ALICE}`, 'chain-list'],
	['#/shard-0-0/table/42', 'table-blocks'],
	['#/shard-0-0/messages', 'message-row'],
	['#/main/nodes', 'own-node'],
	['#/receipt', 'receipt'],
	['#/wallet', 'pay'],
	['#/settings', 'settings'],
];

let browser: Browser;
let served: Served;
let page: Page;

before(async () => {
	[browser, served] = await Promise.all([launch(), servePage('ws://127.0.0.1:1')]);
	({ page } = await openWithWorker(browser, served.address, 'zone-worker'));
	await page.getByTestId('network').waitFor();
});

after(async () => {
	await browser.close();
	served.stop();
});

/** Presses Tab until a test's condition on the focused element holds. */
async function tabTo(what: string, isThere: (element: Element) => boolean): Promise<void> {
	for (let step = 0; step < MOST_STEPS; step++) {
		await page.keyboard.press('Tab');
		const found = await page.evaluate(`(${isThere.toString()})(document.activeElement)`);
		if (found === true) return;
	}
	assert.fail(`the keyboard does not reach ${what}`);
}

const blur = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

test('Tab reaches all that can be clicked, in every view, and shows where it is', async () => {
	await show(page, '#/wallet', 'accounts');
	await page.getByTestId('development-keys').click();
	for (const [path, testid] of VIEWS) {
		await show(page, path, testid);
		await page.waitForTimeout(300);
		// The rows of a list change as it scrolls: its first row stands for all.
		const wanted = await page.evaluate(() => {
			const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
			const open = all.filter((element) => {
				const isOff = (element as HTMLButtonElement).disabled === true || element.tabIndex < 0 || element.getClientRects().length === 0;
				const isLaterRow = element.closest('.list-row')?.getAttribute('aria-posinset') !== '1' && element.closest('.list-row') !== null;
				// Of radio buttons the chosen one is reached, and arrows lead to the others.
				const isOtherChoice = (element as HTMLInputElement).type === 'radio' && !(element as HTMLInputElement).checked;
				return !isOff && !isLaterRow && !isOtherChoice;
			});
			open.forEach((element) => element.setAttribute('data-wanted', ''));
			return open.length;
		});
		assert.ok(wanted > 8, `${path} has ${wanted} elements`);
		await blur();
		await page.evaluate(() => scrollTo(0, 0));
		for (let step = 0; step < MOST_STEPS; step++) {
			await page.keyboard.press('Tab');
			const left = await page.evaluate(() => {
				const element = document.activeElement;
				if (element === null || element === document.body) return -1;
				element.removeAttribute('data-wanted');
				return getComputedStyle(element).outlineStyle === 'none' ? -2 : document.querySelectorAll('[data-wanted]').length;
			});
			assert.notEqual(left, -2, `${path}: the focus can be seen`);
			if (left === 0) break;
		}
		const missed = await page.locator('[data-wanted]').evaluateAll((all) => all.map((element) => element.outerHTML.slice(0, 120)));
		assert.deepEqual(missed, [], path);
	}
});

test('a payment is made by the keyboard alone', async () => {
	await page.evaluate(() => (location.hash = '#/'));
	await page.getByTestId('network').waitFor();
	await blur();
	await tabTo('the wallet', (element) => element.getAttribute('href') === '#/wallet');
	await page.keyboard.press('Enter');
	await page.getByTestId('pay').waitFor();
	await tabTo('the accounts', (element) => (element as HTMLInputElement).type === 'radio');
	await page.keyboard.press('ArrowDown');
	await page.waitForFunction(() => document.querySelector('[data-testid=development-warning]')?.textContent?.startsWith('Bob') === true);
	await page.keyboard.press('ArrowUp');
	await page.waitForFunction(() => document.querySelectorAll('#pay-ledger option').length === 2);
	await tabTo('the ledger', (element) => element.id === 'pay-ledger');
	await page.keyboard.press('s');
	await page.waitForFunction(() => (document.querySelector('#pay-ledger') as HTMLSelectElement).value === 'shard-0-0');
	await tabTo('the recipient', (element) => element.id === 'pay-dest');
	await page.keyboard.type(BOB);
	await tabTo('the place of the recipient', (element) => element.id === 'pay-home');
	await tabTo('the amount', (element) => element.id === 'pay-amount');
	await page.keyboard.type('1.5');
	await page.keyboard.press('Enter');
	await page.locator('[data-testid=sending][data-level=final]').waitFor();
	await page.evaluate(() => new BroadcastChannel('payments').postMessage('go on'));
	await page.locator('[data-testid=sending][data-level=credited]').waitFor();
});

test('search, receipts, theme and connections are used by the keyboard alone', async () => {
	await page.keyboard.press('Escape');
	await blur();
	await page.keyboard.press('/');
	assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'search');
	await page.keyboard.type('17');
	await page.keyboard.press('Enter');
	await page.getByTestId('search-said').getByText('Nothing found').waitFor();

	await blur();
	await tabTo('the receipts', (element) => element.getAttribute('href') === '#/receipt');
	await page.keyboard.press('Enter');
	await page.getByTestId('receipt').waitFor();
	await tabTo('the receipt', (element) => element.id === 'receipt-text');
	await page.keyboard.insertText(RECEIPT);
	await tabTo('the check', (element) => element.textContent === 'Check');
	await page.keyboard.press('Enter');
	await page.getByTestId('verdict-valid').waitFor();

	await blur();
	await tabTo('the theme', (element) => element.getAttribute('data-testid') === 'theme');
	const before = await page.evaluate(() => document.documentElement.dataset['theme']);
	await page.keyboard.press('Space');
	await page.waitForFunction((old) => document.documentElement.dataset['theme'] !== old, before);

	await tabTo('the connections', (element) => element.getAttribute('href') === '#/settings');
	await page.keyboard.press('Enter');
	await page.getByTestId('settings').waitFor();
	await tabTo('the address', (element) => element.id === 'node-address');
	await page.keyboard.type('no address');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').getByText('begins with ws://').waitFor();
});
