/** `diskshadow`: the interpreter. What its lines do to shadow copies is another's: see shadow-actions.ts. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from '../base/decode-text.ts';
import { asStorageError, invalidArgument, StorageError, unsupported } from '../errors.ts';
import { readInput } from '../io/read-input.ts';
import { type ParsedWords, parseWords } from './command-words.ts';
import {
  type DiskshadowCommand,
  parseDiskshadow,
  type ScriptLine,
  scriptLines,
  splitWords,
  substitute,
} from './diskshadow-grammar.ts';
import { ImageShadows } from './image-shadows.ts';
import { windowsTime } from './layouts.ts';
import type { AddedVolume, ShadowActions } from './shadow-actions.ts';
import { DISKSHADOW } from './word-specs.ts';
import type { WordsContext } from './words-context.ts';

const PROMPT = 'DISKSHADOW> ';
const SCRIPT_MAX = 2 ** 20;

export async function diskshadow(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, DISKSHADOW);
  if (isAskedForHelp(parsed, context)) return 0;
  const named = parsed.all('image').map(context.absolute);
  const told = logged(parsed, context);
  return interpret(parsed, told, new ImageShadows(told, named, parsed.has('allow-delete')));
}

/** `diskshadow /?` */
export function isAskedForHelp(parsed: ParsedWords, { out }: Pick<WordsContext, 'out'>): boolean {
  if (!parsed.has('?')) return false;
  for (const line of [`usage: ${DISKSHADOW.usage}`, '', ...HELP]) out(line);
  return true;
}

/** A script, or lines of the user's until they end. */
export async function interpret(parsed: ParsedWords, context: WordsContext, actions: ShadowActions): Promise<number> {
  const script = parsed.value('s');
  const session = new Session(context, actions, parsed.has('allow-exec'));
  context.out(`On computer:  ${context.computerName},  ${windowsTime(Date.now())}`);
  context.out('');
  if (script !== undefined) return session.runScript(decodeText(context.waiting(() => readInput(script, SCRIPT_MAX))));
  for (;;) {
    const line = await context.ask(PROMPT);
    if (line === null) return session.end();
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if ((await session.tryLine(line)) === 'exit') return session.end();
  }
}

/** Where a log is asked for, what is printed goes behind what is in it already, too. */
export function logged(parsed: ParsedWords, context: WordsContext): WordsContext {
  const path = parsed.value('l');
  if (path === undefined) return context;
  const out = (line: string): void => {
    try {
      appendFileSync(path, `${line}\n`);
    } catch (error) {
      throw asStorageError(error, { image: path });
    }
    context.out(line);
  };
  return { ...context, out };
}

function atLine(line: ScriptLine, error: unknown): unknown {
  if (!StorageError.is(error)) return error;
  return new StorageError(error.kind, error.code, `line ${line.number}, ${line.text}: ${error.message}`, {
    hint: error.hint,
    cause: error,
  });
}

/** Throws where a line is wrong whatever its aliases stand for: their values are known only when it is run. */
function checkLine(line: string): 'exit' | undefined {
  if (splitWords(line).some((word) => /[\ufffd\0]/.test(word))) {
    throw invalidArgument('DISKSHADOW_ENCODING', 'it holds letters in an encoding that the script does not tell', {
      hint: 'save the script as UTF-8, or as UTF-16 with a byte order mark',
    });
  }
  const hasAlias = /%[^%\s]+%/.test(line);
  try {
    return parseDiskshadow(line).verb === 'exit' ? 'exit' : undefined;
  } catch (error) {
    const isVerb = StorageError.is(error) && error.code === 'DISKSHADOW_COMMAND' && !line.startsWith('%');
    if (!hasAlias || isVerb) throw error;
    return undefined;
  }
}

class Session {
  /** Of lines that were typed, or came through a pipe: those that failed. */
  readonly #failed: StorageError[] = [];
  readonly #context: WordsContext;
  readonly #actions: ShadowActions;
  readonly #allowExec: boolean;
  /** By name in small letters, and as the names are spelled. */
  readonly #aliases = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  readonly #settings = new Map<string, string>();
  #volumes: AddedVolume[] = [];

