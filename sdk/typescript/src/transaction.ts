// Signed extrinsics: what wallets without units send, on every ledger. The extensions are those of the runtimes.

import { AccountId, Blake2256, compact, compactBn } from '@polkadot-api/substrate-bindings';
import { ResponseError, SigningError, TopError } from './errors.js';
import { readHeader } from './header.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { verifyMessage, type Scheme, type Signer } from './keys.js';
import type { Link } from './link.js';
import { u32 } from './scale.js';
import type { Subscription } from './stream.js';
import type { Address } from './unit.js';

/** Version of the calls and extensions that this package encodes. */
const TRANSACTION_VERSION = 1;
/** Blocks for which a signature is valid: long enough to read what a wallet shows, a power of two of at most 4,096. */
const PERIOD = 1024;
/** A payload is signed by its hash if it is longer. */
const MAX_PLAIN_BYTES = 256;
const SCHEMES: Scheme[] = ['Ed25519', 'Sr25519'];

/** The extensions of all runtimes, by their identifiers and in their order. */
const EXTENSIONS = [
	'AuthorizeCall',
	'CheckNonZeroSender',
	'CheckSpecVersion',
	'CheckTxVersion',
	'CheckGenesis',
	'CheckMortality',
	'CheckNonce',
	'CheckWeight',
	'ChargeTransactionPayment',
	'CheckMetadataHash',
	'WeightReclaim',
];

const account = AccountId(42);

/** What a wallet extension shows and signs: the `SignerPayloadJSON` of the Polkadot.js interface. */
export interface SignerPayload {
	address: Address;
	blockHash: Hash;
	blockNumber: Hex;
	era: Hex;
	genesisHash: Hash;
	method: Hex;
	mode: number;
	nonce: Hex;
	signedExtensions: string[];
	specVersion: Hex;
	tip: Hex;
	transactionVersion: Hex;
	version: 4;
	withSignedTransaction: boolean;
}

/** The `signer.signPayload` of wallet extensions. */
export type SignPayload = (payload: SignerPayload) => Promise<{ signature: Hex }>;

/** Signs extrinsics: a local key, or the `signPayload` of a wallet extension. */
export type TransactionSigner = Signer | { account: Address; signPayload: SignPayload };

/** What of an extrinsic is signed. */
export interface Transaction {
	account: Address;
	call: Uint8Array;
	nonce: number;
	specVersion: number;
	transactionVersion: number;
	genesis: Hash;
	/** The block with which the validity begins. */
	from: { number: number; hash: Hash };
}

/** Statuses of an extrinsic that was submitted. */
export type TransactionStatus =
	| { type: 'ready' | 'future' | 'broadcast' | 'dropped' | 'invalid' }
	| { type: 'inBlock' | 'finalized' | 'usurped' | 'retracted' | 'finalityTimeout'; hash: Hash };

/** Asks a node for what a new extrinsic of an account must name. */
export async function prepareTransaction(
	link: Link,
	genesis: Hash,
	address: Address,
	call: Uint8Array,
): Promise<Transaction> {
	const [version, nonce, hash] = await Promise.all([
		link.request('state_getRuntimeVersion', []),
		link.request('system_accountNextIndex', [address]),
		link.request('chain_getFinalizedHead', []),
	]);
	const { specVersion, transactionVersion } = (version ?? {}) as Record<string, unknown>;
	if (!Number.isInteger(specVersion) || !Number.isInteger(nonce) || typeof hash !== 'string') {
		throw new ResponseError('the node returned no version, nonce or newest block');
	}
	if (transactionVersion !== TRANSACTION_VERSION) {
		throw new TopError(`the ledger has calls of version ${transactionVersion}: use a newer version of this program`);
	}
	const { number } = readHeader(await link.request('chain_getHeader', [hash]));
	return {
		account: address,
		call,
		nonce: nonce as number,
		specVersion: specVersion as number,
		transactionVersion,
		genesis,
		from: { number, hash },
	};
}

