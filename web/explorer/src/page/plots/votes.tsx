// The signers of the newest blocks: a column a block, a row a member.

import type { BlockLine } from '../../shared/model.js';
import { Canvas } from './canvas.js';
import { colour } from './colours.js';

const MOST_COLUMNS = 60;
const LEFT = 30;

export function Votes(props: { blocks: BlockLine[]; members: number; signers: Record<string, number[]> }) {
	const { blocks, members, signers } = props;
	const shown = blocks.slice(-MOST_COLUMNS);
	// 64 members and more fit a screen, a few are not tiny.
	const row = members <= 16 ? 18 : members <= 40 ? 11 : 7;
	const draw = (context: CanvasRenderingContext2D, width: number) => {
		const column = (width - LEFT) / MOST_COLUMNS;
		const [yes, no, author, ink] = [colour('good'), colour('bad'), colour('accent'), colour('ink-quiet')];
		context.font = `10px ${getComputedStyle(document.body).fontFamily}`;
		context.textBaseline = 'middle';
		const every = row >= 11 ? 1 : 4;
		for (let member = 0; member < members; member += every) {
			context.fillStyle = ink;
			context.fillText(String(member), 2, member * row + row / 2);
		}
		shown.forEach((block, at) => {
			const signed = block.signers ?? signers[block.hash];
			const x = LEFT + (MOST_COLUMNS - shown.length + at) * column;
			for (let member = 0; member < members; member++) {
				const isAuthor = block.author === member;
				if (signed === undefined && !isAuthor) continue;
				context.globalAlpha = isAuthor ? 1 : 0.55;
				const hasSigned = signed?.includes(member) === true;
				context.fillStyle = isAuthor ? author : hasSigned ? yes : no;
				// An absent signature is a thin line, so that it does not depend on the colour alone.
				const tall = isAuthor || hasSigned ? row - 2 : 2;
				context.fillRect(x, member * row + (row - tall) / 2, Math.max(column - 1.5, 1), tall);
			}
			context.globalAlpha = 1;
		});
	};
	const known = shown.filter((block) => (block.signers ?? signers[block.hash]) !== undefined).length;
	const label = `Signatures of ${members} members under the last ${known} blocks. The table of members has the counts.`;
	return <Canvas draw={draw} height={members * row + 2} label={label} of={[shown, signers]} />;
}
