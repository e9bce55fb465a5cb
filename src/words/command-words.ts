/**
 * Command lines as Windows writes them: `-Switch`, `-Name value`, `/switch`, `/name=value`, in any case; everything else
 * is a word. One parser for all of the admin's words, in place of the framework's.
 */

import { invalidArgument } from '../errors.ts';
import { withBraces } from './powershell-braces.ts';

export type WordsSpec = {
  /** As usage shows it. */
  readonly usage: string;
  readonly switches?: readonly string[];
  /** Names that take a value, as the next word or after `=` or `:`. */
  readonly values?: readonly string[];
  /** Of these, those that may be given several times. */
  readonly repeated?: readonly string[];
  /** Names may be cut short, and switches have a value after a colon: `-Read`, `-Confirm:$false`. What begins with a slash is a path. */
  readonly isPowerShell?: boolean;
  /** What begins with a slash and is no name of an option is a path: `/mnt`. */
  readonly takesPlaces?: boolean;
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

export function parseWords(given: readonly string[], spec: WordsSpec): ParsedWords {
  const args = withBraces(given);
  const words: string[] = [];
  const options = new Map<string, string[]>();
  const values = (spec.values ?? []).map((name) => name.toLowerCase());
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    const option = spec.isPowerShell === true && word.startsWith('/') ? undefined : OPTION.exec(word)?.groups;
    const name = option === undefined ? undefined : nameOf(option['name']!, spec);
    const value = option?.['value'];
    if (name === undefined) {
      const isPlace = spec.takesPlaces === true && word.startsWith('/');
      if (option !== undefined && !isPlace && !isPath(word)) throw usage(spec, `unknown option ${word}`);
      words.push(word);
    } else if (values.includes(name)) {
      const text = value ?? args[++index];
      if (text === undefined) throw usage(spec, `${word} needs a value`);
      if (options.has(name) && !(spec.repeated ?? []).some((one) => one.toLowerCase() === name))
        throw usage(spec, `${word}: there is one already: ${options.get(name)!.join(', ')}`);
      options.set(name, [...(options.get(name) ?? []), text]);
    } else if (value === undefined || isTrue(value, word, spec)) options.set(name, []);
  }
  if (words.length < spec.least || words.length > spec.most) throw wrongNumber(words, spec);
  return {
    words,
    has: (name) => options.has(name.toLowerCase()),
    value: (name) => options.get(name.toLowerCase())?.at(-1),
    all: (name) => options.get(name.toLowerCase()) ?? [],
  };
}

function wrongNumber(words: readonly string[], spec: WordsSpec): Error {
  const joined = words.find((word) => /\}[^\\/"']/.test(word));
  if (joined === undefined) return usage(spec, 'wrong number of words');
  return usage(
    spec,
    `wrong number of words: has the backslash at the end of a line joined the next one to "${joined}"?`,
  );
}

/** The name that is meant, in small letters, or undefined. */
function nameOf(text: string, spec: WordsSpec): string | undefined {
  const all = [...(spec.switches ?? []), ...(spec.values ?? [])];
  const wanted = text.toLowerCase();
  if (all.some((name) => name.toLowerCase() === wanted)) return wanted;
  const meant = spec.isPowerShell ? all.filter((name) => name.toLowerCase().startsWith(wanted)) : [];
  if (meant.length > 1) {
    throw usage(spec, `-${text} is short for several: ${meant.map((name) => `-${name}`).join(', ')}`);
  }
  return meant[0]?.toLowerCase();
}

/** Of `$false`, shells other than PowerShell leave nothing, or `false`. */
function isTrue(value: string, word: string, spec: WordsSpec): boolean {
  if (spec.isPowerShell && /^\$?true$/i.test(value)) return true;
  if (spec.isPowerShell && /^(?:\$?false)?$/i.test(value)) return false;
  throw usage(spec, `${word}: a switch is given or not, or $true or $false in PowerShell's words`);
}

/** `/mnt/pool/disk0.vhdx` is a path here, not a switch. */
function isPath(word: string): boolean {
  return word.startsWith('/') && word.slice(1).includes('/');
}

export function usage(spec: WordsSpec, message: string): Error {
  return invalidArgument('WORDS_USAGE', message, { hint: `usage: ${spec.usage}` });
}
