/** What a SQL Server backup says of itself: the sets on the medium, as RESTORE HEADERONLY and FILELISTONLY show them. */

import { getU64, hasAscii, viewOf } from '../base/bytes.ts';
import { getGuid, NIL_GUID } from '../base/guid.ts';
import type { Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import { getLsn, type Lsn } from '../mdf/boot-page.ts';
import { blockText, type MtfBlock, type MtfStream, StreamAttribute, tapeText, tapeTime, walkBlocks } from './block.ts';
import { readLogPlace, type VirtualLogPlace } from './log-place.ts';

const CONFIGURATION_MAX = 1024 * 1024;
const FLAG_CHECKSUMS = 0x10;
/** Each piece of MQDA and MQTL starts with two bytes that are not part of the data. */
export const LEAD = 2;

type BackupKind = 'full' | 'differential' | 'log' | 'file' | 'partial' | 'unknown';

export type BackupFile = {
  readonly fileId: number;
  readonly kind: 'data' | 'log';
  readonly logicalName: string;
  readonly physicalName: string;
  /** Bytes of the file when it was backed up. */
  readonly size: number;
};

/** Data of one MSDA or MSTL block: where the pages or the log stand in the file; of the log, to which virtual log they belong. */
export type BackupRegion = {
  readonly kind: 'pages' | 'log';
  readonly pieces: readonly BackupPiece[];
  readonly log: VirtualLogPlace | null;
};

/** `checksum`: what BACKUP WITH CHECKSUM wrote behind the piece, else null. */
export type BackupPiece = MtfStream & { readonly checksum: number | null };

export type BackupSet = {
  /** FILE = n. */
  readonly position: number;
  readonly name: string;
  readonly user: string;
  readonly machine: string;
  readonly kind: BackupKind;
  readonly setId: string;
  /** The database's, which stands in the headers of its files too. */
  readonly bindingId: string;
  /** Of the full backup that a differential one stands on. */
  readonly baseId: string | null;
  readonly database: string;
  readonly server: string;
  readonly version: number;
  readonly build: string;
  readonly compatibilityLevel: number;
  readonly started: string | null;
  readonly finished: string | null;
  readonly firstLsn: Lsn;
  readonly lastLsn: Lsn;
  readonly checkpointLsn: Lsn;
  readonly checksums: boolean;
  readonly encrypted: boolean;
  readonly files: readonly BackupFile[];
  readonly regions: readonly BackupRegion[];
};

export type BackupMedium = {
  readonly name: string;
  readonly software: string;
  readonly mediaSetId: string | null;
  /** Files of the media set, and which one this is. */
  readonly stripes: number;
  readonly stripe: number;
  readonly password: boolean;
  readonly sets: readonly BackupSet[];
  readonly findings: readonly Finding[];
};

/** Reads the headers of a medium: a few KiB for each set, never its pages. */
export function readBackupMedium(map: AddressMap, name: string): BackupMedium {
  const findings: Finding[] = [];
  const onDamage = ({ code, message, at }: StorageError): void => {
    findings.push({ severity: 'error', code, message, at });
  };
  const medium = { software: '', mediaSetId: null as string | null, stripes: 1, stripe: 1, password: false };
  const sets: SetDraft[] = [];
  for (const block of walkBlocks(map, name, onDamage)) {
    if (block.type === 'TAPE') Object.assign(medium, readTape(map, block));
    else if (block.type === 'SSET') sets.push(new SetDraft(block));
    else sets.at(-1)?.add(map, block);
  }
  if (sets.length === 0) {
    const message = `${name} ends before its first backup set`;
    findings.push({ severity: 'error', code: 'MTF_NO_SET', message, at: { image: name, offset: map.size } });
  }
  return { name, ...medium, sets: sets.map((set) => set.finish()), findings };
}

function readTape(map: AddressMap, block: MtfBlock) {
  const raid = block.streams.find((stream) => stream.id === 'RAID');
  const bytes = raid === undefined ? new Uint8Array(0) : readBytes(map, raid.offset, raid.length);
  const known = bytes.length >= 26;
  const view = viewOf(bytes);
  return {
    software: blockText(block, 80),
    mediaSetId: known ? getGuid(bytes, 0) : null,
    stripes: known ? view.getUint16(20, true) : 1,
    stripe: known ? view.getUint16(24, true) : 1,
    password: block.view.getUint16(76, true) > 0,
  };
}

const KINDS: Readonly<Record<string, BackupKind>> = {
  D: 'full',
  I: 'differential',
  L: 'log',
  F: 'file',
  G: 'file',
  P: 'partial',
  Q: 'partial',
};

type Configuration = Omit<BackupSet, 'position' | 'name' | 'user' | 'machine' | 'setId' | 'encrypted' | 'regions'>;

/** A set while its blocks come by. */
class SetDraft {
  readonly #start: MtfBlock;
  readonly #regions: BackupRegion[] = [];
  #machine = '';
  #configuration: Configuration | null = null;
  #encrypted = false;

  constructor(start: MtfBlock) {
    this.#start = start;
  }

  add(map: AddressMap, block: MtfBlock): void {
    if (block.type === 'VOLB') this.#machine = blockText(block, 64);
    for (const stream of block.streams) {
      if ((stream.mediaAttributes & StreamAttribute.encrypted) !== 0 || stream.encryption !== 0) this.#encrypted = true;
      // The last one (of the MSLS block) has the final dates and sizes.
      if (stream.id === 'MQCI') {
        const bytes = readBytes(map, stream.offset, Math.min(stream.length, CONFIGURATION_MAX));
        this.#configuration = readConfiguration(bytes) ?? this.#configuration;
      }
    }
    if (block.type === 'MSDA') this.#addRegion(map, block, 'pages', 'MQDA');
    if (block.type === 'MSTL') this.#addRegion(map, block, 'log', 'MQTL');
  }

  #addRegion(map: AddressMap, block: MtfBlock, kind: BackupRegion['kind'], id: string): void {
    const pieces: BackupPiece[] = [];
    for (const [i, stream] of block.streams.entries()) {
      if (stream.id !== id || stream.length <= LEAD) continue;
      const next = block.streams[i + 1];
      const bytes = next?.id === 'CSUM' ? readBytes(map, next.offset, 4) : null;
      pieces.push({ ...stream, checksum: bytes?.length === 4 ? viewOf(bytes).getUint32(0, true) : null });
    }
    const log = kind === 'log' ? readLogPlace(block) : null;
    if (pieces.length > 0 || log !== null) this.#regions.push({ kind, pieces, log });
  }

  finish(): BackupSet {
    const { bytes, view } = this.#start;
    const own = view.getUint16(44, true) >= 16 ? view.getUint16(46, true) : 0;
    return {
      ...(this.#configuration ?? NO_CONFIGURATION),
      position: view.getUint16(62, true),
      name: blockText(this.#start, 64),
      user: blockText(this.#start, 76),
      machine: this.#machine,
      setId: own > 0 && own + 16 <= bytes.length ? getGuid(bytes, own) : NIL_GUID,
      encrypted: this.#encrypted,
      regions: this.#regions,
    };
  }
}

const NO_LSN: Lsn = { file: 0, block: 0, slot: 0 };
const NO_CONFIGURATION: Configuration = {
  kind: 'unknown',
  bindingId: NIL_GUID,
  baseId: null,
  database: '',
  server: '',
  version: 0,
  build: '',
  compatibilityLevel: 0,
  started: null,
  finished: null,
  firstLsn: NO_LSN,
  lastLsn: NO_LSN,
  checkpointLsn: NO_LSN,
  checksums: false,
  files: [],
};

/** MQCI: SCIN, then SFGI for each file group and SFIN for each file, each with its size at +4. */
function readConfiguration(bytes: Uint8Array): Configuration | null {
  if (!hasAscii(bytes, 0, 'SCIN') || bytes.length < 264) return null;
  const view = viewOf(bytes);
  const text = (at: number): string => tapeText(bytes, view.getUint16(at + 2, true), view.getUint16(at, true), true);
  const base = getGuid(bytes, 200);
  return {
    kind: KINDS[String.fromCharCode(bytes[87]!)] ?? 'unknown',
    bindingId: getGuid(bytes, 124),
    baseId: base === NIL_GUID ? null : base,
    database: text(104),
    server: text(108),
    version: view.getUint16(94, true),
    build: `${bytes[27]}.${bytes[26]}.${view.getUint16(24, true)}`,
    compatibilityLevel: bytes[91]!,
    started: tapeTime(bytes, 77),
    finished: tapeTime(bytes, 82),
    firstLsn: getLsn(view, 32),
    lastLsn: getLsn(view, 42),
    checkpointLsn: getLsn(view, 52),
    checksums: (view.getUint32(8, true) & FLAG_CHECKSUMS) !== 0,
    files: readFiles(bytes, view),
  };
}

function readFiles(bytes: Uint8Array, view: DataView): BackupFile[] {
  const files: BackupFile[] = [];
  for (let at = 0; at + 56 <= bytes.length; ) {
    const size = view.getUint16(at + 4, true);
    if (size < 8 || at + size > bytes.length) break;
    if (hasAscii(bytes, at, 'SFIN')) {
      const own = bytes.subarray(at, at + size);
      const text = (field: number): string =>
        tapeText(own, view.getUint16(at + field + 2, true), view.getUint16(at + field, true), true);
      files.push({
        fileId: view.getUint32(at + 20, true),
        kind: view.getUint32(at + 28, true) === 2 ? 'log' : 'data',
        logicalName: text(48),
        physicalName: text(52),
        size: getU64(view, at + 40),
      });
    }
    at += size;
  }
  return files;
}
