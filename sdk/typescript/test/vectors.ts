// Test vectors shared by all implementations.

import { AccountId } from '@polkadot-api/substrate-bindings';
import { readFileSync } from 'node:fs';
import {
	fromHex,
	transfer,
	transferAll,
	transferKeepAlive,
	type CommitteeReport,
	type Operation,
} from '../src/index.js';

const FOLDER = new URL('../../../../primitives/lattice/vectors/', import.meta.url);

function read<T>(name: string): T {
	return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as T;
}

type NamedOperation =
	| { type: 'transfer' | 'transferKeepAlive'; dest: string; amount: string }
	| { type: 'transferAll'; dest: string }
	| { type: 'remote'; chain: NamedChain; payload: string }
	| { type: 'service'; data: string };

type NamedChain =
	| { type: 'main' }
	| { type: 'zone'; zone: number }
	| { type: 'shard'; zone: number; incarnation: number };

export interface UnitVector {
	name: string;
	seed: string;
	publicKey: string;
	address: string;
	table: number;
	body: { account: string; height: number; parent: string; validUntil: number; operations: NamedOperation[] };
	bodyScale: string;
	hash: string;
	signingPayload: string;
	signature: string;
	wrappedSignature: string;
	unitScale: string;
}

export const units = read<{ mainGenesis: string; zone: number; domain: string; units: UnitVector[] }>('units.json');

export const receipts = read<{
	domain: string;
	committee: CommitteeReport & { quorum: number };
	receipts: {
		what: string;
		receipt: string;
		unitHash: string;
		account: string;
		block: { number: number; hash: string };
	}[];
	broken: { what: string; error: string; receipt: string }[];
}>('receipt.json');

const address = (publicKey: string) => AccountId(42).dec(fromHex(publicKey, 32));

/** Converts an operation of a vector. */
export function operation(named: NamedOperation): Operation {
	switch (named.type) {
		case 'transfer':
			return transfer(address(named.dest), BigInt(named.amount));
		case 'transferKeepAlive':
			return transferKeepAlive(address(named.dest), BigInt(named.amount));
		case 'transferAll':
			return transferAll(address(named.dest));
		case 'remote':
			return { type: 'Remote', value: { chain: chain(named.chain), payload: fromHex(named.payload) } };
		case 'service':
			return { type: 'Service', value: fromHex(named.data) };
	}
}

function chain(named: NamedChain) {
	switch (named.type) {
		case 'main':
			return { type: 'Main' as const, value: undefined };
		case 'zone':
			return { type: 'Zone' as const, value: named.zone };
		case 'shard':
			return { type: 'Shard' as const, value: { zone: named.zone, incarnation: named.incarnation } };
	}
}
