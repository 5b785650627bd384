// One submitted unit.

import { NoReceiptError, RpcError, RpcErrorCode, TopError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import type { Link } from './link.js';
import { bindReceipt } from './lookup.js';
import { Patience } from './patience.js';
import { isEnd, UnitRefusedError, UnsettledError, type UnitReport } from './reports.js';
import { unitHash, type Unit } from './unit.js';
import { UnitWatch } from './watch.js';

/** Returns the receipt of a final unit, bound to the unit. */
export async function findReceipt(link: Link, hash: Hash): Promise<Hex> {
	return bindReceipt(await link.request('lattice_prove', [hash]), hash);
}

/** A unit that the node has accepted. Every error has the unit again, as `units`. */
export class Submission {
	readonly #link: Link;
	readonly #watch: UnitWatch;
	readonly unit: Unit;
	#report: UnitReport;

	private constructor(link: Link, watch: UnitWatch, unit: Unit, report: UnitReport) {
		this.#link = link;
		this.#watch = watch;
		this.unit = unit;
		this.#report = report;
	}

	/** Submits a unit and waits for the first report. */
	static async start(link: Link, unit: Unit): Promise<Submission> {
		const watch = await UnitWatch.start(link, [unit], true);
		const { value } = await watch.next();
		if (value === undefined) throw new UnsettledError([unit], new TopError('the node reports nothing'));
		return new Submission(link, watch, unit, accepted(unit, value as UnitReport));
	}

	/** Hash of the unit. */
	get hash(): Hash {
		return unitHash(this.unit);
	}

	/** The newest report. */
	get report(): UnitReport {
		return this.#report;
	}

	/** Waits until the unit is final and returns its receipt, unverified: check it with a `Verifier`. */
	async finalized(): Promise<Hex> {
		while (this.#report.status !== 'final') {
			const { done, value } = await this.#watch.next();
			if (done) throw new UnsettledError([this.unit], new TopError('the watch was left'));
			this.#report = accepted(this.unit, value);
		}
		if (this.#report.receipt !== undefined) return this.#report.receipt;
		// The index of the node may be behind its newest block.
		const patience = new Patience(this.#link.reconnectForMs);
		for (;;) {
			try {
				return await findReceipt(this.#link, this.hash);
			} catch (error) {
				if (!(error instanceof RpcError && error.code === RpcErrorCode.unknownUnit)) {
					throw new UnsettledError([this.unit], error);
				}
				if (!(await patience.wait())) {
					throw new NoReceiptError(
						`unit ${this.hash} applied, but this node has no receipt of it: ask a node with an index; do not pay again`,
					);
				}
			}
		}
	}

	/** Stops watching. The unit stays submitted. */
	async leave(): Promise<void> {
		await this.#watch.return();
	}
}

/**
 * Returns the report, or throws if the node refuses the unit. A pool that drops a unit does not decide on it: other nodes
 * may have it.
 */
export function accepted(unit: Unit, report: UnitReport): UnitReport {
	if (!isEnd(report.status) || report.status === 'final') return report;
	const refused = new UnitRefusedError(report, unit);
	throw report.status === 'dropped' ? new UnsettledError([unit], refused) : refused;
}
