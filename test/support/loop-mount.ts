/** File systems in files, mounted for one test. Needs root, mount, umount and the tool that makes them. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.ts';

/** `make`: `mkfs.xfs` or another. Returns where it is mounted. */
export function loopMount(make: string, gib: number): string {
  const folder = tempFolder();
  const [image, mount] = [join(folder, 'image'), join(folder, 'mount')];
  writeFileSync(image, '');
  truncateSync(image, gib * 2 ** 30);
  execFileSync(make, ['-q', image], { stdio: 'ignore' });
  mkdirSync(mount);
  execFileSync('mount', ['-o', 'loop', image, mount]);
  onTestFinished(() => void execFileSync('umount', [mount]));
  return mount;
}

/** Shows a mounted folder somewhere else, read-only: what a read-only medium is. */
export function readOnlyView(folder: string): string {
  const view = join(tempFolder(), 'view');
  mkdirSync(view);
  execFileSync('mount', ['--bind', folder, view]);
  onTestFinished(() => void execFileSync('umount', [view]));
  execFileSync('mount', ['-o', 'remount,bind,ro', view]);
  return view;
}
