/** The volume that --volume, --shadow and --shadow-at name. */

import { invalidArgument } from '../errors.ts';
import { chooseShadow, type ShadowChoice } from '../image/choose-shadow.ts';
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import { type OptionValues, text } from './command.ts';
import { parseTime } from './format.ts';

export function chosenVolume(image: Image, options: OptionValues): Volume {
  return chooseShadow(image.volume(text(options, 'volume')), shadowChoice(options));
}

/** The same, or null when the options name none: then the whole disk is meant. */
export function namedVolume(image: Image, options: OptionValues): Volume | null {
  const named = ['volume', 'shadow', 'shadow-at'].some((name) => options[name] !== undefined);
  return named ? chosenVolume(image, options) : null;
}

/** `name`: of the option with a number or id; that with a time has `-at` behind it. */
export function shadowChoice(options: OptionValues, name = 'shadow'): ShadowChoice {
  const shadow = text(options, name);
  const at = timeOption(options, `${name}-at`);
  if (shadow !== undefined && at !== undefined) {
    throw invalidArgument('CLI_SHADOW', `--${name} and --${name}-at exclude each other`);
  }
  return { shadow, shadowAtMs: at?.getTime() };
}

/** The time that an option gives; throws where it is none. */
export function timeOption(options: OptionValues, name: string): Date | undefined {
  const value = text(options, name);
  const time = value === undefined ? undefined : parseTime(value);
  if (time !== null) return time;
  throw invalidArgument('CLI_TIME', `"${value}" is not an ISO 8601 time`, {
    hint: 'write 2024-07-29T10:00, or with an offset 2024-07-29T10:00+02:00',
  });
}
