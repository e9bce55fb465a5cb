/** Seeded pseudo-random numbers (xorshift32): the same seed gives the same test, everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor(((x >>> 0) / 0x1_0000_0000) * end);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bytes(length: number, values = 256): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(values));
  }
}

/** The seed of this run: `PITVAULT_SEED` or the clock. A failing test prints it. */
export function seedOfRun(): number {
  const given = Number(process.env['PITVAULT_SEED']);
  return Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 1_000_000_000;
}
