/** What the benches have in common: their options, the number of rounds, and that a missing tool ends the run. */

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const root = resolve(import.meta.dirname, '..');

/** `--<folder> DIR` (by default below bench/out), `--only TEXT`, `-n ROUNDS`. */
export function setUp({ folder, below = '', tools = [] }) {
  const { values } = parseArgs({
    options: { [folder]: { type: 'string' }, only: { type: 'string', default: '' }, n: { type: 'string', short: 'n' } },
  });
  const rounds = Number(values.n ?? 7);
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`-n takes a number of rounds, not ${values.n}`);
  const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) throw new Error(`the bench needs ${missing.join(', ')}: install what is missing`);
  return { place: resolve(values[folder] ?? join(root, 'bench/out', below)), only: values.only, rounds };
}
