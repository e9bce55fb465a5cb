/** Recovery: from an image or a pool to files in a folder, with a report. */

import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isoTime } from '../base/iso-time.ts';
import { shellWord } from '../base/shell-word.ts';
import { CopyEngine, THREADS_MIN } from '../copy/copy-engine.ts';
import { type HostSource, mayShare } from '../copy/leaf-cloner.ts';
import { asStorageError, invalidArgument, notFound, StorageError, throwIfCancelled } from '../errors.ts';
import type { FileSystem } from '../filesystem/file-system.ts';
import { chooseShadow } from '../image/choose-shadow.ts';
import type { Image } from '../image/image.ts';
import { splitLocator } from '../image/source.ts';
import type { Volume } from '../image/volume.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { chooseVolume } from '../pool/replica-volume.ts';
import {
  type Container,
  choosePoint,
  findPoint,
  type Point,
  type PointChoice,
  pointsByTime,
  StoragePool,
} from '../pool/storage-pool.ts';
import { doubtsAbout } from '../pool/twins.ts';
import { VERSION } from '../version.ts';
import { checkDatabases } from './database-health.ts';
import {
  type FileReport,
  nextCommands,
  REPORT_SCHEMA,
  type RecoveryReport,
  reportText,
  type SourceReport,
} from './report.ts';
import { findDpmdb, type Selection, selectByGlob } from './select-files.ts';
import { Staging } from './staging.ts';
import { isTargetFull, prepareTarget, settle, targetFull, writeReport } from './target-folder.ts';
import { FileWriter } from './write-files.ts';

export type RecoverOptions = {
  /** Target folder; created when missing. */
  readonly out: string;
  /** What to recover: the DPM database, or files by glob. From a pool the default is `dpmdb`, from an image everything. */
  readonly datasource?: 'dpmdb' | undefined;
  readonly files?: readonly string[] | undefined;
  /** Which state of the pool; all but `latest` are refused for an image. */
  readonly server?: string | undefined;
  readonly replica?: string | undefined;
  readonly latest?: boolean | undefined;
  readonly at?: Date | undefined;
  readonly point?: string | undefined;
  /** Partition GUID or 1-based number. */
  readonly volume?: string | undefined;
  /** A shadow copy of the volume: its number (1: the oldest) or id, or the newest made at or before a time (Unix ms). */
  readonly shadow?: string | undefined;
  readonly shadowAtMs?: number | undefined;
  /** Write zeros where the source cannot be read, instead of failing the file. */
  readonly salvage?: boolean | undefined;
  /** Replace different existing files. */
  readonly force?: boolean | undefined;
  /** Write alternate streams beside their files. */
  readonly streams?: boolean | undefined;
  /** fsync every file and folder. */
  readonly sync?: boolean | undefined;
  /** SHA-256 of every file, computed while copying; on unless false. */
  readonly hash?: boolean | undefined;
  /** Prove the pages of every database that was written; on unless false. */
  readonly checkDatabases?: boolean | undefined;
  /** 1: use no second thread. */
  readonly threads?: 1 | 2 | undefined;
  /** The platform's functions: with them, large files share the image's blocks where the file system can. */
  readonly host?: HostSource | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

/**
 * Recovers files and writes `recovery-report.json` beside them. Damage costs the damaged files or ranges, not the job: look at
 * `totals.failed` and `totals.unreadableBytes` of the report.
 */
export async function recover(source: Image | StoragePool, options: RecoverOptions): Promise<RecoveryReport> {
  if (options.files !== undefined && options.datasource !== undefined) {
    throw invalidArgument('RECOVER_SELECTION', 'give either a datasource or files, not both');
  }
  if (!(source instanceof StoragePool)) {
    const stray = (['server', 'replica', 'at', 'point'] as const).find((name) => options[name] !== undefined);
    if (stray === undefined) return recoverFrom(source, null, options);
    throw invalidArgument('RECOVER_SELECTION', `${source.name} is a single image: \`${stray}\` would choose in a pool`);
  }
  const state = await chooseState(source, options);
  await using image = await orOtherState(state, () => state.point.open());
  await orOtherState(state, async () => chooseVolume(image, state.container, options.volume).requireFileSystem());
  return await recoverFrom(image, state, options);
}

/** What keeps this state from being read may not keep others: the error says which one to try next. */
async function orOtherState<T>({ container, point }: State, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!StorageError.isDamage(error) || error.kind === 'invalid-argument') throw error;
    const twin = container.twins.find(({ id, isReplica }) => id === point.id && isReplica === point.isReplica);
    if (twin !== undefined) {
      const hint = `a second copy of this state may be whole: give the root of ${twin.folder} alone`;
      throw new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error });
    }
    const others = (await pointsByTime(container)).filter((other) => other.point !== point && other.point.locator);
    const next = others.findLast(({ time }) => point.isReplica || time.ms <= point.diskModifiedMs) ?? others.at(-1);
    if (next === undefined) throw error;
    const other = `another state of this replica, captured at ${isoTime(next.time.ms)}, may be whole: --point ${next.point.id}`;
    const hint = error.hint === undefined ? other : `${error.hint}; ${other}`;
    throw new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error });
  }
}

