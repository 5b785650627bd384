// An account's chain among others: a row an account, a disc a unit, a curve a payment that ends in a diamond, the credit. Time
// goes to the right.

import type { LatticeUnit, LatticeView } from '../../shared/model.js';
import { short } from '../format.js';
import { go } from '../router.js';
import { Canvas } from './canvas.js';
import { colour } from './colours.js';

const ROW = 46;
const TOP = 14;
const FOOT = 20;
const DISC = 5;
/** Widths of a column and of the names of accounts, where there is room and on a phone. */
const [WIDE, NARROW] = [
	{ column: 30, left: 112, ends: 5 },
	{ column: 21, left: 84, ends: 3 },
];
const PHONE = 520;
const layoutOf = (width: number) => (width < PHONE ? NARROW : WIDE);

export function LatticeDrawing({ view, ledger }: { view: LatticeView; ledger: string }) {
	const { lanes } = view;
	const height = TOP + lanes.length * ROW + FOOT;
	const yOf = (lane: number) => TOP + lane * ROW + ROW / 2;
	const placed = (width: number) => {
		const { column, left, ends } = layoutOf(width);
		const units = view.units.slice(-Math.max(1, Math.floor((width - left - column) / column)));
		return { column, left, ends, units, xOf: (at: number) => left + at * column + column / 2 };
	};

	const draw = (context: CanvasRenderingContext2D, width: number) => {
		const { column, left, ends, units, xOf } = placed(width);
		const [accent, second, quiet, line, ink] = [colour('accent'), colour('second'), colour('ink-quiet'), colour('line'), colour('ink')];
		const font = getComputedStyle(document.body).fontFamily;
		context.textBaseline = 'middle';
		context.lineWidth = 1;
		lanes.forEach((address, lane) => {
			context.fillStyle = lane === 0 ? ink : quiet;
			context.font = `${lane === 0 ? 600 : 400} 12px ${font}`;
			context.fillText(short(address, ends), 2, yOf(lane));
			context.strokeStyle = line;
			context.beginPath();
			context.moveTo(left, yOf(lane));
			context.lineTo(width, yOf(lane));
			context.stroke();
		});
		paintChains(context, units, lanes, { xOf, yOf, own: accent, other: quiet });
		units.forEach(({ account, paid }, at) => {
			const from = lanes.indexOf(account);
			for (const { dest } of paid) {
				const to = lanes.indexOf(dest);
				const isOwn = from === 0 || to === 0;
				context.globalAlpha = isOwn ? 1 : 0.45;
				context.strokeStyle = context.fillStyle = to === 0 ? second : isOwn ? accent : quiet;
				if (to >= 0 && to !== from) paintPayment(context, xOf(at), yOf(from), xOf(at) + column * 0.8, yOf(to));
			}
			context.globalAlpha = 1;
			context.fillStyle = from === 0 ? accent : quiet;
			context.beginPath();
			context.arc(xOf(at), yOf(from), DISC, 0, 2 * Math.PI);
			context.fill();
		});
		paintBlocks(context, units, xOf, height - FOOT / 2, quiet, font);
	};

	const pick = (x: number, y: number) => {
		const width = document.querySelector<HTMLElement>('[data-lattice]')?.clientWidth ?? 0;
		const { column, left, units, xOf } = placed(width);
		const near = units.findIndex((unit, at) => Math.hypot(x - xOf(at), y - yOf(lanes.indexOf(unit.account))) < column / 2);
		const unit = units[near];
		if (unit !== undefined) return go({ view: 'unit', ledger, item: unit.hash });
		const lane = lanes[Math.floor((y - TOP) / ROW)];
		if (x < left && lane !== undefined) go({ view: 'account', ledger, item: lane });
	};
	const others = lanes.length - 1;
	const label = `The chain of this account and ${others === 1 ? 'one other' : `${others} others`}, with ${view.units.length} units. The list below has its units in words.`;
	return (
		<div data-lattice data-units={view.units.length} data-newest={view.units[view.units.length - 1]?.hash} class="lattice">
			<Canvas draw={draw} height={height} label={label} of={view} onPick={pick} />
		</div>
	);
}

interface Places {
	xOf(at: number): number;
	yOf(lane: number): number;
	own: string;
	other: string;
}

/** Draws the chain of each account: a line from unit to unit. */
function paintChains(context: CanvasRenderingContext2D, units: LatticeUnit[], lanes: string[], { xOf, yOf, own, other }: Places): void {
	lanes.forEach((address, lane) => {
		const places = units.flatMap(({ account }, at) => (account === address ? [xOf(at)] : []));
		const [first, last] = [places[0], places[places.length - 1]];
		if (first === undefined || last === undefined) return;
		context.strokeStyle = lane === 0 ? own : other;
		context.lineWidth = lane === 0 ? 2.5 : 1.5;
		context.beginPath();
		context.moveTo(first, yOf(lane));
		context.lineTo(last, yOf(lane));
		context.stroke();
	});
	context.lineWidth = 1.5;
}

/** Draws a payment: a curve from the unit to the credit. */
function paintPayment(context: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
	context.beginPath();
	context.moveTo(x, y);
	const middle = (x + toX) / 2;
	context.bezierCurveTo(middle, y, middle, toY, toX, toY);
	context.stroke();
	context.beginPath();
	context.moveTo(toX - 4, toY);
	context.lineTo(toX, toY - 4);
	context.lineTo(toX + 4, toY);
	context.lineTo(toX, toY + 4);
	context.fill();
}

/** Names the blocks below the drawing, as far as there is room. */
function paintBlocks(context: CanvasRenderingContext2D, units: LatticeUnit[], xOf: (at: number) => number, y: number, ink: string, font: string): void {
	context.fillStyle = ink;
	context.font = `11px ${font}`;
	let free = -Infinity;
	let named = -1;
	units.forEach(({ block }, at) => {
		if (block === named || xOf(at) < free) return;
		const text = String(block);
		context.fillText(text, xOf(at) - 4, y);
		named = block;
		free = xOf(at) + context.measureText(text).width + 14;
	});
}
