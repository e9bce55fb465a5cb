/** Items whose blocks are compared with fingerprints: what each has to be, and what was found, by slot. */
import { ItemBatch } from "./item-batch.js";
export const FINGERPRINT_BYTES = 16;
export const SHA256_BYTES = 32;
export const Verdict = { none: 0, good: 1, bad: 2, unreadable: 3 };
export class CheckBatch extends ItemBatch {
    expected;
    expectedWords;
    verdicts;
    digests;
    #good;
    constructor(blockSize, withDigests) {
        super(blockSize);
        const { slots } = this;
        this.expected = new Uint8Array(new SharedArrayBuffer(slots * FINGERPRINT_BYTES));
        this.expectedWords = new Int32Array(this.expected.buffer);
        this.verdicts = new Uint8Array(new SharedArrayBuffer(slots));
        this.#good = new Uint8Array(slots).fill(Verdict.good);
        this.digests = withDigests ? new Uint8Array(new SharedArrayBuffer(slots * SHA256_BYTES)) : null;
    }
    /** No block is damaged, and none was left out. */
    get isAllGood() {
        return Buffer.compare(this.verdicts.subarray(0, this.usedSlots), this.#good.subarray(0, this.usedSlots)) === 0;
    }
    clear() {
        super.clear();
        this.verdicts.fill(0);
    }
}
