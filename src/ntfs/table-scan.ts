/**
 * The linear pass over the file table: every file of the volume, in record order, without touching a directory.
 *
 * Invariants:
 * 1. The table is read once, 256 KiB at a time, into one page-aligned buffer that the next pass uses again. The first
 *    touch of a page costs more than reading it: a larger buffer makes short passes slower and long ones no faster.
 * 2. Paths come from the records' own parent references. At most PATHS_MAX paths of directories are remembered; a
 *    directory that was forgotten, or comes later in the table than its content, is looked up by its record.
 * 3. A record that cannot be read is listed under the names that directories give it: whoever selects files by their paths
 *    has to meet it, and fail. What lies in such a directory keeps its path.
 *    So is one that says it is free, where a directory still names it, behind all others (see freed-records.ts), and one that
 *    is empty though the table's bitmap has it in use. What no directory names is listed below ORPHANS.
 * 4. A file whose directory is gone is listed below ORPHANS, in a folder named after the record and sequence it asks for.
 */

import { KIB } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { StorageError } from '../errors.ts';
import type { FileEntry } from '../filesystem/file-system.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import { directoryOf, entryOf } from './file-entry.ts';
import { EXTEND_RECORD, FIRST_USER_RECORD, RECORD, RECORD_IN_USE, ROOT_RECORD, SIGNATURE_FILE } from './file-record.ts';
import { type RecordWindow, recordWindow } from './file-table.ts';
import { FreedRecords } from './freed-records.ts';
import { type LostName, LostNames } from './lost-names.ts';
import { RecordSummary } from './record-summary.ts';
import { placeIn } from './volume-context.ts';
import { isExtension, type VolumeFiles } from './volume-files.ts';

export const ORPHANS = '/$Orphans';

const CHUNK_SIZE = 256 * KIB;
const PATHS_MAX = 65_536;
const DEPTH_MAX = 16_384;

/** What a record holds for a listing: a file, nothing (of which it may have been one), what cannot be read, or may be that. */
type Held = 'file' | 'nothing' | 'free' | 'lost' | 'doubtful';

export class TableScan {
  readonly #files: VolumeFiles;
  readonly #lost: LostNames;
  readonly #paths: DirectoryPaths;
  #free: RecordWindow | null = null;

  constructor(files: VolumeFiles) {
    this.#files = files;
    this.#lost = new LostNames(files, { lost: () => this.#lostRecords(), directories: () => this.#directories() });
    this.#paths = new DirectoryPaths(files, this.#lost);
  }

