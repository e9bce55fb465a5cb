/**
 * Layout of a sidecar: what pitvault knows of one state of a replica, in a file named by the DataWriteGuid of that
 * state's disk. Little-endian. Declares and converts; sidecar.ts judges.
 *
 *     0        header, 4 KiB
 *     4096     slots of 4 KiB: pages of 256 fingerprints, in any order; a page of zero blocks only has none
 *     then     index: one entry for each page, ascending
 *     then     change map: ranges that differ from the previous state, ascending
 *     then     seal, when asked for
 *
 * A sidecar is complete or worthless: it is written under its final name, flushed before anything refers to it, and
 * never changed afterwards.
 */

import { getU64, hasAscii, KIB, setAscii, setU64, viewOf } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { getGuid, NIL_GUID, setGuid } from '../base/guid.ts';
import { FINGERPRINT_SIZE } from './fingerprint.ts';

const SIDECAR_VERSION = 1;
const SIGNATURE = 'pvstate\n';

export const PAGE_SIZE = 4 * KIB;
/** Fingerprints in a page. */
export const PAGE_ENTRIES = PAGE_SIZE / FINGERPRINT_SIZE;
export const FIRST_SLOT = 4096;

export const HEADER = {
  signature: 0, //        8 bytes "pvstate\n"
  version: 8, //          u32
  headerChecksum: 12, //  u32  CRC-32C of the header, this field as zero
  dataWriteGuid: 16, //   guid of the disk whose state this is
  previousGuid: 32, //    guid DataWriteGuid of the state before; nil: there was none
  pointId: 48, //         guid folder that the state before has moved to with the publication of this one; nil: none
  replicaId: 64, //       guid
  sequence: 80, //        u64  counts the states of the replica, from 1
  capturedMs: 88, //      u64  when the data was captured, Unix milliseconds; never less than the state before
  diskSize: 96, //        u64  bytes
  blockSize: 104, //      u32  bytes under one fingerprint
  changeUnit: 108, //     u32  the change map may be too large by less than this at each end of a range
  root: 112, //           16 bytes, see `rootOf` in sidecar.ts
  indexOffset: 128, //    u64
  indexCount: 136, //     u64
  changesOffset: 144, //  u64
  changesCount: 152, //   u64
  changedBytes: 160, //   u64  sum of the change map
  sealOffset: 168, //     u64  0: no seal
  sealLength: 176, //     u64
  indexChecksum: 184, //  u32  CRC-32C
  changesChecksum: 188, // u32 CRC-32C
  sealChecksum: 192, //   u32  CRC-32C
  depth: 196, //          u32  files that had to be read together when this was published; 1: the disk stood alone
  SIZE: 4096,
} as const;

export const INDEX_ENTRY = {
  page: 0, //       u64  number of the page: it covers blocks from page * 256 on
  fileOffset: 8, // u64
  digest: 16, //    16 bytes, fingerprint of the page
  SIZE: 32,
} as const;

export const CHANGE_ENTRY_SIZE = 16; // u64 offset, u64 length, in bytes of the disk

/** What a state is called and where it stands among its fellows. */
export type StateFacts = {
  readonly dataWriteGuid: string;
  /** Null for the first state. */
  readonly previousGuid: string | null;
  /** PITId: the folder to which the previous state moves when this one is published; null for the first state. */
  readonly pointId: string | null;
  readonly replicaId: string;
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly capturedMs: number;
  /** Bytes. */
  readonly diskSize: number;
  /** Bytes under one fingerprint. */
  readonly blockSize: number;
  /** Files of its chain when it was published; 1: the disk stands alone. Merges make it less, never more. */
  readonly depth: number;
};

export type SidecarHeader = StateFacts & {
  readonly changeUnit: number;
  readonly root: Uint8Array;
  readonly indexOffset: number;
  readonly indexCount: number;
  readonly changesOffset: number;
  readonly changesCount: number;
  readonly changedBytes: number;
  readonly sealOffset: number;
  readonly sealLength: number;
  readonly indexChecksum: number;
  readonly changesChecksum: number;
  readonly sealChecksum: number;
};

