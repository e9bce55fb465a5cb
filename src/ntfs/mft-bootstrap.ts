/**
 * Finding the file table with nothing but the geometry. The table describes itself: record 0 holds the runs of the
 * records, and where those are too many, an attribute list whose extension records lie in the table again. Windows
 * keeps each of them within the part that the pieces before it describe, so the runs are grown piece by piece.
 *
 * Invariants of an accepted record 0:
 * 1. It names its own size as the boot sector does, and an allocated size that its clusters amount to: a wrong cluster
 *    or record size does not survive this.
 * 2. Its table leads to the root directory; where it does not, and the mirror's does, the mirror's is taken.
 * 3. Damage behind the first piece costs the records described there, not the volume.
 */

import { alignUp, hex, viewOf } from '../base/bytes.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import { readBytes } from '../map/read-map.ts';
import { type Attribute, decodeAttributes, TYPE } from './attribute.ts';
import { readAttributeList, runStream } from './file-attributes.ts';
import {
  type FileRecord,
  MFT_RECORD,
  RECORD,
  RECORD_IN_USE,
  RECORD_IS_DIRECTORY,
  ROOT_RECORD,
  SIGNATURE_BAAD,
  SIGNATURE_FILE,
} from './file-record.ts';
import { FileTable, mirrorRecord, rawRecord } from './file-table.ts';
import { appendPiece } from './run-list.ts';
import type { RunStream } from './run-stream.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';

/** Runs of the table whose first record is looked at. */
const RUNS_PROBED = 16;

/** The file table of the volume. Throws where neither record 0 nor its mirror describes one. */
export function openFileTable(context: VolumeContext): FileTable {
  const { mftLcn, clusterSize } = context.geometry;
  const first = rawRecord(context, MFT_RECORD, mftLcn * clusterSize);
  const problem = StorageError.is(first) ? first : findTableDefect(context, first);
  const table = problem === null ? tableOf(context, first as FileRecord) : null;
  const doubt = problem ?? findDoubt(context, table!);
  if (doubt === null) return table!;
  const mirror = mirrorRecord(context, MFT_RECORD);
  if (mirror !== null && findTableDefect(context, mirror) === null) {
    const other = tableOf(context, mirror);
    if (table === null || findDoubt(context, other) === null) {
      context.findings.addError(doubt, 'its copy in $MFTMirr is used instead', 'warning');
      return other;
    }
  }
  if (table === null) throw doubt;
  context.findings.addError(doubt, 'its copy in $MFTMirr is no better');
  return table;
}

/** Why a table that breaks no rule still cannot be right: it does not lead to the root, or a run holds no records. */
function findDoubt(context: VolumeContext, table: FileTable): StorageError | null {
  const { stream, recordSize } = table;
  const doubt = (message: string): StorageError =>
    corrupt('NTFS_MFT_RUNS', `file record 0: ${message}`, detailsIn(context, 'file record 0', table.offsetOf(0)));
  if (stream.runs.errors.length > 0) return stream.runs.errors[0]!;
  if (table.count <= ROOT_RECORD) return doubt(`its table holds ${table.count} records only`);
  if (!leadsToRoot(table)) return doubt('its runs do not lead to the root');
  for (let index = 0; index < Math.min(stream.runs.count, RUNS_PROBED); index++) {
    const start = alignUp(stream.runs.startOf(index) * context.geometry.clusterSize, recordSize);
    const head = start + recordSize <= stream.validSize ? readHead(stream, start) : null;
    if (head === null || head === SIGNATURE_FILE || head === SIGNATURE_BAAD || head === 0) continue;
    return doubt(`run ${index} holds no file records: expected "FILE", found ${hex(head)}`);
  }
  return null;
}

/** True when what stands in the place of record 5 is a directory in use: runs gone astray lead to some other record. */
function leadsToRoot(table: FileTable): boolean {
  const window = table.window(ROOT_RECORD);
  if (table.defectIn(window, ROOT_RECORD) !== null) return false;
  const flags = window.view.getUint16((ROOT_RECORD - window.first) * table.recordSize + RECORD.flags, true);
  return (flags & RECORD_IN_USE) !== 0 && (flags & RECORD_IS_DIRECTORY) !== 0;
}

