/**
 * Goal: what the host stores nowhere is zeros, whoever reads in whatever pieces, and the host is asked once for many of them.
 * Method: a file of data and holes in turn, told by a host that counts; random reads compared with the layout.
 */

import { expect, it } from 'vitest';
import { HostHoleMap } from '../../../src/copy/host-holes.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import type { HostFiles } from '../../../src/io/host-files.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Random } from '../../support/random.ts';

const MIB = 1024 * 1024;
/** Data from 0 to 40 MiB, then 1 MiB of each in turn. */
const SIZE = 80 * MIB;
const isData = (offset: number): boolean => offset < 40 * MIB || Math.floor(offset / MIB) % 2 === 0;

function layout(): { map: HostHoleMap; asked: () => number } {
  let asked = 0;
  const file: ByteFile = {
    name: 'f',
    size: SIZE,
    identity: 'f',
    path: 'f',
    host: { fd: 3, path: 'f' },
    read: () => 0,
    close: () => undefined,
  };
  const host = {
    *dataRanges(_file: unknown, from: number, to: number) {
      asked++;
      for (let at = from; at < Math.min(to, SIZE); ) {
        let end = at;
        while (end < Math.min(to, SIZE) && isData(end) === isData(at))
          end = Math.min(to, (Math.floor(end / MIB) + 1) * MIB);
        if (isData(at)) yield { offset: at, length: end - at };
        at = end;
      }
    },
  };
  const map = new HostHoleMap(new FileMap(file), host as unknown as HostFiles);
  return { map, asked: () => asked };
}

it('random pieces are told as they lie', () => {
  const { map } = layout();
  const random = new Random(7);
  for (let round = 0; round < 500; round++) {
    const offset = random.below(SIZE - 1);
    const length = 1 + random.below(Math.min(3 * MIB, SIZE - offset));
    for (const extent of resolveExtents(map, offset, length)) {
      if (length < 256 * 1024) continue; // not asked about
      for (let at = extent.offset; at < extent.offset + extent.length; at += MIB / 8) {
        expect(extent.kind, `${at} in ${offset}+${length}`).toBe(isData(at) ? 'data' : 'zero');
      }
    }
  }
});

it('a stretch of data read in pieces, from four places in turn, costs four questions', () => {
  const { map, asked } = layout();
  for (let step = 0; step < 40; step++) {
    for (let place = 0; place < 4; place++) resolveExtents(map, place * 10 * MIB + step * (MIB / 4), MIB / 4);
  }
  expect(asked()).toBeLessThanOrEqual(4);
});
