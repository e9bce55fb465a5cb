/**
 * NTFS as a file system.
 *
 * Invariants:
 * 1. Opening reads a bounded number of small structures: boot sector, record 0, and its attribute list if it has one.
 * 2. What has a second copy is read from it when the first is bad, and `findings` says so.
 * 3. Damage of one file is an error of that file, or of a range of it; content that is not in the volume is an error of
 *    kind `unsupported`, never zeros.
 */

import type { Finding } from '../errors.ts';
import { corrupt, invalidArgument, notFound, StorageError, unsupported } from '../errors.ts';
import type {
  ChangedBytes,
  DataStream,
  FileChange,
  FileEntry,
  FileSystem,
  FileSystemInfo,
  ListOptions,
  RangeOwner,
  StreamInfo,
  VolumeRange,
} from '../filesystem/file-system.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type Attribute, TYPE } from './attribute.ts';
import { backupBootOffsets, readGeometry } from './boot-sector.ts';
import { Directories } from './directories.ts';
import type { FileAttributes } from './file-attributes.ts';
import type { FileTable } from './file-table.ts';
import { recoverGeometry } from './geometry-recovery.ts';
import { openFileTable } from './mft-bootstrap.ts';
import { findContentObstacle, findStreamObstacle } from './obstacle.ts';
import { rangeOwners } from './range-owners.ts';
import { readReparsePoint } from './record-summary.ts';
import { type ReparsePoint, TAG } from './reparse-point.ts';
import { openAttribute, openWof, ResidentStream, WOF_STREAM } from './streams.ts';
import { TableScan } from './table-scan.ts';
import { volumeChanges } from './volume-changes.ts';
import { FindingLog, type Geometry, placeIn, type VolumeContext } from './volume-context.ts';
import { VolumeFiles } from './volume-files.ts';
import { readVolumeInfo } from './volume-info.ts';

export class NtfsVolume implements FileSystem {
  readonly #files: VolumeFiles;
  readonly #scan: TableScan;
  readonly #directories: Directories;
  #info: FileSystemInfo | null = null;

  private constructor(context: VolumeContext, table: FileTable) {
    this.#files = new VolumeFiles(context, table);
    this.#scan = new TableScan(this.#files);
    this.#directories = new Directories(this.#files, this.#scan);
  }

  /** Opens the volume in `volume`. Throws NTFS_BOOT_*, NTFS_MFT_*, NTFS_RECORD_* where no copy leads to its files. */
  static open(volume: AddressMap, options: { name: string }): NtfsVolume {
    const { name } = options;
    const findings = new FindingLog();
    const errors: StorageError[] = [];
    for (const { what, geometry } of geometries(volume, name)) {
      if (StorageError.is(geometry)) {
        errors.push(geometry);
        continue;
      }
      const context: VolumeContext = { map: volume, name, geometry: withRoom(geometry, volume), findings };
      try {
        const table = openFileTable(context);
        for (const error of errors) findings.addError(error, `the ${what} is used instead`, 'warning');
        reportTruncation(context);
        return new NtfsVolume(context, table);
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        errors.push(error);
      }
    }
    throw errors[0]!;
  }

  get info(): FileSystemInfo {
    this.#info ??= readVolumeInfo(this.#files);
    return this.#info;
  }

  get findings(): readonly Finding[] {
    return this.#files.context.findings.list;
  }

  lookup(path: string): FileEntry | null {
    const entry = this.#directories.lookup(path);
    const colon = path.lastIndexOf(':');
    if (entry !== null || colon <= path.lastIndexOf('/')) return entry;
    const holder = this.#directories.lookup(path.slice(0, colon));
    if (holder === null) return null;
    const file = this.#files.attributesOf(holder);
    return this.#findStream(file, path.slice(colon + 1)) === null ? null : holder;
  }

  child(directory: FileEntry, name: string): FileEntry | null {
    return this.#directories.child(directory, name);
  }

  entry(id: number): FileEntry | null {
    return this.#directories.byId(id);
  }

  list(directory: FileEntry, options: ListOptions = {}): Iterable<FileEntry> {
    return this.#directories.visible(directory, options);
  }

  walk(from: FileEntry, options: ListOptions = {}): Iterable<FileEntry> {
    return this.#directories.walk(from, options.namesOnly);
  }

  scan(): Iterable<FileEntry> {
    return this.#scan.entries();
  }

