/**
 * Command lines as Windows writes them: `-Switch`, `-Name value`, `/switch`, `/name=value`, in any case; everything else
 * is a word. One parser for all of the admin's words, in place of the framework's.
 */

import { invalidArgument } from '../errors.ts';

export type WordsSpec = {
  /** As usage shows it. */
  readonly usage: string;
  readonly switches?: readonly string[];
  /** Names that take a value, as the next word or after `=` or `:`. */
  readonly values?: readonly string[];
  readonly least: number;
  readonly most: number;
};

export type ParsedWords = {
  readonly words: readonly string[];
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  all(name: string): readonly string[];
};

/** Dashes of all lengths: documents turn one into another. */
const OPTION = /^(?:--?|[\u2010-\u2015]|\/(?=[a-z?]))(?<name>[a-z?][\w-]*)(?:[=:](?<value>.*))?$/is;

export function parseWords(args: readonly string[], spec: WordsSpec): ParsedWords {
  const words: string[] = [];
  const given = new Map<string, string[]>();
  const switches = (spec.switches ?? []).map((name) => name.toLowerCase());
  const values = (spec.values ?? []).map((name) => name.toLowerCase());
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    const option = OPTION.exec(word)?.groups;
    const name = option?.['name']?.toLowerCase();
    if (name !== undefined && values.includes(name)) {
      const value = option!['value'] ?? args[++index];
      if (value === undefined) throw usage(spec, `${word} needs a value`);
      given.set(name, [...(given.get(name) ?? []), value]);
    } else if (name !== undefined && switches.includes(name) && option!['value'] === undefined) given.set(name, []);
    else if (name !== undefined && !isPath(word)) throw usage(spec, `unknown option ${word}`);
    else words.push(word);
  }
  if (words.length < spec.least || words.length > spec.most) throw usage(spec, 'wrong number of words');
  return {
    words,
    has: (name) => given.has(name.toLowerCase()),
    value: (name) => given.get(name.toLowerCase())?.at(-1),
    all: (name) => given.get(name.toLowerCase()) ?? [],
  };
}

/** `/mnt/pool/disk0.vhdx` is a path here, not a switch. */
function isPath(word: string): boolean {
  return word.startsWith('/') && word.slice(1).includes('/');
}

export function usage(spec: WordsSpec, message: string): Error {
  return invalidArgument('WORDS_USAGE', message, { hint: `usage: ${spec.usage}` });
}
