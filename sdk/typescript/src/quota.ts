// What an account has used of its share, at a time. The arithmetic is that of `tp-quota`.

import type { Amounts, QuotaRules, StoredQuota } from './records.js';

const DAY_MS = 24n * 60n * 60n * 1000n;
const DAY_US = DAY_MS * 1000n;
const NO_BURST = 100n;
const MAX_BURST = 400n;
const TOP = 1_000_000n;

/** The rules of a ledger that has not stored others. */
const free: Amounts = { compute: 400_000_000_000n, bytes: 1_048_576n, state: 100_000n };
export const DEFAULT_RULES: QuotaRules = {
	free,
	perStakeUnit: free,
	stakeUnit: 1000n * TOP,
	fullBalance: 10n * TOP,
	blockFree: 30,
	sustained: { compute: 500_000_000_000n, bytes: 102_400n, state: 16_384n },
};

/** An account's share at a time, and what is used of it: at what shares are worth then. */
export interface AccountQuota {
	used: Amounts;
	share: Amounts;
	/** What the next unit may cost. */
	left: Amounts;
	/** Balance that gives a larger share, of the account and of its sponsors. */
	locked: bigint;
	/** What shares are worth, in percent. */
	lentPercent: number;
	/** Time at which nothing counts as used any more, in milliseconds since 1970; `undefined` if it never comes. */
	fullAt: bigint | undefined;
}

type Join = (one: bigint, other: bigint) => bigint;

const zip = (one: Amounts, other: Amounts, join: Join): Amounts => ({
	compute: join(one.compute, other.compute),
	bytes: join(one.bytes, other.bytes),
	state: join(one.state, other.state),
});
const map = (one: Amounts, change: (amount: bigint) => bigint) => zip(one, one, change);
const min: Join = (one, other) => (one < other ? one : other);
const less: Join = (one, other) => (one > other ? one - other : 0n);
const divideUp: Join = (one, other) => (one + other - 1n) / other;
/** How much of the free use fades in a day with a full balance. */
const fading: Join = (used, share) => (share === 0n ? used : min(used, share));

/**
 * Returns an account's share and use at a time. `balance` is free and reserved together; `hasFreeShare` says whether the
 * account's own balance keeps it in the state.
 */
export function quotaAt(
	stored: StoredQuota,
	now: bigint,
	balance: bigint,
	hasFreeShare: boolean,
	rules: QuotaRules,
	lentPercent: number,
): AccountQuota {
	const burst = [NO_BURST, BigInt(lentPercent), MAX_BURST].sort((one, other) => (one < other ? -1 : 1))[1] as bigint;
	const worth = (share: Amounts) => map(share, (amount) => (amount * burst) / NO_BURST);
	const { locked } = stored;
	const freeShare = hasFreeShare ? rules.free : map(rules.free, () => 0n);
	const perStake = (amount: bigint) => (rules.stakeUnit === 0n ? 0n : (amount * locked) / rules.stakeUnit);
	const stakeShare = map(rules.perStakeUnit, perStake);

	const left = less(DAY_MS, less(now, stored.chargedAt));
	const heldPart = rules.fullBalance === 0n ? 1n : min(balance, rules.fullBalance);
	const heldWhole = rules.fullBalance === 0n ? 1n : rules.fullBalance;
	const held = stored.held + (less(now, stored.countedAt) * 1000n * heldPart) / heldWhole;
	const staked = map(stored.staked, (used) => divideUp(used * left, DAY_MS));
	const ofFree = zip(stored.free, freeShare, (used, share) => less(used, (fading(used, share) * held) / DAY_US));

	const excess = zip(staked, stakeShare, less);
	const room = zip(zip(freeShare, ofFree, less), excess, less);
	const unused = zip(zip(stakeShare, staked, less), room, (one, other) => one + other);

	const needed = zip(stored.free, freeShare, (used, share) => {
		const part = fading(used, share);
		return part === 0n ? 0n : divideUp(DAY_US * used, part);
	});
	const longest = [needed.compute, needed.bytes, needed.state].reduce((one, other) => (one > other ? one : other));
	const missing = less(longest, stored.held);
	const freeAt = heldPart === 0n ? undefined : stored.countedAt + divideUp(missing * heldWhole, 1000n * heldPart);
	const isStaked = stored.staked.compute + stored.staked.bytes + stored.staked.state > 0n;
	const stakedAt = isStaked ? stored.chargedAt + DAY_MS : 0n;
	const fadesAt = missing === 0n ? 0n : freeAt;
	return {
		used: worth(zip(staked, ofFree, (one, other) => one + other)),
		share: worth(zip(stakeShare, freeShare, (one, other) => one + other)),
		left: worth(unused),
		locked,
		lentPercent: Number(burst),
		fullAt: fadesAt === undefined ? undefined : fadesAt > stakedAt ? fadesAt : stakedAt,
	};
}

/** Returns how many operations of a cost fit what is left. */
export function timesLeft(left: Amounts, cost: Amounts): bigint {
	const times = zip(left, cost, (amount, each) => (each === 0n ? amount : amount / each));
	return [times.compute, times.bytes, times.state].reduce(min);
}
