/** Shadow copies of a Windows machine, through its own diskshadow, for our interpreter. */

import { notFound, unsupported } from '../errors.ts';
import type { DiskshadowCommand } from './diskshadow-grammar.ts';
import type { HostTools } from './host-tools.ts';
import type { AddedVolume, Aliases, ShadowActions } from './shadow-actions.ts';
import { parseLetter, parseVolumeName, sameGuid, volumeName } from './volume-name.ts';
import type { WordsContext } from './words-context.ts';

export class HostShadows implements ShadowActions {
  readonly #context: WordsContext;
  readonly #tools: HostTools;

  constructor(context: WordsContext, tools: HostTools) {
    this.#context = context;
    this.#tools = tools;
  }

  async list(command: DiskshadowCommand & { verb: 'list' }): Promise<void> {
    await this.#script([listLine(command)]);
  }

  async expose(id: string, place: string): Promise<void> {
    const at = parseLetter(place) ?? place;
    await this.#tools.expose(id, at);
    this.#context.out(`The shadow copy was successfully exposed as ${parseLetter(at) === null ? at : `${at}\\`}.`);
  }

  async unexpose(place: string): Promise<void> {
    const at = parseLetter(place) ?? place;
    const found = (await this.#tools.exposed()).find(
      (one) => sameGuid(one.id, place) || one.at.replace(/\\+$/, '').toLowerCase() === at.toLowerCase(),
    );
    if (found === undefined) {
      throw notFound('SHADOW_NOT_EXPOSED', `no shadow copy is exposed at ${at}`, { hint: 'list shadows all tells' });
    }
    await this.#tools.unexpose(at);
    this.#context.out(`Shadow copy ID ${found.id} is no longer exposed.`);
  }

  async add({ volume }: AddedVolume): Promise<void> {
    lineOf(volume); // a name that is none is told now
  }

  /** In one session of diskshadow, which is all that it remembers. */
  async create(volumes: readonly AddedVolume[], settings: ReadonlyMap<string, string>): Promise<Aliases> {
    const context = settings.get('context') ?? '';
    if (!/^(persistent|clientaccessible)\b/.test(context)) {
      throw unsupported('DISKSHADOW_VOLATILE', 'a volatile shadow copy is gone as soon as diskshadow has made it', {
        hint: 'before add and create: set context persistent nowriters',
      });
    }
    const lines = await this.#script([
      `set context ${context}`,
      ...[...settings].flatMap(([name, value]) =>
        name === 'option' ? [`set option ${value}`] : name === 'metadata' ? [`set metadata ${word(value)}`] : [],
      ),
      ...volumes.map(addLine),
      'create',
    ]);
    // "Alias NAME for shadow ID {..} set as environment variable.", in whatever language: a name and a GUID in one line.
    const names = volumes.map(({ alias }) => alias);
    return new Map(
      lines.flatMap((line) => {
        const [, id] = /(\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\})/i.exec(line) ?? [];
        const alias = line.split(/\s+/).find((word) => names.includes(word) || /^VSS_SHADOW_(?:SET|\d+)$/.test(word));
        return id === undefined || alias === undefined ? [] : [[alias, id] as const];
      }),
    );
  }

  async delete(): Promise<void> {
    throw unsupported('DISKSHADOW_DELETE', 'pitvault deletes no shadow copy of a Windows machine', {
      hint: 'that is for DPM, or for diskshadow itself; points in a pool of pitvault: diskshadow --image POOL --allow-delete',
    });
  }

  async #script(script: readonly string[]): Promise<readonly string[]> {
    const lines = await this.#tools.diskshadow(script);
    // The tool repeats what it was told; the user has just written it.
    const own = lines.filter((line) => !line.startsWith('-> ') && !/^On computer:/.test(line));
    for (const line of own) this.#context.out(line);
    return lines;
  }
}

function listLine(command: DiskshadowCommand & { verb: 'list' }): string {
  if (command.what === 'providers') return 'list providers';
  if (command.what === 'writers') return `list writers ${command.detail}`.trim();
  return command.by === 'all' ? 'list shadows all' : `list shadows ${command.by} ${command.id}`;
}

function addLine({ volume, alias, provider }: AddedVolume): string {
  const words = ['add', 'volume', lineOf(volume)];
  if (alias !== undefined) words.push('alias', word(alias));
  if (provider !== undefined) words.push('provider', word(provider));
  return words.join(' ');
}

/** As it has to be written in a line: the quotes that kept its blanks together are gone by now. */
function word(text: string): string {
  return /\s/.test(text) ? `"${text}"` : text;
}

/** A letter or a folder where the volume is mounted, or its name. */
function lineOf(volume: string): string {
  const letter = parseLetter(volume);
  if (letter !== null) return letter;
  if (/^[a-z]:[\\/]/i.test(volume)) return word(volume);
  return volumeName(parseVolumeName(volume, (name) => `add volume ${name}`));
}
