// What a reader does in the wallet.

import type { Signer } from '@top/sdk';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { inject } from './extension.js';
import { accessible, open, picture, show, untilLive, type Served } from './harness.js';

/** How long a payment may take on a busy machine. */
const PATIENCE_MS = 60_000;

/** Chooses a development key, which the page offers on development networks. */
export async function useDevelopmentKey(page: Page, label: string): Promise<void> {
	await show(page, '#/wallet', 'accounts');
	const accounts = page.getByTestId('accounts');
	const offer = page.getByTestId('development-keys');
	await offer.or(accounts.getByText(label, { exact: true })).first().waitFor();
	if (await offer.isVisible()) await offer.click();
	await accounts.getByText(label, { exact: true }).click();
	await page.getByTestId('holdings').waitFor();
}

/** Opens the page in a browser with an extension, and connects it. */
export async function openWithExtension(browser: Browser, served: Served, signer: Signer, label: string): Promise<Page> {
	const { page } = await open(browser, 'about:blank');
	await inject(page, signer, label);
	await page.goto(served.address);
	await untilLive(page);
	await show(page, '#/wallet', 'accounts');
	await page.getByTestId('connect-tester').click();
	await page.getByTestId('accounts').getByText(label).waitFor();
	await page.getByTestId('pay').waitFor();
	return page;
}

/** Fills the form of a payment and sends it: on a ledger, to a place of the recipient, if the page offers several. */
export async function pay(page: Page, dest: string, amount: string, choice: { on?: string; home?: string } = {}): Promise<void> {
	if (choice.on !== undefined) await page.locator('#pay-ledger').selectOption(choice.on);
	if (choice.home !== undefined) await page.locator('#pay-home').selectOption(choice.home);
	await page.locator('#pay-dest').fill(dest);
	await page.locator('#pay-amount').fill(amount);
	await page.getByTestId('pay-send').click();
}

/** Waits for the end of what is sent in a panel. */
export async function ended(page: Page, panel: string, step: 'final' | 'failed'): Promise<void> {
	const sending = page.getByTestId(panel).getByTestId('sending');
	await sending.and(page.locator('[data-step=final], [data-step=failed]')).waitFor({ timeout: PATIENCE_MS });
	assert.equal(await sending.getAttribute('data-step'), step, (await sending.textContent()) ?? '');
}

/** Waits until a payment has come to a level, and that level is proved. */
export async function reached(page: Page, level: 'final' | 'sealed' | 'credited'): Promise<void> {
	const sending = page.getByTestId('pay').getByTestId('sending');
	await sending.and(page.locator(`[data-level=${level}], [data-step=failed]`)).waitFor({ timeout: PATIENCE_MS });
	assert.equal(await sending.getAttribute('data-level'), level, (await sending.textContent()) ?? '');
}

/** Registers a node for Alice and lets Bob vote for it, on the main chain. */
export async function registerAndVote(page: Page, name: string): Promise<void> {
	await useDevelopmentKey(page, 'Alice');
	await show(page, '#/main/nodes', 'register');
	await page.getByTestId('new-keys').click();
	await page.waitForFunction(() => (document.querySelector('#register-keys') as HTMLInputElement | null)?.value.length === 130);
	await page.getByTestId('register-send').click();
	await page.getByTestId('own-node').waitFor({ timeout: PATIENCE_MS });
	await page.getByTestId('node-table').getByText('validator', { exact: true }).waitFor();

	await useDevelopmentKey(page, 'Bob');
	await show(page, '#/main/nodes', 'vote');
	await page.locator('#vote-amount').fill('1000');
	await page.getByTestId('vote-send').click();
	await ended(page, 'vote', 'final');
	await page.getByTestId('votes-own').locator('li[data-checked=proof]', { hasText: '1\u202f000' }).waitFor();
	await picture(page, `${name}-nodes-voted`);
	await accessible(page, 'nodes');

	// There is nothing to claim before an epoch with rewards has ended: the ledger says so.
	await page.getByTestId('claim').click();
	await page.getByTestId('votes-own').locator('[data-step=final], [data-step=failed]').waitFor({ timeout: PATIENCE_MS });
	await picture(page, `${name}-claim`);
}
