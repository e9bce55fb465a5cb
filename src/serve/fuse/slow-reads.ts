/**
 * Reads that wait for a disk. Once one has met it, those that follow are left to Node's threads, so that several are under
 * way at once, and other requests are answered meanwhile. Where the host has in memory what is read, waking another thread
 * costs as much as copying, so that stays with the thread that answers.
 *
 * Invariants:
 * 1. Every read that is started is answered, with an error where it fails.
 * 2. What it reads from stays open until then: a descriptor that is closed may be another file's at once.
 * 3. While any is under way the event loop has to turn: see `next`.
 */

import { read } from 'node:fs';
import { alignedMemory } from '../../io/aligned-memory.ts';
import * as abi from './abi.ts';
import { tell } from './tell.ts';

/** Node has four threads. */
const READS_MAX = 4;
/** Copying what is in memory takes a tenth of this. */
const SLOW_MS = 2;
/** Reads that are left to threads after one that was slow. */
const READS_AFTER = 64;
/** How long a request may lie in the device while reads are under way. */
const LOOK_MS = 1;
/** The payload of an answer starts on a page, its header before it. */
const PAYLOAD = 4096;

/** Of an open file, in bytes. */
export type FileRange = { readonly fd: number; readonly offset: number; readonly length: number };

export class SlowReads {
  readonly #device: number;
  readonly #slots: Uint8Array[] = [];
  #underWay = 0;
  #left = 0;
  #onEnded: (() => void) | undefined;

  constructor(device: number) {
    this.#device = device;
  }

  get areUnderWay(): boolean {
    return this.#underWay > 0;
  }

  get hasRoom(): boolean {
    return this.#underWay < READS_MAX;
  }

  /** Whether the next read is likely to wait for a disk. */
  get isNext(): boolean {
    return this.#left > 0;
  }

  /** A read has taken so long. */
  note(ms: number): void {
    if (ms > SLOW_MS) this.#left = READS_AFTER;
    else if (this.#left > 0) this.#left--;
  }

  /** Reads, and answers the request. There must be room. `held` keeps the file open until it is disposed of. */
  start(request: DataView, { held, fd, offset, length }: FileRange & { readonly held: Disposable }): void {
    const slot = this.#slots.pop() ?? alignedMemory(PAYLOAD + abi.MAX_READ);
    const out = new DataView(slot.buffer);
    const header = PAYLOAD - abi.OUT.SIZE;
    abi.setUnique(request, out, header);
    const started = performance.now();
    this.#underWay++;
    read(fd, slot, PAYLOAD, length, offset, (error, count) => {
      this.note(performance.now() - started);
      // A bad sector, or a file shorter than when it was opened.
      const size = error === null && count === length ? length : -abi.ERRNO.EIO;
      tell(this.#device, slot, header, abi.setOutcome(out, header, size));
      this.#slots.push(slot);
      held[Symbol.dispose]();
      this.#underWay--;
      this.#onEnded?.();
    });
  }

  /** Resolves when one has ended, or it is time to look for requests. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#onEnded = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onEnded = undefined;
  }

  /** Resolves when all have ended. */
  async end(): Promise<void> {
    while (this.areUnderWay) await this.next();
  }
}
