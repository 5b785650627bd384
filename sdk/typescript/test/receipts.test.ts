// Receipts verify with a committee alone, and invalid ones are rejected.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	CertificateError,
	CodecError,
	committeeFromReport,
	decodeReceipt,
	encodeReceipt,
	encodeUnit,
	isSigned,
	quorumOf,
	ReceiptError,
	toHex,
	verifyReceipt,
	type Committee,
	type Receipt,
	type ReceiptFault,
} from '../src/index.js';
import { receipts as vectors } from './vectors.js';

const committee = committeeFromReport(vectors.committee);
const good = () => decodeReceipt(vectors.receipts[0]!.receipt);

/** Returns the fault of an invalid receipt. */
function fault(receipt: Receipt | string, by: Committee = committee): { receipt: ReceiptFault; certificate?: string } {
	try {
		verifyReceipt(receipt, by);
	} catch (error) {
		assert.ok(error instanceof ReceiptError, String(error));
		const { cause } = error;
		assert.equal(cause instanceof CertificateError, error.fault === 'certificate');
		return cause instanceof CertificateError
			? { receipt: error.fault, certificate: cause.fault }
			: { receipt: error.fault };
	}
	throw new assert.AssertionError({ message: 'the receipt is valid' });
}

describe('vectors', () => {
	it('include a committee', () => {
		assert.equal(quorumOf(committee), vectors.committee.quorum);
		assert.deepEqual(committee.domain.chain, { type: 'Shard', value: { zone: 0, incarnation: 0 } });
	});

	for (const vector of vectors.receipts) {
		it(`valid: ${vector.what}`, () => {
			const receipt = decodeReceipt(vector.receipt);
			assert.equal(toHex(encodeReceipt(receipt)), vector.receipt);
			const { unit, hash, block } = verifyReceipt(vector.receipt, committee);
			assert.deepEqual({ hash, block }, { hash: vector.unitHash, block: vector.block });
			assert.equal(unit.body.account, vector.account);
			assert.deepEqual(verifyReceipt(receipt, committee).unit, unit);
		});
	}

	for (const vector of vectors.broken) {
		it(`invalid: ${vector.what}`, () => assert.equal(fault(vector.receipt).receipt, vector.error));
	}

	it('include a payment with a valid signature', () => assert.ok(isSigned(good().unit, vectors.domain)));
});

describe('a receipt', () => {
	it('is valid for its own committee only', () => {
		const { keys, domain, epoch } = committee;
		const by = (change: Partial<Committee>) => fault(good(), { ...committee, ...change }).certificate;
		assert.equal(by({ epoch: epoch + 1n }), 'wrongEpoch');
		assert.equal(by({ keys: [...keys].reverse() }), 'badSignature');
		assert.equal(by({ keys: keys.slice(0, 2) }), 'badBitmap');
		assert.equal(by({ keys: [...keys, ...keys] }), 'noQuorum');
		assert.equal(by({ keys: [...keys, ...keys, ...keys] }), 'badBitmap');
		assert.equal(by({ keys: [] }), 'badBitmap');
		assert.equal(by({ domain: { ...domain, chain: { type: 'Main' } } }), 'badSignature');
		assert.equal(by({ domain: { ...domain, genesis: `0x${'00'.repeat(32)}` } }), 'badSignature');
	});

	it('reports the fault of its certificate', () => {
		const changed = (change: Partial<Receipt['certificate']>) => {
			const receipt = good();
			return fault({ ...receipt, certificate: { ...receipt.certificate, ...change } }).certificate;
		};
		const { height, signatures } = good().certificate;
		assert.equal(changed({ height: height + 1 }), 'wrongHeight');
		assert.equal(changed({ hash: `0x${'00'.repeat(32)}` }), 'wrongBlock');
		assert.equal(changed({ signers: Uint8Array.of(0b1_0011) }), 'badBitmap');
		assert.equal(changed({ signers: Uint8Array.of(0b0111, 0) }), 'badBitmap');
		assert.equal(changed({ signatures: signatures.slice(1) }), 'signatureCount');
		assert.equal(changed({ signatures: signatures.slice(1), signers: Uint8Array.of(0b0011) }), 'noQuorum');
		assert.equal(changed({ signatures: [...signatures].reverse() }), 'badSignature');
		assert.equal(changed({ signers: Uint8Array.of(0b1011) }), 'badSignature');
	});

	it('is invalid with any byte missing, added or changed', () => {
		const bytes = encodeReceipt(good());
		assert.throws(() => verifyReceipt(bytes.subarray(0, bytes.length - 1), committee), CodecError);
		assert.throws(() => verifyReceipt(Uint8Array.of(...bytes, 0), committee), CodecError);
		// A receipt does not prove the unit's signature.
		const { unit } = good();
		const signatureEnds = encodeUnit(unit).length;
		for (let at = 0; at < bytes.length; at += 7) {
			if (at >= signatureEnds - 64 && at < signatureEnds) continue;
			const changed = bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
			assert.throws(
				() => verifyReceipt(changed, committee),
				(error) => error instanceof ReceiptError || error instanceof CodecError,
				`byte ${at}`,
			);
		}
	});
});
