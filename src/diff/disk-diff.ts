/**
 * What differs between two disks: any two address maps, of whatever format, chain or place.
 *
 * The cheapest proof is tried first (see DiffMethod): where both disks live at one place of one file they are equal
 * without being read, so two points of a chain, or two clones, are compared at the speed of their metadata. Bytes are
 * read only where nothing else decided.
 *
 * Invariants:
 * 1. The ranges told, and only they, hold every byte that differs; they are ascending and do not touch when alike.
 * 2. What cannot be read is told as `unreadable`, never as equal or changed.
 * 3. A smaller disk counts as if zeros followed its end; the sizes are told.
 * 4. Memory is bounded whatever the size and the fragmentation of the disks.
 */

import type { RangeList } from '../base/range-list.ts';
import { SECTOR_SIZE } from '../copy/compare-kernel.ts';
import { CopyThreads } from '../copy/copy-threads.ts';
import { throwIfCancelled } from '../errors.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import { ByteComparison, type Side, shifted, sideOf } from './byte-comparison.ts';
import { type DiffMethod, type DiffRange, RangeJoiner } from './diff-ranges.ts';
import { HostStorage } from './host-storage.ts';
import { leafPairs, PaddedMap } from './leaf-pairs.ts';

/** Pairs between two turns of the event loop. */
const PAIRS_PER_BREATH = 4096;
/** Of a long pair so much is looked at in one go: its parts are held. */
const WINDOW = 2 ** 30;

