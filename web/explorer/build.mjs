// Builds the page into dist/page: two entries that share their chunks, a style sheet, and the page itself.
//
//   node build.mjs                   the page
//   node build.mjs --tests           the unit tests, into dist/tests
//   node build.mjs --browser-tests   the tests in a browser, into dist/browser

import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const page = join(root, 'dist/page');

const shared = {
	bundle: true,
	format: 'esm',
	target: 'es2022',
	jsx: 'automatic',
	jsxImportSource: 'preact',
	logLevel: 'warning',
};

async function buildPage() {
	rmSync(page, { recursive: true, force: true });
	mkdirSync(page, { recursive: true });
	await build({
		...shared,
		entryPoints: { page: join(root, 'src/page/main.tsx'), worker: join(root, 'src/worker/main.ts') },
		outdir: page,
		splitting: true,
		chunkNames: 'shared-[hash]',
		minify: true,
		sourcemap: 'linked',
	});
	await build({ ...shared, entryPoints: [join(root, 'src/page/style.css')], outdir: page, minify: true });
	copyFileSync(join(root, 'src/page/index.html'), join(page, 'index.html'));
	copyFileSync(join(root, 'src/page/icon.svg'), join(page, 'icon.svg'));
}

async function buildTests(folder, out) {
	const entryPoints = readdirSync(join(root, folder))
		.filter((name) => /\.test\.tsx?$/.test(name))
		.map((name) => join(root, folder, name));
	rmSync(join(root, out), { recursive: true, force: true });
	await build({ ...shared, entryPoints, outdir: join(root, out), platform: 'node', packages: 'external', sourcemap: 'inline' });
}

/** A worker that stands for busy ledgers, for the test of the page under load. */
async function buildFlood() {
	await build({ ...shared, entryPoints: [join(root, 'test/browser/flood.ts')], outdir: join(root, 'dist/browser') });
}

if (process.argv.includes('--tests')) await buildTests('test/unit', 'dist/tests');
else if (process.argv.includes('--browser-tests')) {
	await buildTests('test/browser', 'dist/browser');
	await buildFlood();
}
else await buildPage();