export type StateOptions = Pick<
  RecoverOptions,
  'files' | 'server' | 'replica' | 'latest' | 'at' | 'point' | 'volume' | 'signal'
>;

export type State = { readonly container: Container; readonly point: Point };

/** The replica the user named, the only one there is, or the one that holds DPMDB; then the wanted state of it. */
export async function chooseState(pool: StoragePool, options: StateOptions): Promise<State> {
  const candidates = withPoint(pool.select(options), options.point);
  const container =
    options.files === undefined && candidates.length > 1
      ? await findDpmdbContainer(candidates, options)
      : onlyContainer(candidates);
  return { container, point: await choosePoint(container, pointChoice(options)) };
}

function pointChoice({ latest, at, point }: StateOptions): PointChoice {
  return { latest, atMs: at?.getTime(), point };
}

/** A recovery point belongs to one replica, so naming it names the replica too. */
function withPoint(containers: readonly Container[], point: string | undefined): readonly Container[] {
  if (point === undefined) return containers;
  const found = containers.filter((container) => findPoint(container, point) !== undefined);
  return found.length > 0 ? found : containers;
}

function onlyContainer(candidates: readonly Container[]): Container {
  if (candidates.length === 1) return candidates[0]!;
  throw new StorageError('conflict', 'RECOVER_REPLICA_AMBIGUOUS', `the pool has ${candidates.length} replicas`, {
    hint: `choose with --replica: ${candidates.map((container) => container.replicaId).join(', ')}`,
  });
}

/** Looks into every container; one that cannot be read in any of its states is told about, not fatal. */
async function findDpmdbContainer(candidates: readonly Container[], options: StateOptions): Promise<Container> {
  const found: Container[] = [];
  const unreadable: string[] = [];
  for (const container of candidates) {
    throwIfCancelled(options.signal);
    const verdict = await holdsDpmdb(container, options);
    if (verdict === true) found.push(container);
    else if (verdict !== false) unreadable.push(`${container.replicaId}: ${verdict}`);
  }
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new StorageError('conflict', 'RECOVER_DPMDB_AMBIGUOUS', `${found.length} replicas hold a DPMDB`, {
      hint: `choose with --replica or --server: ${found.map((container) => `${container.server}/${container.replicaId}`).join(', ')}`,
    });
  }
  throw notFound('RECOVER_NO_DPMDB', `none of ${candidates.length} replicas holds DPMDB`, {
    hint: `${unreadable.length > 0 ? `not readable: ${unreadable.join('; ')}. ` : ''}the database may be on another volume of the pool, or protected elsewhere; \`pitvault scan\` shows what is here`,
  });
}

/** Whether the newest state that can be read holds DPMDB; why not, when there is no such state. */
async function holdsDpmdb(container: Container, options: StateOptions): Promise<boolean | string> {
  let reason = 'it holds no disk';
  for await (const point of newestFirst(container)) {
    throwIfCancelled(options.signal);
    try {
      await using image = await point.open();
      return findDpmdb(chooseVolume(image, container, options.volume).requireFileSystem()).length > 0;
    } catch (error) {
      if (!StorageError.isDamage(error) || error.kind === 'invalid-argument') throw error;
      reason = error.message;
    }
  }
  return reason;
}

/** The live replica, which nearly always decides; only after it are the others opened to learn their times. */
async function* newestFirst({ replica, ...container }: Container): AsyncGenerator<Point> {
  if (replica !== null && replica.locator !== null) yield replica;
  const timed = await pointsByTime({ ...container, replica: null });
  for (const { point } of timed.reverse()) if (point.locator !== null) yield point;
}

async function recoverFrom(image: Image, state: State | null, options: RecoverOptions): Promise<RecoveryReport> {
  const started = new Date();
  const volume = chooseShadow(chooseVolume(image, state?.container ?? null, options.volume), options);
  const fileSystem = volume.requireFileSystem();
  await using engine = new CopyEngine({ threads: options.threads ?? 2 });
  if (volume.map.size >= THREADS_MIN && !isLikelyCloned(volume.map, options)) await engine.start();
  const { entries, unmatched } = await selectEntries(fileSystem, image.name, state, options);
  const out = resolve(options.out);
  const warnings = prepareTarget(out);
  for (const { message } of volume.shadowDamage) {
    warnings.push(`the store of the shadow copy is damaged where no file's bytes depend on it: ${message}`);
  }
  if (state !== null) warnings.push(...(await doubtsAbout(state.container, state.point, pointChoice(options))));
  const source = await describeSource(image, volume, fileSystem, state);
  const staging = new Staging(out, stagingKey(image, volume, options));
  for (const name of staging.others) {
    warnings.push(
      `${join(out, name)} is what another run has left unfinished: the same command of the same version goes on with it; else remove it`,
    );
  }
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  let done = 0;
  const writer = new FileWriter(fileSystem, engine, staging, out, {
    hash: options.hash ?? true,
    salvage: options.salvage ?? false,
    force: options.force ?? false,
    streams: options.streams ?? false,
    sync: options.sync ?? false,
    host: options.host,
    signal: options.signal,
    onBytes: (bytes, file) => options.onProgress?.((done += bytes), total, file),
  });
  try {
    await writer.write(entries);
    staging.flush();
  } catch (error) {
    noteWhole(staging);
    throw isTargetFull(error) ? targetFull(out, error) : error;
  }
  let files = settle(writer.files, staging, out, {
    force: options.force ?? false,
    sync: options.sync ?? false,
    isSource: (path) => image.readsFrom(path),
  });
  if (options.checkDatabases !== false) files = await checkDatabases(files, out, warnings, options);
  for (const glob of unmatched) warnings.push(`no file matches ${glob}: nothing of it was recovered`);
  const report = {
    ...makeReport(started, source, out, warnings, files, fileSystem),
    ...(unmatched.length > 0 ? { unmatched } : {}),
  };
  writeReport(out, reportText(report), options.sync ?? false);
  return report;
}

