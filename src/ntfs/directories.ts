/**
 * Listing, looking up and walking directories.
 *
 * Invariants:
 * 1. Entries come in the order of the index; the records behind them, where they are needed, are read in record order,
 *    BATCH_SIZE at a time.
 * 2. A directory whose index is damaged still gives what the index has, then what the file table says lies in it.
 * 3. A walk enters every directory at most once, whatever indexes claim, and never recurses on the JavaScript stack.
 */

import { corrupt, invalidArgument, StorageError } from '../errors.ts';
import type { FileEntry, ListOptions, NamesOnly } from '../filesystem/file-system.ts';
import type { DirectoryIndex, IndexEntry } from './directory-index.ts';
import { childPath, entryOf, entryOfKey } from './file-entry.ts';
import { FILE_NAME, FILE_NAME_IS_DIRECTORY, NAMESPACE_DOS } from './file-name.ts';
import { FIRST_USER_RECORD, ROOT_RECORD } from './file-record.ts';
import { LostChildren } from './lost-children.ts';
import { openIndex } from './open-index.ts';
import type { FileName } from './record-summary.ts';
import { ORPHANS, type TableScan } from './table-scan.ts';
import { placeIn } from './volume-context.ts';
import type { VolumeFiles } from './volume-files.ts';

const BATCH_SIZE = 8192;
/** No table is that long; a wilder reference must not push its place in the batch out of a double. */
const RECORD_NUMBER_MAX = 2 ** 39;
const DEPTH_MAX = 16_384;
const BITS_PER_PAGE = 32_768;

export class Directories {
  readonly #files: VolumeFiles;
  readonly #scan: TableScan;
  readonly #lost: LostChildren;

  constructor(files: VolumeFiles, scan: TableScan) {
    this.#files = files;
    this.#scan = scan;
    this.#lost = new LostChildren(files, scan);
  }

  /** The root; from its number alone where its record is lost, so that its content can still be found. */
  root(): FileEntry {
    const { context } = this.#files;
    try {
      const summary = this.#files.summary(ROOT_RECORD, 0, false);
      if (summary !== 'stale') return { ...entryOf(summary, ROOT_RECORD, '/', ''), kind: 'directory' };
      const gone = corrupt('NTFS_ROOT', 'file record 5, the root directory, is not in use', placeIn(context, 'root'));
      context.findings.addError(gone, 'its content is searched for in the file table');
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      context.findings.addError(error, 'the content of the root directory is searched for in the file table');
    }
    const unset = { createdMs: 0, modifiedMs: 0, changedMs: 0, accessedMs: 0 };
    const id = { id: ROOT_RECORD, sequence: 0, size: 0, attributes: 0x10, links: 1 };
    return { path: '/', name: '', kind: 'directory', ...id, ...unset };
  }

  /** Every entry of a directory, system files too. With `namesOnly` as the index has it: no file record is read. */
  *list(directory: FileEntry, namesOnly: NamesOnly = false, complete = false): Generator<FileEntry> {
    for (const batch of this.#batches(directory, namesOnly, complete)) yield* batch;
  }

  /** The same without system files. */
  *visible(directory: FileEntry, { namesOnly, complete }: ListOptions = {}): Generator<FileEntry> {
    for (const entry of this.list(directory, namesOnly, complete)) if (entry.id >= FIRST_USER_RECORD) yield entry;
  }

  *#batches(directory: FileEntry, namesOnly: NamesOnly, complete: boolean): Generator<Iterable<FileEntry>> {
    if (directory.kind !== 'directory') {
      throw invalidArgument('NTFS_NOT_A_DIRECTORY', `${directory.path} is a ${directory.kind}, not a directory`);
    }
    const index = this.#tryIndex(directory);
    if (index !== null) {
      if (namesOnly === true) yield namesOf(index, directory.path);
      else {
        for (let batch = takeBatch(index); batch.length > 0; batch = takeBatch(index)) {
          yield this.#entriesOf(batch, directory.path, namesOnly === 'files');
        }
      }
      if (index.damage === null) return;
    }
    yield this.#lost.of(directory, this.#namesIn(directory));
    if (complete) this.#lost.requireAll(directory);
  }

