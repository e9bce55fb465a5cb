/**
 * Change lists: what a source says has changed since the last backup. Known by what the file holds:
 *
 * - JSON: `[{"offset": 0, "length": 4096}, ...]`, `{"ranges": [...]}`, or JSON lines as `pitvault diff --json` prints
 * - a differencing disk (VHDX, VHD): whatever it holds itself
 * - anything else is a bitmap: one bit for each unit of the disk, the lowest of a byte first; the unit is the smallest
 *   power of two from 512 bytes on with which the bits cover the disk
 *
 * Ranges may come in any order and overlap. They are taken at their word: what they leave out is not looked at.
 */

import { alignDown, alignUp } from '../base/bytes.ts';
import { BELOW, BelowDisk } from '../disk/below-disk.ts';
import type { OpenParent } from '../disk/disk-image.ts';
import { corrupt, invalidArgument } from '../errors.ts';
import { OpenContext } from '../image/source.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { FileMap } from '../map/maps.ts';
import { ChangeMap, type Range } from '../sidecar/change-map.ts';
import { isVhd, VhdFile } from '../vhd/vhd-file.ts';
import { isVhdx, VhdxFile } from '../vhdx/vhdx-file.ts';

const SECTOR = 512;
/** A list of a million ranges has 50 MB. */
const JSON_SIZE_MAX = 256 * 2 ** 20;

/** Reads a change list for a disk of this size; the caller closes the file. */
export function readChangeList(file: ByteFile, diskSize: number): ChangeMap {
  const map = new FileMap(file);
  if (isVhdx(map) || isVhd(map)) return rangesHeldBy(map, file.name);
  const first = new Uint8Array(Math.min(64, file.size));
  file.read(0, first);
  const start = new TextDecoder().decode(first).trimStart();
  return start.startsWith('[') || start.startsWith('{') ? readJsonList(file, diskSize) : readBitmap(file, diskSize);
}

/** Any ranges as a change map: sorted, in whole sectors, within the disk. */
export function changeMapOf(ranges: readonly Range[], diskSize: number): ChangeMap {
  const map = new ChangeMap();
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const start = alignDown(offset, SECTOR);
    const end = Math.min(alignUp(offset + length, SECTOR), alignUp(diskSize, SECTOR));
    if (end > start) map.add(start, end - start);
  }
  return map;
}

function readJsonList(file: ByteFile, diskSize: number): ChangeMap {
  if (file.size > JSON_SIZE_MAX) {
    throw invalidArgument('CHANGES_TOO_LARGE', `${file.name}: more than ${JSON_SIZE_MAX} bytes of JSON`, {
      image: file.name,
      hint: 'give the list as a bitmap',
    });
  }
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  const text = new TextDecoder().decode(bytes);
  return changeMapOf(parseRanges(text, file.name), diskSize);
}

function parseRanges(text: string, name: string): Range[] {
  const whole = tryJson(text);
  const list = Array.isArray(whole) ? whole : (whole as { ranges?: unknown } | undefined)?.ranges;
  if (Array.isArray(list)) return list.map((item, index) => requireRange(item, `${name}: item ${index}`));
  const ranges: Range[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const item = tryJson(line) as { type?: unknown } | undefined;
    if (item === undefined) throw badList(`${name}: line ${index + 1}`);
    if (item.type === undefined || item.type === 'range') ranges.push(requireRange(item, `${name}: line ${index + 1}`));
  }
  return ranges;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireRange(item: unknown, where: string): Range {
  const { offset, length } = (item ?? {}) as { offset?: unknown; length?: unknown };
  const isRange =
    Number.isSafeInteger(offset) && Number.isSafeInteger(length) && (offset as number) >= 0 && (length as number) >= 0;
  if (!isRange) throw badList(where);
  return { offset: offset as number, length: length as number };
}

function badList(where: string): Error {
  return corrupt('CHANGES_MALFORMED', `${where} is no range`, {
    hint: 'expected {"offset": BYTES, "length": BYTES}; leave --changes out to compare with the fingerprints',
  });
}

function readBitmap(file: ByteFile, diskSize: number): ChangeMap {
  if (file.size === 0) throw invalidArgument('CHANGES_EMPTY', `${file.name} is empty`, { image: file.name });
  let unit = SECTOR;
  while (unit * file.size * 8 < diskSize) unit *= 2;
  const map = new ChangeMap();
  const piece = new Uint8Array(64 * 1024);
  for (let at = 0; at < file.size; at += piece.length) {
    const count = file.read(at, piece);
    for (let i = 0; i < count; i++) {
      if (piece[i] === 0) continue;
      for (let bit = 0; bit < 8; bit++) {
        const offset = ((at + i) * 8 + bit) * unit;
        if ((piece[i]! >>> bit) & 1 && offset < diskSize) map.add(offset, Math.min(unit, diskSize - offset));
      }
    }
  }
  return map;
}

/** What a differencing disk holds itself: all that does not come from the stand-in for its parent. */
function rangesHeldBy(container: AddressMap, name: string): ChangeMap {
  const isNew = isVhdx(container);
  let hasParent = false;
  const openParent: OpenParent = (request) => {
    hasParent = true;
    return new BelowDisk(request);
  };
  const disk = isNew ? VhdxFile.open(container, { name, openParent }) : VhdFile.open(container, { name, openParent });
  if (!hasParent) {
    throw invalidArgument('CHANGES_NO_DIFFERENCE', `${name} is a whole disk, no list of changes`, {
      image: name,
      hint: 'give a differencing disk, or make a list: pitvault diff BEFORE AFTER --json > changes.json',
    });
  }
  const map = new ChangeMap();
  for (const extent of extentsOf(disk)) {
    if (extent.kind !== 'computed' || extent.source !== BELOW) map.add(extent.offset, extent.length);
  }
  return map;
}

/** Opens a change list by its path. */
export function openChangeList(path: string, diskSize: number): ChangeMap {
  const context = new OpenContext();
  try {
    return readChangeList(context.openFile(path), diskSize);
  } finally {
    context.close();
  }
}
