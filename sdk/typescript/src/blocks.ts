// Blocks as a node returns them, bound to their headers: the header to its certificate, the body to the header.

import { compact, Vector } from '@polkadot-api/substrate-bindings';
import { decodeCertificate, quorumOf, signersOf, type Certificate, type Committee } from './certificate.js';
import type { Check } from './checked.js';
import { ProofError, ResponseError, TopError } from './errors.js';
import { readExtrinsic, withoutLength, type Extrinsic } from './extrinsic.js';
import { findAuthor, findLatticeDigest, headerHash, readHeader, type Authorship, type Header } from './header.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import type { Link } from './link.js';
import { rootOf } from './merkle.js';
import { decode } from './scale.js';
import { items, value, type StateReader } from './state.js';
import { orderedRoot } from './trie.js';
import type { Trust } from './trust.js';
import { tableOf, unitCodec, unitHash, type Unit } from './unit.js';

/** `PBFT`, as the engine of a justification. */
const PBFT_ENGINE = [...new TextEncoder().encode('PBFT')];
/** The call that has the units of a block, in every runtime with units. */
const APPLY_CALL = [6, 0];
const batchCodec = Vector(unitCodec);

/** The signers of a block. */
export interface CertificateSummary {
	epoch: bigint;
	/** View in which the block was committed. */
	view: number;
	/** Member indices. */
	signers: number[];
	quorum: number | undefined;
	members: number | undefined;
}

/** The head of a block. */
export interface BlockHead {
	number: number;
	hash: Hash;
	header: Header;
	author: Authorship | undefined;
	/** Number of units; `undefined` on ledgers without units, and for blocks without any. */
	units: number | undefined;
	certificate: CertificateSummary | undefined;
	checked: Check;
}

/** A unit of a block. */
export interface BlockUnit {
	hash: Hash;
	unit: Unit;
	/** 0 if it applied, otherwise the number of the reason. */
	mark: number | undefined;
}

/** A block with its body. */
export interface Block extends BlockHead {
	/** Time of the block, in milliseconds since 1970. */
	time: number | undefined;
	extrinsics: Extrinsic[];
	batch: BlockUnit[];
	/** How the marks of the units were checked. */
	marks: Check;
}

/** Reads blocks and checks them. */
export class BlockReader {
	readonly #link: Link;
	readonly #trust: Trust;
	readonly #state: StateReader;

	constructor(link: Link, trust: Trust, state: StateReader) {
		this.#link = link;
		this.#trust = trust;
		this.#state = state;
	}

	/** Returns the hash of a block at a height, as the node says; `undefined` if it has none. */
	async hashAt(number: number): Promise<Hash | undefined> {
		const hash = await this.#link.request('chain_getBlockHash', [number]);
		return typeof hash === 'string' ? hash.toLowerCase() : undefined;
	}

	/** Returns the header with a hash; `undefined` if the node does not have it. */
	async header(hash: Hash): Promise<Header | undefined> {
		const json = await this.#link.request('chain_getHeader', [hash]);
		if (json === null) return undefined;
		const header = readHeader(json);
		if (headerHash(header) !== hash.toLowerCase()) throw new ProofError('the node returned another header');
		return header;
	}

