/**
 * New content in the place of a file's, all of it at once: whoever reads meanwhile, and whoever comes after a crash, finds the
 * old file or the new one. The old one stays beside it under another name.
 */

import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { asStorageError } from '../errors.ts';
import type { HostFiles } from './host-files.ts';

const RIGHTS = 0o7777;
/** Of one file; whoever has more needs no further one. */
const BACKUPS_MAX = 1000;

/**
 * Returns the name of the old file, or null where there was none. Behind a link it is the file itself that is replaced. On
 * Windows it is `host` that keeps the file's access list; without, it gets that of its folder.
 */
export function replaceFile(path: string, content: Uint8Array, host?: Pick<HostFiles, 'replaceFile'>): string | null {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    const target = old === undefined ? path : realpathSync(path);
    const partial = `${target}.${process.pid}.partial`;
    const fd = openSync(partial, 'wx', old === undefined ? 0o666 : 0o600);
    try {
      try {
        if (old !== undefined && process.platform !== 'win32') {
          give(fd, statSync(partial), old);
          fchmodSync(fd, old.mode & RIGHTS);
        }
        for (let done = 0; done < content.length; ) done += writeSync(fd, content, done);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      const backup = old === undefined ? null : keep(target);
      if (backup !== null && host?.replaceFile !== undefined) host.replaceFile(partial, target);
      else renameSync(partial, target);
      return backup;
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
}

/** Of another's file that this user may put one in the place of, the group alone stays: only root gives files away. */
function give(fd: number, { uid, gid }: Stats, old: Stats): void {
  if (uid === old.uid && gid === old.gid) return;
  try {
    fchownSync(fd, old.uid, old.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM' || uid === old.uid) throw error;
    if (gid !== old.gid) fchownSync(fd, uid, old.gid);
  }
}

/** A second name for the file, or a copy where there can be none. Never over another file. */
function keep(path: string): string {
  for (let number = 1; ; number++) {
    const backup = number === 1 ? `${path}.bak` : `${path}.bak${number}`;
    try {
      if (!linked(path, backup)) copyFileSync(path, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === BACKUPS_MAX) throw error;
    }
  }
}

function linked(path: string, backup: string): boolean {
  try {
    linkSync(path, backup);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
}
