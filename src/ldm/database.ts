/** The database of a disk group: its records put together from their parts, by kind and id. */

import { hex } from '../base/bytes.ts';
import { finding } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding } from '../errors.ts';
import { decodeVblkHeader, decodeVmdb, STATUS_CONSISTENT, VBLK_HEADER_SIZE, VMDB_SIZE, type Vmdb } from './format.ts';
import {
  type ComponentRecord,
  type DiskRecord,
  decodeRecord,
  decodeRecordHeader,
  type PartitionRecord,
  type VolumeRecord,
} from './record.ts';

const SPEC = 'LDM';
const VBLK_SIZE_MAX = 4096;
/** Parts of one record: Linux knows 4. */
const PARTS_MAX = 16;
/** A database of nonsense is told by its first defects. */
const FINDINGS_MAX = 100;

export type LdmDatabase = {
  readonly groupGuid: string;
  readonly groupName: string;
  /** Of the last transaction: of the databases of a group the one with the highest counts. */
  readonly committed: bigint;
  /** False when a transaction was under way. */
  readonly isConsistent: boolean;
  readonly volumes: ReadonlyMap<number, VolumeRecord>;
  readonly components: ReadonlyMap<number, ComponentRecord>;
  readonly partitions: ReadonlyMap<number, PartitionRecord>;
  readonly disks: ReadonlyMap<number, DiskRecord>;
  readonly findings: readonly Finding[];
};

/** `offset`: where `area` begins on the disk. */
export function readDatabase(
  area: Uint8Array,
  { name, offset }: { readonly name: string; readonly offset: number },
): LdmDatabase {
  const at = { image: name, structure: 'VMDB', offset };
  if (area.length < VMDB_SIZE) {
    throw corrupt('LDM_VMDB_SIZE', `the database has ${area.length} bytes, too few for its header`, at);
  }
  const vmdb = decodeVmdb(area);
  if (!vmdb.hasSignature) throw corrupt('LDM_VMDB_SIGNATURE', `there is no database at ${hex(offset)}`, at);
  if (vmdb.groupGuid === null) throw corrupt('LDM_VMDB_GUID', 'the database does not name its group by a GUID', at);
  if (!(vmdb.vblkSize > VBLK_HEADER_SIZE && vmdb.vblkSize <= VBLK_SIZE_MAX)) {
    throw corrupt('LDM_VMDB_VBLK_SIZE', `the database has records of ${vmdb.vblkSize} bytes, expected 128`, at);
  }
  if (!(vmdb.vblkOffset >= VMDB_SIZE && vmdb.vblkOffset <= area.length)) {
    const where = `${hex(vmdb.vblkOffset)} of ${hex(area.length)}`;
    throw corrupt('LDM_VMDB_VBLK_OFFSET', `the first record of the database would be at ${where}`, at);
  }
  return new DatabaseReader(area, vmdb, name, offset).read();
}

