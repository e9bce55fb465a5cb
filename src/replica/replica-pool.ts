/**
 * A pool that pitvault keeps: made by `createReplicaPool`, opened for writing one replica at a time.
 *
 * 1. Whoever changes a replica holds its lock, which dies with its process and is never taken over because of its age.
 *    Replicas of one pool are written by several processes at once.
 * 2. What an interruption left is finished or undone when the lock has been taken, before anything else.
 */

import { parseGuid } from '../base/guid.ts';
import { shellWord } from '../base/shell-word.ts';
import { invalidArgument, notFound, StorageError } from '../errors.ts';
import type { Claim } from '../io/claim.ts';
import type { FileStore } from '../io/file-store.ts';
import { FileMap } from '../map/maps.ts';
import { OWN_FOLDER, sidecarFolder } from '../sidecar/sidecar-files.ts';
import { readDataWriteGuid } from '../vhdx/vhdx-file.ts';
import { Container } from './container.ts';
import {
  containerPath,
  diskPath,
  encodePoolFile,
  encodeReplicaFile,
  guidOfNext,
  inconsistentPath,
  isSameName,
  leaseFolder,
  lockFolder,
  lockPath,
  nextPath,
  pointFolder,
  poolFilePath,
  type ReplicaFile,
  readPoolFile,
  readReplicaFile,
  replicaFilePath,
  writeWhole,
} from './layout.ts';
import type { ListReaders } from './readers.ts';
import { isUnborn, type Recovery, recoverContainer } from './recover-container.ts';
import { fileOf, maybeUnreadable, readable, type Unreadable } from './unreadable.ts';

/** Takes a lock without waiting, or throws kind `conflict`; disposing gives it back. */
export type Locker = (path: string) => Disposable;

export type PoolHost = {
  readonly store: FileStore;
  readonly lock: Locker;
  /** Leases in the folder whose takers may be alive. */
  readonly leases: (folder: string) => readonly Claim[];
};

/** A replica open for writing. */
export class ReplicaLock implements Disposable {
  readonly container: Container;
  readonly file: ReplicaFile;
  /** What an interruption had left. */
  readonly recovered: readonly Recovery[];
  readonly readers: ListReaders;
  readonly #lock: Disposable;

  constructor(
    { container, file }: ReplicaEntry,
    recovered: readonly Recovery[],
    readers: ListReaders,
    lock: Disposable,
  ) {
    this.container = container;
    this.file = file;
    this.recovered = recovered;
    this.readers = readers;
    this.#lock = lock;
  }

  /** A consistency check has begun and not ended. */
  get isInconsistent(): boolean {
    return this.container.store.exists(inconsistentPath(this.container.path));
  }

  /** Durable when this returns. */
  setInconsistent(value: boolean): void {
    if (this.isInconsistent === value) return;
    const { store, path } = this.container;
    if (value) store.create(inconsistentPath(path)).close();
    else store.unlink(inconsistentPath(path));
    store.syncFolder(sidecarFolder(path));
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}

/** What the pool says of a replica without opening it. */
export type ReplicaEntry = { readonly container: Container; readonly file: ReplicaFile };

/** A replica whose first state was never published. */
export type Unfinished = ReplicaEntry & {
  /** DataWriteGuid of the state in the making, and its file. */
  readonly guid: string;
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
};

export class ReplicaPool {
  readonly path: string;
  readonly server: string;
  readonly #host: PoolHost;
  readonly #readers: ListReaders = () => this.#host.leases(leaseFolder(this.path));

  /** Throws kind `not-found` when the folder is no pool of pitvault's. */
  static open(host: PoolHost, path: string): ReplicaPool {
    const file = readPoolFile(host.store, path);
    if (file !== null) return new ReplicaPool(host, path, file.server);
    throw notFound('POOL_NOT_INITIALISED', `${path} is not a pool that pitvault may write`, {
      image: path,
      hint: `make it one: pitvault init ${shellWord(path)} --server FQDN; pools of DPM are only read`,
    });
  }

  private constructor(host: PoolHost, path: string, server: string) {
    this.#host = host;
    this.path = path;
    this.server = server;
  }

  get store(): FileStore {
    return this.#host.store;
  }

  /**
   * Replicas that pitvault keeps here, by name; not those whose first backup has not come to its end, and not those that
   * are `unreadable`.
   */
  replicas(): ReplicaEntry[] {
    const found: ReplicaEntry[] = [];
    for (const container of this.#containers()) {
      const file = readable(container);
      if (file !== null && !isUnborn(container)) found.push({ container, file });
    }
    return found.sort((a, b) => (a.file.name < b.file.name ? -1 : a.file.name > b.file.name ? 1 : 0));
  }

