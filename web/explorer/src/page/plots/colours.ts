// The colours of the design, for drawings that can not use style sheets. They follow the theme.

import { signal } from '@preact/signals';

/** Changes when the theme does, so that drawings are drawn again. */
export const themeCount = signal(0);

const known = new Map<string, string>();
let knownTheme = -1;

/** Returns a colour of the present theme. */
export function colour(token: string): string {
	if (knownTheme !== themeCount.peek()) {
		known.clear();
		knownTheme = themeCount.peek();
	}
	let value = known.get(token);
	if (value === undefined) {
		value = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
		known.set(token, value);
	}
	return value;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (themeCount.value += 1));
