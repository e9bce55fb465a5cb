/** Items whose blocks are compared with fingerprints: what each has to be, and what was found, by slot. */

import { ItemBatch, type SharedItems } from './item-batch.ts';

export const FINGERPRINT_BYTES = 16;
export const SHA256_BYTES = 32;

export const Verdict = { none: 0, good: 1, bad: 2, unreadable: 3 } as const;

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

export class CheckBatch extends ItemBatch {
  readonly expected: Uint8Array<SharedArrayBuffer>;
  readonly expectedWords: Int32Array<SharedArrayBuffer>;
  readonly verdicts: Uint8Array<SharedArrayBuffer>;
  readonly digests: Uint8Array<SharedArrayBuffer> | null;

  readonly #good: Uint8Array;

  constructor(blockSize: number, withDigests: boolean) {
    super(blockSize);
    const { slots } = this;
    this.expected = new Uint8Array(new SharedArrayBuffer(slots * FINGERPRINT_BYTES));
    this.expectedWords = new Int32Array(this.expected.buffer);
    this.verdicts = new Uint8Array(new SharedArrayBuffer(slots));
    this.#good = new Uint8Array(slots).fill(Verdict.good);
    this.digests = withDigests ? new Uint8Array(new SharedArrayBuffer(slots * SHA256_BYTES)) : null;
  }

  /** No block is damaged, and none was left out. */
  get isAllGood(): boolean {
    return Buffer.compare(this.verdicts.subarray(0, this.usedSlots), this.#good.subarray(0, this.usedSlots)) === 0;
  }

  override clear(): void {
    super.clear();
    this.verdicts.fill(0);
  }
}
