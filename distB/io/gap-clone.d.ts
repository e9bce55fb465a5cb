/**
 * A new file that begins as a clone of another one and is changed at once. What is written goes to space of its own; only
 * what lies between the writes is shared with the base, when all of them are known. Sharing everything first costs more:
 * the file system would share what is about to be replaced, and copy its map again for each write.
 *
 * 1. Reads give the base's bytes wherever nothing was written, at any time.
 * 2. `flush` shares what is missing before it makes anything durable: afterwards the file stands alone.
 * 3. Space is shared in whole units of the file system: of a unit that is written in part the rest is copied.
 * 4. What cannot be shared after all is copied.
 * 5. At most RANGES_MAX ranges are kept apart (1 MiB); then everything is shared at once, and writes go into shared space.
 */
import type { ByteFile } from './byte-file.ts';
import type { WritableFile } from './file-store.ts';
export type GapCloneParts = {
    /** Empty. */
    readonly file: WritableFile;
    readonly base: ByteFile;
    /** Bytes; a power of two. */
    readonly unit: number;
    /** Makes a range of whole units share the base's storage; false where that cannot be done. */
    readonly share: (offset: number, length: number) => boolean;
    readonly rangesMax?: number | undefined;
};
export declare class GapClone implements WritableFile {
    #private;
    /** Owns both files from then on. */
    constructor({ file, base, unit, share, rangesMax }: GapCloneParts);
    get name(): string;
    get identity(): string;
    /** Whoever opens it elsewhere would not find all of it. */
    get path(): string | null;
    get size(): number;
    read(offset: number, target: Uint8Array): number;
    write(offset: number, bytes: Uint8Array): void;
    truncate(size: number): void;
    writeOut(): void;
    flush(): void;
    close(): void;
    /** Shares whatever was not written. Idempotent. */
    shareRest(): void;
}
