/**
 * A lock between processes that dies with its holder, is never taken over because of its age, and works where the
 * platform offers no lock, or offers it to one process and not to the other.
 *
 * A taker announces itself beside the lock file, in a file whose name says who it is, and then looks around: if anybody
 * else who may be alive has announced itself, it withdraws. Of two takers the later one always sees the earlier; both
 * may withdraw, never do both stay. The native lock, where there is one, is taken first, and settles what the names
 * cannot: whether a holder on another machine, or in another container, still lives.
 *
 * Invariants, beside those of claims:
 * 1. A claim whose holder cannot be judged holds the lock.
 * 2. The lock file itself is empty and stays: removing a file that others may be locking would make two locks of one.
 */

import { closeSync, openSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import { type Claim, claimantText, claimName, claimsIn } from './claim.ts';
import type { HostFiles } from './host-files.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** Somebody who has announced itself. */
type LockHolder = Claim;

export class ProcessLock {
  readonly path: string;
  readonly #claim: string;
  #fd: number;

  /** @internal */
  constructor(path: string, claim: string, fd: number) {
    this.path = path;
    this.#claim = claim;
    this.#fd = fd;
  }

  /** Idempotent. */
  release(): void {
    if (this.#fd < 0) return;
    rmSync(this.#claim, { force: true });
    closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Takes the lock without waiting, or throws kind `conflict`, code LOCK_HELD. `path` is the lock file; it is made when
 * missing, and its folder must exist and be writable.
 */
export function takeLock(host: HostFiles, path: string): ProcessLock {
  const own = ownIdentity();
  const fd = attempt(path, () => openSync(path, 'a+', 0o600));
  let claim: string | null = null;
  try {
    const outcome = host.lock({ fd, path }, 'exclusive');
    if (outcome === 'busy') throw held(path, lockHolder(path));
    const native = outcome === 'locked';
    const announced = join(dirname(path), claimName(basename(path), 'held', own, native));
    attempt(path, () => closeSync(openSync(announced, 'wx', 0o600)));
    claim = announced;
    for (const other of holders(path)) {
      if (other.path === announced) continue;
      if (mayBeAlive(other, own, native)) throw held(path, other);
      rmSync(other.path, { force: true });
    }
    return new ProcessLock(path, announced, fd);
  } catch (error) {
    if (claim !== null) rmSync(claim, { force: true });
    closeSync(fd);
    throw error;
  }
}

/**
 * Who holds the lock, as far as can be told without touching it: null when nobody does. A process that is just taking
 * it may or may not be seen.
 */
function lockHolder(path: string): LockHolder | null {
  const own = ownIdentity();
  return holders(path).find((holder) => mayBeAlive(holder, own, false)) ?? null;
}

/** `haveNative`: this process holds the native lock, so another machine's native holder has lost it: it is gone. */
function mayBeAlive(holder: LockHolder, own: ProcessIdentity, haveNative: boolean): boolean {
  const liveness = livenessOf(holder.identity, own);
  if (liveness === 'unknown') return !(haveNative && holder.native);
  return liveness === 'alive';
}

function holders(path: string): LockHolder[] {
  const claims = attempt(path, () => claimsIn(dirname(path), 'held'));
  return claims.filter(({ subject }) => subject === basename(path));
}

function held(path: string, holder: LockHolder | null): StorageError {
  const who = holder === null ? 'another process' : claimantText(holder, ownIdentity());
  return new StorageError('conflict', 'LOCK_HELD', `${path} is held by ${who}`, {
    image: path,
    structure: 'lock',
    hint:
      holder === null
        ? 'wait until it has finished, or end it'
        : `wait until it has finished, or end it; if you are certain that it is gone, remove ${holder.path}`,
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStorageError(error, { image: path, structure: 'lock' });
  }
}
