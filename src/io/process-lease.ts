/**
 * Leases: any number of processes say that they read something, without waiting for each other or for anybody. Whoever
 * wants to take it away looks who reads, and waits. A lease dies with its process, however that dies.
 *
 * The taker makes a claim in the folder of leases; where the platform offers locks it also locks that file, which settles
 * what the name cannot: whether a reader on another machine, or in another container, still lives.
 */

import { closeSync, mkdirSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asStorageError } from '../errors.ts';
import { type Claim, claimName, claimsIn } from './claim.ts';
import type { HostFiles } from './host-files.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';

type Locks = Pick<HostFiles, 'lock'>;

export class ProcessLease implements Disposable {
  readonly path: string;
  #fd: number;

  /** @internal */
  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /** Idempotent. */
  release(): void {
    if (this.#fd < 0) return;
    forget(this.path);
    closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

let self: ProcessIdentity | undefined;

/**
 * Takes a lease at once. `subject` says what is read; `folder` is made when it is missing. Throws a StorageError where
 * nothing can be written.
 */
export function takeLease(folder: string, subject: string, host?: Locks): ProcessLease {
  self ??= ownIdentity(); // it stays what it is as long as the process lives
  const plain = join(folder, claimName(subject, 'read', self, false));
  let fd = -1;
  try {
    fd = create(plain);
    if (host?.lock({ fd, path: plain }, 'exclusive') !== 'locked') return new ProcessLease(plain, fd);
    const native = join(folder, claimName(subject, 'read', self, true)); // only now may its name say so
    renameSync(plain, native);
    return new ProcessLease(native, fd);
  } catch (error) {
    if (fd >= 0) new ProcessLease(plain, fd).release();
    throw asStorageError(error, { image: folder, structure: 'lease' });
  }
}

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'wx', 0o600);
  }
}

/** Somebody else may have found its process dead. */
function forget(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw asStorageError(error, { image: path, structure: 'lease' });
  }
}

/**
 * Leases in a folder whose takers may be alive; those of the dead are removed. One that cannot be judged counts as alive.
 */
export function leasesIn(folder: string, host?: Locks): Claim[] {
  const own = ownIdentity();
  return listed(folder).filter((lease) => {
    const liveness = livenessOf(lease.identity, own);
    const isGone = liveness === 'dead' || (liveness === 'unknown' && lease.native && isFree(lease.path, host));
    if (isGone) forget(lease.path);
    return !isGone;
  });
}

function listed(folder: string): Claim[] {
  try {
    return claimsIn(folder, 'read');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // nobody has ever read here
    throw asStorageError(error, { image: folder, structure: 'lease' });
  }
}

/** Whether nobody holds the native lock that went with the lease. */
function isFree(path: string, host: Locks | undefined): boolean {
  if (host === undefined) return false;
  let fd: number;
  try {
    fd = openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true; // given back in this moment
    throw asStorageError(error, { image: path, structure: 'lease' });
  }
  try {
    return host.lock({ fd, path }, 'exclusive') === 'locked';
  } finally {
    closeSync(fd);
  }
}
