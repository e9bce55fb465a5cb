/**
 * Goal: whoever may put a file in the place of another's can, and what its rights say stays true. Method: files of another
 * user's, and a system that refuses to give files away, as it does to all but root.
 */

import { chmodSync, chownSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { replaceFile } from '../../../src/io/replace-file.ts';
import { tempFolder } from '../../support/temp.ts';

/** Who runs, and the groups that he is in. */
const user = vi.hoisted(() => ({ uid: 0, groups: [] as number[] }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const fchownSync: typeof real.fchownSync = (fd, uid, gid) => {
    if (uid !== user.uid || !user.groups.includes(gid))
      throw Object.assign(new Error('EPERM: operation not permitted, fchown'), { code: 'EPERM' });
    real.fchownSync(fd, uid, gid);
  };
  return { ...real, default: { ...real, fchownSync }, fchownSync };
});

const isRoot = process.getuid?.() === 0;

it.skipIf(!isRoot)("a file of another user's, in a group that both are in", () => {
  const path = join(tempFolder(), 'config.xml');
  for (const [groups, isTaken] of [
    [[60], true],
    [[], false],
  ] as const) {
    user.groups = [...groups];
    writeFileSync(path, 'before');
    chownSync(path, 1000, 60);
    chmodSync(path, 0o664);
    if (isTaken) {
      const backup = replaceFile(path, Buffer.from('after'));
      expect(readFileSync(backup!, 'utf8')).toBe('before');
      expect(readFileSync(path, 'utf8')).toBe('after');
      expect(statSync(path)).toMatchObject({ uid: 0, gid: 60, mode: 0o100664 });
    } else {
      // Its rights would be another group's.
      expect(() => replaceFile(path, Buffer.from('after'))).toThrow('EPERM');
      expect(readFileSync(path, 'utf8')).toBe('before');
    }
  }
});

it('where the platform replaces a file with its rights, that is used for what is there, and only for that', () => {
  const folder = tempFolder();
  const replaced: string[] = [];
  const host = {
    replaceFile(source: string, target: string): void {
      replaced.push(target);
      renameSync(source, target);
    },
  };
  const path = join(folder, 'config.xml');
  expect(replaceFile(path, Buffer.from('one'), host)).toBeNull();
  expect(replaced).toEqual([]);
  const backup = replaceFile(path, Buffer.from('two'), host);
  expect([replaced, readFileSync(path, 'utf8'), readFileSync(backup!, 'utf8')]).toEqual([[path], 'two', 'one']);
  const failing = {
    replaceFile: () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    },
  };
  expect(() => replaceFile(path, Buffer.from('three'), failing)).toThrow('no');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(folder).some((name) => name.endsWith('.partial'))).toBe(false);
});
