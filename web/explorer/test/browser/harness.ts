// A browser with the page, in front of a real network.

import { TopClient, signerFromPhrase, type Signer } from '@top/sdk';
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { serve } from '../../server.mjs';
import { read } from '../recording/format.js';
import { shardsOf } from '../recording/shards.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Screenshots are artefacts of the build: for people, who look at them. */
export const ARTEFACTS = process.env['TOP_ARTEFACTS'] ?? join(root, '../../target/explorer');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => [`/usr/bin/${name}`, `/snap/bin/${name}`]);
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

/** A machine of a check runs other things beside the browser. */
const TIMEOUT_MS = 30_000;

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
/** Height of a picture, at most. */
const TALLEST = 3_200;

export const developmentAccount = (path: string): Signer => signerFromPhrase(DEVELOPMENT_PHRASE, path);

export function connect(address: string): Promise<TopClient> {
	return TopClient.connect(address, { webSocket: WebSocket as never });
}

export async function launch(): Promise<Browser> {
	const executablePath = process.env['TOP_CHROMIUM'] ?? BROWSERS.find(existsSync);
	assert.ok(executablePath, 'there is no Chromium: scripts/setup.sh browser');
	// The tests run as root in containers, where the sandbox of Chromium does not start.
	return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface Served {
	address: string;
	stop(): void;
}

/** Serves the page for a node. */
export async function servePage(node: string, name = 'Ledger'): Promise<Served> {
	const options = { port: 0, nodes: [{ name, address: node }], anchors: new Map(), folder: join(root, 'dist/page') };
	const { server, address } = await serve(options);
	return { address, stop: () => server.close() };
}

/** Opens a page. Errors of the page fail the test that watches them. */
export async function open(browser: Browser, address: string, size = DESKTOP): Promise<{ page: Page; errors: string[] }> {
	const context = await browser.newContext({ viewport: size, colorScheme: 'dark', permissions: ['clipboard-write'] });
	const page = await context.newPage();
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(error.message));
	page.on('console', (message) => {
		// The browser reports each connection that fails; the page shows it.
		if (message.type() === 'error' && !message.text().includes('WebSocket')) errors.push(message.text());
	});
	page.setDefaultTimeout(TIMEOUT_MS);
	await page.goto(address);
	return { page, errors };
}

/** Opens the page with a worker of the test, in place of its real one, so that it needs no network. `prelude` runs before the worker. */
export async function openWithWorker(browser: Browser, address: string, worker: string, prelude = ''): Promise<{ page: Page; errors: string[] }> {
	const { page, errors } = await open(browser, 'about:blank');
	const body = prelude + readFileSync(new URL(`${worker}.js`, import.meta.url), 'utf8');
	await page.route('**/worker.js', (route) => route.fulfill({ body, contentType: 'text/javascript' }));
	await page.goto(address);
	return { page, errors };
}

/** Opens the page before 64 shards that play the recorded ones, some times as fast. */
export function openFlood(browser: Browser, address: string, speed = 1): Promise<{ page: Page; errors: string[] }> {
	const recorded = shardsOf(read());
	assert.ok(recorded.length > 0, 'the recording has no shard with payments: npm run record');
	return openWithWorker(browser, address, 'flood', `globalThis.RECORDED = ${JSON.stringify(recorded)};\nglobalThis.SPEED = ${speed};\n`);
}

/** Waits until a ledger's newest block is shown. */
export async function untilLive(page: Page): Promise<void> {
	await page.locator('[data-status=live]').first().waitFor();
}

/** Waits until all values of a part of the page are checked. What was read before its ledger was checked is read again at the next block. */
export async function allChecked(page: Page, part: string): Promise<void> {
	await page.getByTestId(part).locator('[data-checked=proof], [data-checked=certificate]').first().waitFor();
	await page.waitForFunction((id) => document.querySelector(`[data-testid=${id}] [data-checked=none]`) === null, part);
}

/** Shows a view and waits for an element of it. */
export async function show(page: Page, path: string, testid: string): Promise<void> {
	await page.evaluate((to) => (location.hash = to), path);
	await page.getByTestId(testid).first().waitFor();
}

