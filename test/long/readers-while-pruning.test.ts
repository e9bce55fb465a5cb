/**
 * Goal: states that stay can be opened and read at any moment of a pruning, and pruning comes to its end between readers.
 * Method: the built command prunes a chain while this process opens and reads what stays, over and over. SEED, ROUNDS.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backup } from '../../src/backup/backup.ts';
import { createReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { openImage } from '../../src/image/image.ts';
import { Random } from '../support/random.ts';
import { mutate, sourceOf } from '../support/replica-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI } from '../support/tools.ts';
import { sha256Of } from '../support/vhdx-reading.ts';

const SEED = Number(process.env['SEED'] ?? 1);
const ROUNDS = Number(process.env['ROUNDS'] ?? 8);

function pruning(root: string): { readonly code: number | null; readonly isRunning: boolean } {
  const child = spawn(process.execPath, [CLI, 'prune', root, '--keep', '3', '--apply'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const state = { code: null as number | null, isRunning: true };
  child.once('exit', (code) => Object.assign(state, { code, isRunning: false }));
  return state;
}

it('what stays is read throughout', async () => {
  const random = new Random(SEED);
  let reads = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const root = join(tempFolder(), 'pool');
    const pool = createReplicaPool(root, 'dpm01.contoso.com');
    let bytes = random.bytes(2 ** 20);
    await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain' });
    for (let i = 0; i < 12; i++) {
      bytes = mutate(bytes, random, 30);
      await backup(pool, 'vm', sourceOf(bytes));
    }
    const staying = pool.find('vm').container.states().slice(-4);
    const hash = async (path: string): Promise<string> => {
      await using image = await openImage(path);
      await new Promise((resolve) => setTimeout(resolve, random.below(8))); // it is read a while after it was opened
      return sha256Of(image.disk);
    };
    const known: string[] = [];
    for (const { path } of staying) known.push(await hash(path));
    const work = pruning(root);
    while (work.isRunning) {
      const which = random.below(staying.length);
      expect(await hash(staying[which]!.path), `round ${round}, seed ${SEED}`).toBe(known[which]);
      reads++;
      await new Promise((resolve) => setTimeout(resolve, random.below(40)));
    }
    expect(work.code, `round ${round}, seed ${SEED}`).toBe(0);
    expect(pool.find('vm').container.states()).toHaveLength(4);
    for (const [i, { path }] of staying.entries()) expect(await hash(path)).toBe(known[i]);
  }
  console.log(`${reads} reads while ${ROUNDS} prunings ran`);
  expect(reads).toBeGreaterThan(ROUNDS);
});
