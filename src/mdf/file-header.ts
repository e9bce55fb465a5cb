/** The file header (page 0 of every file): which file of which database it is. */

import { getGuid } from '../base/guid.ts';
import { corrupt } from '../errors.ts';
import { HEADER_SIZE, type Page, PageType } from './page.ts';
import { utf16Text } from './text.ts';

/** Variable columns of its record. */
const Column = { bindingId: 0, fileId: 2, size: 4, sectorSize: 15, fileGuid: 23, logicalName: 27 } as const;

export type FileHeader = {
  readonly bindingId: string | null;
  /** 1: primary, 2: first log. */
  readonly fileId: number;
  /** Pages, as the server last wrote it. */
  readonly size: number | null;
  readonly sectorSize: number | null;
  readonly logicalName: string | null;
};

/** Throws kind `corrupt` for a page that is no file header. */
export function readFileHeader(page: Page, image: string): FileHeader {
  const bad = (why: string): Error =>
    corrupt('MDF_FILE_HEADER', `${image} is no SQL Server data file: ${why}`, {
      image,
      structure: 'file header',
      offset: 0,
      hint: 'data files (.mdf, .ndf) and native backups (.bak) can be read',
    });
  if (page.type !== PageType.fileHeader) throw bad(`page 0 is of type ${page.type}`);
  const { view, bytes } = page;
  const at = HEADER_SIZE;
  const fixedEnd = at + view.getUint16(at + 2, true);
  if (!(fixedEnd + 2 <= page.recordsEnd)) throw bad('its header record leaves the page');
  const counts = fixedEnd + 2 + ((view.getUint16(fixedEnd, true) + 7) >> 3);
  if (!(counts + 2 <= page.recordsEnd)) throw bad('its header record leaves the page');
  const count = view.getUint16(counts, true);
  const ends = counts + 2;
  const column = (index: number): { start: number; end: number } | null => {
    if (index >= count) return null;
    const start = index === 0 ? ends + 2 * count : at + view.getUint16(ends + 2 * (index - 1), true);
    const end = at + view.getUint16(ends + 2 * index, true);
    return start < end && end <= page.recordsEnd ? { start, end } : null;
  };
  const u32 = (index: number): number | null => {
    const place = column(index);
    return place === null || place.end - place.start < 4 ? null : view.getUint32(place.start, true);
  };
  const binding = column(Column.bindingId);
  const fileId = column(Column.fileId);
  const name = column(Column.logicalName);
  return {
    bindingId: binding === null || binding.end - binding.start < 16 ? null : getGuid(bytes, binding.start),
    fileId: fileId === null ? page.view.getUint16(36, true) : view.getUint16(fileId.start, true),
    size: u32(Column.size),
    sectorSize: u32(Column.sectorSize),
    logicalName: name === null ? null : utf16Text(bytes, name.start, name.end),
  };
}