  /** One entry for each name of each file; system files are left out. */
  *entries(): Generator<FileEntry> {
    const summary = new NumberedSummary();
    const freed = new FreedRecords(this.#files, () => this.#directories());
    for (const window of this.#chunks()) yield* this.#entriesOf(window, summary, freed);
    for (const name of freed.named()) {
      const { id } = name.entry;
      const entries: FileEntry[] = [];
      this.#files.context.findings.addError(this.#files.table.notInUse(id), 'this file cannot be read');
      this.#addLost(id, [name], entries);
      yield* entries;
    }
  }

  /** Entries of a chunk, made in one go: a generator that is entered for every record costs more than the record. */
  #entriesOf(window: RecordWindow, summary: NumberedSummary, freed: FreedRecords): FileEntry[] {
    const entries: FileEntry[] = [];
    for (let index = 0; index < window.count; index++) {
      const held = this.#take(window, index, summary);
      const number = window.first + index;
      if (held === 'lost' || held === 'doubtful') {
        const names = this.#lost.of(number);
        this.#addLost(number, names, entries);
        if (names.length === 0 && held === 'lost' && this.#isFile(window, index)) this.#addOrphan(number, entries);
      }
      if (held === 'free') {
        summary.read(window.view, index * this.#files.table.recordSize, true, true);
        freed.note(number, summary);
      }
      if (held !== 'file') continue;
      if (summary.names.length === 0) this.#addNameless(summary, entries);
      else if (summary.hasLostNames) this.#addFurther(summary, entries);
      for (const name of summary.names) {
        const directory = this.#paths.pathOf(name.parent, name.parentSequence);
        if (directory === null) continue;
        const path = `${directory}/${name.text}`;
        if (summary.isDirectory) this.#paths.remember(summary.number, summary.sequence, path);
        if (directory.startsWith(ORPHANS)) this.#reportOrphan(summary.number, path);
        entries.push(entryOf(summary, summary.number, path, name.text));
      }
    }
    return entries;
  }

  /** The names that are left of a record: who opens one of them is told why it cannot be read. */
  #addLost(number: number, names: readonly LostName[], entries: FileEntry[]): void {
    for (const { entry, parent, parentSequence } of names) {
      const directory = this.#paths.pathOf(parent, parentSequence);
      if (directory === null) continue;
      const path = `${directory}/${entry.name}`;
      this.#report(number, 'NTFS_RECORD_LOST', `${path}: its name is all that is left, file record ${number} is lost`);
      if (directory.startsWith(ORPHANS)) this.#reportOrphan(number, path);
      entries.push({ ...entry, path });
    }
  }

  /** Whoever takes all files has to meet it, and fail. */
  #addOrphan(number: number, entries: FileEntry[]): void {
    const name = `record ${number}`;
    const path = `${ORPHANS}/${name}`;
    this.#report(number, 'NTFS_RECORD_LOST', `${path}: file record ${number} is lost, and no directory names it`);
    entries.push({ ...directoryOf(number, 0), kind: 'file', path, name });
  }

  #reportOrphan(number: number, path: string): void {
    this.#report(number, 'NTFS_ORPHAN', `file record ${number}: its directory is gone; it is listed as ${path}`);
  }

