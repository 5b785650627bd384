// Block headers and their lattice digest.

import { _void, Blake2256, Bytes, Struct, Variant, type Codec } from '@polkadot-api/substrate-bindings';
import { CodecError, ResponseError, TopError } from './errors.js';
import { toHex, type Hash, type Hex } from './hex.js';
import { boundedList, compactU32, decode, encode, fixedHex, hash, u16, u32, u64 } from './scale.js';

/** Maximum number of digest items that decode. Headers have three or four. */
const MAX_DIGEST_ITEMS = 1024;
/** `LATT`: engine id of the lattice in digests. */
const LATTICE_ENGINE = toHex(new TextEncoder().encode('LATT'));
/** `PBFT`: engine id of the consensus in digests. */
const PBFT_ENGINE = toHex(new TextEncoder().encode('PBFT'));
/** Maximum size of a committee. */
const MAX_MEMBERS = 128;

/** Digest item of an engine. */
export interface EngineItem {
	engine: Hex;
	payload: Uint8Array;
}

/** An item of a header's digest. */
export type DigestItem =
	| { type: 'Other'; value: Uint8Array }
	| { type: 'Consensus'; value: EngineItem }
	| { type: 'Seal'; value: EngineItem }
	| { type: 'PreRuntime'; value: EngineItem }
	| { type: 'RuntimeEnvironmentUpdated'; value?: undefined };

/** Header of a block. */
export interface Header {
	parentHash: Hash;
	number: number;
	stateRoot: Hash;
	extrinsicsRoot: Hash;
	digest: DigestItem[];
}

/** The digest item `Consensus(LATT)`. */
export interface LatticeDigest {
	/** Number of units in the block. */
	units: number;
	/** Merkle root over the units roots of the block's tables. */
	unitsRoot: Hash;
	/** Merkle root over the heads of the tables that the block touches. */
	tablesRoot: Hash;
	/** Merkle root over the outboxes. */
	outboxRoot: Hash;
}

const engineItem: Codec<EngineItem> = Struct({ engine: fixedHex(4), payload: Bytes() });

const digestItem = Variant(
	{
		Other: Bytes(),
		Consensus: engineItem,
		Seal: engineItem,
		PreRuntime: engineItem,
		RuntimeEnvironmentUpdated: _void,
	},
	[0, 4, 5, 6, 8],
) as Codec<DigestItem>;

export const headerCodec: Codec<Header> = Struct({
	parentHash: hash,
	number: compactU32,
	stateRoot: hash,
	extrinsicsRoot: hash,
	digest: boundedList(digestItem, MAX_DIGEST_ITEMS),
});

const latticeDigest: Codec<LatticeDigest> = Struct({
	units: u32,
	unitsRoot: hash,
	tablesRoot: hash,
	outboxRoot: hash,
});

const member = Struct({ key: fixedHex(32), vrf: fixedHex(32), weight: u64 });
const consensusLog = Variant({
	NextCommittee: Struct({ epoch: u64, members: boundedList(member, MAX_MEMBERS) }),
});

/** The author of a block, by its header. */
export interface Authorship {
	/** The author's index in its committee. */
	author: number;
	/** View in which the block was first proposed. */
	view: number;
}

const preDigest = Struct({ view: u32, author: u16, vrf: fixedHex(96) });

/** Returns the author of a block; `undefined` for the genesis. */
export function findAuthor(header: Header): Authorship | undefined {
	for (const item of header.digest) {
		if (item.type !== 'PreRuntime' || item.value.engine !== PBFT_ENGINE) continue;
		try {
			const { view, author } = decode(preDigest, item.value.payload, 'the digest of the author');
			return { view, author };
		} catch (error) {
			if (!(error instanceof CodecError)) throw error;
		}
	}
	return undefined;
}

/** Returns the next epoch and the keys of its committee from the last header of an epoch; `undefined` in other headers. */
export function findNextCommittee(header: Header): { epoch: bigint; keys: Hex[] } | undefined {
	for (const item of header.digest) {
		if (item.type !== 'Consensus' || item.value.engine !== PBFT_ENGINE) continue;
		try {
			const { epoch, members } = decode(consensusLog, item.value.payload, 'a consensus digest').value;
			return { epoch, keys: members.map(({ key }) => key) };
		} catch (error) {
			if (!(error instanceof CodecError)) throw error;
		}
	}
	return undefined;
}

/** Reads the result of `chain_getHeader`. */
export function readHeader(json: unknown): Header {
	const { parentHash, number, stateRoot, extrinsicsRoot, digest } = (json ?? {}) as Record<string, unknown>;
	const logs = (digest as { logs?: unknown } | null | undefined)?.logs;
	if (typeof number !== 'string' || !/^0x[0-9a-fA-F]{1,8}$/.test(number) || !Array.isArray(logs)) {
		throw new ResponseError('the node returned no header');
	}
	try {
		const read = {
			parentHash: parentHash as Hash,
			number: Number(number),
			stateRoot: stateRoot as Hash,
			extrinsicsRoot: extrinsicsRoot as Hash,
			digest: logs.map((log) => decode(digestItem, log as Hex, 'a digest item')),
		};
		// Encoding checks the hashes.
		return decode(headerCodec, encode(headerCodec, read, 'a header'), 'a header');
	} catch (cause) {
		if (!(cause instanceof TopError)) throw cause;
		throw new ResponseError(`the node returned no header: ${cause.message}`, { cause });
	}
}

/** Returns the hash of a header: the block's hash. */
export function headerHash(header: Header): Hash {
	return toHex(Blake2256(encode(headerCodec, header, 'a header')));
}

/** Returns a header's lattice digest; `undefined` if it is absent, repeated, or does not decode. */
export function findLatticeDigest(header: Header): LatticeDigest | undefined {
	const found = header.digest.filter(
		(item): item is Extract<DigestItem, { type: 'Consensus' }> =>
			item.type === 'Consensus' && item.value.engine === LATTICE_ENGINE,
	);
	const [item] = found;
	if (item === undefined || found.length > 1) return undefined;
	try {
		return decode(latticeDigest, item.value.payload, 'the digest of the units');
	} catch (error) {
		if (error instanceof CodecError) return undefined;
		throw error;
	}
}
