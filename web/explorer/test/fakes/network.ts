// A node with a main chain, a zone and two shards as models, whose certificates and proofs verify. The page's own worker reads it.

import { encodeUnit, toHex, unitHash, signerFromSeed, type ChainTag, type Hash, type Hex, type Unit } from '@top/sdk';
import { reportOfCommittee } from '../../../../sdk/typescript/src/certificate.js';
import { unitAccountCodec } from '../../../../sdk/typescript/src/records.js';
import { u64 } from '../../../../sdk/typescript/src/scale.js';
import { items } from '../../../../sdk/typescript/src/state.js';
import { Chain } from '../../../../sdk/typescript/test/chain.js';
import type { Answer, Call } from '../../../../sdk/typescript/test/node.js';
import { StateNode } from '../../../../sdk/typescript/test/state-node.js';
import { Trie } from '../../../../sdk/typescript/test/tries.js';
import type { Config } from '../../src/shared/model.js';

/** Blocks of an epoch, and of a ledger at the beginning: its reader follows several committees. */
const [EPOCH, BLOCKS] = [12, 50];
/** The ledgers' time is ahead: they make a block when a test wants one, and do not count as standing still before. */
const AHEAD_MS = 3_600_000;
const ZERO = `0x${'00'.repeat(32)}`;
const NONE = { compute: 0n, bytes: 0n, state: 0n };
const TAGS: [chain: string, tag: ChainTag, tables: { first: number; last: number } | null][] = [
	['main', { type: 'Main' }, null],
	['zone 0', { type: 'Zone', value: 0 }, null],
	['shard 0/0', { type: 'Shard', value: { zone: 0, incarnation: 0 } }, { first: 0, last: 127 }],
	['shard 0/1', { type: 'Shard', value: { zone: 0, incarnation: 1 } }, { first: 128, last: 255 }],
];
/** What a node says of itself. */
const SYSTEM: Record<string, unknown> = {
	system_name: 'a model',
	system_version: '0.1.0',
	system_chain: 'Models',
	system_chainType: 'Local',
	state_getRuntimeVersion: { specVersion: 1 },
	// The pool of a node has no say in what is proved.
	lattice_account: null,
	lattice_info: {
		...{ domain: ZERO, tables: [0, 255], existentialDeposit: '1', maxOperations: 16, maxValidity: 2_400 },
		...{ computePerUnit: '1', computePerOperation: '1', maxUnitsPerCall: 1_000 },
	},
};

/** The account with many units. */
export const LONG_ACCOUNT = signerFromSeed(new Uint8Array(32).fill(1)).account;

export interface FakeLedger {
	chain: string;
	tables: { first: number; last: number } | null;
	server: StateNode;
}

export class FakeNetwork {
	readonly ledgers: FakeLedger[] = [];

	/** Starts it. The account {@link LONG_ACCOUNT} has some units on each shard. */
	static async start(units = 0): Promise<FakeNetwork> {
		const network = new FakeNetwork();
		const long = unitsOf(units);
		const state = new Trie([
			[items.now.enc(), u64.enc(BigInt(Date.now() + AHEAD_MS))],
			[items.unitAccount.enc(LONG_ACCOUNT), accountOf(long)],
		]);
		for (const [at, [chain, tag, tables]] of TAGS.entries()) {
			const server = new StateNode(new Chain(at + 1, EPOCH, tag), state);
			server.extra = (call, answer) => network.#answer(call, answer, long);
			await server.start();
			server.append(BLOCKS, false);
			// Signed before anyone waits for it.
			for (let height = 1; height <= server.chain.newest; height++) server.chain.certificate(height);
			network.ledgers.push({ chain, tables, server });
		}
		return network;
	}

	get main(): FakeLedger {
		return this.ledgers[0] as FakeLedger;
	}

	/** The configuration of the page: the main chain with its first committee, by which the page finds the other ledgers. */
	get config(): Config {
		const { server } = this.main;
		const anchor = reportOfCommittee(server.chain.committee(0n));
		return { ledgers: [{ id: 'main', name: 'Main', endpoints: [server.node.url], anchor, anchorSource: 'the test' }] };
	}

	/** Makes all nodes pass on what arrives by a function. */
	hold(by: (pass: () => void) => void): void {
		for (const { server } of this.ledgers) server.node.hold = by;
	}

	async stop(): Promise<void> {
		await Promise.all(this.ledgers.map(({ server }) => server.node.stop()));
	}

	/** Answers what a ledger alone does not. */
	#answer({ method, params }: Call, answer: Answer, long: LongChain): boolean {
		const known = SYSTEM[method];
		if (known !== undefined) answer.result(known);
		else if (method === 'zone_ledgers') answer.result(this.ledgers.map(placeOf));
		else if (method === 'zone_heads') answer.result({ zone: headOf(this.ledgers[1] as FakeLedger), heads: this.ledgers.slice(2).map(headOf) });
		else if (method === 'zone_levels') answer.result(this.ledgers.slice(2).map(({ chain }) => ({ chain, number: 3, inbox: 20, outbox: 5 })));
		else if (method === 'mailbox_lanes') answer.result({ outbound: [], inbound: [], inLanes: '0' });
		else if (method === 'lattice_units') answer.result(pageOf(long, params[1] as number | null, params[2] as number));
		else if (method === 'pbft_unsubscribeCertificates') answer.result(true);
		else return false;
		return true;
	}
}

const placeOf = ({ chain, tables, server }: FakeLedger) => ({ chain, tables, genesis: server.chain.hashes[0], endpoints: [server.node.url] });
const headOf = ({ chain, server }: FakeLedger) => ({ chain, number: server.chain.newest, hash: server.chain.hashes[server.chain.newest] });

/** Units of one account, oldest first. No test asks for their signatures: the hash of the newest one is in the state. */
type LongChain = { hash: Hash; unit: Hex }[];

function unitsOf(count: number): LongChain {
	const chain: LongChain = [];
	for (let height = 0; height < count; height++) {
		const parent = chain[height - 1]?.hash ?? ZERO;
		const operations: Unit['body']['operations'] = [{ type: 'Transfer', value: { dest: LONG_ACCOUNT, amount: 1n } }];
		const body = { account: LONG_ACCOUNT, height, parent, validUntil: 0, operations };
		const unit: Unit = { body, signature: { type: 'Sr25519', value: `0x${'00'.repeat(64)}` } };
		chain.push({ hash: unitHash(unit), unit: toHex(encodeUnit(unit)) });
	}
	return chain;
}

function pageOf(chain: LongChain, before: number | null, limit: number): unknown[] {
	const end = Math.min(before ?? chain.length, chain.length);
	const block = { number: 1, hash: ZERO };
	const page = chain.slice(Math.max(0, end - limit), end).map(({ hash, unit }, at) => ({ hash, unit, index: 0, block, height: Math.max(0, end - limit) + at }));
	return page.reverse();
}

function accountOf(chain: LongChain): Uint8Array {
	const quota = { staked: NONE, free: NONE, chargedAt: 0n, countedAt: 0n, held: 0n, locked: 0n };
	const unitHead = chain[chain.length - 1]?.hash ?? ZERO;
	const data = { free: 1_000_000n, reserved: 0n, frozen: 0n, flags: 0n, unitHead, received: 0, receivedHash: ZERO, quota };
	return unitAccountCodec.enc({ nonce: chain.length, consumers: 0, providers: 1, sufficients: 0, data });
}
