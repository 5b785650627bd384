// Units of one account, signed one after the other.

import type { Hash } from './hex.js';
import type { Signer } from './keys.js';
import { signUnit, unitHash, type Operation, type Unit } from './unit.js';

/** Builds and signs consecutive units of one account. */
export class UnitBuilder {
	readonly #signer: Signer;
	readonly #domain: Hash;
	readonly #expiry: () => Promise<number>;
	#height: number;
	#head: Hash;

	/**
	 * Starts at the account's next height, with its head as parent. `expiry` returns the last block that may include a
	 * unit that is signed now; without it, units have no limit.
	 */
	constructor(signer: Signer, domain: Hash, height: number, head: Hash, expiry: () => Promise<number> = async () => 0) {
		this.#signer = signer;
		this.#domain = domain;
		this.#height = height;
		this.#head = head;
		this.#expiry = expiry;
	}

	/**
	 * Signs the next unit. `validUntil` is the last block that may include it; 0 sets no limit, and without one the unit can
	 * apply at any later time. Await each call before the next.
	 */
	async next(operations: Operation[], options: { validUntil?: number } = {}): Promise<Unit> {
		const { account } = this.#signer;
		const validUntil = options.validUntil ?? (await this.#expiry());
		const body = { account, height: this.#height, parent: this.#head, validUntil, operations };
		const unit = await signUnit(body, this.#domain, this.#signer);
		this.#height += 1;
		this.#head = unitHash(unit);
		return unit;
	}
}
