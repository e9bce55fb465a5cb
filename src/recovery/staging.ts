/**
 * The hidden folder inside the target in which files grow until they are whole.
 *
 * States of a target, whatever the moment of a crash:
 * 1. Under its final name there is nothing, or the whole file: files move out of staging by rename only.
 * 2. `journal.jsonl` in the staging folder tells which staged files are whole, and up to where an unfinished one is safe
 *    on disk. A run with the same source and the same key goes on from there; any other run starts a folder of its own.
 * 3. A run moves what is its own: of what an earlier one has left, a file that this one does not end with goes.
 * 4. An existing file is never replaced, unless forced, and a link in the target is never followed.
 */

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  type Dirent,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { basename, join, sep } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';

const PREFIX = '.pitvault-';
const JOURNAL = 'journal.jsonl';
const TREE = 'files';
/** Journal lines are gathered this long, so that 20,000 small files do not cost 20,000 appends. */
const FLUSH_LINES = 512;

export type JournalLine = {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string | undefined;
  /** Present for an unfinished file: bytes that are safely on disk. */
  readonly safe?: number | undefined;
};

export type PublishOptions = {
  readonly force: boolean;
  readonly sync: boolean;
  /** True for files that the run reads from: they are replaced for no word of the user's. */
  readonly isSource?: (path: string) => boolean;
};

/** What stands in the way, and what it is in the way of: a file, or a folder with all that is staged below it. */
export type PublishFailure = { readonly target: string; readonly error: StorageError };

export class Staging {
  readonly folder: string;
  readonly tree: string;
  /** Files that an earlier run finished or began, by relative path. */
  readonly known = new Map<string, JournalLine>();
  /** The target held nothing before: no file of it can be in the way. */
  readonly fresh: boolean;
  /** Staging folders of other jobs in this target: interrupted, or under way. */
  readonly others: readonly string[];
  /** No earlier run has left anything here. */
  readonly isNew: boolean;
  /** Names that differ only in case, or in how accents are composed, may be one file there. */
  readonly ignoresCase: boolean;
  readonly #out: string;
  readonly #made = new Set<string>();
  #lines: string[] = [];

  /** `key` names source, point and selection: what an interrupted run of the same job shares with this one. */
  constructor(out: string, key: string) {
    this.#out = out;
    const id = createHash('sha256').update(key).digest('hex').slice(0, 12);
    this.folder = join(out, `${PREFIX}${id}`);
    this.tree = join(this.folder, TREE);
    const there = readdirSync(out);
    this.fresh = there.every((name) => name.startsWith(PREFIX));
    this.others = there.filter((name) => name.startsWith(PREFIX) && name !== basename(this.folder));
    this.isNew = !existsSync(this.tree);
    try {
      mkdirSync(this.tree, { recursive: true, mode: 0o700 });
    } catch (error) {
      if (!existsSync(this.folder)) mkdirSync(this.folder, { mode: 0o700 }); // says why, which the recursive one hides
      throw error;
    }
    this.ignoresCase = existsSync(join(out, `${PREFIX}${id}`.toUpperCase()));
    this.#readJournal();
  }

