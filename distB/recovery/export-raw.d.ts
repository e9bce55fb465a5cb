/** The virtual disk as a sparse raw image: built under a temporary name, renamed when whole. */
import type { CopyOutcome } from '../copy/copy-run.ts';
import { type HostSource } from '../copy/leaf-cloner.ts';
import type { AddressMap } from '../map/address-map.ts';
export type ExportOptions = {
    /** Replace an existing file. */
    readonly force?: boolean | undefined;
    readonly salvage?: boolean | undefined;
    readonly sync?: boolean | undefined;
    readonly threads?: 1 | 2 | undefined;
    /** The platform's functions: with them, the result shares the image's blocks where the file system can. */
    readonly host?: HostSource | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
};
/**
 * Writes the map to `out`; on any failure `out` is as it was. A file there is replaced only when forced; it must not be
 * one that the map is read from (`Image.readsFrom`).
 */
export declare function convertToRaw(map: AddressMap, out: string, options?: ExportOptions): Promise<CopyOutcome & {
    readonly clonedBytes: number;
}>;
