// How a value was checked. A program that shows values of a node shows this beside each of them.

/**
 * - `proof`: a Merkle proof leads from the value to a root in a certified header;
 * - `certificate`: it follows from a header that a quorum signed, or that such a header names as its ancestor;
 * - `none`: the node says so.
 *
 * The first two are as good as the committee that the reader trusts. Without one, everything is `none`.
 */
export type Check = 'proof' | 'certificate' | 'none';

/** A value, and how it was checked. */
export interface Checked<T> {
	value: T;
	checked: Check;
}

/** Returns a value with its check. */
export const checked = <T>(value: T, check: Check): Checked<T> => ({ value, checked: check });
