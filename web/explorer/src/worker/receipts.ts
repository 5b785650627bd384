// Receipts, checked without a network: by the committees that the page trusts already.

import { CertificateError, decodeReceipt, OfficeError, ReceiptError, Verifier, type CommitteeReport } from '@top/sdk';
import { signersOf, unitHash, headerHash } from '@top/sdk';
import type { ReceiptView } from '../shared/model.js';
import { wordsOf } from './words.js';

/** The committees of one ledger that the reader trusts. */
export interface TrustedCommittees {
	id: string;
	name: string;
	committees: CommitteeReport[];
}

/** Checks a receipt against the committees of all ledgers. Throws if the bytes are no receipt. */
export function checkReceipt(bytes: Uint8Array, trusted: TrustedCommittees[]): ReceiptView {
	const receipt = decodeReceipt(bytes);
	const { certificate, header, unit } = receipt;
	const view = {
		hash: unitHash(unit),
		unit,
		block: { number: header.number, hash: headerHash(header) },
		epoch: certificate.epoch,
		signers: signersOf(certificate),
	};
	let unknown: unknown = new OfficeError('unknownEpoch', 'no ledger with a trusted committee is configured');
	for (const { id, name, committees } of trusted) {
		const [first, ...others] = committees;
		if (first === undefined) continue;
		const verifier = Verifier.fromReport(first);
		for (const other of others) verifier.add(Verifier.fromReport(other).newest);
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
