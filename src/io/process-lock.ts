/**
 * A lock between processes that dies with its holder, is never taken over because of its age, and works where the
 * platform offers no lock, or offers it to one process and not to the other.
 *
 * A taker announces itself beside the lock file, in a file whose name says who it is, and then looks around: if anybody
 * else who may be alive has announced itself, it withdraws. Of two takers the later one always sees the earlier; both
 * may withdraw, never do both stay. The native lock, where there is one, is taken first, and settles what the names
 * cannot: whether a holder on another machine, or in another container, still lives.
 *
 * Invariants:
 * 1. The name of a claim is all it says, so it is whole from the moment it exists: no crash leaves half of one.
 * 2. Names are never used twice, so removing the claim of a dead process can never hit a living one.
 * 3. A claim whose holder cannot be judged holds the lock.
 * 4. The lock file itself is empty and stays: removing a file that others may be locking would make two locks of one.
 */

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import type { HostFiles } from './host-files.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** Somebody who has announced itself. */
export type LockHolder = {
  readonly identity: ProcessIdentity;
  /** It also holds the native lock, so whoever gets that knows that this holder is gone. */
  readonly native: boolean;
  /** Its claim, for messages: removing it by hand frees the lock. */
  readonly path: string;
};

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
    const announced = claimPath(path, own, native);
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
export function lockHolder(path: string): LockHolder | null {
  const own = ownIdentity();
  return holders(path).find((holder) => mayBeAlive(holder, own, false)) ?? null;
}

/** `haveNative`: this process holds the native lock, so another machine's native holder has lost it: it is gone. */
function mayBeAlive(holder: LockHolder, own: ProcessIdentity, haveNative: boolean): boolean {
  const liveness = livenessOf(holder.identity, own);
  if (liveness === 'unknown') return !(haveNative && holder.native);
  return liveness === 'alive';
}

const CLAIM = /^held-by-(\d+)\.([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w-]+)\.(native|file)\.[0-9a-f]+$/;

function claimPath(path: string, own: ProcessIdentity, native: boolean): string {
  const { pid, started, namespace, boot, machine } = own;
  const nonce = randomBytes(6).toString('hex');
  return `${path}.held-by-${[pid, started, namespace, boot, machine, native ? 'native' : 'file', nonce].join('.')}`;
}

function holders(path: string): LockHolder[] {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const found: LockHolder[] = [];
  for (const name of attempt(path, () => readdirSync(folder))) {
    const parts = name.startsWith(prefix) ? CLAIM.exec(name.slice(prefix.length)) : null;
    if (parts === null) continue;
    const [, pid, started, namespace, boot, machine, kind] = parts as unknown as string[];
    found.push({
      identity: { pid: Number(pid), started: started!, namespace: namespace!, boot: boot!, machine: machine! },
      native: kind === 'native',
      path: join(folder, name),
    });
  }
  return found;
}

function held(path: string, holder: LockHolder | null): StorageError {
  const who = holder === null ? 'another process' : `process ${holder.identity.pid}`;
  const elsewhere = holder !== null && holder.identity.machine !== ownIdentity().machine ? ' on another machine' : '';
  return new StorageError('conflict', 'LOCK_HELD', `${path} is held by ${who}${elsewhere}`, {
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
