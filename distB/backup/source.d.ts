/**
 * What is backed up: a device, an image of any kind, or a stream. A stream is written to a sparse file in the pool first,
 * since its size has to be known and its blocks are read twice; the file has no name where the system allows it, and is
 * gone with the process.
 */
import type { OpenOptions } from '../image/source.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { BackupSource } from './job.ts';
export type OpenBackupSource = BackupSource & {
    close(): Promise<void>;
};
/** A locator as openImage takes it. With `host` the holes of a raw image are known without reading them. */
export declare function openBackupSource(locator: string, options?: OpenOptions, host?: HostFiles): Promise<OpenBackupSource>;
/** Reads the stream to its end, into a file in `folder`. */
export declare function spoolStream(stream: AsyncIterable<Uint8Array>, folder: string, options?: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: (bytes: number) => void;
}): Promise<OpenBackupSource>;
