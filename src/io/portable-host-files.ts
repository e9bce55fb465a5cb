/** The port of host-files.ts with nothing but Node: whole-file clones where the system copies that way, and no more. */

import { constants, copyFileSync, statfsSync } from 'node:fs';
import { asStorageError } from '../errors.ts';
import type { CloneOutcome, HostFiles } from './host-files.ts';
import { LINUX_FILE_SYSTEMS } from './linux-file-systems.ts';

/** What a system answers where it cannot clone: other file system, other device, other kind of file. */
const CANNOT_CLONE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENOTTY', 'EXDEV', 'EINVAL']);

export class PortableHostFiles implements HostFiles {
  readonly name = 'portable';
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }

  cloneFile(source: string, target: string): CloneOutcome {
    return cloneWholeFile(source, target);
  }

  cloneRange(): CloneOutcome {
    return 'unsupported';
  }

  physicalExtents(): null {
    return null;
  }

  dataRanges(): null {
    return null;
  }

  punchHole(): boolean {
    return false;
  }

  lock(): 'unsupported' {
    return 'unsupported';
  }

  fileSystemName(folder: string): string | null {
    return linuxFileSystemName(folder);
  }
}

/** FICLONE on Linux, clonefile on macOS; Node knows no way on Windows. A failed copy removes its target itself. */
export function cloneWholeFile(source: string, target: string): CloneOutcome {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return 'cloned';
  } catch (error) {
    if (CANNOT_CLONE.has((error as NodeJS.ErrnoException).code ?? '')) return 'unsupported';
    throw asStorageError(error, { image: source, structure: 'file' });
  }
}

export function linuxFileSystemName(folder: string): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const { type } = statfsSync(folder);
    return LINUX_FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`;
  } catch {
    return null;
  }
}
