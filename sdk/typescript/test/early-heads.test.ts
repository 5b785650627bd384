// Heads that come before their committee is found, from a modelled node whose ledger has had many epochs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reportOfCommittee } from '../src/certificate.js';
import { CertificateError, TopClient, type BlockHead } from '../src/index.js';
import { items } from '../src/state.js';
import { u64 } from '../src/scale.js';
import { Chain, keysOf } from './chain.js';
import { WebSocket } from './node.js';
import { StateNode } from './state-node.js';
import { Trie } from './tries.js';

const [EPOCH, BLOCKS] = [10, 125];
/** Blocks before the newest that are read. */
const PAST = 30;
/** Questions for hashes: the rounds of a search, one for the headers that it found, and one for the past. */
const MOST_ROUNDS = 7;

const chain = new Chain(6, EPOCH);
const server = new StateNode(chain, new Trie([[items.now.enc(), u64.enc(1n)]]));
const anchor = reportOfCommittee(chain.committee(0n));
let client: TopClient;

before(async () => {
	await server.start();
	server.append(BLOCKS, false);
	client = await TopClient.connect(server.node.url, { webSocket: WebSocket as never, reconnectForMs: 0 });
});
after(async () => {
	client.close();
	await server.node.stop();
});

const next = async (heads: AsyncIterator<BlockHead[]>) => (await heads.next()).value as BlockHead[];
const checksOf = (heads: BlockHead[]) => [...new Set(heads.map(({ checked }) => checked))];

test('the newest head comes unchecked before its committee is found, and then all come checked', async () => {
	const { newest } = chain;
	const ledger = await client.ledger(anchor);
	const heads = ledger.heads({ past: PAST, early: true });
	const first = await next(heads);
	assert.deepEqual(first.map(({ number, checked }) => [number, checked]), [[newest, 'none']]);
	assert.equal((await ledger.state()).checked, 'none', 'what follows from an unchecked head is unchecked');
	let batch = await next(heads);
	if (checksOf(batch).includes('none')) batch = await next(heads);
	assert.deepEqual(batch.map(({ number }) => number), Array.from({ length: PAST + 1 }, (_, at) => newest - PAST + at));
	assert.deepEqual(checksOf(batch), ['certificate']);
	assert.equal((await ledger.state()).checked, 'proof');
	await heads.return(undefined);
	// All epochs are searched at once.
	const rounds = server.node.methods.filter((method) => method === 'chain_getBlockHash').length;
	assert.ok(ledger.committees.length > 10 && rounds <= MOST_ROUNDS, `${rounds} rounds for ${ledger.committees.length} committees`);

	// A reader that knows the committee has nothing to wait for.
	const [oldest, ...others] = ledger.committees;
	const again = (await client.ledger(oldest, others)).heads({ past: PAST, early: true });
	assert.deepEqual((await next(again)).map(({ number, checked }) => [number, checked]), [[newest, 'certificate']]);
	assert.equal((await next(again)).length, PAST + 1);
	await again.return(undefined);
});

test('a head that another committee certified is never called checked', async () => {
	const other = reportOfCommittee({ ...chain.committee(0n), keys: keysOf(77n) });
	const heads = (await client.ledger(other)).heads({ early: true });
	await assert.rejects(async () => {
		for (;;) assert.deepEqual(checksOf(await next(heads)), ['none']);
	}, CertificateError);
});