	/** Returns the certificate of a block, unchecked; `undefined` if the node has none. */
	async certificate(hash: Hash): Promise<Certificate | undefined> {
		const json = await this.#link.request('pbft_certificate', [hash]).catch((error: unknown) => {
			if (error instanceof TopError && 'code' in error) return null;
			throw error;
		});
		const { encoded } = (json ?? {}) as { encoded?: unknown };
		return typeof encoded === 'string' ? decodeCertificate(encoded) : undefined;
	}

	/** Returns the head of a block with its certificate checked. */
	async head(hash: Hash): Promise<BlockHead | undefined> {
		const [header, certificate] = await Promise.all([this.header(hash), this.certificate(hash)]);
		return header && this.summary(header, hash, certificate);
	}

	/** Whether a header with this certificate can be checked without a search for later committees. */
	knowsCommittee(certificate: Certificate): boolean {
		return this.#trust.knowsCommittee(certificate);
	}

	/** Checks a header, whose hash this is, by its certificate. The genesis has none: its hash is that of the ledger. */
	async summary(header: Header, hash: Hash, certificate: Certificate | undefined): Promise<BlockHead> {
		if (certificate !== undefined) {
			const { checked, committee, certificate: verified } = await this.#trust.certify(header, certificate);
			return headOf(header, hash, checked, verified, committee);
		}
		const isGenesis = header.number === 0 && hash.toLowerCase() === this.#trust.verifier.domain.genesis;
		return headOf(header, hash, isGenesis ? this.#trust.limit('certificate') : 'none');
	}

	/** Returns a block with its body; `undefined` if the node does not have it. */
	async block(hash: Hash): Promise<Block | undefined> {
		const json = (await this.#link.request('chain_getBlock', [hash])) as SignedBlock | null;
		if (json === null) return undefined;
		const header = readHeader(json?.block?.header);
		if (headerHash(header) !== hash.toLowerCase()) throw new ProofError('the node returned another block');
		const encoded = bodyOf(json, header);
		const head = await this.summary(header, hash, justificationOf(json));
		const read = json.block.extrinsics.map(readExtrinsic);
		const timestamp = read.find(({ call }) => call.name === 'Timestamp.set')?.call.values?.['now'];
		const units = unitsOf(encoded);
		const { marks, known } = await this.#marks(head, units);
		return {
			...head,
			time: timestamp === undefined ? undefined : Number(timestamp),
			extrinsics: read,
			batch: units.map((unit, at) => ({ hash: unitHash(unit), unit, mark: marks?.[at] })),
			marks: known,
		};
	}

	/** Returns the extrinsics of a block whose head is known; `undefined` if the node does not have them. */
	async extrinsics({ hash, header }: BlockHead): Promise<Extrinsic[] | undefined> {
		const json = (await this.#link.request('chain_getBlock', [hash])) as SignedBlock | null;
		if (json === null) return undefined;
		bodyOf(json, header);
		return json.block.extrinsics.map(readExtrinsic);
	}

	/** Returns which units applied. The header's digest shows it, once the marks are known. */
	async #marks({ hash, header, checked }: BlockHead, units: Unit[]): Promise<{ marks?: number[]; known: Check }> {
		const digest = findLatticeDigest(header);
		// The header binds the body. A body in which no units are found, below a digest that counts some, is not understood.
		if (units.length === 0) return { marks: [], known: (digest?.units ?? 0) === 0 ? checked : 'none' };
		const proven = checked === 'none' ? 'none' : 'proof';
		const fits = (marks: number[]) => digest !== undefined && unitsRoot(units, marks) === digest.unitsRoot;
		const all = units.map(() => 0);
		if (fits(all)) return { marks: all, known: proven };
		const [record] = await this.#state.values(hash, header.stateRoot, value(items.blockRecord)).catch(() => []);
		if (record === undefined) return { known: 'none' };
		const marks = [...all];
		for (const [index, mark] of record.outcome.refused) marks[index] = mark;
		return fits(marks) ? { marks, known: proven } : { known: 'none' };
	}
}

interface SignedBlock {
	block: { header: unknown; extrinsics: Hex[] };
	justifications?: [number[], number[]][] | null;
}

/** Returns the encoded extrinsics of a block, bound to its header. */
function bodyOf(json: SignedBlock, header: Header): Uint8Array[] {
	const extrinsics = json.block?.extrinsics;
	if (!Array.isArray(extrinsics)) throw new ResponseError('the node returned no body');
	const encoded = extrinsics.map((hex) => fromHex(hex));
	if (orderedRoot(encoded) !== header.extrinsicsRoot) {
		throw new ProofError('the body that the node returned is not that of the header');
	}
	return encoded;
}

function justificationOf({ justifications }: SignedBlock): Certificate | undefined {
	const found = justifications?.find(([engine]) => engine.join() === PBFT_ENGINE.join());
	return found && decodeCertificate(Uint8Array.from(found[1]));
}

/** Returns the head of a block, whose hash this is. */
export function headOf(header: Header, hash: Hash, checked: Check, certificate?: Certificate, committee?: Committee): BlockHead {
	return {
		number: header.number,
		hash: hash.toLowerCase(),
		header,
		author: findAuthor(header),
		units: findLatticeDigest(header)?.units,
		certificate: certificate && {
			epoch: certificate.epoch,
			view: certificate.view,
			signers: signersOf(certificate),
			quorum: committee && quorumOf(committee),
			members: committee?.keys.length,
		},
		checked,
	};
}

/** Returns the units in a block's extrinsics. */
function unitsOf(extrinsics: Uint8Array[]): Unit[] {
	for (const extrinsic of extrinsics) {
		const bytes = withoutLength(extrinsic);
		const [version, pallet, call] = bytes;
		if ((version !== 4 && version !== 5) || pallet !== APPLY_CALL[0] || call !== APPLY_CALL[1]) continue;
		const argument = bytes.slice(3);
		const length = Number(compact.dec(argument));
		const batch = argument.subarray(compact.enc(length).length);
		if (batch.length === length) return decode(batchCodec, batch, 'the units of a block');
	}
	return [];
}

/** Returns the root over the units of a block, by tables. */
function unitsRoot(units: Unit[], marks: number[]): Hash {
	const tables = new Map<number, Uint8Array[]>();
	units.forEach((unit, at) => {
		const table = tableOf(unit.body.account);
		const leaf = concat(fromHex(unitHash(unit)), Uint8Array.of(marks[at] as number));
		const leaves = tables.get(table);
		if (leaves === undefined) tables.set(table, [leaf]);
		else leaves.push(leaf);
	});
	const leaves = [...tables].map(([table, leaves]) => concat(Uint8Array.of(table), rootOf(leaves)));
	return toHex(rootOf(leaves));
}
