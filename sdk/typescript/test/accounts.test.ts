// Proofs of accounts in a store beside the trie, and the reader of ledgers with and without one.

import { AccountId } from '@polkadot-api/substrate-bindings';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	ACCOUNT_PREFIX,
	accountKeyOf,
	accountProofCodec,
	bucketHash,
	bucketOf,
	decodeAccountProof,
	isAccountKey,
	nodeHash,
	ROOT_KEY,
	tableRoot,
	valueHash,
	verifyAccountProof,
	type AccountProof,
} from '../src/accounts.js';
import {
	AccountProofError,
	fromHex,
	NotInTrieError,
	ProofError,
	ResponseError,
	RpcError,
	RpcErrorCode,
	signerFromSeed,
	toHex,
	TopError,
	type AccountProofFault,
	type Hash,
	type Hex,
} from '../src/index.js';
import type { Link } from '../src/link.js';
import { plainAccountCodec } from '../src/records.js';
import { u64 } from '../src/scale.js';
import { items, StateReader, value } from '../src/state.js';
import { Random } from './random.js';
import { Store } from './store.js';
import { Trie } from './tries.js';

const text = (bytes: string) => new TextEncoder().encode(bytes);
const hexOf = (bytes: Uint8Array) => toHex(bytes).slice(2);

function key(table: number, next: number, last: number): Hex {
	const bytes = new Uint8Array(48);
	[bytes[0], bytes[1], bytes[47]] = [table, next, last];
	return toHex(bytes);
}

/** The sample of `tp-account-store`: a table of one bit with two accounts in its upper bucket, among tables without accounts. */
const sample = new Store(
	[
		[key(5, 0x80, 1), text('one')],
		[key(5, 0xc0, 2), text('two')],
	],
	1,
);
const second = key(5, 0xc0, 2);

const fault = (fault: AccountProofFault) => (error: unknown) =>
	error instanceof AccountProofError && error instanceof ProofError && error.fault === fault;

test('hashes are those of the format', () => {
	const empty = Array.from({ length: 8 }).reduce<Uint8Array>(
		(below) => nodeHash(below, below),
		tableRoot(0, 0n, bucketHash([], [])),
	);
	const filled = (byte: number) => new Uint8Array(32).fill(byte);
	assert.deepEqual(
		[
			hexOf(valueHash(text('value'))),
			hexOf(bucketHash([], [])),
			hexOf(nodeHash(filled(1), filled(2))),
			hexOf(tableRoot(3, 25n, filled(4))),
			hexOf(empty),
			sample.root.slice(2),
		],
		[
			'd227e748d47e6177503211e87270adac47e1a3fc35952631a881d24571b1b4ed',
			'c0ab45131686bea5905168275de8e6847755d11f07097e93f74dfc9441f61953',
			'40c764fe084b04e908d5068c527dfecb87773e62ea637d59b4217c1a4d9cb816',
			'e1a8dd7315bab0cca4f2be915e719f83d2fc2561738c18ad0e6848af6cee4eec',
			'be0990e952eff541239b2eaa1f8eba2f3e75285da4897856da305fb9ed5c162b',
			'2312fbd2c048307c3aee182712fe3124a16c78a0463af017a88725e9d020c0a4',
		],
	);
});

test('keys are those of the node', () => {
	assert.equal(ACCOUNT_PREFIX, '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9');
	assert.equal(Buffer.from(ROOT_KEY.slice(2), 'hex').toString(), ':account_store_root');
});

test('a bucket is the bits after the table', () => {
	const bytes = fromHex(key(7, 0b1010_0000, 0));
	assert.deepEqual([0, 1, 2, 3, 4].map((bits) => bucketOf(bytes, bits)), [0, 1, 2, 5, 10]);
	assert.equal(bucketOf(new Uint8Array(48).fill(0xff), 24), 2 ** 24 - 1);
});

