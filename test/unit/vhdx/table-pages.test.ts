/**
 * Goal: what a page does not hold is never taken for read. Method: a file that the disk refuses in one place and that is
 * damaged in another, as a disk inside of a disk may be.
 */

import { expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { goodEnd, PAGE_SIZE, TablePages } from '../../../src/vhdx/table-pages.ts';

const REFUSED = 9000;
const DAMAGED = 40_000;

const file: ByteFile = {
  name: 'inner',
  identity: 'inner',
  path: null,
  size: PAGE_SIZE,
  read: (offset, target) => {
    const hit = (place: number): boolean => offset <= place && place < offset + target.length;
    if (hit(REFUSED)) throw new StorageError('io', 'EIO', 'i/o error', {});
    if (hit(DAMAGED)) throw new StorageError('corrupt', 'FILE_TRUNCATED', 'damaged', {});
    target.fill(7);
    return target.length;
  },
  close: () => undefined,
};

it('a page that fails in two ways is asked for again each time', () => {
  const pages = new TablePages(new FileMap(file));
  expect(goodEnd(pages.part(0, 0, 4096), 0)).toBe(4096);
  for (let i = 0; i < 3; i++) {
    expect(() => pages.part(0, 8192, 12_288)).toThrow('damaged');
    const page = pages.part(0, 4096, 8192);
    expect(page.bytes.subarray(4096, goodEnd(page, 4096)).every((byte) => byte === 7)).toBe(true);
  }
});
