/**
 * Goal: on file systems that share blocks a clone made gap by gap holds the right bytes, shares all it did not change, and
 * the base stays as it was. Method: XFS and Btrfs on loop devices, scattered writes, what the kernel says of its extents.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { loadHostFiles } from '../../native-shims/load.ts';
import { DiskStore } from '../../src/io/disk-store.ts';
import { loopMount } from '../support/loop-mount.ts';
import { Random } from '../support/random.ts';
import { run, title, without } from '../support/tools.ts';

const tools = ['mkfs.xfs', 'mkfs.btrfs', 'mount', 'filefrag'] as const;
const SIZE = 16 * 2 ** 20 + 512;

it.skipIf(without(...tools)).each(['mkfs.xfs', 'mkfs.btrfs'])(title('%s', ...tools), async (make) => {
  const folder = loopMount(make, 1);
  const [from, to] = [join(folder, 'a'), join(folder, 'b')];
  const random = new Random(5);
  const before = random.bytes(SIZE);
  writeFileSync(from, before);
  run('sync', '-f', folder);
  const file = new DiskStore(await loadHostFiles()).openClone(from, to)!;
  const wanted = before.slice();
  for (let i = 0; i < 60; i++) {
    const bytes = random.bytes(512 * (1 + random.below(60)));
    const offset = 512 * random.below(Math.floor((SIZE - bytes.length) / 512));
    wanted.set(bytes, offset);
    file.write(offset, bytes);
    if (i % 10 === 0) file.writeOut?.();
  }
  file.flush();
  file.close();
  await setTimeout(200); // until the last writeOut has let go of the file, and so of the mount
  expect(Buffer.compare(readFileSync(to), wanted)).toBe(0);
  expect(Buffer.compare(readFileSync(from), before)).toBe(0);
  const shared = run('filefrag', '-v', '-b1', to)
    .split('\n')
    .flatMap((line) =>
      /\bshared\b/.test(line) ? [Number(/:\s+(\d+):/.exec(line.split('..').at(-1)!)?.[1] ?? 0)] : [],
    );
  expect(shared.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(SIZE - 60 * 40 * 1024);
});
