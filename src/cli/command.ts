/** What a command is: its words for help and completion, and the module that carries it out. */

import type { OpenOptions } from '../image/source.ts';
import type { Progress } from './progress.ts';

export type OptionSpec = {
  readonly type: 'boolean' | 'string';
  readonly multiple?: boolean;
  readonly short?: string;
  /** Placeholder of the value in help. */
  readonly value?: string;
  readonly summary: string;
};

export type CommandSpec = {
  readonly name: string;
  /** `IMAGE [PATH]`; the number of words gives the bounds, `...` any number. */
  readonly words: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The command has a grammar of its own (Windows' words): its words come as they were written. */
  readonly raw?: boolean;
  /** It prints as it reads, and does nothing else: when nobody reads on, it ends, and a signal ends it while it waits for them. */
  readonly prints?: boolean;
  /** Its heap is kept from growing (see bound-heap.ts). Not for a command that the build compiles. */
  readonly bounded?: boolean;
  /** Loaded only when the command runs: start-up time is part of every job. */
  readonly load: () => Promise<{ run: (call: CommandCall) => Promise<number> }>;
};

/** Commands that belong together, under the heading that help gives them. */
export type CommandGroup = { readonly title: string; readonly commands: readonly CommandSpec[] };

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export type CommandCall = {
  readonly words: readonly string[];
  readonly options: OptionValues;
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Runs what may wait for ever or works long without a turn of the event loop, and hears no signal meanwhile: one ends the process then. */
  readonly waiting: <T>(work: () => T) => T;
  readonly progress: Progress;
  /** Options for openImage and openPool from the common options. */
  readonly open: OpenOptions;
};

export function text(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function texts(options: OptionValues, name: string): string[] | undefined {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

export function flag(options: OptionValues, name: string): boolean {
  return options[name] === true;
}
