/**
 * What is wrong with the blocks of a replica's states: each damaged piece of storage once, with all states that read it.
 *
 * Of the damage, DETAILS_MAX blocks are kept with their details; further ones are counted.
 */

import type { BlockRun } from '../copy/block-checker.ts';
import type { RangeOwner } from '../filesystem/file-system.ts';

const DETAILS_MAX = 10_000;

/** A file of the volume that owns bytes of damaged blocks. */
export type FileHit = Pick<RangeOwner, 'path' | 'part'> & { readonly volume: number };

export type DamagedBlock = {
  /** Of the virtual disk, bytes. */
  readonly offset: number;
  readonly length: number;
  readonly verdict: 'differs' | 'unreadable';
  /** States that read this block as damaged, oldest first. */
  readonly points: readonly string[];
};

export type DamageLog = {
  readonly blocks: readonly DamagedBlock[];
  /** Blocks that are not listed. */
  readonly more: number;
  /** Files that own bytes of damaged blocks, by the state in which the damage first shows. */
  readonly files: readonly { readonly point: string; readonly hits: readonly FileHit[] }[];
};

type Entry = { offset: number; length: number; verdict: DamagedBlock['verdict']; points: string[] };

export class DamageLogs {
  readonly #all: Entry[] = [];
  readonly #files: { point: string; hits: readonly FileHit[] }[] = [];
  /** Damaged blocks of the state in hand; null where there was no room for details. */
  readonly #current = new Map<number, Entry | null>();
  #more = 0;

  forgetAll(): void {
    this.#current.clear();
  }

  begin(point: string, blockSize: number, diskSize: number): StateDamage {
    return new StateDamage({
      forget: ({ first, count }) => {
        if (count < this.#current.size)
          for (let block = first; block < first + count; block++) this.#current.delete(block);
        else
          for (const block of [...this.#current.keys()])
            if (block >= first && block < first + count) this.#current.delete(block);
      },
      bad: (block, verdict) => {
        const offset = block * blockSize;
        const length = Math.min(blockSize, diskSize - offset);
        const entry = this.#all.length < DETAILS_MAX ? { offset, length, verdict, points: [] } : null;
        if (entry === null) this.#more++;
        else this.#all.push(entry);
        this.#current.set(block, entry);
        return { offset, length };
      },
      end: () => {
        for (const entry of this.#current.values()) entry?.points.push(point);
        return this.#current.size === 0;
      },
      hit: (hits) => this.#files.push({ point, hits }),
    });
  }

  finish(): DamageLog {
    return { blocks: this.#all, more: this.#more, files: this.#files };
  }
}

type Steps = {
  readonly forget: (run: BlockRun) => void;
  readonly bad: (block: number, verdict: DamagedBlock['verdict']) => { offset: number; length: number };
  readonly end: () => boolean;
  readonly hit: (hits: readonly FileHit[]) => void;
};

/** The damage of one state, while it is verified. */
export class StateDamage {
  readonly #steps: Steps;
  readonly #fresh: { offset: number; length: number }[] = [];
  #isSound = true;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** True when no block of the state is damaged; known after `end`. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** These blocks are read in this state: what was known of them is of no use any more. */
  forget(run: BlockRun): void {
    this.#steps.forget(run);
  }

  bad(block: number, verdict: DamagedBlock['verdict']): void {
    this.#fresh.push(this.#steps.bad(block, verdict));
  }

  /** Ranges that are damaged here and were not in the state before, ascending. */
  end(): { readonly offset: number; readonly length: number }[] {
    this.#isSound = this.#steps.end();
    return this.#fresh.sort((a, b) => a.offset - b.offset);
  }

  hit(hits: readonly FileHit[]): void {
    this.#steps.hit(hits);
  }
}
