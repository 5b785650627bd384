// What the first view of a node with four ledgers waits for, in round trips. How long each takes depends on the reader's machine.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { EMPTY, fedBy, type Feed } from '../../src/page/feed.js';
import type { LedgerView, Update } from '../../src/shared/model.js';
import { ExplorerApi } from '../../src/worker/api.js';
import { FakeNetwork } from '../fakes/network.js';
import { Rounds } from '../fakes/rounds.js';

/** Longer than updates are gathered for, so that each is told within its round. */
const DELAY_MS = 80;
/** A connection, the genesis, the ledgers that the node names; for each of them a connection, the genesis, its head, its header. */
const MOST_UNTIL_SHOWN = 8;
/** Two more for the blocks before the newest. */
const MOST_UNTIL_FILLED = 10;
/** The rounds of the search for the last headers of four epochs, which goes on beside. */
const MOST_UNTIL_PROVED = 16;
const PAST = 20;
/** Epochs of a ledger that have ended. */
const FOLLOWED = 4;

Object.assign(globalThis, { WebSocket, location: { hostname: '127.0.0.1' } });

const network = await FakeNetwork.start();
const rounds = new Rounds(DELAY_MS);
network.hold(rounds.hold);
const api = new ExplorerApi();
const views = new Map<string, LedgerView>();
const feeds = new Map<string, Feed>();
/** The round in which something was true of all ledgers for the first time. */
const reached = new Map<string, number>();

function take(updates: Update[]): void {
	for (const update of updates) {
		if (update.type === 'ledger') views.set(update.ledger.id, update.ledger);
		else if (update.type !== 'removed') feeds.set(update.id, fedBy(feeds.get(update.id) ?? EMPTY, update));
	}
	const all = [...views.values()].map((view) => ({ view, blocks: feeds.get(view.id)?.blocks ?? [] }));
	const note = (what: string, isTrue: (ledger: (typeof all)[number]) => boolean) => {
		if (all.length === 4 && all.every(isTrue) && !reached.has(what)) reached.set(what, rounds.count);
	};
	note('shown', ({ view, blocks }) => blocks.length > 0 && view.node !== undefined && view.zone !== undefined);
	note('filled', ({ blocks }) => blocks.length > PAST);
	note('proved', ({ view, blocks }) => view.connection.type === 'live' && blocks.length > PAST && blocks.every(({ checked }) => checked === 'certificate'));
}

after(async () => {
	for (const id of views.keys()) api.close(id);
	await network.stop();
});

test('the first view of four ledgers takes a few round trips, and does not wait for proofs', { timeout: 120_000 }, async () => {
	api.start(network.config, {}, take, () => undefined);
	while (!reached.has('proved')) await new Promise((resolve) => setTimeout(resolve, 20));
	const [shown, filled, proved] = ['shown', 'filled', 'proved'].map((what) => reached.get(what) ?? Infinity) as [number, number, number];
	console.log(`all ledgers are shown after ${shown} round trips, with past blocks after ${filled}, checked after ${proved}`);
	assert.ok(shown <= MOST_UNTIL_SHOWN, `${shown} round trips until all ledgers are shown`);
	assert.ok(filled <= MOST_UNTIL_FILLED, `${filled} round trips until their past blocks are there`);
	assert.ok(proved <= MOST_UNTIL_PROVED, `${proved} round trips until all is checked`);
	assert.ok([...views.values()].every(({ isAnchored }) => isAnchored));
});

test('nothing of the first view is asked for twice on a ledger, except the headers that end epochs among its newest blocks', () => {
	for (const { chain, server } of network.ledgers) {
		const asked = server.node.calls.filter(({ method }) => method === 'chain_getHeader' || method === 'chain_getBlockHash');
		const questions = asked.map(({ method, params }) => `${method} ${JSON.stringify(params)}`);
		const twice = questions.filter((question, at) => questions.indexOf(question) !== at);
		assert.ok(twice.length <= FOLLOWED, `${chain}: ${twice.length} questions`);
	}
});
