/**
 * The two headers (MS-VHDX 2.2.2). A writer updates the one that is not current, so that one is always whole.
 *
 * 1. A header is valid when its signature and checksum are; the valid one of the higher sequence number is current.
 * 2. Two valid headers of one sequence number are accepted only when they are byte for byte the same (Disk2vhd writes
 *    such a pair): otherwise nothing says which one holds.
 * 3. Only the current header's fields are ever used.
 */

import { hasAscii, hex, KIB, viewOf } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { finding } from '../disk/disk-image.ts';
import { corrupt, type Finding, StorageError, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import {
  decodeHeader,
  FILE_IDENTIFIER,
  FILE_SIGNATURE,
  HEADER,
  HEADER_OFFSETS,
  HEADER_SIGNATURE,
  HEADER_VERSION,
  type Header,
} from './format.ts';

const SPEC = 'MS-VHDX 2.2.2';
/** Of the finding that the file does not say any more what it is. */
export const IDENTIFIER_LOST = 'VHDX_IDENTIFIER_LOST';
/** What a copy tool gives up at once; behind the identifier all of it is zeros. */
const START_SIZE = 4096;
const HINT = 'the copy may be incomplete or not a VHDX at all; compare its size with the original';

/** One of the two places; `header` is null when what stands there is not valid, and `defect` says why. */
export type HeaderSlot = {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly header: Header | null;
  readonly defect: string | null;
};

export type Headers = {
  readonly slots: readonly HeaderSlot[];
  readonly current: Header;
  /** Index of the current one in `slots`. */
  readonly currentIndex: number;
};

/** True when the bytes call themselves VHDX. A file of that name is never read as anything else. */
export function isVhdx(container: AddressMap): boolean {
  const bytes = tryRead(container, 0, FILE_SIGNATURE.length);
  if (bytes !== null && hasAscii(bytes, 0, FILE_SIGNATURE)) return true;
  return isLost(bytes) && isIdentifierLost(container);
}

/** Null where the disk refuses the bytes. */
function tryRead(container: AddressMap, offset: number, length: number): Uint8Array | null {
  try {
    return readBytes(container, offset, length);
  } catch (error) {
    if (StorageError.is(error) && error.kind === 'io') return null;
    throw error;
  }
}

/**
 * Unreadable, or overwritten with zeros as by a tool that copies a failing disk; a part of the signature may stand there
 * again, where a power cut has torn the sector in which a repair wrote it.
 */
function isLost(bytes: Uint8Array | null): boolean {
  if (bytes === null) return true;
  const first = bytes.findIndex((byte, at) => byte !== FILE_SIGNATURE.charCodeAt(at));
  return first < FILE_SIGNATURE.length && bytes.every((byte, at) => at < first || byte === 0);
}

/** Nothing is left of the start, and the headers behind it tell what it was. */
function isIdentifierLost(container: AddressMap): boolean {
  if (!isLost(tryRead(container, 0, START_SIZE))) return false;
  return HEADER_OFFSETS.some((offset) => readSlot(container, offset).header !== null);
}

/** The file identifier's bytes. Throws corrupt when the file is too short or is no VHDX. */
export function readFileIdentifier(container: AddressMap, image: string, findings: Finding[]): Uint8Array {
  const start = tryRead(container, 0, FILE_IDENTIFIER.SIZE);
  if (isLost(start) && isIdentifierLost(container)) {
    const message = `the file identifier ${start === null ? 'cannot be read' : start[0] === 0 ? 'is all zeros' : 'was cut off'}; the headers behind it are those of a VHDX`;
    const at = { image, structure: 'file identifier', offset: 0 };
    findings.push(finding('warning', { code: IDENTIFIER_LOST, message, at }, 'MS-VHDX 2.2.1'));
    return new Uint8Array(FILE_IDENTIFIER.SIZE);
  }
  const bytes = start ?? readBytes(container, 0, FILE_IDENTIFIER.SIZE); // which says why it cannot be read
  if (!hasAscii(bytes, 0, FILE_SIGNATURE)) {
    throw corrupt('VHDX_SIGNATURE_MISSING', `${image} is not a VHDX: expected "${FILE_SIGNATURE}" at offset 0`, {
      image,
      structure: 'file identifier',
      offset: 0,
      hint: HINT,
    });
  }
  return bytes;
}

/** Reads both headers and chooses. Throws corrupt when none is valid or two contradict, unsupported for a version. */
export function readHeaders(container: AddressMap, image: string, findings: Finding[]): Headers {
  const slots = HEADER_OFFSETS.map((offset) => readSlot(container, offset));
  const currentIndex = chooseHeader(slots, image, findings);
  const { header, offset } = slots[currentIndex]!;
  const current = header!;
  if (current.version !== HEADER_VERSION) {
    throw unsupported(
      'VHDX_HEADER_VERSION_UNSUPPORTED',
      `header version: expected ${HEADER_VERSION}, found ${current.version}`,
      { image, structure: 'header', offset: offset + HEADER.version },
    );
  }
  return { slots, current, currentIndex };
}

function readSlot(container: AddressMap, offset: number): HeaderSlot {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(container, offset, HEADER.SIZE);
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'io') throw error;
    return { offset, bytes: new Uint8Array(0), header: null, defect: error.message };
  }
  const defect = findHeaderDefect(bytes);
  return { offset, bytes, header: defect === null ? decodeHeader(bytes) : null, defect };
}

