/**
 * The features database (`fixtures/make/features_file.py`) spread out: text pages in a second data file, pages of a large
 * table beyond 4 GiB of the first one and in the second one too. Everything between is holes. Pages are moved byte by byte:
 * what names them (IAM pages, neighbours, row pointers) is rewritten, the rest stays as the writer made it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ByteFile } from '../../src/io/byte-file.ts';
import { pageChecksum } from '../../src/mdf/page-protection.ts';

const PAGE = 8192;
const PFS_INTERVAL = 8088;
const GAM_INTERVAL = 511_232;
const [PFS, GAM, IAM, FILE_HEADER, SYSPRUFILES] = [11, 8, 10, 15, 24];
/** Of the features database: text pages with their IAM page and the row that names them; a table of 25 pages with its IAM page. */
const TEXT = { pages: range(10, 8), also: [18, 38] };
const MANY = { singles: range(27, 8), extents: range(40, 17), iam: 35 };
/** Beyond 4 GiB are the pages from 524,288 on. */
export const FAR = 700_000;
export const SECOND = 3;
const PAGES = FAR + 24;
const SECOND_PAGES = 32;

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

type Place = { readonly file: number; readonly page: number };

/** A file of pages, zeros where there is none. */
export class PageFile implements ByteFile {
  readonly name: string;
  readonly identity: string;
  readonly path = null;
  readonly pages = new Map<number, Uint8Array>();
  readonly #count: number;

  constructor(name: string, count: number) {
    this.name = this.identity = name;
    this.#count = count;
  }

  get size(): number {
    return this.#count * PAGE;
  }

  read(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.size - offset));
    target.fill(0, 0, length);
    for (let page = Math.floor(offset / PAGE); page * PAGE < offset + length; page++) {
      const bytes = this.pages.get(page);
      if (bytes === undefined) continue;
      const from = Math.max(offset, page * PAGE);
      const to = Math.min(offset + length, (page + 1) * PAGE);
      target.set(bytes.subarray(from - page * PAGE, to - page * PAGE), from - offset);
    }
    return length;
  }

  close(): void {}
}

export type SpreadDatabase = { readonly primary: PageFile; readonly second: PageFile };

export function spreadDatabase(): SpreadDatabase {
  const source = new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/features.mdf.gz'))));
  const original = (page: number): Uint8Array => source.slice(page * PAGE, (page + 1) * PAGE);
  const primary = new PageFile('features.mdf', PAGES);
  const second = new PageFile('features_two.ndf', SECOND_PAGES);
  const files = new Map([
    [1, primary],
    [SECOND, second],
  ]);
  for (let page = 0; page < source.length / PAGE; page++) primary.pages.set(page, original(page));

  const moves = new Map<number, Place>();
  for (const [i, page] of TEXT.pages.entries()) moves.set(page, { file: SECOND, page: 8 + i });
  for (const [i, page] of MANY.singles.entries()) moves.set(page, { file: 1, page: FAR + i });
  for (const [i, page] of MANY.extents.slice(0, 16).entries()) moves.set(page, { file: 1, page: FAR + 8 + i });
  moves.set(MANY.extents[16]!, { file: SECOND, page: 24 });
  for (const page of [...moves.keys(), ...TEXT.also, MANY.iam]) renameLinks(primary.pages.get(page)!, moves);
  for (const [page, to] of moves) {
    files.get(to.file)!.pages.set(to.page, primary.pages.get(page)!);
    primary.pages.set(page, new Uint8Array(PAGE));
  }
  // Three IAM pages: one of the first interval (single pages only), one of the second, one of the other file.
  const [far, other] = [120, 16];
  const iam = primary.pages.get(MANY.iam)!;
  const bitmap = bitmapOf(iam);
  iam.fill(0, bitmap, bitmap + GAM_INTERVAL / 64);
  primary.pages.set(far, iamPage(original(MANY.iam), { file: 1, page: GAM_INTERVAL }, [FAR + 8, FAR + 16]));
  second.pages.set(other, iamPage(original(MANY.iam), { file: SECOND, page: 0 }, [24]));
  setAddress(iam, 16, { file: 1, page: far });
  setAddress(primary.pages.get(far)!, 16, { file: SECOND, page: other });

  for (let page = PFS_INTERVAL; page < PAGES; page += PFS_INTERVAL)
    primary.pages.set(page, new Uint8Array(original(1)));
  primary.pages.set(GAM_INTERVAL, new Uint8Array(original(2)));
  for (const page of [1, 2]) second.pages.set(page, original(page));
  second.pages.set(0, secondHeader(original(0)));
  nameSecondFile(primary);
  for (const [file, { pages }] of files) seal(file, pages);
  return { primary, second };
}

