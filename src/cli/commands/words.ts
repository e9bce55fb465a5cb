/**
 * The admin's words: `mount-vhd`, `dismount-vhd`, `get-vhd`, `test-vhd`, `mountvol`, `vssadmin`, `diskshadow`. On Windows they
 * drive the tools of that name; with `--image`, and everywhere else, they read images and pools here.
 */

import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { throwIfCancelled } from '../../errors.ts';
import { leftoverText, runningMounts } from '../../serve/mount-records.ts';
import { tellLeftAttached } from '../../words/attach-leases.ts';
import { diskshadow } from '../../words/diskshadow.ts';
import { HOST_WORDS } from '../../words/host-words.ts';
import { mountvol } from '../../words/mountvol.ts';
import { dismountVhd, getVhdWord, mountVhd, testVhd } from '../../words/vhd-words.ts';
import { vssadmin } from '../../words/vssadmin.ts';
import type { WordsContext } from '../../words/words-context.ts';
import type { CommandCall } from '../command.ts';
import { hostFiles } from '../host-files.ts';
import { hostTools } from '../host-tools.ts';
import { flush, line, note, show } from '../output.ts';
import { absoluteLocator, startServer } from './mount.ts';
import { unmountAndWait } from './unmount.ts';

const WORDS: Readonly<Record<string, (args: readonly string[], context: WordsContext) => Promise<number>>> = {
  'mount-vhd': mountVhd,
  'dismount-vhd': dismountVhd,
  'get-vhd': getVhdWord,
  'test-vhd': testVhd,
  mountvol,
  vssadmin,
  diskshadow,
};

export function word(name: string): { run: (call: CommandCall) => Promise<number> } {
  return {
    async run(call) {
      const input = new Lines(call.signal);
      try {
        const context = contextOf(call, input);
        const tools = namesImage(call.words) ? null : await hostTools();
        // What earlier ones have left: a letter whose server has died, a disk that came to be attached behind its time limit.
        if (tools !== null) await tellLeftAttached(tools, note);
        runningMounts((...leftover) => note(leftoverText(...leftover)));
        return await (tools === null
          ? WORDS[name]!(call.words, context)
          : HOST_WORDS[name]!(call.words, context, tools));
      } finally {
        input.close();
      }
    },
  };
}

/** What an image or a pool is asked for is read here, on Windows too. */
function namesImage(words: readonly string[]): boolean {
  return words.some((word) => /^(?:--?|\/|[\u2010-\u2015])image(?:[=:]|$)/i.test(word));
}

function contextOf({ open, signal, waiting }: CommandCall, input: Lines): WordsContext {
  return {
    out: line,
    note,
    open,
    absolute: absoluteLocator,
    files: hostFiles,
    flush,
    computerName: hostname().split('.')[0]!.toUpperCase(),
    ask: (prompt) => input.ask(prompt),
    waiting,
    mounter: {
      async mount({ locator, options }, directory) {
        await startServer(['mount', absoluteLocator(locator), directory, ...options], signal);
      },
      unmount: (directory) => unmountAndWait(directory, false),
    },
  };
}

/** Lines of standard input, read when they are asked for. */
class Lines {
  #reader: ReturnType<typeof createInterface> | undefined;
  #lines: AsyncIterator<string> | undefined;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async ask(prompt: string): Promise<string | null> {
    throwIfCancelled(this.#signal);
    show(prompt);
    this.#reader ??= createInterface({ input: process.stdin, signal: this.#signal });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const { done, value } = await this.#lines.next();
    if (done === true || !process.stdin.isTTY) line(done === true ? '' : value);
    throwIfCancelled(this.#signal); // which ends the input as well
    return done === true ? null : value;
  }

  close(): void {
    this.#reader?.close();
  }
}
