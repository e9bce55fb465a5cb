/** Sizes as people write them: `4T`, `32M`, `1536`. */

import { GIB, KIB, MIB, TIB } from '../base/bytes.ts';
import { invalidArgument } from '../errors.ts';
import { type OptionValues, text } from './command.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: KIB, M: MIB, G: GIB, T: TIB };

/** Bytes of an option, or undefined when it is not given. Units are powers of 1024. */
export function sizeOption(options: OptionValues, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(value.trim());
  const bytes = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2]!.toUpperCase()]!;
  if (Number.isSafeInteger(bytes)) return bytes;
  throw invalidArgument('CLI_SIZE', `--${name}: "${value}" is no size`, {
    hint: 'write it as 512, 64K, 32M, 100G or 4T',
  });
}