/** Whether nothing has to be read: the second thread need not boot then, and what is copied after all has it boot. */
function isLikelyCloned(map: AddressMap, { host, hash, salvage, out }: RecoverOptions): boolean {
  if (host === undefined || hash !== false || salvage === true) return false;
  let folder = resolve(out);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  for (const extent of extentsOf(map)) {
    if (extent.kind !== 'zero') return extent.kind === 'data' && mayShare(extent.file, folder);
  }
  return false;
}

/** What is whole is noted for the next run. Where that fails too (a full disk), what ended this one is the error to tell. */
function noteWhole(staging: Staging): void {
  try {
    staging.flush();
  } catch (error) {
    if (asStorageError(error).kind !== 'io') throw error;
  }
}

async function selectEntries(
  fileSystem: FileSystem,
  image: string,
  state: State | null,
  options: RecoverOptions,
): Promise<Selection> {
  if (options.files !== undefined) return selectByGlob(fileSystem, options.files, image);
  if (options.datasource === undefined && state === null) return selectByGlob(fileSystem, ['**'], image);
  const entries = findDpmdb(fileSystem);
  if (entries.length > 0) return { entries, unmatched: [] };
  throw notFound('RECOVER_NO_DPMDB', `${image} holds no DPMDB files`, {
    image,
    hint: `choose files yourself: pitvault ls -R ${shellWord(image)}, then recover with --files`,
  });
}

/** Two runs with the same key do the same work, so the second may go on where the first stopped. */
function stagingKey(image: Image, volume: Volume, options: RecoverOptions): string {
  const host = statSync(splitLocator(image.source.name)[0]!, { throwIfNoEntry: false });
  return JSON.stringify([
    image.name,
    host?.mtimeMs ?? 0,
    image.disk.dataIdentity,
    image.disk.size,
    volume.number,
    volume.name,
    volume.dynamic?.extents.map((extent) => extent.image) ?? null, // a disk that is there now was zeros to --salvage
    options.files ?? options.datasource ?? null,
    options.salvage ?? false,
    options.streams ?? false,
  ]);
}

async function describeSource(
  image: Image,
  volume: Volume,
  fileSystem: FileSystem,
  state: State | null,
): Promise<SourceReport> {
  const time = state === null ? null : await state.point.time();
  const { label, dirty } = fileSystem.info;
  return {
    image: volume.name,
    ...(state === null
      ? {}
      : { server: state.container.server, replicaId: state.container.replicaId, pointId: state.point.id }),
    ...(time === null ? {} : { capturedAt: isoTime(time.ms) ?? 'unknown', capturedAtSource: time.source }),
    format: `${image.disk.format} ${image.disk.type}`,
    dataIdentity: image.disk.dataIdentity,
    volume: { number: volume.number, guid: volume.guid, label, dirty },
    findings: [...image.findings, ...fileSystem.findings],
  };
}

function makeReport(
  started: Date,
  source: SourceReport,
  out: string,
  warnings: string[],
  files: FileReport[],
  fileSystem: FileSystem,
): RecoveryReport {
  const written = files.filter((file) => file.target !== undefined && file.status !== 'failed');
  const unreadableBytes = files.reduce(
    (sum, file) => sum + (file.unreadable ?? []).reduce((part, range) => part + range.length, 0),
    0,
  );
  return {
    schema: REPORT_SCHEMA,
    pitvault: VERSION,
    started: started.toISOString(),
    finished: new Date().toISOString(),
    source,
    target: out,
    warnings,
    totals: {
      files: written.length,
      bytes: written.reduce((sum, file) => sum + file.size, 0),
      clonedBytes: written.reduce((sum, file) => sum + (file.clonedBytes ?? 0), 0),
      failed: files.filter((file) => file.status === 'failed').length,
      unreadableBytes,
    },
    lost: [`access control lists and owners (${fileSystem.info.kind} security descriptors are not carried over)`],
    next: nextCommands(written, (relative) => join(out, ...relative.split('/'))),
    files,
  };
}
