// Units: the signed links of an account's chain. docs/src/formats/lattice.md defines the formats.

import { _void, AccountId, Blake2128, Blake2256, Struct, Variant, type Codec } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { verifySignature, type Scheme, type Signer } from './keys.js';
import { boundedBytes, boundedList, decode, encode, fixedHex, hash, u128, u16, u32 } from './scale.js';

/** Maximum number of operations of a unit. The minimum is one. */
export const MAX_OPERATIONS = 16;
/** Maximum payload, in bytes, of an operation for another ledger or a service chain. */
export const MAX_SERVICE_BYTES = 1024;

const SIGNED_PREFIX = new TextEncoder().encode('TOP-UNIT-1');

/** Address of an account (SS58). Input may have any prefix; output has 42. */
export type Address = string;

/** Identifier of a ledger. */
export type ChainTag =
	| { type: 'Main'; value?: undefined }
	| { type: 'Zone'; value: number }
	| { type: 'Shard'; value: { zone: number; incarnation: number } };

/** An operation of a unit. Amounts are in the token's smallest unit. */
export type Operation =
	| { type: 'Transfer'; value: { dest: Address; amount: bigint } }
	| { type: 'TransferKeepAlive'; value: { dest: Address; amount: bigint } }
	| { type: 'TransferAll'; value: { dest: Address } }
	| { type: 'Remote'; value: { chain: ChainTag; payload: Uint8Array } }
	| { type: 'Service'; value: Uint8Array };

/** An unsigned link of an account's chain. */
export interface UnitBody {
	/** The account that owns the chain. */
	account: Address;
	/** Height in the chain: the account's nonce. */
	height: number;
	/** The account's unit head: the hash of its previous unit, or the value set when the account was created. */
	parent: Hash;
	/** Last block that may include the unit; 0 for no limit. */
	validUntil: number;
	/** Operations, applied in order and atomically. */
	operations: Operation[];
}

/** A signed link of an account's chain. */
export interface Unit {
	body: UnitBody;
	/** Signature by the account's key. */
	signature: { type: Scheme; value: Hex };
}

/** Transfers an amount. The sender is removed if it keeps less than the existential deposit. */
export const transfer = (dest: Address, amount: bigint): Operation => ({ type: 'Transfer', value: { dest, amount } });
/** Transfers an amount. Fails if the sender would keep less than the existential deposit. */
export const transferKeepAlive = (dest: Address, amount: bigint): Operation => ({
	type: 'TransferKeepAlive',
	value: { dest, amount },
});
/** Transfers the whole spendable balance. */
export const transferAll = (dest: Address): Operation => ({ type: 'TransferAll', value: { dest } });

const address: Codec<Address> = AccountId(42);
const amount = Struct({ dest: address, amount: u128 });

/** SCALE codec of {@link ChainTag}. */
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

/** SCALE codec of {@link Unit}. Units allow these two signature schemes only. */
export const unitCodec: Codec<Unit> = Struct({
	body: bodyCodec,
	signature: Variant({ Ed25519: fixedHex(64), Sr25519: fixedHex(64) }),
});

/** Encodes a body by SCALE. */
export const encodeBody = (body: UnitBody): Uint8Array => encode(bodyCodec, body, 'the body of a unit');
/** Decodes a body. */
export const decodeBody = (bytes: Uint8Array | Hex): UnitBody => decode(bodyCodec, bytes, 'the body of a unit');
/** Encodes a unit by SCALE. */
export const encodeUnit = (unit: Unit): Uint8Array => encode(unitCodec, unit, 'a unit');
/** Decodes a unit. Check its signature with {@link isSigned}. */
export const decodeUnit = (bytes: Uint8Array | Hex): Unit => decode(unitCodec, bytes, 'a unit');

/** Encodes a unit as the node takes it. */
export const unitToHex = (unit: Unit): Hex => toHex(encodeUnit(unit));

/** Returns whether a text is the address of an account, with any prefix. */
export function isAddress(text: string): boolean {
	try {
		return address.enc(text).length === 32;
	} catch {
		return false;
	}
}

/** Returns the 32 bytes of an account. */
export const accountBytes = (account: Address): Uint8Array => address.enc(account);

/** Returns whether two addresses are of one account. */
export function sameAddress(one: Address, other: Address): boolean {
	try {
		return toHex(address.enc(one)) === toHex(address.enc(other));
	} catch {
		return false;
	}
}

/** Returns the hash of a unit, which is the parent of the account's next unit: `blake2_256(body)`. */
export function unitHash(unit: UnitBody | Unit): Hash {
	return toHex(Blake2256(encodeBody('body' in unit ? unit.body : unit)));
}

/** Returns the signature domain of a zone: `blake2_256(main chain's genesis hash ‖ zone)`. */
export function domainOf(mainGenesis: Hash, zone: number): Hash {
	return toHex(Blake2256(concat(fromHex(mainGenesis, 32), encode(u16, zone, 'a zone number'))));
}

/** Returns the 32 bytes to sign: `blake2_256("TOP-UNIT-1" ‖ domain ‖ body)`. */
export function signingPayload(body: UnitBody, domain: Hash): Uint8Array {
	return Blake2256(concat(SIGNED_PREFIX, fromHex(domain, 32), encodeBody(body)));
}

/** Returns the table of an account: one of 256 partitions of a zone's accounts. */
export function tableOf(account: Address): number {
	const [first = 0] = Blake2128(address.enc(account));
	return first;
}

/** Signs a body and returns the unit. */
export async function signUnit(body: UnitBody, domain: Hash, signer: Signer): Promise<Unit> {
	const signature = await signer.sign(signingPayload(body, domain));
	return { body, signature: { type: signer.scheme, value: toHex(signature) } };
}

/** Returns whether the account's key signed the unit's payload, bare or wrapped as wallets do. */
export function isSigned(unit: Unit, domain: Hash): boolean {
	const { body, signature } = unit;
	const payload = signingPayload(body, domain);
	return verifySignature(signature.type, address.enc(body.account), payload, fromHex(signature.value));
}
