// Reading a ledger with proofs, from a modelled node that may lie.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
	accountBytes,
	CertificateError,
	encodeCall,
	fromHex,
	OfficeError,
	ProofError,
	signerFromSeed,
	signUnit,
	toHex,
	TopClient,
	transfer,
	type BlockHead,
	type ChainTag,
	type Hex,
	type Ledger,
} from '../src/index.js';
import { concat } from '../src/hex.js';
import { blockRecordCodec, plainAccountCodec, committeeCodec, nodeCodec, seatsCodec, unitAccountCodec } from '../src/records.js';
import { items } from '../src/state.js';
import { orderedRoot } from '../src/trie.js';
import { u32, u64 } from '../src/scale.js';
import { Chain, keysOf } from './chain.js';
import { WebSocket } from './node.js';
import { StateNode } from './state-node.js';
import { Trie } from './tries.js';
import { reportOfCommittee } from '../src/certificate.js';

const EPOCH = 10;
const NOW = 1_800_000_000_000n;
const ZERO = `0x${'00'.repeat(32)}`;
const alice = signerFromSeed(new Uint8Array(32).fill(1)).account;
const stranger = signerFromSeed(new Uint8Array(32).fill(9)).account;
const amounts = { compute: 0n, bytes: 500_000n, state: 0n };
const none = { compute: 0n, bytes: 0n, state: 0n };

function accountOf(free: bigint): Uint8Array {
	const quota = { staked: none, free: amounts, chargedAt: NOW, countedAt: NOW, held: 0n, locked: 0n };
	const data = { free, reserved: 0n, frozen: 0n, flags: 0n, unitHead: ZERO, received: 3, receivedHash: ZERO, quota };
	return unitAccountCodec.enc({ nonce: 7, consumers: 0, providers: 1, sufficients: 0, data });
}

const nodes = Array.from({ length: 40 }, (_, at) => signerFromSeed(new Uint8Array(32).fill(100 + at)).account);
const keys = { pbft: ZERO, vrf: ZERO };
const record = nodeCodec.enc({
	roles: 4,
	keys,
	keysCountFrom: 0n,
	nextKeys: undefined,
	pastKeys: [],
	networkId: new Uint8Array(38),
	deposit: 500_000_000_000n,
	dividend: 0,
	reputation: 3_300,
	reputationAt: 0n,
	staysAwayUntil: undefined,
	removedUntil: undefined,
	leaving: undefined,
	seatedUntil: undefined,
	slashes: [],
});
const members = keysOf(0n).map((key, at) => ({ key, vrf: ZERO, weight: BigInt(at + 1) }));
const tableBlock = { table: 7, units: 2, unitsRoot: ZERO, credits: 1, creditsRoot: ZERO };
const SHARD: ChainTag = { type: 'Shard', value: { zone: 0, incarnation: 0 } };
const state = new Trie([
	[items.now.enc(), u64.enc(NOW)],
	[items.unitAccount.enc(alice), accountOf(12_345_678n)],
	[items.committee.enc(), committeeCodec.enc({ epoch: 0n, members })],
	[items.nextSeed.enc(), new Uint8Array(32).fill(3)],
	[items.epochStart.enc(), u32.enc(1)],
	...nodes.map((node) => [items.nodes.enc(node), record] as [Hex, Uint8Array]),
	[items.tableHeads.enc(), concat(Uint8Array.of(8, 3), u32.enc(9), new Uint8Array(32).fill(2), Uint8Array.of(7), u32.enc(12), new Uint8Array(32).fill(4))],
	[items.blockRecord.enc(), blockRecordCodec.enc({ outcome: { units: 2, refused: [], tables: [tableBlock], dust: 0n, free: none }, previous: [] })],
	[items.seats.enc(SHARD, 4n), seatsCodec.enc([{ node: alice, member: members[0]!, since: 2n }])],
	[items.seats.enc(SHARD, 3n), seatsCodec.enc([{ node: undefined, member: members[1]!, since: 3n }])],
	[items.power.enc(4n, alice), u32.enc(400)],
	[items.power.enc(3n, alice), u32.enc(300)],
]);
// One inherent, which sets the time, and one extrinsic of bytes that no runtime knows.
const body = ['0x280501000b00401bd0a201', '0x0c05ff00'];
const bodyRoot = orderedRoot(body.map((hex) => fromHex(hex)));

const server = new StateNode(new Chain(5, EPOCH), state, body);
let client: TopClient;
let ledger: Ledger;

before(async () => {
	await server.start();
	client = await TopClient.connect(server.node.url, { webSocket: WebSocket as never, reconnectForMs: 0 });
});
after(async () => {
	client.close();
	await server.node.stop();
});

/** Returns a reader that has read the newest heads. */
async function reader(isAnchored = true): Promise<Ledger> {
	server.lie = (_, result) => result;
	ledger = await client.ledger(isAnchored ? reportOfCommittee(server.chain.committee(0n)) : undefined);
	for await (const _ of ledger.heads()) break;
	return ledger;
}