/** Takes screenshots of the present view: dark and light, on a desktop and on a phone. */
export async function picture(page: Page, name: string): Promise<void> {
	mkdirSync(ARTEFACTS, { recursive: true });
	for (const [device, size] of [
		['desktop', DESKTOP],
		['phone', PHONE],
	] as const) {
		await page.setViewportSize(size);
		await page.waitForTimeout(60);
		// All of the page is in sight, so that drawings are drawn, and the head stays at its place.
		const height = await page.evaluate(() => document.documentElement.scrollHeight);
		await page.setViewportSize({ width: size.width, height: Math.min(Math.max(height, size.height), TALLEST) });
		await page.evaluate(() => scrollTo(0, 0));
		for (const theme of ['dark', 'light'] as const) {
			await page.emulateMedia({ colorScheme: theme });
			await page.waitForTimeout(120);
			await page.screenshot({ path: join(ARTEFACTS, `${name}-${device}-${theme}.png`) });
			const width = await page.evaluate(() => document.documentElement.scrollWidth);
			assert.ok(width <= size.width, `${name} is ${width} wide on a ${device}, which has ${size.width}`);
		}
	}
	await page.setViewportSize(DESKTOP);
	await page.emulateMedia({ colorScheme: 'dark' });
}

interface Finding {
	id: string;
	impact: string | null;
	nodes: { html: string; failureSummary?: string }[];
}

/** Fails on serious findings of axe, in both themes. */
export async function accessible(page: Page, name: string): Promise<void> {
	for (const theme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme: theme });
		// Evaluated as a debugger does: the page's policy allows no foreign scripts.
		await page.evaluate(axe.source);
		const found = (await page.evaluate(
			'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
		)) as Finding[];
		const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
		const words = serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary ?? ''}`);
		assert.deepEqual(words, [], `${name}, ${theme}`);
	}
	await page.emulateMedia({ colorScheme: 'dark' });
}

/** Returns all text that stands in values with a check of this kind. */
export function valuesOf(page: Page, check: string): Promise<string> {
	return page.evaluate(
		(wanted) => [...document.querySelectorAll(`[data-checked=${wanted}]`)].map(({ textContent }) => textContent).join('\n'),
		check,
	);
}

/** Marks of values that a node forged: see {@link forged}. */
const FORGED = { number: 87_654_321, decimal: '87654321000000', hex: 'c0ffee', text: 'FORGED' };

/** Returns an answer of a node in which every value is forged, with marks by which it is recognised on the page. */
export function forged(value: unknown): unknown {
	if (typeof value === 'number') return FORGED.number;
	if (typeof value === 'string') {
		if (/^\d+$/.test(value)) return FORGED.decimal;
		if (/^0x[0-9a-f]{6,}$/i.test(value)) return value.slice(0, -FORGED.hex.length) + FORGED.hex;
		return value.startsWith('0x') || value.startsWith('ws') ? value : `${value}-${FORGED.text}`;
	}
	if (Array.isArray(value)) return value.map(forged);
	if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, forged(part)]));
	return value;
}

/** Returns the forged values that stand on the page outside of values that are marked as unchecked, and outside of alerts. */
export function forgedWithoutMark(page: Page): Promise<string[]> {
	return page.evaluate(
		(marks) => {
			const walker = document.createTreeWalker(document.querySelector('main') as Element, NodeFilter.SHOW_TEXT);
			const found: string[] = [];
			for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
				const text = node.textContent?.replaceAll('\u202f', '') ?? '';
				const isMarked = node.parentElement?.closest('[data-checked=none], [role=alert]') !== null;
				if (!isMarked && marks.some((mark) => text.includes(mark))) found.push(node.parentElement?.outerHTML ?? text);
			}
			return found;
		},
		[String(FORGED.number), FORGED.decimal, FORGED.hex, FORGED.text],
	);
}

/** Returns the values of a view that say nothing of how they were checked: texts with digits outside of `data-checked`. */
export function unmarked(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		// Words of the page itself: what its forms ask for, what explains a view, and what the reader configured.
		const own = 'label, button, option, legend, th, .lead, [data-own], [role=alert], .state';
		const walker = document.createTreeWalker(document.querySelector('main') as Element, NodeFilter.SHOW_TEXT);
		const found: string[] = [];
		for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
			const element = node.parentElement as Element;
			if (!/\d/.test(node.textContent ?? '') || element.closest(own) !== null || element.closest('[data-checked]') !== null) continue;
			found.push(`${element.closest('[data-testid]')?.getAttribute('data-testid')}: ${element.outerHTML.slice(0, 160)}`);
		}
		return found;
	});
}

/** Fails if a text stands on the page outside of values that are marked as unchecked. */
export async function onlyMarked(page: Page, text: string): Promise<void> {
	const found = await page.evaluate((wanted) => {
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const outside: string[] = [];
		for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
			if (!node.textContent?.replaceAll('\u202f', '').includes(wanted)) continue;
			if (node.parentElement?.closest('[data-checked=none]') === null) outside.push(node.parentElement?.outerHTML ?? '');
		}
		return outside;
	}, text);
	assert.deepEqual(found, []);
}