class DatabaseReader {
  readonly #area: Uint8Array;
  readonly #vmdb: Vmdb;
  readonly #name: string;
  readonly #offset: number;
  readonly #findings: Finding[] = [];
  readonly #records = {
    volume: new Map<number, VolumeRecord>(),
    component: new Map<number, ComponentRecord>(),
    partition: new Map<number, PartitionRecord>(),
    disk: new Map<number, DiskRecord>(),
  };

  constructor(area: Uint8Array, vmdb: Vmdb, name: string, offset: number) {
    this.#area = area;
    this.#vmdb = vmdb;
    this.#name = name;
    this.#offset = offset;
  }

  read(): LdmDatabase {
    for (const { payload, offset } of this.#payloads()) this.#take(payload, offset);
    const { volume, component, partition, disk } = this.#records;
    const { counts, status, groupGuid, groupName, committed } = this.#vmdb;
    const found = { volumes: volume.size, components: component.size, partitions: partition.size, disks: disk.size };
    for (const kind of ['volumes', 'components', 'partitions', 'disks'] as const) {
      if (counts[kind] === found[kind]) continue;
      this.#report(
        'warning',
        'LDM_VMDB_COUNT',
        `the database counts ${counts[kind]} ${kind}, it holds ${found[kind]}`,
        0,
      );
    }
    if (status !== STATUS_CONSISTENT) {
      const message = `a change of the disk group was under way (status ${status}): its records may be half old`;
      this.#report('warning', 'LDM_VMDB_NOT_CONSISTENT', message, 0);
    }
    return {
      groupGuid: groupGuid!,
      groupName,
      committed,
      isConsistent: status === STATUS_CONSISTENT,
      volumes: volume,
      components: component,
      partitions: partition,
      disks: disk,
      findings: this.#findings,
    };
  }

  /** The records' contents in the order of their first parts; those that lack a part are told and left out. */
  #payloads(): { readonly payload: Uint8Array; readonly offset: number }[] {
    const { vblkSize, vblkOffset } = this.#vmdb;
    const records = new Map<number, { offset: number; count: number; parts: Map<number, Uint8Array> }>();
    const whole: { payload: Uint8Array; offset: number }[] = [];
    for (let at = vblkOffset; at + vblkSize <= this.#area.length; at += vblkSize) {
      const header = decodeVblkHeader(this.#area, at);
      if (header === null) break;
      const { recordId, partIndex, partCount } = header;
      if (partCount === 0) continue;
      const part = this.#area.subarray(at + VBLK_HEADER_SIZE, at + vblkSize);
      if (partCount === 1 && partIndex === 0) whole.push({ payload: part, offset: at });
      else if (partCount > PARTS_MAX || partIndex >= partCount) {
        const message = `part ${partIndex} of ${partCount} of record ${recordId}: expected at most ${PARTS_MAX}, from 0`;
        this.#report('error', 'LDM_VBLK_PART', message, at);
      } else {
        const record = records.get(recordId) ?? { offset: at, count: partCount, parts: new Map<number, Uint8Array>() };
        records.set(recordId, record);
        if (record.parts.has(partIndex) || record.count !== partCount) {
          this.#report('error', 'LDM_VBLK_PART', `record ${recordId} has part ${partIndex} of ${partCount} twice`, at);
        } else record.parts.set(partIndex, part);
      }
    }
    for (const [recordId, { offset, count, parts }] of records) {
      if (parts.size === count) {
        const ordered = Array.from({ length: count }, (_, index) => parts.get(index)!);
        whole.push({ payload: new Uint8Array(Buffer.concat(ordered)), offset });
      } else
        this.#report(
          'error',
          'LDM_VBLK_PART_MISSING',
          `record ${recordId} has ${parts.size} of ${count} parts`,
          offset,
        );
    }
    return whole;
  }

  #take(payload: Uint8Array, offset: number): void {
    const header = decodeRecordHeader(payload);
    if (header === null || header.type === 0) return;
    try {
      const record = decodeRecord(payload);
      if (record === null) return;
      const { kind, value } = record;
      const records = this.#records[kind] as Map<number, typeof value>;
      if (records.has(value.id)) {
        this.#report(
          'error',
          'LDM_RECORD_TWICE',
          `two records say what ${kind} ${value.id} is: the first counts`,
          offset,
        );
        return;
      }
      records.set(value.id, value);
      if (header.status === 0) return;
      const message = `${kind} ${value.id} "${value.name}" was being changed (status ${header.status})`;
      this.#report('warning', 'LDM_RECORD_STATUS', message, offset);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const type = hex(header.type);
      this.#report('error', 'LDM_RECORD_FIELDS', `a record of type ${type} cannot be read: ${error.message}`, offset);
    }
  }

  #report(severity: Finding['severity'], code: ErrorCode, message: string, offset: number): void {
    if (this.#findings.length >= FINDINGS_MAX) return;
    const at = { image: this.#name, structure: offset === 0 ? 'VMDB' : 'VBLK', offset: this.#offset + offset };
    this.#findings.push(finding(severity, { code, message, at }, SPEC));
  }
}
