// Block headers and their lattice digest.

import { _void, Blake2256, Bytes, Struct, Variant, type Codec } from '@polkadot-api/substrate-bindings';
import { CodecError } from './errors.js';
import { toHex, type Hash, type Hex } from './hex.js';
import { boundedList, compactU32, decode, encode, fixedHex, hash, u32 } from './scale.js';

/** Maximum number of digest items that decode. Headers have three or four. */
const MAX_DIGEST_ITEMS = 1024;
/** `LATT`: engine id of the lattice in digests. */
const LATTICE_ENGINE = toHex(new TextEncoder().encode('LATT'));

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
