/** The boot page (page 9 of the primary file): who the database is, which SQL Server wrote it, where its catalog starts. */

import { viewOf } from '../base/bytes.ts';
import { getGuid } from '../base/guid.ts';
import { corrupt, type ErrorDetails, type StorageError, unsupported } from '../errors.ts';
import { decodeDatetime } from './date-time.ts';
import { getPageAddress, HEADER_SIZE, PAGE, type Page, type PageAddress, PageType } from './page.ts';
import { utf16Text } from './text.ts';

export const BOOT_PAGE = 9;

/** Offsets in the record. */
const BOOT = {
  version: 4,
  createVersion: 6,
  status: 36,
  created: 44,
  name: 52,
  nameLength: 308,
  compatibilityLevel: 314,
  checkpointLsn: 348,
  collation: 392,
  familyId: 408,
  firstSysAllocUnits: 516,
  engineBuild: 684,
} as const;
/** Of the page header: what follows it is encrypted. */
const FLAG_ENCRYPTED = 0x8;
const NAME_SIZE = 256;
const RECORD_MIN = 688;

const STATUS_TORN_PAGE = 0x10;
const STATUS_SIMPLE_RECOVERY = 0x8;
const STATUS_CHECKSUM = 0x10000;
const STATUS_CLEAN_SHUTDOWN = 0x4000_0000;

/** Database versions: the first of each product, in order. */
const PRODUCTS: readonly (readonly [from: number, product: string])[] = [
  [515, '7.0'],
  [539, '2000'],
  [611, '2005'],
  [655, '2008'],
  [660, '2008 R2'],
  [706, '2012'],
  [782, '2014'],
  [852, '2016'],
  [869, '2017'],
  [904, '2019'],
  [957, '2022'],
  [998, '2025'],
];
const VERSION_MIN = 611;
const VERSION_MAX = 1100;
/** What is outside, and still looks like a version: from 7.0 on, and some way into the future. */
const VERSION_FIRST = 515;
const VERSION_LAST = 2000;

/** Log sequence number: virtual log file, block of 512 bytes in it, slot. */
export type Lsn = { readonly file: number; readonly block: number; readonly slot: number };

export function getLsn(view: DataView, offset: number): Lsn {
  return {
    file: view.getUint32(offset, true),
    block: view.getUint32(offset + 4, true),
    slot: view.getUint16(offset + 8, true),
  };
}

/** `27:1E8:47`, hexadecimal as SQL Server's tools write it. */
export function lsnText(lsn: Lsn): string {
  return [lsn.file, lsn.block, lsn.slot].map((part) => part.toString(16).toUpperCase()).join(':');
}

export type BootPage = {
  /** Internal database version, e.g. 852. */
  readonly version: number;
  readonly createVersion: number;
  /** `2016`: which SQL Server writes this version. */
  readonly product: string;
  readonly name: string;
  readonly created: string | null;
  readonly compatibilityLevel: number;
  readonly collation: number;
  readonly familyId: string;
  readonly cleanShutdown: boolean;
  readonly simpleRecovery: boolean;
  readonly pageVerify: 'checksum' | 'torn page' | 'none';
  readonly checkpointLsn: Lsn;
  /** `13.0.5081`. */
  readonly engineBuild: string;
  readonly firstSysAllocUnits: PageAddress;
};

