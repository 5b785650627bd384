// A message to another ledger, from its block to its last stage, over as many connections as it takes.
//
//   subscribe ──▶ ask for the present stage ──▶ stages ──▶ the last one: yielded, and the watch ends
//       ▲                                         │
//       └────── silence, or the connection broke ─┘

import { ConnectionError, ResponseError, RpcError, RpcErrorCode } from './errors.js';
import type { Hex } from './hex.js';
import type { Link } from './link.js';
import { Patience } from './patience.js';
import { LastingSubscription, type Stream } from './stream.js';
import { findMessage, isLastStage, rankOf, readMessageReport, type MessageReport } from './zone.js';

/** Time without a report after which the node is asked again: a notification can be lost where the connection is not. */
const SILENCE_MS = 15_000;

/** Refusals that are over once the node has caught up. */
const PASSING: number[] = [
	RpcErrorCode.busy,
	RpcErrorCode.notIndexed,
	RpcErrorCode.unknownUnit,
	RpcErrorCode.unknownMessage,
	RpcErrorCode.notYet,
	RpcErrorCode.busyMailbox,
];

/**
 * Reports of a message, one a stage. Ends after the last stage, `confirmed` or `returned`. A stage can be missing if the
 * next one came at the same time. After an error the next call goes on.
 */
export class MessageWatch extends LastingSubscription<MessageReport> {
	readonly #link: Link;
	readonly #id: Hex;
	readonly #patience: Patience;
	/** The report after the subscription, until it is yielded. */
	#present: MessageReport | undefined;
	#told = -1;

	constructor(link: Link, id: Hex) {
		super();
		this.#link = link;
		this.#id = id;
		this.#patience = new Patience(link.reconnectForMs);
	}

	async next(): Promise<IteratorResult<MessageReport>> {
		while (!this.isDone) {
			try {
				const stream = this.stream ?? (await this.#connect());
				const report = this.#present ?? (await this.#read(stream));
				this.#present = undefined;
				if (this.isDone) break;
				if (report === undefined) {
					this.disconnect();
					continue;
				}
				this.#patience.renew();
				// A node that starts again can report a stage that another one had reported.
				if (rankOf(report.stage) <= this.#told) continue;
				this.#told = rankOf(report.stage);
				if (isLastStage(report.stage)) await this.return();
				return { done: false, value: report };
			} catch (error) {
				this.disconnect();
				if (!isPassing(error) || this.#link.isClosed || !(await this.#patience.wait())) throw error;
			}
		}
		return this.return();
	}

	/** Subscribes, and then asks for the present stage: so no stage is missed between the two. */
	async #connect(): Promise<Stream> {
		const stream = await this.#link.subscribe('mailbox_watchMessage', 'mailbox_unwatchMessage', [this.#id]);
		this.stream = stream;
		if (this.isDone) void stream.return();
		const report = await findMessage(this.#link, this.#id);
		// The index of the node may be behind its newest block.
		if (report === null) throw new ConnectionError(`the node does not know message ${this.#id}: ask a node with an index`);
		this.#present = report;
		return stream;
	}

	/** Returns the next report, or `undefined` if it is time to ask again. */
	async #read(stream: Stream): Promise<MessageReport | undefined> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), SILENCE_MS)));
		try {
			const item = await Promise.race([stream.next(), late]);
			if (item === undefined || this.isDone) return undefined;
			if (item.done === true) throw new ConnectionError('the subscription has ended');
			return readMessageReport(item.value, this.#id);
		} finally {
			clearTimeout(timer);
		}
	}

	protected override disconnect(): void {
		super.disconnect();
		this.#present = undefined;
	}
}

/** Returns whether asking again may help. */
export function isPassing(error: unknown): boolean {
	if (error instanceof ConnectionError || error instanceof ResponseError) return true;
	return error instanceof RpcError && PASSING.includes(error.code);
}