function findHeaderDefect(bytes: Uint8Array): string | null {
  if (bytes.length < HEADER.SIZE) return `the file ends within it (${bytes.length} of ${HEADER.SIZE} bytes)`;
  if (!hasAscii(bytes, HEADER.signature, HEADER_SIGNATURE)) return `signature: expected "${HEADER_SIGNATURE}"`;
  const stored = viewOf(bytes).getUint32(HEADER.checksum, true);
  const computed = checksumWithout(bytes, HEADER.checksum);
  return stored === computed ? null : `checksum: expected ${hex(computed)}, found ${hex(stored)}`;
}

const ZERO_FIELD = new Uint8Array(4);

/** CRC-32C of a structure whose own checksum, four bytes at `field`, counts as zero. */
export function checksumWithout(bytes: Uint8Array, field: number): number {
  const before = crc32c(bytes.subarray(0, field));
  return crc32c(bytes.subarray(field + 4), crc32c(ZERO_FIELD, before));
}

function chooseHeader(slots: readonly HeaderSlot[], image: string, findings: Finding[]): number {
  const [first, second] = [slots[0]!, slots[1]!];
  if (first.header !== null && second.header !== null) {
    if (first.header.sequenceNumber !== second.header.sequenceNumber) {
      return first.header.sequenceNumber > second.header.sequenceNumber ? 0 : 1;
    }
    requireEqual(first, second, image);
    const at = { image, structure: 'header', offset: second.offset };
    const message = `both headers carry sequence number ${first.header.sequenceNumber} and are the same`;
    findings.push(finding('info', { code: 'VHDX_HEADERS_EQUAL', message, at }, SPEC));
    return 0;
  }
  if (first.header === null && second.header === null) {
    throw corrupt(
      'VHDX_HEADERS_INVALID',
      `no valid header: at ${hex(first.offset)} ${first.defect}; at ${hex(second.offset)} ${second.defect}`,
      { image, structure: 'header', offset: first.offset, hint: HINT },
    );
  }
  const lost = first.header === null ? first : second;
  const message = `header at ${hex(lost.offset)} is not valid (${lost.defect}); the other one is used`;
  const at = { image, structure: 'header', offset: lost.offset };
  findings.push(finding('warning', { code: 'VHDX_HEADER_INVALID', message, at }, SPEC));
  return first.header === null ? 1 : 0;
}

function requireEqual(first: HeaderSlot, second: HeaderSlot, image: string): void {
  const differs = first.bytes.findIndex((byte, i) => byte !== second.bytes[i]);
  if (differs < 0) return;
  throw corrupt(
    'VHDX_HEADERS_CONFLICT',
    `both headers carry sequence number ${first.header!.sequenceNumber} and differ from byte ${differs} on: none is current`,
    { image, structure: 'header', offset: first.offset + differs, hint: HINT },
  );
}

/** The first reserved byte of the headers and the identifier's 64 KiB that is not zero, for `check`. */
export function findHeaderReserved(slot: HeaderSlot): number | null {
  const index = slot.bytes.subarray(HEADER.reserved).findIndex((byte) => byte !== 0);
  return index < 0 ? null : slot.offset + HEADER.reserved + index;
}

/**
 * The DataWriteGuid that children name, read with as little as can be (both headers); null when these bytes are no
 * readable VHDX. For a search of parents by identity.
 */
export function readDataWriteGuid(container: AddressMap): string | null {
  try {
    if (!isVhdx(container) || container.size < HEADER_OFFSETS[1] + 64 * KIB) return null;
    return readHeaders(container, '', []).current.dataWriteGuid;
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}
