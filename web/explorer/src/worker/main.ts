// The worker's entry.

import { expose } from 'comlink';
import { ExplorerApi } from './api.js';

expose(new ExplorerApi());
