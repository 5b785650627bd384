// Headers, committees, certificates and receipts of the modelled node. Everything verifies.

import { Blake2256 } from '@polkadot-api/substrate-bindings';
import { ed25519 } from '@polkadot-labs/hdkd-helpers';
import { certificateCodec, signedBytes } from '../src/certificate.js';
import {
	encodeReceipt,
	fromHex,
	headerHash,
	tableOf,
	toHex,
	unitHash,
	type Certificate,
	type ChainTag,
	type Committee,
	type DigestItem,
	type Hash,
	type Header,
	type Hex,
	type Receipt,
	type Unit,
} from '../src/index.js';
import { concat } from '../src/hex.js';
import { u32, u64 } from '../src/scale.js';

const MEMBERS = 4;
const ZERO = `0x${'00'.repeat(32)}`;
const hashOf = (...parts: Uint8Array[]): Hash => toHex(Blake2256(concat(...parts)));
const engine = (name: string) => toHex(new TextEncoder().encode(name));
const consensus = (name: string, payload: Uint8Array): DigestItem => ({
	type: 'Consensus',
	value: { engine: engine(name), payload },
});

function seedOf(epoch: bigint, member: number): Uint8Array {
	return Blake2256(concat(u64.enc(epoch), Uint8Array.of(member)));
}

const knownKeys = new Map<bigint, Hex[]>();

/** Returns the vote keys of the committee of an epoch. */
export function keysOf(epoch: bigint): Hex[] {
	const keys = knownKeys.get(epoch) ?? Array.from({ length: MEMBERS }, (_, member) => toHex(ed25519.getPublicKey(seedOf(epoch, member))));
	knownKeys.set(epoch, keys);
	return keys;
}

/** Returns a digest item that names the committee of the next epoch. */
export function handover(next: bigint, keys: Hex[] = keysOf(next)): DigestItem {
	const members = keys.map((key) => concat(fromHex(key), new Uint8Array(32), u64.enc(1n)));
	return consensus('PBFT', concat(Uint8Array.of(0), u64.enc(next), Uint8Array.of(keys.length << 2), ...members));
}

export function header(number: number, digest: DigestItem[], parentHash: Hash = ZERO): Header {
	return { parentHash, number, stateRoot: ZERO, extrinsicsRoot: ZERO, digest };
}

/** A chain with one unit a block at most. */
export class Chain {
	readonly headers: Header[];
	readonly hashes: Hash[];
	readonly domain: Committee['domain'];
	readonly #epochLength: number;
	readonly #certificates = new Map<number, Certificate>();

	constructor(salt: number, epochLength: number, chain: ChainTag = { type: 'Shard', value: { zone: 0, incarnation: 0 } }) {
		this.headers = [header(0, [], `0x${salt.toString(16).padStart(2, '0').repeat(32)}`)];
		this.hashes = this.headers.map(headerHash);
		this.domain = { chain, genesis: this.hashes[0] as Hash };
		this.#epochLength = epochLength;
	}

	get newest(): number {
		return this.headers.length - 1;
	}

	/** Answers `chain_getBlockHash`: with the hash at a height, or with those at several. */
	hashesAt(heights: unknown): unknown {
		if (Array.isArray(heights)) return heights.map((height) => this.hashes[height as number] ?? null);
		return this.hashes[heights as number] ?? null;
	}

	epochOf(number: number): bigint {
		return BigInt(Math.floor(Math.max(number - 1, 0) / this.#epochLength));
	}

	committee(epoch: bigint): Committee {
		return { epoch, keys: keysOf(epoch), domain: this.domain };
	}

	/** Appends a block; returns its height. `roots` are those of its state and its body. */
	append(unit?: Unit, roots: Partial<Header> = {}): number {
		const number = this.newest + 1;
		const digest = unit === undefined ? [] : [proofOf(unit, number).digest];
		const next = this.epochOf(number + 1);
		if (next !== this.epochOf(number)) digest.push(handover(next));
		const block = { ...header(number, digest, this.hashes[number - 1]), ...roots };
		this.headers.push(block);
		this.hashes.push(headerHash(block));
		return number;
	}

	/** Certifies a header as the committee of an epoch. Whether that committee was in office is not asked. */
	certify(epoch: bigint, block: Header): Certificate {
		const certificate: Certificate = {
			height: block.number,
			view: 0,
			hash: headerHash(block),
			epoch,
			signers: Uint8Array.of(0b0111),
			signatures: [],
		};
		const payload = signedBytes(certificate, this.committee(epoch));
		certificate.signatures = [0, 1, 2].map((member) => toHex(ed25519.sign(payload, seedOf(epoch, member))));
		return certificate;
	}

	certificate(number: number): Certificate {
		const known = this.#certificates.get(number) ?? this.certify(this.epochOf(number), this.headers[number] as Header);
		this.#certificates.set(number, known);
		return known;
	}

	receipt(unit: Unit, number: number): Receipt {
		return receiptIn(unit, this.headers[number] as Header, this.certificate(number));
	}

	/** Returns a receipt whose certificate a committee signed that is not in office at the height. */
	forged(unit: Unit, number: number, epoch: bigint): Receipt {
		const block = header(number, [proofOf(unit, number).digest]);
		return receiptIn(unit, block, this.certify(epoch, block));
	}
}

export const receiptHex = (receipt: Receipt): Hex => toHex(encodeReceipt(receipt));
export const certificateHex = (certificate: Certificate): Hex => toHex(certificateCodec.enc(certificate));

function proofOf(unit: Unit, number: number) {
	const unitsRoot = hashOf(fromHex(unitHash(unit)), Uint8Array.of(0));
	const previous = { height: number, hash: ZERO };
	const head = hashOf(fromHex(previous.hash), u32.enc(number), fromHex(unitsRoot), fromHex(ZERO));
	const leaf = concat(Uint8Array.of(tableOf(unit.body.account)), u32.enc(previous.height + 1), fromHex(head));
	const digest = consensus('LATT', concat(u32.enc(1), fromHex(unitsRoot), Blake2256(leaf), fromHex(ZERO)));
	return { table: { previous, unitsRoot, creditsRoot: ZERO }, digest };
}

function receiptIn(unit: Unit, block: Header, certificate: Certificate): Receipt {
	const path = { siblings: [], leaves: 1, index: 0 };
	const { table } = proofOf(unit, block.number);
	return { unit, unitPath: path, table, tablePath: path, header: block, certificate };
}

/** Returns a header as `chain_getHeader` does. */
export function headerJson({ parentHash, number, stateRoot, extrinsicsRoot, digest }: Header): unknown {
	const logs = digest.map((item) => {
		const { engine, payload } = item.value as { engine: Hex; payload: Uint8Array };
		// All items of the model are short consensus items: the length takes two bytes in compact encoding.
		const length = (payload.length << 2) | 1;
		return toHex(concat(Uint8Array.of(4), fromHex(engine), Uint8Array.of(length & 0xff, length >> 8), payload));
	});
	return { parentHash, number: `0x${number.toString(16)}`, stateRoot, extrinsicsRoot, digest: { logs } };
}

