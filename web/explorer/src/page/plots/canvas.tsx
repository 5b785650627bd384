// A drawing in the size of its box, in the pixels of the screen.

import { useEffect, useRef } from 'preact/hooks';
import { themeCount } from './colours.js';

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export function Canvas(props: { draw: Draw; height: number; label: string; of: unknown; onPick?: (x: number, y: number) => void }) {
	const { draw, height, label, of, onPick } = props;
	const canvas = useRef<HTMLCanvasElement>(null);
	const paint = useRef(draw);
	paint.current = draw;
	const theme = themeCount.value;

	const isInSight = useRef(false);
	// Asking the element would lay the page out once for each drawing.
	const size = useRef({ width: 0 });
	const show = () => {
		const element = canvas.current;
		// What is out of sight is drawn when it comes into sight.
		if (element === null || !isInSight.current) return;
		const { width } = size.current;
		const scale = devicePixelRatio;
		if (element.width !== Math.round(width * scale) || element.height !== Math.round(height * scale)) {
			element.width = Math.round(width * scale);
			element.height = Math.round(height * scale);
		}
		const context = element.getContext('2d');
		if (context === null) return;
		context.setTransform(scale, 0, 0, scale, 0, 0);
		context.clearRect(0, 0, width, height);
		paint.current(context, width, height);
	};

	useEffect(() => {
		const element = canvas.current as HTMLCanvasElement;
		const watcher = new ResizeObserver(([entry]) => {
			size.current = { width: entry?.contentRect.width ?? 0 };
			show();
		});
		const sight = new IntersectionObserver(([entry]) => {
			isInSight.current = entry?.isIntersecting === true;
			show();
		});
		watcher.observe(element);
		sight.observe(element);
		return () => {
			watcher.disconnect();
			sight.disconnect();
		};
	}, []);
	useEffect(show, [of, theme, height]);

	const pick = (event: MouseEvent) => {
		const box = (event.currentTarget as HTMLCanvasElement).getBoundingClientRect();
		onPick?.(event.clientX - box.left, event.clientY - box.top);
	};
	return (
		<canvas
			ref={canvas}
			class={onPick === undefined ? 'canvas' : 'canvas canvas-pick'}
			role="img"
			aria-label={label}
			style={{ height: `${height}px` }}
			onClick={pick}
		/>
	);
}
