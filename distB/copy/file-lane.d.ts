/**
 * Many small files, written by two threads: the planning one fills a few batches in turn, the other takes what is ready,
 * and where all are waiting the planning thread takes one itself. Nothing here waits before the end.
 *
 * Invariants:
 * 1. A file is reported as written, and only then, when it is whole under its name.
 * 2. Without a second thread everything is read through the ByteFiles that the maps name.
 * 3. `lend` gives the other thread back for the copy of a large file; the next full batch calls it again.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { CopyThreads } from './copy-threads.ts';
import { type SmallFile } from './file-batch.ts';
import { type FileTaskOptions } from './file-kernel.ts';
/** What becomes of a file; `failed` ones are the caller's to do again, or to tell about. */
export type FileOutcomes<Token> = {
    written(token: Token, sha256: string | undefined): void;
    failed(token: Token): void;
};
export declare class FileLane<Token> {
    #private;
    constructor(threads: CopyThreads | null, options: FileTaskOptions, outcomes: FileOutcomes<Token>);
    /** Has the other thread join in: worth its start where there is a thousand files to write. */
    open(): void;
    /** Takes a file of at most PIECE_SIZE bytes; false where it has to be copied the general way. */
    add(map: AddressMap, file: SmallFile, token: Token): boolean;
    /** Writes all that was added. */
    finish(): Promise<void>;
    /** Writes all that was added, and has the other thread leave. */
    lend(): Promise<void>;
    /** Stops both threads after the file at hand. What is whole by then is reported as written, the rest as failed. */
    close(): Promise<void>;
    /** The other thread is on its way: it needs this one's event loop to arrive. */
    get isStarting(): boolean;
}
