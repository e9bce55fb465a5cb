/** The command line: argv to a command, errors to sentences and exit codes. The only place that ends the process. */

import { parseArgs } from 'node:util';
import { asStorageError, type ErrorKind, INTERNAL, invalidArgument, StorageError } from '../errors.ts';
import { userCacheFolder } from '../io/user-cache.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { texts } from './command.ts';
import { COMMANDS, COMMON, wordBounds } from './command-table.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { errorText, flush, json, line, note, OutputClosed, outputFailure, setPrinting } from './output.ts';
import { Progress } from './progress.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const asJson = argv.includes('--json');
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const { printHelp } = await import('./help.ts');
    const topic = rest.find((word) => !word.startsWith('-'));
    return printHelp(topic === undefined ? undefined : commandNamed(topic), asJson);
  }
  if (name === '--version' || name === '-V') {
    const { VERSION } = await import('../version.ts');
    if (asJson) json({ version: VERSION });
    else line(VERSION);
    return ExitCode.ok;
  }
  return runCommand(commandNamed(name), rest);
}

/** The admin's words are written as Windows takes them, in any case, with or without `.exe`. */
function commandNamed(name: string): CommandSpec {
  const word = name.toLowerCase().replace(/\.exe$/, '');
  const spec = COMMANDS.find((command) => command.name === (command.raw === true ? word : name));
  if (spec === undefined) throw unknownCommand(name);
  return spec;
}

async function runCommand(spec: CommandSpec, args: readonly string[]): Promise<number> {
  const { words, options } = spec.raw === true ? parseRaw(spec, args) : parse(spec, args);
  if (options['help'] === true) {
    const { printHelp } = await import('./help.ts');
    return printHelp(spec, options['json'] === true);
  }
  const [least, most] = wordBounds(spec);
  if (spec.raw !== true && (words.length < least || words.length > most)) {
    throw invalidArgument('CLI_WORDS', `usage: pitvault ${spec.name} ${spec.words}`, {
      hint: `pitvault ${spec.name} --help explains`,
    });
  }
  const abort = new AbortController();
  const signals = listen(() => abort.abort(new StorageError('cancelled', 'CANCELLED', 'cancelled')));
  const progress = new Progress();
  let hasUnpacked = false;
  const open = {
    searchFolders: texts(options, 'search') ?? [],
    ignoreParentIdentity: options['ignore-parent-id'] === true,
    ignoreDamagedLog: options['ignore-log'] === true,
    diffAreas: texts(options, 'diff-area') ?? [],
    disks: texts(options, 'disk') ?? [],
    cache: userCacheFolder(),
    signal: abort.signal,
    onProgress: (done: number, total: number, what: string): void => {
      hasUnpacked ||= what.startsWith('unpacking');
      progress.update(done, total, what);
    },
  };
  // A write waits as long as its reader likes, a read of a pipe for its writer, and nothing is seen of a signal meanwhile: there the system's own way of ending
  // this process is the better one, unless it would leave what was unpacked behind.
  const waiting = <T>(work: () => T): T => (hasUnpacked ? work() : signals.without(work));
  setPrinting(spec.prints === true ? { write: waiting } : null);
  try {
    const { run } = await spec.load();
    if (spec.bounded === true) (await import('./bound-heap.ts')).boundHeap();
    return await run({ words, options, json: options['json'] === true, signal: abort.signal, waiting, progress, open });
  } finally {
    progress.end();
    signals.end();
    setPrinting(null);
  }
}

/** The last one: the terminal, or the connection to it, is gone. Node does not pass on that nohup has it ignored. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `onSignal` when somebody asks this process to end. `without` leaves that to the system while `work` runs. */
function listen(onSignal: () => void): { without: <T>(work: () => T) => T; end: () => void } {
  const begin = (): void => {
    for (const name of ENDING) process.once(name, onSignal);
  };
  const end = (): void => {
    for (const name of ENDING) process.off(name, onSignal);
  };
  let depth = 0; // a listing is left to the system as a whole, and so is each write in it
  const without = <T>(work: () => T): T => {
    if (depth++ === 0) end();
    try {
      return work();
    } finally {
      if (--depth === 0) begin();
    }
  };
  begin();
  return { without, end };
}

