/**
 * VHDX images written from the format's description alone: nothing here comes from src, so that reader and writer
 * cannot be wrong in the same way. Images live in a sparse file in memory, which counts its reads and can fail them.
 */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const MIB = 2 ** 20;
const PAGE = 65_536;

export const BAT_GUID = '2dc27766-f623-4200-9d64-115e9bfd4a08';
export const METADATA_GUID = '8b7ca206-4790-4b9a-b8fe-575f050f886e';
export const ITEM = {
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  size: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  diskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSector: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSector: 'cda348c7-445d-4471-9cc9-e9885251c556',
  locator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
  incomplete: '71cc85f0-1b69-4e28-9558-c3bf83ae75d3',
} as const;
const LOCATOR_TYPE = 'b04aefb7-d19e-4a81-b789-25b8e9445913';

/** A file of any size that holds only what was written. The shape is the one the reader asks of a file. */
export class SparseFile {
  readonly name: string;
  readonly identity: string;
  readonly path = null;
  size: number;
  reads = 0;
  closed = false;
  /** The read with this number (from 1) fails; 0 for none. */
  failAt = 0;
  failWith: unknown = new Error('no read was to fail');
  readonly #pages = new Map<number, Uint8Array>();

  constructor(size = 0, name = 'built.vhdx') {
    this.size = size;
    this.name = name;
    this.identity = `sparse:${name}:${++SparseFile.#made}`;
  }
  static #made = 0;

  read(offset: number, target: Uint8Array): number {
    if (++this.reads === this.failAt) throw this.failWith;
    const length = Math.max(0, Math.min(target.length, this.size - offset));
    for (let done = 0; done < length; ) {
      const page = Math.floor((offset + done) / PAGE);
      const start = offset + done - page * PAGE;
      const count = Math.min(PAGE - start, length - done);
      const held = this.#pages.get(page);
      if (held === undefined) target.fill(0, done, done + count);
      else target.set(held.subarray(start, start + count), done);
      done += count;
    }
    return length;
  }

  /** Writes, growing the file. */
  write(offset: number, bytes: Uint8Array): void {
    this.size = Math.max(this.size, offset + bytes.length);
    for (let done = 0; done < bytes.length; ) {
      const page = Math.floor((offset + done) / PAGE);
      const start = offset + done - page * PAGE;
      const count = Math.min(PAGE - start, bytes.length - done);
      let held = this.#pages.get(page);
      if (held === undefined) this.#pages.set(page, (held = new Uint8Array(PAGE)));
      held.set(bytes.subarray(done, done + count), start);
      done += count;
    }
  }

  bytes(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.read(offset, bytes);
    this.reads--;
    return bytes;
  }

  close(): void {
    this.closed = true;
  }

