/** What people give in the place of a database: named for what it is, with the way to the database in it. */

import { hasAscii } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';

const HEAD = 512;
/** Codes of what says only that these bytes are no database. */
const NO_DATABASE = new Set<ErrorCode>(['MDF_FILE_HEADER', 'MDF_TOO_SMALL', 'MTF_NO_TAPE']);

/** The error with a hint that fits what was given. `map`: its bytes, where they could be opened. */
export function asNoDatabase(error: StorageError, locator: string, map: AddressMap | null): StorageError {
  const hint = hintFor(error.code, locator, map);
  if (hint === null) return error;
  return new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error.cause });
}

function hintFor(code: ErrorCode, locator: string, map: AddressMap | null): string | null {
  const inPool = `in a pool, the first line of \`pitvault catalog ${locator}\` names its DPM database`;
  if (code === 'FILE_IS_DIRECTORY') return `give a database (.mdf) or a backup (.bak); ${inPool}`;
  if (code === 'ZIP_SEVERAL_IMAGES')
    return `name a member and what is in it: ${locator}::disk0.vhdx::/path/to/DPMDB.mdf; ${inPool}`;
  if (!NO_DATABASE.has(code) || map === null) return null;
  const head = readBytes(map, 0, Math.min(HEAD, map.size));
  if (isImage(head)) {
    return `it is the image of a disk or a volume: name the database in it, ${locator}::/path/to/DPMDB.mdf (pitvault ls -R ${locator} / lists its files)`;
  }
  return head[0] === 0x1f && head[1] === 0x8b ? 'it is packed with gzip: unpack it first' : null;
}

function isImage(head: Uint8Array): boolean {
  const isBootSector = head.length === HEAD && head[510] === 0x55 && head[511] === 0xaa;
  return hasAscii(head, 0, 'vhdxfile') || hasAscii(head, 0, 'conectix') || isBootSector;
}
