// Records what the page's worker and the nodes of a real network say to each other, over all of its ledgers, while both shards take
// some 80 payments a second and pay each other and the main chain:
//
//   scripts/with-network.sh --shards 2 npm --prefix web/explorer run record

import { tableOf, TopNetwork, transfer, type Signer } from '@top/sdk';
import { WebSocket } from 'ws';
import type { LedgerView, Update } from '../../src/shared/model.js';
import { ExplorerApi } from '../../src/worker/api.js';
import { developmentAccount } from '../browser/harness.js';
import { NETWORK } from '../browser/networks.js';
import { startTraffic } from '../browser/traffic.js';
import { write } from './format.js';
import { Recorder } from './recorder.js';
import { shardsOf } from './shards.js';

/** The first seconds have no payments yet. */
const [SKIPPED_MS, RECORDED_MS] = [4_000, 24_000];
/** Units in one submission, and the pause between two. */
const [BATCH, EVERY_MS] = [20, 250];
/** Accounts that pay by the batch. The other ones pay across ledgers. */
const SENDERS = ['//Alice', '//Bob', '//Dave', '//Eve'].map(developmentAccount);
const SHARDS = 2;
const HERE = '127.0.0.1';

if (NETWORK === undefined) throw new Error('there is no network with shards: scripts/with-network.sh --shards 2');
const network = await TopNetwork.connect(NETWORK, { webSocket: WebSocket as never });
let isOver = false;

/** Lets the accounts of a shard pay themselves in turn. */
async function load(shard: number): Promise<void> {
	const width = 256 / SHARDS;
	const senders = SENDERS.filter(({ account }) => Math.floor(tableOf(account) / width) === shard);
	const client = await network.client(`shard 0/${shard}`);
	const builders = await Promise.all(senders.map(async (signer: Signer) => ({ signer, builder: await client.builder(signer) })));
	for (let round = 0; !isOver; round++) {
		const due = Date.now() + EVERY_MS;
		const { signer, builder } = builders[round % builders.length] as (typeof builders)[number];
		const units = [];
		for (let at = 0; at < BATCH; at++) units.push(await builder.next([transfer(signer.account, 1n)]));
		await client.submit(units);
		await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
	}
}

const main = await network.client('main');
const genesis = String(await main.request('chain_getBlockHash', [0]));
const anchor = await main.committeeReport(genesis);
const config = { ledgers: [{ id: 'main', name: 'Main chain', endpoints: [NETWORK], anchor, anchorSource: 'the recorded network' }] };

const loads = Array.from({ length: SHARDS }, (_, shard) => load(shard));
const crossing = startTraffic(network);
await new Promise((resolve) => setTimeout(resolve, SKIPPED_MS));
const recorder = new Recorder();
Object.assign(globalThis, { WebSocket: recorder.webSocket, location: { hostname: HERE } });
const views = new Map<string, LedgerView>();
const take = (updates: Update[]) => updates.forEach((update) => update.type === 'ledger' && views.set(update.ledger.id, update.ledger));
const api = new ExplorerApi();
api.start(config, {}, take, () => undefined);
await new Promise((resolve) => setTimeout(resolve, RECORDED_MS));
const traffic = recorder.end(config);
isOver = true;
await Promise.all(loads);
const paid = await crossing.stop();
for (const id of views.keys()) api.close(id);
network.close();

const notLive = [...views.values()].filter(({ connection }) => connection.type !== 'live').map(({ name }) => name);
if (views.size !== SHARDS + 2 || notLive.length > 0) throw new Error(`of ${views.size} ledgers these are not live: ${notLive.join()}`);
const bytes = write(traffic);
const shards = shardsOf(traffic).map(({ blocks, lengthMs }) => {
	const units = blocks.reduce((sum, { transfers }) => sum + transfers, 0);
	return `${blocks.length} blocks with ${Math.round((1_000 * units) / lengthMs)} units a second`;
});
console.log(`${views.size} ledgers, ${traffic.calls.length} calls, ${bytes} bytes; ${shards.join(', ')}; ${paid} payments across ledgers`);