export type DiffOptions = {
  /** What the platform knows of holes and shared extents; without it, more is read. */
  readonly host?: HostFiles | undefined;
  /** Read nothing: what lives in different places is told as `possible`. */
  readonly mapOnly?: boolean | undefined;
  /** What is known of the two states beforehand; see `knownDifferences`. */
  readonly known?: KnownDifferences | undefined;
  readonly threads?: 1 | 2 | undefined;
  /** Receives the ranges in order. */
  readonly onRange?: ((range: DiffRange) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the disk that are decided. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

export type DiffSummary = {
  /** Bytes of the two disks. */
  readonly sizes: readonly [before: number, after: number];
  /** Differences are told to this many bytes. */
  readonly precision: number;
  /** Bytes found equal, by what told so. */
  readonly equal: Readonly<Record<DiffMethod, number>>;
  readonly changed: DiffCount;
  readonly possible: DiffCount;
  readonly unreadable: DiffCount;
  /** Bytes read from both disks. */
  readonly readBytes: number;
};

/** Bytes outside of these ranges are equal, by what that is known from. */
export type KnownDifferences = { readonly method: 'changes' | 'fingerprints'; readonly ranges: RangeList };

export type DiffCount = { readonly ranges: number; readonly bytes: number };

export async function diffDisks(
  before: AddressMap,
  after: AddressMap,
  options: DiffOptions = {},
): Promise<DiffSummary> {
  await using run = new DiffRun(before, after, options);
  return run.run();
}

class DiffRun implements AsyncDisposable {
  readonly #before: AddressMap;
  readonly #after: AddressMap;
  readonly #options: DiffOptions;
  readonly #size: number;
  readonly #storage: HostStorage;
  readonly #threads: CopyThreads | null;
  readonly #joiner: RangeJoiner;
  readonly #bytes: ByteComparison;
  readonly #equal: Record<DiffMethod, number> = { identity: 0, changes: 0, fingerprints: 0, extents: 0, bytes: 0 };
  #done = 0;

  constructor(before: AddressMap, after: AddressMap, options: DiffOptions) {
    this.#before = before;
    this.#after = after;
    this.#options = options;
    this.#size = Math.max(before.size, after.size);
    this.#storage = new HostStorage(options.host ?? null);
    this.#threads = options.threads === 1 ? null : new CopyThreads();
    this.#joiner = new RangeJoiner(options.onRange ?? (() => {}));
    this.#bytes = new ByteComparison({
      threads: this.#threads,
      joiner: this.#joiner,
      signal: options.signal,
      onBytes: (bytes) => this.#progress(bytes),
    });
  }

  async run(): Promise<DiffSummary> {
    let steps = 0;
    for (const pair of leafPairs(this.#padded(this.#before), this.#padded(this.#after))) {
      if (++steps % PAIRS_PER_BREATH === 0) await this.#breathe();
      const { offset, length } = pair;
      const [before, after] = [sideOf(pair.before, offset), sideOf(pair.after, offset)];
      if (isSame(before, after)) this.#isEqual(length, 'identity');
      else await this.#decide(offset, length, before, after);
    }
    await this.#bytes.run();
    this.#joiner.flush();
    this.#equal.bytes = this.#bytes.equal;
    const { changed, possible, unreadable } = this.#joiner.counts;
    return {
      sizes: [this.#before.size, this.#after.size],
      precision: SECTOR_SIZE,
      equal: this.#equal,
      changed,
      possible,
      unreadable,
      readBytes: this.#bytes.read,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads?.close();
  }

  #padded(map: AddressMap): AddressMap {
    return map.size === this.#size ? map : new PaddedMap(map, this.#size);
  }

  async #decide(offset: number, length: number, before: Side, after: Side): Promise<void> {
    for (let start = 0; start < length; start += WINDOW) {
      const part = Math.min(WINDOW, length - start);
      const parts = this.#undecided(offset + start, part, shifted(before, start), shifted(after, start));
      for (const undecided of parts) await this.#compare(offset + start, undecided);
    }
  }

  /** The parts of a pair that neither what is known beforehand nor the file system decides. */
  #undecided(offset: number, length: number, before: Side, after: Side): Part[] {
    const parts: Part[] = [];
    const { known } = this.#options;
    if (known === undefined) {
      this.#stored(0, length, before, after, parts);
      return parts;
    }
    let told = 0;
    known.ranges.within(offset, length, (start, part) => {
      const distance = start - offset;
      this.#isEqual(distance - told, known.method);
      // What a change map names has been written anew: asking where it lies takes longer than all else, and says only that.
      const [one, two] = [shifted(before, distance), shifted(after, distance)];
      if (known.method === 'changes') this.#holes(distance, part, one, two, parts);
      else this.#stored(distance, part, one, two, parts);
      told = distance + part;
    });
    this.#isEqual(length - told, known.method);
    return parts;
  }

  #stored(distance: number, length: number, before: Side, after: Side, parts: Part[]): void {
    if (before.kind !== 'data' || after.kind !== 'data') this.#holes(distance, length, before, after, parts);
    else {
      this.#storage.compare(before.file, before.offset, after.file, after.offset, length, (start, part, same) => {
        if (same) this.#isEqual(part, 'extents');
        else this.#holes(distance + start, part, shifted(before, start), shifted(after, start), parts);
      });
    }
  }

  #holes(distance: number, length: number, before: Side, after: Side, parts: Part[]): void {
    this.#split(before, length, (startA, lengthA, sideA) => {
      this.#split(shifted(after, startA), lengthA, (startB, lengthB, sideB) => {
        const start = startA + startB;
        if (sideA.kind === 'zero' && sideB.kind === 'zero') this.#isEqual(lengthB, 'extents');
        else parts.push({ distance: distance + start, length: lengthB, before: shifted(sideA, startB), after: sideB });
      });
    });
  }

  #split(side: Side, length: number, take: (start: number, length: number, side: Side) => void): void {
    if (side.kind !== 'data') take(0, length, side);
    else {
      this.#storage.holes(side.file, side.offset, length, (start, part, hole) => {
        take(start, part, hole ? NOTHING : shifted(side, start));
      });
    }
  }

  async #compare(offset: number, { distance, length, before, after }: Part): Promise<void> {
    const start = offset + distance;
    if (this.#options.mapOnly === true) {
      this.#joiner.add(start, length, 'possible');
      this.#progress(length);
      return;
    }
    for (let done = 0; done < length; ) {
      const taken = this.#bytes.add(start + done, length - done, shifted(before, done), shifted(after, done));
      if (taken === 0) await this.#bytes.run();
      done += taken;
    }
  }

  #isEqual(length: number, method: DiffMethod): void {
    if (length === 0) return;
    this.#equal[method] += length;
    this.#progress(length);
  }

  #progress(bytes: number): void {
    this.#done += bytes;
    this.#options.onProgress?.(this.#done, this.#size);
  }

  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(this.#options.signal);
  }
}

/** A part of a pair, `distance` bytes into it. */
type Part = { readonly distance: number; readonly length: number; readonly before: Side; readonly after: Side };

const NOTHING: Side = { kind: 'zero', offset: 0 };

/** Equal without being read: nothing is stored on either side, or both sides are the same bytes of the same file. */
function isSame(before: Side, after: Side): boolean {
  if (before.kind === 'zero' || after.kind === 'zero') return before.kind === after.kind;
  if (before.offset !== after.offset) return false;
  if (before.kind === 'data') return after.kind === 'data' && before.file.identity === after.file.identity;
  return after.kind === 'computed' && before.source === after.source;
}