async function nextHeads(heads: AsyncIterator<BlockHead[]>): Promise<BlockHead[]> {
	return (await heads.next()).value as BlockHead[];
}

test('heads begin with the past, and go on without a gap', async () => {
	const fresh = await client.ledger(reportOfCommittee(server.chain.committee(0n)));
	const heads = fresh.heads({ past: 2 });
	const first = await nextHeads(heads);
	const newest = server.chain.newest;
	assert.deepEqual(first.map(({ number }) => number), [newest - 2, newest - 1, newest]);
	assert.ok(first.every(({ checked }) => checked === 'certificate'));
	// Blocks of which no certificate was sent are found by their hashes.
	server.append(5, false);
	server.append(1);
	const second = await nextHeads(heads);
	assert.deepEqual(second.map(({ number }) => number), [1, 2, 3, 4, 5, 6].map((ahead) => newest + ahead));
	await heads.return(undefined);
});

test('heads cross epochs: each committee hands over to the next', async () => {
	const fresh = await client.ledger(reportOfCommittee(server.chain.committee(0n)));
	const heads = fresh.heads();
	await nextHeads(heads);
	for (let block = 0; block < 25; block++) {
		server.append(1);
		const [head] = await nextHeads(heads);
		assert.equal(head?.checked, 'certificate');
		assert.equal(head?.certificate?.epoch, server.chain.epochOf(head?.number ?? 0));
	}
	assert.ok(fresh.committees.length >= 3);
	await heads.return(undefined);
});

test('a certificate that the committee did not sign ends the heads', async () => {
	const fresh = await client.ledger(reportOfCommittee(server.chain.committee(0n)));
	const heads = fresh.heads();
	await nextHeads(heads);
	server.lie = (call, result) => {
		const { encoded } = (result ?? {}) as { encoded?: string };
		return call.method === 'pbft_subscribeCertificates' && encoded ? { encoded: `${encoded.slice(0, -4)}abcd` } : result;
	};
	server.append(1);
	await assert.rejects(nextHeads(heads), CertificateError);
});

test('another committee as anchor accepts nothing', async () => {
	await reader();
	const other = reportOfCommittee({ ...server.chain.committee(0n), keys: keysOf(77n) });
	const fresh = await client.ledger(other);
	await assert.rejects(nextHeads(fresh.heads()), (error) => error instanceof CertificateError || error instanceof OfficeError);
});

test('an account is proven, and so is that there is none', async () => {
	const read = await reader();
	const { value, checked } = await read.account(alice);
	assert.equal(checked, 'proof');
	assert.equal(value?.balances.free, 12_345_678n);
	assert.equal(value?.nonce, 7);
	// 4 times the share, of which half a megabyte is used: no time has passed.
	assert.equal(value?.quota.share.bytes, 4n * 1_048_576n);
	assert.equal(value?.quota.used.bytes, 2_000_000n);
	assert.deepEqual(await read.account(stranger), { value: undefined, checked: 'proof' });
});

test('without an anchor everything is unchecked', async () => {
	const read = await reader(false);
	assert.equal((await read.account(alice)).checked, 'none');
	assert.equal((await read.committee()).checked, 'none');
	assert.equal((await read.block(2))?.checked, 'none');
});

test('no change of a proof is accepted', async () => {
	const read = await reader();
	for (let at = 0; at < state.nodes.length; at++) {
		server.lie = ({ method }, result) => {
			if (method !== 'state_getReadProof') return result;
			return { proof: state.nodes.map((node, index) => (index === at ? `${node.slice(0, -2)}${node.endsWith('77') ? '78' : '77'}` : node)) };
		};
		// A node of the trie that the account does not need may be wrong.
		const found = await read.account(alice).catch((error: unknown) => error);
		if (found instanceof Error) assert.ok(found instanceof ProofError, found.message);
		else assert.equal((found as { value: { balances: { free: bigint } } }).value.balances.free, 12_345_678n);
	}
});

test('the list of nodes is whole, and a node cannot leave one out', async () => {
	const read = await reader();
	const { value, checked } = await read.nodes();
	assert.equal(checked, 'proof');
	assert.deepEqual(value.map(({ controller }) => controller).sort(), [...nodes].sort());
	// A node that hides keys must hide nodes of the trie, or the entries are found all the same.
	server.lie = ({ method }, result) => (method === 'state_getKeysPaged' ? (result as Hex[]).slice(1) : result);
	assert.equal((await read.nodes()).value.length, nodes.length);
	let refused = 0;
	for (let at = 0; at < state.nodes.length; at++) {
		const proof = state.nodes.filter((_, index) => index !== at);
		server.lie = ({ method }, result) => (method === 'state_getReadProof' ? { proof } : result);
		const found = await read.nodes().catch((error: unknown) => error);
		if (found instanceof ProofError) refused += 1;
		else assert.equal((found as { value: unknown[] }).value.length, nodes.length);
	}
	assert.ok(refused > 0);
});

