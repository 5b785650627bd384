// Verification of receipts by committees that the caller trusts, and by the committees that they handed over to.

import {
	committeeFromReport,
	reportOfCommittee,
	sameDomain,
	verifyCertificate,
	type Certificate,
	type Committee,
	type CommitteeReport,
} from './certificate.js';
import { OfficeError } from './errors.js';
import { findNextCommittee, headerHash, type Header } from './header.js';
import type { Hash, Hex } from './hex.js';
import { decodeReceipt, verifyReceipt, type ProvenUnit, type Receipt } from './receipt.js';
import { unitHash } from './unit.js';

/**
 * Verifies the receipts of one ledger, by its known committees.
 *
 * A committee is a **trust anchor**: a false committee can prove anything. To trust no node, store the JSON of a
 * committee that you know to be the ledger's, and follow the chain from there ({@link follow}, or `TopClient.follow`).
 *
 * A committee vouches for the heights of its own epoch alone. The last header of an epoch ends it, so a committee that has
 * retired proves nothing later. A verifier that has not followed the ledger to that header cannot know that the committee
 * has retired: **follow before you verify**, and begin with an anchor that is younger than the time after which the
 * members' deposits can leave. Older committees have nothing to lose by a false certificate.
 */
export class Verifier {
	readonly #domain: Committee['domain'];
	/** By epoch, ascending. */
	#terms: Committee[] = [];

	/** Trusts one committee of a ledger. */
	constructor(anchor: Committee) {
		this.#domain = anchor.domain;
		this.#insert(this.#merged(anchor));
	}

	/** Trusts the committee in a result of `pbft_committee`, or in a stored {@link report}. */
	static fromReport(report: CommitteeReport): Verifier {
		return new Verifier(committeeFromReport(report));
	}

	/** Tag and genesis of the ledger. */
	get domain(): Committee['domain'] {
		return this.#domain;
	}

	/** The epochs of the known committees. */
	get epochs(): bigint[] {
		return this.#terms.map(({ epoch }) => epoch);
	}

	/** The newest known committee. */
	get newest(): Committee {
		return this.#terms[this.#terms.length - 1] as Committee;
	}

	/** Returns a known committee with the heights of its epoch as JSON, for storage as the next anchor. */
	report(epoch: bigint): CommitteeReport | undefined {
		const term = this.#terms.find((term) => term.epoch === epoch);
		return term && reportOfCommittee(term);
	}

