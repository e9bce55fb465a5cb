/**
 * Which records of a file table are what they were, and so is all that they name: told from the later state alone, so that
 * of a large volume little more is looked at than what changed.
 */

import { RangeList } from '../base/range-list.ts';
import type { ChangedBytes } from '../filesystem/file-system.ts';
import { ATTRIBUTE, findAttributeDefect, TYPE } from './attribute.ts';
import { RECORD, RECORD_IN_USE, referenceNumber } from './file-record.ts';
import type { RecordWindow } from './file-table.ts';
import type { VolumeFiles } from './volume-files.ts';

/** Ranges of all states in one list. */
export function union({ changed, possible, unreadable }: ChangedBytes): RangeList {
  const lists = [changed, possible, unreadable];
  const next = lists.map(() => 0);
  const joined = new RangeList();
  for (;;) {
    let least = -1;
    for (let list = 0; list < lists.length; list++) {
      if (next[list]! >= lists[list]!.count) continue;
      if (least < 0 || lists[list]!.startOf(next[list]!) < lists[least]!.startOf(next[least]!)) least = list;
    }
    if (least < 0) return joined;
    const index = next[least]!++;
    joined.add(lists[least]!.startOf(index), lists[least]!.endOf(index) - lists[least]!.startOf(index));
  }
}

/** The record is what it was, and so are all clusters that it names; told from the later state alone. */
export function isUnchanged(number: number, before: VolumeFiles, after: VolumeFiles, differing: RangeList): boolean {
  const { table } = after;
  if (number >= table.count || number >= before.table.count) return false;
  const place = table.offsetOf(number);
  if (place !== before.table.offsetOf(number) || differing.touches(place, table.recordSize)) return false;
  const window = table.window(number);
  if (table.defectIn(window, number) !== null) return true; // as unreadable as it was
  return !touchesClusters(window, (number - window.first) * table.recordSize, after, differing);
}

/** True also where the record alone does not tell. */
function touchesClusters({ view }: RecordWindow, base: number, files: VolumeFiles, differing: RangeList): boolean {
  if ((view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0) return false;
  if (referenceNumber(view, base + RECORD.baseReference) !== 0) return false; // looked at with its base record
  const { clusterSize } = files.context.geometry;
  const end = base + view.getUint32(base + RECORD.usedSize, true);
  let offset = base + view.getUint16(base + RECORD.attributesOffset, true);
  while (offset + 4 <= end) {
    const type = view.getUint32(offset, true);
    if (type === TYPE.end || type > TYPE.data) return false;
    if (type === TYPE.attributeList || findAttributeDefect(view, offset, end) !== null) return true;
    const length = view.getUint32(offset + ATTRIBUTE.length, true);
    const isStored = type === TYPE.data && view.getUint8(offset + ATTRIBUTE.nonResident) !== 0;
    if (isStored && runsTouch(view, offset, offset + length, clusterSize, differing)) return true;
    offset += length;
  }
  return false;
}

/** Walks packed runs in place. Whatever is odd about them counts as touched: then they are looked at with care. */
function runsTouch(view: DataView, attribute: number, end: number, clusterSize: number, differing: RangeList): boolean {
  let offset = attribute + view.getUint16(attribute + ATTRIBUTE.runsOffset, true);
  let lcn = 0;
  while (offset < end) {
    const head = view.getUint8(offset++);
    if (head === 0) return false;
    const lengthSize = head & 15;
    const distanceSize = head >> 4;
    if (lengthSize > 6 || distanceSize > 6 || offset + lengthSize + distanceSize > end) return true;
    let length = 0;
    for (let i = lengthSize - 1; i >= 0; i--) length = length * 256 + view.getUint8(offset + i);
    offset += lengthSize;
    if (distanceSize === 0) continue;
    let distance = view.getInt8(offset + distanceSize - 1);
    for (let i = distanceSize - 2; i >= 0; i--) distance = distance * 256 + view.getUint8(offset + i);
    offset += distanceSize;
    lcn += distance;
    if (lcn < 0 || differing.touches(lcn * clusterSize, length * clusterSize)) return true;
  }
  return true;
}