/** Makes maps, page numbers and checksums right for what is there. */
function seal(file: number, pages: Map<number, Uint8Array>): void {
  const used = new Set([...pages].filter(([, bytes]) => bytes.some((byte) => byte !== 0)).map(([page]) => page));
  for (const [page, bytes] of pages) {
    if (!used.has(page)) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(32, page, true);
    view.setUint16(36, file, true);
    if (bytes[1] === PFS) {
      const start = page === 1 ? 0 : page;
      for (let i = 0; i < PFS_INTERVAL; i++) bytes[100 + i] = used.has(start + i) ? 0x44 : 0;
    }
    if (bytes[1] === GAM) {
      bytes.fill(0xff, 194, 194 + 7988);
      const start = page === 2 ? 0 : page;
      for (const each of used) {
        const extent = (each - start) >> 3;
        if (each >= start && each < start + GAM_INTERVAL) bytes[194 + (extent >> 3)]! &= ~(1 << (extent & 7));
      }
    }
    const words = new Uint32Array(bytes.slice().buffer);
    view.setUint32(60, pageChecksum(words), true);
  }
}

/** Every address of a page that moves, wherever it stands: u32 page, u16 file. */
function renameLinks(bytes: Uint8Array, moves: ReadonlyMap<number, Place>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 6 <= PAGE; at++) {
    const to = view.getUint16(at + 4, true) === 1 && at !== 32 ? moves.get(view.getUint32(at, true)) : undefined;
    if (to === undefined) continue;
    setAddress(bytes, at, to);
    at += 5;
  }
}

function setAddress(bytes: Uint8Array, at: number, { file, page }: Place): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(at, page, true);
  view.setUint16(at + 4, file, true);
}

function slotOffset(bytes: Uint8Array, slot: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(PAGE - 2 * (slot + 1), true);
}

function bitmapOf(iam: Uint8Array): number {
  return slotOffset(iam, 1) + 4;
}

/** An IAM page for the interval that starts at `start`, with the extents of these pages. */
function iamPage(model: Uint8Array, start: Place, pages: readonly number[]): Uint8Array {
  if (model[1] !== IAM) throw new Error('no IAM page');
  const header = slotOffset(model, 0);
  setAddress(model, header + 40, start);
  model.fill(0, header + 46, header + 94);
  const bitmap = bitmapOf(model);
  model.fill(0, bitmap, bitmap + GAM_INTERVAL / 64);
  for (const page of pages) {
    const extent = (page - start.page) >> 3;
    model[bitmap + (extent >> 3)]! |= 1 << (extent & 7);
  }
  return model;
}

/** The file header of the second file: the third and fifth variable column of its record are the file's number and pages. */
function secondHeader(header: Uint8Array): Uint8Array {
  if (header[1] !== FILE_HEADER) throw new Error('no file header');
  const view = new DataView(header.buffer, header.byteOffset);
  const fixedEnd = 96 + view.getUint16(98, true);
  const ends = fixedEnd + 2 + Math.ceil(view.getUint16(fixedEnd, true) / 8) + 2;
  view.setUint16(96 + view.getUint16(ends + 2, true), SECOND, true);
  view.setUint32(96 + view.getUint16(ends + 6, true), SECOND_PAGES, true);
  return header;
}

/** The catalog's row of the log becomes that of the second data file. */
function nameSecondFile(primary: PageFile): void {
  for (const bytes of primary.pages.values()) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (bytes[1] !== 1 || view.getUint32(24, true) !== SYSPRUFILES) continue;
    const row = slotOffset(bytes, 1);
    view.setUint32(row + 8, SECOND, true);
    bytes[row + 20] = 0;
    const [from, to] = ['_log.ldf', '_two.ndf'].map((text) => Buffer.from(text, 'utf16le'));
    bytes.set(to!, Buffer.from(bytes.buffer, bytes.byteOffset, PAGE).indexOf(from!));
    return;
  }
  throw new Error('no sysprufiles');
}
