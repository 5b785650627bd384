// How values were checked, beside the values.

import type { Check } from '@top/sdk';
import type { ComponentChildren } from 'preact';

export const CHECK_WORDS: Record<Check, { short: string; long: string }> = {
	proof: {
		short: 'proved',
		long: 'Proved: a Merkle proof leads to a header that a quorum of the committee signed. Checked in this browser.',
	},
	certificate: {
		short: 'certified',
		long: 'Certified: a quorum of the committee signed the header that this follows from. Checked in this browser.',
	},
	none: { short: 'unchecked', long: 'Unchecked: the node says so. This browser could not verify it.' },
};

const SHAPES: Record<Check, preact.JSX.Element> = {
	proof: <path d="M8 1 2.5 3.2v4.3c0 3.4 2.3 6 5.5 7.5 3.2-1.5 5.5-4.1 5.5-7.5V3.2L8 1Zm-2.9 6.9 2 2 3.9-3.9" />,
	certificate: <path d="M8 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM5.2 9.6 4 14.5l4-2 4 2-1.2-4.9M6 6l1.5 1.5L10.2 4.8" />,
	none: <path d="M8 1.5 1.2 13.8h13.6L8 1.5ZM8 6v4m0 1.8v.4" />,
};

/** A mark in the head of a panel. */
export function CheckMark({ check, label }: { check: Check; label?: string }) {
	const { short, long } = CHECK_WORDS[check];
	return (
		<span class={`mark mark-${check}`} data-checked={check} title={long}>
			<svg viewBox="0 0 16 16" aria-hidden="true">
				{SHAPES[check]}
			</svg>
			{label ?? short}
		</span>
	);
}

/** A value with its check. What is unchecked shows a question mark; the check is in the title of all. */
export function Value({ check, children, class: name }: { check: Check; children: ComponentChildren; class?: string }) {
	return (
		<span class={`value value-${check} ${name ?? ''}`} data-checked={check} title={CHECK_WORDS[check].long}>
			{children}
			{check === 'none' && (
				<sup class="doubt">
					<span aria-hidden="true">?</span>
					<span class="unseen">unchecked</span>
				</sup>
			)}
		</span>
	);
}
