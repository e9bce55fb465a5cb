/**
 * Goal: reading an image leaves even its time of access as it was. Method: a file whose time of access the system would
 * change, which a plain read of a twin proves.
 */

import { closeSync, readFileSync, readSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { openSame } from '../../../src/io/open-same.ts';
import { tempFolder } from '../../support/temp.ts';

/** Older than the last change, so that it is due to be changed also where the system saves itself most of that. */
const ACCESSED = 1_000_000;

function file(): string {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, new Uint8Array(100_000));
  utimesSync(path, ACCESSED, ACCESSED + 1);
  return path;
}

const accessed = (path: string): number => statSync(path).atimeMs / 1000;

function isKept(): boolean {
  const path = file();
  readFileSync(path);
  return accessed(path) !== ACCESSED;
}

it.skipIf(process.platform !== 'linux')('the time of access stays as it was (needs Linux)', ({ skip }) => {
  skip(!isKept(), 'the temporary folder keeps no times of access');
  const path = file();
  const disk = new DiskFile(path);
  const target = new Uint8Array(100_000);
  expect(disk.read(0, target)).toBe(target.length);
  disk.close();
  expect(accessed(path)).toBe(ACCESSED);

  const again = openSame(path, disk.identity)!; // as other threads do
  expect(readSync(again, target, 0, target.length, 0)).toBe(target.length);
  closeSync(again);
  expect(accessed(path)).toBe(ACCESSED);
});