test('membership and absence are proved', () => {
	const proof = sample.prove(second);
	assert.deepEqual(verifyAccountProof(proof, sample.root, second), text('two'));
	assert.throws(() => verifyAccountProof(proof, sample.root, key(5, 0xc0, 3)), fault('existence'));
	const absent = { ...proof, value: undefined };
	assert.equal(verifyAccountProof(absent, sample.root, key(5, 0xc0, 3)), undefined);
	assert.throws(() => verifyAccountProof(absent, sample.root, second), fault('existence'));
	// The bucket is not that of this account, which could exist in its own.
	assert.throws(() => verifyAccountProof(absent, sample.root, key(5, 0x10, 3)), fault('root'));
	assert.throws(() => verifyAccountProof(absent, sample.root, key(6, 0xc0, 3)), fault('root'));
	// What a node encodes is what it proves.
	assert.deepEqual(verifyAccountProof(decodeAccountProof(sample.encoded(second)), sample.root, second), text('two'));
	assert.equal(verifyAccountProof(sample.prove(key(9, 0, 0)), sample.root, key(9, 0, 0)), undefined);
});

test('each broken rule is named', () => {
	const refused = (change: Partial<AccountProof>, expected: AccountProofFault) => {
		const proof = { ...sample.prove(second), ...change };
		assert.throws(() => verifyAccountProof(proof, sample.root, second), fault(expected), expected);
	};
	const { bucket, tablePath } = sample.prove(second);
	refused({ value: text('three') }, 'value');
	refused({ value: undefined }, 'existence');
	refused({ count: 3n }, 'root');
	refused({ bits: 2 }, 'shape');
	refused({ bits: 25, path: Array<Hash>(25).fill(sample.root) }, 'shape');
	refused({ path: [] }, 'shape');
	refused({ tablePath: tablePath.slice(1) }, 'shape');
	refused({ bucket: [...bucket].reverse() }, 'order');
	refused({ bucket: [bucket[0]!, bucket[0]!] }, 'order');
	assert.throws(() => verifyAccountProof(sample.prove(second), `0x${'00'.repeat(32)}`, second), fault('root'));
});

test('20,000 mutated proofs are refused', () => {
	const whole = accountProofCodec.enc(sample.prove(second));
	const random = new Random(1);
	let decoded = 0;
	for (let round = 0; round < 20_000; round++) {
		const bytes = [...whole];
		const at = random.below(bytes.length);
		switch (random.below(4)) {
			case 0:
				bytes[at]! ^= 1 << random.below(8);
				break;
			case 1:
				bytes.splice(at, 1);
				break;
			case 2:
				bytes.splice(at, 0, random.below(256));
				break;
			default:
				for (let end = at + random.below(bytes.length - at); end >= at; end--) bytes[end] = random.below(256);
		}
		const mutated = toHex(Uint8Array.from(bytes));
		if (mutated === toHex(whole)) continue;
		let proof: AccountProof;
		try {
			proof = decodeAccountProof(mutated);
		} catch (error) {
			assert.ok(error instanceof ProofError, String(error));
			continue;
		}
		decoded += 1;
		assert.throws(() => verifyAccountProof(proof, sample.root, second), AccountProofError, mutated);
	}
	assert.ok(decoded > 8_000, `most mutations reach the verifier: ${decoded}`);
});

const AT = `0x${'0b'.repeat(32)}`;
const account = AccountId(42);
const address = (seed: number) => signerFromSeed(new Uint8Array(32).fill(seed)).account;
const [alice, bob, stranger] = [address(1), address(2), address(9)];

function accountOf(free: bigint): Uint8Array {
	const data = { free, reserved: 0n, frozen: 0n, flags: 0n };
	return plainAccountCodec.enc({ nonce: 1, consumers: 0, providers: 1, sufficients: 0, data });
}

