// Puts the formats and the example programs into the package, and removes them again: `npm pack` runs both.

import { cpSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const FOLDERS = [
	['../../docs/src/formats', 'docs', '.md'],
	['../../examples/typescript/src', 'examples', '.ts'],
];

for (const [from, to, ending] of FOLDERS) {
	rmSync(`${here}${to}`, { recursive: true, force: true });
	if (process.argv.includes('--clean')) continue;
	for (const name of readdirSync(`${here}${from}`).filter((name) => name.endsWith(ending))) {
		cpSync(`${here}${from}/${name}`, `${here}${to}/${name}`);
	}
}