  /** Digest of everything that was written and of the size: equal ones mean an unchanged file. */
  snapshot(): string {
    const hash = createHash('sha1').update(String(this.size));
    for (const [page, bytes] of [...this.#pages].sort(([a], [b]) => a - b)) hash.update(String(page)).update(bytes);
    return hash.digest('hex');
  }

  /** To a real file, holes kept. */
  save(path: string): void {
    const target = openSync(path, 'w');
    ftruncateSync(target, this.size);
    for (const [page, bytes] of this.#pages) {
      writeSync(target, bytes, 0, Math.min(PAGE, this.size - page * PAGE), page * PAGE);
    }
    closeSync(target);
  }
}

/** One step of the definition for each byte: 8 bits at a time through the reflected polynomial. */
const CRC_STEPS = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_STEPS[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ 0xffff_ffff) >>> 0;
}

function guidBytes(guid: string): Uint8Array {
  const hex = guid.replaceAll('-', '');
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** A GUID made of a number, for tests that need many different ones. */
export function guidOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

export function u64(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

export function u32(value: number): Uint8Array {
  return u64(value).subarray(0, 4);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Puts the checksum of the structure into its bytes 4 to 8. */
function seal(bytes: Uint8Array): Uint8Array {
  bytes.fill(0, 4, 8);
  bytes.set(u32(crc32c(bytes)), 4);
  return bytes;
}

export type HeaderFields = {
  sequence: number | bigint;
  dataWriteGuid: string;
  fileWriteGuid: string;
  logGuid: string;
  logVersion: number;
  version: number;
  logLength: number;
  logOffset: number;
};

const NIL = '00000000-0000-0000-0000-000000000000';

const HEADER: HeaderFields = {
  sequence: 1,
  dataWriteGuid: guidOf(0xd),
  fileWriteGuid: guidOf(0xf),
  logGuid: NIL,
  logVersion: 0,
  version: 1,
  logLength: MIB,
  logOffset: MIB,
};

export function headerBytes(fields: Partial<HeaderFields> = {}): Uint8Array {
  const f = { ...HEADER, ...fields };
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii('head'), 0);
  bytes.set(u64(f.sequence), 8);
  bytes.set(guidBytes(f.fileWriteGuid), 16);
  bytes.set(guidBytes(f.dataWriteGuid), 32);
  bytes.set(guidBytes(f.logGuid), 48);
  view.setUint16(64, f.logVersion, true);
  view.setUint16(66, f.version, true);
  view.setUint32(68, f.logLength, true);
  bytes.set(u64(f.logOffset), 72);
  return seal(bytes);
}

export type Region = { guid: string; offset: number | bigint; length: number; flags: number };

export function regionTableBytes(regions: readonly Region[], count = regions.length): Uint8Array {
  const bytes = new Uint8Array(65_536);
  bytes.set(ascii('regi'), 0);
  bytes.set(u32(count), 8);
  regions.forEach(({ guid, offset, length, flags }, i) => {
    bytes.set(guidBytes(guid), 16 + 32 * i);
    bytes.set(u64(offset), 32 + 32 * i);
    bytes.set(u32(length), 40 + 32 * i);
    bytes.set(u32(flags), 44 + 32 * i);
  });
  return seal(bytes);
}

export type Item = {
  id: string;
  flags: number;
  bytes: Uint8Array;
  offset?: number;
  length?: number;
  reserved?: number;
};

/** The table and the items behind it, one after another from 64 KiB on where no offset is given. */
export function metadataBytes(items: readonly Item[], count = items.length): Uint8Array {
  const bytes = new Uint8Array(MIB);
  bytes.set(ascii('metadata'), 0);
  new DataView(bytes.buffer).setUint16(10, count, true);
  let next = 65_536;
  items.forEach((item, i) => {
    const length = item.length ?? item.bytes.length;
    const offset = item.offset ?? (length === 0 ? 0 : next);
    if (item.offset === undefined) next += item.bytes.length;
    bytes.set(guidBytes(item.id), 32 + 32 * i);
    bytes.set(u32(offset), 48 + 32 * i);
    bytes.set(u32(length), 52 + 32 * i);
    bytes.set(u32(item.flags), 56 + 32 * i);
    bytes.set(u32(item.reserved ?? 0), 60 + 32 * i);
    if (offset + item.bytes.length <= bytes.length) bytes.set(item.bytes, offset);
  });
  return bytes;
}

export function locatorBytes(pairs: readonly (readonly [string, string])[], type = LOCATOR_TYPE): Uint8Array {
  const texts = pairs.flatMap(([key, value]) => [utf16(key), utf16(value)]);
  const start = 20 + 12 * pairs.length;
  const bytes = new Uint8Array(start + texts.reduce((sum, text) => sum + text.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(guidBytes(type), 0);
  view.setUint16(18, pairs.length, true);
  let next = start;
  texts.forEach((text, i) => {
    const entry = 20 + 12 * (i >> 1);
    view.setUint32(entry + 4 * (i & 1), next, true);
    view.setUint16(entry + 8 + 2 * (i & 1), text.length, true);
    bytes.set(text, next);
    next += text.length;
  });
  return bytes;
}

export type Block = {
  state: number;
  /** Contents; shorter ones are filled with zeros in the file. */
  data?: Uint8Array;
  /** MiB of the file; chosen when there is data and none is given. */
  offsetMb?: number;
  /** Sectors of the block that are here, for state 7. */
  present?: readonly number[];
};

export type VhdxPlan = {
  size: number;
  blockSize?: number;
  sector?: number;
  fixed?: boolean;
  dataWriteGuid?: string;
  /** Pairs of the parent locator; makes the disk a differencing one. */
  locator?: readonly (readonly [string, string])[];
  blocks?: ReadonlyMap<number, Block>;
  header?: Partial<HeaderFields>;
  name?: string;
};

/** A finished image and the places in it that tests change. */
export type BuiltVhdx = {
  readonly file: SparseFile;
  readonly batOffset: number;
  readonly metadataOffset: number;
  readonly regions: Region[];
  readonly items: Item[];
  readonly chunkRatio: number;
  /** First MiB behind everything. */
  readonly end: number;
};

export const METADATA_OFFSET = 2 * MIB;
export const BAT_OFFSET = 3 * MIB;
export const LOG_OFFSET = MIB;

export function batEntry(state: number, offsetMb: number): Uint8Array {
  return u64((BigInt(offsetMb) << 20n) | BigInt(state));
}

export function diskItems(plan: VhdxPlan): Item[] {
  const flags = (plan.fixed ? 1 : 0) | (plan.locator ? 2 : 0);
  const parameters = new Uint8Array(8);
  parameters.set(u32(plan.blockSize ?? MIB), 0);
  parameters.set(u32(flags), 4);
  const items: Item[] = [
    { id: ITEM.fileParameters, flags: 4, bytes: parameters },
    { id: ITEM.size, flags: 6, bytes: u64(plan.size) },
    { id: ITEM.diskId, flags: 6, bytes: guidBytes(guidOf(0x83)) },
    { id: ITEM.logicalSector, flags: 6, bytes: u32(plan.sector ?? 512) },
    { id: ITEM.physicalSector, flags: 6, bytes: u32(4096) },
  ];
  if (plan.locator) items.push({ id: ITEM.locator, flags: 4, bytes: locatorBytes(plan.locator) });
  return items;
}

/** Log at 1 MiB, metadata at 2, BAT at 3, blocks behind it in the order of the plan. */
export function buildVhdx(plan: VhdxPlan): BuiltVhdx {
  const blockSize = plan.blockSize ?? MIB;
  const sector = plan.sector ?? 512;
  const chunkRatio = (2 ** 23 * sector) / blockSize;
  const blockCount = Math.ceil(plan.size / blockSize);
  const chunks = Math.ceil(blockCount / chunkRatio);
  const entries = plan.locator ? chunks * (chunkRatio + 1) : blockCount + Math.floor((blockCount - 1) / chunkRatio);
  const batLength = Math.ceil((entries * 8) / MIB) * MIB;
  const file = new SparseFile(0, plan.name);
  file.write(0, ascii('vhdxfile'));
  file.write(8, utf16('test builder'));
  const fields = { ...(plan.dataWriteGuid ? { dataWriteGuid: plan.dataWriteGuid } : {}), ...plan.header };
  file.write(0x10000, headerBytes({ ...fields, sequence: 1 }));
  file.write(0x20000, headerBytes({ sequence: 2, ...fields }));
  const regions: Region[] = [
    { guid: METADATA_GUID, offset: METADATA_OFFSET, length: MIB, flags: 1 },
    { guid: BAT_GUID, offset: BAT_OFFSET, length: batLength, flags: 1 },
  ];
  file.write(0x30000, regionTableBytes(regions));
  file.write(0x40000, regionTableBytes(regions));
  const items = diskItems(plan);
  file.write(METADATA_OFFSET, metadataBytes(items));
  file.size = BAT_OFFSET + batLength;
  const bitmaps = new Map<number, number>();
  for (const [block, entry] of plan.blocks ?? []) {
    let offsetMb = entry.offsetMb ?? 0;
    if (entry.data !== undefined && entry.offsetMb === undefined) {
      offsetMb = file.size / MIB;
      file.write(file.size, entry.data);
      file.size = offsetMb * MIB + blockSize;
    }
    file.write(BAT_OFFSET + 8 * (block + Math.floor(block / chunkRatio)), batEntry(entry.state, offsetMb));
    if (entry.present === undefined) continue;
    const chunk = Math.floor(block / chunkRatio);
    if (!bitmaps.has(chunk)) {
      bitmaps.set(chunk, file.size);
      file.write(BAT_OFFSET + 8 * ((chunk + 1) * chunkRatio + chunk), batEntry(6, file.size / MIB));
      file.size += MIB;
    }
    for (const index of entry.present) {
      const bit = (block % chunkRatio) * (blockSize / sector) + index;
      const at = bitmaps.get(chunk)! + (bit >> 3);
      file.write(at, Uint8Array.of(file.bytes(at, 1)[0]! | (1 << (bit & 7))));
    }
  }
  return { file, batOffset: BAT_OFFSET, metadataOffset: METADATA_OFFSET, regions, items, chunkRatio, end: file.size };
}

export type LogChange =
  | { readonly fileOffset: number | bigint; readonly page: Uint8Array }
  | { readonly fileOffset: number | bigint; readonly zeroLength: number | bigint };

export type LogEntryPlan = {
  guid: string;
  sequence: number | bigint;
  tail: number;
  flushed: number | bigint;
  last: number | bigint;
  changes?: readonly LogChange[];
  /** Overrides, for entries that lie. */
  length?: number;
  count?: number;
};

/** One log entry, checksum right whatever else was asked to be wrong. */
export function logEntryBytes(plan: LogEntryPlan): Uint8Array {
  const changes = plan.changes ?? [];
  const pages = changes.filter((change) => 'page' in change);
  const descriptorSectors = Math.ceil((64 + 32 * changes.length) / 4096);
  const bytes = new Uint8Array(4096 * (descriptorSectors + pages.length));
  const sequence = u64(plan.sequence);
  bytes.set(ascii('loge'), 0);
  bytes.set(u32(plan.length ?? bytes.length), 8);
  bytes.set(u32(plan.tail), 12);
  bytes.set(sequence, 16);
  bytes.set(u32(plan.count ?? changes.length), 24);
  bytes.set(guidBytes(plan.guid), 32);
  bytes.set(u64(plan.flushed), 48);
  bytes.set(u64(plan.last), 56);
  let dataAt = 4096 * descriptorSectors;
  changes.forEach((change, i) => {
    const at = 64 + 32 * i;
    bytes.set(ascii('page' in change ? 'desc' : 'zero'), at);
    if ('page' in change) {
      bytes.set(change.page.subarray(4092, 4096), at + 4);
      bytes.set(change.page.subarray(0, 8), at + 8);
      bytes.set(change.page, dataAt);
      bytes.set(ascii('data'), dataAt);
      bytes.set(sequence.subarray(4, 8), dataAt + 4);
      bytes.set(sequence.subarray(0, 4), dataAt + 4092);
      dataAt += 4096;
    } else bytes.set(u64(change.zeroLength), at + 8);
    bytes.set(u64(change.fileOffset), at + 16);
    bytes.set(sequence, at + 24);
  });
  return seal(bytes);
}

/** Writes bytes into the log's ring, going on at its start where they pass its end. */
export function writeRing(file: SparseFile, at: number, bytes: Uint8Array, length = MIB, offset = LOG_OFFSET): void {
  const first = Math.min(bytes.length, length - at);
  file.write(offset + at, bytes.subarray(0, first));
  if (first < bytes.length) file.write(offset, bytes.subarray(first));
}
