/**
 * A VHDX open for writing: the door to block-writer.ts (where bytes go) and write-session.ts (in which order). Any failure
 * poisons it: the file is then as a power cut would leave it, and nothing more is done to it.
 */
import type { TrimState, WritableDisk } from '../disk/writable-disk.ts';
import { type Finding } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import { type VhdxParts } from './vhdx-parts.ts';
import { type SessionOptions } from './write-session.ts';
export type WriterOptions = SessionOptions & {
    /** For messages; the file's own name unless given. */
    readonly name?: string | undefined;
    /** The disk this one differs from. Without it, what the parent holds cannot be read; writing needs no parent. */
    readonly parent?: AddressMap | undefined;
};
export declare class VhdxWriter implements WritableDisk {
    #private;
    readonly name: string;
    readonly size: number;
    readonly logicalSectorSize: number;
    readonly blockSize: number;
    readonly findings: readonly Finding[];
    /**
     * Opens for writing and owns the file from then on. Replays a dirty log into it first. Throws what reading throws for
     * a file that cannot be read.
     */
    static open(file: WritableFile, options?: WriterOptions): VhdxWriter;
    private constructor();
    /** What children name this disk by, as it stands now. */
    get dataWriteGuid(): string;
    get isFixed(): boolean;
    get hasParent(): boolean;
    write(offset: number, bytes: Uint8Array): void;
    /** Whole blocks give their space back (a fixed disk keeps it and gets zeros); edges are written with zeros. */
    trim(offset: number, length: number, as?: TrimState): void;
    flush(): void;
    /** Has what was written so far on its way to the disk, while the caller goes on. */
    writeOut(): void;
    /**
     * Makes a file that nobody has seen yet a VHDX as it stands, without making anything durable: whoever finds it after
     * the process has died reads what was written until now.
     */
    settle(): void;
    /** State of a payload block as it will be at the next flush. */
    blockState(block: number): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    /** `dataWriteGuid`: the identity the disk carries from the moment the close is durable. */
    close(options?: {
        readonly dataWriteGuid?: string;
    }): void;
    abandon(): void;
    [Symbol.dispose](): void;
}
/** What the file consists of, a dirty log replayed into it. */
export declare function openParts(file: WritableFile, options?: {
    readonly name?: string | undefined;
    readonly newGuid?: (() => string) | undefined;
}): {
    readonly parts: VhdxParts;
    readonly findings: readonly Finding[];
};
