// A seeded generator of numbers: the same seed gives the same faults.

export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** Returns a whole number below a bound. */
	below(bound: number): number {
		// Mulberry32.
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
	}

	/** Returns true in this many of 10,000 cases. */
	chance(ofTenThousand: number): boolean {
		return this.below(10_000) < ofTenThousand;
	}
}
