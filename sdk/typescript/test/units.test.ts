// Units are encoded, signed and decoded as in all other implementations.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	CodecError,
	decodeBody,
	decodeUnit,
	domainOf,
	encodeBody,
	encodeUnit,
	isSigned,
	MAX_OPERATIONS,
	MAX_SERVICE_BYTES,
	signerFromSeed,
	signUnit,
	signingPayload,
	tableOf,
	toHex,
	transfer,
	unitHash,
	type Unit,
	type UnitBody,
} from '../src/index.js';
import { operation, units as vectors, type UnitVector } from './vectors.js';

const { domain } = vectors;

function body({ address, body }: UnitVector): UnitBody {
	const { height, parent, validUntil, operations } = body;
	return { account: address, height, parent, validUntil, operations: operations.map(operation) };
}

function some(): Unit {
	return decodeUnit(vectors.units[0]!.unitScale);
}

describe('vectors', () => {
	it('have the expected domain', () => {
		assert.equal(domainOf(vectors.mainGenesis, vectors.zone), domain);
		assert.ok(vectors.units.length > 5);
	});

	for (const vector of vectors.units) {
		it(vector.name, async () => {
			const made = body(vector);
			assert.equal(toHex(encodeBody(made)), vector.bodyScale);
			assert.deepEqual(decodeBody(vector.bodyScale), made);
			assert.equal(unitHash(made), vector.hash);
			assert.equal(tableOf(vector.address), vector.table);
			assert.equal(toHex(signingPayload(made, domain)), vector.signingPayload);

			const signer = signerFromSeed(vector.seed, 'Ed25519');
			assert.equal(signer.account, vector.address);
			const unit = await signUnit(made, domain, signer);
			assert.equal(unit.signature.value, vector.signature);
			assert.equal(toHex(encodeUnit(unit)), vector.unitScale);
			assert.deepEqual(decodeUnit(vector.unitScale), unit);
			assert.ok(isSigned(unit, domain));
			assert.ok(isSigned({ ...unit, signature: { type: 'Ed25519', value: vector.wrappedSignature } }, domain));
		});
	}
});

describe('signatures', () => {
	it('are valid for one unit, one domain and one scheme', async () => {
		const unit = some();
		assert.ok(isSigned(unit, domain));
		assert.ok(!isSigned({ ...unit, body: { ...unit.body, height: 1 } }, domain));
		assert.ok(!isSigned(unit, domainOf(vectors.mainGenesis, vectors.zone + 1)));
		assert.ok(!isSigned({ ...unit, signature: { ...unit.signature, type: 'Sr25519' } }, domain));
		assert.ok(!isSigned({ ...unit, signature: { type: 'Ed25519', value: `0x${'ff'.repeat(64)}` } }, domain));
	});
});

describe('the codec', () => {
	it('rejects bytes that are not exactly one unit', () => {
		const bytes = encodeUnit(some());
		for (let length = 0; length < bytes.length; length++) {
			assert.throws(() => decodeUnit(bytes.subarray(0, length)), CodecError, `${length} bytes`);
		}
		assert.throws(() => decodeUnit(Uint8Array.of(...bytes, 0)), CodecError);
		assert.throws(() => decodeUnit('0xfff'), CodecError);
		assert.throws(() => decodeUnit('0xzz'), CodecError);
	});

	it('reads from the middle of a buffer', () => {
		const bytes = encodeUnit(some());
		const buffer = Uint8Array.of(1, 2, 3, ...bytes);
		assert.deepEqual(decodeUnit(buffer.subarray(3)), some());
	});

	it('rejects values out of range instead of truncating them', () => {
		const { body } = some();
		const [dest, most] = [body.account, 2n ** 128n - 1n];
		const of = (change: Partial<UnitBody>) => () => encodeBody({ ...body, ...change });
		assert.doesNotThrow(of({ operations: [transfer(dest, most)] }));
		for (const change of [
			{ operations: [transfer(dest, most + 1n)] },
			{ operations: [transfer(dest, -1n)] },
			{ operations: [transfer(dest, 5 as unknown as bigint)] },
			{ operations: [transfer(dest.slice(0, -1) + 'x', 1n)] },
			{ operations: Array(MAX_OPERATIONS + 1).fill(transfer(dest, 1n)) },
			{ operations: [{ type: 'Service' as const, value: new Uint8Array(MAX_SERVICE_BYTES + 1) }] },
			{ height: 2 ** 32 },
			{ height: 0.5 },
			{ validUntil: -1 },
			{ parent: '0x00' },
			{ parent: 'f'.repeat(64) },
		]) {
			assert.throws(
				of(change),
				CodecError,
				JSON.stringify(change, (_, value) => String(value)),
			);
		}
	});

	it('rejects units with too many operations', () => {
		const { body } = some();
		const most = {
			...body,
			operations: Array(MAX_OPERATIONS).fill({ type: 'TransferAll', value: { dest: body.account } }),
		};
		const bytes = encodeBody(most);
		assert.deepEqual(decodeBody(bytes), most);
		const countAt = 32 + 4 + 32 + 4;
		const more = Uint8Array.of(...bytes, ...bytes.subarray(countAt + 1, countAt + 34));
		assert.equal(more[countAt], MAX_OPERATIONS << 2);
		more[countAt] = (MAX_OPERATIONS + 1) << 2;
		assert.throws(() => decodeBody(more), CodecError);
		assert.throws(() => decodeBody(bytes.map((byte, at) => (at === countAt + 1 ? 5 : byte))), /not the body/);
	});
});
