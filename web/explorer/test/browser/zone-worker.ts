// Stands in for the worker in the test of the page of a zone: a main chain, a zone and two shards, and payments between shards.

import { expose } from 'comlink';
import { gathered } from '../../src/worker/gather.js';
import { ADDRESSES, around, BOB, chain, messages, receipt, stake, stateOf, table } from './zone-accounts.js';
import type { BlockLine, ChainCall, LedgerView, Result, SignerRef, Step, Update } from '../../src/shared/model.js';

const TICK_MS = 200;
const STEP_MS = 300;
const hashOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}`;

const LEDGERS: Pick<LedgerView, 'id' | 'name' | 'tag' | 'tables'>[] = [
	{ id: 'main', name: 'Local Testnet', tag: { type: 'Main' }, tables: undefined },
	{ id: 'zone-0', name: 'Zone 0', tag: { type: 'Zone', value: 0 }, tables: undefined },
	{ id: 'shard-0-0', name: 'Shard 0/0', tag: { type: 'Shard', value: { zone: 0, incarnation: 0 } }, tables: { first: 0, last: 127 } },
	{ id: 'shard-0-1', name: 'Shard 0/1', tag: { type: 'Shard', value: { zone: 0, incarnation: 1 } }, tables: { first: 128, last: 255 } },
];

function viewOf(at: number, number: number): LedgerView {
	const ledger = LEDGERS[at] as (typeof LEDGERS)[number];
	const isShard = ledger.tag?.type === 'Shard';
	return {
		...ledger,
		genesis: hashOf(at),
		connection: { type: 'live', endpoint: `ws://127.0.0.1:${9944 + at}` },
		levels: isShard ? ['final', 'sealed'] : ['final'],
		isAnchored: true,
		anchorSource: 'the node on the machine that serves this page',
		node: { name: 'alice', version: '0.1.0', chain: ledger.name, chainType: 'Local', peers: 3, isSyncing: false, specVersion: 1 },
		state: undefined,
		hasUnits: isShard,
		zone: {
			sealed: isShard ? { number: number - 2, hash: hashOf(number - 2) } : undefined,
			// The committee of the first shard is captured.
			invalid: ledger.id === 'shard-0-0' ? number : undefined,
			inFlight: isShard ? BigInt(at) : undefined,
			inLanes: isShard ? 1_500_000n : undefined,
			lanes: isShard ? [{ to: 'zone 0 table 200', kind: 'user', inFlight: BigInt(at) }] : [],
			load: isShard ? { inbox: 20, outbox: 5 } : undefined,
		},
	};
}

function blockOf(number: number): BlockLine {
	return {
		...{ number, hash: hashOf(number), parent: hashOf(number - 1), author: number % 4, view: 0, epoch: 1n },
		...{ signers: [0, 1, 2], transfers: 3 + (number % 3), arrivedAt: Date.now(), checked: 'certificate' as const },
	};
}

const ok = <T>(value: T) => ({ ok: true, value });
const unknown = { ok: false, error: { title: 'Unknown', detail: 'the test has no answer', advice: 'None.' } } as const;
const sent: string[] = [];
// A payment stays final until the test has looked: `passOn` in zone.test.ts sends the message.
const held = new BroadcastChannel('payments');
const passedOn = () => new Promise((resolve) => held.addEventListener('message', resolve, { once: true }));

expose({
	homes: async (address: string): Promise<Result<string[]>> => ({ ok: true, value: address === BOB ? ['main', 'shard-0-1'] : ['main', 'shard-0-0'] }),
	developmentAddresses: async (paths: string[]) => paths.map((path) => ADDRESSES[path] ?? BOB),
	account: async (_id: string, address: string) => ok(stateOf(address)),
	accountUnits: async () => ok({ units: chain(), isComplete: true }),
	lattice: async () => ok(around()),
	table: async (_id: string, number: number, blocks: { number: number; hash: string }[]) => ok(table(number, blocks)),
	stake: async () => ok(stake()),
	holder: async () => ok({ votes: { value: [], checked: 'proof' }, claimable: { value: 0n, checked: 'none' } }),
	search: async () => ok(undefined),
	receipt: async (bytes: Uint8Array) => ok(receipt(bytes)),
	messages: async (id: string) => ok(messages(id)),
	signers: async () => ({ ok: true, value: {} }),
	committee: async () => unknown,
	unit: async () => unknown,
	retry: () => undefined,
	async send(id: string, _signer: SignerRef, call: ChainCall, tell: (step: Step) => void): Promise<void> {
		if (call.type !== 'pay') return;
		sent.push(id);
		const pause = () => new Promise((resolve) => setTimeout(resolve, STEP_MS));
		const steps: Step[] = [
			{ type: 'route', from: 'shard 0/0', to: 'shard 0/1', levels: ['final', 'sealed', 'credited'] },
			{ type: 'signed', hash: hashOf(7) },
			{ type: 'waiting', status: 'ready' },
			{ type: 'final', level: 'final', ledger: id, hash: hashOf(7), block: { number: 9, hash: hashOf(9) }, checked: 'proof', milliseconds: 240 },
			{ type: 'level', level: 'sealed', checked: 'proof', milliseconds: 700 },
		];
		// Amounts above 1,000 TOP come back.
		const words = { title: 'The payment came back', detail: 'it was refused', advice: 'Pay again if you like.' };
		if (call.amount > 1_000_000_000n) steps.push({ type: 'failed', words, mayStillApply: false });
		else steps.push({ type: 'level', level: 'credited', checked: 'none', milliseconds: 1_300 });
		for (const step of steps) {
			tell(step);
			await (step.type === 'final' ? passedOn() : pause());
		}
	},
	start(_config: unknown, _stored: unknown, pass: (updates: Update[]) => void) {
		const tell = gathered(pass);
		for (const at of LEDGERS.keys()) {
			const { id } = LEDGERS[at] as (typeof LEDGERS)[number];
			let number = 1_000 * (at + 1);
			const past = Array.from({ length: 40 }, (_, before) => blockOf(number - 40 + before));
			tell({ type: 'ledger', ledger: viewOf(at, number) });
			tell({ type: 'blocks', id, blocks: past });
			setInterval(() => {
				number += 1;
				tell({ type: 'blocks', id, blocks: [blockOf(number)] });
				if (number % 5 !== 0) return;
				tell({ type: 'ledger', ledger: viewOf(at, number) });
				const sample = { at: Date.now(), number, time: Date.now(), transfers: 20, blocks: 5, span: 1_000, latency: 20 };
				tell({ type: 'sample', id, sample: { ...sample, checked: 'proof' as const } });
			}, TICK_MS);
		}
	},
});
