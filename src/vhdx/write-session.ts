/**
 * A VHDX being changed (MS-VHDX 2.3, 2.5): headers, changed metadata, the log, in the order that makes every cut
 * harmless. Payload is written in place; metadata (BAT, sector bitmaps, metadata region, region tables) is changed in
 * memory and goes through the log. States:
 *
 *   opened ──begin──► changing ──first commit──► logging ──finish──► clean
 *
 * Flush points of a logged session. What a cut leaves before each of them:
 *
 * W1  header with new FileWriteGuid and DataWriteGuid; nothing else has been changed: the old disk
 * W2  payload, and the file's size, before anything points there: the old metadata; new blocks belong to nobody.
 *     Also the pages of the commit before, before its entry in the log is given up: replayed from that entry
 * W3  log entry with every changed page: the old metadata (a torn entry does not count)
 * W4  (first commit of a session) header that names the log: the old metadata; afterwards the entry counts
 * W5  (commits of several entries) the pages of one entry, before the next is written: replayed from the entry
 * W6  (flush without changed metadata) payload alone: old or new, sector by sector
 * W7  (finish) the pages of the last commit, before the log is given up: replayed from its entry
 * W8  (finish) header without the log: it is replayed once more, to what stands there already
 * W9  (finish) the other header: one of two is torn; before the next session both must be whole
 * B1  (finish of a private session) everything at once, before the caller publishes the name: no file at all
 *
 * 1. Data before log, log before BAT: nothing durable ever points to bytes that are not.
 * 2. Released space is reused only after the commit that released it.
 * 3. A private session writes a file that nobody has seen yet: no log, headers last, one flush at the end. It may be
 *    settled in between: then the file can be opened by whoever compares all that it reads there.
 */

import { NIL_GUID } from '../base/guid.ts';
import { unsupported } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { BlockAllocator } from './block-allocator.ts';
import { BlockTable } from './block-table.ts';
import type { Header } from './format.ts';
import { type HeaderChanges, HeaderPair } from './header-pair.ts';
import { isLogPlace } from './log.ts';
import { LogWriter } from './log-writer.ts';
import { type MetadataPage, MetadataPages } from './metadata-pages.ts';
import type { VhdxParts } from './vhdx-parts.ts';

/** Changed pages at which a commit happens by itself: 4 MiB of memory. */
const DIRTY_PAGES_MAX = 1024;

export type SessionOptions = {
  /** `private` for a file that nobody has seen: a cut leaves a file to be thrown away. */
  readonly session?: 'logged' | 'private' | undefined;
  /** What DataWriteGuid becomes with the first change; random unless given. `keep` when the guest's bytes stay equal. */
  readonly dataWriteGuid?: string | undefined;
  readonly newGuid?: (() => string) | undefined;
};

export class WriteSession {
  readonly file: WritableFile;
  readonly parts: VhdxParts;
  readonly pages: MetadataPages;
  readonly table: BlockTable;
  readonly space: BlockAllocator;
  readonly isPrivate: boolean;
  /** Grows whenever what the metadata says may have changed: whoever caches it looks here. */
  revision = 0;
  readonly #headers: HeaderPair;
  readonly #newGuid: () => string;
  readonly #nextDataGuid: string | null;
  #log: LogWriter | null = null;
  #isChanged: boolean;
  #hasData = false;

  /** `isNew`: the file has no headers yet, and everything inside it is in use. */
  constructor(file: WritableFile, parts: VhdxParts, isNew: boolean, options: SessionOptions) {
    const { disk, bat, headers } = parts;
    this.file = file;
    this.parts = parts;
    this.#headers = new HeaderPair(file, headers.current, headers.currentIndex);
    this.pages = new MetadataPages(file);
    this.table = new BlockTable(bat, this.pages, disk);
    this.space = new BlockAllocator(file, isNew ? null : () => this.table.survey());
    this.isPrivate = options.session === 'private';
    this.#newGuid = options.newGuid ?? randomGuid;
    this.#nextDataGuid = options.dataWriteGuid === 'keep' ? null : (options.dataWriteGuid ?? this.#newGuid());
    this.#isChanged = isNew;
  }

