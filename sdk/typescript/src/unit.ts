// Units: what an account signs. The formats are those of docs/lattice.md.

import { _void, AccountId, Blake2128, Blake2256, Struct, Variant, type Codec } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { verifySignature, type Scheme, type Signer } from './keys.js';
import { boundedBytes, boundedList, decode, encode, fixedHex, hash, u128, u16, u32 } from './scale.js';

/** Operations of a unit, at most; it has one at least. */
export const MAX_OPERATIONS = 16;
/** Bytes of an operation for another ledger or a service chain, at most. */
export const MAX_SERVICE_BYTES = 1024;

const SIGNED_PREFIX = new TextEncoder().encode('TOP-UNIT-1');

/** An account's address (SS58). Any prefix is taken; 42 is given. */
export type Address = string;

/** Names a ledger. */
export type ChainTag =
	| { type: 'Main'; value?: undefined }
	| { type: 'Zone'; value: number }
	| { type: 'Shard'; value: { zone: number; incarnation: number } };

/** One thing that a unit does. Amounts are in the token's smallest unit. */
export type Operation =
	| { type: 'Transfer'; value: { dest: Address; amount: bigint } }
	| { type: 'TransferKeepAlive'; value: { dest: Address; amount: bigint } }
	| { type: 'TransferAll'; value: { dest: Address } }
	| { type: 'Remote'; value: { chain: ChainTag; payload: Uint8Array } }
	| { type: 'Service'; value: Uint8Array };

/** A link of an account's chain, before it is signed. */
export interface UnitBody {
	/** Whose chain. */
	account: Address;
	/** Its place there: the account's nonce. */
	height: number;
	/** The account's unit head: the hash of its unit before, or what its creation left there. */
	parent: Hash;
	/** The last block that may include it; 0 if any may. */
	validUntil: number;
	/** What it does, in order, whole or not at all. */
	operations: Operation[];
}

/** A signed link of an account's chain. */
export interface Unit {
	body: UnitBody;
	/** By the account's key. */
	signature: { type: Scheme; value: Hex };
}

/** Pays an account. What is left may be less than an account needs to live. */
export const transfer = (dest: Address, amount: bigint): Operation => ({ type: 'Transfer', value: { dest, amount } });
/** Pays an account, unless the sender would not live on. */
export const transferKeepAlive = (dest: Address, amount: bigint): Operation => ({
	type: 'TransferKeepAlive',
	value: { dest, amount },
});
/** Pays all that can be spent. */
export const transferAll = (dest: Address): Operation => ({ type: 'TransferAll', value: { dest } });

const address: Codec<Address> = AccountId(42);
const amount = Struct({ dest: address, amount: u128 });

/** SCALE of {@link ChainTag}. */
export const chainTagCodec = Variant({
	Main: _void,
	Zone: u16,
	Shard: Struct({ zone: u16, incarnation: u32 }),
}) as Codec<ChainTag>;

const operationCodec = Variant({
	Transfer: amount,
	TransferKeepAlive: amount,
	TransferAll: Struct({ dest: address }),
	Remote: Struct({ chain: chainTagCodec, payload: boundedBytes(MAX_SERVICE_BYTES) }),
	Service: boundedBytes(MAX_SERVICE_BYTES),
}) as Codec<Operation>;

const bodyCodec: Codec<UnitBody> = Struct({
	account: address,
	height: u32,
	parent: hash,
	validUntil: u32,
	operations: boundedList(operationCodec, MAX_OPERATIONS),
});

/** SCALE of {@link Unit}. Other signatures than these two do not sign units. */
export const unitCodec: Codec<Unit> = Struct({
	body: bodyCodec,
	signature: Variant({ Ed25519: fixedHex(64), Sr25519: fixedHex(64) }),
});

/** SCALE of a body. */
export const encodeBody = (body: UnitBody): Uint8Array => encode(bodyCodec, body, 'the body of a unit');
/** The body that these bytes are. */
export const decodeBody = (bytes: Uint8Array | Hex): UnitBody => decode(bodyCodec, bytes, 'the body of a unit');
/** SCALE of a unit. */
export const encodeUnit = (unit: Unit): Uint8Array => encode(unitCodec, unit, 'a unit');
/** The unit that these bytes are. Its signature is not checked: see {@link isSigned}. */
export const decodeUnit = (bytes: Uint8Array | Hex): Unit => decode(unitCodec, bytes, 'a unit');

/** The name of a unit, and the parent of the account's next: `blake2_256(body)`. */
export function unitHash(unit: UnitBody | Unit): Hash {
	return toHex(Blake2256(encodeBody('body' in unit ? unit.body : unit)));
}

/** What signatures of a zone are bound to: `blake2_256(main chain's genesis hash ‖ zone)`. */
export function domainOf(mainGenesis: Hash, zone: number): Hash {
	return toHex(Blake2256(concat(fromHex(mainGenesis, 32), encode(u16, zone, 'the number of a zone'))));
}

/** The 32 bytes that are signed: `blake2_256("TOP-UNIT-1" ‖ domain ‖ body)`. */
export function signingPayload(body: UnitBody, domain: Hash): Uint8Array {
	return Blake2256(concat(SIGNED_PREFIX, fromHex(domain, 32), encodeBody(body)));
}

/** The table of an account: one of 256 parts of a zone's accounts. */
export function tableOf(account: Address): number {
	const [first = 0] = Blake2128(address.enc(account));
	return first;
}

/** Signs a body. */
export async function signUnit(body: UnitBody, domain: Hash, signer: Signer): Promise<Unit> {
	const signature = await signer.sign(signingPayload(body, domain));
	return { body, signature: { type: signer.scheme, value: toHex(signature) } };
}

/** Whether a unit is signed by its account's key, over the payload or over the payload as wallets sign bytes. */
export function isSigned(unit: Unit, domain: Hash): boolean {
	const { body, signature } = unit;
	const payload = signingPayload(body, domain);
	return verifySignature(signature.type, address.enc(body.account), payload, fromHex(signature.value));
}