const rest: [Hex, Uint8Array][] = [
	[items.now.enc(), u64.enc(7n)],
	[items.epochMs.enc(), u64.enc(600_000n)],
];
const accounts: [Hex, Uint8Array][] = [
	[items.plainAccount.enc(alice), accountOf(100n)],
	[items.plainAccount.enc(bob), accountOf(200n)],
	...Array.from({ length: 30 }, (_, at): [Hex, Uint8Array] => [items.plainAccount.enc(address(50 + at)), accountOf(BigInt(at))]),
];

type Lie = (method: string, params: unknown[], result: unknown) => unknown;

/** A node whose accounts are in the trie, or in a store. */
class FakeNode {
	readonly calls: [string, unknown[]][] = [];
	readonly store: Store | undefined;
	readonly trie: Trie;
	lie: Lie = (_method, _params, result) => result;
	/** Whether it proves accounts by a trie that does not have them, as a node of before would. */
	provesAbsence = false;

	constructor(kind: 'trie' | 'store', entries = accounts) {
		this.store = kind === 'store' ? new Store(entries.map(([key, value]) => [accountKeyOf(key), value]), 2) : undefined;
		this.trie = new Trie([...rest, ...(this.store ? [[ROOT_KEY, fromHex(this.store.root)] as [Hex, Uint8Array]] : entries)]);
	}

	reader(): StateReader {
		return new StateReader(this as unknown as Link);
	}

	called(method: string): unknown[][] {
		return this.calls.filter(([called]) => called === method).map(([, params]) => params);
	}

	async request(method: string, params: unknown[]): Promise<unknown> {
		this.calls.push([method, params]);
		return this.lie(method, params, this.#answer(method, params));
	}

	#answer(method: string, params: unknown[]): unknown {
		switch (method) {
			case 'state_getReadProof':
				assert.equal(params[1], AT);
				if (this.store && !this.provesAbsence && (params[0] as Hex[]).some(isAccountKey)) {
					throw new RpcError(RpcErrorCode.notInTrie, 'the trie of this chain does not hold accounts');
				}
				return { at: AT, proof: this.trie.nodes };
			case 'state_getKeysPaged':
				return this.trie.keysBelow(params[0] as Hex).filter((key) => params[2] === null || key > String(params[2]));
			case 'lattice_accountProof': {
				assert.equal(params[1], AT);
				if (!this.store) throw new RpcError(RpcErrorCode.inTrie, 'the accounts of this chain are in the trie');
				const { key } = value(items.plainAccount, params[0] as string);
				return { block: AT, store: 'memory', proof: this.store.encoded(accountKeyOf(key)) };
			}
			default:
				throw new RpcError(-32601, 'there is no such method');
		}
	}
}

const free = (found: { data: { free: bigint } } | undefined) => found?.data.free;
const questions = [
	value(items.now),
	value(items.plainAccount, alice),
	value(items.epochMs),
	value(items.plainAccount, stranger),
	value(items.plainAccount, bob),
] as const;

for (const kind of ['trie', 'store'] as const) {
	test(`accounts and their absence are proven, in a ${kind}`, async () => {
		const node = new FakeNode(kind);
		const [now, ofAlice, epochMs, ofStranger, ofBob] = await node.reader().values(AT, node.trie.root, ...questions);
		assert.deepEqual([now, free(ofAlice), epochMs, ofStranger, free(ofBob)], [7n, 100n, 600_000n, undefined, 200n]);
		// The node is asked whether the trie has the accounts, before it is asked for them.
		const [first] = node.called('state_getReadProof')[0] as [Hex[]];
		assert.deepEqual(first, [ROOT_KEY, items.now.enc(), items.epochMs.enc()]);
		const asked = node.called('lattice_accountProof').map(([id]) => id);
		assert.deepEqual(asked, kind === 'store' ? [alice, stranger, bob] : []);
	});

	test(`values without accounts take one request, beside a ${kind}`, async () => {
		const node = new FakeNode(kind);
		assert.deepEqual(await node.reader().values(AT, node.trie.root, value(items.now)), [7n]);
		assert.deepEqual(node.calls, [['state_getReadProof', [[items.now.enc()], AT]]]);
	});
}

