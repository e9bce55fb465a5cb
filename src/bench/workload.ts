/**
 * The work of an express-full bench, made from a seed: what the disk holds first, and what is written to it between two
 * backups. The same parameters give the same bytes at the same places on any machine.
 */

import { createCipheriv, createHash } from 'node:crypto';
import { alignDown, KIB } from '../base/bytes.ts';
import { invalidArgument } from '../errors.ts';
import { VIRTUAL_SIZE_MAX } from '../vhdx/metadata-items.ts';

/** Writes begin on this boundary. */
const ALIGNMENT = 4 * KIB;
/** The part of the disk that is written to more often. */
const HOT_SHARE = 1 / 16;
/** Every so many MiB of the disk stay empty: real disks have holes. */
const EMPTY_EVERY = 4;
/** Writes of a round, all of which are held: some 700 MiB of memory. */
const WRITES_MAX = 2 ** 22;

export type WorkloadParams = {
  /** Bytes of the disk. */
  readonly size: number;
  /** Share of the disk that is written between two backups: 0.02. */
  readonly changeRate: number;
  /** Sizes of writes in bytes, multiples of 512, with their weights. */
  readonly blockMix: readonly { readonly size: number; readonly weight: number }[];
  /** Share of the writes that go to one sixteenth of the disk: 0 scattered, 1 all of them. */
  readonly locality: number;
  readonly seed: number;
};

export type Write = { readonly offset: number; readonly length: number };

export class Workload {
  readonly params: WorkloadParams;

  /** Throws invalid-argument for parameters that make no work. */
  constructor(params: WorkloadParams) {
    const { size, changeRate, blockMix, locality } = params;
    const wrong = (message: string) =>
      invalidArgument('BENCH_PARAMETERS', message, { hint: 'pitvault help bench shows what each parameter means' });
    if (!(size >= 1024 * KIB && size % 512 === 0))
      throw wrong(`size: expected whole sectors from 1 MiB on, found ${size}`);
    if (size > VIRTUAL_SIZE_MAX) throw wrong(`size: a VHDX holds 64 TiB at most, found ${size} bytes`);
    if (!(changeRate > 0 && changeRate <= 1))
      throw wrong(`change rate: expected more than 0, up to 1, found ${changeRate}`);
    if (!(locality >= 0 && locality <= 1)) throw wrong(`locality: expected 0 to 1, found ${locality}`);
    const isSound = blockMix.every(
      (part) => part.weight > 0 && part.size >= 512 && part.size % 512 === 0 && part.size <= size,
    );
    if (blockMix.length === 0 || !isSound)
      throw wrong('block mix: expected sizes in whole sectors with weights above 0');
    const weights = blockMix.reduce((sum, { weight }) => sum + weight, 0);
    const writes = (size * changeRate) / blockMix.reduce((sum, part) => sum + (part.size * part.weight) / weights, 0);
    if (writes > WRITES_MAX)
      throw wrong(`block mix: expected at most ${WRITES_MAX} writes a round, these sizes make ${Math.round(writes)}`);
    this.params = params;
  }

  /** The writes before the backup of this number (from 1), in the order in which they are made. */
  writes(round: number): Write[] {
    const { size, changeRate, blockMix, locality, seed } = this.params;
    const random = new SeededRandom(seed, round);
    const total = blockMix.reduce((sum, { weight }) => sum + weight, 0);
    const hotStart = alignDown(new SeededRandom(seed, 0).below(size - size * HOT_SHARE), ALIGNMENT);
    const writes: Write[] = [];
    for (let done = 0; done < size * changeRate; ) {
      let choice = random.below(total);
      const { size: length } = blockMix.find(({ weight }) => (choice -= weight) < 0) ?? blockMix[0]!;
      const isHot = random.next() < locality;
      const [start, room] = isHot ? [hotStart, size * HOT_SHARE] : [0, size];
      const offset = Math.min(alignDown(start + random.below(room), ALIGNMENT), size - length);
      writes.push({ offset, length });
      done += length;
    }
    return writes;
  }

  /** What the disk holds at first, one MiB or less at a time; null where it holds nothing. */
  *firstContent(): Generator<{ readonly offset: number; readonly bytes: Uint8Array }> {
    const stream = keystream(this.params.seed, 0);
    const step = 1024 * KIB;
    for (let offset = 0; offset < this.params.size; offset += step) {
      if ((offset / step) % EMPTY_EVERY === EMPTY_EVERY - 1) continue;
      yield { offset, bytes: stream(Math.min(step, this.params.size - offset)) };
    }
  }

  /** The bytes that the writes of a round carry, in order. */
  contents(round: number): (length: number) => Uint8Array {
    return keystream(this.params.seed, round);
  }

  /** Names the work of these rounds: equal for equal work. */
  digest(rounds: number): string {
    const hash = createHash('sha256').update(JSON.stringify(this.params));
    for (let round = 1; round <= rounds; round++) hash.update(JSON.stringify(this.writes(round)));
    return hash.digest('hex').slice(0, 16);
  }
}

/** `4k:50,64k:20` as sizes and weights; throws invalid-argument. */
export function parseBlockMix(text: string): WorkloadParams['blockMix'] {
  return text.split(',').map((part) => {
    const match = /^(\d+)(k|m)?(?::(\d+(?:\.\d+)?))?$/i.exec(part.trim());
    if (match === null) {
      throw invalidArgument('BENCH_BLOCK_MIX', `block mix: "${part}" is no size with a weight`, {
        hint: 'write it like 4k:50,16k:30,64k:20',
      });
    }
    const unit = match[2] === undefined ? 1 : match[2].toLowerCase() === 'k' ? KIB : KIB * KIB;
    return { size: Number(match[1]) * unit, weight: Number(match[3] ?? 1) };
  });
}

/** Bytes that look random, as a cipher makes them: gigabytes a second, and always the same. */
function keystream(seed: number, stream: number): (length: number) => Uint8Array {
  const key = createHash('sha256').update(`${seed}/${stream}`).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

class SeededRandom {
  #state: number;

  constructor(seed: number, stream: number) {
    this.#state = createHash('sha256').update(`${seed}:${stream}`).digest().readUInt32LE(0);
  }

  /** From 0 up to 1. */
  next(): number {
    return (this.#word() * 0x20_0000 + (this.#word() >>> 11)) / 2 ** 53;
  }

  below(limit: number): number {
    return this.next() * limit;
  }

  #word(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 16), 0x21f0_aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a_2d97);
    return (value ^ (value >>> 15)) >>> 0;
  }
}