  /** A file without a name of its own, under those that directories give it. */
  #addNameless(summary: NumberedSummary, entries: FileEntry[]): void {
    const { number } = summary;
    const before = entries.length;
    for (const { entry, parent, parentSequence } of this.#lost.of(number)) {
      const directory = this.#paths.pathOf(parent, parentSequence);
      if (directory !== null) entries.push(entryOf(summary, number, `${directory}/${entry.name}`, entry.name));
    }
    const name = `record ${number}`;
    if (entries.length === before) entries.push(entryOf(summary, number, `${ORPHANS}/${name}`, name));
    const message = `file ${name} has no name; it is listed as ${entries[before]!.path}`;
    this.#report(number, 'NTFS_RECORD_NAMELESS', message);
  }

  /** Names of a file that directories give it, and its records do not. */
  #addFurther(summary: NumberedSummary, entries: FileEntry[]): void {
    const { number, names } = summary;
    for (const { entry, parent, parentSequence } of this.#lost.of(number)) {
      const isOther = entry.sequence !== 0 && entry.sequence !== summary.sequence;
      if (isOther || names.some((known) => known.parent === parent && known.text === entry.name)) continue;
      const directory = this.#paths.pathOf(parent, parentSequence);
      if (directory === null) continue;
      const path = `${directory}/${entry.name}`;
      this.#report(number, 'NTFS_RECORD_LOST', `${path}: a name that no record of file ${number} has any more`);
      entries.push(entryOf(summary, number, path, entry.name));
    }
  }

  #report(number: number, code: ErrorCode, message: string): void {
    const { context, table } = this.#files;
    context.findings.add('warning', code, message, placeIn(context, `file record ${number}`, table.offsetOf(number)));
  }

  /** Summaries, with names, of the base records in use from FIRST_USER_RECORD on. The object is the same every time. */
  *records(): Generator<NumberedSummary> {
    const summary = new NumberedSummary();
    for (const window of this.#chunks()) {
      for (let index = 0; index < window.count; index++) {
        if (this.#take(window, index, summary) === 'file') yield summary;
      }
    }
  }

  /** Whether any record does not tell its own names. */
  hasLostRecords(): boolean {
    for (const _ of this.#lostRecords()) return true;
    return false;
  }

  /** Records that only directories can name. */
  *#lostRecords(): Generator<number> {
    const summary = new NumberedSummary();
    for (const window of this.#chunks()) {
      for (let index = 0; index < window.count; index++) {
        const held = this.#take(window, index, summary);
        const lacksNames = held === 'file' && (summary.names.length === 0 || summary.hasLostNames);
        if (held === 'lost' || held === 'doubtful' || lacksNames) yield window.first + index;
      }
    }
  }

  *#directories(): Generator<NumberedSummary> {
    for (const summary of this.records()) if (summary.isDirectory) yield summary;
  }

  /** The table, CHUNK_SIZE bytes of it at a time, in the same window. */
  *#chunks(): Generator<RecordWindow> {
    const { table } = this.#files;
    const window = this.#free ?? recordWindow(alignedMemory(CHUNK_SIZE));
    this.#free = null;
    const perChunk = CHUNK_SIZE / table.recordSize;
    try {
      for (let first = table.nextPlaced(0); first < table.count; first = table.nextPlaced(first + perChunk)) {
        table.load(window, first, Math.min(perChunk, table.count - first));
        yield window;
      }
    } finally {
      this.#free = window;
    }
  }

  /** Reads the record at `index` into the summary; tells what it is. */
  #take(window: RecordWindow, index: number, summary: NumberedSummary): Held {
    const { context, table } = this.#files;
    const { view } = window;
    const number = window.first + index;
    if (number < FIRST_USER_RECORD) return 'nothing';
    const base = index * table.recordSize;
    if (table.defectIn(window, number) !== null) return this.#judgeDefect(window, index);
    if ((view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0) {
      return isExtension(view, base) ? 'nothing' : 'free';
    }
    const hasBase =
      view.getUint32(base + RECORD.baseReference, true) !== 0 ||
      view.getUint16(base + RECORD.baseReference + 4, true) !== 0;
    if (hasBase) {
      if (isExtension(view, base)) return 'nothing';
      const message = `file record ${number} calls itself a part of another one, and holds a file of its own: it is read as that`;
      context.findings.add(
        'error',
        'NTFS_RECORD_BASE',
        message,
        placeIn(context, `file record ${number}`, table.offsetOf(number)),
      );
    }
    summary.number = number;
    summary.read(view, base, true);
    if (summary.isPartial || summary.defectOffset >= 0) {
      try {
        summary.summarise(context, this.#files.attributes(summary.number, 0));
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        context.findings.addError(error, 'this file cannot be read');
        return 'lost';
      }
    }
    return 'file';
  }

  /** Records that never were in use may hold anything; the others are a loss. */
  #judgeDefect(window: RecordWindow, index: number): Held {
    const { context, table, bitmap } = this.#files;
    const number = window.first + index;
    const defect = window.defects[index];
    const base = index * table.recordSize;
    if (defect === 'EMPTY') {
      const isUsed = bitmap.isUsed(number);
      if (isUsed !== true) return isUsed === null ? 'doubtful' : 'nothing';
    } else {
      const isFile = window.view.getUint32(base, true) === SIGNATURE_FILE;
      const inUse = (window.view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) !== 0;
      if (isFile && !inUse && !StorageError.is(defect)) return 'nothing';
    }
    context.findings.addError(table.errorIn(window, number), 'this file cannot be read');
    return 'lost';
  }

  /** A lost record was that of a file: by the bitmap, or as far as it tells itself. */
  #isFile(window: RecordWindow, index: number): boolean {
    const { table, bitmap } = this.#files;
    const base = index * table.recordSize;
    const isTorn = window.defects[index] === 'TORN';
    if (isTorn && isExtension(window.view, base)) return false; // whose file fails by itself
    return bitmap.isUsed(window.first + index) ?? isTorn;
  }
}

