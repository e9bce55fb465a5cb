/**
 * What became of the files of a volume between two states of it, from the two file tables and the bytes that differ.
 *
 * Invariants:
 * 1. A file is the same one as long as record number and sequence are; what took its place under its name counts as
 *    the file with other content. So does what took the place of one of several names of it.
 * 2. Records that did not change, of files whose clusters did not change, cost one look: the tables are read once, the
 *    earlier one only where it differs. No content is read.
 * 3. What a damaged record hides is told as `unreadable`, never left out. A name that it hides is not gone while its
 *    directory has it.
 */

import { StorageError } from '../errors.ts';
import type { ChangedBytes, ContentRange, FileChange } from '../filesystem/file-system.ts';
import { residentValue, TYPE } from './attribute.ts';
import { contentChanges } from './content-changes.ts';
import type { Directories } from './directories.ts';
import type { FileAttributes } from './file-attributes.ts';
import { FIRST_USER_RECORD, RECORD, RECORD_IN_USE, referenceNumber, SIGNATURE_FILE } from './file-record.ts';
import type { RecordWindow } from './file-table.ts';
import { type FileName, RecordSummary } from './record-summary.ts';
import { WOF_STREAM } from './streams.ts';
import { DirectoryPaths, ORPHANS } from './table-scan.ts';
import { isUnchanged, union } from './unchanged-records.ts';
import type { VolumeFiles } from './volume-files.ts';

const NONE: readonly ContentRange[] = [];

/** A file of more names is kept at hand. */
const NAMES_FEW = 8;

/** A record that is a file, in one of the states. */
type File = {
  readonly number: number;
  readonly sequence: number;
  readonly attributes: FileAttributes;
  readonly names: readonly FileName[];
  readonly hasLostNames: boolean;
  readonly directory: boolean;
  readonly size: number;
  /** Creation, modification, attribute bits. */
  readonly facts: readonly number[];
};

export type VolumeState = { readonly files: VolumeFiles; readonly directories: Directories };

export function* volumeChanges(before: VolumeState, after: VolumeState, bytes: ChangedBytes): Generator<FileChange> {
  const [old, now] = [new Side(before), new Side(after)];
  const count = Math.max(before.files.table.count, after.files.table.count);
  const differing = union(bytes);
  for (let number = FIRST_USER_RECORD; number < count; number++) {
    if (!isUnchanged(number, before.files, after.files, differing)) yield* recordChanges(number, old, now, bytes);
  }
}

/** One state of the volume. */
class Side {
  readonly files: VolumeFiles;
  readonly #directories: Directories;
  readonly #paths: DirectoryPaths;
  /** The last file of many names: each of them may ask for it. */
  #many: File | null = null;
  /** What became of the names of a file of this state. */
  last: { readonly number: number; readonly changes: NameChanges } | null = null;

  constructor({ files, directories }: VolumeState) {
    this.files = files;
    this.#directories = directories;
    this.#paths = new DirectoryPaths(files);
  }

