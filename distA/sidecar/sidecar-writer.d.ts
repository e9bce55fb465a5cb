/**
 * Writes the sidecar of a state that is in the making: from nothing, or from the sidecar of the state before.
 *
 * 1. The file is made when the first page has to leave memory, at the latest by `finish`. Nothing refers to it before
 *    `finish` has returned: it needs no order among its writes, and its one flush is the last.
 * 2. At most PAGES_MAX pages are held; others wait in their slots. Every page carries its digest from the moment it is
 *    written, and is checked by it when it is read again.
 * 3. The slots of pages that have become all zero are used again.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { WritableFile } from '../io/file-store.ts';
import type { ChangeMap } from './change-map.ts';
import { type Fingerprinter } from './fingerprint.ts';
import { type StateFacts } from './format.ts';
import { type Sidecar } from './sidecar.ts';
/** Makes the file: empty, or as a clone of the base's that already holds its pages. */
export type MakeSidecar = (base: Sidecar | null) => {
    readonly file: WritableFile;
    readonly isClone: boolean;
};
/** The sidecar of the state before, and its bytes: open until `finish` or `abandon`, which close both. */
export type SidecarBase = {
    readonly sidecar: Sidecar;
    readonly file: ByteFile;
};
export declare class SidecarWriter {
    #private;
    readonly facts: StateFacts;
    /** Starts from `base` when there is one; base and state have one block size. */
    constructor(make: MakeSidecar, facts: StateFacts, fingerprint: Fingerprinter, base?: SidecarBase | null);
    /** Copies the fingerprint of a block as it stands now. */
    fingerprint(block: number, target: Uint8Array, at: number): void;
    /** Copies those of neighbouring blocks, side by side. */
    fingerprints(first: number, count: number, target: Uint8Array, at: number): void;
    /** Sixteen zeros for a block of zeros. */
    set(block: number, bytes: Uint8Array, at: number): void;
    /** Writes what is missing, flushes, and closes the file. Returns the root. */
    finish(changes: ChangeMap, seal?: Uint8Array): Uint8Array;
    /** Closes the files as they are; whoever made the new one removes it. Idempotent. */
    abandon(): void;
}
