/** All commands. Help, completion and parsing are made from these tables alone. */

import type { CommandGroup, CommandSpec, OptionSpec } from './command.ts';
import { DATABASE } from './tables/database-commands.ts';
import { IMAGE } from './tables/image-commands.ts';
import { MACHINE } from './tables/machine-commands.ts';
import { MOUNT } from './tables/mount-commands.ts';
import { POOL } from './tables/pool-commands.ts';
import { READING } from './tables/reading-commands.ts';
import { WORDS } from './tables/words-commands.ts';

const help: OptionSpec = { type: 'boolean', short: 'h', summary: 'show help' };

/** Options of every command that has no grammar of its own. */
export const COMMON: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', summary: 'print the result as JSON' },
  help,
};

/** In the order in which help shows them. */
export const GROUPS: readonly CommandGroup[] = [READING, POOL, IMAGE, MOUNT, DATABASE, WORDS, MACHINE];

export const COMMANDS: readonly CommandSpec[] = GROUPS.flatMap(({ commands }) => commands);

/** The least and the most words the command takes. */
export function wordBounds(spec: CommandSpec): [least: number, most: number] {
  const words = spec.words.split(' ').filter((word) => word !== '');
  const least = words.filter((word) => !word.startsWith('[')).length;
  return [least, words.some((word) => word.includes('...')) ? Number.POSITIVE_INFINITY : words.length];
}

/** All options of a command. Windows' words print what the tools print whose names they have, and nothing as JSON. */
export function optionsOf({ options, raw }: CommandSpec): Readonly<Record<string, OptionSpec>> {
  return { ...options, ...(raw === true ? { help } : COMMON) };
}

/** An option as it is typed: of Windows' words the name is all of it. */
export function typedName(name: string): string {
  return /^[-/]/.test(name) ? name : `--${name}`;
}
