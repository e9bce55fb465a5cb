/** Folders to mount on with the built command line, which are left unmounted however their test ends. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.ts';
import { CLI } from './tools.ts';

type Ran = { readonly code: number; readonly out: string; readonly err: string };
export type Command = (...args: string[]) => Ran;

export function mountSetup(): { folder: string; command: Command } {
  const home = tempFolder();
  const folder = join(home, 'mount');
  mkdirSync(folder);
  const env = { ...process.env, PITVAULT_STATE: join(home, 'state') };
  const command = (...args: string[]): Ran => {
    const result = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env, timeout: 60_000 });
    return { code: result.status ?? -1, out: result.stdout, err: result.stderr };
  };
  onTestFinished(() => {
    if (mounts(folder) > 0) command('unmount', folder, '--lazy');
  });
  return { folder, command };
}

export function mounts(folder: string): number {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${folder} `)).length;
}

export function serverOf(command: Command): number {
  return (JSON.parse(command('mounts', '--json').out) as { pid: number }[])[0]!.pid;
}

/** Nothing of the process runs or waits any more; that nobody has asked how it ended does not count. */
export function isGone(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return !existsSync(path) || / Z /.test(readFileSync(path, 'utf8').replace(/\(.*\)/, ''));
}

/** Of a process in MiB: the most it ever had, or what it has now. */
export function memoryOf(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)![1]) / 1024;
}
