// Firefox by WebDriver BiDi, which it speaks itself: as much of it as a smoke run needs.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const BROWSERS = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox'];
/** How long the browser may take to start, and a page to show something. */
const PATIENCE_MS = 60_000;
const POLL_MS = 150;

interface Answer {
	id?: number;
	result?: unknown;
	error?: string;
	message?: string;
}

export class Firefox {
	readonly #process: ChildProcess;
	readonly #profile: string;
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
	#next = 0;
	#context = '';

	private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
		[this.#process, this.#profile, this.#socket] = [process, profile, socket];
		socket.on('message', (data) => {
			const { id, result, error, message } = JSON.parse(String(data)) as Answer;
			const waiting = id === undefined ? undefined : this.#waiting.get(id);
			if (id !== undefined) this.#waiting.delete(id);
			if (error === undefined) waiting?.resolve(result);
			else waiting?.reject(new Error(`${error}: ${message}`));
		});
	}

	/** Starts the browser without a window. */
	static async start(): Promise<Firefox> {
		const path = process.env['TOP_FIREFOX'] ?? BROWSERS.find(existsSync);
		assert.ok(path, 'there is no Firefox: scripts/setup.sh firefox');
		const profile = mkdtempSync(join(tmpdir(), 'top-firefox-'));
		const child = spawn(path, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		const address = await new Promise<string>((resolve, reject) => {
			let said = '';
			setTimeout(() => reject(new Error(`Firefox does not listen: ${said}`)), PATIENCE_MS).unref();
			child.stderr?.on('data', (data) => {
				said += String(data);
				const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
				if (found !== null) resolve(found[1] as string);
			});
			child.on('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
		});
		const socket = new WebSocket(`${address}/session`);
		await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
		const firefox = new Firefox(child, profile, socket);
		await firefox.#call('session.new', { capabilities: {} });
		const { contexts } = (await firefox.#call('browsingContext.getTree', {})) as { contexts: { context: string }[] };
		firefox.#context = contexts[0]?.context ?? '';
		return firefox;
	}

	#call(method: string, params: unknown): Promise<unknown> {
		const id = ++this.#next;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#socket.send(JSON.stringify({ id, method, params }));
		});
	}

	async goTo(url: string): Promise<void> {
		await this.#call('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
	}

	async resize(width: number, height: number): Promise<void> {
		await this.#call('browsingContext.setViewport', { context: this.#context, viewport: { width, height } });
	}

	/** Evaluates an expression in the page. Its value is JSON. */
	async evaluate<T>(expression: string): Promise<T> {
		const answer = (await this.#call('script.evaluate', {
			expression: `(async () => JSON.stringify(await (${expression})))()`,
			target: { context: this.#context },
			awaitPromise: true,
		})) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
		if (answer.type === 'exception') throw new Error(`${expression}: ${answer.exceptionDetails?.text}`);
		return JSON.parse(answer.result?.value ?? 'null') as T;
	}

	/** Waits until an expression is true in the page. */
	async until(expression: string): Promise<void> {
		const end = Date.now() + PATIENCE_MS;
		while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) {
			if (Date.now() > end) throw new Error(`the page does not come to: ${expression}\n${await this.evaluate<string>('document.body.innerText')}`);
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		}
	}

	/** Clicks an element as a person does: at its middle. */
	async click(selector: string): Promise<void> {
		await this.until(`document.querySelector(${JSON.stringify(selector)})`);
		const [x, y] = await this.evaluate<[number, number]>(
			`(() => { const element = document.querySelector(${JSON.stringify(selector)}); element.scrollIntoView({ block: 'center' });
			const { left, top, width, height } = element.getBoundingClientRect(); return [Math.round(left + width / 2), Math.round(top + height / 2)]; })()`,
		);
		const actions = [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
		await this.#call('input.performActions', { context: this.#context, actions: [{ type: 'pointer', id: 'mouse', actions }] });
	}

	/** Types into what has the focus. */
	async type(text: string): Promise<void> {
		const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
		await this.#call('input.performActions', { context: this.#context, actions: [{ type: 'key', id: 'keyboard', actions }] });
	}

	async picture(path: string): Promise<void> {
		const { data } = (await this.#call('browsingContext.captureScreenshot', { context: this.#context })) as { data: string };
		writeFileSync(path, Buffer.from(data, 'base64'));
	}

	async stop(): Promise<void> {
		this.#socket.close();
		const ended = new Promise((resolve) => this.#process.once('exit', resolve));
		this.#process.kill();
		await ended;
		rmSync(this.#profile, { recursive: true, force: true });
	}
}
