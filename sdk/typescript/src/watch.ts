// Units from their submission to their terminal status, over as many connections as it takes.
//
//   submit ──▶ reports ──▶ terminal: yielded, and the unit is done
//     ▲           │
//     │           ├─ no verdict (unknown, overloaded), or a refusal that an applied unit can get: ask again
//     │           └─ silence, or the connection broke: open another one
//     └── the same bytes, for all units that are not done ◀──┘

import { ConnectionError, ResponseError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import type { Link } from './link.js';
import { bindReceipt, fateOf, isAmbiguous } from './lookup.js';
import { Patience } from './patience.js';
import {
	isEnd,
	readUnitReport,
	UnitRefusedError,
	UnsettledError,
	withUnits,
	type UnitReport,
} from './reports.js';
import { LastingSubscription, type Stream } from './stream.js';
import { unitHash, unitToHex, type Unit } from './unit.js';

/** Time without a report after which the node is asked again: a notification can be lost where the connection is not. */
const SILENCE_MS = 30_000;
/** How often a refusal that an applied unit can get is asked about, before the caller is told that it is unclear. */
const QUESTIONS = 8;

/** A unit without a terminal status. */
interface Open {
	unit: Unit;
	/** The last status that was yielded. */
	told?: string;
	questions: number;
}

/**
 * Reports of submitted units. Ends once the status of all units is terminal. If the connection breaks, the open units are
 * submitted again over another one: a unit applies at most once. An error is an {@link UnsettledError} with the units
 * whose fate is not known.
 */
export class UnitWatch extends LastingSubscription<UnitReport> {
	readonly #link: Link;
	readonly #receipts: boolean;
	readonly #patience: Patience;
	readonly #open: Map<Hash, Open>;
	/** Time at which the node is asked again because of a report without a verdict. */
	#askAt = Infinity;
	/** Whether the node has reported anything since the units were submitted. It always can: their present status. */
	#hasHeard = false;

	private constructor(link: Link, units: Unit[], receipts: boolean) {
		super();
		this.#link = link;
		this.#receipts = receipts;
		this.#patience = new Patience(link.reconnectForMs);
		this.#open = new Map(units.map((unit) => [unitHash(unit), { unit, questions: 0 }]));
	}

	/** Submits units and subscribes to their statuses. */
	static async start(link: Link, units: Unit[], receipts: boolean): Promise<UnitWatch> {
		const watch = new UnitWatch(link, units, receipts);
		await watch.#connect();
		return watch;
	}

	async next(): Promise<IteratorResult<UnitReport>> {
		while (!this.isDone && this.#open.size > 0) {
			const stream = this.stream ?? (await this.#connect());
			let item: IteratorResult<unknown> | undefined;
			try {
				item = await this.#read(stream);
				if (this.isDone) break;
				if (item === undefined && !this.#hasHeard) throw new ConnectionError('the node reports nothing');
				const report = item?.done === false ? await this.#hear(readUnitReport(item.value)) : undefined;
				if (report !== undefined) return { done: false, value: report };
				if (item?.done === false) continue;
			} catch (error) {
				// A `for await` loop ends here and does not return the iterator. If the caller goes on, the next call connects.
				this.disconnect();
				if (error instanceof UnsettledError) throw error;
				const isPassing = error instanceof ConnectionError || error instanceof ResponseError;
				if (!isPassing || this.#link.isClosed || !(await this.#patience.wait())) throw this.#giveUp(error);
				continue;
			}
			this.disconnect();
		}
		return this.return();
	}

	/** Returns the next notification, or `undefined` if it is time to ask again. */
	async #read(stream: Stream): Promise<IteratorResult<unknown> | undefined> {
		const silence = this.#hasHeard ? SILENCE_MS : this.#link.requestTimeoutMs;
		const wait = Math.max(0, Math.min(silence, this.#askAt - Date.now()));
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), wait)));
		try {
			return await Promise.race([stream.next(), late]);
		} finally {
			clearTimeout(timer);
		}
	}

	/** Submits the open units. */
	async #connect(): Promise<Stream> {
		this.#askAt = Infinity;
		this.#hasHeard = false;
		for (;;) {
			try {
				const units: Hex[] = [...this.#open.values()].map(({ unit }) => unitToHex(unit));
				const options = { receipts: this.#receipts };
				const stream = await this.#link.subscribe('lattice_submitAndWatch', 'lattice_unwatch', [units, options]);
				// It may have been left meanwhile.
				if (this.isDone) void stream.return();
				this.stream = stream;
				return stream;
			} catch (error) {
				const isPassing = error instanceof ConnectionError && !this.#link.isClosed;
				if (!isPassing || !(await this.#patience.wait())) throw this.#giveUp(error);
			}
		}
	}

	/** Returns what the caller learns from a report, if anything. */
	async #hear(heard: UnitReport): Promise<UnitReport | undefined> {
		let report = heard;
		const open = this.#open.get(report.hash);
		// A report of a unit that was not submitted is none of the caller's.
		if (open === undefined) return undefined;
		this.#hasHeard = true;
		if (isAmbiguous(report)) {
			const fate = await fateOf(this.#link, open.unit, report).catch(() => 'unclear' as const);
			if (fate === 'unclear') return this.#doubt(open, report, ++open.questions >= QUESTIONS);
			if (fate !== 'refused') report = fate;
		}
		// A client that does not ask again is told what the node says.
		if (isNoVerdict(report) && this.#link.reconnectForMs > 0) return this.#doubt(open, report, false);
		if (report.status === 'final' && report.receipt !== undefined) {
			try {
				bindReceipt(report.receipt, report.hash);
			} catch (error) {
				throw this.#giveUpOn(open, error);
			}
		}
		this.#patience.renew();
		if (isEnd(report.status)) {
			this.#open.delete(report.hash);
			return report;
		}
		const told = `${report.status} ${report.block?.hash ?? ''}`;
		if (open.told === told) return undefined;
		open.told = told;
		return report;
	}

	/** Notes a report without a verdict: the node is asked again after a pause, unless the time for that is over. */
	#doubt(open: Open, report: UnitReport, isLast: boolean): undefined {
		const pause = this.#patience.pause();
		if (isLast || pause === undefined) throw this.#giveUpOn(open, new UnitRefusedError(report, open.unit));
		this.#askAt = Math.min(this.#askAt, Date.now() + pause);
		return undefined;
	}

	/** Ends the watch of one unit, whose fate is not known. */
	#giveUpOn({ unit }: Open, cause: unknown): UnsettledError {
		this.#open.delete(unitHash(unit));
		return new UnsettledError([unit], cause);
	}

	/** Ends the watch of all units that are open. */
	#giveUp(cause: unknown): unknown {
		const units = [...this.#open.values()].map(({ unit }) => unit);
		this.#open.clear();
		return withUnits(units, cause);
	}
}

/** Returns whether the report says nothing about the unit's fate: the node did not look, or lost track. */
function isNoVerdict({ status, reason }: UnitReport): boolean {
	return status === 'unknown' || (status === 'dropped' && reason?.code === 'overloaded');
}
