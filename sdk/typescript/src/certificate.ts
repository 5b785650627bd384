// Certificates: the proof that a committee has made a block final. The formats are those of docs/consensus.md.

import { Bytes, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { CertificateError, CodecError } from './errors.js';
import { concat, fromHex, type Hash, type Hex } from './hex.js';
import { verifyMessage } from './keys.js';
import { boundedList, decode, encode, fixedHex, hash, u16, u32, u64, u8 } from './scale.js';
import { chainTagCodec, type ChainTag } from './unit.js';

/** Members of a committee, at most. */
const MAX_MEMBERS = 128;
const SIGNED_PREFIX = new TextEncoder().encode('TOP-PBFT');
const PROTOCOL_VERSION = 1;
/** The kind of vote that certificates are made of. */
const COMMIT = 2;

/** At least a quorum of Commit votes for one block in one view. */
export interface Certificate {
	height: number;
	view: number;
	hash: Hash;
	epoch: bigint;
	/** Bit i, from the lowest of the first byte, is member i. */
	signers: Uint8Array;
	/** ed25519, by ascending member. */
	signatures: Hex[];
}

/** What certificates of one epoch of one ledger are checked by. */
export interface Committee {
	epoch: bigint;
	/** The members' ed25519 vote keys, by index. */
	keys: Hex[];
	/** What their signatures are bound to. */
	domain: { chain: ChainTag; genesis: Hash };
}

/** The part of the answer of `pbft_committee` that certificates are checked by. */
export interface CommitteeReport {
	epoch: number;
	members: { key: Hex }[];
	domain: Hex;
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

/** Reads the answer of `pbft_committee`. Whose answer it is, is for the caller to trust. */
export function committeeFromReport(report: CommitteeReport): Committee {
	if (!Number.isSafeInteger(report.epoch)) throw new CodecError(`${report.epoch} is no epoch`);
	const keys = report.members.map(({ key }) => key);
	keys.forEach((key) => fromHex(key, 32));
	return {
		epoch: BigInt(report.epoch),
		keys,
		domain: decode(domainCodec, report.domain, 'the domain of a committee'),
	};
}

/** The certificate that these bytes are, as a block's justification. */
export function decodeCertificate(bytes: Uint8Array | Hex): Certificate {
	return decode(certificateCodec, bytes, 'a certificate');
}

/** Votes that decide: n − ⌊(n − 1) / 3⌋. */
export function quorumOf(committee: Committee): number {
	const size = committee.keys.length;
	return size - Math.floor(Math.max(size - 1, 0) / 3);
}

/** Checks that a certificate proves the block `hash` at `height` by a quorum of the committee, or throws. */
export function verifyCertificate(certificate: Certificate, committee: Committee, height: number, hash: Hash): void {
	if (certificate.height !== height) {
		throw new CertificateError('wrongHeight', `the certificate is for ${certificate.height}, not for ${height}`);
	}
	if (certificate.hash !== hash) throw new CertificateError('wrongBlock', 'the certificate is for another block');
	if (certificate.epoch !== committee.epoch) {
		throw new CertificateError(
			'wrongEpoch',
			`the certificate is by the committee of epoch ${certificate.epoch}, not of ${committee.epoch}`,
		);
	}
	const signers = signersOf(certificate, committee);
	const payload = signedBytes(certificate, committee);
	for (const { member, key, signature } of signers) {
		if (!verifyMessage('Ed25519', fromHex(key, 32), payload, fromHex(signature, 64))) {
			throw new CertificateError('badSignature', `the signature of member ${member} is wrong`);
		}
	}
}

/** Each signer with its signature, after form and quorum were checked. */
function signersOf(certificate: Certificate, committee: Committee) {
	const size = committee.keys.length;
	const { signers, signatures } = certificate;
	const members = Array.from(signers).flatMap((byte, at) =>
		[0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => 8 * at + bit),
	);
	if (signers.length !== Math.ceil(size / 8) || members.some((member) => member >= size)) {
		throw new CertificateError('badBitmap', `the signer bitmap does not fit a committee of ${size}`);
	}
	if (members.length !== signatures.length) {
		throw new CertificateError('signatureCount', `${signatures.length} signatures for ${members.length} signers`);
	}
	const quorum = quorumOf(committee);
	// An empty committee has a quorum of zero, and nothing is proved by nobody.
	if (members.length < quorum || members.length === 0) {
		throw new CertificateError('noQuorum', `${members.length} signers are less than the quorum of ${quorum}`);
	}
	return members.map((member, at) => ({
		member,
		key: committee.keys[member] as Hex,
		signature: signatures[at] as Hex,
	}));
}

function signedBytes(certificate: Certificate, committee: Committee): Uint8Array {
	const { epoch, height, view, hash } = certificate;
	const slot = { version: PROTOCOL_VERSION, domain: committee.domain, epoch, height, view, kind: COMMIT, hash };
	return concat(SIGNED_PREFIX, encode(slotCodec, slot, 'a vote'));
}