  /** The file of this record; null where there is none, an error where it cannot be told. */
  file(number: number): File | StorageError | null {
    const { table, context } = this.files;
    if (number >= table.count) return null;
    if (this.#many?.number === number) return this.#many;
    try {
      const window = table.window(number);
      const defect = table.defectIn(window, number);
      if (defect !== null) return isLoss(this.files, window, number) ? table.errorIn(window, number) : null;
      const base = (number - window.first) * table.recordSize;
      if ((window.view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0) return null;
      if (referenceNumber(window.view, base + RECORD.baseReference) !== 0) return null;
      const attributes = this.files.attributes(number, 0);
      const summary = new RecordSummary();
      summary.summarise(context, attributes);
      const { sequence, names, hasLostNames, isDirectory: directory, size, createdMs, modifiedMs } = summary;
      const facts = [createdMs, modifiedMs, summary.attributes];
      const file = { number, sequence, attributes, names, hasLostNames, directory, size, facts };
      if (names.length > NAMES_FEW) this.#many = file;
      return file;
    } catch (error) {
      if (StorageError.isDamage(error)) return error;
      throw error;
    }
  }

  /** The file at this path and how the path is spelled here, when there is one that can be read. */
  lookup(path: string): { readonly file: File; readonly path: string } | null {
    if (path.startsWith(`${ORPHANS}/`)) return null; // made for a listing; each look would go through the whole table
    try {
      const entry = this.#directories.lookup(path);
      const file = entry === null ? null : this.file(entry.id);
      return file === null || StorageError.is(file) ? null : { file, path: entry!.path };
    } catch (error) {
      if (StorageError.isDamage(error)) return null;
      throw error;
    }
  }

  /** Names of a file, with those of `known` that its records lost and a directory may still have. */
  namesOf(file: File, known: readonly FileName[]): readonly FileName[] {
    if (!file.hasLostNames) return file.names;
    const own = new Set(file.names.map(keyOf));
    return [...file.names, ...known.filter((name) => !own.has(keyOf(name)) && this.#mayHave(file, name))];
  }

  #mayHave(file: File, name: FileName): boolean {
    const path = this.path(name);
    if (path === null) return false;
    try {
      return this.#directories.lookup(path)?.id === file.number;
    } catch (error) {
      if (StorageError.isDamage(error)) return true;
      throw error;
    }
  }

  /** Null for what belongs to the file system itself. */
  path({ parent, parentSequence, text }: FileName): string | null {
    const directory = this.#paths.pathOf(parent, parentSequence);
    return directory === null ? null : `${directory}/${text}`;
  }

  /** The file's first path; null for what belongs to the file system itself. */
  anyPath(file: File): string | null {
    const [name] = file.names;
    return name === undefined ? `/$Orphans/record ${file.number}` : this.path(name);
  }
}

/** Records that never were in use may hold anything; the others are a loss. */
function isLoss({ table, bitmap }: VolumeFiles, { view, first, defects }: RecordWindow, number: number): boolean {
  const defect = defects[number - first];
  if (defect === 'EMPTY') return bitmap.isUsed(number) === true;
  const base = (number - first) * table.recordSize;
  const inUse = (view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) !== 0;
  return StorageError.is(defect) || inUse || view.getUint32(base, true) !== SIGNATURE_FILE;
}

function* recordChanges(number: number, before: Side, after: Side, bytes: ChangedBytes): Generator<FileChange> {
  const [old, now] = [before.file(number), after.file(number)];
  if (StorageError.is(old) || StorageError.is(now)) {
    yield* unreadable(number, before, old, after, now);
    return;
  }
  if (old !== null && now !== null && old.sequence === now.sequence) {
    yield* sameFile(before, old, after, now, bytes);
    return;
  }
  if (old !== null) yield* gone(before, old, after);
  if (now !== null) yield* come(before, after, now);
}

function* unreadable(
  number: number,
  before: Side,
  old: File | StorageError | null,
  after: Side,
  now: File | StorageError | null,
): Generator<FileChange> {
  const error = StorageError.is(now) ? now : (old as StorageError);
  const known = StorageError.is(now) ? old : now;
  if (known === null && !StorageError.is(now)) return; // unreadable then, and nothing now
  const side = StorageError.is(now) ? before : after;
  const isKnown = known !== null && !StorageError.is(known);
  const path = isKnown ? side.anyPath(known) : `/$Orphans/record ${number}`;
  if (path === null) return;
  const directory = isKnown && known.directory;
  yield { kind: 'unreadable', path, directory, id: number, ranges: NONE, error: error.toJSON() };
}

function* sameFile(before: Side, old: File, after: Side, now: File, bytes: ChangedBytes): Generator<FileChange> {
  const sizes = now.directory ? {} : { sizeBefore: old.size, sizeAfter: now.size };
  const ranges = contentChanges(
    { files: before.files, file: old.attributes },
    { files: after.files, file: now.attributes },
    bytes,
  );
  const common = { directory: now.directory, id: now.number, ...sizes, ranges };
  const { stayed, renamed, added, removed } = nameChanges(before, old, after, now);
  for (const { path, from } of renamed) yield { kind: 'renamed', path, from, ...common };
  for (const path of added) {
    const former = predecessor(path, now, before, after);
    const change =
      former === null ? { kind: 'added' as const, path, ...common, ranges: NONE } : replaced(path, former, now);
    if (change !== null) yield change;
  }
  for (const path of removed) {
    if (!hasSuccessor(path, old, before, after)) yield { kind: 'removed', path, ...common, ranges: NONE };
  }
  const isChanged = ranges.length > 0 || isOtherLink(old, now) || hasOtherStreams(old.attributes, now.attributes);
  const isTouched = !now.directory && old.facts.some((fact, index) => fact !== now.facts[index]);
  if (!isChanged && !isTouched) return;
  // A renamed file has told of its content with its new name.
  for (const path of stayed) yield { kind: isChanged ? 'changed' : 'touched', path, ...common };
}

/** A link or mount point that leads elsewhere. */
function isOtherLink(old: File, now: File): boolean {
  const [a, b] = [old, now].map(({ attributes }) => {
    const point = attributes.all(TYPE.reparsePoint)[0];
    return point?.isResident === true ? residentValue(point) : null;
  });
  if (a == null || b == null) return a !== b;
  return Buffer.compare(a, b) !== 0;
}

/** An empty stream has come or gone: it has no bytes that could tell. */
function hasOtherStreams(old: FileAttributes, now: FileAttributes): boolean {
  const [a, b] = [old, now].map((attributes) => attributes.all(TYPE.data).map(({ name }) => name));
  if ([old, now].some(({ missing, defect }) => missing.length > 0 || defect !== null)) return false;
  return a!.length !== b!.length || a!.some((name) => !b!.includes(name));
}

/** Paths of a file that both states have. Those of the file system itself are none. */
type NameChanges = {
  readonly stayed: readonly string[];
  readonly renamed: readonly { readonly path: string; readonly from: string }[];
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
};

/** Kept for the last file that was asked for: of one with many names, each asks again. */
function nameChanges(before: Side, old: File, after: Side, now: File): NameChanges {
  const { last } = after;
  if (last !== null && last.number === now.number) return last.changes;
  const changes = compareNames(before, old, after, now);
  after.last = { number: now.number, changes };
  return changes;
}

function compareNames(before: Side, old: File, after: Side, now: File): NameChanges {
  const [olds, news] = [before.namesOf(old, now.names), after.namesOf(now, old.names)];
  const [oldKeys, newKeys] = [new Set(olds.map(keyOf)), new Set(news.map(keyOf))];
  const isStayed = (name: FileName): boolean => oldKeys.has(keyOf(name));
  const stayed = pathsOf(after, news.filter(isStayed));
  const came = pathsOf(
    after,
    news.filter((name) => !isStayed(name)),
  );
  const went = pathsOf(
    before,
    olds.filter((name) => !newKeys.has(keyOf(name))),
  );
  // A directory of the same name may be another one: removed, and made again.
  const [camePaths, wentPaths] = [new Set(came), new Set(went)];
  const added = came.filter((path) => !wentPaths.has(path));
  const removed = went.filter((path) => !camePaths.has(path));
  const pairs = Math.min(added.length, removed.length);
  return {
    stayed: [...stayed, ...came.filter((path) => wentPaths.has(path))],
    renamed: added.slice(0, pairs).map((path, index) => ({ path, from: removed[index]! })),
    added: new Set(added.slice(pairs)),
    removed: new Set(removed.slice(pairs)),
  };
}

function keyOf({ parent, parentSequence, text }: FileName): string {
  return `${parent}.${parentSequence}/${text}`;
}

function pathsOf(side: Side, names: readonly FileName[]): string[] {
  return names.map((name) => side.path(name)).filter((path) => path !== null);
}

function* gone(before: Side, old: File, after: Side): Generator<FileChange> {
  for (const path of pathsOf(before, old.names)) {
    if (hasSuccessor(path, old, before, after)) continue;
    const size = old.directory ? {} : { sizeBefore: old.size };
    yield { kind: 'removed', path, directory: old.directory, id: old.number, ...size, ranges: NONE };
  }
}

function* come(before: Side, after: Side, now: File): Generator<FileChange> {
  const { directory, number: id } = now;
  for (const path of pathsOf(after, now.names)) {
    const former = predecessor(path, now, before, after);
    const size = directory ? {} : { sizeAfter: now.size };
    const added = { kind: 'added', path, directory, id, ...size, ranges: NONE } as const;
    const change = former === null ? added : replaced(path, former, now);
    if (change !== null) yield change;
  }
}

/** Another file under the name of a former one; null for a folder made again, unless one of both has streams. */
function replaced(path: string, former: File, now: File): FileChange | null {
  const lengths = new Map<string, number>();
  for (const { name, dataSize } of [former, now].flatMap(({ attributes }) => attributes.all(TYPE.data))) {
    if (name !== WOF_STREAM) lengths.set(name, Math.max(lengths.get(name) ?? 0, dataSize));
  }
  const ranges: ContentRange[] = [];
  for (const [name, length] of lengths) {
    if (length > 0) ranges.push({ offset: 0, length, state: 'possible', ...(name === '' ? {} : { stream: name }) });
  }
  const { directory } = now;
  if (directory && lengths.size === 0) return null;
  const sizes = directory ? {} : { sizeBefore: former.size, sizeAfter: now.size };
  return { kind: 'changed', path, directory, id: now.number, ...sizes, ranges };
}

/** The file of the same sort that had this new path of `now`, unless it is told where that one is now. */
function predecessor(path: string, now: File, before: Side, after: Side): File | null {
  const found = namesake(path, now, before, after);
  if (found === null) return null;
  const { file } = found;
  const here = after.file(file.number);
  if (!isSame(here, file)) return file;
  return nameChanges(before, file, after, here).removed.has(found.path) ? file : null;
}

/** What has this former path of `old` now is told as the file with other content. */
function hasSuccessor(path: string, old: File, before: Side, after: Side): boolean {
  const found = namesake(path, old, after, before);
  if (found === null) return false;
  const there = before.file(found.file.number);
  return !isSame(there, found.file) || nameChanges(before, there, after, found.file).added.has(found.path);
}

/** What the `other` state has under this path: another file than `file`, of the same sort. */
function namesake(path: string, file: File, other: Side, own: Side): ReturnType<Side['lookup']> {
  const found = other.lookup(path);
  if (found === null || found.file.directory !== file.directory || isSame(found.file, file)) return null;
  // Where names may differ in case alone, what is spelled exactly so comes first.
  return found.path !== path && own.lookup(found.path)?.path === found.path ? null : found;
}

function isSame(one: File | StorageError | null, other: File): one is File {
  return one !== null && !StorageError.is(one) && one.number === other.number && one.sequence === other.sequence;
}
