/**
 * Goal: shadow copies equal what libvshadow reads where its rules and ours are the same. Method: random histories on
 * synthetic volumes, laid out so that libvshadow pairs their entries rightly; every block that was allocated is compared.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import { contentOf } from '../support/ntfs-open.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { run, title, without } from '../support/tools.ts';
import { BLOCK, randomHistory } from '../support/vss-builder.ts';

const needs = ['vshadowmount', '/dev/fuse', 'root'];

describe.skipIf(without(...needs))(title('shadow copies against vshadowmount', ...needs), () => {
  it('six random histories', async () => {
    for (let round = 0; round < 6; round++) {
      const random = new Random(Number(process.env['SEED'] ?? 1) * 1000 + round);
      // Overlays are left out: libvshadow keeps the offsets of a block's first overlay for all of them.
      const history = randomHistory({ blocks: 80, random, overlays: false }, 400, 1 + random.below(5));
      const { volume } = history.build();
      const folder = tempFolder();
      const path = join(folder, 'volume.raw');
      const mount = join(folder, 'mount');
      writeFileSync(path, volume);
      mkdirSync(mount);
      run('vshadowmount', path, mount);
      onTestFinished(() => void spawnSync('umount', [mount]));
      const image = await openImage(path);
      onTestFinished(() => image.close());
      const { copies } = image.listVolumes()[0]!.shadowCopies;
      expect(copies).toHaveLength(history.snapshots.length);
      for (const [index, copy] of copies.entries()) {
        const theirs = readFileSync(join(mount, `vss${index + 1}`));
        const ours = contentOf(copy.map);
        for (let block = 1; block < 80; block++) {
          if (history.snapshots[index]!.unallocated.has(block)) continue;
          const [start, end] = [block * BLOCK, (block + 1) * BLOCK];
          const same = Buffer.compare(ours.subarray(start, end), theirs.subarray(start, end)) === 0;
          expect(same, `seed ${random.seed}: copy ${index + 1}, block ${block}`).toBe(true);
        }
      }
      run('umount', mount);
    }
  });
});