/** The first word of a record, or null where it cannot be read. */
function readHead(stream: RunStream, offset: number): number | null {
  try {
    return viewOf(readBytes(stream, offset, 4)).getUint32(0, true);
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}

function tableData(context: VolumeContext, record: FileRecord): Attribute | undefined {
  return decodeAttributes(context, record).attributes.find(
    (attribute) => attribute.type === TYPE.data && attribute.name === '',
  );
}

/** Why this record cannot be that of the file table, or null. */
function findTableDefect(context: VolumeContext, record: FileRecord): StorageError | null {
  const { recordSize, clusterSize } = context.geometry;
  const defect = (name: DefectOf<'NTFS_MFT'>, message: string): StorageError =>
    corrupt(`NTFS_MFT_${name}`, `file record 0: ${message}`, detailsIn(context, record.what, record.offset));
  if (!record.isInUse || record.baseNumber !== 0) return defect('RECORD', 'is not a base record in use');
  if (record.allocatedSize !== recordSize) {
    return defect('RECORD_SIZE', `record size: expected ${hex(recordSize)}, found ${hex(record.allocatedSize)}`);
  }
  const data = tableData(context, record);
  if (data === undefined || data.isResident || data.startVcn !== 0) return defect('DATA', 'has no non-resident $DATA');
  const { dataSize, initialisedSize } = data;
  if (dataSize % recordSize !== 0 || initialisedSize % recordSize !== 0 || dataSize > data.allocatedSize) {
    return defect(
      'SIZE',
      `data size ${hex(dataSize)}: expected records of ${recordSize} in ${hex(data.allocatedSize)}`,
    );
  }
  if (data.allocatedSize > context.geometry.clusterCount * clusterSize) {
    return defect('SIZE', `allocated size ${hex(data.allocatedSize)}: larger than the volume`);
  }
  const described = (data.lastVcn + 1) * clusterSize;
  const isWhole = !decodeAttributes(context, record).attributes.some(({ type }) => type === TYPE.attributeList);
  if (isWhole ? data.allocatedSize !== described : !(data.allocatedSize >= described)) {
    return defect('SIZE', `allocated size ${hex(data.allocatedSize)}: expected ${hex(described)} as its clusters say`);
  }
  return null;
}

function tableOf(context: VolumeContext, record: FileRecord): FileTable {
  const data = tableData(context, record)!;
  const table = new FileTable(context, runStream(context, data, [data], null));
  const list = decodeAttributes(context, record).attributes.find(({ type }) => type === TYPE.attributeList);
  if (list !== undefined) growTable(context, table, record, list);
  for (const error of table.stream.runs.errors) context.findings.addError(error, 'the file records there are lost');
  return table;
}

/** Adds the runs of the extension records, in order, up to the first that cannot be reached. */
function growTable(context: VolumeContext, table: FileTable, record: FileRecord, list: Attribute): void {
  try {
    const entries = readAttributeList(context, list)
      .entries.filter((entry) => entry.type === TYPE.data && entry.name === '' && entry.startVcn > 0)
      .sort((a, b) => a.startVcn - b.startVcn);
    for (const entry of entries) {
      const extension = table.extension(entry.recordNumber, entry.recordSequence, record);
      const piece = decodeAttributes(context, extension).attributes.find(
        ({ type, name, startVcn }) => type === TYPE.data && name === '' && startVcn === entry.startVcn,
      );
      if (piece === undefined) {
        const message = `file record 0: no piece of $DATA for cluster ${hex(entry.startVcn)} in ${extension.what}`;
        throw corrupt('NTFS_MFT_PIECE', message, detailsIn(context, extension.what, extension.offset));
      }
      appendPiece(context, piece, table.stream.runs, null);
      table.forget();
    }
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    context.findings.addError(error, 'the file records behind it are lost');
  }
}
