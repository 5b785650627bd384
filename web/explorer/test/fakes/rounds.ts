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
	/** Questions that have arrived. */
	#arrived = 0;

	constructor(delayMs: number) {
		this.#delayMs = delayMs;
	}

	readonly hold = (pass: () => void): void => {
		this.#waiting.push(pass);
		this.#arrived += 1;
		this.#wait();
	};

	/** A process that gets no processor time finds the timer over and questions in its sockets: it reads them before it passes. */
	#wait(): void {
		clearTimeout(this.#timer);
		const before = this.#arrived;
		const passIfQuiet = () => (this.#arrived === before ? this.#pass() : undefined);
		this.#timer = setTimeout(() => setImmediate(() => setImmediate(passIfQuiet)), this.#delayMs);
	}

	#pass(): void {
		this.count += 1;
		for (const pass of this.#waiting.splice(0)) pass();
	}
}
