/**
 * Attributes: what a file record is made of.
 *
 * Invariants of a decoded attribute:
 * 1. Header, name and (resident) value lie inside the attribute, the attribute inside the used part of its record.
 * 2. A non-resident one has `runsOffset` inside the attribute and `startVcn <= lastVcn + 1`.
 * 3. Sizes are those of the first piece (startVcn 0) only; `initialisedSize <= dataSize`, both below 2^53.
 */

import { getI64, getU64, getUtf16, hex } from '../base/bytes.ts';
import type { DefectOf, ErrorCode } from '../error-codes.ts';
import { corrupt, type StorageError } from '../errors.ts';
import type { FileRecord } from './file-record.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';

export const TYPE = {
  standardInformation: 0x10,
  attributeList: 0x20,
  fileName: 0x30,
  volumeName: 0x60,
  volumeInformation: 0x70,
  data: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  bitmap: 0xb0,
  reparsePoint: 0xc0,
  end: 0xffff_ffff,
} as const;

export const ATTRIBUTE = {
  type: 0,
  length: 4,
  nonResident: 8,
  nameLength: 9,
  nameOffset: 10,
  flags: 12,
  id: 14,
  valueLength: 16,
  valueOffset: 20,
  indexed: 22,
  startVcn: 16,
  lastVcn: 24,
  runsOffset: 32,
  compressionUnit: 34,
  allocatedSize: 40,
  dataSize: 48,
  initialisedSize: 56,
  totalAllocated: 64,
} as const;

export const RESIDENT_HEADER_SIZE = 24;
export const NON_RESIDENT_HEADER_SIZE = 64;

export const FLAG_COMPRESSION_MASK = 0x00ff;
export const FLAG_ENCRYPTED = 0x4000;
export const FLAG_SPARSE = 0x8000;
export const COMPRESSION_LZNT1 = 1;

export type Attribute = {
  readonly record: FileRecord;
  /** Of the attribute's header in the record. */
  readonly offset: number;
  readonly length: number;
  readonly type: number;
  readonly id: number;
  readonly flags: number;
  readonly name: string;
  readonly isResident: boolean;
  /** Of a resident value in the record. */
  readonly valueOffset: number;
  /** Clusters; 0 and -1 when resident. */
  readonly startVcn: number;
  readonly lastVcn: number;
  readonly runsOffset: number;
  /** Base-2 logarithm of the clusters in a compression unit. */
  readonly compressionUnit: number;
  /** Bytes; of the value when resident. */
  readonly allocatedSize: number;
  readonly dataSize: number;
  readonly initialisedSize: number;
};

export type DecodedAttributes = {
  readonly attributes: Attribute[];
  /** Why the walk ended before the end marker: what stood behind that place is unknown. */
  readonly defect: StorageError | null;
};

/** All attributes of one record, in order, up to the first defect. */
export function decodeAttributes(context: VolumeContext, record: FileRecord): DecodedAttributes {
  const { view, usedSize } = record;
  const attributes: Attribute[] = [];
  let offset = record.attributesOffset;
  while (offset + 4 <= usedSize) {
    const type = view.getUint32(offset, true);
    if (type === TYPE.end) return { attributes, defect: null };
    const defect = findAttributeDefect(view, offset, usedSize);
    if (defect !== null) return { attributes, defect: attributeError(context, record, offset, defect) };
    attributes.push(decodeAttribute(record, offset));
    offset += view.getUint32(offset + ATTRIBUTE.length, true);
  }
  return { attributes, defect: null };
}

function decodeAttribute(record: FileRecord, offset: number): Attribute {
  const { view } = record;
  const isResident = view.getUint8(offset + ATTRIBUTE.nonResident) === 0;
  const valueLength = isResident ? view.getUint32(offset + ATTRIBUTE.valueLength, true) : 0;
  const startVcn = isResident ? 0 : getU64(view, offset + ATTRIBUTE.startVcn);
  const sizes = !isResident && startVcn === 0;
  const dataSize = sizes ? getU64(view, offset + ATTRIBUTE.dataSize) : valueLength;
  return {
    record,
    offset,
    length: view.getUint32(offset + ATTRIBUTE.length, true),
    type: view.getUint32(offset + ATTRIBUTE.type, true),
    id: view.getUint16(offset + ATTRIBUTE.id, true),
    flags: view.getUint16(offset + ATTRIBUTE.flags, true),
    name: getUtf16(
      view,
      offset + view.getUint16(offset + ATTRIBUTE.nameOffset, true),
      view.getUint8(offset + ATTRIBUTE.nameLength),
    ),
    isResident,
    valueOffset: isResident ? offset + view.getUint16(offset + ATTRIBUTE.valueOffset, true) : 0,
    startVcn,
    lastVcn: isResident ? -1 : getI64(view, offset + ATTRIBUTE.lastVcn),
    runsOffset: isResident ? 0 : offset + view.getUint16(offset + ATTRIBUTE.runsOffset, true),
    compressionUnit: isResident ? 0 : view.getUint16(offset + ATTRIBUTE.compressionUnit, true),
    allocatedSize: sizes ? getU64(view, offset + ATTRIBUTE.allocatedSize) : 0,
    dataSize,
    initialisedSize: sizes ? Math.min(getU64(view, offset + ATTRIBUTE.initialisedSize), dataSize) : valueLength,
  };
}

