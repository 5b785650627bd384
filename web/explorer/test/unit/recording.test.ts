// What is recorded of a network is replayed to the page's own worker, which verifies all of it, and multiplied to many shards.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { EMPTY, fedBy, type Feed } from '../../src/page/feed.js';
import type { LedgerView, Update } from '../../src/shared/model.js';
import { ExplorerApi } from '../../src/worker/api.js';
import { FakeNetwork } from '../fakes/network.js';
import { FILE, read, type Traffic } from '../recording/format.js';
import { paceOf, played } from '../recording/multiply.js';
import { Recorder } from '../recording/recorder.js';
import { replayOf } from '../recording/replay.js';
import { shardsOf, type RecordedShard } from '../recording/shards.js';

const [SHARDS, TRANSFERS] = [64, 5_000];
const PACE = { blocks: 10, transfers: TRANSFERS / SHARDS };
/** Time for which each shard is played: some rounds of its recording. */
const PLAYED_MS = 30_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets the worker follow all ledgers by a WebSocket class, and returns what it has told once `isDone`. */
async function follow(webSocket: unknown, { config }: Pick<Traffic, 'config'>, isDone: (views: LedgerView[], feeds: Feed[]) => boolean) {
	Object.assign(globalThis, { WebSocket: webSocket, location: { hostname: '127.0.0.1' } });
	const [views, feeds] = [new Map<string, LedgerView>(), new Map<string, Feed>()];
	const take = (updates: Update[]) => {
		for (const update of updates) {
			if (update.type === 'ledger') views.set(update.ledger.id, update.ledger);
			else if (update.type !== 'removed') feeds.set(update.id, fedBy(feeds.get(update.id) ?? EMPTY, update));
		}
	};
	const api = new ExplorerApi();
	api.start(config, {}, take, () => undefined);
	while (!isDone([...views.values()], [...feeds.values()])) await pause(50);
	for (const id of views.keys()) api.close(id);
	return { views: [...views.values()], feeds };
}

const areLive = (views: LedgerView[]) => views.length === 4 && views.every(({ connection }) => connection.type === 'live');

test('a recording of ledgers leads the worker to the same blocks, without a network', { timeout: 60_000 }, async () => {
	const network = await FakeNetwork.start();
	const recorder = new Recorder();
	const first = await follow(recorder.webSocket, network, areLive);
	const traffic = JSON.parse(JSON.stringify(recorder.end(network.config))) as Traffic;
	await network.stop();
	const second = await follow(replayOf(traffic), traffic, areLive);
	for (const { id } of first.views) {
		const [one, other] = [first, second].map(({ feeds }) => feeds.get(id)?.blocks.map(({ hash, checked }) => [hash, checked]));
		assert.deepEqual(other, one, id);
		assert.ok(one?.every(([, checked]) => checked === 'certificate'));
	}
});

test('the recorded network verifies: four ledgers, live, with every block certified', { timeout: 120_000 }, async () => {
	const traffic = read();
	const { views, feeds } = await follow(replayOf(traffic), traffic, (views, feeds) => areLive(views) && feeds.every(({ blocks }) => blocks.length > 0));
	assert.deepEqual(views.map(({ tag }) => tag?.type).sort(), ['Main', 'Shard', 'Shard', 'Zone']);
	for (const [id, { blocks }] of feeds) assert.ok(blocks.every(({ checked }) => checked === 'certificate'), id);
});

test('64 shards that play the recorded ones have 5,000 transfers a second, with blocks that follow each other', () => {
	assert.ok(existsSync(FILE), 'there is no recording: npm run record');
	const recorded = shardsOf(read());
	assert.equal(recorded.length, 2);
	let sum = 0;
	const hashes = new Set<string>();
	for (let shard = 0; shard < SHARDS; shard++) {
		const one = recorded[shard % recorded.length] as RecordedShard;
		assert.ok(paceOf(one).transfers > 1 && one.lengthMs > 10_000);
		let [transfers, span] = [0, 0];
		let parent: string | undefined;
		for (const { block, pauseMs } of played(one, shard, PACE)) {
			assert.ok(parent === undefined || block.parent === parent);
			assert.ok(!hashes.has(block.hash));
			hashes.add(block.hash);
			parent = block.hash;
			[transfers, span] = [transfers + (block.transfers ?? 0), span + pauseMs];
			if (span >= PLAYED_MS) break;
		}
		sum += (1_000 * transfers) / span;
	}
	assert.ok(Math.abs(sum / TRANSFERS - 1) < 0.05, `${Math.round(sum)} transfers a second`);
});