const BLOCK_SIZE_MIN = 64 * KIB;
const BLOCKS_MAX = 2 ** 26;

/**
 * Bytes under one fingerprint, for a disk of this size: 64 KiB up to 4 TiB, then what keeps the table at 2^26 blocks
 * (1 GiB when all of them hold data, an index of 8 MiB). Smaller blocks cost more than they give: within a block that
 * differs, what has changed is found by bytes.
 */
export function blockSizeFor(diskSize: number): number {
  let blockSize = BLOCK_SIZE_MIN;
  while (diskSize / blockSize > BLOCKS_MAX) blockSize *= 2;
  return blockSize;
}

export function encodeHeader(header: SidecarHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER.SIZE);
  const view = viewOf(bytes);
  setAscii(bytes, HEADER.signature, SIGNATURE);
  view.setUint32(HEADER.version, SIDECAR_VERSION, true);
  setGuid(bytes, HEADER.dataWriteGuid, header.dataWriteGuid);
  setGuid(bytes, HEADER.previousGuid, header.previousGuid ?? NIL_GUID);
  setGuid(bytes, HEADER.pointId, header.pointId ?? NIL_GUID);
  setGuid(bytes, HEADER.replicaId, header.replicaId);
  for (const field of U64_FIELDS) setU64(view, HEADER[field], header[field]);
  for (const field of U32_FIELDS) view.setUint32(HEADER[field], header[field], true);
  bytes.set(header.root, HEADER.root);
  view.setUint32(HEADER.headerChecksum, crc32c(bytes), true);
  return bytes;
}

/** The header, or why these bytes are none. */
export function decodeHeader(bytes: Uint8Array): SidecarHeader | string {
  if (bytes.length < HEADER.SIZE || !hasAscii(bytes, HEADER.signature, SIGNATURE)) return 'it has no signature';
  const view = viewOf(bytes);
  const version = view.getUint32(HEADER.version, true);
  if (version !== SIDECAR_VERSION) return `version: expected ${SIDECAR_VERSION}, found ${version}`;
  const copy = bytes.slice(0, HEADER.SIZE);
  viewOf(copy).setUint32(HEADER.headerChecksum, 0, true);
  if (crc32c(copy) !== view.getUint32(HEADER.headerChecksum, true)) return 'the checksum of its header is wrong';
  const u64 = (field: (typeof U64_FIELDS)[number]) => getU64(view, HEADER[field]);
  const u32 = (field: (typeof U32_FIELDS)[number]) => view.getUint32(HEADER[field], true);
  return {
    dataWriteGuid: getGuid(bytes, HEADER.dataWriteGuid),
    previousGuid: guidOrNull(bytes, HEADER.previousGuid),
    pointId: guidOrNull(bytes, HEADER.pointId),
    replicaId: getGuid(bytes, HEADER.replicaId),
    sequence: u64('sequence'),
    capturedMs: u64('capturedMs'),
    diskSize: u64('diskSize'),
    blockSize: u32('blockSize'),
    depth: u32('depth'),
    changeUnit: u32('changeUnit'),
    root: bytes.slice(HEADER.root, HEADER.root + FINGERPRINT_SIZE),
    indexOffset: u64('indexOffset'),
    indexCount: u64('indexCount'),
    changesOffset: u64('changesOffset'),
    changesCount: u64('changesCount'),
    changedBytes: u64('changedBytes'),
    sealOffset: u64('sealOffset'),
    sealLength: u64('sealLength'),
    indexChecksum: u32('indexChecksum'),
    changesChecksum: u32('changesChecksum'),
    sealChecksum: u32('sealChecksum'),
  };
}

const U64_FIELDS = [
  'sequence',
  'capturedMs',
  'diskSize',
  'indexOffset',
  'indexCount',
  'changesOffset',
  'changesCount',
  'changedBytes',
  'sealOffset',
  'sealLength',
] as const;
const U32_FIELDS = ['blockSize', 'depth', 'changeUnit', 'indexChecksum', 'changesChecksum', 'sealChecksum'] as const;

function guidOrNull(bytes: Uint8Array, offset: number): string | null {
  const guid = getGuid(bytes, offset);
  return guid === NIL_GUID ? null : guid;
}
