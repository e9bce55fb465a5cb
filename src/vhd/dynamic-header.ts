/** The header of dynamic and differencing disks, and what it says of a parent. */

import { getUtf16, hex, isPowerOfTwo, viewOf } from '../base/bytes.ts';
import { NIL_GUID } from '../base/guid.ts';
import { finding, type ParentRequest } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding, type Place, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import {
  DYNAMIC_HEADER_SIZE,
  type DynamicHeader,
  decodeDynamicHeader,
  type Footer,
  type ParentLocatorEntry,
  SECTOR_SIZE,
  VERSION_1_0,
} from './format.ts';

const SPEC = 'VHD Dynamic Disk Header Format';
const LOCATOR_LENGTH_MAX = 64 * 1024;

/** Platform codes in the order in which they are tried: what is near the child first, deprecated ones last. */
const PLATFORM_CODES = ['W2ru', 'W2ku', 'MacX', 'Wi2r', 'Wi2k'] as const;

/** Reads the header that the footer points to. Throws `VHD_HEADER_*` when no block could be found with it. */
export function readDynamicHeader(
  container: AddressMap,
  footer: Footer,
  image: string,
): { header: DynamicHeader; findings: Finding[] } {
  const offset = footer.dataOffset;
  const at: Place = { image, structure: 'dynamic header', offset };
  if (!(offset >= 0 && offset + DYNAMIC_HEADER_SIZE <= container.size)) {
    const place = `${hex(offset)}, the file has ${hex(container.size)} bytes`;
    throw corrupt('VHD_HEADER_OUTSIDE_FILE', `the footer puts the dynamic header at ${place}`, {
      ...at,
      offset: undefined,
    });
  }
  const header = decodeDynamicHeader(readBytes(container, offset, DYNAMIC_HEADER_SIZE));
  if (!header.hasCookie) throw corrupt('VHD_HEADER_COOKIE', `dynamic header at ${hex(offset)} lacks the cookie`, at);
  if (!(isPowerOfTwo(header.blockSize) && header.blockSize >= SECTOR_SIZE)) {
    const found = `${header.blockSize}, expected a power of two of at least ${SECTOR_SIZE}`;
    throw corrupt('VHD_HEADER_BLOCK_SIZE', `dynamic header has a block size of ${found}`, at);
  }
  return { header, findings: headerFindings(container, footer, header, at) };
}

function headerFindings(container: AddressMap, footer: Footer, header: DynamicHeader, at: Place): Finding[] {
  const findings: Finding[] = [];
  const report = (severity: Finding['severity'], code: ErrorCode, message: string) =>
    findings.push(finding(severity, { code, message, at }, SPEC));
  if (header.checksum !== header.checksumComputed) {
    const values = `${hex(header.checksum)}, computed ${hex(header.checksumComputed)}`;
    report('error', 'VHD_HEADER_CHECKSUM', `dynamic header has checksum ${values}`);
  }
  if (header.headerVersion !== VERSION_1_0) {
    report(
      'warning',
      'VHD_HEADER_VERSION',
      `dynamic header has version ${hex(header.headerVersion)}, expected 0x10000`,
    );
  }
  const blocks = Math.ceil(footer.currentSize / header.blockSize);
  if (header.maxTableEntries < blocks) {
    const found = `${header.maxTableEntries} entries, the disk has ${blocks} blocks: the rest cannot be read`;
    report('error', 'VHD_BAT_TOO_SHORT', `the BAT has ${found}`);
  }
  const end = header.tableOffset + 4 * Math.min(blocks, header.maxTableEntries);
  if (!(end <= container.size)) {
    const place = `${hex(header.tableOffset)} to ${hex(end)}, the file has ${hex(container.size)} bytes`;
    report('error', 'VHD_BAT_OUTSIDE_FILE', `the BAT goes from ${place}`);
  }
  return findings;
}

/** What this disk says of its parent: paths from its locators, then its name; unreadable locators become findings. */
export function readParentRequest(
  container: AddressMap,
  footer: Footer,
  header: DynamicHeader,
  image: string,
): { request: ParentRequest; findings: Finding[] } {
  const findings: Finding[] = [];
  const candidates: { key: string; path: string }[] = [];
  for (const code of PLATFORM_CODES) {
    for (const locator of header.parentLocators) {
      if (locator.platformCode !== code) continue;
      try {
        const path = readLocatorText(container, locator, image);
        if (path !== '') candidates.push({ key: code, path });
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        findings.push(finding('warning', error, SPEC));
      }
    }
  }
  if (header.parentUnicodeName !== '') candidates.push({ key: 'parent name', path: header.parentUnicodeName });
  const request: ParentRequest = {
    format: 'vhd',
    child: image,
    candidates,
    identities: header.parentUniqueId === NIL_GUID ? [] : [header.parentUniqueId],
    logicalSectorSize: SECTOR_SIZE,
    size: footer.currentSize,
  };
  return { request, findings };
}

function readLocatorText(container: AddressMap, locator: ParentLocatorEntry, image: string): string {
  const { platformCode: code, platformDataOffset: offset, platformDataLength: length } = locator;
  if (!(length <= LOCATOR_LENGTH_MAX && offset + length <= container.size)) {
    throw corrupt(
      'VHD_PARENT_LOCATOR_OUTSIDE_FILE',
      `parent locator ${code} says ${length} bytes at ${hex(offset)}, the file has ${hex(container.size)}`,
      { image, structure: 'parent locator', offset: Number.isNaN(offset) ? undefined : offset },
    );
  }
  const bytes = readBytes(container, offset, length);
  if (code === 'W2ru' || code === 'W2ku') return withoutPadding(getUtf16(viewOf(bytes), 0, length >>> 1));
  const text = withoutPadding(new TextDecoder('utf-8').decode(bytes));
  return code === 'MacX' ? text.replace(/^file:\/\/(localhost)?/, '') : text;
}

function withoutPadding(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
