/** Files on disk, opened read-only. The only place that opens an input. */
import type { ByteFile } from './byte-file.ts';
import type { HostFile, HostFiles } from './host-files.ts';
export declare class DiskFile implements ByteFile {
    #private;
    readonly name: string;
    readonly size: number;
    readonly identity: string;
    /** Opens read-only; the file is never written, whatever its format asks for. `files`: what the platform offers. */
    constructor(path: string, name?: string, files?: HostFiles);
    get path(): string;
    get host(): HostFile;
    read(offset: number, target: Uint8Array): number;
    readAhead(offset: number, length: number): void;
    close(): void;
}
/** What a DiskFile of this path would have as its identity; null where there is none. Links are followed. */
export declare function identityOf(path: string): string | null;
