import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MOST_BYTES = 400_000;
/** What the explorer may import, besides its own files. */
const IMPORTS = ['@top/sdk', '@preact/signals', 'comlink', 'preact', 'preact/hooks', 'uplot'];

function sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? sources(path) : /\.tsx?$/.test(name) ? [path] : [];
	});
}

test('the page is at most 400 kB, compressed', () => {
	execFileSync('node', ['build.mjs'], { cwd: root });
	const page = join(root, 'dist/page');
	const files = readdirSync(page).filter((name) => !/\.(map|gz)$/.test(name));
	const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(page, name))).length, 0);
	assert.ok(files.includes('page.js') && files.includes('worker.js'));
	assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
});

test('the explorer imports the TypeScript SDK, and small libraries', () => {
	for (const path of sources(join(root, 'src'))) {
		for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import) '([^']+)'/g)) {
			assert.ok(name?.startsWith('.') === true || IMPORTS.includes(name as string), `${path} imports ${name}`);
		}
	}
});
