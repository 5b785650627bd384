// A plot of one figure over time.

import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { clock } from '../format.js';
import { colour, themeCount } from './colours.js';

export interface Point {
	/** Milliseconds since 1970. */
	at: number;
	value: number;
}

export function Series(props: { points: Point[]; label: string; unit: (value: number) => string; token?: string; height?: number }) {
	const { points, label, unit, token = 'accent', height = 120 } = props;
	const box = useRef<HTMLDivElement>(null);
	const plot = useRef<UPlot | undefined>(undefined);
	const latest = points[points.length - 1];
	const theme = themeCount.value;

	useEffect(() => {
		const parent = box.current as HTMLDivElement;
		const line = colour(token);
		const axis = {
			stroke: colour('ink-quiet'),
			grid: { stroke: colour('line'), width: 1 },
			ticks: { show: false },
			font: `11px ${getComputedStyle(parent).fontFamily}`,
		};
		const options: UPlot.Options = {
			width: Math.max(parent.clientWidth, 100),
			height,
			padding: [8, 4, 0, 0],
			cursor: { show: false },
			legend: { show: false },
			scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(max * 1.15, 0.5)] } },
			axes: [
				{ ...axis, size: 22, space: 110, values: (_, values) => values.map((at) => clock(at * 1000)) },
				{ ...axis, size: 52, space: 32, values: (_, values) => values.map((value) => unit(value)) },
			],
			series: [{}, { stroke: line, width: 1.5, fill: `${line}26`, points: { show: false } }],
		};
		plot.current = new UPlot(options, [[], []], parent);
		const watcher = new ResizeObserver(() => plot.current?.setSize({ width: Math.max(parent.clientWidth, 100), height }));
		watcher.observe(parent);
		return () => {
			watcher.disconnect();
			plot.current?.destroy();
		};
	}, [theme, token, height]);

	useEffect(() => {
		plot.current?.setData([points.map(({ at }) => at / 1000), points.map(({ value }) => value)]);
	}, [points, theme]);

	const summary = latest === undefined ? 'nothing measured yet' : `now ${unit(latest.value)}`;
	return <div class="plot" ref={box} role="img" aria-label={`${label}: ${summary}`} style={{ height: `${height}px` }} />;
}
