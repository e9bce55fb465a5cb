/**
 * Microsoft Tape Format: descriptor blocks (DBLK), each with a chain of streams that a SPAD ends. SQL Server's backups and
 * DPM's tapes are made of these. MTF 1.00a names throughout.
 */

import { alignUp, isZero, MIB, viewOf } from '../base/bytes.ts';
import { corrupt, type StorageError, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { readBytes, readMap } from '../map/read-map.ts';

const HEADER_SIZE = 52;
const BLOCK_SIZE_MAX = 1024;
const STREAM_HEADER = 22;
const STREAM_ALIGN = 4;
/** Blocks start at multiples of the format logical block, which is never smaller. */
const RESYNC_STEP = 512;
const RESYNC_MAX = 64 * 1024 * 1024;
const STREAMS_MAX = 1_000_000;

const HEADER = { attributes: 4, firstEvent: 8, stringType: 48, checksum: 50 } as const;

export const StreamAttribute = { variableEnd: 0x04, encrypted: 0x08, compressed: 0x10, checksummed: 0x100 } as const;

export type MtfStream = {
  /** `MQDA`. */
  readonly id: string;
  readonly mediaAttributes: number;
  /** Of the data, in the file. */
  readonly offset: number;
  readonly length: number;
  readonly encryption: number;
  readonly compression: number;
};

export type MtfBlock = {
  /** `SSET`. */
  readonly type: string;
  readonly offset: number;
  readonly attributes: number;
  /** The header and what follows it, up to 1024 bytes. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly unicode: boolean;
  readonly streams: readonly MtfStream[];
};

/**
 * Every block of the medium. A block that is damaged is told of, and the walk goes on at the next place where one stands.
 * Throws kind `unsupported` for what is a backup of another kind, `corrupt` for what is none.
 */
export function* walkBlocks(
  map: AddressMap,
  name: string,
  onDamage: (error: StorageError) => void,
): Generator<MtfBlock> {
  requireTape(map, name);
  for (let offset = 0; offset + HEADER_SIZE <= map.size; ) {
    const header = readBytes(map, offset, Math.min(BLOCK_SIZE_MAX, map.size - offset));
    if (!isHeader(header)) {
      const data = dataFrom(map, offset);
      if (data === null) return; // zeros up to the end are padding; a hole in the midst is not
      const next = resync(map, data);
      if (next === null && data > offset && map.size - offset <= RESYNC_MAX) return;
      onDamage(
        corrupt('MTF_BLOCK', `no block header at ${offset} of ${name}`, { image: name, structure: 'DBLK', offset }),
      );
      if (next === null) return;
      offset = next;
      continue;
    }
    const view = viewOf(header);
    const type = ascii(header, 0, 4);
    const first = view.getUint16(HEADER.firstEvent, true);
    const streams = type === 'SFMB' ? [] : readStreams(map, name, offset + first, onDamage);
    yield {
      type,
      offset,
      attributes: view.getUint32(HEADER.attributes, true),
      bytes: header,
      view,
      unicode: header[HEADER.stringType] === 2,
      streams,
    };
    const last = streams.at(-1);
    const end = last === undefined ? offset + Math.max(first, HEADER_SIZE) : last.offset + last.length;
    offset = end > offset ? end : offset + RESYNC_STEP;
  }
}

/** The chain from `offset` on, its SPAD included. A broken chain ends where it breaks. */
function readStreams(
  map: AddressMap,
  name: string,
  offset: number,
  onDamage: (error: StorageError) => void,
): MtfStream[] {
  const streams: MtfStream[] = [];
  while (streams.length < STREAMS_MAX) {
    const bytes = readBytes(map, offset, STREAM_HEADER);
    const view = bytes.length === STREAM_HEADER ? viewOf(bytes) : null;
    const length = view === null ? Number.NaN : Number(view.getBigUint64(8, true));
    if (view === null || xorWords(view, 10) !== view.getUint16(20, true)) {
      onDamage(
        corrupt('MTF_STREAM', `no stream header at ${offset} of ${name}`, { image: name, structure: 'stream', offset }),
      );
      return streams;
    }
    const start = offset + STREAM_HEADER;
    const held = Math.min(length, map.size - start);
    if (held < length) {
      onDamage(
        corrupt('MTF_TRUNCATED', `${name} ends inside a stream: ${length - held} bytes are missing`, {
          image: name,
          structure: `stream ${ascii(bytes, 0, 4)}`,
          offset,
          hint: 'the copy is cut short',
        }),
      );
    }
    const id = ascii(bytes, 0, 4);
    streams.push({
      id,
      mediaAttributes: view.getUint16(6, true),
      offset: start,
      length: held,
      encryption: view.getUint16(16, true),
      compression: view.getUint16(18, true),
    });
    if (id === 'SPAD' || held < length) return streams;
    offset = start + length;
    offset += (STREAM_ALIGN - (offset % STREAM_ALIGN)) % STREAM_ALIGN;
  }
  return streams;
}

function isHeader(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_SIZE) return false;
  for (let i = 0; i < 4; i++) if (!(bytes[i]! >= 0x20 && bytes[i]! < 0x7f)) return false;
  const view = viewOf(bytes);
  return xorWords(view, 25) === view.getUint16(HEADER.checksum, true);
}

function xorWords(view: DataView, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum ^= view.getUint16(2 * i, true);
  return sum;
}

/** The first byte from `from` on that is not zero; null where there is none. */
function dataFrom(map: AddressMap, from: number): number | null {
  const piece = new Uint8Array(MIB);
  for (const { kind, offset, length } of extentsOf(map, from)) {
    for (let done = 0; kind !== 'zero' && done < length; done += MIB) {
      const bytes = piece.subarray(0, Math.min(MIB, length - done));
      readMap(map, offset + done, bytes);
      if (!isZero(bytes)) return offset + done + bytes.findIndex((byte) => byte !== 0);
    }
  }
  return null;
}

/** The next place where a block stands, within reach. */
function resync(map: AddressMap, from: number): number | null {
  const start = alignUp(from, RESYNC_STEP);
  const end = Math.min(map.size - HEADER_SIZE, start + RESYNC_MAX);
  for (let offset = start; offset <= end; offset += RESYNC_STEP)
    if (isHeader(readBytes(map, offset, HEADER_SIZE))) return offset;
  return null;
}

function requireTape(map: AddressMap, name: string): void {
  const head = readBytes(map, 0, 8);
  if (ascii(head, 0, 4) === 'TAPE') return;
  const details = { image: name, structure: 'TAPE', offset: 0 };
  if (ascii(head, 0, 8) === 'MSSQLBAK') {
    throw unsupported(
      'MTF_COMPRESSED',
      `${name} is a backup made WITH COMPRESSION or ENCRYPTION: neither is read here`,
      {
        ...details,
        hint: 'restore it on a SQL Server (RESTORE HEADERONLY says which it is; an encrypted one also needs the certificate it was made with), or look for an .mdf of the same database in a recovery point; backups WITH NO_COMPRESSION are read',
      },
    );
  }
  if (map.size === 0)
    throw corrupt('MTF_NO_TAPE', `${name} is empty`, { ...details, hint: 'copy it again from where it came from' });
  throw corrupt('MTF_NO_TAPE', `${name} is no native SQL Server backup`, {
    ...details,
    hint: 'backups of other programs are read by those; a database file is given as it is',
  });
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  let text = '';
  for (let i = offset; i < Math.min(bytes.length, offset + length); i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** MTF_TAPE_ADDRESS: u16 size, u16 offset from the block; '' where absent or outside. */
export function blockText(block: MtfBlock, address: number): string {
  const size = block.view.getUint16(address, true);
  const start = block.view.getUint16(address + 2, true);
  return tapeText(block.bytes, start, size, block.unicode);
}

export function tapeText(bytes: Uint8Array, start: number, size: number, unicode: boolean): string {
  if (!(size > 0 && start + size <= bytes.length)) return '';
  let text = '';
  for (let i = start; i + (unicode ? 1 : 0) < start + size; i += unicode ? 2 : 1)
    text += String.fromCharCode(unicode ? bytes[i]! | (bytes[i + 1]! << 8) : bytes[i]!);
  return text.replace(/\0+$/, '');
}

/** MTF_DATE_TIME: 40 bits, big-endian, in the writer's local time. Null for none. */
export function tapeTime(bytes: Uint8Array, at: number): string | null {
  const [a, b, c, d, e] = bytes.subarray(at, at + 5) as unknown as [number, number, number, number, number];
  if (e === undefined || (a | b | c | d | e) === 0) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = ((b & 3) << 2) | (c >> 6);
  const hour = ((c & 1) << 4) | (d >> 4);
  const minute = ((d & 15) << 2) | (e >> 6);
  const date = `${(a << 6) | (b >> 2)}-${two(month)}-${two((c >> 1) & 31)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(e & 63)}`;
}
