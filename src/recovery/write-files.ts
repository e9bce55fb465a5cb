/** Copies selected files of a volume into staging: the inner loop of every recovery. */

import { closeSync, linkSync, lstatSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PIECE_SIZE } from '../copy/batch.ts';
import type { CopyEngine } from '../copy/copy-engine.ts';
import type { CopyOutcome } from '../copy/copy-run.ts';
import type { FileLane } from '../copy/file-lane.ts';
import { type HostSource, LeafCloner } from '../copy/leaf-cloner.ts';
import { asStorageError, StorageError, throwIfCancelled } from '../errors.ts';
import type { DataStream, FileEntry, FileSystem, StreamInfo } from '../filesystem/file-system.ts';
import { NO_LINKS } from '../io/disk-store.ts';
import { copyLargeFile, isAsNoted } from './large-file.ts';
import { draftReport, type FileReport, type ReportDraft } from './report.ts';
import {
  COLLISION,
  createStaged,
  finishStaged,
  removeStaged,
  setTimes,
  smallFile,
  stagingError,
} from './staged-file.ts';
import { type JournalLine, lookAt, occupied, type Staging } from './staging.ts';
import { isTargetFull } from './target-folder.ts';
import { type Folder, type Place, TargetNames } from './target-names.ts';

/** Small files are planned and copied synchronously; after so many the event loop runs, for signals and progress. */
const FILES_PER_BREATH = 64;
/** It runs more often while the second thread starts, which takes several turns of it. */
const FILES_PER_START = 4;
/** So many entries are worth the start of a second thread. */
const THREAD_FILES_MIN = 1000;

export type WriteOptions = {
  readonly hash: boolean;
  readonly salvage: boolean;
  readonly force: boolean;
  readonly streams: boolean;
  readonly sync: boolean;
  /** The platform's functions: with them, large files share the image's blocks where the file system can. */
  readonly host?: HostSource | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number, file: string) => void) | undefined;
};

/** A stream to write: the unnamed one of a file, or a named one that goes beside it. */
type Job = {
  readonly entry: FileEntry;
  readonly stream: string | undefined;
  /** Relative to the target, with `/`. */
  readonly target: string;
  /** Where it is staged. */
  readonly path: string;
  readonly folder: Folder;
  /** Its place in the report, which keeps the order of the entries. */
  readonly slot: number;
  size: number;
  lost: readonly string[];
};

const NOTHING: readonly string[] = [];

export class FileWriter {
  /** One report per stream, in the order of the entries; complete when `write` has returned. */
  readonly files: ReportDraft[] = [];
  readonly #fileSystem: FileSystem;
  readonly #engine: CopyEngine;
  readonly #staging: Staging;
  readonly #out: string;
  readonly #options: WriteOptions;
  readonly #cloner: LeafCloner | null;
  readonly #lane: FileLane<Job>;
  /** What the lane could not do: done again here, with care. */
  readonly #again: Job[] = [];
  /** First names of files with several, by record. */
  readonly #links = new Map<number, Job>();
  readonly #names: TargetNames;
  readonly #folders: { path: string; entry: FileEntry }[] = [];

  constructor(fileSystem: FileSystem, engine: CopyEngine, staging: Staging, out: string, options: WriteOptions) {
    this.#fileSystem = fileSystem;
    this.#engine = engine;
    this.#staging = staging;
    this.#out = out;
    this.#options = options;
    this.#cloner = options.host === undefined ? null : new LeafCloner(options.host);
    this.#names = new TargetNames(staging, () => this.files.map((file) => file.path));
    this.#lane = engine.fileLane(
      { hash: options.hash, sync: options.sync },
      { written: (job, sha256) => this.#written(job, sha256), failed: (job) => this.#again.push(job) },
    );
  }

