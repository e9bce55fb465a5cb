#!/usr/bin/env node
/** Where the built command line starts. */

import { useCodeCache } from './code-cache.ts';

const args = process.argv.slice(2);
const ahead = args[0] === 'mount' ? import('./head-start.ts').then(({ startAhead }) => startAhead(args)) : null;
useCodeCache(import.meta.dirname);
void (ahead ?? Promise.resolve())
  .then(() => import('./main.ts'))
  .then(({ start }) => start(args))
  // All is written and closed. Ending here spares the engine taking its heap apart.
  .then(() => process.exit());
