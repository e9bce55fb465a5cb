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
import type { WritableFile } from '../io/file-store.ts';
import { BlockAllocator } from './block-allocator.ts';
import { BlockTable } from './block-table.ts';
import type { Header } from './format.ts';
import { type HeaderChanges } from './header-pair.ts';
import { MetadataPages } from './metadata-pages.ts';
import type { VhdxParts } from './vhdx-parts.ts';
export type SessionOptions = {
    /** `private` for a file that nobody has seen: a cut leaves a file to be thrown away. */
    readonly session?: 'logged' | 'private' | undefined;
    /** What DataWriteGuid becomes with the first change; random unless given. `keep` when the guest's bytes stay equal. */
    readonly dataWriteGuid?: string | undefined;
    readonly newGuid?: (() => string) | undefined;
};
export declare class WriteSession {
    #private;
    readonly file: WritableFile;
    readonly parts: VhdxParts;
    readonly pages: MetadataPages;
    readonly table: BlockTable;
    readonly space: BlockAllocator;
    readonly isPrivate: boolean;
    /** Grows whenever what the metadata says may have changed: whoever caches it looks here. */
    revision: number;
    /** `isNew`: the file has no headers yet, and everything inside it is in use. */
    constructor(file: WritableFile, parts: VhdxParts, isNew: boolean, options: SessionOptions);
    get header(): Header;
    /** Before the first change of a session. */
    begin(): void;
    /** Payload was written. */
    wrote(): void;
    /** Metadata was changed, and is consistent at this moment: too much of it is committed now. */
    changed(): void;
    /** What was written before is there after a cut. A private session has nothing to keep, and does nothing. */
    flush(): void;
    /** Private sessions: metadata and headers as they stand, in no order and not flushed. */
    settle(): void;
    /** Pages that one commit takes as a whole or not at all. */
    get atomicPagesMax(): number;
    /** Brings the file into its clean state. `last`: fields that the headers carry from then on. */
    finish(last?: HeaderChanges): void;
}
