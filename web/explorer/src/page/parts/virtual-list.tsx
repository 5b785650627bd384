// Long lists: only the rows in sight are drawn.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below those in sight. */
const MARGIN = 8;

export function VirtualList(props: {
	count: number;
	rowHeight: number;
	/** Height of the list in sight. */
	height: number;
	label: string;
	row(index: number): ComponentChildren;
	/** Called when the end comes into sight. */
	onEnd?: () => void;
	testid?: string;
}) {
	const { count, rowHeight, height, label, row, onEnd, testid } = props;
	const box = useRef<HTMLDivElement>(null);
	const [top, setTop] = useState(0);
	const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
	const last = Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN);
	const isAtEnd = last >= count;

	useEffect(() => {
		if (isAtEnd) onEnd?.();
	}, [isAtEnd, count]);

	const rows = Array.from({ length: last - first }, (_, at) => first + at);
	return (
		<div
			class="list"
			ref={box}
			style={{ height: `${Math.min(height, Math.max(count, 1) * rowHeight + 2)}px` }}
			tabIndex={0}
			role="list"
			aria-label={label}
			data-testid={testid}
			onScroll={() => setTop(box.current?.scrollTop ?? 0)}
		>
			<div style={{ height: `${count * rowHeight}px`, position: 'relative' }} role="presentation">
				{rows.map((index) => (
					<div
						key={index}
						class="list-row"
						role="listitem"
						aria-setsize={count}
						aria-posinset={index + 1}
						style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
					>
						{row(index)}
					</div>
				))}
			</div>
		</div>
	);
}