type Defect = { readonly code: ErrorCode; readonly message: string };

function defect(name: DefectOf<'NTFS_ATTRIBUTE'>, message: string): Defect {
  return { code: `NTFS_ATTRIBUTE_${name}`, message };
}

/** The first rule the attribute at `offset` breaks, or null. `end`: of the used part of its record. */
export function findAttributeDefect(view: DataView, offset: number, end: number): Defect | null {
  if (!(offset + RESIDENT_HEADER_SIZE <= end)) return defect('LENGTH', `no room for a header before ${hex(end)}`);
  const length = view.getUint32(offset + ATTRIBUTE.length, true);
  const isResident = view.getUint8(offset + ATTRIBUTE.nonResident) === 0;
  const header = isResident ? RESIDENT_HEADER_SIZE : NON_RESIDENT_HEADER_SIZE;
  if (!(length >= header && (length & 7) === 0 && offset + length <= end)) {
    return defect(
      'LENGTH',
      `length: expected a multiple of 8 from ${hex(header)} to ${hex(end - offset)}, found ${hex(length)}`,
    );
  }
  const nameLength = view.getUint8(offset + ATTRIBUTE.nameLength);
  const nameOffset = view.getUint16(offset + ATTRIBUTE.nameOffset, true);
  if (nameLength > 0 && !(nameOffset >= header - 8 && nameOffset + 2 * nameLength <= length)) {
    return defect(
      'NAME',
      `name: ${nameLength} units at ${hex(nameOffset)} leave the attribute of ${hex(length)} bytes`,
    );
  }
  if (isResident) {
    const valueLength = view.getUint32(offset + ATTRIBUTE.valueLength, true);
    const valueOffset = view.getUint16(offset + ATTRIBUTE.valueOffset, true);
    if (valueOffset + valueLength <= length && (valueOffset >= RESIDENT_HEADER_SIZE || valueLength === 0)) return null;
    return defect(
      'VALUE',
      `value: ${hex(valueLength)} bytes at ${hex(valueOffset)} leave the attribute of ${hex(length)} bytes`,
    );
  }
  const runsOffset = view.getUint16(offset + ATTRIBUTE.runsOffset, true);
  if (!(runsOffset >= NON_RESIDENT_HEADER_SIZE && runsOffset < length)) {
    return defect('RUNS_OFFSET', `runs: expected inside ${hex(length)} bytes, found at ${hex(runsOffset)}`);
  }
  const startVcn = getU64(view, offset + ATTRIBUTE.startVcn);
  const lastVcn = getI64(view, offset + ATTRIBUTE.lastVcn);
  if (!(startVcn <= lastVcn + 1)) {
    return defect('VCN', `clusters: first ${hex(startVcn)} is behind last ${lastVcn}`);
  }
  if (startVcn === 0) return findSizeDefect(view, offset);
  return null;
}

function findSizeDefect(view: DataView, offset: number): Defect | null {
  const dataSize = getU64(view, offset + ATTRIBUTE.dataSize);
  const initialisedSize = getU64(view, offset + ATTRIBUTE.initialisedSize);
  if (dataSize <= Number.MAX_SAFE_INTEGER && initialisedSize <= Number.MAX_SAFE_INTEGER) return null;
  return {
    code: 'NTFS_ATTRIBUTE_SIZE',
    message: `data size ${hex(dataSize)} and initialised size ${hex(initialisedSize)}: expected less than 2^53`,
  };
}

function attributeError(context: VolumeContext, record: FileRecord, offset: number, defect: Defect): StorageError {
  const type = hex(record.view.getUint32(offset, true));
  const message = `attribute ${type} at ${hex(offset)} of ${record.what}: ${defect.message}`;
  return corrupt(defect.code, message, detailsIn(context, record.what, record.offset + offset));
}

/** The bytes of a resident value: a window on the record. */
export function residentValue(attribute: Attribute): Uint8Array {
  return attribute.record.bytes.subarray(attribute.valueOffset, attribute.valueOffset + attribute.dataSize);
}

/** `attribute 0x80 "stream" of file record 35`, for messages. */
export function attributeLabel(attribute: Attribute): string {
  const name = attribute.name === '' ? '' : ` "${attribute.name}"`;
  return `attribute ${hex(attribute.type)}${name} of ${attribute.record.what}`;
}
