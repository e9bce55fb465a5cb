/**
 * Pages: the 8 KiB units of SQL Server's data files. A header of 96 bytes, records, and from the end downwards a slot
 * array with the record offsets.
 */

import { viewOf } from '../base/bytes.ts';

export const PAGE_SIZE = 8192;
export const HEADER_SIZE = 96;
export const EXTENT_PAGES = 8;

export const PAGE = {
  headerVersion: 0,
  type: 1,
  typeFlagBits: 2,
  level: 3,
  flagBits: 4,
  indexId: 6,
  prevPage: 8,
  pminlen: 14,
  nextPage: 16,
  slotCount: 22,
  objId: 24,
  freeData: 30,
  pageId: 32,
  fileId: 36,
  ghostRecordCount: 58,
  tornBits: 60,
} as const;

export const PageType = {
  data: 1,
  index: 2,
  textMix: 3,
  textTree: 4,
  sort: 7,
  gam: 8,
  sgam: 9,
  iam: 10,
  pfs: 11,
  boot: 13,
  fileHeader: 15,
  differentialMap: 16,
  bulkMap: 17,
} as const;

/** Page has a compression-information block behind its header. */
const COMPRESSION_INFORMATION = 0x80;

/** A page of a database: file id and page number within the file. */
export type PageAddress = { readonly file: number; readonly page: number };

/** A record: its page and slot. */
export type RowAddress = PageAddress & { readonly slot: number };

/** On disk a page address is u32 page, u16 file; 0:0 is none. */
export function getPageAddress(view: DataView, offset: number): PageAddress {
  return { page: view.getUint32(offset, true), file: view.getUint16(offset + 4, true) };
}

export function isNone(address: PageAddress): boolean {
  return address.page === 0 && address.file === 0;
}

/** `1:264`, as SQL Server writes it. */
export function addressText(address: PageAddress): string {
  return `${address.file}:${address.page}`;
}

/** One key for both parts: page numbers are 32 bits wide. */
export function addressKey(file: number, page: number): number {
  return file * 0x1_0000_0000 + page;
}

/** A page in memory. Fields are read when asked for. */
export class Page {
  readonly file: number;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Records may reach up to here: the slot array begins. */
  readonly recordsEnd: number;
  readonly slotCount: number;

  constructor(file: number, number: number, bytes: Uint8Array) {
    this.file = file;
    this.number = number;
    this.bytes = bytes;
    this.view = viewOf(bytes);
    const slots = this.view.getUint16(PAGE.slotCount, true);
    this.slotCount = 2 * slots <= PAGE_SIZE - HEADER_SIZE ? slots : 0;
    this.recordsEnd = PAGE_SIZE - 2 * this.slotCount;
  }

  get type(): number {
    return this.bytes[PAGE.type]!;
  }

  get level(): number {
    return this.bytes[PAGE.level]!;
  }

  get next(): PageAddress {
    return getPageAddress(this.view, PAGE.nextPage);
  }

  get previous(): PageAddress {
    return getPageAddress(this.view, PAGE.prevPage);
  }

  get hasCompressionInformation(): boolean {
    return (this.bytes[PAGE.typeFlagBits]! & COMPRESSION_INFORMATION) !== 0;
  }

  /** Allocation unit named by the header: `indexId << 48 | objId << 16`. A hint; IAM pages decide. */
  get allocationUnitId(): bigint {
    return (
      (BigInt(this.view.getUint16(PAGE.indexId, true)) << 48n) | (BigInt(this.view.getUint32(PAGE.objId, true)) << 16n)
    );
  }

  /** The header claims more slots than a page can hold. */
  get slotsOverflow(): boolean {
    return this.slotCount !== this.view.getUint16(PAGE.slotCount, true);
  }

  /** Offset of the record in this slot: 0 for an empty slot, -1 for one that points outside the records. */
  recordOffset(slot: number): number {
    if (!(slot < this.slotCount)) return -1;
    const offset = this.view.getUint16(PAGE_SIZE - 2 * (slot + 1), true);
    return offset === 0 || (offset >= HEADER_SIZE && offset + 2 <= this.recordsEnd) ? offset : -1;
  }

  get place(): string {
    return `page ${addressText({ file: this.file, page: this.number })}`;
  }
}