/** Throws kind `unsupported` for encrypted databases and versions that were never seen, `corrupt` for no boot page. */
export function readBootPage(page: Page, image: string): BootPage {
  const details = { image, structure: 'boot page', offset: BOOT_PAGE * page.bytes.length };
  if (page.type !== PageType.boot) {
    throw corrupt('MDF_BOOT_TYPE', `page 1:9 of ${image} is no boot page (type ${page.type})`, {
      ...details,
      hint: 'is it the primary data file (.mdf) of a database?',
    });
  }
  const record = page.bytes.subarray(HEADER_SIZE, page.recordsEnd);
  const view = viewOf(record);
  if ((page.view.getUint16(PAGE.flagBits, true) & FLAG_ENCRYPTED) !== 0) throw encrypted(image, details);
  const version = view.getUint16(BOOT.version, true);
  const fixedEnd = view.getUint16(2, true);
  const isRecord = record[0] === 0 && fixedEnd <= record.length;
  if (isRecord && isOtherVersion(version)) throw otherVersion(version, image, details);
  if (!isRecord || fixedEnd < RECORD_MIN || !known(version)) {
    throw corrupt('MDF_BOOT_RECORD', `the boot page of ${image} makes no sense (database version ${version})`, {
      ...details,
      hint: 'a database under transparent data encryption (TDE) looks like this: only a SQL Server that has its certificate can read it. If it is not encrypted, the page is damaged: take it from another recovery point',
    });
  }
  const status = view.getUint32(BOOT.status, true);
  const build = view.getUint32(BOOT.engineBuild, true);
  const nameSize = Math.min(view.getUint16(BOOT.nameLength, true), NAME_SIZE);
  return {
    version,
    createVersion: view.getUint16(BOOT.createVersion, true),
    product: productOf(version),
    name: utf16Text(record, BOOT.name, BOOT.name + nameSize - (nameSize % 2)),
    created: timeOrNull(record, view),
    compatibilityLevel: record[BOOT.compatibilityLevel]!,
    collation: view.getUint32(BOOT.collation, true),
    familyId: getGuid(record, BOOT.familyId),
    cleanShutdown: (status & STATUS_CLEAN_SHUTDOWN) !== 0,
    simpleRecovery: (status & STATUS_SIMPLE_RECOVERY) !== 0,
    pageVerify:
      (status & STATUS_CHECKSUM) !== 0 ? 'checksum' : (status & STATUS_TORN_PAGE) !== 0 ? 'torn page' : 'none',
    checkpointLsn: getLsn(view, BOOT.checkpointLsn),
    engineBuild: `${build >>> 24}.${(build >>> 16) & 0xff}.${build & 0xffff}`,
    firstSysAllocUnits: getPageAddress(view, BOOT.firstSysAllocUnits),
  };
}

/** Versions that exist, or will: written by a SQL Server before or after those whose layout is known. */
function isOtherVersion(version: number): boolean {
  return (version >= VERSION_FIRST && version < VERSION_MIN) || (version > VERSION_MAX && version <= VERSION_LAST);
}

function otherVersion(version: number, image: string, details: ErrorDetails): StorageError {
  const isOld = version < VERSION_MIN;
  const by = isOld ? `SQL Server ${productOf(version)}` : 'a SQL Server newer than 2025';
  return unsupported('MDF_VERSION_UNKNOWN', `${image} was written by ${by} (database version ${version})`, {
    ...details,
    hint: isOld
      ? 'SQL Server 2005 and later are read; attach a copy to SQL Server 2008 R2 or older, which upgrades it, and give that'
      : 'versions of SQL Server 2005 to 2025 are read; attach a copy to a SQL Server of its own version',
  });
}

function encrypted(image: string, details: ErrorDetails): StorageError {
  return unsupported('MDF_ENCRYPTED', `${image} is encrypted (transparent data encryption, TDE)`, {
    ...details,
    hint: 'attach or restore it on a SQL Server that has the certificate of the server it came from, with its private key (a file made by BACKUP CERTIFICATE); every other copy of this database is encrypted too, unless it is older than the encryption',
  });
}

function known(version: number): boolean {
  return version >= VERSION_MIN && version <= VERSION_MAX;
}

function timeOrNull(record: Uint8Array, view: DataView): string | null {
  try {
    return String(decodeDatetime(record, view, BOOT.created, BOOT.created + 8));
  } catch {
    return null; // never set
  }
}

/** The newest product whose first version is not above this one. */
export function productOf(version: number): string {
  return PRODUCTS.findLast(([from]) => version >= from)?.[1] ?? 'before 7.0';
}

/** Product versions that real databases were read of, or whose catalog is documented as the same. */
export function isTestedVersion(version: number): boolean {
  return PRODUCTS.some(([from]) => version === from) || version === 612 || version === 661;
}
