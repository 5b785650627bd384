// Whether a part is in sight: of many ledgers only those in sight are drawn again with each block.

import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** How far outside of the window a part counts as in sight. */
const MARGIN = '120px';

const heard = new WeakMap<Element, (isInSight: boolean) => void>();
const watcher = new IntersectionObserver(
	(entries) => {
		for (const { target, isIntersecting } of entries) heard.get(target)?.(isIntersecting);
	},
	{ rootMargin: MARGIN },
);

export function useInSight(part: RefObject<Element | null>): boolean {
	const [isInSight, setInSight] = useState(false);
	useEffect(() => {
		const element = part.current;
		if (element === null) return undefined;
		heard.set(element, setInSight);
		watcher.observe(element);
		return () => watcher.unobserve(element);
	}, []);
	return isInSight;
}
