/** The options that every command over a database shares. */

import type { DatabaseOptions } from '../database/open-database.ts';
import { invalidArgument } from '../errors.ts';
import { type CommandCall, type OptionValues, text, texts } from './command.ts';

export function databaseOptions({ options, open }: CommandCall): DatabaseOptions {
  return { ...open, secondary: texts(options, 'file'), set: setNumber(options) };
}

function setNumber(options: OptionValues): number | undefined {
  const value = text(options, 'set');
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw invalidArgument('CLI_SET', `"${value}" is no set number`, {
    hint: '`pitvault check` lists the sets of a backup',
  });
}
