/** Names of volumes as Windows prints them, and what shells, documents and tired people make of them. */

import { createHash } from 'node:crypto';
import { invalidArgument } from '../errors.ts';

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** `\\?\Volume{GUID}\` */
export function volumeName(guid: string): string {
  return `\\\\?\\Volume{${guid}}\\`;
}

const QUOTES = '["\'\\u2018-\\u201f\\s]*';
/**
 * The backslashes may be lost, the braces too; `<` and `>` are what a placeholder leaves; vssadmin puts `(X:)`
 * before it, diskshadow ` [X:\\]` behind.
 */
const NAME = new RegExp(
  `^${QUOTES}(?:\\([^()]*\\))?[\\\\/?.]*(?:volume)?[\\\\/]*\\{?[<\\s]*(?<guid>${GUID.source})[>\\s]*\\}?[\\\\/]*${QUOTES}(?:\\[[^[\\]]*\\]${QUOTES})?`,
  'i',
);

/**
 * The GUID of a volume's name, however that was written: `\\?\Volume{g}\`, `\?\Volume{g} ` (a shell took the backslashes),
 * `\\?\volume\{g}`, `\??\Volume{g}\`, or the GUID alone. Throws where there is none, or more than that (a path with GUIDs in it, the
 * next line of a script), with the line that would do.
 */
export function parseVolumeName(text: string, correct: (name: string) => string): string {
  // Documents make other dashes of these, and their sources put backslashes before them.
  const plain = text.replace(/\\?[-\u2010-\u2015]/g, '-');
  const found = NAME.exec(plain);
  const guid = found?.groups?.['guid']?.toLowerCase();
  if (guid !== undefined && found![0].length === plain.length) return guid;
  const empty = /\{\s*\}/.test(text);
  const line = correct(volumeName(guid ?? 'GUID'));
  if (guid !== undefined) {
    throw invalidArgument('VOLUME_NAME_INVALID', `"${text}" is more than the name of a volume`, {
      hint: `a backslash before the end of a line, or before a quotation mark, joins what follows to it: ${line}`,
    });
  }
  throw invalidArgument(
    'VOLUME_NAME_INVALID',
    empty ? `the GUID between the braces of "${text}" is missing` : `"${text}" names no volume`,
    {
      hint: `write the volume's GUID (for a DPM replica its PhysicalReplicaId) in quotes: ${line}. pitvault mountvol lists the volumes`,
    },
  );
}

/** `X:` in capitals, or null. */
export function parseLetter(text: string): string | null {
  const match = /^([a-z]):[\\/]?$/i.exec(text);
  return match === null ? null : `${match[1]!.toUpperCase()}:`;
}

/** A name for a volume that has none of its own (a bare volume, a removable disk): always the same for the same place. */
export function madeUpGuid(place: string): string {
  const digest = createHash('sha256').update(place).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, index, all) => {
      const start = all.slice(0, index).reduce((sum, part) => sum + part, 0);
      return digest.slice(start, start + length);
    })
    .join('-');
}

/** A GUID and nothing else, in braces or not. */
export function isGuid(text: string): boolean {
  return new RegExp(`^(?:${GUID.source}|\\{${GUID.source}\\})$`, 'i').test(text);
}

/** Equal GUIDs, in braces or not, in any case. */
export function sameGuid(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/[{}]/g, '').toLowerCase();
  return plain(a) === plain(b);
}
