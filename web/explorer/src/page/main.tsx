// The page's entry.

import { render } from 'preact';
import { start } from './store.js';
import { storedTheme } from './storage.js';
import { App, applyTheme } from './views/app.js';

applyTheme(storedTheme());
render(<App />, document.getElementById('app') as HTMLElement);
void start();
