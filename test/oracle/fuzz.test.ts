/**
 * Goal and method as test/unit/damage.test.ts, for a minute and a half; and the same on images that others made, damaged
 * anywhere and read through the whole river.
 */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import { MemoryFile } from '../../src/io/memory-file.ts';
import { attemptAsync, CASES, type DamageCase, damageBytes, exerciseImage, runRounds } from '../support/damage.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../support/fixtures.ts';
import { Random } from '../support/random.ts';
import { removeFolder, states, unpackSamplePool } from '../support/sample-pool.ts';

const { seed } = new Random();
const MS = Number(process.env['FUZZ_MS'] ?? 6000);

it.each(CASES)(`damaged $name (seed ${seed})`, async (damageCase) => {
  const count = await runRounds(damageCase, (value) => new Random(value), { seed, rounds: 1e9, ms: MS });
  console.log(`${damageCase.name}: ${count} rounds from seed ${seed}`);
  expect(count).toBeGreaterThan(10);
});

/** Bytes anywhere in what an image has allocated, most of them in its first MiB, where its structures are. */
function imageCase(name: string, bytes: Uint8Array): DamageCase {
  const pages: number[] = [];
  for (let at = 0; at < bytes.length; at += 4096)
    if (bytes.subarray(at, at + 4096).some((byte) => byte !== 0)) pages.push(at);
  return {
    name,
    round: async (random) => {
      const undo: [number, Uint8Array][] = [];
      for (let i = 1 + random.below(24); i > 0; i--) {
        const page = random.pick(random.below(3) === 0 ? pages.slice(0, 40) : pages);
        undo.push([page, bytes.slice(page, page + 4096)]);
        damageBytes(bytes, { what: 'page', start: page, length: Math.min(4096, bytes.length - page) }, random);
      }
      const size = random.below(8) === 0 ? random.below(bytes.length) : bytes.length;
      const openFile = (path: string) => new MemoryFile(bytes.subarray(0, size), path);
      const image = await attemptAsync(() => openImage(name, { openFile }));
      if (image !== null) {
        exerciseImage(image, random);
        await image.close();
      }
      for (const [at, before] of undo.reverse()) bytes.set(before, at);
    },
  };
}

it(`damaged images of the sample pool (seed ${seed})`, async () => {
  const folder = await unpackSamplePool();
  try {
    for (const state of states.filter(({ condition }) => condition !== 'truncated')) {
      const damageCase = imageCase(state.path, readFileSync(`${folder}/${state.path}`));
      await runRounds(damageCase, (value) => new Random(value), { seed, rounds: 1e9, ms: MS / 4 });
    }
  } finally {
    removeFolder(folder);
  }
});

it
  .skipIf(fixturesRoot() === null)
  .each(['hostile-vhdx/rev.vhdx.gz', 'ntfs/dfir_ntfs/ntfs3_attrlist.raw.gz', 'ntfs/dfir_ntfs/ntfs_index.raw.gz'])(
  fixturesTitle(`damaged %s (seed ${seed})`),
  async (path) => {
    const damageCase = imageCase(path, new Uint8Array(readFileSync(unpackFixture(path))));
    await runRounds(damageCase, (value) => new Random(value), { seed, rounds: 1e9, ms: MS });
  },
);
