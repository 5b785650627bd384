// Keys that sign units: local keys, from a seed or a phrase, and keys that a wallet holds.

import { AccountId } from '@polkadot-api/substrate-bindings';
import {
	createDerive,
	ed25519,
	ed25519Derive,
	mnemonicToMiniSecret,
	sr25519,
	sr25519Derive,
} from '@polkadot-labs/hdkd-helpers';
import { SigningError } from './errors.js';
import { concat, fromHex, toHex, type Hex } from './hex.js';

/** Signature schemes for units. */
export type Scheme = 'Ed25519' | 'Sr25519';

/** Signs units for one account. */
export interface Signer {
	/** The account's address. */
	readonly account: string;
	readonly scheme: Scheme;
	/** Signs a payload of 32 bytes, bare or between `<Bytes>` and `</Bytes>`. */
	sign(payload: Uint8Array): Promise<Uint8Array>;
}

/** The `signer.signRaw` of wallet extensions. */
export type SignRaw = (request: { address: string; data: Hex; type: 'bytes' }) => Promise<{ signature: Hex }>;

/** The part of polkadot-api's `PolkadotSigner` that signs units. */
export interface BytesSigner {
	publicKey: Uint8Array;
	signBytes(data: Uint8Array): Promise<Uint8Array>;
}

const curves = {
	Ed25519: { curve: ed25519, derive: ed25519Derive },
	Sr25519: { curve: sr25519, derive: sr25519Derive },
};
const [BEFORE, AFTER] = ['<Bytes>', '</Bytes>'].map((text) => new TextEncoder().encode(text)) as [
	Uint8Array,
	Uint8Array,
];

const address = AccountId(42);

/** Returns the message that a wallet signs for raw bytes: the payload between `<Bytes>` and `</Bytes>`. */
export function wrapped(payload: Uint8Array): Uint8Array {
	return concat(BEFORE, payload, AFTER);
}

/** Returns a signer from a seed of 32 bytes and an optional derivation path: `//hard`, and for sr25519 also `/soft`. */
export function signerFromSeed(seed: Uint8Array | Hex, scheme: Scheme = 'Sr25519', path = ''): Signer {
	const bytes = typeof seed === 'string' ? fromHex(seed) : seed;
	if (bytes.length !== 32) throw new SigningError(`a seed has 32 bytes, not ${bytes.length}`);
	const pair = createDerive({ seed: bytes, ...curves[scheme] })(path);
	return {
		account: address.dec(Uint8Array.from(pair.publicKey)),
		scheme,
		sign: async (payload) => pair.sign(payload),
	};
}

/** Returns a signer from a BIP-39 phrase and an optional derivation path. */
export function signerFromPhrase(phrase: string, path = '', scheme: Scheme = 'Sr25519'): Signer {
	return signerFromSeed(mnemonicToMiniSecret(phrase), scheme, path);
}

/** Returns a signer that calls a wallet extension's `signRaw`. */
export function signerFromSignRaw(account: string, signRaw: SignRaw, scheme: Scheme = 'Sr25519'): Signer {
	return foreignSigner(account, scheme, async (payload) => {
		const { signature } = await signRaw({ address: account, data: toHex(payload), type: 'bytes' });
		return fromHex(signature);
	});
}

/** Returns a signer that calls a `PolkadotSigner` of polkadot-api. */
export function signerFromPolkadotSigner(signer: BytesSigner, scheme: Scheme = 'Sr25519'): Signer {
	const account = address.dec(Uint8Array.from(signer.publicKey));
	return foreignSigner(account, scheme, (payload) => signer.signBytes(payload));
}

/** Returns whether the signature verifies over the payload, bare or wrapped (see {@link wrapped}). */
export function verifySignature(
	scheme: Scheme,
	publicKey: Uint8Array,
	payload: Uint8Array,
	signature: Uint8Array,
): boolean {
	return [payload, wrapped(payload)].some((message) => verifyMessage(scheme, publicKey, message, signature));
}

/** Returns whether the signature verifies over exactly this message. */
export function verifyMessage(
	scheme: Scheme,
	publicKey: Uint8Array,
	message: Uint8Array,
	signature: Uint8Array,
): boolean {
	try {
		return curves[scheme].curve.verify(signature, message, publicKey);
	} catch {
		// The key or the signature is malformed.
		return false;
	}
}

/** Wraps an external signer and verifies each signature, so that a wallet's mistake fails here and not at the node. */
function foreignSigner(account: string, scheme: Scheme, sign: (payload: Uint8Array) => Promise<Uint8Array>): Signer {
	const publicKey = address.enc(account);
	return {
		account: address.dec(publicKey),
		scheme,
		sign: async (payload) => {
			const signature = await sign(payload);
			if (!verifySignature(scheme, publicKey, payload, signature)) {
				throw new SigningError(`the wallet's signature is not a ${scheme} signature of the unit by ${account}`);
			}
			return signature;
		},
	};
}
