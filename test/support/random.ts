/** Seeded randomness: a failure prints its seed, and the seed brings it back. */

export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_007)) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to (not including) `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return ((value ^ (value >>> 16)) >>> 0) % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.below(256);
    return bytes;
  }
}