test('a trie without accounts does not prove their absence', async () => {
	const node = new FakeNode('store');
	node.provesAbsence = true;
	// This node says that it does not know the method, and would prove by its trie that there is no account.
	node.lie = (method, _, result) => {
		if (method === 'lattice_accountProof') throw new RpcError(-32601, 'there is no such method');
		return result;
	};
	const read = (question = value(items.plainAccount, alice)) => node.reader().values(AT, node.trie.root, question);
	await assert.rejects(read(), RpcError);
	// A proof by the trie in place of one by the store is none.
	node.lie = (method, _, result) => (method === 'lattice_accountProof' ? { at: AT, proof: node.trie.nodes } : result);
	await assert.rejects(read(), ResponseError);
	// Without the way to the root of the store, the proof shows nothing of accounts.
	node.lie = (method, params, result) => {
		if (method !== 'state_getReadProof' || !(params[0] as Hex[]).includes(ROOT_KEY)) return result;
		return { at: AT, proof: new FakeNode('trie').trie.nodes };
	};
	await assert.rejects(read(), ProofError);
	assert.deepEqual(node.called('state_getReadProof').filter(([keys]) => (keys as Hex[]).some(isAccountKey)), []);
});

test('a proof of another account, block or store is refused', async () => {
	const node = new FakeNode('store');
	const other = new FakeNode('store', accounts.slice(1));
	const read = () => node.reader().values(AT, node.trie.root, value(items.plainAccount, alice));
	const answer = (proof: unknown) => (node.lie = (method, _, result) => (method === 'lattice_accountProof' ? { proof } : result));
	const keyOfAlice = accountKeyOf(items.plainAccount.enc(alice));
	answer(other.store!.encoded(keyOfAlice));
	await assert.rejects(read(), fault('root'));
	answer(node.store!.encoded(accountKeyOf(items.plainAccount.enc(bob))));
	await assert.rejects(read(), AccountProofError);
	const proof = node.store!.prove(keyOfAlice);
	answer(toHex(accountProofCodec.enc({ ...proof, value: accountOf(999n) })));
	await assert.rejects(read(), fault('value'));
	answer(toHex(accountProofCodec.enc({ ...proof, value: undefined })));
	await assert.rejects(read(), fault('existence'));
	answer('0x00');
	await assert.rejects(read(), ProofError);
	answer(null);
	await assert.rejects(read(), ResponseError);
	answer(node.store!.encoded(keyOfAlice));
	assert.equal(free((await read())[0]), 100n);
});

test('each block has its own root of accounts', async () => {
	const [old, young] = [new FakeNode('store', accounts.slice(1)), new FakeNode('store')];
	const reader = old.reader();
	assert.deepEqual(await reader.values(AT, old.trie.root, value(items.plainAccount, alice)), [undefined]);
	old.lie = (method, params, result) =>
		method === 'lattice_accountProof' || method === 'state_getReadProof' ? young.request(method, params) : result;
	const [found] = await reader.values(AT, young.trie.root, value(items.plainAccount, alice));
	assert.equal(free(found), 100n);
});

test('accounts are listed from a trie, and refused in a store', async () => {
	const inTrie = new FakeNode('trie');
	assert.equal((await inTrie.reader().entries(AT, inTrie.trie.root, items.plainAccount)).length, accounts.length);
	const inStore = new FakeNode('store');
	const listed = inStore.reader().entries(AT, inStore.trie.root, items.plainAccount);
	await assert.rejects(listed, (error) => error instanceof NotInTrieError && error instanceof TopError);
	assert.deepEqual(inStore.called('state_getKeysPaged'), []);
	assert.equal(account.dec(fromHex(accountKeyOf(items.plainAccount.enc(alice))).slice(16)), alice);
});
