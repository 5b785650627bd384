// Extrinsics of a block: who signed them, and what they call. Calls that this package knows are named.

import {
	_void,
	AccountId,
	Blake2256,
	bool,
	Bytes,
	compact,
	compactBn,
	compactNumber,
	Struct,
	u32,
	u64,
	u8,
	u128,
	Variant,
	Vector,
	type Codec,
} from '@polkadot-api/substrate-bindings';
import { CodecError } from './errors.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { homeCodec } from './message-format.js';
import { fixedHex } from './scale.js';
import type { Address } from './unit.js';

/** Pallets by index, on all ledgers. */
const PALLETS: Record<number, string> = {
	0: 'System',
	1: 'Timestamp',
	2: 'Balances',
	3: 'TransactionPayment',
	4: 'Committee',
	5: 'Quota',
	6: 'Lattice',
	7: 'Lives',
	8: 'Beacon',
	9: 'Mailbox',
	10: 'Utility',
	11: 'Multisig',
	12: 'Proxy',
	13: 'Preimage',
	14: 'Scheduler',
	20: 'Sudo',
	21: 'TimeSlots',
	22: 'Referenda',
	23: 'ConvictionVoting',
	24: 'Treasury',
	25: 'Whitelist',
	26: 'Origins',
	30: 'ComprehensiveStake',
	31: 'ComputingPower',
	32: 'ShardAssignment',
	33: 'Offences',
	34: 'Rewards',
	35: 'Council',
};

const account: Codec<Address> = AccountId(42);
/** An address that names an account by its id: the form that wallets sign. */
const destination = Variant({ Id: account });
const keys = Struct({ pbft: fixedHex(32), vrf: fixedHex(32) });
const amount = compactBn;

const codecs = {
	'Timestamp.set': [1, 0, Struct({ now: compactBn })],
	'Balances.transfer_allow_death': [2, 0, Struct({ dest: destination, value: amount })],
	'Balances.transfer_keep_alive': [2, 3, Struct({ dest: destination, value: amount })],
	'Balances.transfer_all': [2, 4, Struct({ dest: destination, keep_alive: bool })],
	'Quota.lock': [5, 0, Struct({ amount: u128 })],
	'Quota.unlock': [5, 1, Struct({ amount: u128 })],
	'Mailbox.transfer': [9, 1, Struct({ home: homeCodec, to: account, value: amount })],
	'ComprehensiveStake.register': [
		30,
		0,
		Struct({ roles: u8, keys, proof: Bytes(), network_id: Bytes(), deposit: u128, dividend: u32 }),
	],
	'ComprehensiveStake.leave': [30, 6, _void],
	'ComprehensiveStake.withdraw_deposit': [30, 8, _void],
	'ComprehensiveStake.vote': [30, 9, Struct({ node: account, amount: u128, days: u32 })],
	'ComprehensiveStake.withdraw_vote': [30, 10, Struct({ vote: u64 })],
	'Rewards.claim': [34, 0, Struct({ nodes: Vector(account) })],
} as const;

/** Names of the calls that this package encodes and decodes. */
export type CallName = keyof typeof codecs;
/** The arguments of a call. */
export type CallArguments<Name extends CallName> = (typeof codecs)[Name][2] extends Codec<infer Value> ? Value : never;

/** Encodes a call. */
export function encodeCall<Name extends CallName>(name: Name, values: CallArguments<Name>): Uint8Array {
	const [pallet, call, codec] = codecs[name];
	try {
		return concat(Uint8Array.of(pallet, call), (codec as Codec<unknown>).enc(values));
	} catch (cause) {
		throw new CodecError(`these are not arguments of ${name}: ${String(cause)}`, { cause });
	}
}

/** What an extrinsic calls. `values` are the arguments, if this package knows the call. */
export interface Call {
	pallet: string;
	/** `undefined` for calls that this package does not know. */
	name: CallName | undefined;
	index: [pallet: number, call: number];
	values: Record<string, unknown> | undefined;
	encoded: Hex;
}

/** An extrinsic of a block. */
export interface Extrinsic {
	hash: Hash;
	index: number;
	/** Without a signer it is an inherent, or a call that proves its own right. */
	signer: Address | undefined;
	nonce: number | undefined;
	call: Call;
	bytes: number;
}

const BARE = [4, 5];
const SIGNED = 0x84;
const GENERAL = 0x45;
/** Lengths of signatures by type: ed25519, sr25519, ecdsa. */
const SIGNATURE_BYTES = [64, 64, 65];

/** Returns the bytes of an extrinsic behind its length. */
export function withoutLength(extrinsic: Uint8Array): Uint8Array {
	return extrinsic.subarray(compact.enc(Number(compact.dec(extrinsic))).length);
}

/** Decodes an extrinsic of a block. What its bytes do not show is `undefined`. */
export function readExtrinsic(hex: Hex, index: number): Extrinsic {
	const whole = fromHex(hex);
	const bytes = withoutLength(whole);
	const found = { hash: toHex(Blake2256(whole)), index, bytes: whole.length };
	const version = bytes[0] as number;
	let at = 1;
	let signer: Address | undefined;
	let nonce: number | undefined;
	try {
		if (version === SIGNED) {
			if (bytes[at] !== 0) throw new CodecError('the signer is not named by its id');
			signer = account.dec(bytes.slice(at + 1, at + 33));
			at += 33;
			at += 1 + (SIGNATURE_BYTES[bytes[at] as number] ?? 64);
		} else if (version === GENERAL) at += 1;
		if (version === SIGNED || version === GENERAL) {
			// The era, the nonce, the tip, and whether the metadata is checked.
			at += bytes[at] === 0 ? 1 : 2;
			nonce = compactNumber.dec(bytes.slice(at));
			at += compactNumber.enc(nonce).length;
			at += compactBn.enc(BigInt(compactBn.dec(bytes.slice(at)))).length;
			at += 1;
		} else if (!BARE.includes(version)) throw new CodecError('the version is unknown');
	} catch {
		return { ...found, signer, nonce, call: readCall(new Uint8Array()) };
	}
	return { ...found, signer, nonce, call: readCall(bytes.slice(at)) };
}

function readCall(bytes: Uint8Array): Call {
	const [pallet = 255, call = 255] = bytes;
	const found = { pallet: PALLETS[pallet] ?? `Pallet ${pallet}`, index: [pallet, call] as [number, number] };
	const encoded = toHex(bytes);
	for (const [name, [ofPallet, ofCall, codec]] of Object.entries(codecs)) {
		if (ofPallet !== pallet || ofCall !== call) continue;
		try {
			const values = (codec as Codec<unknown>).dec(bytes.slice(2)) as Record<string, unknown> | undefined;
			return { ...found, name: name as CallName, values: values ?? {}, encoded };
		} catch {
			break;
		}
	}
	return { ...found, name: undefined, values: undefined, encoded };
}