export class NumberedSummary extends RecordSummary {
  number = 0;
}

type DirectoryPath = { readonly sequence: number; readonly path: string | null };

/** Paths of directories by record number; null for what lies in $Extend. */
export class DirectoryPaths {
  readonly #files: VolumeFiles;
  readonly #lost: LostNames | null;
  readonly #paths = new Map<number, DirectoryPath>();

  /** With `lost` also those of directories whose records cannot be read. */
  constructor(files: VolumeFiles, lost: LostNames | null = null) {
    this.#files = files;
    this.#lost = lost;
  }

  remember(number: number, sequence: number, path: string | null): void {
    if (this.#paths.size >= PATHS_MAX) this.#paths.clear();
    this.#paths.set(number, { sequence, path });
  }

  /** Path of the directory that this reference means, '' for the root. */
  pathOf(number: number, sequence: number): string | null {
    if (number === ROOT_RECORD) return '';
    const known = this.#paths.get(number);
    if (known !== undefined && (sequence === 0 || known.sequence === sequence)) return known.path;
    return this.#resolve(number, sequence);
  }

  /** Climbs to the first directory whose path is known, then names those passed on the way. */
  #resolve(number: number, sequence: number): string | null {
    const passed: { number: number; sequence: number; name: string }[] = [];
    const seen = new Set<number>();
    let path: string | null | undefined;
    while (path === undefined) {
      const known = this.#paths.get(number);
      if (number === ROOT_RECORD) path = '';
      else if (number === EXTEND_RECORD || this.#files.isSystem(number)) path = null;
      else if (known !== undefined && (sequence === 0 || known.sequence === sequence)) path = known.path;
      else {
        const directory = seen.size < DEPTH_MAX && !seen.has(number) ? this.#directory(number, sequence) : null;
        if (directory === null) path = `${ORPHANS}/${number}.${sequence}`;
        else {
          seen.add(number);
          passed.push({ number, sequence: directory.sequence, name: directory.name });
          ({ parent: number, parentSequence: sequence } = directory);
        }
      }
    }
    for (let directory = passed.pop(); directory !== undefined; directory = passed.pop()) {
      if (path !== null) path = `${path}/${directory.name}`;
      this.remember(directory.number, directory.sequence, path);
    }
    return path;
  }

  #directory(number: number, sequence: number) {
    if (!(number < this.#files.table.count)) return null;
    try {
      const summary = this.#files.summary(number, sequence, true);
      if (summary === 'stale') return this.#freedDirectory(number, sequence);
      if (!summary.isDirectory) return null;
      if (summary.names.length === 0) return this.#lostDirectory(number, sequence);
      const { text, parent, parentSequence } = summary.names[0]!;
      return { name: text, parent, parentSequence, sequence: summary.sequence };
    } catch (error) {
      if (StorageError.isDamage(error)) return this.#lostDirectory(number, sequence);
      throw error;
    }
  }

  /** A directory whose record says it is free: its parent may still name it. */
  #freedDirectory(number: number, sequence: number) {
    const summary = this.#lost === null ? null : this.#files.freedSummary(number, sequence);
    if (summary === null) return null;
    const freed = new FreedRecords(this.#files, () => []);
    freed.note(number, summary);
    for (const { entry, parent, parentSequence } of freed.named()) {
      if (entry.kind === 'directory') return { name: entry.name, parent, parentSequence, sequence: entry.sequence };
    }
    return null;
  }

  #lostDirectory(number: number, sequence: number) {
    for (const { entry, parent, parentSequence } of this.#lost?.of(number) ?? []) {
      if (entry.kind !== 'directory' || (sequence !== 0 && entry.sequence !== sequence)) continue;
      return { name: entry.name, parent, parentSequence, sequence: entry.sequence };
    }
    return null;
  }
}
