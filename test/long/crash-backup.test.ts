/**
 * Goal: the same as test/unit/replica/crash.test.ts, over many more images, and proof that the suite can fail: without
 * any one flush or folder sync of protect and backup it does. Method: one seed after the other. Other seeds: SEED=N.
 */

import { describe, expect, it } from 'vitest';
import { type BackupCrash, crashBackup } from '../support/backup-crash.ts';
import { flushesOf, isFound } from '../support/flush-mutations.ts';

const SEED = Number(process.env['SEED'] ?? 1);
const DISK = { diskSize: 128 * 1024, choices: 40 } as const;

type Kind = Omit<BackupCrash, 'seed' | 'choices'>;

/** Kinds of work, and the distinct images each must have shown. */
const GOALS: readonly (readonly [string, Kind, number])[] = [
  ['initial replica', { mode: 'clone', before: 0 }, 8_000],
  ['clone', { mode: 'clone', before: 2 }, 18_000],
  ['chain', { mode: 'chain', before: 2 }, 18_000],
  ['chain, new base', { mode: 'chain', before: 2, depthMax: 2 }, 9_000],
  ['chain without hard links', { mode: 'chain', before: 2, hasLinks: false }, 9_000],
  ['clone without hard links', { mode: 'clone', before: 1, hasLinks: false }, 9_000],
];

describe('power cuts in protect and backup', () => {
  it.each(GOALS)('%s', async (name, kind, goal) => {
    let images = 0;
    for (let seed = SEED; images < goal; seed++) images += (await crashBackup({ ...kind, ...DISK, seed })).images;
    console.log(`${name}: ${images} distinct images`);
  });

  it.each(GOALS)('%s: every flush is needed', async (_, kind) => {
    const job = { ...kind, ...DISK, choices: 12, seed: SEED };
    const names = await flushesOf(job);
    expect(names.length).toBeGreaterThan(4);
    const unneeded: string[] = [];
    // Without hard links the last one is not: the move before it made recovery finish the publication.
    const needed = kind.hasLinks === false ? names.slice(0, -1) : names;
    for (const [index, name] of needed.entries()) {
      if ((await isFound(job, index)) === null) unneeded.push(`${index} ${name}`);
    }
    expect(unneeded, `of ${names.join(', ')}`).toEqual([]);
  });
});
