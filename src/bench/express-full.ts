/**
 * How fast this machine and this file system make express fulls: a seeded disk is protected, changed and backed up again
 * and again, in a pool of its own that is removed afterwards. What comes out is compared with the source.
 *
 * It measures pitvault on this machine. It says nothing about DPM, its agents or its network.
 */

import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { backup } from '../backup/backup.ts';
import { changeMapOf } from '../backup/change-list.ts';
import type { BackupReport } from '../backup/job.ts';
import { bestMode, createReplicaPool } from '../backup/pool-on-disk.ts';
import { protect } from '../backup/protect.ts';
import { diffDisks } from '../diff/disk-diff.ts';
import { invalidArgument, throwIfCancelled } from '../errors.ts';
import { openImage } from '../image/image.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import { DiskFile } from '../io/disk-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import { FileMap } from '../map/maps.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { POINT_LIMITS } from '../retention/limits.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import { Workload, type WorkloadParams } from './workload.ts';

/** Between two looks at what the file system has in use, and how many there are at most. */
const [REST_MS, RESTS_MAX] = [100, 50];

export type ExpressFullBenchOptions = WorkloadParams & {
  /** Most threads; every number up to it is measured. */
  readonly workers: 1 | 2;
  /** A folder on the file system to measure; a folder of its own is made in it. */
  readonly folder: string;
  /** Express fulls of each kind and number of threads. */
  readonly rounds?: number | undefined;
  readonly host?: HostFiles | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

/** Sums over all rounds. Rates in bytes a second. */
export type RoundsReport = {
  readonly rounds: number;
  readonly ms: number;
  readonly scannedBytes: number;
  readonly changedBytes: number;
  readonly scannedPerSecond: number;
  readonly changedPerSecond: number;
  /** Writes of the workload taken over, a second. */
  readonly writesPerSecond: number;
};

type WorkersReport = {
  readonly workers: number;
  readonly initialReplica: { readonly ms: number; readonly bytesPerSecond: number };
  /** What changed is found by fingerprints. */
  readonly scan: RoundsReport;
  /** What changed is known. */
  readonly changeList: RoundsReport;
  /** Backups in which nothing changed: derive, publish, durable. */
  readonly derive: { readonly count: number; readonly p50Ms: number; readonly p99Ms: number };
  /** Bytes that the pool grew by for each byte that changed. */
  readonly spaceAmplification: number;
  /** Sectors in which the replica and the source differ at the end: 0. */
  readonly differingBytes: number;
};

export type ExpressFullBench = {
  readonly params: WorkloadParams;
  /** Names the work: equal for equal parameters, on any machine. */
  readonly workDigest: string;
  readonly writesPerRound: number;
  readonly fileSystem: string | null;
  readonly mode: ReplicaMode;
  /** Implementation of the platform's functions in use. */
  readonly native: string;
  /** Reading the source and writing it to one new file, durable. */
  readonly fullCopy: { readonly ms: number; readonly bytesPerSecond: number };
  readonly runs: readonly WorkersReport[];
};

const ROUNDS = 5;
const DERIVES = 20;
/** Rounds are made twice, with a change list and without: more points than these have no room. */
const ROUNDS_MAX = Math.floor((POINT_LIMITS.expressFull - DERIVES) / 2);
const STEP = 2 ** 20;

export async function benchExpressFull(options: ExpressFullBenchOptions): Promise<ExpressFullBench> {
  const { size, changeRate, blockMix, locality, seed } = options;
  const params = { size, changeRate, blockMix, locality, seed };
  const workload = new Workload(params);
  const rounds = options.rounds ?? ROUNDS;
  if (!(rounds > 0 && rounds <= ROUNDS_MAX)) {
    throw invalidArgument('BENCH_PARAMETERS', `rounds: expected 1 to ${ROUNDS_MAX}, found ${rounds}`, {
      hint: `each makes a point for each kind of backup, and a replica has at most ${POINT_LIMITS.expressFull}`,
    });
  }
  mkdirSync(options.folder, { recursive: true });
  const folder = mkdtempSync(join(resolve(options.folder), 'pitvault-bench-'));
  try {
    const runs: WorkersReport[] = [];
    let mode: ReplicaMode = 'chain';
    let fullCopy = { ms: 0, bytesPerSecond: 0 };
    for (const workers of [1, 2] as const) {
      if (workers > options.workers) break;
      const bench = new Bench(folder, workload, workers, rounds, options);
      try {
        bench.fillSource();
        fullCopy = bench.copySource();
        mode = bench.mode;
        runs.push(await bench.run());
      } finally {
        bench.remove();
      }
    }
    return {
      params,
      workDigest: workload.digest(2 * rounds),
      writesPerRound: workload.writes(1).length,
      fileSystem: options.host?.fileSystemName(folder) ?? null,
      mode,
      native: options.host?.name ?? 'portable',
      fullCopy,
      runs,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Bench {
  readonly mode: ReplicaMode;
  readonly #folder: string;
  readonly #workload: Workload;
  readonly #workers: 1 | 2;
  readonly #rounds: number;
  readonly #options: ExpressFullBenchOptions;
  readonly #pool: ReplicaPool;
  readonly #source: string;

  constructor(folder: string, workload: Workload, workers: 1 | 2, rounds: number, options: ExpressFullBenchOptions) {
    this.#folder = join(folder, `workers-${workers}`);
    mkdirSync(this.#folder);
    this.#workload = workload;
    this.#workers = workers;
    this.#rounds = rounds;
    this.#options = options;
    this.#source = join(this.#folder, 'source.raw');
    this.#pool = createReplicaPool(join(this.#folder, 'pool'), 'bench.local', options.host);
    this.mode = bestMode(this.#pool);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  fillSource(): void {
    const fd = openSync(this.#source, 'wx');
    try {
      ftruncateSync(fd, this.#workload.params.size);
      for (const { offset, bytes } of this.#workload.firstContent()) {
        writeAll(fd, bytes, offset);
        this.#tell(offset, 'making the disk');
      }
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  copySource(): { ms: number; bytesPerSecond: number } {
    const { size } = this.#workload.params;
    const copy = join(this.#folder, 'copy.raw');
    const buffer = alignedMemory(STEP);
    const started = performance.now();
    const [from, to] = [openSync(this.#source, 'r'), openSync(copy, 'wx')];
    try {
      for (let at = 0; at < size; at += STEP) {
        const part = buffer.subarray(0, readSync(from, buffer, 0, Math.min(STEP, size - at), at));
        writeAll(to, part, at);
        this.#tell(at, 'full copy');
      }
      fdatasyncSync(to);
    } finally {
      closeSync(from);
      closeSync(to);
    }
    const ms = performance.now() - started;
    rmSync(copy);
    return { ms, bytesPerSecond: perSecond(size, ms) };
  }

  async run(): Promise<WorkersReport> {
    const { size } = this.#workload.params;
    const [, initialMs] = await this.#timed((job) =>
      protect(this.#pool, job.source, { ...job, name: 'bench', mode: this.mode }),
    );
    const initial = await this.#usedAtRest();
    const scan = await this.#express(1, false);
    const changeList = await this.#express(1 + this.#rounds, true);
    const changed = scan.changedBytes + changeList.changedBytes;
    const grown = (await this.#usedAtRest()) - initial;
    const derive = await this.#derive();
    return {
      workers: this.#workers,
      initialReplica: { ms: initialMs, bytesPerSecond: perSecond(size, initialMs) },
      scan,
      changeList,
      derive,
      spaceAmplification: changed === 0 ? 0 : grown / changed,
      differingBytes: await this.#verify(),
    };
  }

  async #express(first: number, withList: boolean): Promise<RoundsReport> {
    let [ms, scannedBytes, changedBytes, writes] = [0, 0, 0, 0];
    for (let round = first; round < first + this.#rounds; round++) {
      const made = this.#change(round);
      writes += made.length;
      const changes = withList ? changeMapOf(made, this.#workload.params.size) : undefined;
      const [report, took] = await this.#timed((job) => backup(this.#pool, 'bench', job.source, { ...job, changes }));
      ms += took;
      scannedBytes += report.scannedBytes;
      changedBytes += report.changedBytes;
    }
    return {
      rounds: this.#rounds,
      ms,
      scannedBytes,
      changedBytes,
      scannedPerSecond: perSecond(scannedBytes, ms),
      changedPerSecond: perSecond(changedBytes, ms),
      writesPerSecond: perSecond(writes, ms),
    };
  }

  async #derive(): Promise<WorkersReport['derive']> {
    const times: number[] = [];
    for (let i = 0; i < DERIVES; i++) {
      const changes = new ChangeMap();
      times.push((await this.#timed((job) => backup(this.#pool, 'bench', job.source, { ...job, changes })))[1]);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(DERIVES - 1, Math.floor(share * DERIVES))]!;
    return { count: DERIVES, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  /** Makes the writes of a round. Returns what they cover, ascending. */
  #change(round: number): { offset: number; length: number }[] {
    const writes = this.#workload.writes(round);
    const content = this.#workload.contents(round);
    const fd = openSync(this.#source, 'r+');
    try {
      for (const { offset, length } of writes) writeAll(fd, content(length), offset);
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return writes.toSorted((a, b) => a.offset - b.offset);
  }

  async #timed(work: (job: Job) => Promise<BackupReport>): Promise<[BackupReport, number]> {
    const { signal, onProgress } = this.#options;
    const file = new DiskFile(this.#source);
    try {
      const source = { name: this.#source, disk: new FileMap(file) };
      const started = performance.now();
      const report = await work({ source, signal, onProgress, threads: this.#workers });
      return [report, performance.now() - started];
    } finally {
      file.close();
    }
  }

  async #verify(): Promise<number> {
    const file = new DiskFile(this.#source);
    try {
      await using replica = await openImage(this.#pool.find('bench').container.replica()!.path);
      const { signal } = this.#options;
      const { changed, unreadable } = await diffDisks(new FileMap(file), replica.disk, { signal });
      return changed.bytes + unreadable.bytes;
    } finally {
      file.close();
    }
  }

  /** The same when the file system is done: it frees what was removed before, and what files had in reserve, later. */
  async #usedAtRest(): Promise<number> {
    for (let before = this.#used(), looks = 0; ; looks++) {
      await setTimeout(REST_MS);
      const used = this.#used();
      if (used === before || looks === RESTS_MAX) return used;
      before = used;
    }
  }

  /** Bytes the pool takes: of clones, what is gone from the file system, since shared blocks count for every file. */
  #used(): number {
    if (this.mode === 'chain') return allocatedBelow(this.#pool.path);
    const { bsize, blocks, bfree } = statfsSync(this.#folder);
    return bsize * (blocks - bfree);
  }

  #tell(done: number, what: string): void {
    throwIfCancelled(this.#options.signal);
    this.#options.onProgress?.(done, this.#workload.params.size, what);
  }
}

type Job = {
  readonly source: { readonly name: string; readonly disk: FileMap };
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ExpressFullBenchOptions['onProgress'];
  readonly threads: 1 | 2;
};

function allocatedBelow(folder: string): number {
  let bytes = 0;
  const seen = new Set<number>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const { blocks, ino } = lstatSync(join(folder, name));
    if (!seen.has(ino)) bytes += 512 * blocks;
    seen.add(ino);
  }
  return bytes;
}

function writeAll(fd: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}

function perSecond(amount: number, ms: number): number {
  return ms === 0 ? 0 : Math.round(amount / (ms / 1000));
}
