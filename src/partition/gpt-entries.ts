/** The entries of a GPT as partitions, and what is wrong with them. */

import { hex } from '../base/bytes.ts';
import { NIL_GUID } from '../base/guid.ts';
import { finding } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import type { Finding } from '../errors.ts';
import { decodeGptEntry, type GptEntry, type GptHeader, isUnusedGptEntry } from './gpt-format.ts';
import type { Partition } from './partition.ts';
import { gptTypeName, TYPE_GUID } from './partition-types.ts';

const SPEC = 'UEFI 5.3.3';

/** Bits of the attributes: the first three for any type, the last four for Microsoft's basic data. */
const FLAGS_ANY = [
  [0, 'required'],
  [1, 'no-block-io'],
  [2, 'legacy-bootable'],
] as const;
const FLAGS_BASIC_DATA = [
  [60, 'read-only'],
  [61, 'shadow-copy'],
  [62, 'hidden'],
  [63, 'no-drive-letter'],
] as const;

/** Partitions in the order of their entries, of which `array` holds all that are used. Entries that begin off the disk are left out, with a finding. */
export function partitionsOf(
  header: GptHeader,
  array: Uint8Array,
  sectorSize: number,
  diskSize: number,
  image: string,
): { partitions: Partition[]; findings: Finding[] } {
  const partitions: Partition[] = [];
  const findings: Finding[] = [];
  const report = (severity: Finding['severity'], number: number, code: ErrorCode, message: string) =>
    findings.push(finding(severity, { code, message, at: { image, structure: `GPT entry ${number}` } }, SPEC));
  const size = header.sizeOfPartitionEntry;
  for (let i = 0; (i + 1) * size <= array.length; i++) {
    const at = i * size;
    if (isUnusedGptEntry(array, at)) continue;
    const entry = decodeGptEntry(array, at);
    const number = i + 1;
    const { startingLba, endingLba } = entry;
    const range = `LBA ${startingLba} to ${endingLba}`;
    const offset = startingLba * sectorSize;
    const end = (endingLba + 1) * sectorSize;
    if (!(startingLba <= endingLba && offset < diskSize)) {
      report('error', number, 'GPT_ENTRY_OUTSIDE_DISK', `partition ${number} goes from ${range}: it is left out`);
      continue;
    }
    if (end > diskSize) {
      const message = `partition ${number} ends at ${hex(end)}, the disk at ${hex(diskSize)}: its end cannot be read`;
      report('error', number, 'GPT_ENTRY_CUT_OFF', message);
    } else if (!(startingLba >= header.firstUsableLba && endingLba <= header.lastUsableLba)) {
      const usable = `LBA ${header.firstUsableLba} to ${header.lastUsableLba}`;
      report(
        'warning',
        number,
        'GPT_ENTRY_OUTSIDE_USABLE',
        `partition ${number} goes from ${range}, usable is ${usable}`,
      );
    }
    partitions.push(partitionOf(entry, number, offset, Math.min(end, diskSize) - offset));
  }
  for (const [one, other] of overlapsOf(partitions)) {
    const message = `partitions ${one.number} and ${other.number} overlap at ${hex(other.offset)}`;
    report('warning', other.number, 'GPT_ENTRIES_OVERLAP', message);
  }
  return { partitions, findings };
}

function partitionOf(entry: GptEntry, number: number, offset: number, length: number): Partition {
  const { attributesLow: low, attributesHigh: high, partitionTypeGuid: type } = entry;
  const known = type === TYPE_GUID.basicData ? [...FLAGS_ANY, ...FLAGS_BASIC_DATA] : FLAGS_ANY;
  const isSet = (bit: number) => (((bit < 32 ? low : high) >>> (bit & 31)) & 1) === 1;
  return {
    number,
    type,
    typeName: gptTypeName(type),
    guid: entry.uniquePartitionGuid === NIL_GUID ? null : entry.uniquePartitionGuid,
    name: entry.partitionName,
    offset,
    length,
    attributes: `0x${high.toString(16).padStart(8, '0')}${low.toString(16).padStart(8, '0')}`,
    flags: known.filter(([bit]) => isSet(bit)).map(([, name]) => name),
  };
}

/** Each partition that begins before an earlier one has ended, with that earlier one. */
export function overlapsOf(partitions: readonly Partition[]): [Partition, Partition][] {
  const sorted = [...partitions].sort((a, b) => a.offset - b.offset);
  const overlaps: [Partition, Partition][] = [];
  let reach: Partition | undefined;
  for (const partition of sorted) {
    if (reach !== undefined && partition.offset < reach.offset + reach.length) overlaps.push([reach, partition]);
    if (reach === undefined || partition.offset + partition.length > reach.offset + reach.length) reach = partition;
  }
  return overlaps;
}
