// The page under load: 64 shards with 5,000 transfers a second, which play recorded ones.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accessible, launch, openFlood, picture, servePage, show, type Served } from './harness.js';
import { quantile, trace } from './tracing.js';

const SECONDS = 8;
/** A task of the page beyond this is noticed by people. */
const LONGEST_TASK_MS = 50;
/** Work of the main thread a frame, of which 95 % stay below. */
const MOST_FRAME_WORK_MS = 8;
/** Frames a second without which the page does not run smoothly: the machine of a check runs other things beside it. */
const LEAST_FRAMES = 10;

let browser: Browser;
let served: Served;

before(async () => {
	[browser, served] = await Promise.all([launch(), servePage('ws://127.0.0.1:1')]);
});

after(async () => {
	await browser.close();
	served.stop();
});

test('no task of the page is long under 5,000 transfers a second on 64 shards', async () => {
	const { page, errors } = await openFlood(browser, served.address);
	await page.getByTestId('ledger-shard-63').waitFor();
	await page.waitForTimeout(1_500);
	const { tasks, frames } = await trace(browser, page, () => page.waitForTimeout(SECONDS * 1_000));
	const [longest, work] = [Math.max(...tasks), quantile(frames, 0.95)];
	const perFrame = frames.reduce((sum, each) => sum + each, 0) / frames.length;
	const words = `${tasks.length} tasks, the longest ${longest.toFixed(1)} ms; ${frames.length} frames of ${perFrame.toFixed(1)} ms, 95 % within ${work.toFixed(1)} ms`;
	console.log(words);
	assert.ok(frames.length > SECONDS * LEAST_FRAMES && tasks.length > frames.length, `the trace shows the page: ${words}`);
	assert.ok(longest <= LONGEST_TASK_MS, words);
	assert.ok(work <= MOST_FRAME_WORK_MS, words);
	const shown = await page.getByTestId('ledger-shard-0').textContent();
	assert.match(shown ?? '', /\d+(\.\d+)? a second/);
	assert.deepEqual(errors, []);
	await picture(page, 'load');

	// A committee of 64 stays readable: a row for each member, in the table and in the plot of votes.
	await show(page, '#/shard-3/committee', 'members');
	assert.equal(await page.getByTestId('members').locator('tbody tr').count(), 64);
	await page.waitForTimeout(1_000);
	await picture(page, 'committee-of-64');
	await accessible(page, 'a committee of 64');
	await page.context().close();
});
