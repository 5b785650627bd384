// Records what the worker tells the page of a shard that takes some 80 payments a second, for the tests of the page under load:
//
//   scripts/with-network.sh --preset shard-local npm --prefix web/explorer run record

import { TopClient, transfer } from '@top/sdk';
import { writeFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import type { BlockLine, LedgerConfig, Sample, Update } from '../../src/shared/model.js';
import { ExplorerApi } from '../../src/worker/api.js';
import { developmentAccount } from './harness.js';
import { NODE } from './networks.js';
import type { Recording } from './recording.js';

/** The first seconds have the past of the ledger, and no pace yet. */
const [SKIPPED_MS, RECORDED_MS] = [6_000, 40_000];
/** Units in one submission, and the pause between two. */
const [BATCH, EVERY_MS] = [20, 250];
const FILE = new URL('../../test/browser/recording.json', import.meta.url);

Object.assign(globalThis, { WebSocket });
const client = await TopClient.connect(NODE);
let isOver = false;

/** Pays from some accounts in turn. */
async function load(): Promise<void> {
	const senders = ['//Alice', '//Charlie', '//Dave', '//Eve'].map(developmentAccount);
	const builders = await Promise.all(senders.map((signer) => client.builder(signer)));
	const dest = developmentAccount('//Bob').account;
	for (let round = 0; !isOver; round++) {
		const due = Date.now() + EVERY_MS;
		const builder = builders[round % builders.length] as (typeof builders)[number];
		const units = [];
		for (let at = 0; at < BATCH; at++) units.push(await builder.next([transfer(dest, 1n)]));
		await client.submit(units);
		await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
	}
}

const genesis = String(await client.request('chain_getBlockHash', [0]));
const config: LedgerConfig = { id: 'shard', name: 'Shard', endpoints: [NODE], anchor: await client.committeeReport(genesis) };
const began = Date.now() + SKIPPED_MS;
const recording: Recording = { lengthMs: RECORDED_MS, blocks: [], samples: [] };

function note(updates: Update[]): void {
	const at = Date.now() - began;
	if (at < 0 || at > RECORDED_MS) return;
	for (const update of updates) {
		if (update.type === 'blocks') for (const block of update.blocks) recording.blocks.push({ at, ...plain(block) });
		else if (update.type === 'sample') recording.samples.push({ at, ...since(update.sample) });
	}
}

function plain({ number, hash, parent, author, view, epoch, signers, transfers }: BlockLine): Omit<Recording['blocks'][number], 'at'> {
	return { number, hash, parent, author: author ?? 0, view, epoch: Number(epoch ?? 0), signers: signers ?? [], transfers: transfers ?? 0 };
}

function since({ number, transfers, blocks, span, latency }: Sample): Omit<Recording['samples'][number], 'at'> {
	return { number, transfers, blocks, span, latency };
}

const loading = load();
const api = new ExplorerApi();
api.start({ ledgers: [config] }, {}, note, () => undefined);
await new Promise((resolve) => setTimeout(resolve, SKIPPED_MS + RECORDED_MS + 500));
isOver = true;
await loading;
api.close('shard');
client.close();
const paid = recording.blocks.reduce((sum, { transfers }) => sum + transfers, 0);
writeFileSync(FILE, JSON.stringify(recording));
console.log(`${recording.blocks.length} blocks with ${paid} payments, ${recording.samples.length} samples`);
