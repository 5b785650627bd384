// How long and how often something is tried again.

/** Longest pause before the second attempt. It doubles with each attempt. */
const FIRST_PAUSE_MS = 100;
/** Longest pause. A node that starts again serves its RPC after some seconds. */
const LONGEST_PAUSE_MS = 5_000;

/** Attempts without success, in a row. */
export class Patience {
	readonly #limitMs: number;
	#attempts = 0;
	#since: number | undefined;

	constructor(limitMs: number) {
		this.#limitMs = limitMs;
	}

	/** Notes a success: the next failure begins a new row. */
	renew(): void {
		this.#attempts = 0;
		this.#since = undefined;
	}

	/** Notes a failure. Returns the pause before the next attempt; `undefined` if the time for attempts is over. */
	pause(): number | undefined {
		this.#since ??= Date.now();
		const left = this.#since + this.#limitMs - Date.now();
		if (left <= 0) return undefined;
		const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.#attempts, 10), LONGEST_PAUSE_MS);
		this.#attempts += 1;
		// Clients that lost the same node must not all return at the same moment.
		return Math.min(longest * (0.5 + Math.random() / 2), left);
	}

	/** Notes a failure and waits for the next attempt. Returns false if the time for attempts is over. */
	async wait(): Promise<boolean> {
		const pause = this.pause();
		if (pause === undefined) return false;
		await new Promise((resolve) => setTimeout(resolve, pause));
		return true;
	}
}
