/** Copies selected files of a volume into staging: the inner loop of every recovery. */

import { createHash } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { PIECE_SIZE } from '../copy/batch.ts';
import type { CopyEngine, CopyOutcome } from '../copy/copy-engine.ts';
import { pieceBuffer } from '../copy/kernel.ts';
import { asStorageError, StorageError } from '../errors.ts';
import type { DataStream, FileEntry, FileSystem } from '../filesystem/file-system.ts';
import { type FileReport, isoTime } from './report.ts';
import { safeComponents } from './safe-name.ts';
import { occupied, type Staging } from './staging.ts';

/**
 * A large file is copied in parts; where a part ends and the last note is old enough, what is there is made durable and
 * noted, so that an interrupted copy resumes there. Syncing more often would cost more than a copy that is started again.
 */
const PART_BYTES = 2 ** 30;
const CHECKPOINT_MS = 20_000;
/** Small files are copied synchronously; after so many the event loop runs, for signals and progress. */
const FILES_PER_BREATH = 64;

export type WriteOptions = {
  readonly hash: boolean;
  readonly salvage: boolean;
  readonly force: boolean;
  readonly streams: boolean;
  readonly sync: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number, file: string) => void) | undefined;
};

/** A stream to write: the unnamed one of a file, or a named one that goes beside it. */
type Job = {
  readonly entry: FileEntry;
  readonly stream?: string;
  readonly components: readonly string[];
  readonly lost: string[];
};

export class FileWriter {
  readonly files: FileReport[] = [];
  readonly #fileSystem: FileSystem;
  readonly #engine: CopyEngine;
  readonly #staging: Staging;
  readonly #out: string;
  readonly #options: WriteOptions;
  readonly #links = new Map<number, string>();
  /** Altered target paths and the path in the volume each stands for. */
  readonly #altered = new Map<string, string>();
  readonly #folders: { path: string; entry: FileEntry }[] = [];

  constructor(fileSystem: FileSystem, engine: CopyEngine, staging: Staging, out: string, options: WriteOptions) {
    this.#fileSystem = fileSystem;
    this.#engine = engine;
    this.#staging = staging;
    this.#out = out;
    this.#options = options;
  }

