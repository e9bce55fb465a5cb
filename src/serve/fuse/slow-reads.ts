/**
 * Reads that wait for a disk (slow-disk.ts) are left to Node's threads: several are under way at once, and other requests are
 * answered meanwhile.
 *
 * Invariants:
 * 1. Every read that is started is answered, with an error where it fails.
 * 2. What it reads from stays open until then: a descriptor that is closed may be another file's at once.
 * 3. While any is under way the event loop has to turn: see `next`.
 */

import { read } from 'node:fs';
import { alignedMemory } from '../../io/aligned-memory.ts';
import { SlowDisk } from '../slow-disk.ts';
import * as abi from './abi.ts';
import type { FileRange } from './file-ranges.ts';
import { tell } from './tell.ts';

/** Node has four threads. */
const READS_MAX = 4;
/** How long a request may lie in the device while reads are under way. */
const LOOK_MS = 1;

export class SlowReads {
  readonly #device: number;
  readonly #slots: Uint8Array[] = [];
  readonly #disk = new SlowDisk();
  #underWay = 0;
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
    return this.#disk.isNext;
  }

  /** A read has taken so long. */
  note(ms: number): void {
    this.#disk.note(ms);
  }

  /** Reads, and answers the request. There must be room. `held` keeps the file open until it is disposed of. */
  start(request: DataView, { held, fd, offset, length }: FileRange & { readonly held: Disposable }): void {
    const slot = this.#slots.pop() ?? alignedMemory(abi.PAYLOAD + abi.MAX_READ);
    const out = new DataView(slot.buffer);
    const header = abi.PAYLOAD - abi.OUT.SIZE;
    abi.setUnique(request, out, header);
    const started = performance.now();
    this.#underWay++;
    read(fd, slot, abi.PAYLOAD, length, offset, (error, count) => {
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
