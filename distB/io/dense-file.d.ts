/**
 * A file whose storage is all taken: what grows it is written with zeros. Windows attaches no virtual disk from a sparse
 * file, and a file that gets holes on a mounted NTFS is one.
 */
import type { WritableFile } from './file-store.ts';
export declare class DenseFile implements WritableFile {
    #private;
    readonly name: string;
    readonly identity: string;
    readonly path: string | null;
    constructor(file: WritableFile);
    get size(): number;
    read(offset: number, target: Uint8Array): number;
    write(offset: number, bytes: Uint8Array): void;
    truncate(size: number): void;
    flush(): void;
    close(): void;
}
