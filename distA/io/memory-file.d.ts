/** A ByteFile in memory: the base of test doubles, and of small synthesised sources. */
import type { ByteFile } from './byte-file.ts';
export declare class MemoryFile implements ByteFile {
    readonly name: string;
    readonly path: null;
    readonly identity: string;
    readonly bytes: Uint8Array;
    constructor(bytes: Uint8Array, name?: string);
    get size(): number;
    read(offset: number, target: Uint8Array): number;
    close(): void;
}
