/** Goal: the picture is well-formed XML that stands alone whatever names a disk holds, and shows every change. */

import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../../src/diff/draw-picture.ts';
import { type Picture, PictureBuilder, pictureSide } from '../../../src/diff/picture.ts';
import { openImage } from '../../../src/image/image.ts';
import { unpackSamplePool } from '../../support/sample-pool.ts';

const summary = {
  sizes: [2 ** 30, 2 ** 30],
  precision: 512,
  equal: { identity: 2 ** 29, changes: 0, fingerprints: 0, extents: 0, bytes: 2 ** 28 },
  changed: { ranges: 2, bytes: 1024 },
  possible: { ranges: 0, bytes: 0 },
  unreadable: { ranges: 1, bytes: 512 },
  readBytes: 4096,
} as const;

function picture(changes: Partial<Picture> = {}): Picture {
  const cells = () => new Float64Array(2048);
  return {
    names: ['a', 'b'],
    size: 2 ** 30,
    cellSize: 2 ** 19,
    partitions: [],
    stored: cells(),
    differing: { changed: cells(), possible: cells(), unreadable: cells() },
    summary,
    counts: null,
    files: [],
    ...changes,
  };
}

describe('picture of a diff', () => {
  it('escapes whatever names hold, and refers to nothing outside', () => {
    const path = '/<script>&"\u0001\ud800\uffff</text>';
    const counts = { added: 0, removed: 0, changed: 1, renamed: 0, touched: 0, unreadable: 0 };
    const svg = drawPicture(picture({ names: [path, path], counts, files: [{ path, kind: 'changed', bytes: 9 }] }));
    expect(svg).not.toMatch(/<script|href|url\(|\uffff/);
    expect(svg).not.toContain(String.fromCharCode(0xd800));
    expect(svg).not.toContain(String.fromCharCode(1));
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    // Every element that is opened is closed, in order.
    const open: string[] = [];
    for (const [, close, name, own] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (own !== '/') open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('shows the least change, and what could not be read before all else', () => {
    const one = picture();
    one.differing.changed[5] = 512;
    one.differing.changed[6] = 2 ** 19;
    one.differing.unreadable[7] = 512;
    one.differing.changed[7] = 512;
    one.stored[8] = 1;
    const svg = drawPicture(one);
    expect(svg.match(/class="(changed1|changed4|unreadable)" [^>]*><title>[^<]*/g)).toEqual([
      expect.stringMatching(/^class="changed1".*2.50 MiB: 512 B changed/),
      expect.stringMatching(/^class="changed4".*3 MiB: 512 KiB changed/),
      expect.stringMatching(/^class="unreadable".*512 B changed, 512 B unreadable/),
    ]);
  });

  it('counts ranges into the cells they lie in', async () => {
    const pool = await unpackSamplePool();
    const { readdirSync } = await import('node:fs');
    const file = readdirSync(pool, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('disk0.vhdx'));
    await using image = await openImage(`${pool}/${file}`);
    const builder = new PictureBuilder(pictureSide(image), pictureSide(image));
    builder.takeRange({ offset: 0, length: image.disk.size, state: 'changed' });
    const { differing, cellSize, size } = builder.finish(summary, null);
    expect(differing.changed.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
    expect(differing.changed[0]).toBe(Math.min(size, cellSize));
  });
});
