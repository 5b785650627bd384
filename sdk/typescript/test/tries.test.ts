import { Blake2256, compact } from '@polkadot-api/substrate-bindings';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProofError, toHex } from '../src/index.js';
import { concat } from '../src/hex.js';
import { orderedRoot, ProvenTrie } from '../src/trie.js';

const bytes = (...values: number[]) => Uint8Array.from(values);
const length = (value: Uint8Array) => concat(compact.enc(value.length), value);
const long = new Uint8Array(40).fill(7);

/** A leaf whose rest of the key has an even number of nibbles. */
const leaf = (nibbles: number[], value: Uint8Array) => concat(bytes(0x40 | (2 * nibbles.length), ...nibbles), length(value));

// A trie with the keys 0x12ab, 0x12cd and 0x1f: a branch at the first nibble, and one below it at the second byte.
const ab = leaf([], long);
const cd = concat(bytes(0x41, 0x0d), length(bytes(1)));
const abBranch = concat(bytes(0x41, 0x0b), length(long));
const below = concat(bytes(0x80, 0x00, 0x14), length(Blake2256(abBranch)), length(cd));
const root = concat(bytes(0x81, 0x01, 0x04, 0x80), length(Blake2256(below)), length(concat(bytes(0x40), length(bytes(9)))));
const rootHash = toHex(Blake2256(root));
const proof = [root, below, abBranch].map(toHex);

test('a proof shows values, also of nodes that stand within their parent', () => {
	const trie = new ProvenTrie(rootHash, proof);
	assert.deepEqual(trie.get('0x12ab'), long);
	assert.deepEqual(trie.get('0x12cd'), bytes(1));
	assert.deepEqual(trie.get('0x1f'), bytes(9));
});

test('a proof shows that a key has no value', () => {
	const trie = new ProvenTrie(rootHash, proof);
	for (const key of ['0x12', '0x12ac', '0x12abcd', '0x22', '0x1e', '0x']) assert.equal(trie.get(key), undefined);
});

test('a proof that lacks a node shows nothing behind it', () => {
	const trie = new ProvenTrie(rootHash, [toHex(root), toHex(below)]);
	assert.throws(() => trie.get('0x12ab'), ProofError);
	assert.deepEqual(trie.get('0x12cd'), bytes(1));
	assert.throws(() => trie.entries('0x12'), ProofError);
	assert.throws(() => new ProvenTrie(rootHash, []).get('0x1f'), ProofError);
});

test('a changed node is another node', () => {
	const changed = proof.map((node) => `${node.slice(0, -2)}00`);
	assert.throws(() => new ProvenTrie(rootHash, changed).get('0x12ab'), ProofError);
	assert.throws(() => new ProvenTrie(toHex(ab), proof).get('0x12ab'), ProofError);
});

test('all entries below a prefix are listed, and no others', () => {
	const trie = new ProvenTrie(rootHash, proof);
	assert.deepEqual(trie.entries('0x12').map(([key]) => key), ['0x12ab', '0x12cd']);
	assert.deepEqual(trie.entries('0x').map(([key]) => key), ['0x12ab', '0x12cd', '0x1f']);
	assert.deepEqual(trie.entries('0x12ab').map(([key]) => key), ['0x12ab']);
	assert.deepEqual(trie.entries('0x77'), []);
});

test('a node that does not decode is refused', () => {
	for (const spoiled of [bytes(0x40), bytes(0x41), bytes(0x80, 1), bytes(0x20, 0), bytes(1)]) {
		assert.throws(() => new ProvenTrie(toHex(Blake2256(spoiled)), [toHex(spoiled)]).get('0x12'), ProofError);
	}
});

test('the root over an empty list is that of the SDK', () => {
	assert.equal(orderedRoot([]), '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314');
});

test('the root over a list depends on each item and on their order', () => {
	for (const size of [1, 2, 3, 17, 64, 65, 300]) {
		const items = Array.from({ length: size }, (_, at) => new Uint8Array(1 + (at % 50)).fill(at));
		const found = orderedRoot(items);
		assert.equal(found, orderedRoot([...items]));
		for (const at of [0, Math.floor(size / 2), size - 1]) {
			const changed = items.map((item, index) => (index === at ? concat(item, bytes(0)) : item));
			assert.notEqual(orderedRoot(changed), found);
		}
		if (size > 1) assert.notEqual(orderedRoot([...items].reverse()), found);
		assert.notEqual(orderedRoot(items.slice(1)), found);
	}
});

test('one item is a leaf under its index', () => {
	const item = new Uint8Array(33).fill(5);
	assert.equal(orderedRoot([item]), toHex(Blake2256(leaf([0], item))));
});