  /** Writes all entries; a file that fails is reported and costs only itself. Only cancelling stops the run. */
  async write(entries: readonly FileEntry[]): Promise<void> {
    if (entries.length >= THREAD_FILES_MIN) this.#lane.open();
    let count = 0;
    try {
      for (const entry of entries) {
        if (++count % (this.#lane.isStarting ? FILES_PER_START : FILES_PER_BREATH) === 0)
          await new Promise((resolve) => setImmediate(resolve));
        const job = this.#plan(entry);
        const noted = job === null ? undefined : this.#staging.known.get(job.target);
        const isDone = noted !== undefined && (await this.#isDone(job!, noted));
        const large = job === null || isDone ? null : this.#run(job);
        if (large !== null) await this.#runLarge(large);
        if (this.#options.streams) await this.#writeStreams(entry);
        if (this.#again.length > 0) await this.#runAgain();
      }
      await this.#lane.finish();
      await this.#runAgain();
      throwIfCancelled(this.#options.signal); // the last batches report all at once
    } finally {
      // What is whole is noted, cancelled or not: the next run goes on from there.
      await this.#lane.close();
    }
    for (const { path, entry } of this.#folders.reverse()) setTimes(path, entry);
  }

  /** What to do for the entry; folders and links are dealt with here. */
  #plan(entry: FileEntry): Job | null {
    const place = this.#names.place(entry.path);
    if (entry.kind === 'directory') {
      const components = place.name === '' ? [] : [...place.folder.components, place.name];
      // The root's times are not those of the target.
      if (components.length > 0 && !this.#placeFolder(entry, components)) return null;
      const lost = this.#options.streams ? NOTHING : this.#streamsLost(entry);
      if (lost.length > 0) this.files.push({ ...draftReport(entry, undefined, entry.size), status: 'skipped', lost });
      return null;
    }
    if (entry.kind !== 'file') {
      const target = entry.target === undefined ? '' : ` to ${entry.target}`;
      const lost = [`${entry.kind}${target} (links are never created)`];
      this.files.push({ ...draftReport(entry, undefined, entry.size), status: 'skipped', lost });
      return null;
    }
    return this.#job(entry, undefined, place);
  }

  /** False where the folder cannot be: it fails like a file, and what lies in it does so by itself. */
  #placeFolder(entry: FileEntry, components: readonly string[]): boolean {
    try {
      this.#folders.push({ path: this.#staging.placeFolder(components), entry });
      return true;
    } catch (thrown) {
      const error = stagingError(thrown, entry);
      if (isTargetFull(error)) throw thrown;
      this.files.push({ ...draftReport(entry, undefined, entry.size), error: error.toJSON() });
      return false;
    }
  }

  /** Named streams of a file or a directory that nobody asked for. */
  #streamsLost(entry: FileEntry): readonly string[] {
    const streams = this.#streamsOf(entry);
    return streams.length === 0 ? NOTHING : streams.map(({ name, size }) => `stream ${name} (${size} bytes)`);
  }

  #job(entry: FileEntry, stream: string | undefined, { folder, name }: Place): Job {
    const target = `${folder.prefix}${name}`;
    const path = `${folder.staged}${sep}${name}`;
    const slot = this.files.length;
    const job: Job = { entry, stream, target, path, folder, slot, size: entry.size, lost: NOTHING };
    this.files.push(draftReport(entry, stream, entry.size)); // until the job is done
    return job;
  }

  /** None where the record cannot be read: a file fails for that by itself, and of a directory the listing has told. */
  #streamsOf(entry: FileEntry): readonly StreamInfo[] {
    if (entry.kind !== 'file' && entry.kind !== 'directory') return [];
    try {
      return this.#fileSystem.streams(entry);
    } catch (error) {
      if (StorageError.isDamage(error)) return [];
      throw error;
    }
  }

  async #writeStreams(entry: FileEntry): Promise<void> {
    for (const stream of this.#streamsOf(entry)) {
      const place = this.#names.place(`${entry.path}.${stream.name}.stream`, `${entry.path}:${stream.name}`);
      const job = this.#job(entry, stream.name, place);
      const noted = this.#staging.known.get(job.target);
      const isDone = noted !== undefined && (await this.#isDone(job, noted));
      const large = isDone ? null : this.#run(job);
      if (large !== null) await this.#runLarge(large);
    }
  }

  /** Hands a small job to the lane, or does it here; returns it with its open stream when the engine has to work on it. */
  #run(job: Job, again = false): { job: Job; stream: DataStream } | null {
    const { entry } = job;
    throwIfCancelled(this.#options.signal);
    try {
      if (job.stream === undefined && !this.#options.streams) job.lost = this.#streamsLost(entry);
      const stream = this.#fileSystem.open(entry, job.stream);
      job.size = stream.size;
      if (this.#isLinked(job)) return null;
      this.#requireFree(job);
      if (stream.size > PIECE_SIZE) return { job, stream };
      this.#staging.make(job.folder.staged);
      // The first of several names has to be there when the next one asks for it.
      const waits = entry.links > 1 && job.stream === undefined;
      if (!again && !waits && this.#lane.add(stream, smallFile(job.path, entry, stream), job)) return null;
      return this.#runSmall(job, stream) ? null : { job, stream };
    } catch (error) {
      this.#failed(job, error);
    }
    return null;
  }

  /** Copies here and now; false where the engine has to salvage the file. */
  #runSmall(job: Job, stream: DataStream): boolean {
    const fd = createStaged(job.path, this.#staging.isNew);
    let sha256: string | undefined;
    try {
      sha256 = this.#engine.copySmall(stream, fd, { hash: this.#options.hash, sparse: stream.sparse });
      finishStaged(fd, job.entry, this.#options.sync);
    } catch (error) {
      rmSync(job.path, { force: true });
      if (this.#options.salvage && StorageError.is(error)) return false;
      throw error;
    } finally {
      closeSync(fd);
    }
    this.#done(job, sha256);
    this.#options.onBytes?.(stream.size, job.entry.path);
    return true;
  }

  async #runAgain(): Promise<void> {
    for (let job = this.#again.pop(); job !== undefined; job = this.#again.pop()) {
      const large = this.#run(job, true);
      if (large !== null) await this.#runLarge(large);
    }
  }

  /** A file of the lane is whole. */
  #written(job: Job, sha256: string | undefined): void {
    try {
      this.#done(job, sha256);
    } catch (error) {
      this.#failed(job, error);
      return;
    }
    this.#options.onBytes?.(job.size, job.entry.path);
  }

  async #runLarge({ job, stream }: { job: Job; stream: DataStream }): Promise<void> {
    const { entry, path, target } = job;
    try {
      this.#staging.make(job.folder.staged);
      const onBytes = (bytes: number): void => this.#options.onBytes?.(bytes, entry.path);
      const options = { ...this.#options, cloner: this.#cloner, onBytes };
      const copied = await copyLargeFile({ entry, stream, path, target }, this.#engine, this.#staging, options);
      this.#done(job, copied.sha256, copied.unreadable, copied.resumed);
      if (copied.clonedBytes > 0) this.files[job.slot]!.clonedBytes = copied.clonedBytes;
    } catch (error) {
      // Cancelled, or no room left: the part noted last stays, and the next run goes on from there.
      if (asStorageError(error).kind === 'cancelled' || isTargetFull(error)) throw error;
      this.#failed(job, error);
    }
  }

  /** A file that an earlier, interrupted run has finished, and that is still what that had made. */
  async #isDone(job: Job, known: JournalLine): Promise<boolean> {
    if (known.safe !== undefined || !(await this.#isStaged(job, known))) return false;
    job.size = known.size;
    if (job.entry.links > 1 && job.stream === undefined) this.#links.set(job.entry.id, job);
    if (job.stream === undefined && !this.#options.streams) job.lost = this.#streamsLost(job.entry);
    this.#report(job, 'resumed', known.sha256);
    this.#options.onBytes?.(job.size, job.entry.path);
    return true;
  }

  async #isStaged(job: Job, { size, sha256 }: JournalLine): Promise<boolean> {
    const { hash, signal } = this.#options;
    try {
      const staged = lstatSync(job.path, { throwIfNoEntry: false });
      if (!staged?.isFile() || staged.size !== size) return false;
      if (this.#fileSystem.open(job.entry, job.stream).size !== size) return false;
      if (!hash) return true;
      return sha256 !== undefined && (await isAsNoted(job.path, size, sha256, signal));
    } catch (error) {
      if (asStorageError(error).kind === 'cancelled') throw error;
      return false; // whoever copies it meets the same error, and tells
    }
  }

  /** A further name of a file that is staged already becomes a hard link; false where it has to be a copy. */
  #isLinked(job: Job): boolean {
    if (job.entry.links < 2 || job.stream !== undefined) return false;
    const first = this.#links.get(job.entry.id);
    if (first === undefined) return false;
    this.#staging.make(job.folder.staged);
    rmSync(job.path, { force: true });
    try {
      linkSync(first.path, job.path);
    } catch (error) {
      if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      job.lost = [...job.lost, `hard link to ${first.entry.path} (a copy: the target has no such links)`];
      return false;
    }
    const twin = this.files[first.slot]!;
    this.#report(job, twin.status, twin.sha256, twin.unreadable);
    return true;
  }

  /** An existing file of another size is another file: said before anything is copied. Equal sizes are compared later. */
  #requireFree({ target, size }: Job): void {
    if (this.#options.force || this.#staging.fresh) return;
    const path = join(this.#out, ...target.split('/'));
    const there = lookAt(path);
    if (there === undefined || (there.isFile() && there.size === size)) return;
    throw occupied(path, there.isFile() ? `${there.size} bytes, not ${size}` : 'not a regular file');
  }

  #done(job: Job, sha256?: string, unreadable: CopyOutcome['unreadable'] = [], resumed = false): void {
    if (job.entry.links > 1 && job.stream === undefined) this.#links.set(job.entry.id, job);
    if (unreadable.length === 0) this.#staging.note({ path: job.target, size: job.size, sha256 });
    const status = unreadable.length > 0 ? 'salvaged' : resumed ? 'resumed' : 'recovered';
    this.#report(job, status, sha256, unreadable.length === 0 ? undefined : unreadable);
  }

  /** The job's place in the report, filled; absent properties are left out, not undefined. */
  #report(
    job: Job,
    status: FileReport['status'],
    sha256: string | undefined,
    unreadable?: FileReport['unreadable'],
  ): void {
    const report: ReportDraft = this.files[job.slot]!;
    report.size = job.size;
    report.status = status;
    report.target = job.target;
    if (sha256 !== undefined) report.sha256 = sha256;
    if (unreadable !== undefined) report.unreadable = unreadable;
    if (job.lost.length > 0) report.lost = job.lost;
  }

  #failed(job: Job, thrown: unknown): void {
    const { entry, lost } = job;
    const error = stagingError(thrown, entry);
    if (error.kind === 'cancelled' || isTargetFull(error)) throw thrown;
    if (error.code !== COLLISION) removeStaged(job.path);
    const report: ReportDraft = draftReport(entry, job.stream, entry.size);
    report.status = 'failed';
    report.error = error.toJSON();
    if (lost.length > 0) report.lost = lost;
    this.files[job.slot] = report;
  }
}
