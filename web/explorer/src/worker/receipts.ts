// Receipts, checked without a network: by the committees that the page trusts already.

import {
	CertificateError,
	decodeMessageReceipt,
	decodeReceipt,
	headerHash,
	MessageReceiptError,
	OfficeError,
	ReceiptError,
	signersOf,
	unitHash,
	Verifier,
	verifyMessageReceipt,
	type ChainBlock,
	type ChainTag,
	type CommitteeReport,
	type Destination,
} from '@top/sdk';
import type { BlockOf, MessageReceiptView, ReceiptView, UnitReceiptView } from '../shared/model.js';
import { chainOf } from '../shared/zones.js';
import { wordsOf } from './words.js';

/** The committees of one ledger that the reader trusts. */
export interface TrustedCommittees {
	id: string;
	name: string;
	committees: CommitteeReport[];
}

/** Checks a receipt against the committees of all ledgers: that of a unit, or of a payment to another ledger. Throws if it is neither. */
export function checkReceipt(bytes: Uint8Array, trusted: TrustedCommittees[]): ReceiptView {
	let isUnit = true;
	try {
		decodeReceipt(bytes);
	} catch (error) {
		try {
			decodeMessageReceipt(bytes);
		} catch {
			throw error;
		}
		isUnit = false;
	}
	return isUnit ? checkUnitReceipt(bytes, trusted) : checkMessageReceipt(bytes, trusted);
}

/** Returns the verifier of a ledger's trusted committees; `undefined` if there are none. */
function verifierOf({ committees }: TrustedCommittees): Verifier | undefined {
	const [first, ...others] = committees;
	if (first === undefined) return undefined;
	const verifier = Verifier.fromReport(first);
	for (const other of others) verifier.add(Verifier.fromReport(other).newest);
	return verifier;
}

const wordsOfTag = (tag: ChainTag) => chainOf(tag) ?? '';
const wordsOfEnd = ({ type, value }: Destination) => (type === 'Main' ? 'main' : `zone ${value.zone}`);
const blockOf = ({ chain, number, hash }: ChainBlock): BlockOf => ({ chain: wordsOfTag(chain), number, hash });

function checkMessageReceipt(bytes: Uint8Array, trusted: TrustedCommittees[]): MessageReceiptView {
	const receipt = decodeMessageReceipt(bytes);
	const { claim, messages } = receipt.sending.packet;
	const [message] = messages;
	const view = {
		type: 'message' as const,
		from: message?.initiator.account ?? '',
		to: undefined,
		value: message?.value ?? 0n,
		source: wordsOfTag(claim.lane.source),
		destination: wordsOfEnd(claim.lane.destination),
		unit: receipt.origin.type === 'Unit' ? unitHash(receipt.origin.value.unit) : undefined,
		...{ sent: undefined, sealed: undefined, taken: undefined },
	};
	try {
		const verifiers = trusted.flatMap((ledger) => verifierOf(ledger) ?? []);
		const { initiator: from, to, value, sent, sealed, taken, unit } = verifyMessageReceipt(receipt, verifiers);
		const places = { sent: blockOf(sent), sealed: sealed && blockOf(sealed), taken: taken && blockOf(taken.at) };
		return { ...view, from, to, value, unit, ...places, verdict: { type: 'valid' } };
	} catch (error) {
		const isUnknown = error instanceof OfficeError || (error instanceof MessageReceiptError && error.fault === 'noAnchor');
		const isInvalid = error instanceof MessageReceiptError || error instanceof CertificateError || error instanceof ReceiptError;
		if (!isUnknown && !isInvalid) throw error;
		return { ...view, verdict: { type: isUnknown ? 'unknown' : 'invalid', words: wordsOf(error) } };
	}
}

function checkUnitReceipt(bytes: Uint8Array, trusted: TrustedCommittees[]): UnitReceiptView {
	const receipt = decodeReceipt(bytes);
	const { certificate, header, unit } = receipt;
	const view = {
		type: 'unit' as const,
		hash: unitHash(unit),
		unit,
		block: { number: header.number, hash: headerHash(header) },
		epoch: certificate.epoch,
		signers: signersOf(certificate),
	};
	let unknown: unknown = new OfficeError('unknownEpoch', 'no ledger with a trusted committee is configured');
	for (const { id, name, committees } of trusted) {
		const verifier = verifierOf({ id, name, committees });
		if (verifier === undefined) continue;
		const members = committees.find(({ epoch }) => BigInt(epoch) === certificate.epoch)?.members.length ?? 0;
		try {
			verifier.verify(receipt);
			return { ...view, members, ledger: { id, name }, verdict: { type: 'valid' } };
		} catch (error) {
			if (!(error instanceof ReceiptError || error instanceof OfficeError || error instanceof CertificateError)) throw error;
			// A committee of another ledger did not sign it: that says nothing while another one may have.
			const isOther = error instanceof OfficeError || (error instanceof ReceiptError && error.fault === 'certificate');
			if (!isOther) return { ...view, members, ledger: { id, name }, verdict: { type: 'invalid', words: wordsOf(error) } };
			unknown = error;
		}
	}
	const isUnknown = unknown instanceof OfficeError;
	const verdict = { type: isUnknown ? ('unknown' as const) : ('invalid' as const), words: wordsOf(unknown) };
	return { ...view, members: 0, ledger: undefined, verdict };
}