/** Encodes the validity: its length in the lowest bits, and its begin within that length. */
function eraOf({ from }: Transaction): Uint8Array {
	const encoded = (Math.log2(PERIOD) - 1) | ((from.number % PERIOD) << 4);
	return Uint8Array.of(encoded & 0xff, encoded >> 8);
}

/** Returns the parts of the extensions: what the extrinsic has, and what the signature adds. */
function extensionsOf(transaction: Transaction): [Uint8Array, Uint8Array] {
	const { nonce, specVersion, transactionVersion, genesis, from } = transaction;
	const explicit = concat(eraOf(transaction), compact.enc(nonce), compactBn.enc(0n), Uint8Array.of(0));
	const implicit = [u32.enc(specVersion), u32.enc(transactionVersion), fromHex(genesis, 32), fromHex(from.hash, 32)];
	return [explicit, concat(...implicit, Uint8Array.of(0))];
}

/** Returns the bytes that the account signs. */
export function transactionPayload(transaction: Transaction): Uint8Array {
	const payload = concat(transaction.call, ...extensionsOf(transaction));
	return payload.length > MAX_PLAIN_BYTES ? Blake2256(payload) : payload;
}

function payloadJson(transaction: Transaction): SignerPayload {
	const { nonce, specVersion, transactionVersion, genesis, from, call } = transaction;
	const hex = (number: number) => `0x${number.toString(16).padStart(8, '0')}`;
	return {
		address: transaction.account,
		blockHash: from.hash,
		blockNumber: hex(from.number),
		era: toHex(eraOf(transaction)),
		genesisHash: genesis,
		method: toHex(call),
		mode: 0,
		nonce: hex(nonce),
		signedExtensions: EXTENSIONS,
		specVersion: hex(specVersion),
		tip: `0x${'00'.repeat(16)}`,
		transactionVersion: hex(transactionVersion),
		version: 4,
		withSignedTransaction: false,
	};
}

/** Signs an extrinsic. Returns it as nodes take it. The signature is verified before it is sent. */
export async function signTransaction(transaction: Transaction, signer: TransactionSigner): Promise<Hex> {
	const payload = transactionPayload(transaction);
	let signature: Uint8Array;
	let scheme: Scheme;
	if ('signPayload' in signer) {
		const typed = fromHex((await signer.signPayload(payloadJson(transaction))).signature);
		scheme = SCHEMES[typed[0] as number] ?? 'Sr25519';
		signature = typed.subarray(1);
	} else {
		scheme = signer.scheme;
		signature = await signer.sign(payload);
	}
	const publicKey = account.enc(transaction.account);
	if (!verifyMessage(scheme, publicKey, payload, signature)) {
		throw new SigningError(`the wallet's signature is not a ${scheme} signature of the transaction`);
	}
	const [explicit] = extensionsOf(transaction);
	const signer4 = concat(Uint8Array.of(0x84, 0), publicKey, Uint8Array.of(SCHEMES.indexOf(scheme)), signature);
	const body = concat(signer4, explicit, transaction.call);
	return toHex(concat(compact.enc(body.length), body));
}

/** Returns the hash by which a block has an extrinsic. */
export const transactionHash = (encoded: Hex): Hash => toHex(Blake2256(fromHex(encoded)));

/** Submits an extrinsic and yields its statuses, until it is final or refused. */
export async function* submitTransaction(link: Link, encoded: Hex): AsyncGenerator<TransactionStatus, void, undefined> {
	const method = 'author_submitAndWatchExtrinsic';
	const stream: Subscription<unknown> = await link.subscribe(method, 'author_unwatchExtrinsic', [encoded]);
	for await (const status of stream) {
		const read = readStatus(status);
		yield read;
		if (!['ready', 'future', 'broadcast', 'inBlock', 'retracted'].includes(read.type)) return;
	}
}

function readStatus(json: unknown): TransactionStatus {
	if (typeof json === 'string') return { type: json } as TransactionStatus;
	const [entry] = Object.entries((json ?? {}) as Record<string, unknown>);
	if (entry === undefined) throw new ResponseError('the node sent no status');
	const [type, hash] = entry;
	return (typeof hash === 'string' ? { type, hash } : { type }) as TransactionStatus;
}