  ownersOf(ranges: readonly VolumeRange[]): Iterable<RangeOwner> {
    return rangeOwners(this.#files, this.#scan, ranges);
  }

  changesSince(before: FileSystem, bytes: ChangedBytes): Iterable<FileChange> {
    if (
      !(before instanceof NtfsVolume) ||
      before.#files.context.geometry.serial !== this.#files.context.geometry.serial
    ) {
      const message = `${this.#files.context.name} is another volume than that of ${before.info.serial}: it was formatted in between`;
      throw unsupported('DIFF_OTHER_VOLUME', message, {
        hint: 'compare two states of one volume, or the disks as they are',
      });
    }
    const state = (volume: NtfsVolume) => ({ files: volume.#files, directories: volume.#directories });
    return volumeChanges(state(before), state(this), bytes);
  }

  streams(entry: FileEntry): readonly StreamInfo[] {
    const hidden = entry.reparseTag === TAG.wof ? WOF_STREAM : '';
    return this.#files
      .attributesOf(entry)
      .all(TYPE.data)
      .filter(({ name }) => name !== '' && name !== hidden)
      .map(({ name, dataSize }) => ({ name, size: dataSize }));
  }

  open(entry: FileEntry, stream = ''): DataStream {
    const file = this.#files.attributesOf(entry);
    if (stream !== '') return this.#openNamed(entry, file, stream);
    const data = file.find(TYPE.data, '');
    if (data === null) {
      if (entry.kind === 'directory') {
        const hint = 'name a file in it: `pitvault ls` lists them';
        throw invalidArgument('NTFS_IS_DIRECTORY', `${entry.path} is a directory`, { hint });
      }
      return new ResidentStream(new Uint8Array(0), `resident data of ${file.record.what}`);
    }
    const reparse = this.#reparseOf(file);
    const obstacle = this.#contentObstacle(entry, file, data, reparse);
    if (obstacle !== null) throw obstacle;
    if (reparse?.tag === TAG.wof && data.dataSize > 0) return openWof(this.#files, file, data, reparse);
    return openAttribute(this.#files, file, data);
  }

  obstacle(entry: FileEntry): StorageError | null {
    if (entry.kind === 'directory') return null;
    try {
      const file = this.#files.attributesOf(entry);
      return this.#contentObstacle(entry, file, file.find(TYPE.data, ''), this.#reparseOf(file));
    } catch (error) {
      if (StorageError.isDamage(error)) return error;
      throw error;
    }
  }

  #openNamed(entry: FileEntry, file: FileAttributes, name: string): DataStream {
    const data = this.#findStream(file, name);
    const place = placeIn(this.#files.context, file.record.what, file.record.offset);
    if (data === null) throw notFound('NTFS_STREAM_NOT_FOUND', `${entry.path} has no stream "${name}"`, place);
    const obstacle = findStreamObstacle(this.#files.context, data, `${entry.path}:${name}`);
    if (obstacle !== null) throw obstacle;
    return openAttribute(this.#files, file, data);
  }

  /** The named stream: spelled exactly so, or with other letters of the same meaning. */
  #findStream(file: FileAttributes, name: string): Attribute | null {
    const streams = file.all(TYPE.data).filter((data) => data.name !== '');
    const exact = streams.find((data) => data.name === name);
    if (exact !== undefined) return exact;
    const { upcase } = this.#files;
    return streams.find((data) => upcase.compare(data.name, name) === 0) ?? file.find(TYPE.data, name);
  }

  #reparseOf(file: FileAttributes): ReparsePoint | null {
    const attribute = file.find(TYPE.reparsePoint, '');
    if (attribute === null) return null;
    const reparse = readReparsePoint(this.#files.context, attribute);
    const { record } = file;
    const place = placeIn(this.#files.context, record.what, record.offset + attribute.offset);
    if (reparse === null)
      throw corrupt('NTFS_REPARSE_POINT', `${record.what}: its reparse point cannot be read`, place);
    if (reparse.defect !== undefined) {
      this.#files.context.findings.add('warning', 'NTFS_REPARSE_POINT', `${record.what}: ${reparse.defect}`, place);
    }
    return reparse;
  }

  #contentObstacle(
    entry: FileEntry,
    file: FileAttributes,
    data: Attribute | null,
    reparse: ReparsePoint | null,
  ): StorageError | null {
    return findContentObstacle(this.#files.context, {
      record: file.record,
      path: entry.path,
      data,
      reparse,
      attributes: entry.attributes,
      openRuns: () => this.#files.runStream(file, data!),
    });
  }
}

type Candidate = { readonly what: string; readonly geometry: Geometry | StorageError };

/** Geometries to try, in order of trust: the boot sector, its copies, what the file table itself describes. */
function* geometries(volume: AddressMap, name: string): Generator<Candidate> {
  const first = readGeometry(volume, name, 0, 'boot sector');
  const backups = backupBootOffsets(volume);
  const readBackup = (offset: number) => readGeometry(volume, name, offset, 'backup boot sector');
  if (!StorageError.is(first) && !backups.includes(first.size)) {
    for (const offset of backups) {
      const copy = readBackup(offset);
      if (StorageError.is(copy) || copy.size !== offset || !differsInSizeOnly(first, copy)) continue;
      const message = `boot sector: expected a size of ${copy.size} bytes as its backup has, found ${first.size}`;
      const place = { image: name, structure: 'boot sector', offset: 40 };
      yield { what: 'boot sector', geometry: corrupt('NTFS_BOOT_SIZE', message, place) };
      yield { what: 'backup boot sector', geometry: copy };
    }
  }
  yield { what: 'boot sector', geometry: first };
  for (const offset of backups) yield { what: 'backup boot sector', geometry: readBackup(offset) };
  const recovered = recoverGeometry(volume);
  if (recovered !== null) yield { what: 'geometry that file record 0 describes', geometry: recovered };
}

/** A backup behind a smaller volume may be that of a larger one before it: it counts only where all else is the same. */
function differsInSizeOnly(a: Geometry, b: Geometry): boolean {
  const same: (keyof Geometry)[] = ['clusterSize', 'mftLcn', 'mirrorLcn', 'recordSize', 'indexBlockSize', 'serial'];
  return a.size !== b.size && same.every((field) => a[field] === b[field]);
}

/**
 * Clusters count as far as the bytes reach: a size field that was damaged downwards must not cost the files behind it.
 */
function withRoom(geometry: Geometry, volume: AddressMap): Geometry {
  const there = Math.floor(volume.size / geometry.clusterSize);
  return there > geometry.clusterCount ? { ...geometry, clusterCount: there } : geometry;
}

function reportTruncation(context: VolumeContext): void {
  const { map, geometry, findings } = context;
  if (geometry.size <= map.size) return;
  const message = `the volume claims ${geometry.size} bytes, ${map.size} are there: it is truncated`;
  findings.add('warning', 'NTFS_VOLUME_TRUNCATED', message, placeIn(context, 'boot sector', 40));
}
