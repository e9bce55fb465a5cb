/**
 * Writes LZX chunks block by block, without any compression: literals under an 8-bit code, or uncompressed blocks. What
 * it makes was read back by wimlib 1.13.6 when it was written. Shares nothing with src.
 */
export class LzxWriter {
  readonly #bytes: number[] = [];
  #bits: number[] = [];
  #literalLengthsKnown = false;

  get bitsInWord(): number {
    return this.#bits.length;
  }

  /** A verbatim block whose main code gives every literal 8 bits and whose length code is empty. */
  literals(data: Uint8Array, type: 1 | 2 = 1): this {
    this.#header(type, data.length);
    if (type === 2) for (let i = 0; i < 8; i++) this.#put(3, 3); // aligned code: eight symbols of three bits
    this.#precode({ [this.#literalLengthsKnown ? 0 : 9]: 1, 18: 1 });
    for (let i = 0; i < 256; i++) this.#put(0, 1); // the difference from the length before: 9 = 17 - 8, or none
    this.#precode({ 0: 1, 18: 1 });
    for (let zeros = 240; zeros > 0; ) zeros -= this.#zeroRun(zeros);
    this.#precode({ 0: 1, 18: 1 });
    for (let zeros = 249; zeros > 0; ) zeros -= this.#zeroRun(zeros);
    for (const byte of data) this.#put(byte, 8);
    this.#literalLengthsKnown = true;
    return this;
  }

  uncompressed(data: Uint8Array, recent: readonly [number, number, number] = [1, 1, 1]): this {
    this.#header(3, data.length);
    this.#put(0, 16 - this.#bits.length); // to the word's end; a whole word when already there
    for (const distance of recent) for (let i = 0; i < 4; i++) this.#bytes.push((distance >>> (8 * i)) & 255);
    this.#bytes.push(...data);
    if (data.length % 2 === 1) this.#bytes.push(0);
    return this;
  }

  /** Raw bits, for what no encoder writes. */
  raw(value: number, width: number): this {
    this.#put(value, width);
    return this;
  }

  end(): Uint8Array {
    if (this.#bits.length > 0) this.#put(0, 16 - this.#bits.length);
    return Uint8Array.from(this.#bytes);
  }

  #header(type: number, size: number): void {
    this.#put(type, 3);
    if (size === 32_768) this.#put(1, 1);
    else {
      this.#put(0, 1);
      this.#put(size, 16);
    }
  }

  #precode(lengths: Record<number, number>): void {
    for (let symbol = 0; symbol < 20; symbol++) this.#put(lengths[symbol] ?? 0, 4);
  }

  /** Symbol 18 (the second of two one-bit codewords): 20 to 51 zeros. */
  #zeroRun(zeros: number): number {
    const run = zeros - 51 >= 20 || zeros <= 51 ? Math.min(51, zeros) : zeros - 20;
    this.#put(1, 1);
    this.#put(run - 20, 5);
    return run;
  }

  #put(value: number, width: number): void {
    for (let bit = width - 1; bit >= 0; bit--) {
      this.#bits.push((value >>> bit) & 1);
      if (this.#bits.length === 16) {
        const word = this.#bits.reduce((sum, one) => sum * 2 + one, 0);
        this.#bytes.push(word & 255, word >> 8);
        this.#bits = [];
      }
    }
  }
}
