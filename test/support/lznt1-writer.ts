/** A small LZNT1 compressor (greedy, longest match by search), written from the format, sharing nothing with src. */

const CHUNK = 4096;

export function lznt1Compress(plain: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let start = 0; start < plain.length; start += CHUNK) {
    const chunk = plain.subarray(start, start + CHUNK);
    const packed = compressChunk(chunk);
    const stored = packed.length >= chunk.length;
    const body = stored ? [...chunk] : packed;
    const header = (stored ? 0x3000 : 0xb000) | (body.length - 1);
    out.push(header & 255, header >> 8, ...body);
  }
  return Uint8Array.from(out);
}

function compressChunk(chunk: Uint8Array): number[] {
  const out: number[] = [];
  let at = 0;
  while (at < chunk.length) {
    const group: number[] = [];
    let flags = 0;
    for (let bit = 0; bit < 8 && at < chunk.length; bit++) {
      // bits of the distance: as many as point back over all that exists, at least 4
      const distanceBits = Math.max(4, Math.ceil(Math.log2(at)));
      const { distance, length } = longestMatch(chunk, at, 2 ** (16 - distanceBits) + 2);
      if (length >= 3) {
        const pair = (distance - 1) * 2 ** (16 - distanceBits) + (length - 3);
        flags |= 1 << bit;
        group.push(pair & 255, pair >> 8);
        at += length;
      } else group.push(chunk[at++]!);
    }
    out.push(flags, ...group);
  }
  return out;
}

function longestMatch(chunk: Uint8Array, at: number, lengthMax: number): { distance: number; length: number } {
  const best = { distance: 0, length: 0 };
  for (let from = at - 1; from >= 0; from--) {
    let length = 0;
    while (length < lengthMax && at + length < chunk.length && chunk[from + length] === chunk[at + length]) length++;
    if (length > best.length) Object.assign(best, { distance: at - from, length });
  }
  return best;
}
