// The colours of the design, for drawings that can not use style sheets. They follow the theme.

import { signal } from '@preact/signals';

/** Changes when the theme does, so that drawings are drawn again. */
export const themeCount = signal(0);

export function colour(token: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (themeCount.value += 1));
