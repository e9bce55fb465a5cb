/**
 * Goal: what lies behind the last block of a medium is told from what was lost between two. Method: the backup of the sample
 * pool, with zeros of every length behind it, and before a second set.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { walkBlocks } from '../../../src/mtf/block.ts';

const MIB = 2 ** 20;
const BACKUP = gunzipSync(readFileSync(join(import.meta.dirname, '../../../fixtures/dpmdb.bak.gz')));
const SECOND = BACKUP.subarray(1536); // without its TAPE block

/** These bytes one behind the other; a number is so many zeros, stored nowhere. */
function medium(...parts: readonly (Uint8Array | number)[]): AddressMap {
  const places: { readonly start: number; readonly end: number; readonly map: AddressMap | null }[] = [];
  let size = 0;
  for (const part of parts) {
    const map = typeof part === 'number' ? null : new FileMap(new MemoryFile(part, 'part'));
    places.push({ start: size, end: size + (map?.size ?? (part as number)), map });
    size = places.at(-1)!.end;
  }
  return {
    size,
    resolve: (offset, length, at, sink) => {
      for (const { start, end, map } of places) {
        const [from, to] = [Math.max(start, offset), Math.min(end, offset + length)];
        if (from >= to) continue;
        if (map === null) sink.zero(at + from - offset, to - from);
        else map.resolve(from - start, to - from, at + from - offset, sink);
      }
    },
  };
}

function walked(map: AddressMap): { readonly blocks: number; readonly told: string[] } {
  const told: string[] = [];
  const blocks = [...walkBlocks(map, 'medium', ({ code }) => told.push(code))].length;
  return { blocks, told };
}

const { blocks } = walked(medium(BACKUP));
const ALL = walked(medium(BACKUP, SECOND)).blocks;

it.each([
  ['none', []],
  ['a few', [100]],
  ['a page', [new Uint8Array(4096)]],
  ['some that are stored, and more that are not, than are searched for a block', [new Uint8Array(3 * MIB), 80 * MIB]],
])('zeros up to the end are padding: %s', (_what, parts) => {
  expect(walked(medium(BACKUP, ...parts))).toEqual({ blocks, told: [] });
});

it.each([1024, 65_536, 80 * MIB])('%i zeros before another set are told, and it is found', (length) => {
  expect(ALL).toBeGreaterThan(blocks);
  expect(walked(medium(BACKUP, length, SECOND))).toEqual({ blocks: ALL, told: ['MTF_BLOCK'] });
});

it('a block that is none is told, and those behind it are found', () => {
  const noise = new Uint8Array(700).fill(7);
  expect(walked(medium(BACKUP, noise, 324, SECOND))).toEqual({ blocks: ALL, told: ['MTF_BLOCK'] });
});
