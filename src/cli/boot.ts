#!/usr/bin/env node
/** Where the built command line starts. */

import { useCodeCache } from './code-cache.ts';

useCodeCache(import.meta.dirname);
void import('./main.ts')
  .then(({ start }) => start(process.argv.slice(2)))
  // All is written and closed. Ending here spares the engine taking its heap apart.
  .then(() => process.exit());
