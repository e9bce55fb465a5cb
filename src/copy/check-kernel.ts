/** What a thread does with items of a CheckBatch: read a run of blocks into page-aligned memory, compare fingerprints. */

import { isZero } from '../base/bytes.ts';
import { type Fingerprinter, fingerprintBuffer } from '../sidecar/fingerprint.ts';
import { FINGERPRINT_BYTES, SHA256_BYTES, type SharedCheck, Verdict } from './check-batch.ts';
import { ITEM } from './item-batch.ts';
import { isHole, type ReadItem, tryRead } from './item-kernel.ts';
import { pieceBuffer } from './kernel.ts';

type Sha256 = (bytes: Uint8Array) => Uint8Array;

export type Judge = { readonly fingerprint: Fingerprinter; readonly sha256: Sha256 | null };

/** Leaves a verdict for each block of the item. Where reading all of it fails, each block is read alone. */
export function judgeItem(check: SharedCheck, item: number, judge: Judge, read: ReadItem): void {
  const base = ITEM.SIZE * item;
  const length = check.items[base + ITEM.length]!;
  const slot = check.items[base + ITEM.slot]!;
  const { blockSize } = check;
  const end = slot + Math.ceil(length / blockSize);
  if (isHole(check, item) && isZero(check.expected, slot * FINGERPRINT_BYTES, end * FINGERPRINT_BYTES)) {
    check.verdicts.fill(Verdict.good, slot, end); // zeros that have to be zeros: nothing to look at
    return;
  }
  const bytes = (fingerprintBuffer() ?? pieceBuffer()).subarray(0, length);
  const isWhole = tryRead(read, 0, bytes);
  for (let start = 0, i = slot; start < length; start += blockSize, i++) {
    const block = bytes.subarray(start, Math.min(length, start + blockSize));
    if (isWhole || tryRead(read, start, block)) judgeBlock(check, i, judge, block);
    else check.verdicts[i] = Verdict.unreadable;
  }
}

const found = new Uint8Array(FINGERPRINT_BYTES);
/** The same memory: word by word is how 16 bytes are looked at soonest. */
const foundWords = new Int32Array(found.buffer);

function judgeBlock(check: SharedCheck, slot: number, { fingerprint, sha256 }: Judge, block: Uint8Array): void {
  const { expectedWords: words } = check;
  const at = (slot * FINGERPRINT_BYTES) / 4;
  const [a, b, c, d] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!];
  const isZeroBlock = (a | b | c | d) === 0;
  let isGood: boolean;
  if (isZeroBlock) isGood = isZero(block);
  else {
    fingerprint(block, found, 0);
    isGood = foundWords[0] === a && foundWords[1] === b && foundWords[2] === c && foundWords[3] === d;
  }
  check.verdicts[slot] = isGood ? Verdict.good : Verdict.bad;
  if (sha256 !== null && !isZeroBlock) check.digests!.set(sha256(block), slot * SHA256_BYTES);
}