  /** Writes all entries; a file that fails is reported and costs only itself. Only cancelling stops the run. */
  async write(entries: Iterable<FileEntry>): Promise<void> {
    let count = 0;
    for (const entry of entries) {
      if (++count % FILES_PER_BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
      const job = this.#plan(entry);
      if (job === null) continue;
      const large = this.#runSmall(job);
      if (large !== null) await this.#runLarge(large);
      if (this.#options.streams && entry.kind === 'file') await this.#writeStreams(entry);
    }
    for (const { path, entry } of this.#folders.reverse()) setTimes(path, entry);
  }

  /** What to do for the entry; folders and links are dealt with here. */
  #plan(entry: FileEntry): Job | null {
    const components = this.#uniqueComponents(entry.path);
    if (entry.kind === 'directory') {
      this.#folders.push({ path: this.#staging.placeFolder(components), entry });
      return null;
    }
    if (entry.kind !== 'file') {
      const target = entry.target === undefined ? '' : ` to ${entry.target}`;
      this.files.push({
        ...this.#report(entry),
        status: 'skipped',
        lost: [`${entry.kind}${target} (links are never created)`],
      });
      return null;
    }
    const lost: string[] = [];
    if (!this.#options.streams)
      for (const stream of this.#fileSystem.streams(entry)) lost.push(`stream ${stream.name} (${stream.size} bytes)`);
    return { entry, components, lost };
  }

  async #writeStreams(entry: FileEntry): Promise<void> {
    for (const stream of this.#fileSystem.streams(entry)) {
      const components = this.#uniqueComponents(`${entry.path}.${stream.name}.stream`);
      const job: Job = { entry, stream: stream.name, components, lost: [] };
      const large = this.#runSmall(job);
      if (large !== null) await this.#runLarge(large);
    }
  }

  /** Does the job when it is small; returns it with its open stream when the engine has to work on it. */
  #runSmall(job: Job): { job: Job; stream: DataStream } | null {
    const { entry, components } = job;
    this.#options.signal?.throwIfAborted();
    try {
      const stream = this.#fileSystem.open(entry, job.stream);
      if (this.#isDone(job, stream.size) || this.#isLinked(job)) return null;
      this.#requireFree(components, stream.size);
      if (stream.size > PIECE_SIZE) return { job, stream };
      const path = this.#staging.place(components);
      const fd = this.#create(path);
      let sha256: string | undefined;
      try {
        sha256 = this.#engine.copySmall(stream, fd, { hash: this.#options.hash, sparse: stream.sparse });
        this.#finish(fd, job);
      } catch (error) {
        if (this.#options.salvage && StorageError.is(error)) return { job, stream };
        throw error;
      } finally {
        closeSync(fd);
      }
      this.#done(job, stream.size, sha256);
      this.#options.onBytes?.(stream.size, entry.path);
    } catch (error) {
      this.#failed(job, error);
    }
    return null;
  }

  async #runLarge({ job, stream }: { job: Job; stream: DataStream }): Promise<void> {
    const path = this.#staging.place(job.components);
    const relative = job.components.join('/');
    const known = this.#staging.known.get(relative);
    const start =
      known?.safe !== undefined && known.size === stream.size && lstatSync(path, { throwIfNoEntry: false })?.isFile()
        ? known.safe
        : 0;
    const hash = this.#options.hash ? createHash('sha256') : undefined;
    const unreadable: CopyOutcome['unreadable'][number][] = [];
    let fd: number | undefined;
    let noted = performance.now();
    try {
      fd = start > 0 ? openSync(path, 'r+') : this.#create(path);
      ftruncateSync(fd, stream.size);
      if (start > 0) this.#rehash(fd, start, hash);
      for (let offset = start; offset < stream.size; ) {
        const length = Math.min(PART_BYTES, stream.size - offset);
        const outcome = await this.#engine.copy(stream, {
          target: { path, fd },
          hash,
          offset,
          length,
          salvage: this.#options.salvage,
          signal: this.#options.signal,
          onBytes: (bytes) => this.#options.onBytes?.(bytes, job.entry.path),
        });
        unreadable.push(...outcome.unreadable);
        offset += length;
        // A file with holes in its content is not resumed: the list of its bad ranges lives in this run only.
        const due = performance.now() - noted > CHECKPOINT_MS;
        if (due && offset < stream.size && unreadable.length === 0) {
          this.#staging.checkpoint(fd, { path: relative, size: stream.size, safe: offset });
          noted = performance.now();
        }
      }
      this.#finish(fd, job);
      this.#done(job, stream.size, hash?.digest('hex'), unreadable, start > 0);
    } catch (error) {
      if (asStorageError(error).kind === 'cancelled') throw error;
      this.#failed(job, error);
      rmSync(path, { force: true });
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** Staged bytes of an interrupted run, read once to carry the digest on. */
  #rehash(fd: number, length: number, hash: ReturnType<typeof createHash> | undefined): void {
    const buffer = pieceBuffer();
    for (let at = 0; hash !== undefined && at < length; at += buffer.length) {
      const part = buffer.subarray(0, Math.min(buffer.length, length - at));
      if (readSync(fd, part, 0, part.length, at) < part.length)
        throw new StorageError('io', 'STAGING_TRUNCATED', 'a staged file is shorter than its journal says');
      hash.update(part);
    }
    this.#options.onBytes?.(length, '');
  }

  #create(path: string): number {
    try {
      return openSync(path, 'wx+', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      rmSync(path, { force: true }); // what an interrupted run left unfinished
      return openSync(path, 'wx+', 0o600);
    }
  }

  #finish(fd: number, { entry }: Job): void {
    futimesSync(fd, seconds(entry.accessedMs), seconds(entry.modifiedMs));
    if (entry.attributes & 1 && process.platform !== 'win32') fchmodSync(fd, 0o400);
    if (this.#options.sync) fsyncSync(fd);
  }

  /** A file that an earlier, interrupted run has finished. */
  #isDone(job: Job, size: number): boolean {
    const relative = job.components.join('/');
    const known = this.#staging.known.get(relative);
    if (known === undefined || known.safe !== undefined || known.size !== size) return false;
    const staged = lstatSync(this.#staging.place(job.components), { throwIfNoEntry: false });
    if (!staged?.isFile() || staged.size !== size || (this.#options.hash && known.sha256 === undefined)) return false;
    this.files.push({
      ...this.#report(job.entry, job.stream, size),
      status: 'resumed',
      target: relative,
      ...(known.sha256 === undefined ? {} : { sha256: known.sha256 }),
      ...lostOf(job),
    });
    this.#options.onBytes?.(size, job.entry.path);
    return true;
  }

  /** A further name of a file that is staged already becomes a hard link. */
  #isLinked(job: Job): boolean {
    if (job.entry.links < 2 || job.stream !== undefined) return false;
    const first = this.#links.get(job.entry.id);
    if (first === undefined) return false;
    const path = this.#staging.place(job.components);
    rmSync(path, { force: true });
    linkSync(first, path);
    const twin = this.files.find((file) => file.record === job.entry.id && file.target !== undefined);
    this.files.push({
      ...this.#report(job.entry),
      status: twin?.status ?? 'recovered',
      target: job.components.join('/'),
      ...(twin?.sha256 === undefined ? {} : { sha256: twin.sha256 }),
      ...(twin?.unreadable === undefined ? {} : { unreadable: twin.unreadable }),
      ...lostOf(job),
    });
    return true;
  }

  /** An existing file of another size is another file: said before anything is copied. Equal sizes are compared later. */
  #requireFree(components: readonly string[], size: number): void {
    if (this.#options.force || this.#staging.fresh) return;
    const target = join(this.#out, ...components);
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (there === undefined || (there.isFile() && there.size === size)) return;
    throw occupied(target, there.isFile() ? `${there.size} bytes, not ${size}` : 'not a regular file');
  }

  #done(job: Job, size: number, sha256?: string, unreadable: CopyOutcome['unreadable'] = [], resumed = false): void {
    const target = job.components.join('/');
    if (job.entry.links > 1 && job.stream === undefined)
      this.#links.set(job.entry.id, this.#staging.place(job.components));
    if (unreadable.length === 0) this.#staging.note({ path: target, size, sha256 });
    this.files.push({
      ...this.#report(job.entry, job.stream, size),
      status: unreadable.length > 0 ? 'salvaged' : resumed ? 'resumed' : 'recovered',
      target,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(unreadable.length === 0 ? {} : { unreadable }),
      ...lostOf(job),
    });
  }

  #failed(job: Job, thrown: unknown): void {
    const error = asStorageError(thrown, { image: job.entry.path });
    if (error.kind === 'cancelled') throw thrown;
    rmSync(this.#staging.place(job.components), { force: true });
    this.files.push({
      ...this.#report(job.entry, job.stream),
      status: 'failed',
      error: error.toJSON(),
      ...lostOf(job),
    });
  }

  #report(
    entry: FileEntry,
    stream?: string,
    size = entry.size,
  ): Pick<FileReport, 'path' | 'size' | 'record' | 'modified'> {
    const path = stream === undefined ? entry.path : `${entry.path}:${stream}`;
    return { path, size, record: entry.id, modified: isoTime(entry.modifiedMs) };
  }

  /**
   * The components of the target's path. Names of one volume are distinct, so only a name that had to be altered can
   * collide with another: such names are remembered, and told apart by a number.
   */
  #uniqueComponents(path: string): string[] {
    const components = safeComponents(path);
    const altered = `/${components.join('/')}` !== path;
    if (!altered && this.#altered.size === 0) return components;
    for (let attempt = 2; ; attempt++) {
      const key = components.join('/');
      const owner = this.#altered.get(key);
      const taken = owner === undefined ? altered && this.#staging.has(components) : owner !== path;
      if (!taken) {
        if (altered) this.#altered.set(key, path);
        return components;
      }
      const name = components.pop()!.replace(/ \(\d+\)$/, '');
      components.push(`${name} (${attempt})`);
    }
  }
}

function lostOf(job: Job): { lost?: readonly string[] } {
  return job.lost.length === 0 ? {} : { lost: job.lost };
}

function seconds(ms: number): number {
  return Math.max(0, ms / 1000);
}

function setTimes(path: string, entry: FileEntry): void {
  utimesSync(path, seconds(entry.accessedMs), seconds(entry.modifiedMs));
}
