/** Items whose blocks are compared with fingerprints: what each has to be, and what was found, by slot. */
import { ItemBatch, type SharedItems } from './item-batch.ts';
export declare const FINGERPRINT_BYTES = 16;
export declare const SHA256_BYTES = 32;
export declare const Verdict: {
    readonly none: 0;
    readonly good: 1;
    readonly bad: 2;
    readonly unreadable: 3;
};
export type SharedCheck = SharedItems & {
    readonly blockSize: number;
    /** Fingerprints; sixteen zeros: the block has to be all zeros. */
    readonly expected: Uint8Array<SharedArrayBuffer>;
    /** The same, four words each. */
    readonly expectedWords: Int32Array<SharedArrayBuffer>;
    readonly verdicts: Uint8Array<SharedArrayBuffer>;
    /** SHA-256 of each block, where asked for. */
    readonly digests: Uint8Array<SharedArrayBuffer> | null;
};
export declare class CheckBatch extends ItemBatch {
    #private;
    readonly expected: Uint8Array<SharedArrayBuffer>;
    readonly expectedWords: Int32Array<SharedArrayBuffer>;
    readonly verdicts: Uint8Array<SharedArrayBuffer>;
    readonly digests: Uint8Array<SharedArrayBuffer> | null;
    constructor(blockSize: number, withDigests: boolean);
    /** No block is damaged, and none was left out. */
    get isAllGood(): boolean;
    clear(): void;
}
