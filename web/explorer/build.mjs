// Builds the page into dist/page: two entries that share their chunks, a style sheet, and the page itself. The node that
// serves the page takes the compressed form of each file from there too.
//
//   node build.mjs                   the page
//   node build.mjs --tests           the unit tests, into dist/tests
//   node build.mjs --browser-tests   the tests in a browser, into dist/browser
//   node build.mjs --recorder        the program that records a network, into dist/recorder

import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

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
	compress();
}

/** Writes the compressed form of each file that it makes shorter. Maps of the sources are for developers. */
function compress() {
	for (const name of readdirSync(page).filter((name) => !name.endsWith('.map'))) {
		const content = readFileSync(join(page, name));
		const compressed = gzipSync(content, { level: 9 });
		if (compressed.length < content.length) writeFileSync(join(page, `${name}.gz`), compressed);
	}
}

async function buildTests(folder, out) {
	const entryPoints = readdirSync(join(root, folder))
		.filter((name) => /\.test\.tsx?$/.test(name))
		.map((name) => join(root, folder, name));
	rmSync(join(root, out), { recursive: true, force: true });
	// The models of nodes come from the tests of the SDK, which has its own packages.
	const external = ['axe-core', 'esbuild', 'playwright-core', 'ws'];
	await build({ ...shared, entryPoints, outdir: join(root, out), platform: 'node', external, sourcemap: 'inline' });
}

/** Workers that stand for ledgers, for the tests of the page under load and of the page of a zone. */
async function buildWorkers() {
	const entryPoints = ['flood', 'zone-worker'].map((name) => join(root, `test/browser/${name}.ts`));
	await build({ ...shared, entryPoints, outdir: join(root, 'dist/browser') });
}

/** The program that records a network for the tests of the page under load. */
async function buildRecorder() {
	const entryPoints = [join(root, 'test/recording/record.ts')];
	const external = ['axe-core', 'playwright-core', 'ws'];
	await build({ ...shared, entryPoints, outdir: join(root, 'dist/recorder'), platform: 'node', external });
}

if (process.argv.includes('--recorder')) await buildRecorder();
else if (process.argv.includes('--tests')) await buildTests('test/unit', 'dist/tests');
else if (process.argv.includes('--browser-tests')) {
	await buildTests('test/browser', 'dist/browser');
	await buildWorkers();
}
else await buildPage();