/** All words as they are, but for what is pitvault's own. */
function parseRaw({ name }: CommandSpec, args: readonly string[]): { words: string[]; options: OptionValues } {
  if (args.includes('--json')) {
    throw invalidArgument('CLI_NO_JSON', `${name} prints what the tool of that name prints, and has no --json`, {
      hint: 'leave it out; info, ls, points and scan tell of images and pools as JSON',
    });
  }
  return { words: [...args], options: args.includes('--help') || args.includes('-h') ? { help: true } : {} };
}

function parse(spec: CommandSpec, args: readonly string[]): { words: string[]; options: OptionValues } {
  const options: Record<string, { type: 'boolean' | 'string'; multiple?: boolean; short?: string }> = {};
  for (const [name, { type, multiple, short }] of Object.entries({ ...spec.options, ...COMMON })) {
    options[name] = {
      type,
      ...(multiple === undefined ? {} : { multiple }),
      ...(short === undefined ? {} : { short }),
    };
  }
  const hint = `pitvault ${spec.name} --help lists its options`;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; tokens: true; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw invalidArgument('CLI_OPTION', `${(error as Error).message.split('. ')[0]}`, { hint });
  }
  const values = new Map<string, string>();
  for (const token of parsed.tokens) {
    if (token.kind !== 'option' || token.value === undefined || options[token.name]?.multiple === true) continue;
    const other = values.get(token.name);
    if (other !== undefined && other !== token.value) {
      const message = `--${token.name} was given twice, as "${other}" and "${token.value}": it takes one value`;
      throw invalidArgument('CLI_OPTION_TWICE', message, { hint });
    }
    values.set(token.name, token.value);
  }
  return { words: parsed.positionals, options: parsed.values };
}

function unknownCommand(name: string): StorageError {
  const known = ['help', ...COMMANDS.map((spec) => spec.name)].map((word) => ({ word, away: distance(word, name) }));
  const least = Math.min(2, ...known.map(({ away }) => away));
  const close = known.filter(({ away }) => away === least).map(({ word }) => word);
  return invalidArgument('CLI_COMMAND', `there is no command "${name}"`, {
    hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'pitvault help lists the commands',
  });
}

/** Edit distance (insert, delete, replace) of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

function fail(thrown: unknown, asJson: boolean): number {
  if (thrown instanceof OutputClosed) return ExitCode.ok;
  const error = withHint(asStorageError(thrown));
  const isInternal = error.code === INTERNAL;
  if (isInternal) {
    note(
      `pitvault: internal error: ${(thrown as Error).stack ?? thrown}\n  what to do: this is a defect of pitvault; please report it with the command you ran`,
    );
  }
  if (asJson) {
    json({ error: error.toJSON() });
    flush();
  }
  // JSON belongs on standard output; where that fails, it is better told elsewhere than nowhere.
  if (!isInternal && (!asJson || outputFailure() !== null)) note(errorText(error));
  return isInternal ? ExitCode.internal : exitCodeOf(error.kind);
}

/** What to do where the place that failed knew nothing better: no error leaves its reader without a next step. */
const HINTS: Partial<Record<ErrorKind, string>> = {
  corrupt:
    '`pitvault check` lists all that is wrong with the image; a fresh copy of it, or another recovery point, may be whole',
  unsupported: '`pitvault info` shows what the image holds; Windows may be needed for this part of it',
  'not-found': 'check the names: `pitvault scan`, `pitvault info` and `pitvault ls` show what is there',
  'invalid-argument': '`pitvault help COMMAND` explains what it takes',
  conflict: 'choose another place or another name',
  io: 'see whether the disk or share is still there, and run the same command again',
};

function withHint(error: StorageError): StorageError {
  const hint = error.hint ?? HINTS[error.kind];
  if (hint === error.hint || error.code === INTERNAL) return error;
  return new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error.cause });
}

/** Runs the command line to its end and leaves the exit code. */
export async function start(args: readonly string[]): Promise<void> {
  const asJson = args.includes('--json');
  let code: number;
  try {
    code = await main(args);
    flush();
    const failure = outputFailure();
    if (failure !== null) {
      const told = fail(asStorageError(failure, { image: 'standard output' }), asJson);
      if (code === ExitCode.ok) code = told; // else what the command itself found out says more
    }
  } catch (error) {
    code = fail(error, asJson);
  }
  process.exitCode = code;
}
