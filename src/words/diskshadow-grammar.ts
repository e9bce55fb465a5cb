/** The language of diskshadow: lines of words, comments, aliases in percent signs; every command of it is understood. */

import { invalidArgument } from '../errors.ts';

export type DiskshadowCommand =
  | { readonly verb: 'set'; readonly what: 'all' }
  | { readonly verb: 'set'; readonly what: 'context' | 'option'; readonly values: readonly string[] }
  | { readonly verb: 'set'; readonly what: 'verbose'; readonly on: boolean }
  | { readonly verb: 'set'; readonly what: 'metadata'; readonly path: string }
  | { readonly verb: 'load'; readonly what: 'metadata'; readonly path: string }
  | { readonly verb: 'writer'; readonly action: 'verify' | 'exclude'; readonly name: string }
  | { readonly verb: 'add'; readonly what: 'list' }
  | {
      readonly verb: 'add';
      readonly what: 'volume';
      readonly volume: string;
      readonly alias?: string;
      readonly provider?: string;
    }
  | { readonly verb: 'add'; readonly what: 'alias'; readonly name: string; readonly value: string }
  | { readonly verb: 'create' | 'import' | 'reset' | 'help' }
  | { readonly verb: 'exit' }
  | { readonly verb: 'revert' | 'mask'; readonly id: string }
  | { readonly verb: 'break'; readonly writable: boolean; readonly id: string }
  | { readonly verb: 'begin' | 'end'; readonly what: 'backup' | 'restore' }
  | { readonly verb: 'simulate' | 'resync' }
  | { readonly verb: 'expose'; readonly id: string; readonly place: string }
  | { readonly verb: 'unexpose'; readonly place: string }
  | { readonly verb: 'list'; readonly what: 'writers'; readonly detail: string }
  | { readonly verb: 'list'; readonly what: 'providers' }
  | { readonly verb: 'list'; readonly what: 'shadows'; readonly by: 'all' | 'set' | 'id'; readonly id: string }
  | { readonly verb: 'delete'; readonly what: readonly string[] }
  | { readonly verb: 'exec'; readonly file: string };

export type ScriptLine = { readonly number: number; readonly text: string };

/** The lines of a script: LF and CRLF, no comments, no empty lines; `number` counts all. */
export function scriptLines(text: string): ScriptLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

/** Words of a line; quotes keep blanks together, a `#` after a blank starts a comment. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/"([^"]*)"|#.*$|[^\s"]+/g)) {
    if (match[0].startsWith('#')) break;
    words.push(match[1] ?? match[0]);
  }
  return words;
}

/** Puts values in place of `%NAME%`: aliases are variables of the environment. What has no value stays as it is. */
export function substitute(
  line: string,
  aliases: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>> = {},
): string {
  const value = (name: string): string | undefined =>
    aliases.get(name.toLowerCase()) ?? (Object.hasOwn(environment, name) ? environment[name] : undefined);
  return line.replace(/%([^%\s]+)%/g, (whole, name: string) => value(name) ?? whole);
}

const CONTEXTS = ['clientaccessible', 'persistent', 'volatile'];
const OPTIONS = ['differential', 'plex', 'transportable', 'rollbackrecover', 'txfrecover', 'noautorecover'];
const WRITER_DETAILS = ['metadata', 'detailed', 'status'];

