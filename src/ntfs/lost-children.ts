/**
 * What a directory with a damaged index holds according to the file table: every record names its own directory. The
 * table is read once for all damaged directories of a volume, into two flat arrays of parent and child.
 *
 * Invariant: at most NAMES_MAX names (32 MiB) are held; on a larger volume what comes behind is not found, and told.
 */

import { corrupt, StorageError } from '../errors.ts';
import type { FileEntry } from '../filesystem/file-system.ts';
import { childPath, entryOf } from './file-entry.ts';
import type { TableScan } from './table-scan.ts';
import { placeIn } from './volume-context.ts';
import type { VolumeFiles } from './volume-files.ts';

const NAMES_MAX = 4 * 1024 * 1024;

export class LostChildren {
  readonly #files: VolumeFiles;
  readonly #scan: TableScan;
  #parents = new Uint32Array(0);
  #children = new Uint32Array(0);
  #count = -1;
  #isFull = false;
  #isWhole: boolean | undefined;

  constructor(files: VolumeFiles, scan: TableScan) {
    this.#files = files;
    this.#scan = scan;
  }

  /** Files that name this directory as theirs and are not among `known` (`record/name`). */
  *of(directory: FileEntry, known: ReadonlySet<string>): Generator<FileEntry> {
    if (this.#count < 0) this.#build();
    let found = 0;
    let last = -1;
    for (let i = 0; i < this.#count; i++) {
      const number = this.#children[i]!;
      if (this.#parents[i] !== directory.id || number === last) continue;
      last = number;
      for (const entry of this.#entries(number, directory)) {
        if (known.has(`${number}/${entry.name}`)) continue;
        found++;
        yield entry;
      }
    }
    const { context, table } = this.#files;
    const message = `${directory.path}: its index is damaged; ${found} names were found in the file table instead`;
    const place = placeIn(context, `file record ${directory.id}`, table.offsetOf(directory.id));
    context.findings.add('warning', 'NTFS_INDEX_RECOVERED', message, place);
  }

  /** Throws NTFS_NAMES_LOST where records that cannot be read may have been of this directory. */
  requireAll(directory: FileEntry): void {
    this.#isWhole ??= !this.#isFull && !this.#scan.hasLostRecords();
    if (this.#isWhole) return;
    const message = `${directory.path}: its index is damaged, and so are file records: names may be missing`;
    const place = placeIn(this.#files.context, `file record ${directory.id}`, this.#files.table.offsetOf(directory.id));
    throw corrupt('NTFS_NAMES_LOST', message, place);
  }

  #entries(number: number, directory: FileEntry): FileEntry[] {
    try {
      const summary = this.#files.summary(number, 0, true);
      if (summary === 'stale') return [];
      return summary.names
        .filter(
          ({ parent, parentSequence }) =>
            parent === directory.id &&
            (parentSequence === 0 || directory.sequence === 0 || parentSequence === directory.sequence),
        )
        .map(({ text }) => entryOf(summary, number, childPath(directory.path, text), text));
    } catch (error) {
      if (StorageError.isDamage(error)) return [];
      throw error;
    }
  }

  #build(): void {
    this.#count = 0;
    for (const summary of this.#scan.records()) {
      for (const { parent } of summary.names) {
        if (this.#count === NAMES_MAX) {
          this.#isFull = true;
          this.#reportFull();
          return;
        }
        if (this.#count === this.#parents.length) this.#grow();
        if (parent >= 2 ** 32) continue;
        this.#parents[this.#count] = parent;
        this.#children[this.#count++] = summary.number;
      }
    }
  }

  #grow(): void {
    const size = Math.min(NAMES_MAX, Math.max(4096, this.#parents.length * 2));
    const parents = new Uint32Array(size);
    parents.set(this.#parents);
    this.#parents = parents;
    const children = new Uint32Array(size);
    children.set(this.#children);
    this.#children = children;
  }

  #reportFull(): void {
    const { context } = this.#files;
    const message = `more than ${NAMES_MAX} names: those behind are not searched for damaged directories`;
    context.findings.add('warning', 'NTFS_INDEX_RECOVERY_LIMIT', message, placeIn(context, '$MFT'));
  }
}
