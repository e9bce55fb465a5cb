/** Descriptors of the files that leaves name, for reads that do not go through a ByteFile. Opened when first needed. */
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFile } from '../io/host-files.ts';
export declare class OpenFiles {
    #private;
    /** Null for a file that only its object can read: one without a path, or whose path leads elsewhere by now. */
    of(file: ByteFile): HostFile | null;
    [Symbol.dispose](): void;
    close(): void;
}
