// Local keys and wallets' keys both sign units.

import { ed25519 } from '@polkadot-labs/hdkd-helpers';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { describe, it } from 'node:test';
import {
	fromHex,
	isSigned,
	signerFromPhrase,
	signerFromPolkadotSigner,
	signerFromSeed,
	signerFromSignRaw,
	SigningError,
	signUnit,
	toHex,
	transferKeepAlive,
	wrapped,
	type Scheme,
	type Signer,
	type UnitBody,
} from '../src/index.js';

// Node.js 18 does not define it as a global.
globalThis.crypto ??= webcrypto as Crypto;

const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ALICE_ED25519 = '5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu';
const DOMAIN = `0x${'0d'.repeat(32)}`;
const SEED = `0x${'2a'.repeat(32)}`;

function body(account: string): UnitBody {
	const operations = [transferKeepAlive(ALICE, 1n)];
	return { account, height: 3, parent: `0x${'11'.repeat(32)}`, validUntil: 0, operations };
}

async function signs(signer: Signer): Promise<boolean> {
	const unit = await signUnit(body(signer.account), DOMAIN, signer);
	assert.equal(unit.signature.type, signer.scheme);
	return isSigned(unit, DOMAIN);
}

describe('keys', () => {
	it('of the development phrase have the known addresses', () => {
		assert.equal(signerFromPhrase(DEV_PHRASE, '//Alice').account, ALICE);
		assert.equal(signerFromPhrase(DEV_PHRASE, '//Alice', 'Ed25519').account, ALICE_ED25519);
	});

	it('of both schemes sign', async () => {
		for (const scheme of ['Ed25519', 'Sr25519'] as Scheme[]) {
			assert.ok(await signs(signerFromSeed(SEED, scheme)), scheme);
			assert.ok(await signs(signerFromSeed(SEED, scheme, '//1')), scheme);
		}
		assert.throws(() => signerFromSeed('0x2a'), SigningError);
	});
});

describe("a wallet's keys", () => {
	const own = signerFromSeed(SEED, 'Ed25519');
	const wallet = (sign: (data: Uint8Array) => Uint8Array) =>
		signerFromSignRaw(
			own.account,
			async ({ address, data, type }) => {
				assert.deepEqual([address, type], [own.account, 'bytes']);
				return { signature: toHex(sign(fromHex(data))) };
			},
			'Ed25519',
		);

	it('sign by signRaw, wrapped or bare', async () => {
		const key = fromHex(SEED);
		assert.ok(await signs(wallet((data) => ed25519.sign(wrapped(data), key))));
		assert.ok(await signs(wallet((data) => ed25519.sign(data, key))));
	});

	it("sign by polkadot-api's signBytes", async () => {
		const alice = signerFromPhrase(DEV_PHRASE, '//Alice');
		const publicKey = fromHex('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d');
		const signer = signerFromPolkadotSigner({ publicKey, signBytes: (data) => alice.sign(wrapped(data)) });
		assert.equal(signer.account, ALICE);
		assert.ok(await signs(signer));
	});

	it('are rejected if they signed something else', async () => {
		const key = fromHex(SEED);
		for (const sign of [
			(data: Uint8Array) => ed25519.sign(wrapped(wrapped(data)), key),
			(data: Uint8Array) => ed25519.sign(data, fromHex(DOMAIN)),
			(data: Uint8Array) => Uint8Array.of(0, ...ed25519.sign(data, key)),
			() => new Uint8Array(64),
		]) {
			await assert.rejects(signs(wallet(sign)), SigningError);
		}
		const otherScheme = signerFromSignRaw(own.account, async ({ data }) => ({
			signature: toHex(ed25519.sign(fromHex(data), key)),
		}));
		await assert.rejects(signs(otherScheme), SigningError);
	});
});
