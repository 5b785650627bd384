// Receipts: proofs that a unit applied. A committee is all that a check needs.

import { Blake2256, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { certificateCodec, verifyCertificate, type Certificate, type Committee } from './certificate.js';
import { CertificateError, ReceiptError } from './errors.js';
import { findLatticeDigest, headerCodec, headerHash, type Header } from './header.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { leads, merklePathCodec, type MerklePath } from './merkle.js';
import { decode, encode, hash, u32 } from './scale.js';
import { tableOf, unitCodec, unitHash, type Unit } from './unit.js';

/** Outcome byte of an applied unit in the leaf of the units tree. */
const APPLIED = 0;

/** The newest link of a table's chain. */
export interface TableHead {
	/** Number of table blocks up to this one. */
	height: number;
	hash: Hash;
}

/** A unit and the Merkle paths from it to a certificate. */
export interface Receipt {
	unit: Unit;
	/** Path from the unit to the units root of its table block. */
	unitPath: MerklePath;
	/** The other inputs of the table's head. */
	table: { previous: TableHead; unitsRoot: Hash; creditsRoot: Hash };
	/** Path from the table's head to the tables root in the header. */
	tablePath: MerklePath;
	header: Header;
	certificate: Certificate;
}

/** Statement proven by a receipt: this unit applied in this final block. */
export interface ProvenUnit {
	unit: Unit;
	hash: Hash;
	block: { number: number; hash: Hash };
}

export const tableHeadCodec: Codec<TableHead> = Struct({ height: u32, hash });

/** SCALE codec of {@link Receipt}. */
export const receiptCodec: Codec<Receipt> = Struct({
	unit: unitCodec,
	unitPath: merklePathCodec,
	table: Struct({ previous: tableHeadCodec, unitsRoot: hash, creditsRoot: hash }),
	tablePath: merklePathCodec,
	header: headerCodec,
	certificate: certificateCodec,
});

/** Encodes a receipt by SCALE. */
export const encodeReceipt = (receipt: Receipt): Uint8Array => encode(receiptCodec, receipt, 'a receipt');
/** Decodes a receipt. The result is unverified until {@link verifyReceipt}. */
export const decodeReceipt = (bytes: Uint8Array | Hex): Receipt => decode(receiptCodec, bytes, 'a receipt');

/**
 * Checks that the unit applied in a block that this committee finalized, and returns that block. Throws a
 * {@link ReceiptError}, or a `CodecError` if the bytes do not decode.
 *
 * A receipt proves the unit's body. The committee verified the signature; this function does not.
 */
export function verifyReceipt(receipt: Receipt | Uint8Array | Hex, committee: Committee): ProvenUnit {
	const read = typeof receipt === 'string' || receipt instanceof Uint8Array ? decodeReceipt(receipt) : receipt;
	const { header, certificate } = read;
	const block = { number: header.number, hash: headerHash(header) };
	try {
		verifyCertificate(certificate, committee, block.number, block.hash);
	} catch (cause) {
		if (!(cause instanceof CertificateError)) throw cause;
		throw new ReceiptError('certificate', `the certificate is invalid: ${cause.message}`, { cause });
	}
	return { unit: read.unit, hash: unitInBlock(read), block };
}

/** Checks that the unit applied in the block of the header, final or not. Returns its hash. */
export function unitInBlock({ unit, unitPath, table, tablePath, header }: Receipt): Hash {
	const digest = findLatticeDigest(header);
	if (digest === undefined) throw new ReceiptError('noUnits', 'the block of this header has no units');

	const name = unitHash(unit);
	if (!leads(unitPath, concat(fromHex(name), Uint8Array.of(APPLIED)), table.unitsRoot)) {
		throw new ReceiptError('notInTable', 'the unit did not apply in this table block');
	}
	const head = nextHead(table.previous, header.number, table.unitsRoot, table.creditsRoot);
	const leaf = concat(Uint8Array.of(tableOf(unit.body.account)), tableHeadCodec.enc(head));
	if (!leads(tablePath, leaf, digest.tablesRoot)) {
		throw new ReceiptError('notInBlock', 'the table block is not in the block');
	}
	return name;
}

/** Returns the head of a table after a block. */
function nextHead(previous: TableHead, number: number, unitsRoot: Hash, creditsRoot: Hash): TableHead {
	const input = concat(fromHex(previous.hash, 32), u32.enc(number), fromHex(unitsRoot, 32), fromHex(creditsRoot, 32));
	return { height: (previous.height + 1) % 2 ** 32, hash: toHex(Blake2256(input)) };
}