  /** Every name that the index still has, as `record/name`. */
  #namesIn(directory: FileEntry): Set<string> {
    const names = new Set<string>();
    const index = this.#tryIndex(directory);
    for (let entry = index?.next() ?? null; entry !== null; entry = index!.next()) {
      names.add(`${entry.number}/${entry.name}`);
    }
    return names;
  }

  /** Entries of a batch in its own order, their records read in record order. */
  #entriesOf(batch: readonly IndexEntry[], path: string, filesByName: boolean): FileEntry[] {
    const order = new Float64Array(batch.length);
    for (let i = 0; i < batch.length; i++) order[i] = Math.min(batch[i]!.number, RECORD_NUMBER_MAX) * BATCH_SIZE + i;
    order.sort();
    const entries = new Array<FileEntry | null>(batch.length).fill(null);
    for (let place = 0; place < order.length; place++) {
      const i = order[place]! % BATCH_SIZE;
      entries[i] = filesByName ? this.#plainFile(batch[i]!, path) : this.#child(batch[i]!, path);
    }
    return entries.filter((entry) => entry !== null);
  }

  /** The entry that a name in an index stands for, or null where it is stale. */
  #child(key: IndexEntry, directory: string): FileEntry | null {
    const { context, table } = this.#files;
    const { number, sequence, name } = key;
    const path = childPath(directory, name);
    try {
      const summary = this.#files.summary(number, sequence, false);
      if (summary !== 'stale') return entryOf(summary, number, path, name);
      if (this.#files.isFreed(number, sequence)) throw table.notInUse(number);
      this.#files.reportStale(number, path);
      return null;
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      context.findings.addError(error, `the name ${path} is all that is left of this file`);
      return entryOfKey(key.view, key.offset, number, sequence, path, name);
    }
  }

  /** As `#child`, from the key alone where that and the record agree on a plain file. */
  #plainFile(key: IndexEntry, directory: string): FileEntry | null {
    const { number, sequence, name, view, offset } = key;
    const isDirectory = (view.getUint32(offset + FILE_NAME.flags, true) & FILE_NAME_IS_DIRECTORY) !== 0;
    if (isDirectory || !this.#files.isPlainFile(number, sequence)) return this.#child(key, directory);
    return entryOfKey(view, offset, number, sequence, childPath(directory, name), name);
  }

  #tryIndex(directory: FileEntry): DirectoryIndex | null {
    try {
      return openIndex(this.#files, directory);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.#files.context.findings.addError(
        error,
        `the content of ${directory.path} is searched for in the file table`,
      );
      return null;
    }
  }

  /** The entry at the path, or null. A last part `name:stream` means the file that has that stream. */
  lookup(path: string): FileEntry | null {
    if (path === ORPHANS || path.startsWith(`${ORPHANS}/`)) {
      for (const entry of this.#scan.entries()) if (entry.path === path) return entry;
      return null;
    }
    let entry: FileEntry | null = this.root();
    for (const part of path.split('/')) {
      if (part === '') continue;
      if (entry.kind !== 'directory') return null;
      const child = this.#find(entry, part);
      if (child === null) return null;
      entry = child;
    }
    return entry;
  }

  /** The visible entry of this name in a directory, or null. */
  child(directory: FileEntry, name: string): FileEntry | null {
    const child = directory.kind === 'directory' ? this.#find(directory, name) : null;
    return child !== null && child.id >= FIRST_USER_RECORD ? child : null;
  }

  /** The file of this record, its path found by climbing from parent to parent; null when the record holds none. */
  byId(number: number): FileEntry | null {
    if (number === ROOT_RECORD) return this.root();
    if (!(number >= FIRST_USER_RECORD && number < this.#files.table.count)) return null;
    const summary = this.#files.summary(number, 0, true);
    const name = summary === 'stale' ? undefined : longName(summary.names);
    if (summary === 'stale' || name === undefined) return null;
    const entry = entryOf(summary, number, '', name.text); // before the climb, which uses the summary again
    return { ...entry, path: `${this.#pathOf(name.parent)}/${name.text}` };
  }

  /** Path of a directory without a slash at its end; empty for the root, and for what leads nowhere. */
  #pathOf(number: number): string {
    const parts: string[] = [];
    for (let next = number; next !== ROOT_RECORD && parts.length < DEPTH_MAX; ) {
      if (!(next < this.#files.table.count)) return '';
      const summary = this.#files.summary(next, 0, true);
      const name = summary === 'stale' ? undefined : longName(summary.names);
      if (name === undefined) return '';
      parts.push(`/${name.text}`);
      next = name.parent;
    }
    return parts.toReversed().join('');
  }

  #find(directory: FileEntry, name: string): FileEntry | null {
    const { upcase } = this.#files;
    const index = this.#tryIndex(directory);
    const found = index === null ? [] : index.search(name, upcase);
    const best =
      found.find((key) => key.name === name && key.namespace !== NAMESPACE_DOS) ??
      found.find((key) => key.namespace !== NAMESPACE_DOS) ??
      found[0];
    if (best !== undefined) {
      const child = this.#child(best, directory.path);
      return child !== null && best.namespace === NAMESPACE_DOS ? this.#withLongName(child, directory) : child;
    }
    // What is sorted by other letters than ours is not found on the way down, so all names are looked at.
    if (index !== null && index.damage === null && !upcase.isStandIn) return null;
    let alike: FileEntry | null = null;
    for (const entry of this.list(directory)) {
      if (entry.name === name) return entry;
      if (alike === null && upcase.compare(entry.name, name) === 0) alike = entry;
    }
    if (alike === null && index?.damage) throw index.damage;
    return alike;
  }

  /** A file found by its short name, under the long one it has in the same directory. */
  #withLongName(child: FileEntry, directory: FileEntry): FileEntry {
    if (!this.#files.isReadable(child.id)) return child;
    const summary = this.#files.summary(child.id, child.sequence, true);
    const long = summary === 'stale' ? undefined : summary.names.find(({ parent }) => parent === directory.id);
    return long === undefined ? child : { ...child, name: long.text, path: childPath(directory.path, long.text) };
  }

  *walk(from: FileEntry, namesOnly: NamesOnly = false): Generator<FileEntry> {
    const seen = new SeenRecords();
    seen.add(from.id);
    const levels: Iterator<FileEntry>[] = from.kind === 'directory' ? [this.list(from, namesOnly)] : [];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const { done, value } = level.next();
      if (done === true) {
        levels.pop();
        continue;
      }
      if (value.id < FIRST_USER_RECORD) continue;
      yield value;
      if (value.kind !== 'directory') continue;
      const twice = !seen.add(value.id);
      if (!twice && levels.length < DEPTH_MAX) levels.push(this.list(value, namesOnly));
      else this.#reportNotEntered(value, twice ? 'was entered before' : `is more than ${DEPTH_MAX} levels deep`);
    }
  }

  #reportNotEntered(directory: FileEntry, why: string): void {
    const { context, table } = this.#files;
    const place = placeIn(context, `file record ${directory.id}`, table.offsetOf(directory.id));
    context.findings.add('error', 'NTFS_DIRECTORY_LOOP', `${directory.path} ${why}: it is not entered`, place);
  }
}