  /** Replicas, finished or not, whose replica.json is damaged or cannot be read. They cost the others nothing. */
  unreadable(): Unreadable[] {
    return this.#containers().flatMap((container) => {
      const file = fileOf(container);
      return StorageError.is(file) ? [{ container, error: file }] : [];
    });
  }

  /** By PhysicalReplicaId, or by a name that only one replica has. Throws what is wrong with one that is `unreadable`. */
  find(wanted: string): ReplicaEntry {
    const guid = parseGuid(wanted);
    const all = this.replicas();
    const found = all.filter(({ file }) => file.replicaId === guid);
    if (found.length === 0) found.push(...namedSo(all, wanted));
    if (found.length === 1) return found[0]!;
    if (found.length > 1) {
      throw new StorageError('conflict', 'REPLICA_AMBIGUOUS', `${found.length} replicas are called ${wanted}`, {
        image: this.path,
        hint: `name one by its id: ${found.map(({ file }) => file.replicaId).join(', ')}`,
      });
    }
    const unfinished = this.unfinished().find(({ file }) => isSameName(file.name, wanted) || file.replicaId === guid);
    if (unfinished !== undefined) {
      throw notFound('REPLICA_UNFINISHED', `the first backup of replica ${unfinished.file.name} was interrupted`, {
        image: unfinished.container.path,
        hint: 'run pitvault protect as before: it goes on from what was written',
      });
    }
    const keeps = `it keeps: ${all.map(({ file }) => file.name).join(', ')}`;
    const unreadable = this.unreadable();
    this.#requireReadable(unreadable, guid);
    if (guid === null && unreadable.length > 0)
      throw maybeUnreadable(wanted, unreadable, all.length === 0 ? '' : keeps);
    throw notFound('REPLICA_MISSING', `the pool keeps no replica ${wanted}`, {
      image: this.path,
      hint: all.length === 0 ? 'make one with pitvault protect' : keeps,
    });
  }

  #requireReadable(unreadable: readonly Unreadable[], replicaId: string | null | undefined): void {
    const found = unreadable.find(({ container }) => container.replicaId === replicaId);
    if (found !== undefined) throw found.error;
  }

  /** Opens a replica for writing. Throws kind `conflict` while another process has it. */
  lock(entry: ReplicaEntry): ReplicaLock {
    const lock = this.#host.lock(lockPath(this.path, entry.file.replicaId));
    try {
      return new ReplicaLock(entry, recoverContainer(entry.container, this.#readers), this.#readers, lock);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Throws kind `conflict` when a finished replica has this name or id: a second one of the same name could never be
   * named again. An id whose replica cannot be read throws what is wrong with it.
   */
  requireNew({ name, replicaId }: { readonly name: string; readonly replicaId?: string | undefined }): void {
    const found = this.replicas().find(({ file }) => isSameName(file.name, name) || file.replicaId === replicaId);
    if (found !== undefined) throw replicaExists(found);
    this.#requireReadable(this.unreadable(), replicaId);
  }

  /**
   * Makes the container of a new replica, open for writing; until a first state is published in it, recovery removes it.
   * Of two that make replicas of one name at once the later sees the earlier and withdraws; both may, never do both stay.
   */
  create(file: ReplicaFile): ReplicaLock {
    const { store } = this;
    const lock = this.#host.lock(lockPath(this.path, file.replicaId));
    const path = containerPath(this.path, this.server, file.replicaId);
    const container = new Container(store, path);
    try {
      readReplicaFile(store, path); // damaged, it says nothing about what lies beside it: that stays
      recoverContainer(container);
      if (store.exists(path)) {
        throw replicaExists({ container, file: readReplicaFile(store, path) ?? file });
      }
      makeFolder(store, `${this.path}/${this.server}`);
      for (const folder of [path, `${path}/${file.replicaId}`, sidecarFolder(path)]) store.makeFolder(folder);
      for (const folder of [`${this.path}/${this.server}`, path]) store.syncFolder(folder);
      writeWhole(store, replicaFilePath(path), encodeReplicaFile(file)); // its name becomes durable with the first sidecar's
      const rival = this.#rivalOf(file);
      if (rival !== null) {
        recoverContainer(container);
        throw rival;
      }
      return new ReplicaLock({ container, file }, [], this.#readers, lock);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Another container of the same name, finished or not. */
  #rivalOf({ name, replicaId }: ReplicaFile): StorageError | null {
    for (const container of this.#containers()) {
      const file = container.replicaId === replicaId ? null : readable(container);
      if (file === null || !isSameName(file.name, name)) continue;
      if (!isUnborn(container)) return replicaExists({ container, file });
      return new StorageError('conflict', 'REPLICA_BUSY', `another process is making replica ${name}`, {
        image: container.path,
        hint: 'wait for it, then run pitvault backup; or give this one another --name',
      });
    }
    return null;
  }

  /** First backups that were interrupted, or are under way, as far as what they have written can be read. */
  unfinished(): Unfinished[] {
    return this.#containers().flatMap((container) => unfinishedIn(container) ?? []);
  }

  /**
   * Opens what an interrupted first backup has left, to go on with it; null when it is gone, or was finished meanwhile.
   * Throws kind `conflict` while another process is at work there.
   */
  resume({ container, file, guid }: Unfinished): ReplicaLock | null {
    const lock = this.#host.lock(lockPath(this.path, file.replicaId));
    if (unfinishedIn(container)?.guid === guid) return new ReplicaLock({ container, file }, [], this.#readers, lock);
    lock[Symbol.dispose]();
    return null;
  }

  /** Removes what is left of interrupted first backups, as far as nobody is at work there, but for what `keeps` wants. */
  removeUnborn(keeps: (unfinished: Unfinished) => boolean = () => false): void {
    for (const container of this.#containers()) {
      if (container.store.exists(diskPath(container.path, container.replicaId))) continue;
      try {
        using _lock = this.#host.lock(lockPath(this.path, container.replicaId));
        if (StorageError.is(fileOf(container))) continue; // nobody knows whose it is
        const unfinished = unfinishedIn(container);
        if (unfinished === null || !keeps(unfinished)) recoverContainer(container);
      } catch (error) {
        if (!StorageError.is(error) || error.kind !== 'conflict') throw error;
      }
    }
  }

  #containers(): Container[] {
    const folder = `${this.path}/${this.server}`;
    return this.store
      .list(folder)
      .filter(({ name, kind }) => kind === 'folder' && parseGuid(name) !== null)
      .map(({ name }) => new Container(this.store, `${folder}/${name}`));
  }
}

/** Those of exactly this name, else those whose name nobody could tell from it. */
function namedSo(all: readonly ReplicaEntry[], wanted: string): ReplicaEntry[] {
  const exact = all.filter(({ file }) => file.name === wanted);
  return exact.length > 0 ? exact : all.filter(({ file }) => isSameName(file.name, wanted));
}

function replicaExists({ container, file: { name, replicaId } }: ReplicaEntry): StorageError {
  const message = `replica ${name} (${replicaId}) is protected already`;
  return new StorageError('conflict', 'REPLICA_EXISTS', message, {
    image: container.path,
    hint: `bring it up to date: pitvault backup SOURCE --pool POOL --replica ${shellWord(name)}; for another source give another --name`,
  });
}

/** The disk that an interrupted first backup was making; null when there is none, or it cannot be read. */
function unfinishedIn(container: Container): Unfinished | null {
  const { store, path, replicaId } = container;
  const file = readable(container);
  if (file === null || !isUnborn(container)) return null;
  const [guid, ...others] = store.list(pointFolder(path, replicaId)).flatMap(({ name }) => guidOfNext(name) ?? []);
  if (guid === undefined || others.length > 0) return null;
  const next = store.open(nextPath(path, replicaId, guid));
  try {
    if (readDataWriteGuid(new FileMap(next)) !== guid) return null;
    return { container, file, guid, path: nextPath(path, replicaId, guid), bytes: next.size };
  } finally {
    next.close();
  }
}

/** Makes an empty folder, or one that does not exist, a pool. Throws kind `conflict` when it is one. */
export function initPool(host: PoolHost, path: string, server: string): ReplicaPool {
  const { store } = host;
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(server)) {
    throw invalidArgument('POOL_SERVER', `"${server}" is no server name`, { hint: 'give its FQDN: dpm01.contoso.com' });
  }
  if (store.exists(poolFilePath(path))) {
    throw new StorageError('conflict', 'POOL_EXISTS', `${path} is a pool already`, { image: path });
  }
  const outer = poolAround(store, path);
  if (outer !== null) {
    throw new StorageError(
      'conflict',
      'POOL_NESTED',
      `${path} lies in the pool ${outer}: scans of that would show both`,
      {
        image: path,
        hint: 'choose a folder outside of it',
      },
    );
  }
  makeFolder(store, path);
  for (const folder of [`${path}/${OWN_FOLDER}`, lockFolder(path), leaseFolder(path), `${path}/${server}`])
    makeFolder(store, folder);
  writeWhole(store, poolFilePath(path), encodePoolFile({ server }));
  store.syncFolder(`${path}/${OWN_FOLDER}`);
  return ReplicaPool.open(host, path);
}

/** Windows has separators of its own; elsewhere what ends at one is the name of nothing. */
function poolAround(store: FileStore, path: string): string | null {
  for (let end = path.length - 1; end > 0; end--) {
    const isFolder = path[end] === '/' || path[end] === '\\';
    if (isFolder && store.exists(poolFilePath(path.slice(0, end)))) return path.slice(0, end);
  }
  return null;
}

function makeFolder(store: FileStore, folder: string): void {
  if (store.exists(folder)) return;
  store.makeFolder(folder);
  store.syncFolder(folder.slice(0, folder.lastIndexOf('/')) || '/');
}