/** Understands a line, or throws the usage of the command that it should be. */
export function parseDiskshadow(line: string): DiskshadowCommand {
  const words = splitWords(line);
  const [verb = '', second = '', third = ''] = words.map((word) => word.toLowerCase());
  const rest = words.slice(1);
  const count = words.length;
  switch (verb) {
    case 'set':
      return parseSet(words) ?? fail('set [context ... | option ... | verbose {on | off} | metadata <file.cab>]');
    case 'load':
      if (second === 'metadata' && count === 3) return { verb, what: 'metadata', path: words[2]! };
      return fail('load metadata <file.cab>');
    case 'writer':
      if ((second === 'verify' || second === 'exclude') && count === 3)
        return { verb, action: second, name: words[2]! };
      return fail('writer {verify | exclude} {<writer> | <component>}');
    case 'add':
      return parseAdd(words) ?? fail('add [volume <volume> [alias <name>] [provider <id>] | alias <name> <value>]');
    case 'create':
    case 'import':
    case 'reset':
      return count === 1 ? { verb } : fail(verb);
    case 'exit':
    case 'quit':
      return { verb: 'exit' };
    case 'help':
    case '?':
      return { verb: 'help' };
    case 'revert':
    case 'mask':
      return count === 2 ? { verb, id: rest[0]! } : fail(`${verb} ${verb === 'mask' ? '<shadowSetID>' : '<shadowID>'}`);
    case 'break': {
      // It has had more words than these two, which say what becomes of the volume.
      const flags = words.slice(1, -1).map((word) => word.toLowerCase());
      const isId = count > 1 && !/^[a-z]+$/i.test(words[count - 1]!);
      if (isId && flags.every((flag) => /^[a-z]+$/.test(flag)))
        return { verb, writable: flags.includes('writable'), id: words[count - 1]! };
      return fail('break [readonly | writable] <setID>');
    }
    case 'begin':
    case 'end':
      if ((second === 'backup' || second === 'restore') && count === 2) return { verb, what: second };
      return fail(`${verb} {backup | restore}`);
    case 'resync':
      return { verb };
    case 'simulate':
      return second === 'restore' && count === 2 ? { verb } : fail('simulate restore');
    case 'expose':
      return count === 3
        ? { verb, id: rest[0]!, place: rest[1]! }
        : fail('expose <shadowID> {<drive:> | <mountpoint>}');
    case 'unexpose':
      return count === 2 ? { verb, place: rest[0]! } : fail('unexpose {<shadowID> | <drive:> | <mountpoint>}');
    case 'list':
      return (
        parseList(second, third, words) ??
        fail('list {writers | shadows {all | set <setID> | id <shadowID>} | providers}')
      );
    case 'delete':
      if (second === 'shadows') return { verb, what: words.slice(2) };
      return fail('delete shadows [all | volume <v> | oldest <v> | set <id> | id <id> | exposed <place>]');
    case 'exec':
      return count === 2 ? { verb, file: rest[0]! } : fail('exec <file.cmd>');
    default:
      throw invalidArgument('DISKSHADOW_COMMAND', `"${words[0] ?? ''}" is no command of diskshadow`, {
        hint: 'help lists the commands',
      });
  }
}

function parseSet(words: readonly string[]): DiskshadowCommand | null {
  const [, what, ...values] = words.map((word) => word.toLowerCase());
  if (what === undefined) return { verb: 'set', what: 'all' };
  if (what === 'context') {
    const isKnown =
      CONTEXTS.includes(values[0] ?? '') && (values.length === 1 || (values.length === 2 && values[1] === 'nowriters'));
    return isKnown ? { verb: 'set', what, values } : null;
  }
  if (what === 'option') {
    return values.length > 0 && values.every((value) => OPTIONS.includes(value)) ? { verb: 'set', what, values } : null;
  }
  if (what === 'verbose' && values.length === 1 && /^(on|off)$/.test(values[0]!)) {
    return { verb: 'set', what, on: values[0] === 'on' };
  }
  return what === 'metadata' && words.length === 3 ? { verb: 'set', what, path: words[2]! } : null;
}

function parseAdd(words: readonly string[]): DiskshadowCommand | null {
  const what = words[1]?.toLowerCase();
  if (what === undefined) return { verb: 'add', what: 'list' };
  if (what === 'alias') {
    return words.length === 4 ? { verb: 'add', what, name: words[2]!, value: words[3]! } : null;
  }
  if (what !== 'volume' || words.length < 3 || words.length % 2 === 0) return null;
  let command: DiskshadowCommand & { verb: 'add'; what: 'volume' } = { verb: 'add', what, volume: words[2]! };
  for (let index = 3; index < words.length; index += 2) {
    const name = words[index]!.toLowerCase();
    if (name !== 'alias' && name !== 'provider') return null;
    command = { ...command, [name]: words[index + 1]! };
  }
  return command;
}

function parseList(what: string, by: string, words: readonly string[]): DiskshadowCommand | null {
  if (what === 'providers' && words.length === 2) return { verb: 'list', what };
  if (what === 'writers' && words.length <= 3 && (by === '' || WRITER_DETAILS.includes(by))) {
    return { verb: 'list', what, detail: by };
  }
  if (what !== 'shadows') return null;
  if (by === 'all' && words.length === 3) return { verb: 'list', what, by, id: '' };
  return (by === 'set' || by === 'id') && words.length === 4 ? { verb: 'list', what, by, id: words[3]! } : null;
}

function fail(usage: string): never {
  throw invalidArgument('DISKSHADOW_SYNTAX', 'the line is not understood', { hint: `usage: ${usage}` });
}