  constructor(context: WordsContext, actions: ShadowActions, allowExec: boolean) {
    this.#context = context;
    this.#actions = actions;
    this.#allowExec = allowExec;
  }

  /** Ends at the first line that fails, as the original does; nothing is run of a script that is not understood. */
  async runScript(text: string): Promise<number> {
    const lines = scriptLines(text);
    for (const line of lines) {
      try {
        if (checkLine(line.text) === 'exit') break; // what follows is never run
      } catch (error) {
        throw atLine(line, error);
      }
    }
    for (const line of lines) {
      this.#context.out(`-> ${line.text}`);
      try {
        if ((await this.#run(line.text)) === 'exit') return 0;
      } catch (error) {
        throw atLine(line, error);
      }
    }
    return 0;
  }

  /** At the end of what was typed, or at its `exit`. Throws, of the kind of the first line that failed, when any did: each has been told. */
  end(): number {
    const [first] = this.#failed;
    if (first === undefined) return 0;
    const count = this.#failed.length;
    const what = count === 1 ? 'a line failed' : `${count} lines failed, the first`;
    throw new StorageError(first.kind, first.code, `${what}: ${first.message}`, { hint: first.hint, cause: first });
  }

  /** Tells what is wrong and goes on. */
  async tryLine(line: string): Promise<'exit' | undefined> {
    try {
      return await this.#run(line);
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      this.#failed.push(error);
      this.#context.out(error.message);
      if (error.hint !== undefined) this.#context.out(error.hint);
      return undefined;
    }
  }

  async #run(line: string): Promise<'exit' | undefined> {
    for (const word of splitWords(line)) {
      const value = /^%[^%]+%$/.test(word) ? this.#aliases.get(word.slice(1, -1).toLowerCase()) : undefined;
      if (value !== undefined) this.#context.out(`-> ${word} = ${value}`);
    }
    const command = parseDiskshadow(substitute(line, this.#aliases, process.env));
    if (command.verb === 'exit') return 'exit';
    await this.#perform(command);
    return undefined;
  }

  async #perform(command: Exclude<DiskshadowCommand, { verb: 'exit' }>): Promise<void> {
    switch (command.verb) {
      case 'list':
        return this.#actions.list(command, this.#variables);
      case 'expose':
        return this.#actions.expose(command.id, command.place);
      case 'unexpose':
        return this.#actions.unexpose(command.place);
      case 'add':
        return this.#add(command);
      case 'create':
        return this.#create();
      case 'delete':
        return this.#actions.delete(command.what);
      case 'set':
        return this.#set(command);
      case 'reset':
        this.#aliases.clear();
        this.#variables.clear();
        this.#settings.clear();
        this.#volumes = [];
        return;
      case 'exec':
        return this.#exec(command.file);
      case 'help':
        for (const line of HELP) this.#context.out(line);
        return;
      default:
        throw unsupported(
          `DISKSHADOW_${command.verb.toUpperCase() as Uppercase<typeof command.verb>}`,
          `${command.verb} ${NEEDS[command.verb]}`,
          {
            hint: 'run it in diskshadow on that machine',
          },
        );
    }
  }

  async #add(command: DiskshadowCommand & { verb: 'add' }): Promise<void> {
    const { out } = this.#context;
    if (command.what === 'alias') this.#setAlias(command.name, command.value);
    else if (command.what === 'volume') {
      const { volume, alias, provider } = command;
      const added = { volume, alias, provider };
      await this.#actions.add(added);
      this.#volumes.push(added);
    } else {
      if (this.#aliases.size + this.#volumes.length === 0) out('No volumes or aliases were added.');
      for (const { volume, alias } of this.#volumes) out(`${volume}${alias === undefined ? '' : ` %${alias}%`}`);
      for (const [name, value] of this.#variables) out(`%${name}% = ${value}`);
    }
  }

  #setAlias(name: string, value: string): void {
    const key = name.toLowerCase();
    for (const other of this.#variables.keys()) if (other.toLowerCase() === key) this.#variables.delete(other);
    this.#variables.set(name, value);
    this.#aliases.set(key, value);
  }

  async #create(): Promise<void> {
    const made = await this.#actions.create(this.#volumes, this.#settings);
    for (const [name, value] of made) this.#setAlias(name, value);
    this.#volumes = [];
  }

  #set(command: DiskshadowCommand & { verb: 'set' }): void {
    if (command.what === 'all') {
      for (const [name, value] of [...this.#settings, ...this.#variables]) this.#context.out(`${name} = ${value}`);
    } else if (command.what === 'verbose') this.#settings.set('verbose', command.on ? 'on' : 'off');
    else if (command.what === 'metadata') this.#settings.set('metadata', command.path);
    else this.#settings.set(command.what, command.values.join(' '));
  }

  #exec(file: string): void {
    if (!this.#allowExec) {
      throw invalidArgument('DISKSHADOW_EXEC', `exec would run ${file}`, { hint: 'allow it: diskshadow --allow-exec' });
    }
    // As in the original: what lies in the current folder comes first, and aliases are variables of the environment.
    const here = resolve(file);
    const path = existsSync(here) ? here : file;
    const [program, args] = commandOf(path);
    const env = { ...process.env, ...Object.fromEntries(this.#variables) };
    this.#context.flush();
    const run = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    if (run.error !== undefined) throw asStorageError(run.error, { image: file });
    if (run.status !== 0) throw new StorageError('io', 'DISKSHADOW_EXEC', `${file} ended with ${run.status}`);
  }
}

/** Batch files need their interpreter on Windows, which would take some characters of a name for commands of its own. */
function commandOf(path: string): [program: string, args: string[]] {
  if (process.platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(path)) return [path, []];
  if (/[&|<>^%!"]/.test(path)) {
    throw invalidArgument('DISKSHADOW_EXEC', `exec cannot run ${path}: cmd.exe would not take this for one name`, {
      hint: 'give the script a name without & | < > ^ % ! and quotation marks',
    });
  }
  return [process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/c', path]];
}

/** What a command would need that is neither here nor in one call of diskshadow. */
const NEEDS = {
  begin: 'freezes the writers of a running Windows machine',
  end: 'thaws the writers of a running Windows machine',
  simulate: 'asks the writers of a running Windows machine',
  writer: 'names writers of a running Windows machine',
  load: 'needs the metadata of a backup, and writers that understand it',
  import: 'needs a hardware provider whose transportable shadow copy is imported',
  revert: 'would put a volume back and lose what is on it now; a recovery point is read, or recovered to another place',
  mask: 'needs a hardware provider whose shadow copy is masked',
  resync: 'needs a hardware provider that puts whole disks back',
  break: 'would make a shadow copy a volume of its own, on a Windows machine with a provider that can',
} as const;

const HELP = [
  'LIST SHADOWS {ALL | SET <setID> | ID <shadowID>}   list shadow copies',
  'LIST PROVIDERS                                     list providers',
  'EXPOSE <shadowID> {<drive:> | <mountpoint>}        show the files of a shadow copy',
  'UNEXPOSE {<shadowID> | <drive:> | <mountpoint>}    take it back',
  'ADD ALIAS <name> <value>                           %name% stands for value',
  'ADD VOLUME <volume> [ALIAS <name>]                 a volume for CREATE',
  'CREATE                                             a recovery point (in a pool that pitvault keeps)',
  'DELETE SHADOWS {ALL | VOLUME <v> | ID <id> | ...}  remove recovery points there (needs --allow-delete)',
  'SET [...]                                          settings; RESET forgets them',
  'EXEC <file>                                        run a program (needs --allow-exec)',
  'EXIT                                               end',
  'All other commands of the language are understood, and say what they need.',
];