test('a block is bound to its header, and its header to the committee', async () => {
	const read = await reader();
	const block = await read.block(2);
	assert.equal(block?.checked, 'certificate');
	assert.equal(block?.extrinsics.length, 2);
	assert.equal(block?.extrinsics[0]?.call.name, 'Timestamp.set');
	const changed = (change: (block: { header: { stateRoot: string }; extrinsics: Hex[] }) => object) => {
		server.lie = ({ method }, result) => {
			if (method !== 'chain_getBlock') return result;
			const { block, justifications } = result as { block: { header: { stateRoot: string }; extrinsics: Hex[] }; justifications: unknown };
			return { block: change(block), justifications };
		};
	};
	changed((block) => ({ ...block, extrinsics: [...block.extrinsics].reverse() }));
	await assert.rejects(read.block(2), ProofError);
	changed((block) => ({ ...block, extrinsics: block.extrinsics.slice(1) }));
	await assert.rejects(read.block(2), ProofError);
	changed((block) => ({ ...block, header: { ...block.header, stateRoot: ZERO } }));
	await assert.rejects(read.block(2), ProofError);
	server.lie = ({ method }, result) => (method === 'chain_getBlockHash' ? server.chain.hashes[3] : result);
	await assert.rejects(read.block(2), ProofError);
});

test('a block without a certificate is unchecked', async () => {
	const read = await reader();
	server.lie = ({ method }, result) =>
		method === 'chain_getBlock' ? { ...(result as object), justifications: null } : result;
	assert.equal((await read.block(2))?.checked, 'none');
});

test('a body without the units that its digest counts is unchecked', async () => {
	const signer = signerFromSeed(new Uint8Array(32).fill(1));
	const operations = [transfer(stranger, 1n)];
	const unit = await signUnit({ account: alice, height: 1, parent: ZERO, validUntil: 0, operations }, ZERO, signer);
	const number = server.chain.append(unit, { stateRoot: state.root, extrinsicsRoot: bodyRoot });
	const read = await reader();
	const block = await read.block(number);
	assert.deepEqual([block?.checked, block?.units, block?.batch], ['certificate', 1, []]);
	assert.equal(block?.marks, 'none');
	assert.equal((await read.block(2))?.marks, 'certificate', 'a digest of none, and none');
});

test('the committee of the next block is read with its order of primaries', async () => {
	const { value, checked } = await (await reader()).committee();
	assert.equal(checked, 'proof');
	assert.equal(value.quorum, 3);
	assert.deepEqual([...value.primaries].sort(), [0, 1, 2, 3]);
});

test('the layouts of accounts differ, and are not taken for each other', () => {
	const plain = plainAccountCodec.enc({
		nonce: 1,
		consumers: 0,
		providers: 1,
		sufficients: 0,
		data: { free: 1n, reserved: 0n, frozen: 0n, flags: 0n },
	});
	assert.throws(() => unitAccountCodec.dec(plain));
	assert.equal(toHex(plain).length, 2 + 2 * 80);
});

test('a table has its newest link and what blocks did to it, by proofs', async () => {
	const read = await reader();
	const { value, checked } = await read.table(7);
	assert.equal(checked, 'proof');
	assert.deepEqual([value.height, value.hash], [12, `0x${'04'.repeat(32)}`]);
	assert.equal((await read.table(8)).value.height, 0);
	const done = await read.tablesOf(server.chain.hashes[2]!);
	assert.deepEqual(done, { value: [tableBlock], checked: 'proof' });
	assert.equal(await read.tablesOf(`0x${'77'.repeat(32)}`), undefined);
	server.lie = ({ method }, result) => (method === 'state_getReadProof' ? { proof: [] } : result);
	await assert.rejects(read.table(7), ProofError);
});

test('past committees are listed with the owners of their seats, and the power of an epoch', async () => {
	const read = await reader();
	const { value, checked } = await read.draws();
	assert.equal(checked, 'proof');
	assert.deepEqual(value.map(({ epoch, seats }) => [epoch, seats[0]?.node]), [[3n, undefined], [4n, alice]]);
	assert.deepEqual(await read.power(4n), { value: [{ node: alice, lanes: 400 }], checked: 'proof' });
	assert.deepEqual((await read.power(9n)).value, []);
});

test('a call that pays another ledger has the bytes of the runtimes', () => {
	const [account, amount] = [Buffer.from(accountBytes(alice)).toString('hex'), '02093d00'];
	assert.equal(toHex(encodeCall('Mailbox.transfer', { home: { type: 'Main' }, to: alice, value: 1_000_000n })), `0x090100${account}${amount}`);
	const toZone = encodeCall('Mailbox.transfer', { home: { type: 'Zone', value: 258 }, to: alice, value: 1_000_000n });
	assert.equal(toHex(toZone), `0x0901010201${account}${amount}`);
});
