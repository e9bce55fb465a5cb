/** One line of progress on a terminal: bytes, rate, time left. Silent when standard error is no terminal. */

import { bytesText, durationText } from './format.ts';
import { printable, toStandardError } from './output.ts';

const ERR = 2;
const EVERY_MS = 100;

export class Progress {
  #live: boolean | undefined;
  #started = 0;
  #shown = 0;
  #what = '';

  /** For `onProgress` of every long call. */
  readonly update = (done: number, total: number, what: string): void => {
    // Loaded when there is something to show: it brings sockets and streams along, which most commands never need.
    this.#live ??= process.getBuiltinModule('node:tty').isatty(ERR);
    if (!this.#live) return;
    const now = performance.now();
    if (what.startsWith('unpacking') !== this.#what.startsWith('unpacking') || this.#started === 0) this.#started = now;
    this.#what = what;
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    const elapsed = now - this.#started;
    const rate = elapsed > 0 ? done / (elapsed / 1000) : 0;
    const left = rate > 0 && total > done ? `, ${durationText(((total - done) / rate) * 1000)} left` : '';
    const percent = total > 0 ? `${Math.floor((100 * Math.min(done, total)) / total)}% ` : '';
    const text = `${percent}${bytesText(done)} of ${bytesText(total)}, ${bytesText(Math.round(rate))}/s${left}  ${what.split('/').at(-1)}`;
    toStandardError(`\r\x1b[K${printable(text).slice(0, (process.stderr.columns ?? 80) - 1)}`);
  };

  /** The same for things that are counted. */
  readonly count = (done: number, total: number, what: string): void => {
    this.#live ??= process.getBuiltinModule('node:tty').isatty(ERR);
    if (!this.#live || performance.now() - this.#shown < EVERY_MS) return;
    this.#shown = performance.now();
    const text = `${done} of ${total}  ${what}`;
    toStandardError(`\r\x1b[K${printable(text).slice(0, (process.stderr.columns ?? 80) - 1)}`);
  };

  /** Clears the line, so that what is printed next stands alone. */
  end(): void {
    if (this.#shown > 0) toStandardError('\r\x1b[K');
    this.#shown = 0;
  }
}