  get header(): Header {
    return this.#headers.current;
  }

  /** Before the first change of a session. */
  begin(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    if (this.isPrivate) return; // headers come last
    this.#headers.write(this.#newIdentity());
    this.file.flush(); // W1
    this.#headers.write();
  }

  #newIdentity(): HeaderChanges {
    const fileWriteGuid = this.#newGuid();
    return this.#nextDataGuid === null ? { fileWriteGuid } : { fileWriteGuid, dataWriteGuid: this.#nextDataGuid };
  }

  /** Payload was written. */
  wrote(): void {
    this.#hasData = true;
  }

  /** Metadata was changed, and is consistent at this moment: too much of it is committed now. */
  changed(): void {
    this.revision++;
    if (this.pages.dirtyCount < DIRTY_PAGES_MAX) return;
    if (this.isPrivate) this.#writePages(this.pages.dirty());
    else this.#commit();
  }

  /** What was written before is there after a cut. A private session has nothing to keep, and does nothing. */
  flush(): void {
    if (this.isPrivate) return;
    if (this.pages.dirtyCount > 0) this.#commit();
    else if (this.#hasData) this.file.flush(); // W6
    this.#hasData = false;
  }

  /** Private sessions: metadata and headers as they stand, in no order and not flushed. */
  settle(): void {
    if (!this.isPrivate) throw new RangeError('a logged session is settled by its log');
    this.#writePages(this.pages.dirty());
    this.#headers.write({ ...this.#newIdentity(), logGuid: NIL_GUID });
    this.#headers.write();
  }

  /** Pages that one commit takes as a whole or not at all. */
  get atomicPagesMax(): number {
    return (this.#log ??= this.#newLog()).pagesMax;
  }

  /** Makes all changed metadata durable through the log. */
  #commit(): void {
    this.space.fillUp();
    const log = (this.#log ??= this.#newLog());
    const pages = this.pages.dirty().sort((a, b) => this.table.commitOrder(a, b));
    this.file.flush(); // W2
    for (let start = 0; start < pages.length; start += log.pagesMax) {
      const part = pages.slice(start, start + log.pagesMax);
      if (start > 0) this.file.flush(); // W5
      log.append(part, this.file.size);
      this.file.flush(); // W3
      if (!this.#headers.hasLog) {
        this.#headers.write({ logGuid: log.guid, logVersion: 0 });
        this.file.flush(); // W4
      }
      this.#writePages(part);
    }
    this.space.settle();
    this.#hasData = false;
  }

  #writePages(pages: readonly MetadataPage[]): void {
    for (const page of pages) this.file.write(page.offset, page.bytes);
    this.pages.clean(pages);
    this.revision++;
  }

  /** A clean file may lack a usable log and be read all the same; written it cannot be. */
  #newLog(): LogWriter {
    const { logOffset, logLength } = this.#headers.current;
    if (!isLogPlace(logOffset, logLength, this.file.size)) {
      throw unsupported('VHDX_LOG_MISPLACED', 'the file has no log to write through', {
        image: this.parts.name,
        structure: 'header',
        hint: 'convert the image to a new file',
      });
    }
    return new LogWriter(this.file, { offset: logOffset, length: logLength }, this.#newGuid());
  }

  /** Brings the file into its clean state. `last`: fields that the headers carry from then on. */
  finish(last: HeaderChanges = {}): void {
    if (last.dataWriteGuid !== undefined && last.dataWriteGuid !== this.header.dataWriteGuid) this.begin();
    if (!this.#isChanged) return;
    if (this.isPrivate) {
      this.#writePages(this.pages.dirty());
      this.#headers.write({ ...this.#newIdentity(), logGuid: NIL_GUID, ...last });
      this.#headers.write();
      this.file.flush(); // B1
      return;
    }
    this.flush();
    if (!this.#headers.hasLog && last.dataWriteGuid === undefined) return;
    this.file.flush(); // W7
    this.#headers.write({ logGuid: NIL_GUID, ...last });
    this.file.flush(); // W8
    this.#headers.write();
    this.file.flush(); // W9
  }
}

function randomGuid(): string {
  return crypto.randomUUID();
}