	/** Adds the committee of another epoch, **trusting** its source. */
	add(committee: Committee): void {
		if (!sameDomain(committee.domain, this.#domain)) {
			throw new OfficeError('otherLedger', 'the committee is of another ledger than this verifier');
		}
		this.#insert(this.#merged(committee));
	}

	/**
	 * Adds the next committee from the last header of an epoch and returns its epoch. The header's own committee proves the
	 * next one, so the last headers of all epochs lead from one trusted committee to every later one. The header ends its
	 * own committee's time in office.
	 */
	follow(header: Header, certificate: Certificate): bigint {
		const { number } = header;
		const committee = this.#committee(certificate.epoch, number);
		verifyCertificate(certificate, committee, number, headerHash(header));
		const next = findNextCommittee(header);
		if (next === undefined) {
			throw new OfficeError('notEpochEnd', `block ${number} is not the last of an epoch: it names no next committee`);
		}
		if (next.epoch !== committee.epoch + 1n) {
			throw new OfficeError(
				'wrongNextEpoch',
				`block ${number} ends epoch ${committee.epoch} and names a committee of epoch ${next.epoch}`,
			);
		}
		const ended = this.#merged({ ...committee, last: number });
		const begun = this.#merged({ ...next, domain: this.#domain, first: number + 1 });
		this.#insert(ended);
		this.#insert(begun);
		return next.epoch;
	}

	/**
	 * Checks that the receipt's unit applied in a final block. With `unit`, the hash of the expected unit, a valid receipt of
	 * another unit does not pass. Without it, compare sender, recipient and amount with what you expect.
	 */
	verify(receipt: Receipt | Uint8Array | Hex, unit?: Hash): ProvenUnit {
		const read = typeof receipt === 'string' || receipt instanceof Uint8Array ? decodeReceipt(receipt) : receipt;
		const found = unitHash(read.unit);
		if (unit !== undefined && found !== unit.toLowerCase()) {
			throw new OfficeError('otherUnit', `the receipt is of unit ${found}, not of ${unit}`);
		}
		return verifyReceipt(read, this.#committee(read.certificate.epoch, read.header.number));
	}

	/** Checks that a known committee in office certified the header. Returns that committee. */
	certify(header: Header, certificate: Certificate): Committee {
		const committee = this.#committee(certificate.epoch, header.number);
		verifyCertificate(certificate, committee, header.number, headerHash(header));
		return committee;
	}

	/** Returns the committee of an epoch, if it is in office at the height. */
	#committee(epoch: bigint, number: number): Committee {
		const term = this.#terms.find((term) => term.epoch === epoch);
		if (term === undefined) {
			throw new OfficeError(
				'unknownEpoch',
				`this verifier does not know the committee of epoch ${epoch}, which finalized block ${number}: follow the headers to it, or add it`,
			);
		}
		const first = term.first ?? (this.#before(epoch) ?? -1) + 1;
		const last = term.last ?? (this.#after(epoch) ?? Infinity) - 1;
		if (number < first || number > last) {
			throw new OfficeError(
				'outOfOffice',
				`the committee of epoch ${epoch} is not in office at block ${number}: its blocks are ${first} to ${last}`,
			);
		}
		return term;
	}

	/** Returns the highest known height of the epochs before an epoch. */
	#before(epoch: bigint): number | undefined {
		const earlier = this.#terms.filter((term) => term.epoch < epoch && (term.last ?? term.first) !== undefined);
		const term = earlier[earlier.length - 1];
		return term?.last ?? term?.first;
	}

	/** Returns the lowest known height of the epochs after an epoch. */
	#after(epoch: bigint): number | undefined {
		const term = this.#terms.find((term) => term.epoch > epoch && (term.first ?? term.last) !== undefined);
		return term?.first ?? term?.last;
	}

	/**
	 * Returns a committee with what is known of it already, if the two agree with each other and with the other committees:
	 * heights ascend with epochs.
	 */
	#merged(committee: Committee): Committee {
		const { epoch } = committee;
		const known = this.#terms.find((term) => term.epoch === epoch);
		if (known !== undefined && known.keys.join() !== committee.keys.join()) {
			throw new OfficeError('otherCommittee', `the committee of epoch ${epoch} differs from the known one`);
		}
		const contradicts = (height?: number, other?: number) =>
			height !== undefined && other !== undefined && height !== other;
		const first = committee.first ?? known?.first;
		const last = committee.last ?? known?.last;
		const [before, after] = [this.#before(epoch) ?? -Infinity, this.#after(epoch) ?? Infinity];
		if (
			contradicts(known?.first, committee.first) ||
			contradicts(known?.last, committee.last) ||
			// An epoch may have one block, so its first height can be its last.
			(first ?? -Infinity) > (last ?? Infinity) ||
			[first, last].some((height) => height !== undefined && (height <= before || height >= after))
		) {
			throw new OfficeError('otherHeights', `the heights of epoch ${epoch} contradict those of the known epochs`);
		}
		return {
			...committee,
			...(first === undefined ? {} : { first }),
			...(last === undefined ? {} : { last }),
		};
	}

	#insert(committee: Committee): void {
		const others = this.#terms.filter(({ epoch }) => epoch !== committee.epoch);
		const place = others.filter(({ epoch }) => epoch < committee.epoch).length;
		this.#terms = [...others.slice(0, place), committee, ...others.slice(place)];
	}
}
