// Counts the round trips of a program, and not its time, which is that of the machine.

/**
 * Keeps back all that arrives at nodes until nothing more has come for a while, and then passes all of it on: questions that the
 * program asks at once are one round trip, and each that waits for an answer is another one.
 */
export class Rounds {
	/** Round trips so far. */
	count = 0;
	readonly #delayMs: number;
	#waiting: (() => void)[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(delayMs: number) {
		this.#delayMs = delayMs;
	}

	readonly hold = (pass: () => void): void => {
		this.#waiting.push(pass);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#pass(), this.#delayMs);
	};

	#pass(): void {
		this.count += 1;
		for (const pass of this.#waiting.splice(0)) pass();
	}
}
