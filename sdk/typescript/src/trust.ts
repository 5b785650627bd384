// Which headers are final, by the committee that the reader trusts.

import { committeeFromReport, type Certificate, type Committee, type CommitteeReport } from './certificate.js';
import { checked, type Check, type Checked } from './checked.js';
import { OfficeError } from './errors.js';
import type { Handovers } from './handover.js';
import { headerHash, type Header } from './header.js';
import type { Hash } from './hex.js';
import type { ProvenUnit, Receipt } from './receipt.js';
import { Verifier } from './verifier.js';

/** A check of a header, with the committee that it used, if that is known. */
export interface Certified {
	checked: Check;
	committee: Committee | undefined;
	/** The certificate that was verified: a header can have several. */
	certificate: Certificate;
}

/** Headers whose certificates are not verified again: lists and plots ask for the newest ones several times. */
const MOST_CERTIFIED = 512;

/** Checks headers by their certificates. Without an anchor it begins with what the node reports, and all is unchecked. */
export class Trust {
	readonly verifier: Verifier;
	/** Whether the reader named the committee. */
	readonly isAnchored: boolean;
	readonly #handovers: Handovers;
	#following: Promise<void> = Promise.resolve();
	/** By hash of the header, oldest first. */
	readonly #certified = new Map<Hash, Certified>();

	/** Trusts the first committee, and the others as far as they agree with it. */
	constructor(handovers: Handovers, [anchor, ...others]: CommitteeReport[], isAnchored: boolean) {
		this.verifier = Verifier.fromReport(anchor as CommitteeReport);
		for (const other of others) this.verifier.add(committeeFromReport(other));
		this.isAnchored = isAnchored;
		this.#handovers = handovers;
	}

	/** The strongest claim for what follows from a certified header. */
	limit(check: Check): Check {
		return this.isAnchored ? check : 'none';
	}

	/** Whether a header can be checked at once, without a search for later committees. */
	knowsCommittee({ epoch }: Certificate): boolean {
		return epoch <= this.verifier.newest.epoch;
	}

	/**
	 * Checks a header. A committee of an epoch before the anchor is not known, so such a header is unchecked. A certificate
	 * that is wrong is an error.
	 */
	async certify(header: Header, certificate: Certificate): Promise<Certified> {
		const hash = headerHash(header);
		const known = this.#certified.get(hash);
		if (known !== undefined) return known;
		await this.#follow(certificate.epoch, header.number);
		try {
			const committee = this.verifier.certify(header, certificate);
			const found: Certified = { checked: this.limit('certificate'), committee, certificate };
			this.#certified.set(hash, found);
			const [oldest] = this.#certified.keys();
			if (this.#certified.size > MOST_CERTIFIED && oldest !== undefined) this.#certified.delete(oldest);
			return found;
		} catch (error) {
			const isOlder = certificate.epoch < (this.verifier.epochs[0] ?? 0n);
			if (isOlder && error instanceof OfficeError && error.fault === 'unknownEpoch') {
				return { checked: 'none', committee: undefined, certificate };
			}
			throw error;
		}
	}

	/** Verifies a receipt. The result is as good as the committee that the reader trusts. */
	async verify(receipt: Receipt, unit?: Hash): Promise<Checked<ProvenUnit>> {
		await this.#follow(receipt.certificate.epoch);
		return checked(this.verifier.verify(receipt, unit), this.limit('proof'));
	}

	/** Follows the ledger to an epoch, of which `height` is one. One at a time: each step needs the one before. */
	#follow(epoch: bigint, height?: number): Promise<void> {
		const followed = this.#following.then(() => this.#handovers.follow(this.verifier, epoch, height));
		this.#following = followed.catch(() => undefined);
		return followed;
	}
}