function longName(names: readonly FileName[]): FileName | undefined {
  return names.find(({ namespace }) => namespace !== NAMESPACE_DOS) ?? names[0];
}

/** Entries as the index tells of them, one by one: names and kinds are right, sizes and times may be stale. */
function* namesOf(index: DirectoryIndex, directory: string): Generator<FileEntry> {
  for (let key = index.next(); key !== null; key = index.next()) {
    const { view, offset, number, sequence, name } = key;
    if (key.namespace !== NAMESPACE_DOS) {
      yield entryOfKey(view, offset, number, sequence, childPath(directory, name), name);
    }
  }
}

function takeBatch(index: DirectoryIndex): IndexEntry[] {
  const batch: IndexEntry[] = [];
  while (batch.length < BATCH_SIZE) {
    const entry = index.next();
    if (entry === null) break;
    if (entry.namespace !== NAMESPACE_DOS) batch.push(entry);
  }
  return batch;
}

/** Record numbers met, one bit each, in pages that exist only where something was met. */
class SeenRecords {
  readonly #pages = new Map<number, Uint8Array>();

  /** False when it was there already. */
  add(number: number): boolean {
    const key = Math.floor(number / BITS_PER_PAGE);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = new Uint8Array(BITS_PER_PAGE / 8);
      this.#pages.set(key, page);
    }
    const bit = number % BITS_PER_PAGE;
    const mask = 1 << (bit & 7);
    if ((page[bit >> 3]! & mask) !== 0) return false;
    page[bit >> 3]! |= mask;
    return true;
  }
}
