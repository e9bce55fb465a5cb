/** `diskshadow`: the interpreter. It lists, exposes and takes back; what needs a Windows machine says so. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { asStorageError, invalidArgument, notFound, StorageError, unsupported } from '../errors.ts';
import { parseWords } from './command-words.ts';
import { type DiskshadowCommand, parseDiskshadow, scriptLines, splitWords, substitute } from './diskshadow-grammar.ts';
import { expose, exposureAt, unexpose } from './exposing.ts';
import { diskshadowShadow, windowsTime } from './layouts.ts';
import { sameGuid } from './volume-name.ts';
import { WordState } from './word-state.ts';
import type { WordsContext } from './words-context.ts';
import { World, type WorldShadow } from './world.ts';

const SPEC = {
  usage: 'diskshadow [-s script.dsh] [--image IMAGE|POOL] [--allow-exec]',
  switches: ['allow-exec', '?'],
  values: ['s', 'l', 'image'],
  least: 0,
  most: 0,
} as const;

const PROMPT = 'DISKSHADOW> ';

export async function diskshadow(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, SPEC);
  const script = parsed.value('s');
  const named = parsed.all('image').map(context.absolute);
  const session = new Session(context, named, parsed.has('allow-exec'));
  context.out(`On computer:  ${context.computerName},  ${windowsTime(Date.now())}`);
  context.out('');
  if (script !== undefined) return session.runScript(readScript(script));
  for (;;) {
    const line = await context.ask(PROMPT);
    if (line === null) return session.failed ? 1 : 0;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if ((await session.tryLine(line)) === 'exit') return 0;
  }
}

function readScript(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
}

class Session {
  failed = false;
  readonly #context: WordsContext;
  readonly #named: readonly string[];
  readonly #allowExec: boolean;
  readonly #aliases = new Map<string, string>();
  readonly #settings = new Map<string, string>();

  constructor(context: WordsContext, named: readonly string[], allowExec: boolean) {
    this.#context = context;
    this.#named = named;
    this.#allowExec = allowExec;
  }

  /** Ends at the first line that fails, as the original does. */
  async runScript(text: string): Promise<number> {
    for (const line of scriptLines(text)) {
      this.#context.out(`-> ${line.text}`);
      try {
        if ((await this.#run(line.text)) === 'exit') return 0;
      } catch (error) {
        if (!StorageError.is(error)) throw error;
        throw new StorageError(error.kind, error.code, `line ${line.number}, ${line.text}: ${error.message}`, {
          hint: error.hint,
          cause: error,
        });
      }
    }
    return 0;
  }

  /** Tells what is wrong and goes on. */
  async tryLine(line: string): Promise<'exit' | undefined> {
    try {
      return await this.#run(line);
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      this.failed = true;
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
    const command = parseDiskshadow(substitute(line, this.#aliases));
    if (command.verb === 'exit') return 'exit';
    await this.#perform(command);
    return undefined;
  }

  async #perform(command: Exclude<DiskshadowCommand, { verb: 'exit' }>): Promise<void> {
    switch (command.verb) {
      case 'list':
        return this.#list(command);
      case 'expose':
        return this.#expose(command.id, command.place);
      case 'unexpose':
        return this.#unexpose(command.place);
      case 'add':
        return this.#add(command);
      case 'set':
        return this.#set(command);
      case 'reset':
        this.#aliases.clear();
        this.#settings.clear();
        return;
      case 'exec':
        return this.#exec(command.file);
      case 'help':
        for (const line of HELP) this.#context.out(line);
        return;
      case 'begin':
      case 'end':
      case 'simulate':
      case 'writer':
      case 'load':
      case 'import':
        throw unsupported(
          'DISKSHADOW_WRITERS',
          `${command.verb} speaks with the writers of a running Windows machine`,
          {
            hint: 'run it in diskshadow on that machine',
          },
        );
      case 'create':
        throw unsupported('DISKSHADOW_CREATE', 'create freezes volumes of a running Windows machine', {
          hint: 'in a pool of its own pitvault makes recovery points from images: pitvault help backup',
        });
      case 'delete':
      case 'revert':
      case 'mask':
      case 'break':
        throw unsupported(
          'DISKSHADOW_CHANGES',
          `${command.verb} would change or lose shadow copies; here they are only read`,
        );
    }
  }

  async #world<T>(work: (world: World, state: WordState) => Promise<T>): Promise<T> {
    const state = new WordState();
    await using world = await World.open(state, this.#named, this.#context.open);
    return await work(world, state);
  }

  async #list(command: DiskshadowCommand & { verb: 'list' }): Promise<void> {
    const { out } = this.#context;
    if (command.what === 'providers') {
      for (const line of PROVIDER) out(line);
      return;
    }
    if (command.what === 'writers') {
      throw unsupported('DISKSHADOW_WRITERS', 'writers are programs that run on a Windows machine');
    }
    const { by, id } = command;
    const all = await this.#world((world) => world.shadows());
    const found = all.filter((shadow) => by === 'all' || sameGuid(by === 'set' ? shadow.setId : shadow.id, id));
    if (found.length === 0) {
      out('No shadow copies found in system.');
      return;
    }
    out(
      by === 'set'
        ? `Querying all shadow copies with the shadow copy set ID ${id}`
        : 'Querying all shadow copies on the computer ...',
    );
    out('');
    for (const shadow of found) {
      const setSize = all.filter((other) => other.setId === shadow.setId).length;
      for (const line of diskshadowShadow({ ...shadow, alias: this.#aliasOf(shadow) }, setSize)) out(line);
    }
    out(`Number of shadow copies listed: ${found.length}`);
  }

  #aliasOf(shadow: WorldShadow): string | undefined {
    for (const [name, value] of this.#aliases) if (sameGuid(value, shadow.id)) return name;
    return undefined;
  }

  async #expose(id: string, place: string): Promise<void> {
    const exposure = await this.#world(async (world, state) => {
      const shadow = await world.shadow(id.replace(/[{}]/g, '').toLowerCase());
      const { source, image, originalGuid } = shadow;
      return expose(state, this.#context.mounter, place, {
        source,
        image,
        volumeGuid: originalGuid,
        shadowId: shadow.id,
      });
    });
    const isLetter = exposure.at !== exposure.directory;
    this.#context.out(`The shadow copy was successfully exposed as ${isLetter ? `${exposure.at}\\` : exposure.at}.`);
    if (isLetter) this.#context.out(`${exposure.at} is ${exposure.directory}`);
  }

  async #unexpose(place: string): Promise<void> {
    const state = new WordState();
    const byId = state.exposures.find(({ shadowId }) => shadowId !== null && sameGuid(shadowId, place));
    const exposure = byId ?? exposureAt(state, place);
    if (exposure.shadowId === null) {
      throw notFound('SHADOW_NOT_EXPOSED', `${exposure.at} shows a volume, not a shadow copy`, {
        hint: `pitvault mountvol ${exposure.at} /D takes it back`,
      });
    }
    await unexpose(state, this.#context.mounter, exposure);
    this.#context.out(`Shadow copy ID {${exposure.shadowId}} is no longer exposed.`);
  }

  #add(command: DiskshadowCommand & { verb: 'add' }): void {
    if (command.what === 'alias') this.#aliases.set(command.name.toLowerCase(), command.value);
    else if (command.what === 'list') {
      if (this.#aliases.size === 0) this.#context.out('No volumes or aliases were added.');
      for (const [name, value] of this.#aliases) this.#context.out(`%${name}% = ${value}`);
    } else {
      throw unsupported('DISKSHADOW_CREATE', 'volumes are added for create, which needs a running Windows machine', {
        hint: 'expose needs no add: list shadows all, then expose {ID} X:',
      });
    }
  }

  #set(command: DiskshadowCommand & { verb: 'set' }): void {
    if (command.what === 'all') {
      for (const [name, value] of [...this.#settings, ...this.#aliases]) this.#context.out(`${name} = ${value}`);
    } else if (command.what === 'verbose') this.#settings.set('verbose', command.on ? 'on' : 'off');
    else if (command.what === 'metadata') this.#settings.set('metadata', command.path);
    else this.#settings.set(command.what, command.values.join(' '));
  }

  #exec(file: string): void {
    if (!this.#allowExec) {
      throw invalidArgument('DISKSHADOW_EXEC', `exec would run ${file}`, { hint: 'allow it: diskshadow --allow-exec' });
    }
    const run = spawnSync(file, [], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (run.error !== undefined) throw asStorageError(run.error, { image: file });
    if (run.status !== 0) throw new StorageError('io', 'DISKSHADOW_EXEC', `${file} ended with ${run.status}`);
  }
}

const PROVIDER = [
  '* ProviderID: {b5946137-7b9f-4925-af80-51abd60b20d5}',
  '        Type: [1] VSS_PROV_SYSTEM',
  '        Name: Microsoft Software Shadow Copy provider 1.0',
  '        Version: 1.0.0.7',
  'Number of providers registered: 1',
];

const HELP = [
  'LIST SHADOWS {ALL | SET <setID> | ID <shadowID>}   list shadow copies',
  'LIST PROVIDERS                                     list providers',
  'EXPOSE <shadowID> {<drive:> | <mountpoint>}        show the files of a shadow copy',
  'UNEXPOSE {<shadowID> | <drive:> | <mountpoint>}    take it back',
  'ADD ALIAS <name> <value>                           %name% stands for value',
  'SET [...]                                          settings; RESET forgets them',
  'EXEC <file>                                        run a program (needs --allow-exec)',
  'EXIT                                               end',
  'All other commands of the language are understood, and say what they need.',
];
