/**
 * The parent locator (MS-VHDX 2.6.2.6): pairs of text that name the parent of a differencing disk.
 *
 * 1. A pair that is damaged (out of the item, odd length, a NUL inside) is left out and told; the others still count. NULs
 *    at the end are a writer's terminator that should not be there, and no part of the text.
 * 2. Keys are matched case by case. The first of two equal keys counts.
 * 3. Nothing here touches a file: paths are returned as stored.
 */

import { getUtf16, hex, viewOf } from '../base/bytes.ts';
import { parseGuid } from '../base/guid.ts';
import { finding } from '../disk/disk-image.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, type Finding, unsupported } from '../errors.ts';
import {
  decodeLocatorEntry,
  decodeLocatorHeader,
  LOCATOR,
  LOCATOR_ENTRY,
  LOCATOR_TYPE_VHDX,
  METADATA_ITEM,
} from './format.ts';
import type { MetadataTable } from './metadata-table.ts';

const SPEC = 'MS-VHDX 2.6.2.6';
const PAIRS_MAX = 256;

/** Path keys in the order in which they are to be tried. */
const PATH_KEYS = ['relative_path', 'volume_path', 'absolute_win32_path'] as const;
/** Keys whose value is the DataWriteGuid the parent had. The second is not written any more, but counts when there. */
const LINKAGE_KEYS = ['parent_linkage', 'parent_linkage2'] as const;

export type ParentLocator = {
  /** All pairs, first of equal keys only. */
  readonly pairs: ReadonlyMap<string, string>;
  readonly candidates: readonly { readonly key: string; readonly path: string }[];
  /** DataWriteGuids of which the parent must carry one; empty when the locator names none. */
  readonly identities: readonly string[];
};

/** Reads the locator. Throws corrupt when it is missing or its table is broken, unsupported for another type. */
export function readParentLocator(table: MetadataTable, findings: Finding[]): ParentLocator {
  const item = table.item(METADATA_ITEM.parentLocator);
  if (item === null || item.bytes.length < LOCATOR.ENTRIES) {
    throw corrupt('VHDX_LOCATOR_MISSING', 'a differencing disk without a parent locator', table.at(0));
  }
  const at = table.at(item.entry.offset);
  const { locatorType, keyValueCount } = decodeLocatorHeader(item.bytes);
  if (locatorType !== LOCATOR_TYPE_VHDX) {
    const message = `parent locator type: expected ${LOCATOR_TYPE_VHDX}, found ${locatorType}`;
    throw unsupported('VHDX_LOCATOR_TYPE', message, at);
  }
  const room = Math.floor((item.bytes.length - LOCATOR.ENTRIES) / LOCATOR_ENTRY.SIZE);
  if (keyValueCount === 0 || keyValueCount > PAIRS_MAX || keyValueCount > room) {
    const message = `parent locator pairs: expected 1 to ${Math.min(PAIRS_MAX, room)}, found ${keyValueCount}`;
    throw corrupt('VHDX_LOCATOR_COUNT', message, at);
  }
  const warn = (code: DefectOf<'VHDX_LOCATOR'>, message: string): void => {
    const place = { image: at.image, structure: 'parent locator', offset: at.offset };
    findings.push(finding('warning', { code: `VHDX_LOCATOR_${code}`, message, at: place }, SPEC));
  };
  const pairs = decodePairs(item.bytes, keyValueCount, warn);
  const candidates = PATH_KEYS.flatMap((key) => (pairs.has(key) ? [{ key, path: pairs.get(key)! }] : []));
  if (candidates.length === 0) warn('NO_PATH', 'the parent locator holds no path of the parent');
  return { pairs, candidates, identities: decodeIdentities(pairs, warn) };
}

const TERMINATOR = /\0+$/;

type Warn = (code: DefectOf<'VHDX_LOCATOR'>, message: string) => void;

function decodePairs(bytes: Uint8Array, count: number, warn: Warn): Map<string, string> {
  const pairs = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const entry = decodeLocatorEntry(bytes, index);
    const key = decodeText(bytes, entry.keyOffset, entry.keyLength);
    const value = decodeText(bytes, entry.valueOffset, entry.valueLength);
    if (key === null || value === null) {
      const part = key === null ? 'key' : `value of ${key}`;
      const place = key === null ? entry.keyOffset : entry.valueOffset;
      warn('PAIR', `parent locator pair ${index}: its ${part} at ${hex(place)} is damaged; the pair is left out`);
    } else if (pairs.has(key)) warn('DUPLICATE', `parent locator key ${key} is there twice; the first one counts`);
    else pairs.set(key, value);
  }
  return pairs;
}

/** Text of an even, non-empty range inside the item without a NUL before its end, else null. */
function decodeText(bytes: Uint8Array, offset: number, length: number): string | null {
  const inside = offset >= LOCATOR.ENTRIES && length > 0 && length % 2 === 0 && offset + length <= bytes.length;
  if (!inside) return null;
  const text = getUtf16(viewOf(bytes), offset, length / 2).replace(TERMINATOR, '');
  return text === '' || text.includes('\0') ? null : text;
}

function decodeIdentities(pairs: ReadonlyMap<string, string>, warn: Warn): string[] {
  const identities: string[] = [];
  for (const key of LINKAGE_KEYS) {
    const text = pairs.get(key);
    if (text === undefined) continue;
    const guid = parseGuid(text);
    if (guid === null) warn('LINKAGE', `${key}: expected a GUID, found ${JSON.stringify(text.slice(0, 64))}`);
    else identities.push(guid);
  }
  if (identities.length === 0) warn('NO_LINKAGE', 'the parent locator does not say which identity the parent has');
  return identities;
}
