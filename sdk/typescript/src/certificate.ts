// Certificates: proofs that a committee finalized a block. docs/src/formats/consensus.md defines the formats.

import { Bytes, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { CertificateError, CodecError } from './errors.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { verifyMessage } from './keys.js';
import { boundedList, decode, encode, fixedHex, hash, u16, u32, u64, u8 } from './scale.js';
import { chainTagCodec, type ChainTag } from './unit.js';

/** Maximum size of a committee. */
const MAX_MEMBERS = 128;
const SIGNED_PREFIX = new TextEncoder().encode('TOP-PBFT');
const PROTOCOL_VERSION = 1;
/** Message kind of the votes in a certificate. */
const COMMIT = 2;

/** A quorum or more of commit votes for one block in one view. */
export interface Certificate {
	height: number;
	view: number;
	hash: Hash;
	epoch: bigint;
	/** Signer bitmap: bit i, counted from the lowest bit of the first byte, is member i. */
	signers: Uint8Array;
	/** ed25519 signatures, by ascending member index. */
	signatures: Hex[];
}

/** The committee of one epoch of one ledger: the trust anchor of its certificates. */
export interface Committee {
	epoch: bigint;
	/** The members' ed25519 vote keys, by member index. */
	keys: Hex[];
	/** Domain that vote signatures are bound to. */
	domain: { chain: ChainTag; genesis: Hash };
	/** First height of the epoch, if known. */
	first?: number;
	/** Last height of the epoch, if known. */
	last?: number;
}

/** The part of the result of `pbft_committee` that certificate checks need. */
export interface CommitteeReport {
	epoch: number;
	members: { key: Hex }[];
	domain: Hex;
	/** First and last height of the epoch, if known. Nodes do not report them; `Verifier.report` does. */
	first?: number;
	last?: number;
}

export const certificateCodec: Codec<Certificate> = Struct({
	height: u32,
	view: u32,
	hash,
	epoch: u64,
	signers: Bytes(),
	signatures: boundedList(fixedHex(64), MAX_MEMBERS),
});

const domainCodec = Struct({ chain: chainTagCodec, genesis: hash });

const slotCodec = Struct({ version: u16, domain: domainCodec, epoch: u64, height: u32, view: u32, kind: u8, hash });

/** Reads the result of `pbft_committee`. The caller must trust its source. */
export function committeeFromReport(report: CommitteeReport): Committee {
	// It can come from a node or a file, of any form.
	const { epoch, members, domain, first, last } = (report ?? {}) as Partial<CommitteeReport>;
	if (!Number.isSafeInteger(epoch) || (epoch as number) < 0) throw new CodecError(`${epoch} is not an epoch number`);
	if (!Array.isArray(members)) throw new CodecError('the report has no members');
	const keys = members.map((member) => toHex(fromHex(member?.key, 32)));
	if (typeof domain !== 'string') throw new CodecError('the report has no domain');
	return {
		epoch: BigInt(epoch as number),
		keys,
		domain: decode(domainCodec, domain, 'the domain of a committee'),
		...(first === undefined || first === null ? {} : { first: u32.dec(u32.enc(first)) }),
		...(last === undefined || last === null ? {} : { last: u32.dec(u32.enc(last)) }),
	};
}

/** Reports a committee as JSON, for {@link committeeFromReport}. */
export function reportOfCommittee({ epoch, keys, domain, first, last }: Committee): CommitteeReport {
	return {
		epoch: Number(epoch),
		members: keys.map((key) => ({ key })),
		domain: toHex(encode(domainCodec, domain, 'a domain')),
		...(first === undefined ? {} : { first }),
		...(last === undefined ? {} : { last }),
	};
}

/** Returns whether two domains are the same. */
export function sameDomain(one: Committee['domain'], other: Committee['domain']): boolean {
	const [first, second] = [one, other].map((domain) => toHex(encode(domainCodec, domain, 'a domain')));
	return first === second;
}

/** Decodes a certificate: the payload of a block's justification. */
export function decodeCertificate(bytes: Uint8Array | Hex): Certificate {
	return decode(certificateCodec, bytes, 'a certificate');
}

/** Returns the quorum of a committee: n − ⌊(n − 1) / 3⌋. */
export function quorumOf(committee: Committee): number {
	const size = committee.keys.length;
	return size - Math.floor(Math.max(size - 1, 0) / 3);
}

/** Checks that a quorum of the committee signed the block `hash` at `height`, or throws a {@link CertificateError}. */
export function verifyCertificate(certificate: Certificate, committee: Committee, height: number, hash: Hash): void {
	if (certificate.height !== height) {
		throw new CertificateError('wrongHeight', `the certificate is for ${certificate.height}, not for ${height}`);
	}
	if (certificate.hash !== hash) throw new CertificateError('wrongBlock', 'the certificate is for another block');
	if (certificate.epoch !== committee.epoch) {
		throw new CertificateError(
			'wrongEpoch',
			`the certificate is of epoch ${certificate.epoch}, the committee of epoch ${committee.epoch}`,
		);
	}
	const signers = signaturesOf(certificate, committee);
	const payload = signedBytes(certificate, committee);
	for (const { member, key, signature } of signers) {
		if (!verifyMessage('Ed25519', fromHex(key, 32), payload, fromHex(signature, 64))) {
			throw new CertificateError('badSignature', `the signature of member ${member} is invalid`);
		}
	}
}

/** Returns the member indices of the signers, ascending. */
export function signersOf({ signers }: Certificate): number[] {
	return Array.from(signers).flatMap((byte, at) =>
		[0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => 8 * at + bit),
	);
}

/** Checks form and quorum, and returns each signer with its signature. */
function signaturesOf(certificate: Certificate, committee: Committee) {
	const size = committee.keys.length;
	const { signers, signatures } = certificate;
	const members = signersOf(certificate);
	if (signers.length !== Math.ceil(size / 8) || members.some((member) => member >= size)) {
		throw new CertificateError('badBitmap', `the signer bitmap does not fit a committee of ${size}`);
	}
	if (members.length !== signatures.length) {
		throw new CertificateError('signatureCount', `${signatures.length} signatures for ${members.length} signers`);
	}
	const quorum = quorumOf(committee);
	// The quorum of an empty committee is zero: without the second check it would accept a certificate without signers.
	if (members.length < quorum || members.length === 0) {
		throw new CertificateError('noQuorum', `${members.length} signers, the quorum is ${quorum}`);
	}
	return members.map((member, at) => ({
		member,
		key: committee.keys[member] as Hex,
		signature: signatures[at] as Hex,
	}));
}

/** Returns the bytes that each signer of a certificate signs. */
export function signedBytes(certificate: Certificate, committee: Committee): Uint8Array {
	const { epoch, height, view, hash } = certificate;
	const slot = { version: PROTOCOL_VERSION, domain: committee.domain, epoch, height, view, kind: COMMIT, hash };
	return concat(SIGNED_PREFIX, encode(slotCodec, slot, 'a vote'));
}