  #readJournal(): void {
    const journal = join(this.folder, JOURNAL);
    if (!existsSync(journal)) return;
    for (const text of readFileSync(journal, 'utf8').split('\n')) {
      const line = parseLine(text);
      if (line !== null) this.known.set(line.path, line);
    }
  }

  /** The staged path of a folder. Names are safe, so there is nothing to normalise. */
  pathOf(components: readonly string[]): string {
    return components.length === 0 ? this.tree : `${this.tree}${sep}${components.join(sep)}`;
  }

  /** The staged path of a file, its folders made. */
  place(components: readonly string[]): string {
    this.make(this.pathOf(components.slice(0, -1)));
    return this.pathOf(components);
  }

  /** True when a folder is staged there. */
  hasFolder(components: readonly string[]): boolean {
    return lookAt(this.pathOf(components))?.isDirectory() === true;
  }

  /** A staged folder, made. */
  placeFolder(components: readonly string[]): string {
    const path = this.pathOf(components);
    this.make(path);
    return path;
  }

  /** Makes a staged folder, once. */
  make(folder: string): void {
    if (this.#made.has(folder)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#made.add(folder);
  }

  note(line: JournalLine): void {
    const { path, size, sha256, safe } = line;
    const digest = sha256 === undefined ? '' : `,"sha256":"${sha256}"`;
    this.#lines.push(
      `{"path":${JSON.stringify(path)},"size":${size}${digest}${safe === undefined ? '' : `,"safe":${safe}`}}\n`,
    );
    if (this.#lines.length >= FLUSH_LINES || line.safe !== undefined) this.flush();
  }

  flush(): void {
    if (this.#lines.length > 0) appendFileSync(join(this.folder, JOURNAL), this.#lines.join(''), { mode: 0o600 });
    this.#lines = [];
  }

  /** Bytes up to `position` are on disk before the journal says so. */
  checkpoint(fd: number, line: JournalLine): void {
    fdatasyncSync(fd);
    this.note(line);
  }

  /** A path as the target compares it: it may list a name in another form than that under which it was made. */
  compared(path: string): string {
    return this.ignoresCase ? path.normalize('NFC').toUpperCase() : path;
  }

  /** Removes files that an interrupted run has left, and that are none of these: nobody knows whether they are whole. */
  keepOnly(targets: readonly string[]): void {
    if (this.isNew) return;
    const kept = new Set(targets.map((target) => this.compared(target)));
    const folders = [''];
    for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
      for (const entry of readdirSync(join(this.tree, prefix), { withFileTypes: true })) {
        const target = `${prefix}${entry.name}`;
        if (entry.isDirectory()) folders.push(`${target}/`);
        else if (!kept.has(this.compared(target))) rmSync(join(this.tree, target), { force: true });
      }
    }
  }

  /** Moves everything staged to its final place; what cannot move stays staged and is returned. */
  publish(options: PublishOptions): PublishFailure[] {
    this.flush();
    const failures: PublishFailure[] = [];
    this.#publishFolder(this.tree, this.#out, options, failures);
    if (failures.length === 0) rmSync(this.folder, { recursive: true, force: true });
    return failures;
  }

  #publishFolder(from: string, to: string, options: PublishOptions, failures: PublishFailure[]): void {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      try {
        const error = this.#publishEntry(source, target, entry, options, failures);
        if (error !== null) failures.push({ target, error });
      } catch (error) {
        failures.push({ target, error: asStorageError(error, { image: target }) }); // a folder of another user's, say
      }
    }
    if (options.sync) syncFolder(to);
  }

  /** What is in the way, or null. */
  #publishEntry(
    source: string,
    target: string,
    entry: Dirent,
    options: PublishOptions,
    failures: PublishFailure[],
  ): StorageError | null {
    const there = lookAt(target);
    const isSource = there?.isFile() === true && options.isSource?.(target) === true;
    if (there === undefined || (there.isFile() && entry.isFile() && options.force && !isSource)) {
      renameSync(source, target);
    } else if (there.isDirectory() && entry.isDirectory()) this.#publishFolder(source, target, options, failures);
    else return occupied(target, isSource ? 'what is read from' : kindOf(there));
    return null;
  }
}

/** What stands there, links not followed; nothing stands below a file, or where no path can lead. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (['ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw asStorageError(error, { image: path });
  }
}

function kindOf(there: Stats): string {
  return there.isSymbolicLink() ? 'a link' : there.isDirectory() ? 'a folder' : 'a file';
}

export function occupied(target: string, what: string): StorageError {
  return new StorageError('conflict', 'TARGET_EXISTS', `${target} exists already (${what}) and is not the same`, {
    image: target,
    hint: 'choose another --out, move it away, or replace files with --force',
  });
}

/** Makes renames in the folder durable; Windows has no such call and orders them itself. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A torn last line of an interrupted run is no line. */
function parseLine(text: string): JournalLine | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    const line = JSON.parse(text) as JournalLine;
    return typeof line.path === 'string' && typeof line.size === 'number' ? line : null;
  } catch {
    return null;
  }
}
