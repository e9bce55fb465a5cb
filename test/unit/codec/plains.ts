/** Texts that the packed vectors in these tests stand for, made by formula; sha256 noted beside each vector. */

/** The generator of the C standard's example, as letters of an alphabet. */
export function letters(length: number, seed: number, alphabet: string): Buffer {
  let state = seed;
  const out = Buffer.alloc(length);
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    out[i] = alphabet.charCodeAt((state >>> 16) % alphabet.length);
  }
  return out;
}

/** 512 numbered words: the plain text of the specification's two vectors. */
export function numberedWords(): Buffer {
  return Buffer.from(
    Array.from({ length: 512 }, (_, k) => `DPM${String(k % 50).padStart(4, '0')};`).join(''),
    'latin1',
  );
}

/** Text, a long run of zeros, other text, the first text again: 1600 bytes. */
export function mixed(): Buffer {
  const text = letters(200, 1, 'abcdefgh');
  return Buffer.concat([text, text, text, Buffer.alloc(700), letters(100, 2, 'xyz'), text]);
}

/** x86 `call` instructions to a few absolute targets: 4096 bytes. */
export function calls(): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < 512; i++) {
    const part = Buffer.from([0x55, 0xe8, 0, 0, 0, 0, 0xc3, i % 7]);
    part.writeInt32LE([0x1000, 0x2345, 0x40, 0x123456][(i * i) % 4]! - (8 * i + 1), 2);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** `hex` where two zeros repeated n times are written as `(n)`. */
export function unhex(text: string): Buffer {
  return Buffer.from(text.replace(/\((\d+)\)/g, (_, count) => '00'.repeat(Number(count))).replaceAll(/\s/g, ''), 'hex');
}
