/** Where bytes live: the port of storage. */
import type { HostFile } from './host-files.ts';
/**
 * The smallest port the engine needs: positioned, synchronous, read-only.
 *
 * Contract:
 * 1. The bytes do not change while the file is open; callers may cache them.
 * 2. `read` fills `target` from `offset` and returns the bytes read: short only at the end of the file, never elsewhere.
 * 3. A failing read throws a StorageError of kind `io` that names the file and the offset.
 * 4. `close` is idempotent; a read after it throws kind `closed`.
 *
 * Reads are synchronous because all metadata is small and resolved in place: a 4 KiB read from the page cache costs
 * 2 us, a promise around it costs as much again and forces one into every per-entry loop. Payload never comes
 * this way: the copy engine moves it (see copy/).
 */
export interface ByteFile {
    /** Path or label, for messages. */
    readonly name: string;
    /** Bytes. */
    readonly size: number;
    /** Equal for two handles on the same unchanging bytes (`device:inode` for files on disk). */
    readonly identity: string;
    /** A path that another thread can open to read the same bytes, or null where only this object has them. */
    readonly path: string | null;
    /** The open file itself, for calls that take a descriptor; it is closed with this object. Absent where there is none. */
    readonly host?: HostFile | undefined;
    read(offset: number, target: Uint8Array): number;
    /** The range is read soon: storage that can fetch it meanwhile does. A hint. */
    readAhead?(offset: number, length: number): void;
    /** `read` past a cache, and without effect on it: for payload that whoever asked keeps. Absent where there is none. */
    readPast?(offset: number, target: Uint8Array): number;
    close(): void;
}
/**
 * Opens a file for reading; the composition root passes it down so that tests can count, fail or fake every read.
 * `name` is what people call it, where that is not its path: an unpacked member of an archive.
 */
export type OpenFile = (path: string, name?: string) => ByteFile;
