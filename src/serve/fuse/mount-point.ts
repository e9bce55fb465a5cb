/** The host's list of mounts, and mounting and unmounting by the system's own tools. Linux. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { StorageError } from '../../errors.ts';

/** As `mount` shows it: what every mount of pitvault has, and nothing else. */
export const FILE_SYSTEM_TYPE = 'fuse.pitvault';

/** One that is busy answers within this time. */
const ANSWER_MS = 2000;

const isRoot = (): boolean => process.getuid?.() === 0;

export type MountInfo = {
  readonly id: string;
  /** On which it is mounted. */
  readonly parent: string;
  readonly directory: string;
  readonly type: string;
  readonly source: string;
  /** `0:59` */
  readonly device: string;
};

/** Mounts of this process's namespace, from /proc/self/mountinfo. */
export function listMounts(): MountInfo[] {
  if (!existsSync('/proc/self/mountinfo')) return [];
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields.length > 6)
    .map((fields) => {
      const behind = fields.slice(fields.indexOf('-') + 1);
      return {
        id: fields[0]!,
        parent: fields[1]!,
        directory: unescaped(fields[4]!),
        type: behind[0] ?? '',
        source: unescaped(behind[1] ?? ''),
        device: fields[2]!,
      };
    });
}

/** The kernel writes blanks, tabs, newlines and backslashes as octal. */
function unescaped(text: string): string {
  const bytes: number[] = [];
  const buffer = Buffer.from(text);
  for (let at = 0; at < buffer.length; at++) {
    const octal = buffer[at] === 0x5c ? buffer.toString('latin1', at + 1, at + 4) : '';
    if (/^[0-7]{3}$/.test(octal)) {
      bytes.push(Number.parseInt(octal, 8));
      at += 3;
    } else bytes.push(buffer[at]!);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** `device`: that mount and no other one. It may be covered by something else. */
export function isMounted(directory: string, device?: string | null): boolean {
  return listMounts().some((mount) => mount.directory === directory && isOurs(mount, device));
}

/** A device number is given to no other mount as long as this one is there; afterwards it may be. */
function isOurs(mount: MountInfo, device: string | null | undefined): boolean {
  return mount.type === FILE_SYSTEM_TYPE && (device == null || mount.device === device);
}

/** What is seen in the folder: of several mounts on it the one that none of the others lies on. Undefined where it carries none. */
export function topMount(directory: string): MountInfo | undefined {
  const there = listMounts().filter((mount) => mount.directory === directory);
  return there.findLast(({ id }) => !there.some((other) => other.parent === id));
}

/** The device number of the mount of pitvault that is seen in the folder, or null. */
export function deviceOf(directory: string): string | null {
  const top = topMount(directory);
  return top?.type === FILE_SYSTEM_TYPE ? top.device : null;
}

/** Options that both ways of mounting take. Commas separate options, so a name with one is not shown as it is. */
export function mountOptions(source: string, allowOther: boolean): string[] {
  const options = ['ro', 'nosuid', 'nodev', 'default_permissions', `fsname=${source.replace(/[,\\\s]/g, '_')}`];
  return allowOther ? [...options, 'allow_other'] : options;
}

/** Mounts an open /dev/fuse: only root may. mount(8) inherits the descriptor as its third. */
export function mountAsRoot(fd: number, directory: string, options: readonly string[], owner: number): void {
  const kernel = options.filter((option) => !option.startsWith('fsname='));
  const source = options.find((option) => option.startsWith('fsname='))!.slice('fsname='.length);
  const all = [...kernel, 'fd=3', 'rootmode=40000', `user_id=${owner}`, 'group_id=0', 'max_read=1048576'].join(',');
  const run = spawnSync('mount', ['-i', '-t', FILE_SYSTEM_TYPE, '-o', all, '--', source, directory], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
  });
  if (run.status === 0) return;
  const reason = run.error?.message ?? run.stderr.toString().trim();
  throw new StorageError('io', 'FUSE_MOUNT', `cannot mount on ${directory}: ${reason}`, { image: directory });
}

/** More read-ahead than the kernel's default, where we may say so: large files are read in large pieces. */
export function raiseReadAhead(directory: string): void {
  const device = deviceOf(directory);
  if (device === null || !isRoot()) return;
  try {
    writeFileSync(`/sys/class/bdi/${device}/read_ahead_kb`, '1024');
  } catch {
    // A read-only /sys (containers): slower, not wrong.
  }
}

/**
 * `lazy`: at once for newcomers, for those inside when they leave. Throws FUSE_BUSY when somebody is inside, FUSE_COVERED when
 * something else is mounted over it: the system's tools would unmount that.
 */
export function unmount(directory: string, lazy: boolean, device?: string | null): void {
  refuseCovered(directory, device);
  const [tool, ...flags] = isRoot()
    ? ['umount', ...(lazy ? ['-l'] : [])]
    : ['fusermount3', '-u', ...(lazy ? ['-z'] : [])];
  // In whatever language the user has: what it says is read below.
  const env = { ...process.env, LC_ALL: 'C' };
  const run = spawnSync(tool!, [...flags, '--', directory], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  if (run.status === 0 || !isMounted(directory, device)) return;
  const reason = run.error?.message ?? run.stderr.toString().trim();
  if (/busy/i.test(reason)) {
    throw new StorageError('conflict', 'FUSE_BUSY', `${directory} is in use`, {
      image: directory,
      hint: 'leave it (cd elsewhere, close its files), or unmount with --lazy: it goes when the last one has left',
    });
  }
  throw new StorageError('io', 'FUSE_UNMOUNT', `cannot unmount ${directory}: ${reason}`, { image: directory });
}

/**
 * Ends what a process that is gone has left on the folder. What answers there is a mount of somebody else, which may even have the
 * same number. Names and attributes come from the kernel's caches also when nobody answers, so it is asked for its free space.
 * Throws FUSE_COVERED, and FUSE_UNMOUNT where it cannot be asked, or stays.
 */
export function cleanAway(directory: string, device: string | null | undefined): void {
  if (!isMounted(directory, device)) return;
  refuseCovered(directory, device);
  const env = { ...process.env, LC_ALL: 'C' };
  const asked = spawnSync('stat', ['-f', '--', directory], { env, timeout: ANSWER_MS, encoding: 'utf8' });
  const isSlow = asked.error !== undefined && 'code' in asked.error && asked.error.code === 'ETIMEDOUT';
  if (asked.error !== undefined && !isSlow) {
    const message = `nobody can tell whether ${directory} is in use still: ${asked.error.message}`;
    throw new StorageError('io', 'FUSE_UNMOUNT', message, { image: directory });
  }
  if (/not connected/.test(asked.stderr)) unmount(directory, true, device);
}

function refuseCovered(directory: string, device: string | null | undefined): void {
  const top = topMount(directory);
  if (top === undefined || isOurs(top, device)) return;
  const what = `${top.type} (${top.source})`;
  throw new StorageError('conflict', 'FUSE_COVERED', `${directory}: ${what} is mounted over the mount of pitvault`, {
    image: directory,
    hint: `end that first: umount ${directory}`,
  });
}
